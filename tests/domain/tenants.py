"""Random small tenants, what people said about them, and readings of them that lost something."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.application import (
    SHARED_TOOLS,
    Credential,
    CredentialKind,
    Registration,
    RequiredAccess,
    ServicePrincipal,
)
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import (
    AZURE_AD_GRAPH_APP_ID,
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    ZERO_ROLE_ID,
    ApiDefinition,
    Kind,
    PublishedPermission,
)
from permdesk.domain.profile import ActsFor, Cell, Condition, Profile, ProfileOrigin, Requirement, Source, Uses
from permdesk.domain.reach import CatalogFacts, CoverRow, Reach, ReachRow
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import MICROSOFT_TENANTS, Account, Tenant

TODAY = date(2026, 11, 22)
HERE = "tenant-here"
MICROSOFT = min(MICROSOFT_TENANTS)
SHARED_TOOL = min(SHARED_TOOLS)

#: appId -> object id of the API's service principal.
APIS = {
    GRAPH_APP_ID: "sp-graph",
    EXCHANGE_APP_ID: "sp-exchange",
    AZURE_AD_GRAPH_APP_ID: "sp-old-graph",
    "api-shop": "sp-shop",
}
GONE = "sp-gone"
#: The same ids and values in every API and both kinds: neither identifies anything alone.
IDS = ("id-1", "id-2", "id-3", "id-4")
VALUES = ("Mail.Read", "Mail.ReadWrite", "User.Read", "openid", "full_access_as_app", "Exchange.ManageAsApp")
SPELLINGS = (*VALUES, "mail.read", "USER.READ", "Old.Thing", "Straße.Read", "STRASSE.READ")
PEOPLE = ("user-1", "user-2", "user-3")
CELLS = (Cell("Mail", "Backup"), Cell("Mail", "Restore"), Cell("Sites", "Backup"))

VENDOR_NAMES = ("Harbor Backup", "Tide Archive")
EXACT_NAMES = ("Harbor Backup", " harbor  BACKUP", "Harbor\u00a0Backup", "Tide Archive")
#: Folded name -> whom it resembles.
NEAR_NAMES = {
    "harbor backups": "Harbor Backup",
    "harbr backup": "Harbor Backup",
    "h\u0430rbor backup": "Harbor Backup",
    "harbor\u200bbackup": "Harbor Backup",
    "tide arch1ve": "Tide Archive",
}
OTHER_NAMES = ("Invoice Robot", "Door Badges", "")

DAYS = (
    None,
    *(datetime(2026, month, day, 23, 30, tzinfo=UTC) for month in (3, 4, 9) for day in (1, 30)),
)
KINDS = tuple(Kind)
API_IDS = tuple(APIS)
_NUMBERS = {size: st.integers(0, size - 1) for size in range(1, 40)}

T = TypeVar("T")

#: Moderate by default; PERMDESK_EXAMPLES=50 makes it fifty times as many.
EXAMPLES = settings(
    max_examples=60 * int(os.environ.get("PERMDESK_EXAMPLES", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def one(draw: st.DrawFn, options: Sequence[T]) -> T:
    """Draw one of a few; far cheaper than a strategy made for each choice."""
    return options[draw(_NUMBERS[len(options)])]


def many(draw: st.DrawFn, most: int, make: Callable[[], T]) -> tuple[T, ...]:
    """Draw up to so many."""
    return tuple(make() for _ in range(draw(_NUMBERS[most + 1])))


class World(Struct, frozen=True):
    """Everything a comparison starts from."""

    snapshot: Snapshot
    profiles: dict[str, Profile]
    facts: CatalogFacts
    knowledge: Knowledge
    uses: dict[str, Uses]
    today: date = TODAY


def definition(draw: st.DrawFn, app_id: str) -> ApiDefinition:
    """An API: values published twice, switched off, spelled in two ways, one id for both kinds."""
    keys = dict.fromkeys(many(draw, 6, lambda: (one(draw, KINDS), one(draw, IDS))))
    permissions = [
        PublishedPermission(
            permission_id,
            kind,
            one(draw, SPELLINGS),
            enabled=one(draw, (True, True, True, False)),
            user_consentable=kind is Kind.DELEGATED and one(draw, (False, True)),
        )
        for kind, permission_id in keys
    ]
    return ApiDefinition(app_id, APIS[app_id], f"API {app_id}", tuple(permissions))


def scope(draw: st.DrawFn) -> str:
    """A grant's scope as found in real tenants: blanks anywhere, values twice, any case."""
    values = many(draw, 4, lambda: one(draw, SPELLINGS) + one(draw, (" ", "  ", "\t", " \n ")))
    return one(draw, ("", " ")) + "".join(values)


