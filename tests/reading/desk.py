"""Reads tenants from the Graph service as permdesk does, over https, in a time of its own that goes faster."""

import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.ports import CancelToken, Progress, TokenSource
from permdesk.domain.scan_store import ScanOf
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.graph.client import GraphClient
from permdesk.graph.gate import Gate
from permdesk.graph.https import HttpsSession
from permdesk.graph.plan import OfInterest
from permdesk.graph.reader import TenantReader, nobody
from permdesk.graph.requests import PLAN
from permdesk.graph.transport import HttpsTransport
from permdesk.graph.unkept import Unkept
from permdesk.history.store import HistoryStore
from permdesk.services.scan import Reading, Scan, ScanOutcome
from permdesk.services.target import ReadTarget, TokenTarget
from tests.graph_service.process import GraphService
from tests.graph_service.service import TOKEN

CLOCK = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
ADMIN = Account(username="admin@larkfield.example")
#: The tenant that tokens say they are for; the service does not look.
TENANT_ID = "77777777-0000-4000-8000-000000000001"
#: How much faster time goes for whoever waits before a request is sent again.
HASTE = 200.0


def everybody(_registrations: Sequence[Registration], principals: Sequence[ServicePrincipal]) -> frozenset[str]:
    """Say that every app is of interest."""
    return frozenset(one.app_id for one in principals)


class Token:
    """A token source; it can be renewed as often as it holds further tokens."""

    account = ADMIN
    tenant_id = TENANT_ID

    def __init__(self, *further: str, first: str = TOKEN) -> None:
        self.further = list(further)
        self.now = first
        self.demanded: list[str | None] = []
        self._lock = threading.Lock()

    def token(self) -> str:
        return self.now

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        with self._lock:
            if refused != self.now:
                return self.now
            self.demanded.append(claims)
            if not self.further:
                return None
            self.now = self.further.pop(0)
            return self.now


class Desk:
    """One session with a service.

    Args:
        service: what is read.
        ca_file: a PEM file with every anchor to trust; that of the service without.
        read_timeout: seconds between two pieces of an answer.
        haste: how much faster the time goes that is waited for.
        largest_body: bytes.
    """

    def __init__(
        self,
        service: GraphService,
        *,
        ca_file: Path | None = None,
        read_timeout: float = 10.0,
        answer_timeout: float = 60.0,
        haste: float = HASTE,
        largest_body: int = 128 * 1024 * 1024,
    ) -> None:
        self.service = service
        self.haste = haste
        self.session = HttpsSession(
            user_agent="permdesk/test",
            ca_file=ca_file or service.ca_file,
            read_timeout=read_timeout,
            answer_timeout=answer_timeout,
            largest_body=largest_body,
        )
        self.gate = Gate(now=self._now)
        #: Seconds that were waited, in the time of whoever waits.
        self.waited = 0.0

    def close(self) -> None:
        self.session.close()

    def _now(self) -> float:
        return time.monotonic() * self.haste

    def _sleep(self, seconds: float) -> None:
        self.waited += seconds
        time.sleep(seconds / self.haste)

    def read(
        self,
        *,
        tokens: TokenSource | None = None,
        progress: Callable[[Progress], None] = lambda _: None,
        cancel: CancelToken | None = None,
        watched: Collection[str] = (GRAPH_APP_ID,),
        of_interest: OfInterest = nobody,
    ) -> Snapshot:
        """Read the whole tenant, and keep nothing of it."""
        reader = self._reader(tokens or Token(), watched, of_interest)
        return reader.read(journal=Unkept("scan", CLOCK), progress=progress, cancel=cancel or threading.Event())

    def scan(
        self,
        store: HistoryStore,
        *,
        tokens: "Token | None" = None,
        progress: Callable[[Progress], None] = lambda _: None,
        cancel: CancelToken | None = None,
        watched: Collection[str] = (GRAPH_APP_ID,),
        of_interest: OfInterest = nobody,
        afresh: bool = False,
    ) -> ScanOutcome:
        """Read the whole tenant, and keep it as permdesk does."""
        cloud, token = custom_cloud(self.service.origin), tokens or Token()

        def begin(_target: ReadTarget, *, afresh: bool = False) -> Reading:
            what = ScanOf(cloud.id, cloud.graph, TENANT_ID, ADMIN, PLAN)
            now = datetime.now(UTC)
            journal = store.begin(what, new_scan_id=lambda: str(uuid.uuid4()), now=now, afresh=afresh)
            return Reading(self._reader(token, watched, of_interest), journal)

        def open_file(_path: Path) -> Snapshot:
            raise AssertionError

        scan = Scan(begin=begin, open_file=open_file, scans=store)
        return scan(TokenTarget(cloud, token), progress=progress, cancel=cancel, afresh=afresh)

    def _reader(self, tokens: TokenSource, watched: Collection[str], of_interest: OfInterest) -> TenantReader:
        self.gate = Gate(now=self._now)
        client = GraphClient(
            HttpsTransport(self.session), tokens, custom_cloud(self.service.origin), sleep=self._sleep, gate=self.gate
        )
        return TenantReader(client, account=ADMIN, watched_apis=watched, program_version="1.0", of_interest=of_interest)


def entry(snapshot: Snapshot, name: ReadName, api: str | None = None) -> ReadCoverage:
    """Return the outcome of one read from the APIs' side."""
    found = [r for r in snapshot.reads if r.read is name and (api is None or r.resource_app_id == api)]
    (only,) = [r for r in found if r.client_object_id is None]
    return only


def unread(snapshot: Snapshot) -> list[ReadCoverage]:
    """Return the reads that left something open."""
    return [read for read in snapshot.reads if not read.complete]


def miscounted(snapshot: Snapshot) -> list[ReadCoverage]:
    """Return the reads that brought another number of rows than was announced."""
    return [read for read in snapshot.reads if read.expected not in (None, read.rows)]


def answered(log: Sequence[dict[str, Any]]) -> Counter[str]:
    """Return how often each address was answered with 200, alone or in a batch."""
    return Counter(one["target"] for one in log if one["status"] == 200 and "$batch" not in one["target"])


def asked(log: Sequence[dict[str, Any]]) -> Counter[str]:
    """Return how often each address was asked for, alone or in a batch."""
    return Counter(one["target"] for one in log if "$batch" not in one["target"])


def path_of(target: str) -> str:
    """Return an address without the page it asks for."""
    return re.sub(r"[?&]\$skiptoken=[^&]*", "", target)
