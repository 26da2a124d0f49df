"""The rows of one app: the union of its documented, declared and granted permissions."""

from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta

from msgspec import Struct

from permdesk.domain.application import Registration
from permdesk.domain.directory import Directory, Entry
from permdesk.domain.permission import ZERO_ROLE_ID, Kind, Permission
from permdesk.domain.profile import Condition, Profile, Requirement, Uses

#: A consent writes its grants one after the other: so far apart they are at most.
ONE_CONSENT = timedelta(minutes=1)


class Row(Struct, eq=False, gc=False):
    """One permission of one app, before it is judged.

    Attributes:
        requirement: what the vendor documents of it; None where it documents nothing.
        needed_here: the requirement holds for the services in use.
        undecided: whether it holds depends on a certificate of a registration that was not read.
        declared: the manifest names it.
        tenant: a tenant-wide grant was seen.
        holders: object ids of the people with a grant of their own.
        since: oldest dated grant that was seen.
        newest: newest dated grant that was seen.
        beyond_unread: whether it is beyond the need could not be read; set by the judgement.
    """

    entry: Entry
    requirement: Requirement | None = None
    needed_here: bool = False
    undecided: bool = False
    declared: bool = False
    tenant: bool = False
    holders: AbstractSet[str] | None = None
    since: date | None = None
    newest: date | None = None
    beyond_unread: bool = False


def gather(
    directory: Directory,
    *,
    profile: Profile | None,
    uses: Uses | None,
    registration: Registration | None,
    object_id: str | None,
    evidence_unread: bool = False,
) -> list[Row]:
    """Return the app's rows, ordered by API, kind and value; duplicates and spelling make no second row.

    Args:
        directory: the scan.
        profile: what the app is held against, if anything.
        uses: services in use of the profile.
        registration: the app's registration here, where it was read.
        object_id: its service principal's.
        evidence_unread: the registration that would show a certificate was not read.
    """
    doubtful = uses is not None and not uses.chosen and evidence_unread
    rows: dict[Entry, Row] = {}
    if profile is not None and uses is not None:
        for requirement in profile.requirements:
            entry = directory.api(requirement.resource_app_id).by_value(requirement.kind, requirement.value)
            row = rows[entry] = Row(entry)
            row.requirement = requirement
            row.needed_here = uses.needs(requirement)
            row.undecided = doubtful and requirement.condition is Condition.CERTIFICATE_SIGN_IN
    if registration is not None:
        for access in registration.required:
            entry = directory.api(access.resource_app_id).by_id(access.kind, access.id)
            (rows.get(entry) or _new(rows, entry)).declared = True
    if object_id is not None:
        _gather_grants(rows, directory, object_id)
    if len(rows) < 2:
        return list(rows.values())
    return sorted(rows.values(), key=_sort_key)


def _gather_grants(rows: dict[Entry, Row], directory: Directory, object_id: str) -> None:
    for resource_id, role_id, created in directory.assignments.get(object_id, ()):
        if role_id == ZERO_ROLE_ID:
            continue
        entry = directory.api_of_object(resource_id).by_id(Kind.APPLICATION, role_id)
        row = rows.get(entry) or _new(rows, entry)
        row.tenant = True
        if created is not None:
            _date(row, created)
    for resource_id, scope in directory.tenant_grants.get(object_id, ()):
        for entry in directory.api_of_object(resource_id).by_scope(scope):
            (rows.get(entry) or _new(rows, entry)).tenant = True
    personal = directory.personal_grants.get(object_id)
    if personal is None:
        return
    for (resource_id, scope), people in personal.items():
        for entry in directory.api_of_object(resource_id).by_scope(scope):
            row = rows.get(entry) or _new(rows, entry)
            row.holders = people if row.holders is None else row.holders | people


def asked_together(rows: Sequence[Row], directory: Directory, object_id: str | None) -> tuple[Permission, ...]:
    """Return the application permissions that came with documented ones and are not documented themselves.

    What one consent brought, the app had asked for: its vendor's page may not tell all of it.

    Args:
        rows: of one app.
        directory: the scan.
        object_id: of the app's service principal.
    """
    documented = {row.entry for row in rows if row.requirement is not None}
    moments: list[datetime] = []
    others: list[tuple[Entry, datetime]] = []
    for resource_id, role_id, created in directory.assignments.get(object_id or "", ()):
        if created is None or role_id == ZERO_ROLE_ID:
            continue
        entry = directory.api_of_object(resource_id).by_id(Kind.APPLICATION, role_id)
        if entry in documented:
            moments.append(created)
        else:
            others.append((entry, created))
    moments.sort()
    found = {}
    for entry, created in others:
        place = bisect_left(moments, created - ONE_CONSENT)
        if place < len(moments) and moments[place] <= created + ONE_CONSENT:
            found[entry] = entry.permission
    return tuple(found.values())


def _new(rows: dict[Entry, Row], entry: Entry) -> Row:
    row = rows[entry] = Row(entry)
    return row


def _date(row: Row, created: datetime) -> None:
    day = created.date()
    if row.since is None or day < row.since:
        row.since = day
    if row.newest is None or day > row.newest:
        row.newest = day


def _sort_key(row: Row) -> str:
    return row.entry.sort_key
