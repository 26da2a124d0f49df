"""How often one request is tried, and how the time between is spent."""

import logging
import math
from collections.abc import Callable

from msgspec import Struct

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled
from permdesk.graph.faults import GraphFault

#: Tries of one request before it counts as failed, the first included.
TRIES = 4
_FIRST_WAIT = 1.0
#: A longer wait than this is a failed read that can be read again, not a window that seems to hang.
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


def bearable(seconds: float | None) -> bool:
    """True for a wait that Microsoft asks for and permdesk is ready to spend, and where none is asked for."""
    return seconds is None or seconds <= _LONGEST_WAIT


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

    def again(self, fault: GraphFault) -> bool:
        """Wait until the request may be sent again; False where it may not.

        Raises:
            Cancelled: the person cancelled.
        """
        if not fault.retry or self._tries >= self._most or not bearable(fault.wait):
            return False
        asked = fault.wait is not None
        seconds = fault.wait if fault.wait is not None else _FIRST_WAIT * 2.0 ** (self._tries - 1)
        self._tries += 1
        _log.info("%s; try %d of %d follows in %.0f s", fault.title, self._tries, TRIES, seconds)
        while seconds > 0:
            self._listener.insist()
            if self._listener.told is not None:
                self._listener.told(Wait(math.ceil(seconds), asked, self._tries))
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE
        return True
