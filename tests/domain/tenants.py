"""Random small tenants, what people said about them, and readings of them that lost something."""

from datetime import UTC, date, datetime, timedelta

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

days = st.sampled_from(
    [datetime(2026, month, day, 23, 30, tzinfo=UTC) for month in (3, 4, 9) for day in (1, 30)] + [None]
)
kinds = st.sampled_from(Kind)
apis = st.sampled_from(tuple(APIS))
ids = st.sampled_from(IDS)
spellings = st.sampled_from(SPELLINGS)
some = st.sampled_from


class World(Struct, frozen=True):
    """Everything a comparison starts from."""

    snapshot: Snapshot
    profiles: dict[str, Profile]
    facts: CatalogFacts
    knowledge: Knowledge
    uses: dict[str, Uses]
    today: date = TODAY


@st.composite
def definitions(draw: st.DrawFn, app_id: str) -> ApiDefinition:
    """An API: values published twice, switched off, spelled in two ways, one id for both kinds."""
    keys = draw(st.lists(st.tuples(kinds, ids), unique=True, max_size=6))
    permissions = [
        PublishedPermission(
            permission_id,
            kind,
            draw(spellings),
            enabled=draw(some((True, True, True, False))),
            user_consentable=kind is Kind.DELEGATED and draw(st.booleans()),
        )
        for kind, permission_id in keys
    ]
    return ApiDefinition(app_id, APIS[app_id], f"API {app_id}", tuple(permissions))


@st.composite
def scopes(draw: st.DrawFn) -> str:
    """A grant's scope as found in real tenants: blanks anywhere, values twice, any case."""
    values = draw(st.lists(spellings, max_size=4))
    blanks = some((" ", "  ", "\t", " \n "))
    return draw(some(("", " "))) + "".join(value + draw(blanks) for value in values)


@st.composite
def credentials(draw: st.DrawFn) -> Credential:
    end = draw(some((-400, -1, 0, 1, 30, 31, 400)))
    starts = draw(some((None, -500, 5)))
    return Credential(
        draw(some(CredentialKind)),
        None if starts is None else _day(starts),
        _day(end),
    )


def _day(offset: int) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 13, tzinfo=UTC) + timedelta(days=offset)


@st.composite
def apps(draw: st.DrawFn, number: int) -> tuple[Registration | None, ServicePrincipal | None]:
    """One app: registered here or elsewhere, with or without service principal."""
    app_id = (
        draw(some((f"app-{number}", f"app-{number}", f"app-{number}", SHARED_TOOL)))
        if number == 1
        else (f"app-{number}")
    )
    names = some((*EXACT_NAMES, *NEAR_NAMES, *OTHER_NAMES))
    name = draw(names)
    sort = draw(
        some(
            (
                "own",
                "own",
                "own",
                "external",
                "external",
                "no-principal",
                "managed",
                "microsoft",
                "legacy",
                "orphan",
                "ownerless",
            )
        )
    )
    registration = principal = None
    if sort in ("own", "no-principal"):
        required = st.lists(st.builds(RequiredAccess, apis, kinds, ids), max_size=4)
        registration = Registration(
            f"reg-{number}",
            app_id,
            name,
            tuple(draw(required)),
            tuple(draw(st.lists(credentials(), max_size=2))),
            disabled=draw(some((False, False, True))),
        )
    if sort != "no-principal":
        owner = {"own": HERE, "orphan": HERE, "microsoft": MICROSOFT, "external": "tenant-vendor"}.get(sort)
        principal = ServicePrincipal(
            f"sp-{number}",
            app_id,
            name,
            draw(some((None, name, name if sort == "own" else draw(names)))),
            type={"managed": "ManagedIdentity", "legacy": "Legacy"}.get(sort, "Application"),
            owner_tenant_id=owner,
            enabled=draw(some((True, True, False))),
            disabled=draw(some((False, False, True))),
        )
    return registration, principal


@st.composite
def requirements(draw: st.DrawFn) -> tuple[Requirement, ...]:
    found: dict[tuple[str, Kind, str], Requirement] = {}
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(kinds)
        cells = draw(st.lists(some(CELLS), unique=True, max_size=2))
        workloads: dict[str, tuple[str, ...]] = {}
        for cell in cells:
            workloads[cell.workload] = (*workloads.get(cell.workload, ()), cell.operation)
        requirement = Requirement(
            draw(apis),
            "An API",
            kind,
            draw(spellings),
            workloads,
            draw(some((None, None, Condition.CERTIFICATE_SIGN_IN, Condition.GROUP_MAILBOX_ONLY))),
            last_update=draw(some((None, "2026-03", "2026-04", "2026-10"))),
            acts_for=draw(some((None, *ActsFor))) if kind is Kind.DELEGATED else None,
        )
        found.setdefault((requirement.resource_app_id, kind, requirement.value.casefold()), requirement)
    return tuple(found.values())


@st.composite
def profile_sets(draw: st.DrawFn) -> dict[str, Profile]:
    found = {}
    for number in range(draw(st.integers(1, 3))):
        profile_id = f"profile-{number}"
        found[profile_id] = Profile(
            profile_id,
            "A vendor",
            "A product",
            f"Profile {number}",
            "1",
            Source("Page", "Docs", "2026-01", "2026-02-01"),
            draw(some((*VENDOR_NAMES, VENDOR_NAMES[0], None))),
            draw(requirements()),
            app_id=draw(some((None, None, None, "app-2"))),
            origin=draw(some(ProfileOrigin)),
        )
    return found


