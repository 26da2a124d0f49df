"""Signing in from the window itself: what is typed there, Chromium at the provider's pages, and what the window says.

Every part is the program's own, as composition builds it; only the opening of the browser leads to the tests' Chromium.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtCore import QEvent, QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.composition import build
from permdesk.domain.cloud import CUSTOM_ID
from permdesk.domain.sign_in import Client
from permdesk.paths import Paths
from permdesk.settings import Settings
from permdesk.ui.app import application, open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.sign_in.sheet import Page, SignInSheet
from permdesk.ui.window import Window
from tests.system.sign_in.desk import Service, closed
from tests.system.sign_in.graph import Graph
from tests.system.sign_in.parts import ADMIN, APPS_CLIENT, CLIENT, LARKFIELD, Deed
from tests.ui.driving import button, texts

pytestmark = pytest.mark.linux

#: Milliseconds for a whole sign-in on a busy machine.
_PATIENCE = 30_000


class Person(QObject):
    """Whoever sits at the browser that the window opens.

    Attributes:
        deed: what they do there next, a function of browser.mjs.
        addresses: what the window opened.
        deeds: what they did.
    """

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service
        self.deed = "accept"
        self.addresses: list[str] = []
        self.deeds: list[Deed] = []

    @Slot(QUrl)
    def browse(self, url: QUrl) -> None:
        """Go where the window sends them."""
        self.addresses.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        self.deeds.append(self._service.browser.start(self.deed, address=self.addresses[-1], login=ADMIN))

    @property
    def port(self) -> int:
        """The port that the browser will come back to."""
        redirect = parse_qs(urlsplit(self.addresses[-1]).query)["redirect_uri"][0]
        return urlsplit(redirect).port or 0


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    """Let pytest-qt make the program's own QApplication."""
    return lambda _arguments: application()


@pytest.fixture
def person(service: Service) -> Iterator[Person]:
    made = Person(service)
    QDesktopServices.setUrlHandler("https", made, "browse")
    yield made
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths.isolated(tmp_path / "data")
    made.ensure()
    return made


@pytest.fixture
def make_window(qapp: QApplication, qtbot: QtBot, paths: Paths, unlocked: object) -> Iterator[Callable[[], Window]]:
    """Open the program on its first page; nothing but the data folder is shared by two of them."""
    made: list[Window] = []

    def make() -> Window:
        window = open_window(qapp, build(paths), paths=paths, tasks=Tasks())
        window.show()
        qtbot.waitExposed(window)
        window.open(None)
        made.append(window)
        return window

    yield make
    for window in made:
        if window.sheets.sheet is not None:
            window.sheets.sheet.done(0)
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()


@pytest.fixture
def window(make_window: Callable[[], Window]) -> Window:
    return make_window()


def fill_in(window: Window, service: Service, qtbot: QtBot, *, client: str = CLIENT) -> SignInSheet:
    """Ask to sign in, and type what the administrator of such a cloud was told."""
    window.first_run.choose(2)
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    qtbot.waitExposed(sheet)
    choice = sheet.choice
    choice.cloud.choose(CUSTOM_ID)
    choice.cloud.chosen.emit(CUSTOM_ID)
    for field, text in (
        (choice.graph, service.graph),
        (choice.login, service.cloud.login or ""),
        (choice.ca_file, str(service.trust.ca_file)),
        (choice.tenant, LARKFIELD[1]),
        (choice.client_id, client),
    ):
        qtbot.keyClicks(field, text)
    return sheet


def press(sheet: SignInSheet, name: str) -> None:
    made = button(sheet, name)
    assert made.isEnabled(), made.toolTip()
    made.click()


def outcome(sheet: SignInSheet, page: Page, qtbot: QtBot) -> str:
    """Wait until the sheet tells how it ended, and return what stands there."""
    qtbot.waitUntil(lambda: sheet.page in (Page.DONE, Page.FAILED), timeout=_PATIENCE)
    said = texts(sheet)
    assert sheet.page is page, said
    return said


def receivers() -> list[str]:
    """Return the threads that listen for a browser."""
    return [thread.name for thread in threading.enumerate() if thread.name == "permdesk-sign-in"]


def test_accepted(
    window: Window, person: Person, service: Service, make_window: Callable[[], Window], paths: Paths, qtbot: QtBot
) -> None:
    sheet = fill_in(window, service, qtbot)
    press(sheet, "Open the browser")
    said = outcome(sheet, Page.DONE, qtbot)
    assert f"{ADMIN} is signed in" in said
    # The domain was typed; the token names the tenant.
    assert LARKFIELD[0] in said
    assert "Directory.Read.All" in said
    assert "encrypted on this computer" in said
    assert person.deeds[0].result()["title"] == "You can close this page · permdesk"
    assert len(person.addresses) == 1
    assert closed(person.port)
    assert receivers() == []
    assert Settings.load(paths.settings_file).clients == [Client(CLIENT, CUSTOM_ID, LARKFIELD[1])]
    assert paths.sign_ins_file.stat().st_mode & 0o777 == 0o600
    # Another start of the program knows the account, and nobody was asked again.
    again = make_window()
    qtbot.waitUntil(lambda: again.door.accounts.known, timeout=_PATIENCE)
    assert [kept.sign_in.username for kept in again.door.accounts.kept] == [ADMIN]
    assert len(person.addresses) == 1


