"""One scan at a time on its way into the window: begun, told of, stopped, and what becomes of what was read."""

import threading
from functools import partial

from PySide6.QtCore import QObject, Signal

from permdesk.presentation.progress import Pace
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget, Target, TokenTarget
from permdesk.ui.controllers.loading import Shown, load
from permdesk.ui.tasks import Lane, Task, Tasks

_KEY = "scan"
#: Seconds that a scan waits for a cancelled one to leave its pages in order, which it then goes on with.
_LEAVES = 8.0
#: Seconds between two questions whether the person cancelled.
_SLICE = 0.1


class Reading(QObject):
    """Reads what a target names.

    Args:
        services: the verbs.
        tasks: where it runs.
    """

    begun = Signal()
    #: Pace
    moved = Signal(object)
    #: Nothing is read any more, whatever became of it; comes after ``arrived`` and before ``failed``.
    over = Signal()
    #: Shown
    arrived = Signal(object)
    #: Exception
    failed = Signal(object)

    def __init__(self, services: Services, tasks: Tasks, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self._task: Task | None = None
        self._gone = threading.Event()
        self._gone.set()
        #: True while a tenant is read.
        self.active = False
        #: What is read, or was last.
        self.target: Target | None = None

    def start(self, target: Target, *, afresh: bool = False) -> None:
        """Read or open a tenant; a scan under way is given up for it.

        Args:
            target: what to read or open.
            afresh: read everything, whatever is known already.
        """
        if self._task is not None:
            self._task.stop()
        self.target = target
        earlier, self._gone = self._gone, threading.Event()
        self.begun.emit()
        self.active = True
        self._task = self._tasks.run(
            partial(self._work, target, afresh, earlier),
            done=self._done,
            failed=self._failed,
            progress=self._tell,
            finished=self._gone.set,
            lane=Lane.NETWORK,
            key=_KEY,
            owner=self,
        )

    def stop(self) -> None:
        """Read no more; what was read stays where it is kept."""
        if self._task is not None and self.active:
            self._task.stop()
            self._over()

    @property
    def keeps(self) -> bool:
        """True where a scan that is stopped now can be gone on with."""
        target = self.target
        return self.active and isinstance(target, TokenTarget) and target.token.tenant_id is not None

    def _work(self, target: Target, afresh: bool, earlier: threading.Event, task: Task) -> Shown:
        # It holds the pages that this one is to go on with.
        for _ in range(int(_LEAVES / _SLICE)):
            if task.cancel.is_set() or earlier.wait(_SLICE):
                break
        return load(self._services, target, progress=task.report, cancel=task.cancel, afresh=afresh)

    def _tell(self, pace: Pace) -> None:
        if self.active:
            self.moved.emit(pace)

    def _done(self, shown: Shown) -> None:
        self.active = False
        # What was there before is not shown once more for a moment.
        self.arrived.emit(shown)
        self.over.emit()

    def _failed(self, error: Exception) -> None:
        self._over()
        self.failed.emit(error)

    def _over(self) -> None:
        self.active = False
        self.over.emit()


def kept_words(*, another: bool) -> str:
    """Return what becomes of what a stopped scan had read.

    Args:
        another: it read another tenant than the one on screen.
    """
    if another:
        return "What was read is kept for an hour; a scan of that tenant goes on from there."
    return "What was read is kept for an hour; Scan goes on from there."


def is_read(target: Target | None) -> bool:
    """True for what is read from a service, and not opened from a file or the history."""
    return isinstance(target, SampleTarget | TokenTarget)