@st.composite
def knowledge_of(draw: st.DrawFn, profiles: dict[str, Profile]) -> Knowledge:
    app_ids = some(("app-0", "app-1", "app-2", SHARED_TOOL))
    profile_ids = some((*profiles, "profile-of-yesterday"))
    bindings = st.builds(Binding, st.none() | profile_ids, st.booleans())
    keys = st.builds(PermissionKey, apis, kinds, spellings | ids)
    acceptances = st.builds(
        Acceptance,
        app_ids,
        keys,
        st.just("because"),
        st.just("somebody"),
        some((None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))),
    )
    found: dict[tuple[str, PermissionKey], Acceptance] = {}
    for acceptance in draw(st.lists(acceptances, max_size=3)):
        # The store keeps one acceptance for one finding.
        key = replace(acceptance.permission, value=acceptance.permission.value.casefold())
        found.setdefault((acceptance.app_id, key), acceptance)
    return Knowledge(
        bindings=draw(st.dictionaries(app_ids, bindings, max_size=2)),
        elsewhere=draw(st.dictionaries(app_ids, profile_ids, max_size=1)),
        uses=draw(st.dictionaries(st.tuples(app_ids, profile_ids), choices(), max_size=1)),
        acceptances=tuple(found.values()),
        expected=frozenset(draw(st.lists(profile_ids, max_size=1))),
    )


def choices() -> st.SearchStrategy[Uses]:
    """What a person ticked; conditions aside at least one cell."""
    return st.builds(
        Uses, st.frozensets(some(CELLS), min_size=1), st.frozensets(st.just(Condition.CERTIFICATE_SIGN_IN))
    )


@st.composite
def fact_sets(draw: st.DrawFn) -> CatalogFacts:
    values = some(VALUES)
    return CatalogFacts(
        "1",
        tuple(
            draw(st.lists(st.builds(ReachRow, apis, kinds, values, some(Reach), st.just(""), st.just("")), max_size=3))
        ),
        tuple(draw(st.lists(st.builds(CoverRow, apis, kinds, values, values, st.just("")), max_size=4))),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A tenant, read completely."""
    pairs = [draw(apps(number)) for number in range(draw(st.integers(1, 3)))]
    registrations = tuple(r for r, _ in pairs if r is not None)
    present = draw(st.lists(apis, unique=True, min_size=1))
    principals = tuple(p for _, p in pairs if p is not None) + tuple(
        ServicePrincipal(APIS[app_id], app_id, f"API {app_id}", owner_tenant_id=MICROSOFT) for app_id in present
    )
    clients = some([p.object_id for p in principals if p.object_id.removeprefix("sp-").isdigit()] or ["sp-0"])
    resources = some([*(APIS[app_id] for app_id in present), GONE])
    published = tuple(draw(definitions(app_id)) for app_id in present)
    role_apis = tuple(d.app_id for d in published if any(p.kind is Kind.APPLICATION for p in d.permissions))
    assignments = st.builds(AppRoleAssignment, clients, resources, ids | st.just(ZERO_ROLE_ID), days)
    grants = st.builds(DelegatedGrant, clients, resources, some((None, None, *PEOPLE)), scopes())
    users = tuple(
        User(one, gone=gone, enabled=None if gone else draw(st.booleans()))
        for one in PEOPLE
        for gone in [draw(some((False, False, True)))]
    )
    roles = st.builds(DirectoryRole, clients, st.just("Exchange Administrator"), st.just("role-1"))
    client_sides = draw(st.lists(clients, max_size=1))
    snapshot = Snapshot(
        "scan-1",
        Tenant(HERE, "Larkfield Instruments", "global"),
        datetime(2026, 11, 22, 9, tzinfo=UTC),
        Account("reader@larkfield.example"),
        "1",
        registrations,
        principals,
        published,
        role_apis,
        tuple(draw(st.lists(assignments, max_size=5))),
        tuple(draw(st.lists(grants, max_size=4))),
        tuple(draw(st.lists(roles, max_size=1))),
        users,
    )
    return replace(snapshot, reads=full_reads(present, client_sides))


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
    profiles = draw(profile_sets())
    return World(
        draw(snapshots()),
        profiles,
        draw(fact_sets()),
        draw(knowledge_of(profiles)),
        draw(st.dictionaries(some(tuple(profiles)), choices(), max_size=1)),
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
        read: draw(some(("kept", "kept", "kept", "partial", "refused", "absent"))) for read in snapshot.reads
    }

    def lost(read: ReadCoverage | None) -> bool:
        """Whether one row of this read is lost."""
        fate = "partial" if read is None else fates[read]
        return fate in ("refused", "absent") or (fate == "partial" and draw(st.booleans()))

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
                reads.append(replace(read, status=draw(some((ReadStatus.REFUSED, ReadStatus.FAILED)))))
            case "absent":
                if draw(st.booleans()):
                    reads.append(replace(read, status=ReadStatus.SKIPPED))
            case _:
                reads.append(read)
    definitions_kept = []
    for definition in snapshot.apis:
        read = read_of(ReadName.DEFINITIONS, definition.app_id)
        permissions = tuple(p for p in definition.permissions if not lost(read))
        if read is not None and (fates[read] in ("kept", "partial")):
            definitions_kept.append(replace(definition, permissions=permissions))
    users = []
    for user in snapshot.users:
        if not lost(read_of(ReadName.USERS)):
            users.append(user)
        elif draw(st.booleans()):
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