#: A scope string of its own.
scopes = st.composite(scope)


def credential(draw: st.DrawFn) -> Credential:
    starts = one(draw, (None, -500, 5))
    return Credential(
        one(draw, tuple(CredentialKind)),
        None if starts is None else _day(starts),
        _day(one(draw, (-400, -1, 0, 1, 30, 31, 400))),
    )


def _day(offset: int) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 13, tzinfo=UTC) + timedelta(days=offset)


def app(draw: st.DrawFn, number: int) -> tuple[Registration | None, ServicePrincipal | None]:
    """One app: registered here or elsewhere, with or without service principal."""
    app_id = one(draw, ("app-1", "app-1", SHARED_TOOL)) if number == 1 else f"app-{number}"
    names = (*EXACT_NAMES, *NEAR_NAMES, *OTHER_NAMES)
    name = one(draw, names)
    sort = one(draw, SORTS)
    registration = principal = None
    if sort in ("own", "no-principal"):
        registration = Registration(
            f"reg-{number}",
            app_id,
            name,
            many(draw, 4, lambda: RequiredAccess(one(draw, API_IDS), one(draw, KINDS), one(draw, IDS))),
            many(draw, 2, lambda: credential(draw)),
            disabled=one(draw, (False, False, True)),
        )
    if sort != "no-principal":
        owner = {"own": HERE, "orphan": HERE, "microsoft": MICROSOFT, "external": "tenant-vendor"}.get(sort)
        principal = ServicePrincipal(
            f"sp-{number}",
            app_id,
            name,
            one(draw, (None, name, name if sort == "own" else one(draw, names))),
            type={"managed": "ManagedIdentity", "legacy": "Legacy"}.get(sort, "Application"),
            owner_tenant_id=owner,
            enabled=one(draw, (True, True, False)),
            disabled=one(draw, (False, False, True)),
        )
    return registration, principal


#: Where an app comes from; "orphan" has lost its registration here, of "ownerless" Graph names no owner.
SORTS = (
    *("own", "own", "own", "external", "external", "external"),
    *("no-principal", "managed", "microsoft", "legacy", "orphan", "ownerless"),
)


def requirement(draw: st.DrawFn) -> Requirement:
    kind = one(draw, KINDS)
    workloads: dict[str, tuple[str, ...]] = {}
    for cell in dict.fromkeys(many(draw, 2, lambda: one(draw, CELLS))):
        workloads[cell.workload] = (*workloads.get(cell.workload, ()), cell.operation)
    return Requirement(
        one(draw, API_IDS),
        "An API",
        kind,
        one(draw, SPELLINGS),
        workloads,
        one(draw, (None, None, None, Condition.CERTIFICATE_SIGN_IN, Condition.GROUP_MAILBOX_ONLY)),
        last_update=one(draw, (None, "2026-03", "2026-04", "2026-10")),
        acts_for=one(draw, (None, *ActsFor)) if kind is Kind.DELEGATED else None,
    )


def profile(draw: st.DrawFn, number: int) -> Profile:
    found: dict[tuple[str, Kind, str], Requirement] = {}
    for line in many(draw, 6, lambda: requirement(draw)):
        found.setdefault((line.resource_app_id, line.kind, line.value.casefold()), line)
    return Profile(
        f"profile-{number}",
        "A vendor",
        "A product",
        f"Profile {number}",
        "1",
        Source("Page", "Docs", "2026-01", "2026-02-01"),
        one(draw, (*VENDOR_NAMES, VENDOR_NAMES[0], None)),
        tuple(found.values()),
        app_id=one(draw, (None, None, None, "app-2")),
        origin=one(draw, tuple(ProfileOrigin)),
    )


def choice(draw: st.DrawFn) -> Uses:
    """What a person ticked; conditions aside at least one cell."""
    return Uses(
        frozenset((one(draw, CELLS), *many(draw, 2, lambda: one(draw, CELLS)))),
        frozenset(many(draw, 1, lambda: Condition.CERTIFICATE_SIGN_IN)),
    )