def test_cancelled_while_waiting(window: Window, person: Person, service: Service, paths: Paths, qtbot: QtBot) -> None:
    person.deed = "close"
    sheet = fill_in(window, service, qtbot)
    press(sheet, "Open the browser")
    qtbot.waitUntil(lambda: bool(person.addresses), timeout=_PATIENCE)
    assert "Waiting for you in the browser" in texts(sheet)
    # The browser has been at the page, and is gone again.
    assert person.deeds[0].result()["title"] == "Sign-in"
    assert not closed(person.port)
    assert receivers() == ["permdesk-sign-in"]
    tasks = window.workspace.tasks
    assert tasks.busy
    began = time.monotonic()
    press(sheet, "Cancel")
    assert sheet.page is Page.CHOICE
    qtbot.waitUntil(lambda: not tasks.busy, timeout=_PATIENCE)
    assert time.monotonic() - began < 2.0
    assert closed(person.port)
    assert receivers() == []
    assert window.door.accounts.kept == ()
    assert not paths.sign_ins_file.exists()
    # What was typed is there again.
    assert sheet.choice.login.text() == service.cloud.login
    sheet.done(0)
    window.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("permdesk")] == []


def test_declined_then_tried_again(window: Window, person: Person, service: Service, qtbot: QtBot) -> None:
    person.deed = "decline"
    sheet = fill_in(window, service, qtbot)
    press(sheet, "Open the browser")
    said = outcome(sheet, Page.FAILED, qtbot)
    assert "The sign-in was declined" in said
    assert person.deeds[0].result()["title"] == "The sign-in did not go through · permdesk"
    assert receivers() == []
    assert closed(person.port)
    person.deed = "accept"
    press(sheet, "Try again")
    assert f"{ADMIN} is signed in" in outcome(sheet, Page.DONE, qtbot)
    first, second = (parse_qs(urlsplit(address).query) for address in person.addresses)
    # Nothing of the first attempt is used again.
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_revoked_in_mid_scan_then_signed_in_again(
    window: Window, person: Person, service: Service, graph: Graph, qtbot: QtBot
) -> None:
    sheet = fill_in(window, service, qtbot)
    press(sheet, "Open the browser")
    outcome(sheet, Page.DONE, qtbot)
    graph.when("/oauth2PermissionGrants", lambda: service.revoke(ADMIN))
    press(sheet, "Read the tenant")
    qtbot.waitUntil(lambda: f"{ADMIN} has to sign in again" in texts(window), timeout=_PATIENCE)
    # No tenant is shown, and none is kept: not even what was read before the refusal.
    assert window.workspace.shown is None
    assert window.workspace.services.scans.records() == []
    again = button(window, "Sign in again")
    assert again.isVisibleTo(window)
    again.click()
    qtbot.waitUntil(lambda: window.workspace.shown is not None, timeout=_PATIENCE)
    shown = window.workspace.shown
    assert shown is not None
    assert shown.snapshot.coverage.all_complete
    assert shown.snapshot.account.username == ADMIN
    assert [record.complete for record in window.workspace.services.scans.records()] == [True]
    # The browser offers the same person first, in the same tenant.
    first, second = person.addresses
    assert urlsplit(first).path == urlsplit(second).path
    assert parse_qs(urlsplit(second).query)["login_hint"] == [ADMIN]
    qtbot.waitUntil(lambda: not window.workspace.tasks.busy, timeout=_PATIENCE)


def test_fewer_permissions_than_asked_for_are_said(
    window: Window, person: Person, service: Service, graph: Graph, qtbot: QtBot
) -> None:
    sheet = fill_in(window, service, qtbot, client=APPS_CLIENT)
    press(sheet, "Open the browser")
    assert "did not grant Directory.Read.All" in outcome(sheet, Page.DONE, qtbot)
    press(sheet, "Read the tenant")
    qtbot.waitUntil(lambda: window.workspace.shown is not None, timeout=_PATIENCE)
    assert window.pages.currentWidget() is window.desk
    # The overview comes part by part.
    qtbot.waitUntil(lambda: not window.workspace.tasks.busy, timeout=_PATIENCE)
    said = texts(window.overview)
    assert "Needs the delegated permission Directory.Read.All, which this sign-in does not have" in said
    assert "Global Reader or Directory Readers would do" in said
    assert graph.turned_away == 0
