"""Rows of a whole page to domain types, a column at a time: a fraction of the work that row by row would be.

Each function takes the rows of one page, one at least, and returns the same that ``payloads`` makes of them row by
row; or raises FormatError where any of them is out of the ordinary, and nothing is said of the rest then.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import TypeVar

from permdesk.domain.application import Publisher, Registration, RequiredAccess, ServicePrincipal
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.domain.permission import ZERO_ROLE_ID
from permdesk.errors import FormatError
from permdesk.graph.remembered import guids, of_apis
from permdesk.graph.values import credentials_of, has_roles, moment_of, publisher_of, redirects_of, switched_off
from permdesk.graph.wire import WireApplication, WireAssignment, WireGrant, WireServicePrincipal

T = TypeVar("T")

_EVERYBODY, _ONE = {"AllPrincipals"}, {"Principal"}
_APP = "ServicePrincipal"
_HOLDERS = {_APP, "User", "Group"}
_zone = attrgetter("tzinfo")


def grants(rows: Sequence[WireGrant]) -> dict[str, DelegatedGrant | None]:
    """GET /oauth2PermissionGrants: for everybody or for single people, one kind on a page."""
    consents = {row.consent_type for row in rows}
    principals: Sequence[str | None]
    if consents == _EVERYBODY:
        principals = [None] * len(rows)
    elif consents == _ONE:
        principals = guids(_all([row.principal_id for row in rows]))
    else:
        raise FormatError("more than one kind of grant")
    clients, resources = guids([row.client_id for row in rows]), _few(guids([row.resource_id for row in rows]))
    scopes = [row.scope or "" for row in rows]
    return dict(
        zip(_all([row.id for row in rows]), map(DelegatedGrant, clients, resources, principals, scopes), strict=True)
    )


def assignments(rows: Sequence[WireAssignment]) -> dict[str, AppRoleAssignment | None]:
    """GET /servicePrincipals/{id}/appRoleAssignedTo; None where people or groups hold a role, or none at all."""
    kinds = [row.principal_type for row in rows]
    clients, resources = guids([row.principal_id for row in rows]), _few(guids([row.resource_id for row in rows]))
    roles = _few(guids([row.app_role_id for row in rows]))
    created = _moments([row.created_date_time for row in rows])
    found: Sequence[AppRoleAssignment | None] = list(map(AppRoleAssignment, clients, resources, roles, created))
    if kinds.count(_APP) != len(kinds) or ZERO_ROLE_ID in roles:
        if not _HOLDERS.issuperset(kinds):
            raise FormatError("a holder of an unknown kind")
        held = zip(found, kinds, roles, strict=True)
        found = [one if kind == _APP and role != ZERO_ROLE_ID else None for one, kind, role in held]
    return dict(zip(_all([row.id for row in rows]), found, strict=True))


def service_principals(rows: Sequence[WireServicePrincipal]) -> dict[str, ServicePrincipal | None]:
    """GET /servicePrincipals; each with an application of its own."""
    object_ids, app_ids = guids([row.id for row in rows]), guids(_all([row.app_id for row in rows]))
    owners = [row.app_owner_organization_id for row in rows]
    named = _few(guids([one for one in owners if one])) if any(owners) else []
    whose = iter(named)
    found = map(
        ServicePrincipal,
        object_ids,
        app_ids,
        [row.display_name or "" for row in rows],
        [row.app_display_name for row in rows],
        _few([row.service_principal_type or "Application" for row in rows]),
        [next(whose) if one else None for one in owners],
        [row.account_enabled is not False for row in rows],
        _off(rows),
        _publishers(rows),
        [tuple(row.reply_urls) if row.reply_urls else () for row in rows],
        _moments([row.created_date_time for row in rows]),
        [has_roles(row.app_roles) if row.app_roles else False for row in rows],
    )
    return dict(zip(object_ids, found, strict=True))


def registrations(rows: Sequence[WireApplication]) -> dict[str, Registration | None]:
    """GET /applications; every entry of their manifests is of a kind that exists."""
    of_apis.make_room()
    object_ids = guids([row.id for row in rows])
    found = map(
        Registration,
        object_ids,
        guids([row.app_id for row in rows]),
        [row.display_name or "" for row in rows],
        [_required(row) if row.required_resource_access else () for row in rows],
        [credentials_of(row) if row.password_credentials or row.key_credentials else () for row in rows],
        _publishers(rows),
        _off(rows),
        [redirects_of(row) for row in rows],
        _few([row.sign_in_audience for row in rows]),
        _moments([row.created_date_time for row in rows]),
    )
    return dict(zip(object_ids, found, strict=True))


def _required(row: WireApplication) -> tuple[RequiredAccess, ...]:
    entries: list[RequiredAccess] = []
    for resource in row.required_resource_access or ():
        entries += map(of_apis[resource.resource_app_id].__getitem__, resource.resource_access or ())
    # Told by their identity: to compare two of them costs more than to make one.
    if len(set(map(id, entries))) == len(entries):
        return tuple(entries)
    return tuple({id(entry): entry for entry in entries}.values())


def _off(rows: Sequence[WireApplication] | Sequence[WireServicePrincipal]) -> list[bool]:
    # Most say nothing of it, and to ask for nothing costs more than all else.
    told = [(row.is_disabled, row.disabled_by_microsoft_status) for row in rows]
    return [switched_off(*one) if one[0] or one[1] is not None else False for one in told]


def _publishers(rows: Sequence[WireApplication] | Sequence[WireServicePrincipal]) -> list[Publisher | None]:
    told = [row.verified_publisher for row in rows]
    return [publisher_of(one) if one is not None and one.display_name else None for one in told]


def _all(values: Sequence[str | None]) -> list[str]:
    """Return values that are all there; FormatError where one is missing."""
    found = [value for value in values if value]
    if len(found) != len(values):
        raise FormatError("a value is missing")
    return found


def _few(values: Sequence[T]) -> list[T]:
    """Return values of which there are few different ones, each of them kept once."""
    known: dict[T, T] = {}
    return list(map(known.setdefault, values, values))


def _moments(values: list[str | None]) -> Sequence[datetime | None]:
    """Return dates and times in UTC, as ``moment_of`` does one by one."""
    if values.count(None) == len(values):
        return [None] * len(values)
    try:
        moments = list(map(datetime.fromisoformat, _all(values)))
    except (FormatError, ValueError):
        moments = []
    if len(moments) == len(values) and list(map(_zone, moments)).count(UTC) == len(moments):
        return moments
    return list(map(moment_of, values))
