"""How completely the invented tenant was read: all of it, and less and less of it."""

import random
from collections.abc import Collection, Iterator
from typing import TypeVar

from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.snapshot import Snapshot

_Row = TypeVar("_Row")


def full_reads(snapshot: Snapshot) -> tuple[ReadCoverage, ...]:
    """Return the reads of a tenant that kept nothing back."""

    def complete(name: ReadName, rows: int, app_id: str | None = None) -> ReadCoverage:
        return ReadCoverage(name, ReadStatus.COMPLETE, rows, resource_app_id=app_id)

    return (
        complete(ReadName.ORGANIZATION, 1),
        complete(ReadName.APPLICATIONS, len(snapshot.registrations)),
        complete(ReadName.SERVICE_PRINCIPALS, len(snapshot.service_principals)),
        complete(ReadName.APIS, len(snapshot.role_apis)),
        *(complete(ReadName.DEFINITIONS, len(api.permissions), api.app_id) for api in snapshot.apis),
        *(complete(ReadName.APP_ROLE_ASSIGNMENTS, 0, app_id) for app_id in snapshot.role_apis),
        complete(ReadName.OAUTH2_PERMISSION_GRANTS, len(snapshot.delegated_grants)),
        complete(ReadName.DIRECTORY_ROLES, len(snapshot.directory_roles)),
        complete(ReadName.USERS, len(snapshot.users)),
    )


def cut(
    snapshot: Snapshot, name: ReadName, *, apis: Collection[str] = (), keep: float = 0.0, seed: int = 3
) -> Snapshot:
    """Return the scan with one list read in part only.

    Args:
        snapshot: the scan.
        name: the list.
        apis: appIds, for the lists that are read once per API.
        keep: share of the rows that came all the same.
        seed: which ones.
    """
    rng = random.Random(seed)  # noqa: S311 - a tenant, not a secret

    def some(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
        return tuple(row for row in rows if rng.random() < keep)

    status = ReadStatus.PARTIAL if keep else ReadStatus.REFUSED
    reads = tuple(
        replace(read, status=status) if read.read is name and (not apis or read.resource_app_id in apis) else read
        for read in snapshot.reads
    )
    snapshot = replace(snapshot, reads=reads)
    if name is ReadName.APPLICATIONS:
        return replace(snapshot, registrations=some(snapshot.registrations))
    if name is ReadName.SERVICE_PRINCIPALS:
        return replace(snapshot, service_principals=some(snapshot.service_principals))
    if name is ReadName.DEFINITIONS:
        left = (replace(a, permissions=some(a.permissions)) if a.app_id in apis else a for a in snapshot.apis)
        return replace(snapshot, apis=tuple(api for api in left if api.permissions))
    if name is ReadName.APP_ROLE_ASSIGNMENTS:
        objects = {p.object_id for p in snapshot.service_principals if p.app_id in apis}
        rows = tuple(a for a in snapshot.app_role_assignments if a.resource_id not in objects or rng.random() < keep)
        return replace(snapshot, app_role_assignments=rows)
    if name is ReadName.OAUTH2_PERMISSION_GRANTS:
        return replace(snapshot, delegated_grants=some(snapshot.delegated_grants))
    if name is ReadName.USERS:
        return replace(snapshot, users=some(snapshot.users))
    raise ValueError(f"{name} bears on no finding")


def degraded(snapshot: Snapshot) -> Iterator[tuple[str, Snapshot]]:
    """Yield the same tenant as less of it could be read, each with a name."""
    others = [api.app_id for api in snapshot.apis[1:12]]
    most = cut(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, apis=[GRAPH_APP_ID, *others[:4]], keep=0.5)
    yield "assignments", most
    yield "clients", _from_the_apps_side(most)
    yield "grants", cut(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS, keep=0.6)
    yield "definitions", cut(snapshot, ReadName.DEFINITIONS, apis=others)
    yield "graph", cut(snapshot, ReadName.DEFINITIONS, apis=[GRAPH_APP_ID], keep=0.4)
    yield "principals", cut(snapshot, ReadName.SERVICE_PRINCIPALS, keep=0.7)
    yield "principals-lost", replace(cut(snapshot, ReadName.SERVICE_PRINCIPALS, keep=0.7), reads=snapshot.reads)
    yield "registrations", cut(snapshot, ReadName.APPLICATIONS, keep=0.7)
    yield "people", cut(snapshot, ReadName.USERS)
    for name in (ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS, ReadName.OAUTH2_PERMISSION_GRANTS):
        most = cut(most, name, keep=0.8)
    yield "all", cut(most, ReadName.DEFINITIONS, apis=[GRAPH_APP_ID, *others[3:]], keep=0.5)
    yield "nothing", replace(snapshot, reads=())


def _from_the_apps_side(snapshot: Snapshot) -> Snapshot:
    """Return the scan with a third of the apps' assignments read from their own side."""
    reads = tuple(
        ReadCoverage(
            ReadName.APP_ROLE_ASSIGNMENTS,
            ReadStatus.FAILED if place % 9 == 0 else ReadStatus.COMPLETE,
            client_object_id=principal.object_id,
        )
        for place, principal in enumerate(snapshot.service_principals)
        if place % 3 == 0
    )
    return replace(snapshot, reads=snapshot.reads + reads)