def what_people_said(draw: st.DrawFn, profiles: dict[str, Profile]) -> Knowledge:
    app_ids = ("app-0", "app-1", "app-2", SHARED_TOOL)
    profile_ids = (*profiles, "profile-of-yesterday")

    def acceptance() -> Acceptance:
        return Acceptance(
            one(draw, app_ids),
            PermissionKey(one(draw, API_IDS), one(draw, KINDS), one(draw, (*SPELLINGS, *IDS))),
            "because",
            "somebody",
            one(draw, (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))),
        )

    accepted: dict[tuple[str, PermissionKey], Acceptance] = {}
    for row in many(draw, 3, acceptance):
        # The store keeps one acceptance for one finding.
        accepted.setdefault((row.app_id, replace(row.permission, value=row.permission.value.casefold())), row)
    return Knowledge(
        bindings=dict(
            many(
                draw,
                2,
                lambda: (one(draw, app_ids), Binding(one(draw, (None, *profile_ids)), one(draw, (False, True)))),
            )
        ),
        elsewhere=dict(many(draw, 1, lambda: (one(draw, app_ids), one(draw, profile_ids)))),
        uses=dict(many(draw, 1, lambda: ((one(draw, app_ids), one(draw, profile_ids)), choice(draw)))),
        acceptances=tuple(accepted.values()),
        expected=frozenset(many(draw, 1, lambda: one(draw, profile_ids))),
    )


def curated(draw: st.DrawFn) -> CatalogFacts:
    def where() -> tuple[str, Kind]:
        return one(draw, API_IDS), one(draw, KINDS)

    return CatalogFacts(
        "1",
        many(draw, 3, lambda: ReachRow(*where(), one(draw, VALUES), one(draw, tuple(Reach)), "", "")),
        many(draw, 4, lambda: CoverRow(*where(), one(draw, VALUES), one(draw, VALUES), "")),
    )


def tenant(draw: st.DrawFn) -> Snapshot:
    """A tenant, read completely."""
    pairs = [app(draw, number) for number in range(1 + draw(_NUMBERS[3]))]
    present = list(dict.fromkeys((one(draw, API_IDS), *many(draw, 4, lambda: one(draw, API_IDS)))))
    own_principals = tuple(p for _, p in pairs if p is not None)
    clients = [p.object_id for p in own_principals] or ["sp-0"]
    resources = [*(APIS[app_id] for app_id in present), GONE]
    published = tuple(definition(draw, app_id) for app_id in present)

    def user(object_id: str) -> User:
        state = one(draw, ("enabled", "disabled", "gone"))
        return User(object_id, enabled=None if state == "gone" else state == "enabled", gone=state == "gone")

    snapshot = Snapshot(
        "scan-1",
        Tenant(HERE, "Larkfield Instruments", "global"),
        datetime(2026, 11, 22, 9, tzinfo=UTC),
        Account("reader@larkfield.example"),
        "1",
        tuple(r for r, _ in pairs if r is not None),
        own_principals
        + tuple(
            ServicePrincipal(APIS[app_id], app_id, f"API {app_id}", owner_tenant_id=MICROSOFT) for app_id in present
        ),
        published,
        tuple(d.app_id for d in published if any(p.kind is Kind.APPLICATION for p in d.permissions)),
        many(
            draw,
            5,
            lambda: AppRoleAssignment(
                one(draw, clients), one(draw, resources), one(draw, (*IDS, ZERO_ROLE_ID)), one(draw, DAYS)
            ),
        ),
        many(
            draw,
            4,
            lambda: DelegatedGrant(
                one(draw, clients), one(draw, resources), one(draw, (None, None, *PEOPLE)), scope(draw)
            ),
        ),
        many(draw, 1, lambda: DirectoryRole(one(draw, clients), "Exchange Administrator", "role-1")),
        tuple(user(object_id) for object_id in PEOPLE),
    )
    # An API that publishes no application role at all is taken to have granted none.
    held = {a.resource_id for a in snapshot.app_role_assignments}
    role_apis = {*snapshot.role_apis, *(app_id for app_id in present if APIS[app_id] in held)}
    snapshot = replace(snapshot, role_apis=tuple(sorted(role_apis)))
    return replace(snapshot, reads=full_reads(present, list(many(draw, 1, lambda: one(draw, clients)))))


