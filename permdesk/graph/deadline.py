"""Ends an exchange that takes too long altogether, however slowly its bytes drip.

A socket's own timeout begins anew with every byte. So a clock beside the request breaks its line: that reaches
every step of it, a proxy's answer and the TLS handshake included.
"""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self

from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


class Deadline:
    """Breaks every line that this thread's request uses, once the time is over.

    Args:
        seconds: from entering the ``with`` block.
    """

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._over = False
        self._passed = False
        self._clock = threading.Timer(seconds, self._strike)
        self._clock.name = "deadline of a request"
        self._clock.daemon = True

    @property
    def passed(self) -> bool:
        """True once the time is over."""
        return self._passed

    def __enter__(self) -> Self:
        _current.deadline = self
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.deadline = None
        self._clock.cancel()
        with self._lock:
            # From now on the lines may serve other requests.
            self._over = True
            for line in self._lines:
                line.close()

    def watch(self, line: socket.socket) -> None:
        """Break this line, too, when the time is over."""
        with self._lock:
            # A handle of its own: a connection that will not be used again is closed before its answer is read.
            self._lines.append(line.dup())
            if self._passed:
                _break(line)

    def _strike(self) -> None:
        with self._lock:
            if self._over:
                return
            self._passed = True
            for line in self._lines:
                _break(line)


class _Current(threading.local):
    deadline: Deadline | None = None


_current = _Current()


def _break(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _watch(line: socket.socket | None) -> None:
    if _current.deadline is not None and line is not None:
        _current.deadline.watch(line)


class _Connection(HTTPSConnection):
    """A connection whose line the deadline of the request under way can break."""

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
    """Connections to one server; each is watched by the deadline of the request that uses it."""

    ConnectionCls = _Connection
