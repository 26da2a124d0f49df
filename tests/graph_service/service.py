"""The service itself: who may ask, which fault shows, what the answer is, and what was counted."""

import random
import time
from collections import Counter
from typing import Any

import msgspec
from msgspec import Struct

from tests.graph_service import batch
from tests.graph_service.directory import Directory
from tests.graph_service.faults import BODIES, EVENTS, PAGES, WIRE, Fault, Faults, status_reply, unauthorized
from tests.graph_service.lists import Behaviour, Lists
from tests.graph_service.objects import GraphObjects
from tests.graph_service.query import VERSION, parse
from tests.graph_service.replies import Refusal, Reply, bad_request, malformed
from tests.graph_service.spoiling import Pages, spoil_body
from tests.graph_service.throttling import Quota
from tests.graph_service.writing import write

#: The token that is good at the start.
TOKEN = "token-of-larkfield"
_ROOT = f"/{VERSION}/"


class Switches(Behaviour, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set while the service runs; see also Behaviour."""

    #: Seconds before each answer is sent.
    latency: float = 0.0
    #: Bodies are compressed for whoever accepts that; answers come in chunks, without a length.
    gzip: bool = False
    chunked: bool = False
    #: Answers inside a batch come in any order.
    shuffle: bool = True
    #: Resource units per ten seconds; whether asking for keyCredentials counts against 150 a minute.
    quota: int | None = None
    limit_keys: bool = False
    #: Tokens that are good; any other is 401.
    tokens: list[str] = msgspec.field(default_factory=lambda: [TOKEN])
    #: Tokens that may write grants besides: those of scripts, never one that permdesk holds.
    writers: list[str] = msgspec.field(default_factory=list)
    #: Seconds that the service's clock is ahead, so that delta tokens age; changes shown again by delta queries.
    ahead: float = 0.0
    replays: int = 0
    #: Keep a record of every request.
    keep_log: bool = True


class Request(Struct):
    """A request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Outcome(Struct):
    """What is to be sent, and how it goes wrong on the wire, if it does."""

    reply: Reply
    fault: Fault | None = None


class Service:
    """Answers requests from a tenant; one for each process."""

    def __init__(self, objects: GraphObjects, origin: str) -> None:
        self.origin = origin
        self.switches = Switches()
        self.faults = Faults()
        self.log: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        self._mix = random.Random(1)  # noqa: S311 - an order, not a secret
        self.load(objects)
        self.reset_counts()

    def load(self, objects: GraphObjects) -> None:
        """Serve this tenant from now on."""
        self.directory = Directory(objects)
        self.lists = Lists(self.directory, self.origin, self.switches)
        self.pages = Pages()
        self._kept: dict[tuple[str, bool], Reply] = {}
        self.apply(self.switches)

    def apply(self, switches: Switches) -> None:
        """Put switches in force."""
        if (switches.quota, switches.limit_keys) != (self.switches.quota, self.switches.limit_keys) or not hasattr(
            self, "quota"
        ):
            tenant = self.directory.objects.organization.get("id", "")
            self.quota = Quota(switches.quota, tenant=tenant, limit_keys=switches.limit_keys)
        names = Behaviour.__struct_fields__
        if any(getattr(switches, name) != getattr(self.switches, name) for name in names):
            self._kept.clear()
        self.switches = self.lists.behaviour = switches
        self.lists.delta.ahead, self.lists.delta.replays = switches.ahead, switches.replays

    def changed(self) -> None:
        """Forget answers that were kept: the tenant is another."""
        self._kept.clear()

    def reset_counts(self) -> None:
        """Count from nothing again."""
        self.counts.clear()
        self.log.clear()
        self.faults.early = 0
        self._cpu, self._wall = time.process_time(), time.monotonic()

    def stats(self) -> dict[str, Any]:
        """Return what was counted since the last reset, with CPU and wall seconds."""
        return {
            "cpu_seconds": time.process_time() - self._cpu,
            "wall_seconds": time.monotonic() - self._wall,
            "early": self.faults.early,
            "faults": self.faults.shown(),
            **{name: self.counts[name] for name in ("requests", "inner", "bytes", "violations", "connections")},
        }

    # Requests -----------------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Outcome:
        """Answer a request."""
        self.counts["requests"] += 1
        try:
            outcome = self._handle(request)
        except Refusal as refusal:
            outcome = Outcome(refusal.reply)
        if self.switches.keep_log:
            self.log.append(
                {
                    "method": request.method,
                    "target": request.target,
                    "status": outcome.reply.status,
                    "fault": outcome.fault.kind if outcome.fault else "",
                    "inner": False,
                    "eventual": request.headers.get("consistencylevel", "").lower() == "eventual",
                }
            )
        return outcome

    def _handle(self, request: Request) -> Outcome:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return Outcome(unauthorized("Access token is empty."))
        writer = token in self.switches.writers
        if not writer and token not in self.switches.tokens:
            return Outcome(unauthorized("Lifetime validation failed, the token is expired."))
        if not request.target.startswith(_ROOT):
            raise malformed("Invalid version.")
        target = request.target[len(_ROOT) - 1 :]
        if target.partition("?")[0] == "/$batch":
            return self._batch(request, target)
        if writer and request.method in ("POST", "PATCH", "DELETE"):
            headers = request.headers
            reply = write(self.directory, request.method, target, headers.get("content-type", ""), request.body)
            self.changed()
            return Outcome(reply)
        self._must_be(request.method, "GET")
        if request.body:
            self.counts["violations"] += 1
            raise bad_request("A GET has no body.")
        eventual = request.headers.get("consistencylevel", "").lower() == "eventual"
        fault = None if self.faults.idle else self.faults.choose(target, "get")
        reply = self._get(target, eventual=eventual, fault=fault)
        return Outcome(reply, fault if fault is not None and fault.kind in WIRE else None)

    def _must_be(self, method: str, allowed: str) -> None:
        if method != allowed:
            self.counts["violations"] += 1
            raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")

    def _batch(self, request: Request, target: str) -> Outcome:
        self._must_be(request.method, "POST")
        requests = batch.read(request.body, request.headers.get("content-type", ""))
        fault = None if self.faults.idle else self.faults.choose(target, "batch")
        if fault is not None and fault.kind not in WIRE and fault.kind not in BODIES:
            reply = status_reply(fault, target, self.origin)
            self.faults.hold(["/" + one["url"].lstrip("/") for one in requests], reply)
            return Outcome(reply)
        replies = batch.answer(requests, self._inner)
        if self.switches.shuffle:
            self._mix.shuffle(replies)
        reply = Reply(200, batch.put_together(replies), content_type="application/json")
        if fault is not None and fault.kind in BODIES:
            reply = spoil_body(fault, reply)
        return Outcome(reply, fault if fault is not None and fault.kind in WIRE else None)

    def _inner(self, target: str, headers: dict[str, str], method: str) -> Reply:
        self.counts["inner"] += 1
        try:
            self._must_be(method, "GET")
            fault = None if self.faults.idle else self.faults.choose(target, "inner")
            eventual = headers.get("consistencylevel", "").lower() == "eventual"
            reply = self._get(target, eventual=eventual, fault=fault)
        except Refusal as refusal:
            reply = refusal.reply
        if self.switches.keep_log:
            names = {name.lower(): value.lower() for name, value in headers.items()}
            self.log.append(
                {
                    "method": method,
                    "target": f"/{VERSION}{target}",
                    "status": reply.status,
                    "fault": "",
                    "inner": True,
                    "eventual": names.get("consistencylevel") == "eventual",
                }
            )
        return reply

    def _get(self, target: str, *, eventual: bool, fault: Fault | None) -> Reply:
        """Answer a GET of a target below the version, alone or in a batch; raises Refusal."""
        if fault is None and self.quota.idle:
            reply = self._kept.get((target, eventual))
            if reply is not None:
                return reply
        if fault is not None and fault.kind in EVENTS:
            self._happen(fault, target)
        elif fault is not None and fault.kind not in (WIRE | BODIES | PAGES):
            reply = status_reply(fault, target, self.origin)
            self.faults.hold([target], reply)
            return reply
        query = parse(target, eventual=eventual)
        refused, told = self.quota.take(query) if not self.quota.idle else (None, ())
        if refused is not None:
            self.faults.hold([target], refused)
            refused.headers += told
            return refused
        kept = self._kept.get((target, eventual))
        reply = kept or self.lists.answer(query)
        if reply.lasting and kept is None:
            self._kept[target, eventual] = reply
        if fault is not None and fault.kind in BODIES:
            return spoil_body(fault, reply)
        if fault is not None and fault.kind in PAGES:
            return self.pages.spoil(fault, target, reply, self.origin)
        return msgspec.structs.replace(reply, headers=reply.headers + told) if told else reply

    def _happen(self, fault: Fault, target: str) -> None:
        """Let something happen in the tenant while a list is being read."""
        path = target.partition("?")[0].lower()
        if fault.kind == "expired-page-token":
            self.lists.generations[path] = self.lists.generations.get(path, 0) + 1
        else:
            self._churn(path.strip("/").split("/")[0])
        self.changed()

    def _churn(self, name: str) -> None:
        """Let one object of a collection go, one come, and one bear another name."""
        collection = next((known for known in self.directory.collections if known.lower() == name), None)
        rows = self.directory.collections[collection].rows if collection else []
        if collection is None or len(rows) < 4:
            return
        number = self.directory.changes[-1].number if self.directory.changes else 0
        gone = rows[number % len(rows)]
        identity = f"{0xC0FFEE00 + number:08x}-1111-4111-8111-{number:012x}"
        come = dict(rows[-1], id=identity) | ({"appId": identity} if "appId" in gone else {})
        self.directory.remove(collection, gone["id"])
        self.directory.add(collection, come, position=0.5)
        if "displayName" in rows[0]:
            self.directory.change(collection, rows[0]["id"], {"displayName": f"Renamed {number}"})
