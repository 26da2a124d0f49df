"""Signing in from the window, with true threads and an authenticator whose person the test plays."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import cast

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from permdesk.domain.sign_in import BORROWED_CLIENT, Client, ClientSource, Reading, StorageKind, TokenStorage
from permdesk.errors import ReadError, SignInError
from permdesk.paths import Paths
from permdesk.services.target import KeptTarget
from permdesk.settings import Settings
from permdesk.ui.app import open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.sign_in.accounts import AccountsSheet
from permdesk.ui.views.sign_in.choice import Other
from permdesk.ui.views.sign_in.first_scan import FirstScanSheet
from permdesk.ui.views.sign_in.guide import GuideSheet, How
from permdesk.ui.views.sign_in.sheet import Page, SignInSheet
from permdesk.ui.window import Window
from tests.ui.authenticating import ADDRESS, CLIENT_ID, TENANT_ID, TOKEN, Desk, services_at, signed_in
from tests.ui.driving import button, texts

OTHER_TENANT = "0c9b8a7d-1111-4222-8333-944455556666"
Open = Callable[..., Window]


class Browser(QObject):
    """What opens addresses in place of the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("https", made, "show")
    yield made
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.keyring.set()


@pytest.fixture
def open_desk(qapp: QApplication, qtbot: QtBot, paths: Paths, desk: Desk, browser: Browser) -> Iterator[Open]:
    """Open the window on the first page, over the desk."""
    made: list[Window] = []

    def open_(*, packaged: Client | None = None, clients: tuple[Client, ...] = ()) -> Window:
        settings = Settings.load(paths.settings_file)
        settings.clients = list(clients)
        settings.save()
        window = open_window(qapp, services_at(paths, desk, packaged=packaged), paths=paths, tasks=Tasks())
        window.resize(1280, 720)
        window.show()
        qtbot.waitExposed(window)
        window.open(None)
        made.append(window)
        return window

    yield open_
    desk.keyring.set()
    for window in made:
        if window.sheets.sheet is not None:
            window.sheets.sheet.done(0)
        window.close()
        window.deleteLater()
    qapp.processEvents()


OWN = Client(CLIENT_ID, "global", "larkfield.example")


def ask(window: Window, qtbot: QtBot) -> SignInSheet:
    window.first_run.choose(2)
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    qtbot.waitExposed(sheet)
    return sheet


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=10_000)


def press(parent: QWidget, name: str) -> None:
    made = button(parent, name)
    assert made.isEnabled(), name
    made.click()


def start(window: Window, qtbot: QtBot, desk: Desk) -> SignInSheet:
    """Begin to sign in, and wait for the browser."""
    sheet = ask(window, qtbot)
    press(sheet, "Open the browser")
    until(qtbot, lambda: desk.waiting == 1 and "Waiting for you" in texts(sheet))
    return sheet


def everything_written(window: Window) -> str:
    """Return whatever any widget of the program shows or says."""
    found = []
    for widget in QApplication.allWidgets():
        found += [widget.accessibleName(), widget.toolTip(), widget.windowTitle()]
        if isinstance(widget, QLabel | QLineEdit):
            found.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            found.append(widget.toPlainText())
    return "\n".join(found)


# The choice


def test_what_is_asked_for_is_said_before_the_browser_opens(open_desk: Open, browser: Browser, qtbot: QtBot) -> None:
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    said = texts(sheet)
    assert "Directory.Read.All" in said
    assert "every grant" in said
    assert "Application.Read.All" not in said
    sheet.choice.reading.buttons[Reading.STRICT].click()
    said = texts(sheet)
    assert "Application.Read.All" in said
    assert "Directory.Read.All" not in said
    assert "Delegated grants are then not read" in said
    assert not browser.opened


def test_nothing_is_borrowed_by_itself(open_desk: Open, qtbot: QtBot) -> None:
    sheet = ask(open_desk(), qtbot)
    choice = sheet.choice
    assert choice.client.current is Other.TYPED
    assert not button(sheet, "Open the browser").isEnabled()
    assert "application ID" in button(sheet, "Open the browser").toolTip()
    assert not choice.warning.isVisibleTo(sheet)
    choice.client.choose(Other.BORROWED)
    choice.client.chosen.emit(Other.BORROWED)
    assert "shared by everybody" in texts(sheet)
    assert choice.choice().request.client_id == BORROWED_CLIENT
    assert choice.choice().client.source is ClientSource.BORROWED


