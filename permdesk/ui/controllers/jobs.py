"""Printing and saving under way: one at a time, told of at the foot of the window, stopped when somebody asks."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from permdesk.ui.tasks import Lane, Task, Tasks
from permdesk.ui.views.report.job_strip import JobStrip

_T = TypeVar("_T")

#: Told in words what is done, how much of it, and of how much; 0 where that is not known.
Tell = Callable[[str, int, int], None]
#: Words, icon and deed of what can be done with what came of it.
Ways = Sequence[tuple[str, str, Callable[[], object]]]

#: Seconds between two reports, at least: more would only flicker.
_EVERY: Final = 0.1


class Jobs(QObject):
    """Runs one piece of work and shows it in the strip."""

    #: Whether something is under way.
    busy_changed = Signal(bool)

    def __init__(self, tasks: Tasks, strip: JobStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._strip = tasks, strip
        self._task: Task | None = None
        self.busy = False
        strip.cancel_requested.connect(self.cancel)

    def start(
        self,
        words: str,
        work: Callable[[Task, Tell], _T],
        *,
        done: Callable[[_T], tuple[str, Ways]],
        failed: Callable[[Exception], None],
        cancelled: Callable[[], str],
    ) -> None:
        """Do something in the background.

        Args:
            words: what, until the work tells more.
            work: called on another thread with its task and with whom to tell how far it came.
            done: receives what the work returned; says how it ended and what can be done now.
            failed: receives what it raised.
            cancelled: says what came of it after somebody cancelled.
        """
        if self.busy:
            return
        self._set_busy(True)
        self._strip.show_work(words)
        ended: list[bool] = []
        # Work that runs at once, as in tests, is over before its task is known here.
        over: list[bool] = []

        def arrived(result: _T) -> None:
            said, ways = done(result)
            ended.append(True)
            self._strip.show_done(said, ways)

        def gone_wrong(error: Exception) -> None:
            ended.append(True)
            self._strip.clear()
            failed(error)

        def finished() -> None:
            self._task = None
            if not ended:
                self._strip.show_done(cancelled())
            over.append(True)
            self._set_busy(False)

        task = self._tasks.run(
            lambda task: work(task, _paced(task)),
            done=arrived,
            failed=gone_wrong,
            progress=lambda step: self._strip.show_work(*step),
            finished=finished,
            lane=Lane.NETWORK,
            owner=self,
        )
        if not over:
            self._task = task

    def cancel(self) -> None:
        """Stop what is under way; it says so once it has ended."""
        if self._task is not None:
            self._task.stop()
            self._strip.show_work("Cancelling")

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)


def counts(task: Task) -> Callable[[int, int], None]:
    """Return who reports how much of a task is done, and of how much, now and then; the end is never left out."""
    last = -_EVERY

    def tell(done: int, of: int) -> None:
        nonlocal last
        now = monotonic()
        if done >= of or now - last >= _EVERY:
            last = now
            task.report((done, of))

    return tell


def _paced(task: Task) -> Tell:
    """Return who tells a task's steps now and then; the first and the last are never left out."""
    last = -_EVERY

    def tell(words: str, done: int, total: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last >= _EVERY or done >= total:
            last = now
            task.report((words, done, total))

    return tell
