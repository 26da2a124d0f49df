"""How many requests may be under way at once: fewer when Microsoft asks to slow down, more again when it does not."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator

from permdesk.graph.patience import Listener

#: Requests at once, at most: what one tenant and app are allowed is far more, but not in one burst.
WIDEST = 16
#: Good answers in a row after which more requests may be under way.
_BETTER_AFTER = 4
#: Microsoft tells how much of the allowance is used up from this share on, and counts over so many seconds
#: (learn.microsoft.com/graph/throttling-limits, x-ms-throttle-limit-percentage).
_NEARLY = 0.8
_WINDOW = 10.0
#: A longer rest for everybody is not worth it: each request keeps to what it was told itself.
_LONGEST_REST = 10.0
#: Batches are split into so many parts at most.
_MOST_PARTS = 32
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
        #: Up to so many at once the way back is fast; from there on it is slow.
        self._before = widest
        self._parts = 1
        self._inside = 0
        self._good = 0
        self._shut_until = -math.inf

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return self._limit

    def packed(self, most: int) -> int:
        """Return how many requests to send in one batch now, of at most so many."""
        return max(1, most // self._parts)

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

    def went_well(self, used: float) -> None:
        """Note an answer.

        Args:
            used: the share of the allowance that is used up, as the answer tells it; 0 where it does not.
        """
        with self._changed:
            if used > _NEARLY:
                self._rest(used)
                return
            self._good += 1
            if self._good >= _BETTER_AFTER:
                self._good = 0
                self._parts = max(1, self._parts // 2)
                self._limit = min(self._widest, self._limit * 2 if self._limit < self._before else self._limit + 1)
                self._changed.notify_all()

    def slow_down(self, seconds: float | None, used: float, *, packed: bool = False) -> None:
        """Note that Microsoft asked to slow down.

        Args:
            seconds: for so long, where it says.
            used: the share of the allowance that is used up, as in ``went_well``.
            packed: most of a batch was asked to come later: it was too much at once.
        """
        with self._changed:
            if packed and not self._shut:
                self._parts = min(_MOST_PARTS, self._parts * 2)
            # Others of the same app and tenant would be refused just as well.
            self._rest(used, seconds or 0.0)

    def _rest(self, used: float, seconds: float = 0.0) -> None:
        """Let fewer through, after a rest; what was under way meanwhile tells nothing new."""
        self._good = 0
        limit = self._limit if self._shut else max(1, self._limit // 2)
        if used >= 1:
            # One at a time, so that each answer tells how much room there is for the next.
            limit = 1
        if limit < self._limit:
            self._limit, self._before = limit, max(1, self._limit // 2)
        # What is used up of the allowance comes back within the window.
        rest = max(seconds, (used - _NEARLY) * _WINDOW)
        self._shut_until = max(self._shut_until, self._now() + min(rest, _LONGEST_REST))

    @property
    def _shut(self) -> bool:
        return self._now() < self._shut_until
