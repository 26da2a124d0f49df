"""The window on the sample tenant, with real services, an isolated data folder and work that runs at once."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.composition import build
from permdesk.domain.sign_in import Client
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.settings import Settings
from permdesk.ui.app import application, open_window
from permdesk.ui.tasks import SynchronousTasks, Tasks
from permdesk.ui.window import Window
from tests.ui.at_the_desk import Browser, Open
from tests.ui.authenticating import Desk, services_at

# These tests have no printer, whatever the computer has; read once by each thread that asks for printers.
os.environ["CUPS_SERVER"] = "/nowhere/cups.sock"


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    """Let pytest-qt make the program's own QApplication."""
    return lambda _arguments: application()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Folders of this test's own."""
    made = Paths.isolated(tmp_path / "data")
    made.ensure()
    return made


@pytest.fixture
def services(paths: Paths) -> Services:
    """Real services over those folders."""
    return build(paths)


@pytest.fixture
def make_window(qapp: QApplication, qtbot: QtBot, services: Services, paths: Paths) -> Iterator[Callable[[], Window]]:
    """Make windows that are closed and gone at the end."""
    made: list[Window] = []

    def make() -> Window:
        window = open_window(qapp, services, paths=paths, tasks=SynchronousTasks())
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        made.append(window)
        return window

    yield make
    for window in made:
        if window.sheets.sheet is not None:
            window.sheets.sheet.reject()
        window.close()
        window.deleteLater()
    # Nothing but this deletes what was put off until an event loop comes round.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()


@pytest.fixture
def window(make_window: Callable[[], Window]) -> Window:
    """The window on the choice of how to begin."""
    made = make_window()
    made.open(None)
    return made


@pytest.fixture
def tenant(window: Window) -> Window:
    """The window on the sample tenant."""
    window.workspace.open(SampleTarget())
    assert window.workspace.shown is not None
    return window


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

    def open_(*, packaged: Callable[[], Client | None] = lambda: None, clients: tuple[Client, ...] = ()) -> Window:
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
