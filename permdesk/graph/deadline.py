"""Ends exchanges that take too long altogether, however slowly their bytes drip, and those nobody waits for any more.

A socket's own timeout begins anew with every byte. So a watchman beside the requests breaks their lines: that reaches
every step of one, a proxy's answer and the TLS handshake included.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from permdesk.domain.ports import CancelToken

#: Seconds between two looks at whoever may have cancelled.
_GLANCE = 0.2
#: Seconds without a request after which the watchman goes home.
_IDLE = 0.5


class Watched:
    """One exchange under the watchman's eye: breaks every line that this thread's request uses, once it has to end.

    Args:
        watchman: looks after it.
        seconds: from entering the ``with`` block.
        cancel: asked several times a second.
    """

    def __init__(self, watchman: "Watchman", seconds: float, cancel: CancelToken | None) -> None:
        self._watchman = watchman
        self._seconds = seconds
        self._cancel = cancel
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._over = False
        self._passed = False
        self._cancelled = False
        self.ends = 0.0

    @property
    def passed(self) -> bool:
        """True once the time is over."""
        return self._passed

    @property
    def cancelled(self) -> bool:
        """True once the person cancelled."""
        return self._cancelled

    @property
    def cancellable(self) -> bool:
        """True where somebody may cancel."""
        return self._cancel is not None

    def __enter__(self) -> Self:
        _current.watched = self
        self.ends = time.monotonic() + self._seconds
        self._watchman.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.watched = None
        self._watchman.remove(self)
        with self._lock:
            # From now on the lines may serve other requests.
            self._over = True
            for line in self._lines:
                line.close()

    def watch(self, line: socket.socket) -> None:
        """Break this line, too, when the exchange has to end."""
        with self._lock:
            # A handle of its own: a connection that will not be used again is closed before its answer is read.
            self._lines.append(line.dup())
            if self._passed or self._cancelled:
                _break(line)

    def look(self, now: float) -> None:
        """Break the lines where the time is over, or the person cancelled."""
        passed = now >= self.ends
        cancelled = self._cancel is not None and self._cancel.is_set()
        if not passed and not cancelled:
            return
        with self._lock:
            if self._over or self._passed or self._cancelled:
                return
            self._passed, self._cancelled = passed, cancelled
            for line in self._lines:
                _break(line)


class Watchman:
    """Looks after all exchanges of a session; its thread is there only while there is something to look after."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._exchanges: set[Watched] = set()
        self._thread: threading.Thread | None = None
        self._closed = False

    def over(self, seconds: float, cancel: CancelToken | None) -> Watched:
        """Return an exchange that ends after so many seconds, or soon after the person cancelled."""
        return Watched(self, seconds, cancel)

    def add(self, one: Watched) -> None:
        """Begin to look after an exchange."""
        with self._changed:
            self._exchanges.add(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="watchman of requests", daemon=True)
                self._thread.start()
            elif self._sooner(one):
                self._changed.notify()

    def remove(self, one: Watched) -> None:
        """Leave an exchange alone."""
        with self._changed:
            self._exchanges.discard(one)

    def close(self) -> None:
        """Go home as soon as nothing is under way."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _sooner(self, one: Watched) -> bool:
        return one.ends - time.monotonic() < self._pause or one.cancellable

    _pause = _IDLE

    def _look(self) -> None:
        idle_since = time.monotonic()
        while True:
            with self._changed:
                now = time.monotonic()
                if self._exchanges:
                    idle_since = now
                elif self._closed or now - idle_since >= _IDLE:
                    self._thread = None
                    return
                self._pause = self._until_next(now)
                self._changed.wait(self._pause)
                watched = tuple(self._exchanges)
            now = time.monotonic()
            for one in watched:
                one.look(now)

    def _until_next(self, now: float) -> float:
        if not self._exchanges:
            return _IDLE
        if any(one.cancellable for one in self._exchanges):
            return _GLANCE
        return max(0.0, min(one.ends for one in self._exchanges) - now)


class _Current(threading.local):
    watched: Watched | None = None


_current = _Current()


def _break(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _watch(line: socket.socket | None) -> None:
    if _current.watched is not None and line is not None:
        _current.watched.watch(line)


class _Connection(HTTPSConnection):
    """A connection whose line the exchange under way can break."""

    _line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        # TLS takes the socket over before its handshake ends: only a second handle reaches it then.
        self._line = made.dup()
        _watch(self._line)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self._line)
        super().request(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self._line is not None:
            self._line.close()
            self._line = None


class WatchedPool(HTTPSConnectionPool):
    """Connections to one server; each is watched by the exchange that uses it."""

    ConnectionCls = _Connection
