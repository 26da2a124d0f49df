"""Signing in from the window, with true threads and an authenticator whose person the test plays."""

import threading
import time
from itertools import pairwise
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.sign_in import (
    BORROWED_CLIENT,
    Client,
    ClientSource,
    Reading,
    SignIn,
    SignInRequest,
    StorageKind,
    TokenStorage,
)
from permdesk.errors import ReadError, SignInError
from permdesk.paths import Paths
from permdesk.settings import Settings
from permdesk.ui.views.dialogs.problem import ProblemSheet
from permdesk.ui.views.sign_in.choice import Other
from permdesk.ui.views.sign_in.sheet import Page
from tests.ui.at_the_desk import OTHER_TENANT, OWN, Browser, Open, ask, everything_written, press, start, until
from tests.ui.authenticating import ADDRESS, CLIENT_ID, TENANT_ID, TOKEN, Desk, signed_in
from tests.ui.driving import button, texts

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
    assert "Microsoft Graph Command Line Tools is shared by everybody" in texts(sheet)
    assert choice.choice().request.client_id == BORROWED_CLIENT
    assert choice.choice().client.source is ClientSource.BORROWED


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
    press(sheet, "Open the browser")
    until(qtbot, lambda: bool(desk.asked))
    assert desk.asked[0].cloud.graph == "https://graph.cloud.example"
    assert desk.asked[0].cloud.login == "https://login.cloud.example:8443"


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
    assert "No keyring answers." in said


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


def test_a_fault_of_ours_is_a_report_and_not_a_wait(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    def broken(_request: SignInRequest) -> SignIn:
        raise RuntimeError(f"a fault with {TOKEN} in it")

    desk.answer = broken
    window = open_desk(clients=(OWN,))
    start(window, qtbot, desk)
    desk.person.set()
    until(qtbot, lambda: isinstance(window.sheets.sheet, ProblemSheet))
    assert window.sheets.sheet is not None
    assert "made a mistake" in texts(window.sheets.sheet)
    assert TOKEN not in everything_written(window)


def test_a_form_taller_than_the_window_is_not_squeezed(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk()
    window.resize(840, 600)
    sheet = ask(window, qtbot)
    sheet.choice.cloud.choose("custom")
    sheet.choice.cloud.chosen.emit("custom")
    QApplication.processEvents()
    fields = (
        sheet.choice.graph,
        sheet.choice.tenant,
        sheet.choice.client,
        sheet.choice.client_id,
        sheet.choice.reading,
    )
    edges = [(f.mapTo(sheet, f.rect().topLeft()).y(), f.mapTo(sheet, f.rect().bottomLeft()).y()) for f in fields]
    for (_top, bottom), (top, _bottom) in pairwise(edges):
        assert bottom < top
