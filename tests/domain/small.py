"""Tenants of one app and one API with readable ids, for tests that look at one rule at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec.structs import replace

from permdesk.domain.application import Credential, Registration, RequiredAccess, ServicePrincipal
from permdesk.domain.comparison import compare
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.knowledge import Binding, Knowledge
from permdesk.domain.permission import ApiDefinition, Kind, PublishedPermission
from permdesk.domain.profile import Profile, Requirement, Source, Uses
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant

TODAY = date(2026, 11, 22)
HERE, VENDOR = "tenant-here", "tenant-vendor"
APP, APP_OBJECT = "app", "app-object"
SHOP, SHOP_OBJECT = "shop", "shop-object"
APPLICATION, DELEGATED = Kind.APPLICATION, Kind.DELEGATED
ANN = User("ann", "Ann", enabled=True)
BOB = User("bob", "Bob", enabled=False)
CAT = User("cat", gone=True)
DAN = User("dan", "Dan", enabled=None)
NO_FACTS = CatalogFacts("1")

LISTS = (
    ReadName.ORGANIZATION,
    ReadName.APPLICATIONS,
    ReadName.SERVICE_PRINCIPALS,
    ReadName.APIS,
    ReadName.OAUTH2_PERMISSION_GRANTS,
    ReadName.DIRECTORY_ROLES,
    ReadName.USERS,
)


def published(
    *values: str, kinds: Iterable[Kind] = Kind, enabled: bool = True, user_consentable: bool = False
) -> tuple[PublishedPermission, ...]:
    """Permissions whose id is ``id-<value>`` in lower case, the same for both kinds as Microsoft Graph often has it."""
    return tuple(
        PublishedPermission(
            f"id-{value.lower()}", kind, value, enabled=enabled, user_consentable=user_consentable and kind is DELEGATED
        )
        for value in values
        for kind in kinds
    )


ORDERS = published("Orders.Read", "Orders.Write")


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def role(value: str, *, since: str | None = None, api: str = SHOP, client: str = APP_OBJECT) -> AppRoleAssignment:
    return AppRoleAssignment(client, f"{api}-object", f"id-{value.lower()}", moment(since) if since else None)


def scope(text: str, who: User | None = None, *, api: str = SHOP, client: str = APP_OBJECT) -> DelegatedGrant:
    return DelegatedGrant(client, f"{api}-object", who.object_id if who else None, text)


def wants(value: str, kind: Kind = APPLICATION, *, api: str = SHOP) -> RequiredAccess:
    """A line of a manifest."""
    return RequiredAccess(api, kind, f"id-{value.lower()}")


def needs(value: str, kind: Kind = APPLICATION, *, api: str = SHOP, **more: object) -> Requirement:
    """A line of a vendor's page."""
    return replace(Requirement(api, api, kind, value), **more)


def profile_of(*requirements: Requirement, **more: object) -> Profile:
    source = Source("Page", "Docs", None, "2026-01-01")
    return replace(Profile("vendor-app", "Vendor", "Product", "Vendor app", "1", source, None, requirements), **more)


def principal(**changes: object) -> ServicePrincipal:
    return replace(ServicePrincipal(APP_OBJECT, APP, "An app", owner_tenant_id=VENDOR), **changes)


def registration(
    required: Sequence[RequiredAccess] = (), credentials: Sequence[Credential] = (), **changes: object
) -> Registration:
    found = Registration("registration", APP, "An app", tuple(required), tuple(credentials))
    return replace(found, **changes)


