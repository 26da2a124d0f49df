"""Waits for work that cannot be ended, and leaves it to itself when nobody wants it any more."""

import queue
import threading
import time
from collections.abc import Callable
from typing import NoReturn, TypeVar

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled

T = TypeVar("T")

#: Seconds between two looks at a cancel token.
LOOK = 0.1


class TooLateError(Exception):
    """The time is over; the work may still be under way."""


class Either:
    """Set once one of several cancel tokens is."""

    def __init__(self, *tokens: CancelToken) -> None:
        self._tokens = tokens

    def is_set(self) -> bool:
        """True once one of them is set."""
        return any(token.is_set() for token in self._tokens)


def awaited(work: Callable[[], T], *, name: str, cancel: CancelToken, seconds: float = 86_400.0) -> T:
    """Return what the work returns; it runs on a thread that does not hold up the end of the program.

    Args:
        work: what is to be done; its thread goes on after a cancel until the work ends by itself.
        name: of the thread.
        cancel: asked ten times a second.
        seconds: how long to wait.

    Raises:
        Cancelled: the token was set.
        TooLateError: the time is over.
        Exception: whatever the work raises.
    """
    if cancel.is_set():
        raise Cancelled
    outcome: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()

    def run() -> None:
        try:
            value = work()
        except BaseException as problem:  # of whatever kind: somebody waits for it
            outcome.put(_raising(problem))
        else:
            outcome.put(lambda: value)

    threading.Thread(target=run, name=name, daemon=True).start()
    end = time.monotonic() + seconds
    while not cancel.is_set():
        left = end - time.monotonic()
        if left <= 0:
            raise TooLateError
        try:
            told = outcome.get(timeout=min(LOOK, left))
        except queue.Empty:
            continue
        return told()
    raise Cancelled


def _raising(problem: BaseException) -> Callable[[], NoReturn]:
    def tell() -> NoReturn:
        raise problem

    return tell
