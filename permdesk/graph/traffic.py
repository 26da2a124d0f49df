"""Runs requests side by side, and hands what they bring to one thread, piece by piece and in each one's order."""

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from msgspec import Struct

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled

#: Bytes of answers that may wait to be worked on.
_WAITING_BYTES = 32 * 1024 * 1024
#: Seconds between two questions whether the person cancelled.
_SLICE = 0.1
#: Seconds for which a thread works before another gets its turn.
_TURN = 0.0005


class _Arrived(Struct, frozen=True):
    work: Callable[[], object]
    size: int


class _Ended(Struct, frozen=True):
    problem: BaseException | None


#: What a lane calls with work for the one thread, and with the bytes that wait for it.
Deliver = Callable[[Callable[[], object], int], None]


class Traffic:
    """Lanes that fetch, and the one thread that works on what they fetched.

    Args:
        lanes: how many fetch at once.
        cancel: asked several times a second.
    """

    def __init__(self, *, lanes: int, cancel: CancelToken | None) -> None:
        self._cancel = cancel
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="permdesk-read")
        self._changed = threading.Condition()
        self._arrived: deque[_Arrived | _Ended] = deque()
        self._waiting = 0
        self._open = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def is_set(self) -> bool:
        """True once nothing more is wanted: the person cancelled, or the work is over (so this is a cancel token)."""
        return self._stopped.is_set() or (self._cancel is not None and self._cancel.is_set())

    def start(self, lane: Callable[[Deliver], None]) -> None:
        """Let a lane fetch; called by the one thread alone."""
        self._open += 1
        self._pool.submit(self._run, lane)

    def work(self) -> None:
        """Work on what arrives until no lane is open any more.

        Raises:
            Cancelled: the person cancelled.
        Whatever else a lane or a piece of work raises ends it as well.
        """
        while self._open:
            item = self._next()
            if isinstance(item, _Ended):
                self._open -= 1
                if item.problem is not None:
                    raise item.problem
            else:
                item.work()

    def _next(self) -> _Arrived | _Ended:
        with self._changed:
            while not self._arrived:
                self._insist()
                self._changed.wait(_SLICE)
            self._insist()
            item = self._arrived.popleft()
            if isinstance(item, _Arrived):
                self._waiting -= item.size
                self._changed.notify_all()
            return item

    def _insist(self) -> None:
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled

    def _run(self, lane: Callable[[Deliver], None]) -> None:
        problem: BaseException | None = None
        try:
            lane(self._deliver)
        except BaseException as raised:
            problem = raised
        with self._changed:
            self._arrived.append(_Ended(problem))
            self._changed.notify_all()

    def _deliver(self, work: Callable[[], object], size: int) -> None:
        with self._changed:
            # One piece at least, however large.
            while self._waiting and self._waiting + size > _WAITING_BYTES and not self.is_set():
                self._changed.wait(_SLICE)
            self._waiting += size
            self._arrived.append(_Arrived(work, size))
            self._changed.notify_all()


class _Undisturbed:
    """Read as fast as two threads may that share one interpreter: for a process that does little else meanwhile.

    No garbage is looked for: rows hold no cycles, and each look would go through all that were read so far. And lanes
    get their turn sooner: a page comes over TLS in many small pieces, each of which needs a turn. Of several reads at
    once the last one to end puts everything back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reads = 0
        self._collects = True
        self._interval = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if self._reads == 0:
                self._collects, self._interval = gc.isenabled(), sys.getswitchinterval()
                gc.disable()
                sys.setswitchinterval(min(self._interval, _TURN))
            self._reads += 1

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._reads -= 1
            if self._reads == 0:
                sys.setswitchinterval(self._interval)
                if self._collects:
                    gc.enable()


undisturbed = _Undisturbed()
