"""JSON batching: what makes a batch malformed, in which order it is done, how its answers are put together.

Source: concepts/json-batching.md and OData JSON 4.01, section 19.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from tests.graph_service.replies import Reply, error, malformed

AT_MOST = 20

#: Answers one request: its target below the version, its headers in lower case, whether its method is GET.
Answer = Callable[[str, dict[str, str], str], Reply]


def read(body: bytes, content_type: str) -> list[dict[str, Any]]:
    """Return the requests of a batch; raises Refusal (400) for a batch that is malformed."""
    if "application/json" not in content_type.lower():
        raise malformed("A batch request needs the content type application/json.")
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise malformed("Invalid JSON in the batch request.") from None
    requests = payload.get("requests") if isinstance(payload, dict) else None
    if not isinstance(requests, list) or not requests:
        raise malformed("Invalid batch payload format.")
    if len(requests) > AT_MOST:
        raise malformed(f"Number of requests inside batch exceed the limit. The maximum is {AT_MOST}.")
    known: set[str] = set()
    for request in requests:
        known.add(_check(request, known))
    return requests


def _check(request: Any, known: set[str]) -> str:
    """Check one request; return its id as Graph compares it."""
    if not isinstance(request, dict):
        raise malformed("Invalid batch payload format.")
    identity, method, url = request.get("id"), request.get("method"), request.get("url")
    if not isinstance(identity, str) or not identity or not isinstance(method, str) or not isinstance(url, str):
        raise malformed("Each request of a batch needs id, method and url.")
    if identity.lower() in known:
        raise malformed(f"The id '{identity}' is not unique in the batch.")
    if "://" in url.partition("?")[0] or url.startswith("//"):
        raise malformed(f"The url '{url}' of request '{identity}' is not relative.")
    headers = request.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise malformed("Invalid batch payload format.")
    if "body" in request and "content-type" not in {name.lower() for name in headers}:
        raise malformed(f"Request '{identity}' has a body but no Content-Type.")
    depends = request.get("dependsOn", [])
    if not isinstance(depends, list) or not all(isinstance(one, str) and one.lower() in known for one in depends):
        raise malformed(f"Request '{identity}' depends on a request that is not before it.")
    return identity.lower()


def answer(requests: list[dict[str, Any]], one: Answer) -> list[tuple[str, Reply]]:
    """Do the requests in their order; what depends on a failure fails with 424."""
    done: dict[str, int] = {}
    replies = []
    for request in requests:
        if any(done[other.lower()] >= 400 for other in request.get("dependsOn", [])):
            message = "The request depends on a request that failed."
            reply = error(424, "FailedDependency", message)
        else:
            headers = {name.lower(): value for name, value in request.get("headers", {}).items()}
            reply = one("/" + request["url"].lstrip("/"), headers, request["method"].upper())
        done[request["id"].lower()] = reply.status
        replies.append((request["id"], reply))
    return replies


def put_together(replies: list[tuple[str, Reply]]) -> bytes:
    """Join the answers, bodies as they are; a count is a JSON number."""
    parts = []
    for identity, reply in replies:
        headers = dict(reply.headers) | {
            "Cache-Control": "no-cache",
            "x-ms-resource-unit": str(reply.cost),
            "OData-Version": "4.0",
            "Content-Type": reply.content_type,
        }
        head = msgspec.json.encode({"id": identity, "status": reply.status, "headers": headers})
        parts += [head[:-1], b',"body":', reply.body or b"null", b"},"]
    parts[-1] = b"}"
    return b"".join([b'{"responses":[', *parts, b"]}"])
