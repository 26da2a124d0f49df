"""JSON batches as they go over the wire (learn.microsoft.com/graph/json-batching)."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from permdesk.domain.ports import Answer
from permdesk.errors import FormatError
from permdesk.graph.faults import MalformedError
from permdesk.graph.pages import insist_on_json


class SubAnswer(Struct):
    """The answer to one request of a batch."""

    id: str | int
    status: int
    headers: dict[str, str | int | float | None] | None = None
    body: msgspec.Raw = msgspec.Raw(b"")


class _BatchAnswer(Struct):
    responses: list[SubAnswer]


_batch_answer = msgspec.json.Decoder(_BatchAnswer)


def batch_body(numbered: Sequence[tuple[int, str]], headers: Mapping[str, str]) -> bytes:
    """Return the body that asks for these paths, each named by its number."""
    extra = {"headers": dict(headers)} if headers else {}
    requests = [{"id": str(number), "method": "GET", "url": f"/{path}", **extra} for number, path in numbered]
    return msgspec.json.encode({"requests": requests})


def sub_answers(body: bytes) -> dict[str, SubAnswer]:
    """Return the answers by id; they come in any order, and of two with one id the first counts.

    Raises:
        MalformedError: the body is no JSON.
        FormatError: it is no batch's answer.
    """
    try:
        responses = _batch_answer.decode(body).responses
    except msgspec.ValidationError as wrong:
        insist_on_json(body)
        raise FormatError(f"A batch's answer is not what Microsoft documents: {wrong}") from None
    except RecursionError:
        raise FormatError("The answer to a batch is nested too deeply to be read") from None
    except (msgspec.MsgspecError, ValueError):
        raise MalformedError("The answer was cut short, or is no JSON") from None
    found: dict[str, SubAnswer] = {}
    for sub in responses:
        found.setdefault(str(sub.id), sub)
    return found


def answer_of(sub: SubAnswer) -> Answer:
    """Return the answer as if its request had been sent alone."""
    return Answer(sub.status, headers_of(sub), bytes(sub.body))


def headers_of(sub: SubAnswer) -> dict[str, str]:
    """Return its headers, names in lower case."""
    return {name.lower(): str(value) for name, value in (sub.headers or {}).items() if value is not None}