def test_a_packaged_app_is_there_without_typing(open_desk: Open, qtbot: QtBot) -> None:
    packaged = Client(CLIENT_ID, "global", None, ClientSource.PACKAGED)
    sheet = ask(open_desk(packaged=packaged), qtbot)
    until(qtbot, lambda: sheet.choice.client.current == packaged)
    assert button(sheet, "Open the browser").isEnabled()
    assert "came with permdesk" in sheet.choice.client.currentText()


@pytest.mark.parametrize("typed", ["no id", "1f0c2d3e-4b5a-4c6d-8e7f"])
def test_an_id_that_is_none_is_said_beside_the_field(open_desk: Open, desk: Desk, qtbot: QtBot, typed: str) -> None:
    sheet = ask(open_desk(), qtbot)
    sheet.choice.client_id.setText(typed)
    press(sheet, "Open the browser")
    assert "no application ID" in texts(sheet)
    assert sheet.page is Page.CHOICE
    assert not desk.asked


def test_a_custom_cloud_needs_both_endpoints(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    sheet = ask(open_desk(), qtbot)
    choice = sheet.choice
    assert not choice.graph.isVisibleTo(sheet)
    choice.cloud.choose("custom")
    choice.cloud.chosen.emit("custom")
    choice.client_id.setText(CLIENT_ID)
    assert choice.graph.isVisibleTo(sheet)
    assert not button(sheet, "Open the browser").isEnabled()
    choice.graph.setText("https://graph.cloud.example")
    choice.login.setText("http://login.cloud.example")
    press(sheet, "Open the browser")
    assert "The sign-in endpoint" in texts(sheet)
    choice.login.setText("https://login.cloud.example:8443")
    choice.ca_file.setText("/etc/ssl/cloud.pem")
    press(sheet, "Open the browser")
    until(qtbot, lambda: bool(desk.asked))
    assert desk.asked[0].cloud.graph == "https://graph.cloud.example"
    assert desk.asked[0].cloud.login == "https://login.cloud.example:8443"
    assert str(desk.asked[0].ca_file) == "/etc/ssl/cloud.pem"


def test_a_remembered_app_brings_its_tenant(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    start(open_desk(clients=(OWN,)), qtbot, desk)
    assert desk.asked[0].client_id == CLIENT_ID
    assert desk.asked[0].tenant == "larkfield.example"


def test_keys(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    window = open_desk(clients=(OWN,))
    sheet = ask(window, qtbot)
    assert sheet.focusWidget() is sheet.choice.tenant
    qtbot.keyClick(sheet.choice.tenant, Qt.Key.Key_Return)
    until(qtbot, lambda: desk.waiting == 1)
    # Return neither gives up nor starts anew; Esc gives up, then closes.
    until(qtbot, lambda: "Waiting for you" in texts(sheet))
    sheet.browser.setFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.page is Page.BROWSER
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert cast("Page", sheet.page) is Page.CHOICE
    until(qtbot, lambda: desk.waiting == 0)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.sheets.sheet is None


# Waiting


def test_the_browser_opens_and_the_wait_is_told(open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot) -> None:
    sheet = start(open_desk(clients=(OWN,)), qtbot, desk)
    assert browser.opened == [ADDRESS]
    assert ":" in sheet.browser.left.text()
    assert "left" in sheet.browser.left.text()
    press(sheet, "Copy link")
    assert QGuiApplication.clipboard().text() == ADDRESS
    press(sheet, "Open again")
    assert browser.opened == [ADDRESS, ADDRESS]


def test_cancel_stops_within_two_seconds_and_keeps_what_was_typed(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    window = open_desk()
    sheet = ask(window, qtbot)
    sheet.choice.client_id.setText(CLIENT_ID)
    sheet.choice.tenant.setText("larkfield.example")
    press(sheet, "Open the browser")
    until(qtbot, lambda: desk.waiting == 1)
    began = time.monotonic()
    press(sheet, "Cancel")
    qtbot.waitUntil(lambda: desk.waiting == 0, timeout=2_000)
    assert time.monotonic() - began < 2
    assert sheet.page is Page.CHOICE
    assert sheet.choice.client_id.text() == CLIENT_ID
    assert sheet.choice.tenant.text() == "larkfield.example"
    assert window.sheets.sheet is sheet


def test_two_quick_starts_leave_one(open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot) -> None:
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    choice = sheet.choice.choice()
    sheet.start(choice)
    sheet.start(choice)
    until(qtbot, lambda: desk.waiting == 1 and "Waiting for you" in texts(sheet))
    qtbot.wait(100)
    assert desk.waiting == 1
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    assert len(desk.sign_ins()) == 1


def test_closing_the_window_while_waiting_leaves_no_thread(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    window = open_desk(clients=(OWN,))
    start(window, qtbot, desk)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 2
    assert desk.waiting == 0
    # Threads of other windows of this process aside, none of this one's lanes is left.
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("permdesk-network")]
    assert not left


def test_a_code_instead(open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot) -> None:
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    press(sheet, "Use a code instead")
    until(qtbot, lambda: "H7XK2MQPL" in texts(sheet))
    said = texts(sheet)
    assert "https://microsoft.com/devicelogin" in said
    assert "left" in said
    assert not browser.opened
    press(sheet, "Copy code")
    assert QGuiApplication.clipboard().text() == "H7XK2MQPL"
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)


# How it ends


def test_after_success_the_tenant_is_read(open_desk: Open, desk: Desk, paths: Paths, qtbot: QtBot) -> None:
    window = open_desk()
    sheet = ask(window, qtbot)
    sheet.choice.client_id.setText(CLIENT_ID.upper())
    press(sheet, "Open the browser")
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    said = texts(sheet)
    assert "admin@larkfield.example is signed in" in said
    assert TENANT_ID in said
    assert "encrypted" in said
    # The app is remembered, by its lower-case id.
    assert Settings.load(paths.settings_file).clients == [Client(CLIENT_ID, "global", None)]
    press(sheet, "Read the tenant")
    until(qtbot, lambda: window.workspace.shown is not None)
    shown = window.workspace.shown
    assert shown is not None
    assert shown.snapshot.tenant.id == TENANT_ID
    assert window.pages.currentWidget() is window.desk
    assert TOKEN not in everything_written(window)


def test_less_than_asked_a_guest_and_memory_alone_are_said(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.answer = lambda _request: signed_in("consultant@partner.example", home=OTHER_TENANT, received=("User.Read",))
    desk._storage = TokenStorage(StorageKind.MEMORY, "no keyring answers")
    sheet = start(open_desk(clients=(OWN,)), qtbot, desk)
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    said = texts(sheet)
    assert "did not grant Directory.Read.All" in said
    assert "directory roles" in said
    assert "a guest" in said
    assert "lasts until you close permdesk" in said
    assert "no keyring answers" in said


def test_a_failure_says_what_to_do_and_keeps_what_was_typed(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.errors.append(SignInError("The consent was declined", detail="AADSTS65004", remedy="Start again."))
    sheet = ask(open_desk(), qtbot)
    sheet.choice.client_id.setText(CLIENT_ID)
    sheet.choice.tenant.setText("larkfield.example")
    press(sheet, "Open the browser")
    until(qtbot, lambda: sheet.page is Page.FAILED)
    said = texts(sheet)
    assert "The consent was declined" in said
    assert "AADSTS65004" in said
    assert "Start again." in said
    press(sheet, "Back")
    assert sheet.choice.tenant.text() == "larkfield.example"
    assert sheet.choice.client_id.text() == CLIENT_ID
    press(sheet, "Open the browser")
    until(qtbot, lambda: desk.waiting == 1)


def test_offline_then_try_again(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.errors.append(ReadError("Microsoft’s sign-in cannot be reached", remedy="Check the network."))
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    press(sheet, "Open the browser")
    until(qtbot, lambda: sheet.page is Page.FAILED)
    assert "cannot be reached" in texts(sheet)
    press(sheet, "Try again")
    until(qtbot, lambda: desk.waiting == 1)
    assert [request.tenant for request in desk.asked] == ["larkfield.example", "larkfield.example"]


# Accounts


def account_words(window: Window) -> list[str]:
    window.door.menu.fill()
    return [action.text() for action in window.tenant_menu.actions() if action.text()]


def test_switching_is_one_click(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    first, second = signed_in(), signed_in("ops@larkfield.example", tenant_id=OTHER_TENANT)
    desk._kept = [first, second]
    desk.names = {TENANT_ID: "Larkfield Works", OTHER_TENANT: "Larkfield Labs"}
    window = open_desk()
    until(qtbot, lambda: len(window.door.accounts.kept) == 2)
    assert "2 accounts signed in" in button(window.first_run, "2 accounts signed in").accessibleName()
    window.door.accounts.scan(first)
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Works"))
    until(qtbot, lambda: window.door.accounts.kept[0].last is not None)
    words = account_words(window)
    assert any(word.startswith("Larkfield Works · admin@larkfield.example, read today") for word in words)
    never = next(a for a in window.tenant_menu.actions() if "not read yet" in a.text())
    # A tenant that was never read is offered to be read.
    never.trigger()
    sheet = window.sheets.sheet
    assert isinstance(sheet, FirstScanSheet)
    press(sheet, "Scan now")
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Labs"))
    account_words(window)
    back = next(a for a in window.tenant_menu.actions() if a.text().startswith("Larkfield Works"))
    assert not back.isChecked()
    back.trigger()
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Works"))
    shown = window.workspace.shown
    assert shown is not None
    assert isinstance(shown.target, KeptTarget)
    # Scan reads it anew with its account.
    before = shown.snapshot.scan_id
    assert window.top_bar.scan.isEnabled()
    window.top_bar.scan.click()
    until(qtbot, lambda: window.workspace.shown is not None and window.workspace.shown.snapshot.scan_id != before)
    assert window.workspace.shown is not None
    assert window.workspace.shown.snapshot.tenant.id == TENANT_ID


def test_a_saved_tenant_without_account_leads_to_signing_in(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    signed = signed_in()
    desk._kept = [signed]
    window = open_desk()
    window.door.accounts.scan(signed)
    until(qtbot, lambda: window.workspace.shown is not None)
    until(qtbot, lambda: not window.workspace.tasks.busy)
    shown = window.workspace.shown
    assert shown is not None
    window.workspace.open(KeptTarget(shown.snapshot.scan_id))
    until(qtbot, lambda: window.workspace.shown is not shown)
    window.door.table.sign_out(signed)
    until(qtbot, lambda: not window.door.accounts.kept)
    window.workspace.scan()
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    assert sheet.choice.tenant.text() == TENANT_ID


def table(window: Window, qtbot: QtBot, rows: int) -> AccountsSheet:
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    until(qtbot, lambda: sheet.list.topLevelItemCount() == rows)
    return sheet


def test_signing_out_asks_once_and_forgets_everything_of_the_account(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    home = signed_in()
    elsewhere = signed_in(tenant_id=OTHER_TENANT, home=TENANT_ID)
    desk._kept = [home, elsewhere, signed_in("ops@larkfield.example")]
    window = open_desk()
    sheet = table(window, qtbot, 3)
    press(sheet, "Sign out…")
    question = next(w for w in QApplication.topLevelWidgets() if w.windowTitle().startswith("Sign out admin@"))
    assert "in 2 tenants" in texts(question)
    press(question, "Sign out")
    until(qtbot, lambda: sheet.list.topLevelItemCount() == 1)
    assert [signed.username for signed in desk.sign_ins()] == ["ops@larkfield.example"]


def test_scan_all_goes_on_after_one_that_fails(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    good, bad = signed_in(), signed_in("ops@larkfield.example", tenant_id=OTHER_TENANT)
    desk._kept = [bad, good]
    desk.refused = {bad.key: None}
    window = open_desk()
    sheet = table(window, qtbot, 2)
    press(sheet, "Scan all")
    until(qtbot, lambda: "1 tenant read. 1 tenant could not be read" in texts(sheet))
    until(qtbot, lambda: any(kept.last is not None for kept in window.door.accounts.kept))
    rows = {row.account: row for row in sheet._rows.values()}
    assert rows["admin@larkfield.example"].age == "today"
    assert rows["ops@larkfield.example"].expired
    # What is on screen is left alone.
    assert window.workspace.shown is None


def test_a_hundred_accounts_with_hostile_names(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    hostile = "<b>admin</b>\u202e\n&x@larkfield.example"
    desk._kept = [signed_in(f"{number}-{hostile}", tenant_id=f"{number:08x}-1111-4222-8333-944455556666")
                  for number in range(100)]  # fmt: skip
    window = open_desk()
    sheet = table(window, qtbot, 100)
    assert sheet.height() <= window.height()
    item = sheet.list.topLevelItem(0)
    assert item is not None
    assert "<b>admin</b>" in item.text(0)
    assert "\u202e" not in item.text(0)
    assert "<b>" not in item.toolTip(0)
    sheet.field.setText("00000063")
    row = sheet.selected()
    assert row is not None
    assert row.account.startswith("99-")
    assert any(word.startswith("All 100 accounts") for word in account_words(window))


# A sign-in that does not hold any more


@pytest.mark.parametrize("open_before", [False, True])
def test_sign_in_again_goes_on_with_the_scan(
    open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot, open_before: bool
) -> None:
    signed = signed_in()
    desk._kept = [signed]
    window = open_desk()
    if open_before:
        window.door.accounts.scan(signed)
        until(qtbot, lambda: window.workspace.shown is not None)
        until(qtbot, lambda: not window.workspace.tasks.busy)
    before = window.workspace.shown
    desk.refused = {signed.key: '{"access_token":{}}'}
    window.door.accounts.scan(signed)
    if open_before:
        until(qtbot, lambda: window.sheets.sheet is not None)
        assert window.sheets.sheet is not None
        place: QWidget = window.sheets.sheet
    else:
        until(qtbot, lambda: window.middle.currentWidget() is window.failure)
        place = window.failure
    assert "has to sign in again" in texts(place)
    press(place, "Sign in again")
    until(qtbot, lambda: desk.waiting == 1)
    asked = desk.asked[-1]
    assert (asked.hint, asked.client_id, asked.tenant) == (signed.username, CLIENT_ID, TENANT_ID)
    assert desk.claims == ['{"access_token":{}}']
    desk.person.set()
    until(qtbot, lambda: window.workspace.shown not in (None, before))
    assert window.sheets.sheet is None


# The keyring


def test_a_keyring_that_hangs_does_not_block_the_window(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk._kept = [signed_in()]
    desk.keyring.clear()
    window = open_desk()
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(10)
    qtbot.wait(600)
    timer.stop()
    assert max(b - a for a, b in pairwise(ticks)) < 0.3
    assert "Looking for accounts" in texts(sheet)
    desk.keyring.set()
    until(qtbot, lambda: sheet.list.topLevelItemCount() == 1)
    assert "Looking for accounts" not in texts(sheet)


# The guide


def test_the_guide_leads_to_a_test(open_desk: Open, desk: Desk, paths: Paths, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    assert "Grant admin consent" in texts(guide)
    for how, part in ((How.AZURE_CLI, "az ad app create"), (How.POWERSHELL, "New-MgApplication"), (How.JSON, "signIn")):
        guide.how.buttons[how].click()
        assert part in guide.script.toPlainText()
    assert not button(guide, "Test it").isEnabled()
    guide.client_id.setText(CLIENT_ID)
    guide.tenant.setText("larkfield.example")
    press(guide, "Test it")
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    assert desk.asked[0].tenant == "larkfield.example"
    assert Settings.load(paths.settings_file).clients == [OWN]


def test_a_provider_gets_the_link_for_a_customer(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    assert not guide.customer.isVisibleTo(guide)
    guide.every_tenant.click()
    guide.device_code.click()
    assert "Accounts in any organizational directory" in texts(guide)
    assert "Allow public client flows" in texts(guide)
    guide.client_id.setText(CLIENT_ID)
    guide.customer.setText(OTHER_TENANT)
    press(guide, "Copy the consent link")
    link = f"https://login.microsoftonline.com/{OTHER_TENANT}/adminconsent?client_id={CLIENT_ID}"
    assert QGuiApplication.clipboard().text() == link


def test_trying_what_was_typed_in_the_guide_again_is_possible(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.errors.append(SignInError("That app registration is not in this tenant", remedy="Check the IDs."))
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    guide.client_id.setText(CLIENT_ID)
    guide.tenant.setText("larkfield.example")
    press(guide, "Test it")
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    until(qtbot, lambda: sheet.page is Page.FAILED)
    press(sheet, "Back")
    assert sheet.choice.client_id.text() == CLIENT_ID
    assert sheet.choice.tenant.text() == "larkfield.example"
