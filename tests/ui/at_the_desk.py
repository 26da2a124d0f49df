"""Ways to drive signing in: what a person presses, and what is written anywhere."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from permdesk.domain.sign_in import (
    Client,
)
from permdesk.ui.views.sign_in.sheet import SignInSheet
from permdesk.ui.window import Window
from tests.ui.authenticating import CLIENT_ID, Desk
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
