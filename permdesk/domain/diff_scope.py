"""Which apps can differ between two scans at all: the others, mostly nearly all, need no closer look."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole
from permdesk.domain.permission import ApiDefinition, Kind
from permdesk.domain.snapshot import Snapshot

R = TypeVar("R", AppRoleAssignment, DelegatedGrant, DirectoryRole)

#: Begins the key of an app, or of an API, that is made of an object id which neither scan lists.
OBJECT = "object:"


def unlisted(key: str) -> bool:
    """True where an app's key, or an API's, is made of an object id that neither scan lists."""
    return key.startswith(OBJECT)


class Scope(Struct, frozen=True):
    """What a difference has to look at.

    Attributes:
        apps: keys of the apps that may differ: appIds, or ``object:`` and an object id.
        older: the older scan with the grants and roles of these apps alone.
        newer: the newer scan, likewise.
    """

    apps: frozenset[str]
    older: Snapshot
    newer: Snapshot


def scope_of(older: Snapshot, newer: Snapshot) -> Scope:
    """Return what has to be looked at: apps of which any row is in one of the scans alone.

    Rows are held against each other as they were read. Equal ones mean the same in both scans, unless an API publishes
    an id under another value than before: then every app is looked at.
    """
    app_of = {one.object_id: one.app_id for scan in (older, newer) for one in scan.service_principals}
    if _same_values(older.apis, newer.apis):
        clients = {row.client_id for row in _one_sided(older.app_role_assignments, newer.app_role_assignments)}
        clients |= {row.client_id for row in _one_sided(older.delegated_grants, newer.delegated_grants)}
        clients |= {row.principal_id for row in _one_sided(older.directory_roles, newer.directory_roles)}
        apps = _changed(older, newer)
    else:
        clients = {row.client_id for scan in (older, newer) for row in scan.app_role_assignments}
        clients |= {row.client_id for scan in (older, newer) for row in scan.delegated_grants}
        clients |= {row.principal_id for scan in (older, newer) for row in scan.directory_roles}
        apps = set(app_of.values()) | {one.app_id for scan in (older, newer) for one in scan.registrations}
    apps |= {app_of.get(client) or f"{OBJECT}{client}" for client in clients}
    # An app that was deleted and came back has grants under both its object ids.
    clients |= {object_id for object_id, app_id in app_of.items() if app_id in apps}
    return Scope(frozenset(apps), _reduced(older, clients), _reduced(newer, clients))


def _same_values(before: Iterable[ApiDefinition], after: Iterable[ApiDefinition]) -> bool:
    known = {api.app_id: api for api in before}
    return all(api == known.get(api.app_id, api) or _agree(known[api.app_id], api) for api in after)


def _agree(before: ApiDefinition, after: ApiDefinition) -> bool:
    values = _values(before)
    return all(values.get(key, value) == value for key, value in _values(after).items())


def _values(api: ApiDefinition) -> dict[tuple[Kind, str], str]:
    return {(one.kind, one.id): one.value.casefold() for one in api.permissions}


def _one_sided(before: Sequence[R], after: Sequence[R]) -> set[R]:
    return set() if before == after else set(before) ^ set(after)


def _changed(older: Snapshot, newer: Snapshot) -> set[str]:
    found: set[str] = set()
    if older.registrations != newer.registrations:
        had = {one.app_id: one for one in older.registrations}
        has = {one.app_id: one for one in newer.registrations}
        found.update(app_id for app_id in had.keys() | has.keys() if had.get(app_id) != has.get(app_id))
    if older.service_principals != newer.service_principals:
        was = {one.object_id: one for one in older.service_principals}
        is_now = {one.object_id: one for one in newer.service_principals}
        for object_id in was.keys() | is_now.keys():
            one, other = was.get(object_id), is_now.get(object_id)
            if one != other:
                found.update(principal.app_id for principal in (one, other) if principal is not None)
    return found


def _reduced(scan: Snapshot, clients: set[str]) -> Snapshot:
    return replace(
        scan,
        app_role_assignments=tuple([row for row in scan.app_role_assignments if row.client_id in clients]),
        delegated_grants=tuple([row for row in scan.delegated_grants if row.client_id in clients]),
        directory_roles=tuple([row for row in scan.directory_roles if row.principal_id in clients]),
    )
