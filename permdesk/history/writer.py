"""Writes in the background: what came together is written together, and what cannot be written ends nothing."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from permdesk.errors import StorageError

T = TypeVar("T")


class BackgroundWriter(Generic[T]):
    """Hands what it is given to ``write``, in order, from a thread of its own.

    After the first problem everything else is thrown away: what it rests on is not kept.

    Args:
        name: of the thread.
        write: writes things together, all or none.
        ended: called by the thread when it ends.
        most: weight that may wait; more makes ``put`` wait.
        patience: seconds that ``put`` waits before it gives up on a disk that stands still.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[list[T]], None],
        *,
        ended: Callable[[], None],
        most: int,
        patience: float,
    ) -> None:
        self._write = write
        self._ended = ended
        self._most = most
        self._patience = patience
        self._changed = threading.Condition()
        self._waiting: list[tuple[T, int]] = []
        self._weight = 0
        self._busy = False
        self._ending = False
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def problem(self) -> Exception | None:
        """The first problem."""
        return self._problem

    def put(self, thing: T, *, weight: int) -> bool:
        """Have something written; waits while too much is waiting already. False where nothing is written any more."""
        with self._changed:
            end = time.monotonic() + self._patience
            while self._weight and self._weight + weight > self._most and self._takes:
                left = end - time.monotonic()
                if left <= 0:
                    self._give_up(_standstill(self._patience))
                    break
                self._changed.wait(left)
            if not self._takes:
                return False
            self._waiting.append((thing, weight))
            self._weight += weight
            self._changed.notify_all()
            return True

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything is written, or a problem arose; False where that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def end(self, timeout: float | None = None) -> None:
        """Write what is waiting, then end; wait for it so many seconds at most."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(timeout)

    @property
    def _takes(self) -> bool:
        return self._problem is None and not self._ending

    def _run(self) -> None:
        try:
            while (things := self._next()) is not None:
                try:
                    self._write(things)
                except Exception as problem:  # told by whoever finishes
                    with self._changed:
                        self._give_up(problem)
                finally:
                    with self._changed:
                        self._busy = False
                        self._changed.notify_all()
        finally:
            self._ended()

    def _next(self) -> list[T] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending)
            if not self._waiting:
                return None
            things = [thing for thing, _ in self._waiting]
            self._waiting.clear()
            self._weight = 0
            self._busy = True
            self._changed.notify_all()
            return things

    def _give_up(self, problem: Exception) -> None:
        self._problem = self._problem or problem
        self._waiting.clear()
        self._weight = 0
        self._changed.notify_all()


def _standstill(seconds: float) -> StorageError:
    return StorageError(
        "The disk with the history does not keep up",
        detail=f"Nothing could be written for {seconds:.0f} seconds.",
        remedy="Try again, or name another folder with --data-dir.",
    )
