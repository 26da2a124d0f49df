"""Reading a tenant in a test, and holding what was found against what was served."""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.ports import Progress, Transport
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.graph.plan import OfInterest
from permdesk.graph.reader import TenantReader
from permdesk.graph.unkept import Unkept
from permdesk.sample.service import SampleService
from tests.graph.doubles import (
    client,
    error,
)
from tests.graph.tenants import Expected, tenant

CLOCK = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
REFUSAL = error(403, "Authorization_RequestDenied")


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a test has to be repeatable


def everybody(registrations: Sequence[Registration], principals: Sequence[ServicePrincipal]) -> frozenset[str]:
    """Say that every app is of interest: everybody who holds a grant is asked for."""
    return frozenset(one.app_id for one in principals)


def read(
    transport: Transport,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    cancel: threading.Event | None = None,
    sleep: Callable[[float], None] | None = None,
    watched: tuple[str, ...] = (GRAPH_APP_ID,),
    of_interest: OfInterest = everybody,
    lanes: int = 4,
    clock: Callable[[], datetime] | None = None,
) -> Snapshot:
    reader = TenantReader(
        client(transport, sleep=sleep),
        account=Account(username="admin@larkfield.example"),
        watched_apis=watched,
        program_version="1.0",
        of_interest=of_interest,
        lanes=lanes,
        clock=clock,
    )
    return reader.read(journal=Unkept("scan", CLOCK), progress=progress, cancel=cancel or threading.Event())


def random_tenant(seed: int = 7, apps: int = 60) -> tuple[SampleService, Expected]:
    objects, expected = tenant(chance(seed), apps=apps)
    return SampleService(objects, complete=True), expected


def found(snapshot: Snapshot) -> Expected:
    return Expected(
        registrations={r.object_id for r in snapshot.registrations},
        principals={p.object_id for p in snapshot.service_principals},
        grants={(g.client_id, g.resource_id, g.principal_id, g.scope) for g in snapshot.delegated_grants},
        assignments={(a.client_id, a.resource_id, a.role_id) for a in snapshot.app_role_assignments},
        users={u.object_id for u in snapshot.users},
        gone={u.object_id for u in snapshot.users if u.gone},
        roles={(r.principal_id, r.template_id) for r in snapshot.directory_roles},
    )


def entry(snapshot: Snapshot, name: ReadName, api: str | None = None) -> ReadCoverage:
    found = [r for r in snapshot.reads if r.read is name and (api is None or r.resource_app_id == api)]
    (only,) = [r for r in found if r.client_object_id is None]
    return only