def tenant(
    *,
    manifest: Sequence[RequiredAccess] | None = None,
    granted: Sequence[AppRoleAssignment | DelegatedGrant] = (),
    apis: Mapping[str, Sequence[PublishedPermission]] | None = None,
    absent: Iterable[str] = (),
    unread: Iterable[ReadName] = (),
    users: Sequence[User] = (ANN, BOB, CAT, DAN),
    registrations: Sequence[Registration] | None = None,
    principals: Sequence[ServicePrincipal] | None = None,
    roles: Sequence[DirectoryRole] = (),
) -> Snapshot:
    """A tenant with one app and the APIs named (``shop`` with two permissions if none is).

    Args:
        manifest: registers the app here with these lines; None for a vendor's own app.
        granted: role assignments and delegated grants.
        apis: what each API publishes, by appId; its service principal is ``<appId>-object``.
        absent: APIs that have no service principal here.
        unread: reads that were refused; rows are left as given.
        users: people.
        registrations: instead of the one app's.
        principals: instead of the one app's.
        roles: directory roles held.
    """
    apis = apis if apis is not None else {SHOP: ORDERS}
    present = [app_id for app_id in apis if app_id not in set(absent)]
    if registrations is None:
        registrations = () if manifest is None else (registration(manifest),)
    if principals is None:
        principals = (principal(owner_tenant_id=HERE if manifest is not None else VENDOR),)
    unread = frozenset(unread)

    def status(read: ReadName) -> ReadStatus:
        return ReadStatus.REFUSED if read in unread else ReadStatus.COMPLETE

    reads = [ReadCoverage(read, status(read)) for read in LISTS]
    for read in (ReadName.DEFINITIONS, ReadName.APP_ROLE_ASSIGNMENTS):
        reads += [ReadCoverage(read, status(read), resource_app_id=app_id) for app_id in present]
    definitions = () if ReadName.DEFINITIONS in unread else present
    return Snapshot(
        "scan",
        Tenant(HERE, "Larkfield Instruments", "global"),
        datetime(2026, 11, 22, 9, tzinfo=UTC),
        Account("reader@larkfield.example"),
        "1",
        tuple(registrations),
        (*principals, *(ServicePrincipal(f"{app_id}-object", app_id, app_id.title()) for app_id in present)),
        tuple(ApiDefinition(app_id, f"{app_id}-object", app_id.title(), tuple(apis[app_id])) for app_id in definitions),
        tuple(present),
        tuple(row for row in granted if isinstance(row, AppRoleAssignment)),
        tuple(row for row in granted if isinstance(row, DelegatedGrant)),
        tuple(roles),
        tuple(users),
        tuple(reads),
    )


def compared(
    snapshot: Snapshot,
    *profiles: Profile,
    knowledge: Knowledge | None = None,
    facts: CatalogFacts = NO_FACTS,
    uses: Mapping[str, Uses] | None = None,
    today: date = TODAY,
) -> Comparison:
    return compare(
        snapshot,
        profiles={profile.id: profile for profile in profiles},
        facts=facts,
        knowledge=knowledge or Knowledge(),
        today=today,
        uses=uses,
    )


def by_hand(profile: Profile, **more: object) -> Knowledge:
    """A person bound the app to this profile."""
    return replace(Knowledge(bindings={APP: Binding(profile.id, by_hand=True)}), **more)


def app_of(comparison: Comparison, app_id: str = APP) -> AppComparison:
    return next(app for app in comparison.apps if app.app_id == app_id)


def judged(
    snapshot: Snapshot,
    profile: Profile | None = None,
    *,
    knowledge: Knowledge | None = None,
    facts: CatalogFacts = NO_FACTS,
    uses: Uses | None = None,
) -> AppComparison:
    """The one app, bound by hand to the profile if one is given."""
    if profile is None:
        return app_of(compared(snapshot, knowledge=knowledge, facts=facts))
    knowledge = knowledge or Knowledge()
    knowledge = replace(knowledge, bindings={APP: Binding(profile.id, by_hand=True), **knowledge.bindings})
    return app_of(
        compared(snapshot, profile, knowledge=knowledge, facts=facts, uses={profile.id: uses} if uses else None)
    )


def finding(app: AppComparison, value: str | None = "Orders.Read", kind: Kind = APPLICATION) -> Finding:
    """The one finding of this value (None: of one without value) and kind."""
    (found,) = [f for f in app.findings if f.permission.value == value and f.permission.kind is kind]
    return found
