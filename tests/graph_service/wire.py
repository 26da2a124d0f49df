"""HTTP/1.1 over TLS on loopback: takes requests apart, sends answers, and breaks connections when told to."""

import asyncio
import gzip
import re
import socket
import struct
from http import HTTPStatus

from tests.graph_service.faults import Fault
from tests.graph_service.replies import JSON, Reply, error, request_id
from tests.graph_service.service import Outcome, Request, Service
from tests.graph_service.spoiling import HUGE

_PIECE = b"x" * 256 * 1024
_LONGEST_HEAD, _LONGEST_BODY = 64 * 1024, 4 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus} | {509: "Bandwidth Limit Exceeded"}


class Connection(asyncio.Protocol):
    """One connection: requests are answered in their order, and it stays open."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.buffer = bytearray()
        self.busy = False
        self.transport: asyncio.Transport
        self.timer: asyncio.TimerHandle | None = None
        #: Bytes of a huge body that are still to come; whether the other side is slow to take them.
        self.flood = 0
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.service.counts["connections"] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self.flood = 0
        if self.timer is not None:
            self.timer.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.busy:
            self._next()

    def _next(self) -> None:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > _LONGEST_HEAD:
                self.transport.abort()
            return
        request, length = _parse(bytes(self.buffer[:end]))
        if request is None or length > _LONGEST_BODY:
            self._send(error(413 if request else 400, "BadRequest", "The request is not readable."), None, close=True)
            return
        if len(self.buffer) < end + 4 + length:
            return
        request.body = bytes(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        self.busy = True
        outcome = self.service.handle(request)
        latency = self.service.switches.latency
        if latency:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(latency, self._answer, request, outcome)
        else:
            self._answer(request, outcome)

    def _answer(self, request: Request, outcome: Outcome) -> None:
        self.timer = None
        if self.transport.is_closing():
            return
        close = request.headers.get("connection", "").lower() == "close"
        if outcome.fault is not None and outcome.fault.kind == "slow":
            slow = Outcome(outcome.reply)
            self.timer = asyncio.get_running_loop().call_later(outcome.fault.seconds, self._answer, request, slow)
            return
        if outcome.fault is not None:
            self._break(request, outcome.reply, outcome.fault)
            return
        self._send(outcome.reply, request, close=close)
        self.busy = False
        if close:
            self.transport.close()
        elif self.buffer:
            self._next()

    def _send(self, reply: Reply, request: Request | None, *, close: bool = False) -> None:
        head, body = self._compose(reply, request, close=close)
        self.service.counts["bytes"] += len(head) + len(body)
        self.transport.writelines([head, body])
        if close:
            self.transport.close()

    def _compose(
        self, reply: Reply, request: Request | None, *, close: bool = False, chunked: bool = False
    ) -> tuple[bytes, bytes]:
        switches = self.service.switches
        body, headers = reply.body, list(reply.headers)
        if switches.gzip and request is not None and "gzip" in request.headers.get("accept-encoding", ""):
            reply.zipped = body = reply.zipped or gzip.compress(body, 4)
            headers.append(("Content-Encoding", "gzip"))
        if chunked or switches.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
            middle = len(body) // 2
            parts = [part for part in (body[:middle], body[middle:]) if part]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        else:
            headers.append(("Content-Length", str(len(body))))
        identity = request_id()
        client = request.headers.get("client-request-id", identity) if request else identity
        kind = f"{reply.content_type or JSON}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        head = (
            f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Unknown')}\r\nCache-Control: no-cache\r\n"
            f"Content-Type: {kind}\r\nVary: Accept-Encoding\r\nOData-Version: 4.0\r\n"
            f"x-ms-resource-unit: {reply.cost}\r\nrequest-id: {identity}\r\nclient-request-id: {client}\r\n"
            f"{'Connection: close' + chr(13) + chr(10) if close else ''}{lines}\r\n"
        )
        return head.encode("latin-1"), body

    # Faults -------------------------------------------------------------------------------------------------------

    def _break(self, request: Request, reply: Reply, fault: Fault) -> None:
        """End the exchange as the fault says; the connection is of no more use."""
        kind = fault.kind
        loop = asyncio.get_running_loop()
        if kind == "reset":
            self._reset()
            return
        if kind == "close":
            self.transport.close()
            return
        if kind == "huge-body":
            start = b'{"value":[],"extra":"'
            head, _ = self._compose(reply, request)
            length = b"Content-Length: %d\r\n" % (len(start) + HUGE)
            self.transport.writelines([re.sub(rb"Content-Length: \d+\r\n", length, head), start])
            self.flood = HUGE
            self._pour()
            return
        if kind == "stall":
            self.timer = loop.call_later(fault.seconds, self._reset)
            return
        head, body = self._compose(reply, request, chunked=kind == "chunk-cut")
        half = body[: max(1, len(body) // 2)]
        self.service.counts["bytes"] += len(head) + len(half)
        self.transport.writelines([head, half])
        if kind in ("truncate", "chunk-cut"):
            self.transport.close()
        else:
            self.timer = loop.call_later(0.05 if kind == "reset-middle" else fault.seconds, self._reset)

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        """Go on with a huge body as fast as it is taken, and no faster."""
        if self.paused:
            self.paused = False
            self._pour()

    def _pour(self) -> None:
        if not self.flood or self.paused or self.transport.is_closing():
            return
        self.flood -= len(_PIECE)
        self.service.counts["bytes"] += len(_PIECE)
        self.transport.write(_PIECE)
        # Piece by piece: in between it is heard that the other side is gone.
        asyncio.get_running_loop().call_soon(self._pour)

    def _reset(self) -> None:
        """End the connection with a TCP reset."""
        self.timer = None
        raw = self.transport.get_extra_info("socket")
        if raw is not None and not self.transport.is_closing():
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def _parse(head: bytes) -> tuple[Request | None, int]:
    """Return the request of a head with the length of its body."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            return None, 0
        headers[name.lower()] = value.strip()
    length = headers.get("content-length", "0")
    readable = len(words) == 3 and words[2] == "HTTP/1.1" and "host" in headers and length.isdecimal()
    if not readable or "transfer-encoding" in headers:
        return None, 0
    return Request(words[0], words[1], headers, b""), int(length)
