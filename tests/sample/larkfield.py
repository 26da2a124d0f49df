"""The sample tenant, read and compared as the program does it."""

import threading
from functools import cache
from pathlib import Path

from permdesk.catalog.store import CatalogStore
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.comparison import compare
from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.interest import of_interest
from permdesk.domain.permission import Kind
from permdesk.domain.snapshot import Snapshot
from permdesk.graph.client import GraphClient
from permdesk.graph.reader import TenantReader
from permdesk.graph.tokens import StaticToken
from permdesk.graph.unkept import Unkept
from permdesk.sample import (
    SAMPLE_ACCOUNT,
    SAMPLE_CLOCK,
    SAMPLE_TOKEN,
    sample_end,
    sample_knowledge,
    sample_scan_id,
    sample_transport,
)

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"


@cache
def catalog() -> CatalogStore:
    return CatalogStore(ROOT / "catalog.sqlite")


def read_sample(*, complete: bool) -> Snapshot:
    cloud = CLOUDS["global"]
    transport = sample_transport(complete=complete, resources=RESOURCES)
    reader = TenantReader(
        GraphClient(transport, StaticToken(SAMPLE_TOKEN, cloud=cloud), cloud),
        account=SAMPLE_ACCOUNT,
        watched_apis={r.resource_app_id for p in catalog().profiles().values() for r in p.requirements}
        | {api.app_id for api in catalog().facts().apis},
        program_version="1.0",
        of_interest=lambda registrations, principals: of_interest(
            registrations, principals, profiles=catalog().profiles(), knowledge=sample_knowledge(RESOURCES)
        ),
        clock=lambda: sample_end(None),
    )
    journal = Unkept(sample_scan_id(complete=complete), SAMPLE_CLOCK)
    return reader.read(journal=journal, progress=lambda _: None, cancel=threading.Event())


@cache
def snapshot(*, complete: bool) -> Snapshot:
    return read_sample(complete=complete)


@cache
def comparison(*, complete: bool) -> Comparison:
    return compare(
        snapshot(complete=complete),
        profiles=catalog().profiles(),
        facts=catalog().facts(),
        knowledge=sample_knowledge(RESOURCES),
        today=SAMPLE_CLOCK.date(),
    )


def app(name: str, *, complete: bool = False, number: int = 0) -> AppComparison:
    """Return the app of a name; ``number`` tells those of one name apart, in order of appId."""
    return [a for a in comparison(complete=complete).apps if a.display_name == name][number]


def finding(of: AppComparison, api: str, kind: Kind, value: str) -> Finding:
    (only,) = [
        f
        for f in of.findings
        if (f.permission.resource_app_id, f.permission.kind, f.permission.value) == (api, kind, value)
    ]
    return only
