"""What the catalog and people say about the invented tenant: profiles, curated facts, bindings, acceptances."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, Kind
from permdesk.domain.profile import ActsFor, Condition, Profile, Requirement, Source, Uses, assumed_uses
from permdesk.domain.reach import ApiName, CatalogFacts, CoverRow, Reach, ReachRow
from tests.benchmarks.generated_apis import Api, guid, popular, popular_api

TODAY = date(2026, 11, 20)
_NAMES = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbour")
_WORKLOADS = ("Exchange Online", "SharePoint Online", "OneDrive", "Teams", "Groups")
_OPERATIONS = ("Discovery", "Backup", "Recovery")
_REACH = {
    "Directory.ReadWrite.All": (Reach.TENANT_CONTROL,),
    "Application.ReadWrite.All": (Reach.TENANT_CONTROL,),
    "AppRoleAssignment.ReadWrite.All": (Reach.TENANT_CONTROL,),
    "RoleManagement.ReadWrite.All": (Reach.TENANT_CONTROL,),
    "Mail.Read": (Reach.ALL_MAIL,),
    "Mail.ReadWrite": (Reach.ALL_MAIL,),
    "Files.Read.All": (Reach.ALL_FILES,),
    "Files.ReadWrite.All": (Reach.ALL_FILES,),
    "Sites.Read.All": (Reach.ALL_SITES, Reach.ALL_FILES),
    "Sites.ReadWrite.All": (Reach.ALL_SITES, Reach.ALL_FILES),
    "Sites.FullControl.All": (Reach.ALL_SITES, Reach.ALL_FILES),
}
_COVERS = (
    ("Mail.ReadWrite", "Mail.Read"),
    ("Directory.ReadWrite.All", "Directory.Read.All"),
    ("Directory.Read.All", "User.Read.All"),
    ("Directory.Read.All", "Group.Read.All"),
    ("User.ReadWrite.All", "User.Read.All"),
    ("Group.ReadWrite.All", "Group.Read.All"),
    ("Sites.FullControl.All", "Sites.ReadWrite.All"),
    ("Sites.ReadWrite.All", "Sites.Read.All"),
    ("Sites.Read.All", "Files.Read.All"),
    ("Files.ReadWrite.All", "Files.Read.All"),
    ("Calendars.ReadWrite", "Calendars.Read"),
)


def make_profiles(rng: random.Random, apis: Sequence[Api]) -> dict[str, Profile]:
    """Return eight profiles of 12 to 33 requirements: most are known by name, one by appId, one expected and absent.

    Every other one documents nothing that the tenant lacks.
    """
    source = Source("Permissions", "Reference > Permissions", "2026-08", "2026-11-01")
    profiles = {}
    for number, word in enumerate(_NAMES):
        name = f"Larkfield Vault {word}"
        profiles[f"vault-{number}"] = Profile(
            id=f"vault-{number}",
            vendor="Larkfield Vault",
            product="Vault",
            name=name,
            edition="1",
            source=source,
            app_name=name if number < 6 else None,
            requirements=_requirements(rng, apis if number % 2 else apis[:3], 12 + 3 * number, sound=number % 2 == 0),
            app_id=guid(rng) if number == 5 else None,
        )
    return profiles


def _requirements(rng: random.Random, apis: Sequence[Api], count: int, *, sound: bool) -> tuple[Requirement, ...]:
    chosen: dict[tuple[str, Kind, str], Requirement] = {}
    absent = Api("fa11fa11-0000-0000-0000-000000000000", "", "Larkfield absent service", (), ())
    while len(chosen) < count:
        api = rng.choice(apis) if sound else popular_api(apis, rng)
        if not sound and rng.random() < 0.03:
            api = absent
        kind = Kind.APPLICATION if rng.random() < 0.6 or not api.scopes else Kind.DELEGATED
        value = "Vault.Access" if api is absent else popular(api.of(kind), rng).value
        if not sound and rng.random() < 0.04:
            value = "Vault.Unpublished"
        chosen[api.app_id, kind, value] = Requirement(
            resource_app_id=api.app_id,
            resource=api.name,
            kind=kind,
            value=value,
            workloads={
                workload: tuple(rng.sample(_OPERATIONS, rng.randint(1, 3)))
                for workload in rng.sample(_WORKLOADS, rng.randint(0, 3))
            },
            condition=Condition.CERTIFICATE_SIGN_IN if rng.random() < 0.1 else None,
            last_update=rng.choice((None, "2024-05", "2026-08", "2026-10")),
            acts_for=rng.choice(tuple(ActsFor)) if kind is Kind.DELEGATED else None,
            purpose="Reads what it keeps.",
        )
    return tuple(chosen.values())


def make_facts(apis: Sequence[Api]) -> CatalogFacts:
    """Return the curated tables: reach, covers and API names."""
    return CatalogFacts(
        version="bench",
        reach=tuple(
            ReachRow(GRAPH_APP_ID, Kind.APPLICATION, value, reach, "", "")
            for value, several in _REACH.items()
            for reach in several
        ),
        covers=tuple(
            CoverRow(GRAPH_APP_ID, kind, broader, narrower, "") for kind in Kind for broader, narrower in _COVERS
        ),
        apis=tuple(ApiName(api.app_id, api.name) for api in apis[:4]),
    )


def make_knowledge(
    rng: random.Random,
    profiles: dict[str, Profile],
    *,
    registrations: Sequence[Registration],
    external: Sequence[ServicePrincipal],
    values: dict[tuple[str, Kind, str], str],
) -> Knowledge:
    """Return bindings, services in use and acceptances of a tenant that people have worked on for a while.

    Args:
        rng: where chance comes from.
        profiles: every profile by id.
        registrations: apps registered here.
        external: vendors' apps; the first ones bear the profiles' names.
        values: published values by API, kind and id.
    """
    names = tuple(profiles)[:-1]
    bound = [r.app_id for r in rng.sample(registrations, max(8, len(registrations) // 150))]
    bound += [p.app_id for p in rng.sample(external, max(8, len(external) // 300))]
    bindings = {app_id: Binding(rng.choice(names), by_hand=True) for app_id in bound}
    bindings[external[0].app_id] = Binding("vault-0")
    bindings[external[3].app_id] = Binding(None)
    uses: dict[tuple[str, str], Uses] = {}
    acceptances = []
    for app_id, binding in bindings.items():
        if binding.profile_id is None:
            continue
        profile = profiles[binding.profile_id]
        if rng.random() < 0.5:
            cells = sorted(assumed_uses(profile, certificate=True).cells)
            ticked = frozenset(rng.sample(cells, max(1, len(cells) // 2)))
            uses[app_id, profile.id] = Uses(ticked, frozenset(profile.choosable_conditions[: rng.randint(0, 1)]))
        acceptances += [
            Acceptance(
                app_id,
                PermissionKey(requirement.resource_app_id, requirement.kind, requirement.value.upper()),
                "agreed",
                "reader@larkfield.example",
                rng.choice((None, TODAY, TODAY + timedelta(days=90), TODAY - timedelta(days=1))),
            )
            for requirement in rng.sample(profile.requirements, 3)
        ]
    for registration in rng.sample(registrations, len(registrations) // 20):
        for access in registration.required[:2]:
            value = values.get((access.resource_app_id, access.kind, access.id), access.id)
            if rng.random() < 0.2:
                value = access.id
            key = PermissionKey(access.resource_app_id, access.kind, value)
            acceptances.append(Acceptance(registration.app_id, key, "agreed", "reader@larkfield.example"))
    return Knowledge(bindings=bindings, uses=uses, acceptances=tuple(acceptances), expected=frozenset({"vault-7"}))
