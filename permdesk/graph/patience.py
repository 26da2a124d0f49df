"""How often one request is tried, and how the time between is spent."""

import logging
import math
import random
from collections.abc import Callable

from msgspec import Struct

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled
from permdesk.graph.faults import GraphFault

#: Tries of one request before it counts as failed, the first included.
TRIES = 5
#: The same where Microsoft asks to come later each time: nothing is wrong but the moment.
LATER = 2 * TRIES
#: Seconds before the second try, give or take half of it so that not all come back at once; then twice as long each
#: time, up to the longest.
_FIRST_WAIT = 1.0
_LONGEST_STEP = 32.0
#: Longer waits than this in sum are a failed read that can be read again, not a window that seems to hang.
_LONGEST_WAIT = 300.0
#: The pieces a wait is cut into, so that a cancel is heard.
_SLICE = 0.25

_log = logging.getLogger(__name__)


class Wait(Struct, frozen=True):
    """A wait before a request is sent again.

    Attributes:
        seconds: left, rounded up.
        asked: True where Microsoft named the time.
        next_try: 2 for the first repetition.
    """

    seconds: int
    asked: bool
    next_try: int


class Listener(Struct, frozen=True):
    """Who hears of a request's waits, and who may end them.

    Attributes:
        cancel: asked before each request and during each wait.
        told: called several times a second during a wait.
    """

    cancel: CancelToken | None = None
    told: Callable[[Wait], None] | None = None

    def insist(self) -> None:
        """Go on, unless the person cancelled.

        Raises:
            Cancelled: they did.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled


#: Nobody listens.
NOBODY = Listener()


class Patience:
    """The tries of one request.

    Args:
        listener: hears of the waits.
        sleep: waits so many seconds.
        tries: before it counts as failed, the first included.
    """

    def __init__(self, listener: Listener, sleep: Callable[[float], None], tries: int = TRIES) -> None:
        self._most = tries
        self._listener = listener
        self._sleep = sleep
        self._tries = 1
        self._waited = 0.0

    def again(self, fault: GraphFault) -> bool:
        """Wait until the request may be sent again; False where it may not.

        Raises:
            Cancelled: the person cancelled.
        """
        seconds = self.next_wait(fault)
        if seconds is None:
            return False
        self.sit_out(seconds, asked=fault.wait is not None)
        return True

    def next_wait(self, fault: GraphFault) -> float | None:
        """Count one more try; return the seconds to wait for it, or None where there is to be none."""
        most = LATER if fault.throttled and self._most == TRIES else self._most
        if not fault.retry or self._tries >= most:
            return None
        seconds = fault.wait if fault.wait is not None else _step(self._tries)
        if self._waited + seconds > _LONGEST_WAIT:
            return None
        self._tries += 1
        self._waited += seconds
        _log.info("%s; try %d of %d follows in %.0f s", fault.title, self._tries, most, seconds)
        return seconds

    def sit_out(self, seconds: float, *, asked: bool) -> None:
        """Wait, and tell of it.

        Args:
            seconds: to wait.
            asked: Microsoft named the time.

        Raises:
            Cancelled: the person cancelled.
        """
        while seconds > 0:
            self._listener.insist()
            if self._listener.told is not None:
                self._listener.told(Wait(math.ceil(seconds), asked, self._tries))
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE


def _step(tries: int) -> float:
    chance = 0.5 + random.random()  # noqa: S311 - a crowd is spread, nothing is kept secret
    return min(_LONGEST_STEP, _FIRST_WAIT * 2.0 ** (tries - 1)) * chance
