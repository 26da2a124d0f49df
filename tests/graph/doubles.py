"""Doubles for the Graph client's two seams: transports that answer as told, and one that spoils another's answers."""

import json
import math
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.domain.ports import Answer, CancelToken, Transport
from permdesk.graph.client import GraphClient
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.gate import Gate

GLOBAL = CLOUDS["global"]
TOKEN = "aTokenThatNobodyMaySee0123456789"
ROOT = "https://graph.microsoft.com/v1.0/"


class Token:
    """A token source that never expires; it can be renewed as often as it holds further tokens."""

    def __init__(self, *further: str) -> None:
        self.further = list(further)
        self.now = TOKEN
        self.demanded: list[str | None] = []

    def token(self) -> str:
        return self.now

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        assert refused == self.now
        self.demanded.append(claims)
        if not self.further:
            return None
        self.now = self.further.pop(0)
        return self.now


class Request:
    """One request as a transport saw it."""

    def __init__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        self.method = method
        self.url = url
        self.headers = dict(headers)
        self.body = body

    @property
    def inner(self) -> list[dict[str, Any]]:
        """The requests inside a batch."""
        return json.loads(self.body)["requests"] if self.body else []


def ok(content: object, **headers: str) -> Answer:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(200, headers, body)


def error(status: int, code: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"code": code, "message": f"said about {TOKEN}"}}).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def sub(number: str, content: object = None, status: int = 200, **headers: str) -> dict[str, Any]:
    return {"id": number, "status": status, "headers": headers, "body": content}


class Scripted:
    """Gives its answers in order, or those of a function; remembers what was asked."""

    def __init__(self, *answers: Answer | Exception, by: Callable[[Request], Answer] | None = None) -> None:
        self.answers = list(answers)
        self.by = by
        self.requests: list[Request] = []
        self._lock = threading.RLock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        with self._lock:
            self.requests.append(Request(method, url, headers, body))
            if self.by is not None:
                return self.by(self.requests[-1])
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.requests]


class Recording:
    """Passes everything on, and remembers it."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.requests: list[Request] = []

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        self.requests.append(Request(method, url, headers, body))
        return self.inner.send(method, url, headers=headers, body=body)


class FaultyTransport:
    """Spoils another transport's answers, at random but never for ever: no request fails more often than told.

    Args:
        inner: whose answers are spoiled.
        chance: source of randomness.
        rate: share of answers to spoil, inside batches too.
        most: how often in a row one request may be spoiled.
    """

    def __init__(self, inner: Transport, chance: random.Random, *, rate: float, most: int) -> None:
        self.inner = inner
        self.chance = chance
        self.rate = rate
        self.most = most
        self.spoiled = 0
        self._in_a_row: dict[str, int] = {}
        self._lock = threading.RLock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        with self._lock:
            return self._send(method, url, headers, body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        # A batch is spoiled as a whole or in its parts, never both: the tries would multiply.
        if method == "POST":
            return self._batch(self.inner.send(method, url, headers=headers, body=body), body or b"")
        if not self._spoil(url):
            return self.inner.send(method, url, headers=headers, body=body)
        kind = self.chance.randrange(7)
        if kind == 0:
            raise NoAnswerError("The connection was reset")
        answer = self.inner.send(method, url, headers=headers, body=body)
        if kind == 1:
            return Answer(200, {}, answer.body[: self.chance.randrange(len(answer.body))])
        if kind == 2:
            return Answer(200, {"content-type": "text/html"}, b"<html>Gateway</html>")
        return self._refusal()

    def _batch(self, answer: Answer, body: bytes) -> Answer:
        urls = {request["id"]: request["url"] for request in json.loads(body)["requests"]}
        content = json.loads(answer.body)
        for response in content["responses"]:
            if self._spoil(urls[response["id"]]):
                refusal = self._refusal()
                response |= {"status": refusal.status, "headers": dict(refusal.headers), "body": {"error": {}}}
        return Answer(200, {}, json.dumps(content).encode())

    def _refusal(self) -> Answer:
        status = self.chance.choice([429, 500, 502, 503, 504, 509])
        headers = {"retry_after": str(self.chance.randrange(5))} if self.chance.random() < 0.5 else {}
        return error(status, "TooManyRequests" if status == 429 else "UnknownError", **headers)

    def _spoil(self, url: str) -> bool:
        row = self._in_a_row.get(url, 0)
        if row >= self.most or self.chance.random() >= self.rate:
            self._in_a_row[url] = 0
            return False
        self._in_a_row[url] = row + 1
        self.spoiled += 1
        return True


class Refusing:
    """Answers some requests with an error of its own, inside batches too; passes the others on."""

    def __init__(self, inner: Transport, refusal: Answer, *parts: str) -> None:
        self.inner = inner
        self.refusal = refusal
        self.parts = parts

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        if method == "GET":
            return self.refusal if self._meant(url) else self.inner.send(method, url, headers=headers, body=body)
        urls = {request["id"]: request["url"] for request in json.loads(body or b"")["requests"]}
        content = json.loads(self.inner.send(method, url, headers=headers, body=body).body)
        for response in content["responses"]:
            if self._meant(urls[response["id"]]):
                response |= {"status": self.refusal.status, "body": json.loads(self.refusal.body)}
        return Answer(200, {}, json.dumps(content).encode())

    def _meant(self, url: str) -> bool:
        return any(part in url for part in self.parts)


class Sleeper:
    """Counts the seconds it was asked to sleep."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.naps.append(seconds)

    @property
    def seconds(self) -> float:
        return sum(self.naps)


def client(transport: Transport, *, sleep: Callable[[float], None] | None = None, cloud: Cloud = GLOBAL) -> GraphClient:
    """A client that never really waits; its clock stands at 1,800,000,000 seconds."""
    # A clock at the end of time: whatever the gate is told to wait for is over.
    gate = Gate(now=lambda: math.inf)
    return GraphClient(transport, Token(), cloud, sleep=sleep or Sleeper(), now=lambda: 1_800_000_000.0, gate=gate)


def page(rows: Sequence[object], link: str | None = None, count: int | None = None) -> Answer:
    content: dict[str, object] = {"value": list(rows)}
    if link is not None:
        content["@odata.nextLink"] = link
    if count is not None:
        content["@odata.count"] = count
    return ok(content)
