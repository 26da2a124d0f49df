"""One app read again by itself, and the tenant as it is then: that app from now, everything else from the scan before.

What comes out of it is compared for that app alone. It is no scan: it is not kept, and says nothing of other apps.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import AppComparison
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, User
from permdesk.domain.names import folded
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.snapshot import Snapshot


class WantedApi(Struct, frozen=True):
    """An API whose definitions belong to an app: its appId, and what people call it."""

    app_id: str
    name: str


class WantedApp(Struct, frozen=True):
    """What to read of one app.

    Attributes:
        app_id: lower-case GUID.
        object_id: its service principal's, as it was known; None where it had none.
        name: what people call it, for the words of what went wrong.
        names: what an app may be called that is mistaken for it, case folded: its own name, and its profile's.
        apis: those that its findings name.
        people: object ids of accounts whose names are known already.
    """

    app_id: str
    object_id: str | None
    name: str
    names: frozenset[str]
    apis: tuple[WantedApi, ...]
    people: frozenset[str] = frozenset()


class AppReading(Struct, frozen=True):
    """What was read of one app.

    Attributes:
        reading_id: names this reading (UUID); no kept scan bears it.
        read_at: when reading began, with time zone.
        registrations: its registration here; empty where it has none, or none was read.
        principals: its service principal; empty where it has none, or none was read.
        apis: definitions of the APIs in use.
        reads: how each of the reads ended.
    """

    reading_id: str
    read_at: datetime
    registrations: tuple[Registration, ...] = ()
    principals: tuple[ServicePrincipal, ...] = ()
    apis: tuple[ApiDefinition, ...] = ()
    assignments: tuple[AppRoleAssignment, ...] = ()
    grants: tuple[DelegatedGrant, ...] = ()
    users: tuple[User, ...] = ()
    reads: tuple[ReadCoverage, ...] = ()


def wanted_app(before: AppComparison, snapshot: Snapshot) -> WantedApp | None:
    """Return what to read of an app; None for a profile that no app bears.

    Args:
        before: the app as it was compared.
        snapshot: the scan it was compared in.
    """
    if before.app_id is None:
        return None
    apis = {
        finding.permission.resource_app_id: finding.permission.resource
        for finding in before.findings
        if finding.permission.resource_app_id is not None
    }
    return WantedApp(
        before.app_id,
        before.object_id,
        before.display_name,
        frozenset(folded(name) for name in (before.display_name, before.profile and before.profile.app_name) if name),
        tuple(WantedApi(app_id, apis[app_id]) for app_id in sorted(apis)),
        frozenset(user.object_id for user in snapshot.users),
    )


def with_app(before: Snapshot, wanted: WantedApp, reading: AppReading) -> Snapshot:
    """Return the tenant in which one app is as it was read again; only that app may be compared in it.

    Of the others only those are in it that bear on this one: APIs, and apps of the same name. So comparing it takes no
    longer in a large tenant.

    What could not be read of the app is in none of its lists, and its coverage says so. Two things from before are
    still of use then, to name what was read: which service principal it is, and what an API publishes.

    Args:
        before: the scan before.
        wanted: what was to be read.
        reading: what was read.
    """
    status = {read.read: read for read in reading.reads if read.resource_app_id is None}
    beside = _Beside(wanted, reading)
    registrations = [one for one in before.registrations if beside.counts(one.app_id, one.display_name)]
    principals = [
        one
        for one in before.service_principals
        if beside.counts(one.app_id, one.display_name, one.app_display_name) or beside.is_api(one)
    ]
    principal_read = status.get(ReadName.SERVICE_PRINCIPALS)
    known = [one for one in before.service_principals if one.app_id == wanted.app_id]
    lost = principal_read is None or not principal_read.complete
    absent = {
        read.resource_app_id
        for read in reading.reads
        if read.read is ReadName.DEFINITIONS and read.complete and not read.rows
    }
    again = {api.app_id for api in reading.apis}
    asked = {read.resource_app_id for read in reading.reads if read.read is ReadName.DEFINITIONS}
    whole = before.coverage.list_complete(ReadName.SERVICE_PRINCIPALS)
    reads = [
        # Whether another service principal is missing, only the list of all of them can tell.
        _no_better(read, whole) if read.read is ReadName.SERVICE_PRINCIPALS else read
        for read in reading.reads
    ]
    holders = {grant.principal_id for grant in reading.grants}
    people = {user.object_id: user for user in (*before.users, *reading.users) if user.object_id in holders}
    return replace(
        before,
        scan_id=reading.reading_id,
        read_at=reading.read_at,
        registrations=(*registrations, *reading.registrations),
        service_principals=(
            *(one for one in principals if one.app_id not in absent),
            *(reading.principals or (known if lost else ())),
        ),
        apis=(*(api for api in before.apis if api.app_id not in absent | again), *reading.apis),
        app_role_assignments=reading.assignments,
        delegated_grants=reading.grants,
        users=tuple(people.values()),
        reads=(*reads, *_rest(before.reads, asked)),
    )


class _Beside:
    """Tells which other apps of the tenant bear on one of them."""

    def __init__(self, wanted: WantedApp, reading: AppReading) -> None:
        self._app_id = wanted.app_id
        own = [one.display_name for one in reading.registrations] + [one.display_name for one in reading.principals]
        self._names = wanted.names | {folded(name) for name in own if name}
        self._apis = {api.app_id for api in wanted.apis} | {api.app_id for api in reading.apis}
        self._resources = {row.resource_id for row in reading.assignments} | {row.resource_id for row in reading.grants}

    def counts(self, app_id: str, *names: str | None) -> bool:
        return app_id != self._app_id and any(name and folded(name) in self._names for name in names)

    def is_api(self, one: ServicePrincipal) -> bool:
        return one.app_id != self._app_id and (one.app_id in self._apis or one.object_id in self._resources)


def _no_better(read: ReadCoverage, whole: bool) -> ReadCoverage:
    if whole or not read.complete:
        return read
    return replace(
        read, status=ReadStatus.PARTIAL, detail="The scan before did not read every service principal of the tenant"
    )


def _rest(reads: Iterable[ReadCoverage], apis: set[str | None]) -> Iterable[ReadCoverage]:
    """Yield how what is taken from the scan before was read: directory roles, the list of APIs, other definitions."""
    for read in reads:
        other = read.read is ReadName.DEFINITIONS and read.resource_app_id not in apis
        if other or read.read in (ReadName.DIRECTORY_ROLES, ReadName.APIS):
            yield read