def full_reads(present: list[str], client_sides: list[str]) -> tuple[ReadCoverage, ...]:
    """Every read complete."""
    done = ReadStatus.COMPLETE
    lists = [
        ReadName.ORGANIZATION,
        ReadName.APPLICATIONS,
        ReadName.SERVICE_PRINCIPALS,
        ReadName.APIS,
        ReadName.OAUTH2_PERMISSION_GRANTS,
        ReadName.DIRECTORY_ROLES,
        ReadName.USERS,
    ]
    return (
        *(ReadCoverage(name, done) for name in lists),
        *(ReadCoverage(ReadName.DEFINITIONS, done, resource_app_id=app_id) for app_id in present),
        *(ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, done, resource_app_id=app_id) for app_id in present),
        *(ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, done, client_object_id=client) for client in client_sides),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A tenant read completely, and everything people said."""
    profiles = {p.id: p for p in (profile(draw, number) for number in range(1 + draw(_NUMBERS[3])))}
    return World(
        tenant(draw),
        profiles,
        curated(draw),
        what_people_said(draw, profiles),
        dict(many(draw, 1, lambda: (one(draw, tuple(profiles)), choice(draw)))),
    )


@st.composite
def cut(draw: st.DrawFn, world: World, *, keep_principals: frozenset[str] = frozenset()) -> World:
    """The same tenant with some reads partial, refused, failed or never tried, and their rows lost accordingly.

    Args:
        world: a tenant, read completely or cut already.
        keep_principals: appIds of apps whose own rows are not lost.
    """
    snapshot = world.snapshot
    fates: dict[ReadCoverage, str] = {
        read: one(draw, ("kept", "kept", "kept", "partial", "refused", "absent")) for read in snapshot.reads
    }

    def lost(read: ReadCoverage | None) -> bool:
        """Whether one row of this read is lost."""
        fate = "partial" if read is None else fates[read]
        return fate in ("refused", "absent") or (fate == "partial" and one(draw, (False, True)))

    def read_of(name: ReadName, app_id: str | None = None, client: str | None = None) -> ReadCoverage | None:
        key = (name, app_id, client)
        return next((r for r in snapshot.reads if (r.read, r.resource_app_id, r.client_object_id) == key), None)

    def kept_rows(name: ReadName, rows: tuple[object, ...]) -> tuple[object, ...]:
        read = read_of(name)
        return tuple(row for row in rows if not lost(read))

    def assignment_lost(row: AppRoleAssignment) -> bool:
        client = read_of(ReadName.APP_ROLE_ASSIGNMENTS, None, row.client_id)
        if client is not None and fates[client] == "kept" and client.complete:
            return False
        app_id = next((a for a, object_id in APIS.items() if object_id == row.resource_id), None)
        return lost(read_of(ReadName.APP_ROLE_ASSIGNMENTS, app_id) if app_id is not None else None)

    principals_read = read_of(ReadName.SERVICE_PRINCIPALS)
    applications_read = read_of(ReadName.APPLICATIONS)
    reads = []
    for read in snapshot.reads:
        match fates[read]:
            case "partial" if read.complete:
                reads.append(replace(read, status=ReadStatus.PARTIAL))
            case "refused":
                reads.append(replace(read, status=one(draw, (ReadStatus.REFUSED, ReadStatus.FAILED))))
            case "absent":
                if one(draw, (False, True)):
                    reads.append(replace(read, status=ReadStatus.SKIPPED))
            case _:
                reads.append(read)
    definitions_kept = []
    for definition in snapshot.apis:
        of_api = read_of(ReadName.DEFINITIONS, definition.app_id)
        permissions = tuple(p for p in definition.permissions if not lost(of_api))
        if of_api is not None and fates[of_api] in ("kept", "partial"):
            definitions_kept.append(replace(definition, permissions=permissions))
    users = []
    for user in snapshot.users:
        if not lost(read_of(ReadName.USERS)):
            users.append(user)
        elif one(draw, (False, True)):
            users.append(replace(user, enabled=None, gone=False))
    cut_snapshot = replace(
        snapshot,
        registrations=tuple(
            r for r in snapshot.registrations if r.app_id in keep_principals or not lost(applications_read)
        ),
        service_principals=tuple(
            p for p in snapshot.service_principals if p.app_id in keep_principals or not lost(principals_read)
        ),
        apis=tuple(definitions_kept),
        role_apis=kept_rows(ReadName.APIS, snapshot.role_apis),
        app_role_assignments=tuple(a for a in snapshot.app_role_assignments if not assignment_lost(a)),
        delegated_grants=kept_rows(ReadName.OAUTH2_PERMISSION_GRANTS, snapshot.delegated_grants),
        directory_roles=kept_rows(ReadName.DIRECTORY_ROLES, snapshot.directory_roles),
        users=tuple(users),
        reads=tuple(reads),
    )
    return replace(world, snapshot=cut_snapshot)
