"""Starts the window program: one theme, one window, and no error that goes unseen."""

import logging
import signal
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from permdesk import __version__
from permdesk.only_one import OnlyOne
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.target import Target
from permdesk.settings import Settings
from permdesk.ui import breathing, icons
from permdesk.ui.controllers.appearance import AppearanceController, density_of, less_motion_of, scheme_of
from permdesk.ui.controllers.later_starts import LaterStarts
from permdesk.ui.controllers.workspace import Announcement
from permdesk.ui.tasks import Tasks
from permdesk.ui.theme import Theme
from permdesk.ui.window import Window

_log = logging.getLogger("permdesk.ui")


def run(services: Services, *, paths: Paths, target: Target | None = None, only: OnlyOne | None = None) -> int:
    """Open the window and return the exit code once it is closed.

    Args:
        services: the verbs.
        paths: where settings are kept.
        target: what to open; None offers the choice.
        only: where later starts hand on what they were asked to open.
    """
    app = application()
    window = open_window(app, services, paths=paths, tasks=Tasks())
    crashes = Crashes(window)
    crashes.install()
    try:
        window.show()
        window.open(target)
        if only is not None:
            only.listen(LaterStarts(window).answer)
        breathing.prepare()
        with _Interrupts(app):
            return app.exec()
    finally:
        crashes.remove()


def application() -> QApplication:
    """Return the one QApplication, made if there is none yet."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("permdesk")
    app.setApplicationDisplayName("permdesk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("permdesk")
    app.setWindowIcon(icons.app_icon())
    return app


def open_window(app: QApplication, services: Services, *, paths: Paths, tasks: Tasks) -> Window:
    """Return the window, dressed and arranged, not yet shown.

    Args:
        app: the running program.
        services: the verbs.
        paths: where settings are kept.
        tasks: where everything slow runs.
    """
    settings = Settings.load(paths.settings_file)
    theme = Theme(scheme_of(settings), density_of(settings), less_motion=less_motion_of(settings))
    theme.setParent(app)
    theme.apply(app)
    window = Window(services, tasks, theme, AppearanceController(app, theme, settings))
    for sentence in (*settings.warnings, *services.take_notices()):
        window.workspace.noticed.emit(Announcement(sentence, warning=True))
    return window


class Crashes(QObject):
    """Shows every fault of permdesk's own as a report, whatever thread it came from; the window lives on.

    Args:
        window: what the report lies over.
    """

    _caught = Signal(object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._seen: set[str] = set()
        self._before = (sys.excepthook, threading.excepthook)
        self._caught.connect(self._show)

    def install(self) -> None:
        """Begin to listen."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def remove(self) -> None:
        """Leave things as they were."""
        sys.excepthook, threading.excepthook = self._before

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.error("a fault of permdesk's own", exc_info=(kind, error, trace))
        self._caught.emit(error.with_traceback(trace))

    def _thread_hook(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._hook(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _show(self, error: BaseException) -> None:
        # One report for each place a fault comes from: a timer would open a hundred.
        where = "".join(traceback.format_tb(error.__traceback__))
        if where not in self._seen:
            self._seen.add(where)
            self._window.sheets.problem(error)


class _Interrupts:
    """Lets Ctrl+C in the terminal and a polite kill close the window as a click would."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._timer = QTimer()
        self._timer.setInterval(200)
        # Python runs a signal's handler only when it gets a turn; Qt's loop gives none by itself.
        self._timer.timeout.connect(lambda: None)
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._close_soon)
            self._timer.start()

    def _close_soon(self, _number: int, _frame: object) -> None:
        # Python may call this in the middle of a paint event: closing waits for the loop.
        QTimer.singleShot(0, self._app.closeAllWindows)

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
