"""A large invented tenant, the same in every run: apps, APIs, grants, and what people said about them."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

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
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.permission import (
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    SHAREPOINT_APP_ID,
    ZERO_ROLE_ID,
    ApiDefinition,
    Kind,
)
from permdesk.domain.profile import Profile
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import MICROSOFT_TENANTS, Account, Tenant
from tests.benchmarks.generated_apis import Api, guid, make_apis, popular, popular_api
from tests.benchmarks.generated_coverage import cut, full_reads
from tests.benchmarks.generated_knowledge import TODAY, make_facts, make_knowledge, make_profiles

_NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_COLOURS = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbour", "Iris")
_TASKS = ("Billing", "Archive", "Reports", "Intranet", "Sync", "Portal", "Telemetry", "Desk", "Planner")


class Scale(Struct, frozen=True):
    """How large a tenant is to be; grants are role assignments and delegated grants together."""

    registrations: int
    principals: int
    grants: int
    users: int
    managed_identities: int
    microsoft: int


FULL = Scale(20_000, 60_000, 250_000, 10_000, 5_000, 800)
REDUCED = Scale(2_000, 6_000, 25_000, 1_000, 500, 80)


class World(Struct, frozen=True):
    """Everything a comparison starts from."""

    snapshot: Snapshot
    profiles: dict[str, Profile]
    facts: CatalogFacts
    knowledge: Knowledge
    today: date = TODAY


def make_world(scale: Scale, *, seed: int = 7) -> World:
    """Return a tenant of this size; the same seed gives the same tenant."""
    return _Maker(scale, seed).make()


class _Maker:
    def __init__(self, scale: Scale, seed: int) -> None:
        self.scale = scale
        self.rng = random.Random(seed)  # noqa: S311 - a tenant, not a secret
        self.tenant = Tenant(self.guid(), "Larkfield Instruments", "global", "larkfield.example")
        self.apis = make_apis(self.rng)
        self.api_of = {api.app_id: api for api in self.apis}
        self.values = {(a.app_id, k, p.id): p.value for a in self.apis for k in Kind for p in a.of(k)}
        self.profiles = make_profiles(self.rng, self.apis)
        self.people = [self.guid() for _ in range(scale.users)]
        self.principals: list[ServicePrincipal] = []
        self.assignments: list[AppRoleAssignment] = []
        self.grants: list[DelegatedGrant] = []

    def guid(self) -> str:
        return guid(self.rng)

    def make(self) -> World:
        registrations = [self._registration(number) for number in range(self.scale.registrations)]
        self._own_principals(registrations)
        self._managed_identities()
        self._microsoft()
        external = self._external(self.scale.principals - len(self.principals))
        self._grant_people(external, self.scale.grants - len(self.assignments) - len(self.grants))
        for rows in (registrations, self.principals, self.assignments, self.grants):
            self.rng.shuffle(rows)
        snapshot = Snapshot(
            scan_id=self.guid(),
            tenant=self.tenant,
            read_at=_NOW,
            account=Account("reader@larkfield.example"),
            program_version="bench",
            registrations=tuple(registrations),
            service_principals=tuple(self.principals),
            apis=tuple(ApiDefinition(a.app_id, a.object_id, a.name, a.roles + a.scopes) for a in self.apis),
            role_apis=tuple(api.app_id for api in self.apis if api.roles),
            app_role_assignments=tuple(self.assignments),
            delegated_grants=tuple(self.grants),
            directory_roles=self._directory_roles(external),
            users=self._users(),
        )
        snapshot = replace(snapshot, reads=full_reads(snapshot))
        snapshot = cut(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, apis=[self.apis[9].app_id], keep=1)
        snapshot = cut(snapshot, ReadName.DEFINITIONS, apis=[self.apis[30].app_id])
        knowledge = make_knowledge(
            self.rng, self.profiles, registrations=registrations, external=external, values=self.values
        )
        return World(snapshot, self.profiles, make_facts(self.apis), knowledge)

    # Apps ---------------------------------------------------------------------------------------------------------

    def _name(self, number: int) -> str:
        return f"{self.rng.choice(_COLOURS)} {self.rng.choice(_TASKS)} {number}"

    def _registration(self, number: int) -> Registration:
        rng = self.rng
        count = 0 if rng.random() < 0.12 else 1 + int(rng.expovariate(1 / 5.6)) + 40 * (rng.random() < 0.01)
        required: dict[RequiredAccess, None] = {}
        if count and rng.random() < 0.7:
            required[RequiredAccess(GRAPH_APP_ID, Kind.DELEGATED, self.apis[0].scopes[0].id)] = None
        while len(required) < count:
            api = popular_api(self.apis, rng)
            kind = Kind.APPLICATION if rng.random() < 0.55 or not api.scopes else Kind.DELEGATED
            permission_id = popular(api.of(kind), rng).id if rng.random() > 0.005 else self.guid()
            app_id = api.app_id if rng.random() > 0.003 else f"{number % 5:08x}-0000-0000-0000-00000000abcd"
            required[RequiredAccess(app_id, kind, permission_id)] = None
        entries = (*required, *list(required)[:1]) if rng.random() < 0.01 else tuple(required)
        credentials = tuple(
            Credential(kind, _NOW - timedelta(days=300), _NOW + timedelta(days=rng.randint(-200, 700)))
            for kind in rng.choice(((), (CredentialKind.SECRET,), (CredentialKind.SECRET, CredentialKind.CERTIFICATE)))
        )
        created = _NOW - timedelta(days=rng.randint(1, 3000))
        return Registration(self.guid(), self.guid(), self._name(number), entries, credentials, created=created)

    def _own_principals(self, registrations: Sequence[Registration]) -> None:
        for registration in registrations:
            if self.rng.random() < 0.93:
                principal = ServicePrincipal(
                    self.guid(),
                    registration.app_id,
                    registration.display_name,
                    owner_tenant_id=self.tenant.id,
                    enabled=self.rng.random() > 0.02,
                    created=registration.created,
                )
                self.principals.append(principal)
                self._grant_own(registration, principal)

    def _managed_identities(self) -> None:
        for number in range(self.scale.managed_identities):
            principal = ServicePrincipal(self.guid(), self.guid(), f"mi-{self._name(number)}", type="ManagedIdentity")
            self.principals.append(principal)
            self._assign(principal, self.rng.choice((0, 0, 1, 1, 2, 4)))

    def _microsoft(self) -> None:
        owners = sorted(MICROSOFT_TENANTS)
        for api in self.apis:
            shipped = api.app_id in (GRAPH_APP_ID, SHAREPOINT_APP_ID, EXCHANGE_APP_ID)
            owner = owners[0] if shipped else self.guid()
            self.principals.append(ServicePrincipal(api.object_id, api.app_id, api.name, owner_tenant_id=owner))
        for number, app_id in enumerate(sorted(SHARED_TOOLS)):
            tool = ServicePrincipal(self.guid(), app_id, f"Shared tool {number}", owner_tenant_id=owners[0])
            self.principals.append(tool)
            self._delegate(tool, self.apis[0], None, [p.value for p in self.apis[0].scopes[:200]])
        for number in range(self.scale.microsoft):
            name = f"Microsoft component {number}"
            self.principals.append(
                ServicePrincipal(self.guid(), self.guid(), name, owner_tenant_id=self.rng.choice(owners))
            )

    def _external(self, count: int) -> list[ServicePrincipal]:
        """Make vendors' apps: one of a name, several of a name, near names, and thousands that mean nothing."""
        rng = self.rng
        owners = [self.guid() for _ in range(max(2, count // 8))]
        names = [profile.app_name for profile in self.profiles.values() if profile.app_name]
        names += [names[1], names[2], names[2], names[3] + "s", names[4].replace("a", "á")]
        names += [self._name(number) for number in range(count - len(names))]
        external = []
        for name in names:
            principal = ServicePrincipal(
                self.guid(),
                self.guid(),
                name,
                app_display_name=name,
                owner_tenant_id=rng.choice(owners),
                enabled=rng.random() > 0.01,
                disabled=rng.random() < 0.005,
            )
            external.append(principal)
            if len(external) <= len(self.profiles):
                self._grant_vendor(principal, everything=len(external) % 2 == 0)
            else:
                self._grant_external(principal)
        self.principals += external
        return external

    # Grants -------------------------------------------------------------------------------------------------------

    def _assign(self, principal: ServicePrincipal, count: int) -> None:
        for _ in range(count):
            api = popular_api(self.apis, self.rng)
            place = self.rng.random()
            role_id = (
                self.guid() if place < 0.005 else ZERO_ROLE_ID if place < 0.01 else popular(api.roles, self.rng).id
            )
            self._assign_role(principal, api, role_id)

    def _assign_role(self, principal: ServicePrincipal, api: Api, role_id: str) -> None:
        dated = self.rng.random() > 0.02
        created = _NOW - timedelta(seconds=self.rng.randint(1, 150_000_000)) if dated else None
        self.assignments.append(AppRoleAssignment(principal.object_id, api.object_id, role_id, created))

    def _delegate(self, principal: ServicePrincipal, api: Api, person: str | None, values: Sequence[str]) -> None:
        blank = " " if self.rng.random() < 0.05 else ""
        self.grants.append(DelegatedGrant(principal.object_id, api.object_id, person, blank + " ".join(values)))

    def _scopes(self, api: Api) -> list[str]:
        count = min(self.rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12)), len(api.scopes))
        values = dict.fromkeys(popular(api.scopes, self.rng).value for _ in range(count))
        if self.rng.random() < 0.005:
            values["Unpublished.Old"] = None
        return list(values)

    def _grant_own(self, registration: Registration, principal: ServicePrincipal) -> None:
        rng = self.rng
        scopes: dict[str, list[str]] = {}
        for access in registration.required:
            api = self.api_of.get(access.resource_app_id)
            if api is None or rng.random() > 0.8:
                continue
            value = self.values.get((api.app_id, access.kind, access.id))
            if access.kind is Kind.APPLICATION:
                self._assign_role(principal, api, access.id)
            elif value is not None:
                scopes.setdefault(api.app_id, []).append(value)
        for app_id, values in scopes.items():
            self._delegate(principal, self.api_of[app_id], None, values)
            if rng.random() < 0.1:
                self._delegate(principal, self.api_of[app_id], rng.choice(self.people), values[:2])
        if rng.random() < 0.2:
            self._assign(principal, rng.randint(1, 3))

    def _grant_external(self, principal: ServicePrincipal) -> None:
        rng = self.rng
        if rng.random() < 0.15:
            self._assign(principal, rng.randint(1, 12))
        for api, share in zip(self.apis, (0.45, 0.04, 0.08, 0.01), strict=False):
            if rng.random() < share:
                self._delegate(principal, api, None, self._scopes(api))
        if rng.random() < 0.001:
            gone = "0" * 8 + principal.object_id[8:]
            self.grants.append(DelegatedGrant(principal.object_id, gone, None, "Gone.Read"))

    def _grant_vendor(self, principal: ServicePrincipal, *, everything: bool) -> None:
        """Grant a vendor's app what its profile documents, everything or what is needed without conditions."""
        ids = {(app_id, kind, value): permission_id for (app_id, kind, permission_id), value in self.values.items()}
        scopes: dict[str, list[str]] = {}
        for profile in self.profiles.values():
            for requirement in profile.requirements if profile.app_name == principal.display_name else ():
                permission_id = ids.get((requirement.resource_app_id, requirement.kind, requirement.value))
                if permission_id is None or (requirement.condition is not None and not everything):
                    continue
                if requirement.kind is Kind.APPLICATION:
                    self._assign_role(principal, self.api_of[requirement.resource_app_id], permission_id)
                else:
                    scopes.setdefault(requirement.resource_app_id, []).append(requirement.value)
        for app_id, values in scopes.items():
            self._delegate(principal, self.api_of[app_id], None, values)

    def _grant_people(self, external: Sequence[ServicePrincipal], count: int) -> None:
        """Let people consent for themselves, to few apps often and to many apps rarely, up to the full number."""
        rng, api = self.rng, self.apis[0]
        # Pages overlap now and then: a row that was read twice counts once.
        again = count // 500
        self.grants += rng.sample(self.grants, again)
        weights = [1 / (place + 3) ** 0.7 for place in range(len(external))]
        popular_first = rng.sample(external, len(external))
        consents: dict[tuple[str, str], ServicePrincipal] = {}
        while len(consents) < count - again:
            for principal in rng.choices(popular_first, weights, k=count - again - len(consents)):
                consents[principal.object_id, rng.choice(self.people)] = principal
        variants: dict[str, list[list[str]]] = {}
        for (client, person), principal in consents.items():
            scopes = variants.setdefault(client, [])
            if not scopes or (len(scopes) < 4 and rng.random() < 0.1):
                scopes.append(self._scopes(api))
            self._delegate(principal, api, person, rng.choice(scopes))

    # People -------------------------------------------------------------------------------------------------------

    def _directory_roles(self, external: Sequence[ServicePrincipal]) -> tuple[DirectoryRole, ...]:
        return tuple(
            DirectoryRole(principal.object_id, "Exchange Administrator", self.guid())
            for principal in self.rng.sample(external, max(3, len(external) // 500))
        )

    def _users(self) -> tuple[User, ...]:
        """Return the people: one in a hundred could not be read, one is gone, some are switched off."""
        users = []
        for number, object_id in enumerate(self.people):
            place = self.rng.random()
            if place > 0.01:
                gone = place < 0.02
                enabled = None if gone or place < 0.025 else place > 0.04
                users.append(User(object_id, f"User {number}", f"user{number}@larkfield.example", enabled, gone))
        return tuple(users)
