"""Reads a tenant once for each line that it is sent, and says what that took: one JSON line for each."""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from permdesk.catalog.store import CatalogStore
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.tenant import Account
from permdesk.graph.client import GraphClient
from permdesk.graph.https import HttpsSession
from permdesk.graph.reader import TenantReader
from permdesk.graph.tokens import StaticToken
from permdesk.graph.transport import HttpsTransport
from permdesk.graph.unkept import Unkept
from permdesk.paths import catalog_file
from tests.benchmarks.memory import peak_memory


def main(origin: str, ca_file: str, token: str) -> None:
    """Read until nobody asks any more."""
    catalog = CatalogStore(catalog_file())
    apis = {r.resource_app_id for profile in catalog.profiles().values() for r in profile.requirements}
    apis |= {api.app_id for api in catalog.facts().apis}
    cloud = custom_cloud(origin)
    session = HttpsSession(user_agent="permdesk/bench", ca_file=Path(ca_file))
    for _ in sys.stdin:
        reader = TenantReader(
            GraphClient(HttpsTransport(session), StaticToken(token, cloud=cloud), cloud),
            account=Account(),
            watched_apis=apis,
            program_version="bench",
        )
        wall, cpu = time.perf_counter(), _cpu()
        snapshot = reader.read(
            journal=Unkept("bench", datetime.now(UTC)), progress=lambda _: None, cancel=threading.Event()
        )
        told = {
            "seconds": time.perf_counter() - wall,
            "cpu": _cpu() - cpu,
            "peak": peak_memory(),
            "complete": snapshot.coverage.all_complete,
            "registrations": len(snapshot.registrations),
            "principals": len(snapshot.service_principals),
            "grants": len(snapshot.delegated_grants) + len(snapshot.app_role_assignments),
        }
        del snapshot
        print(json.dumps(told), flush=True)  # noqa: T201 - whoever started this reads it


def _cpu() -> float:
    """Return the CPU seconds of this process and of those that it started and that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
