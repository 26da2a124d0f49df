"""Answers that are spoilt on the way: bodies that are not what they say, and pages whose rows or links are wrong."""

import gzip
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.graph_service.faults import Fault
from tests.graph_service.replies import Reply

_NEXT = "@odata.nextLink"
#: Bytes of a body that nobody should take in whole.
HUGE = 256 * 1024 * 1024
_DEEP = 100_000


def spoil_body(fault: Fault, reply: Reply) -> Reply:
    """Return the answer with a body that is wrong though the status says 200."""
    body, content_type = reply.body, reply.content_type
    if fault.kind == "html":
        body = b"<!DOCTYPE html><html><head><title>Service</title></head><body><h1>Please wait</h1></body></html>"
        content_type = "text/html; charset=utf-8"
    elif fault.kind == "short-json":
        body = body[: max(1, len(body) * 2 // 3)]
    elif fault.kind == "empty-body":
        body = b""
    elif fault.kind == "bad-utf8":
        body = body[:-2] + b',"x":"\xff\xfe"' + body[-1:]
    elif fault.kind == "not-object":
        body = b"[1,2,3]"
    elif fault.kind == "no-value":
        body = b'{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#nothing"}'
    elif fault.kind == "deep-json":
        body = body[:-1] + b',"extra":' + b"[" * _DEEP + b"]" * _DEEP + b"}"
    elif fault.kind == "huge-number":
        body = body[:-1] + b',"@odata.count":' + b"9" * 5000 + b',"extra":-1e999999}'
    elif fault.kind == "gzip-bomb":
        return Reply(200, _bomb(), (*reply.headers, ("Content-Encoding", "gzip")), content_type, reply.cost)
    return Reply(200, body, reply.headers, content_type, reply.cost)


@cache
def _bomb() -> bytes:
    """Return a few bytes that become many once they are unpacked."""
    return gzip.compress(b'{"value":[],"extra":"' + b"x" * HUGE + b'"}', 1)


class Pages:
    """Spoils pages of lists; remembers the rows before of the same query, which a page may bring again."""

    def __init__(self) -> None:
        self._before: dict[str, list[Any]] = {}

    def spoil(self, fault: Fault, target: str, reply: Reply, origin: str) -> Reply:
        """Return the page with the fault in it; an answer that is no list is left alone."""
        if reply.status != 200 or b'"value":[' not in reply.body:
            return reply
        page = msgspec.json.decode(reply.body)
        path = _first(target)
        rows = page.pop("value")
        here = f"{origin}/v1.0{target}"
        if fault.kind == "empty-page":
            rows = []
            page[_NEXT] = here + ("&" if "?" in target else "?") + "emptied=1"
        elif fault.kind == "duplicate-rows":
            rows = [*self._before.get(path, []), *rows, *rows[:2]]
            self._before[path] = rows[-3:]
        elif fault.kind == "loop":
            page[_NEXT] = f"{origin}/v1.0{_first(target)}"
        elif fault.kind == "self-link":
            page[_NEXT] = here
        elif fault.kind == "lost-link":
            page.pop(_NEXT, None)
        elif _NEXT in page:
            parts = urlsplit(page[_NEXT])
            page[_NEXT] = f"{fault.to}{parts.path}?{parts.query}"
        return Reply(200, msgspec.json.encode(page | {"value": rows}), reply.headers, cost=reply.cost)


def _first(target: str) -> str:
    path, _, query = target.partition("?")
    return path + "?" + "&".join(part for part in query.split("&") if not part.lower().startswith("$skiptoken"))
