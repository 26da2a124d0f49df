"""How many requests may be under way at once: fewer when Microsoft asks to slow down, more again when it does not."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from permdesk.graph.patience import Listener

#: Requests at once, at most: what one tenant and app are allowed is far more, but not in one burst.
WIDEST = 16
#: Good answers in a row after which one more request may be under way.
_BETTER_AFTER = 8
#: Share of the allowance, as ``x-ms-throttle-limit-percentage`` tells it, from which on to hold back.
_NEARLY = 0.9
#: Seconds between two questions whether the person cancelled.
_SLICE = 0.1


class Gate:
    """Lets so many requests through at once, and none while Microsoft asked to wait; any thread may come.

    Args:
        widest: requests at once while nothing is amiss.
        now: seconds of a clock that never goes back.
    """

    def __init__(self, *, widest: int = WIDEST, now: Callable[[], float] = time.monotonic) -> None:
        self._widest = widest
        self._now = now
        self._changed = threading.Condition()
        self._limit = widest
        self._inside = 0
        self._good = 0
        self._shut_until = 0.0

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return self._limit

    @contextlib.contextmanager
    def passage(self, listener: Listener) -> Iterator[None]:
        """Wait for one's turn, and hold it for one request.

        Raises:
            Cancelled: the person cancelled meanwhile.
        """
        with self._changed:
            listener.insist()
            while self._inside >= self._limit or self._now() < self._shut_until:
                self._changed.wait(_SLICE)
                listener.insist()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify()

    def went_well(self, used: str | None) -> None:
        """Note an answer.

        Args:
            used: the share of the allowance that is used up, as the answer tells it.
        """
        with self._changed:
            if used is not None and _share(used) >= _NEARLY:
                self._narrow()
                return
            self._good += 1
            if self._good >= _BETTER_AFTER and self._limit < self._widest:
                self._good = 0
                self._limit += 1
                self._changed.notify()

    def slow_down(self, seconds: float | None) -> None:
        """Note that Microsoft asked to slow down, for so many seconds where it says."""
        with self._changed:
            self._narrow()
            if seconds is not None:
                # Others of the same app and tenant would be refused just as well.
                self._shut_until = max(self._shut_until, self._now() + min(seconds, 10.0))

    def _narrow(self) -> None:
        self._good = 0
        self._limit = max(1, self._limit // 2)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
