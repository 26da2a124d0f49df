"""Tells of what changes quickly now and then, and never keeps the last word to itself."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Hands on the newest of what it is given, from a thread of its own; the rest is left out.

    Args:
        tell: called with it, in that thread; it raises nothing.
        every: seconds between two calls, at least.
    """

    def __init__(self, tell: Callable[[T], None], *, every: float) -> None:
        self._tell = tell
        self._every = every
        self._changed = threading.Condition()
        self._newest: tuple[T] | None = None
        self._over = False
        self._thread = threading.Thread(target=self._run, name="permdesk-latest", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def __call__(self, newest: T) -> None:
        """Take what is told next; any thread may call."""
        with self._changed:
            self._newest = (newest,)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._newest is None and not self._over:
                    self._changed.wait()
                newest, self._newest = self._newest, None
            if newest is None:
                return
            self._tell(newest[0])
            with self._changed:
                self._changed.wait_for(lambda: self._over, self._every)
