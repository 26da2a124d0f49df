"""Answers as Graph words them: status, headers and body; errors with Graph's own codes."""

import itertools
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from msgspec import Struct

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

_numbers = itertools.count(1)


class Reply(Struct):
    """An answer: ``cost`` in resource units, ``zipped`` the body with gzip once somebody asked for it."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON
    cost: int = 1
    #: May be given again to the same question while the tenant stays as it is.
    lasting: bool = False
    zipped: bytes = b""


class Refusal(Exception):
    """Graph refuses: an HTTP status with a code and a message."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.reply = error(status, code, message, *headers)


def request_id() -> str:
    """Return a GUID that no other answer bears."""
    number = f"{next(_numbers):032x}"
    return f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"


def error(status: int, code: str, message: str, *headers: tuple[str, str]) -> Reply:
    """Return an error as concepts/errors.md describes it."""
    identity = request_id()
    inner = {
        "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}",
        "request-id": identity,
        "client-request-id": identity,
    }
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return Reply(status, msgspec.json.encode(body), headers, "application/json")


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP headers write it."""
    return format_datetime(moment, usegmt=True)


def not_found(identity: str) -> Refusal:
    message = f"Resource '{identity}' does not exist or one of its queried reference-property objects are not present."
    return Refusal(404, "Request_ResourceNotFound", message)


def bad_request(message: str) -> Refusal:
    return Refusal(400, "Request_BadRequest", message)


def unsupported(message: str) -> Refusal:
    return Refusal(400, "Request_UnsupportedQuery", message)


def malformed(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)
