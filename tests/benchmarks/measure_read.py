"""Reads a tenant a few times, in a process of its own, and says what that took: one JSON line for each."""

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


def main(origin: str, ca_file: str, token: str, times: str, core: str) -> None:
    """Read; ``core`` is the processor core to stay on, or empty."""
    if core:
        os.sched_setaffinity(0, {int(core)})
    catalog = CatalogStore(catalog_file())
    apis = {r.resource_app_id for profile in catalog.profiles().values() for r in profile.requirements}
    apis |= {api.app_id for api in catalog.facts().apis}
    cloud = custom_cloud(origin)
    session = HttpsSession(user_agent="permdesk/bench", ca_file=Path(ca_file))
    for _ in range(int(times)):
        reader = TenantReader(
            GraphClient(HttpsTransport(session), StaticToken(token, cloud=cloud), cloud),
            account=Account(),
            watched_apis=apis,
            program_version="bench",
        )
        wall, cpu = time.perf_counter(), time.process_time()
        snapshot = reader.read(
            journal=Unkept("bench", datetime.now(UTC)), progress=lambda _: None, cancel=threading.Event()
        )
        told = {
            "seconds": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "peak": peak_memory(),
            "complete": snapshot.coverage.all_complete,
            "registrations": len(snapshot.registrations),
            "principals": len(snapshot.service_principals),
            "grants": len(snapshot.delegated_grants) + len(snapshot.app_role_assignments),
        }
        del snapshot
        print(json.dumps(told), flush=True)  # noqa: T201 - whoever started this reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
