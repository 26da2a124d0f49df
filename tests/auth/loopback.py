"""Whoever speaks to the receiver: browsers, other programs, and what is no HTTP at all."""

import socket
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


class Reply(NamedTuple):
    """What came back: status 0 where nothing did."""

    status: int
    headers: dict[str, str]
    body: str


def raw(port: int, *pieces: bytes, half_close: bool = False) -> Reply:
    """Send bytes as they are, and read until the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for piece in pieces:
            line.sendall(piece)
        if half_close:
            line.shutdown(socket.SHUT_WR)
        return read(line)


def read(line: socket.socket) -> Reply:
    """Read an answer to its end."""
    received = b""
    try:
        while piece := line.recv(65536):
            received += piece
    except ConnectionError:
        pass
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0].startswith("HTTP/"):
        return Reply(0, {}, received.decode("utf-8", "replace"))
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return Reply(int(lines[0].split()[1]), headers, body.decode())


def request(
    port: int, method: str = "POST", *, path: str = "/", body: bytes = b"", kind: str = FORM, host: str | None = None
) -> bytes:
    """Return a request as it goes over the line."""
    host = f"localhost:{port}" if host is None else host
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def form(**fields: str) -> bytes:
    """Return a form as a browser sends it."""
    return urlencode(fields).encode()


def post(port: int, **fields: str) -> Reply:
    """Post a form as a browser does."""
    return raw(port, request(port, body=form(**fields)))


def port_of(redirect: str) -> int:
    """Return the port of the address that a browser is sent back to."""
    return urlsplit(redirect).port or 0


def closed(port: int) -> bool:
    """True where nobody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
