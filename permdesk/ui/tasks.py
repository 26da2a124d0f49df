"""The one task runner: work goes to threads, and results come back to the window's thread in one place."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from permdesk.errors import Cancelled

_log = logging.getLogger("permdesk.ui.tasks")
_T = TypeVar("_T")
_NETWORK_THREADS: Final = 4


class Lane(StrEnum):
    """Where work runs: one thread for the store, so that its work is serial; a pool for what waits on others."""

    STORE = "store"
    NETWORK = "network"


class Task:
    """One piece of work under way, as the work itself and its starter see it.

    Attributes:
        key: what it is about; a newer task of the same key makes this one stale.
        cancel: set once somebody cancelled; work asks it between steps.
    """

    def __init__(self, key: str | None, tasks: "TaskRunner") -> None:
        self.key = key
        self.cancel = threading.Event()
        self._tasks = tasks

    def stop(self) -> None:
        """Cancel: the work is told at once, and nothing it still says is delivered."""
        self.cancel.set()

    def report(self, progress: object) -> None:
        """Tell the window how far the work has come; called by the work itself, on its own thread.

        Raises:
            Cancelled: somebody cancelled meanwhile.
        """
        if self.cancel.is_set():
            raise Cancelled
        self._tasks.deliver(self, "progress", progress)


class TaskRunner(Protocol):
    """What starts tasks and receives what they say."""

    def deliver(self, task: Task, part: str, value: object) -> None:
        """Take a result, error or progress of a task from whatever thread it comes."""
        ...


class _Listener:
    """Who hears of one task."""

    def __init__(
        self,
        owner: QObject | None,
        done: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
        progress: Callable[[Any], None] | None,
        finished: Callable[[], None] | None,
    ) -> None:
        self.owner, self.done, self.failed, self.progress, self.finished = owner, done, failed, progress, finished

    @property
    def gone(self) -> bool:
        return self.owner is not None and not shiboken6.isValid(self.owner)


class Tasks(QObject):
    """Runs work off the window's thread.

    Every callback is called on the thread this object lives in. A task is stale once a newer one of its key was
    started: then, as after a cancel and after its owner is gone, neither ``done`` nor ``failed`` nor ``progress`` is
    called. ``finished`` is called in every case except a gone owner, after the others.

    Args:
        lanes: executors to use; made here where none are given.
    """

    #: An error nobody asked for with ``failed``, for the window's own message.
    unhandled = Signal(object)
    #: Whether anything is under way.
    busy_changed = Signal(bool)
    _arrived = Signal(object, str, object)

    def __init__(self, lanes: dict[Lane, Executor] | None = None, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes if lanes is not None else _threads()
        self._listeners: dict[Task, _Listener] = {}
        self._newest: dict[str, Task] = {}
        self._turns: dict[str, Iterator[Callable[[], None]]] = {}
        self._closed = False
        # Queued even from this thread: a callback never runs inside the call that started its task.
        self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while a task has not come back, or something that is done in turns is not through."""
        return bool(self._listeners or self._turns)

    def run(
        self,
        work: Callable[[Task], _T],
        *,
        done: Callable[[_T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[Any], None] | None = None,
        finished: Callable[[], None] | None = None,
        lane: Lane = Lane.STORE,
        key: str | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Start work and return its task.

        Args:
            work: called with the task on a thread of ``lane``; raises ``Cancelled`` when it stops early.
            done: receives what the work returned.
            failed: receives what it raised; without it ``unhandled`` is emitted.
            progress: receives what the work reports.
            finished: called last, however it ended.
            lane: store or network.
            key: replaces any older task of the same key, which is cancelled.
            owner: nothing is called once this object is destroyed.
        """
        task = Task(key, self)
        if self._closed:
            task.stop()
            return task
        if key is not None:
            older = self._newest.get(key)
            if older is not None:
                older.stop()
            self._newest[key] = task
        self._listeners[task] = _Listener(owner, done, failed, progress, finished)
        if len(self._listeners) == 1:
            self.busy_changed.emit(True)
        self._lanes[lane].submit(self._work, task, work)
        return task

    def cancel(self, key: str) -> None:
        """Cancel the newest task of a key, if one is under way."""
        task = self._newest.get(key)
        if task is not None:
            task.stop()

    def in_turns(self, key: str, steps: Iterable[Callable[[], None]]) -> None:
        """Do something on this thread piece by piece, so that the window answers in between.

        Args:
            key: what it is about; steps that are left of an older call of the same key are not done any more.
            steps: one is done each time the event loop comes round.
        """
        turns = self._turns[key] = iter(steps)
        self._next_turn(key, turns)

    def _next_turn(self, key: str, turns: "Iterator[Callable[[], None]]") -> None:
        if self._closed or self._turns.get(key) is not turns:
            return
        step = next(turns, None)
        if step is None:
            del self._turns[key]
            return
        QTimer.singleShot(0, self, partial(self._next_turn, key, turns))
        step()

    def close(self) -> None:
        """Cancel everything, deliver nothing more, and wait for the threads to end."""
        self._closed = True
        for task in list(self._listeners):
            task.stop()
        self._listeners.clear()
        self._newest.clear()
        self._turns.clear()
        for executor in self._lanes.values():
            executor.shutdown(wait=True, cancel_futures=True)

    def deliver(self, task: Task, part: str, value: object) -> None:
        """Take a result, error or progress of a task from whatever thread it comes."""
        if not self._closed:
            self._arrived.emit(task, part, value)

    def _work(self, task: Task, work: Callable[[Task], object]) -> None:
        if task.cancel.is_set():
            self.deliver(task, "failed", Cancelled())
            return
        try:
            result = work(task)
        except Exception as error:  # whatever the work raises belongs to its starter, on its thread
            self.deliver(task, "failed", error)
        else:
            self.deliver(task, "done", result)

    @Slot(object, str, object)
    def _receive(self, task: Task, part: str, value: object) -> None:
        listener = self._listeners.get(task)
        if listener is None:
            return
        ended = part != "progress"
        if ended:
            del self._listeners[task]
            if task.key is not None and self._newest.get(task.key) is task:
                del self._newest[task.key]
        try:
            if not listener.gone:
                self._tell(listener, task, part, value)
                if ended and listener.finished is not None and not listener.gone:
                    listener.finished()
        finally:
            if ended and not self._listeners:
                self.busy_changed.emit(False)

    def _tell(self, listener: _Listener, task: Task, part: str, value: Any) -> None:
        if task.cancel.is_set() or isinstance(value, Cancelled):
            return
        if part == "done":
            if listener.done is not None:
                listener.done(value)
        elif part == "progress":
            if listener.progress is not None:
                listener.progress(value)
        elif listener.failed is not None:
            listener.failed(value)
        else:
            _log.error("a task failed and nobody asked", exc_info=value)
            self.unhandled.emit(value)


class SynchronousTasks(Tasks):
    """The same runner for tests: work runs at once, in order, on the caller's thread, and so do its callbacks."""

    def __init__(self, *, parent: QObject | None = None) -> None:
        super().__init__({}, parent=parent)

    def run(
        self,
        work: Callable[[Task], _T],
        *,
        done: Callable[[_T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        progress: Callable[[Any], None] | None = None,
        finished: Callable[[], None] | None = None,
        lane: Lane = Lane.STORE,
        key: str | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Run work and its callbacks before returning."""
        task = Task(key, self)
        self._listeners[task] = _Listener(owner, done, failed, progress, finished)
        self._work(task, work)
        return task

    def in_turns(self, key: str, steps: Iterable[Callable[[], None]]) -> None:
        """Do all of it before returning."""
        for step in steps:
            step()

    def deliver(self, task: Task, part: str, value: object) -> None:
        """Hand on what a task says, at once."""
        self._receive(task, part, value)


def _threads() -> dict[Lane, Executor]:
    return {
        Lane.STORE: ThreadPoolExecutor(1, thread_name_prefix="permdesk-store"),
        Lane.NETWORK: ThreadPoolExecutor(_NETWORK_THREADS, thread_name_prefix="permdesk-network"),
    }
