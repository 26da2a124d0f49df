"""What this window does when permdesk is started once more: it comes to the front, and opens what was asked for."""

import os
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from permdesk.only_one import PATIENCE, Asked
from permdesk.services.target import FileTarget, SampleTarget, Target
from permdesk.ui.window import Window

#: Platforms of Qt where a program may put its own window on top; others complain.
_RAISES = frozenset({"xcb", "windows", "cocoa"})


class LaterStarts(QObject):
    """Between a later start and the window.

    Args:
        window: the first.
    """

    #: Asked, the queue for the answer, and what tells that nobody waits for it any more.
    _asked = Signal(object, object, object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._asked.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def answer(self, asked: Asked) -> bool:
        """Return whether the window takes it; False while something lies over it, or it does not come to answer.

        Called on another thread than the window's.
        """
        taken: SimpleQueue[bool] = SimpleQueue()
        given_up = Event()
        self._asked.emit(asked, taken, given_up)
        try:
            return taken.get(timeout=PATIENCE)
        except Empty:
            given_up.set()
            return False

    def _take(self, asked: Asked, taken: "SimpleQueue[bool]", given_up: Event) -> None:
        if given_up.is_set():
            return
        target = _target(asked)
        # Another tenant behind an open sheet would put its words beside the wrong rows; a scan would be lost.
        if target is not None and (QApplication.activeModalWidget() is not None or self._window.workspace.scanning):
            taken.put(False)
            return
        taken.put(True)
        self._come_to_front(asked.activation)
        if target is not None:
            self._window.open(target)

    def _come_to_front(self, token: str) -> None:
        window = self._window
        if token:
            # Where Qt's Wayland plugin looks when a window is activated; without it the desktop only lets it blink.
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        window.show()
        if QGuiApplication.platformName() in _RAISES:
            window.raise_()
        window.activateWindow()


def _target(asked: Asked) -> Target | None:
    if asked.file:
        return FileTarget(Path(asked.file))
    if asked.sample:
        return SampleTarget(complete=asked.sample == "complete")
    return None
