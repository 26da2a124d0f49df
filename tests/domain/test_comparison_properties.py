"""What holds of every comparison: what was not read is not guessed, and neither order nor repetition matters."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.comparison import compare
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import (
    AppComparison,
    Baseline,
    Comparison,
    Documented,
    Finding,
    Granted,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.names import folded
from permdesk.domain.permission import GRAPH_APP_ID, Kind, Permission
from permdesk.domain.snapshot import Snapshot
from tests.domain.tenants import EXAMPLES, IDS, World, cut, scopes, worlds

UNSURE = frozenset({Status.UNVERIFIED, Status.GRANTED})


def compared(world: World) -> Comparison:
    return compare(
        world.snapshot,
        profiles=world.profiles,
        facts=world.facts,
        knowledge=world.knowledge,
        today=world.today,
        uses=world.uses,
    )


def by_key(comparison: Comparison) -> dict[str, AppComparison]:
    return {app.key: app for app in comparison.apps}


def confirmed_apps(world: World) -> frozenset[str]:
    """Apps that a person or a profile names by appId: which other app a name binds depends on them."""
    named = {profile.app_id for profile in world.profiles.values() if profile.app_id is not None}
    return frozenset(world.knowledge.bindings) | named


def of_present_apps(world: World) -> World:
    """The same world, in which people spoke only of apps that are there: a cut list does not take their word back."""
    snapshot = world.snapshot
    there = {r.app_id for r in snapshot.registrations} | {p.app_id for p in snapshot.service_principals}
    said = {app_id: binding for app_id, binding in world.knowledge.bindings.items() if app_id in there}
    return replace(world, knowledge=replace(world.knowledge, bindings=said))


def fuller(permission: Permission, world: World) -> tuple[Any, ...]:
    """Name a permission as a fuller reading names it: by the value that its id has there."""
    api, value, permission_id = permission.resource_app_id, permission.value, permission.id
    if api is None:
        object_id = permission.resource_object_id
        api = next((p.app_id for p in world.snapshot.service_principals if p.object_id == object_id), object_id)
    if value is None:
        published = [d for d in world.snapshot.apis if d.app_id == api]
        values = [
            p.value for d in published for p in d.permissions if (p.kind, p.id) == (permission.kind, permission_id)
        ]
        value = values[0] if values else None
    if value is not None:
        return api, permission.kind, "value", value.casefold()
    return api, permission.kind, "id", permission_id


def assert_sound(less: World, more: World) -> None:
    """Every sure answer of the lesser reading is the fuller one's."""
    sure, full = by_key(compared(less)), by_key(compared(more))
    for key, app in sure.items():
        if app.app_id is None:
            if app.verdict is Verdict.NOT_INSTALLED:
                assert full[key].verdict is Verdict.NOT_INSTALLED
            continue
        truth = full[key]
        statuses = {fuller(f.permission, more): f.status for f in truth.findings}
        for finding in app.findings:
            told = statuses.get(fuller(finding.permission, more))
            if finding.status is Status.BASIC:
                # Documented for services not in use and granted to nobody after all: no row any more.
                assert told in (Status.BASIC, None), (key, finding.permission)
            elif finding.status not in UNSURE:
                assert told is finding.status, (key, finding.permission)
        if app.verdict is Verdict.COMPLIANT and not app.excess_complete:
            assert truth.verdict in (Verdict.COMPLIANT, Verdict.EXCESSIVE), key
        elif app.verdict is not Verdict.UNVERIFIED:
            assert truth.verdict is app.verdict, key
        elif app.verdict_reason is VerdictReason.IDENTITY and app.excess_complete:
            assert (truth.verdict, truth.verdict_reason) == (app.verdict, app.verdict_reason), key
        if app.excess_complete and app.baseline is truth.baseline and truth.excess_complete:
            beyond = {fuller(f.permission, more) for f in truth.findings if f.status is Status.EXCESS}
            assert beyond == {fuller(f.permission, more) for f in app.findings if f.status is Status.EXCESS}, key


@EXAMPLES
@given(st.data(), worlds())
def test_reading_more_never_turns_a_sure_answer(data: st.DataObject, world: World) -> None:
    world = of_present_apps(world)
    kept = confirmed_apps(world)
    less = data.draw(cut(world, keep_principals=kept))
    assert_sound(less, world)
    assert_sound(data.draw(cut(less, keep_principals=kept)), less)


@EXAMPLES
@given(st.data(), worlds())
def test_nothing_unread_is_missing_or_satisfied(data: st.DataObject, world: World) -> None:
    world = data.draw(cut(world))
    snapshot, coverage = world.snapshot, world.snapshot.coverage
    for app in compared(world).apps:
        for finding in app.findings:
            permission = finding.permission
            if finding.status is Status.SATISFIED:
                assert seen_grant(snapshot, app.object_id, permission), finding
            if finding.status is not Status.MISSING:
                continue
            absent = Remedy.PROVISION_API in finding.remedy or app.object_id is None
            if absent:
                assert coverage.list_complete(ReadName.SERVICE_PRINCIPALS)
            elif permission.kind is Kind.DELEGATED:
                assert coverage.list_complete(ReadName.OAUTH2_PERMISSION_GRANTS)
                assert coverage.definitions_complete(permission.resource_app_id or "")
            else:
                assert coverage.assignments_complete(permission.resource_app_id or "", app.object_id)


def seen_grant(snapshot: Snapshot, client_id: str | None, permission: Permission) -> bool:
    """A tenant-wide grant of exactly this API, kind, and id or value is among the rows that were got."""
    api = permission.resource_object_id
    if permission.kind is Kind.APPLICATION:
        ids = {permission.id} | {
            p.id
            for definition in snapshot.apis
            if definition.object_id == api
            for p in definition.permissions
            if p.kind is Kind.APPLICATION
            and permission.value is not None
            and p.value.casefold() == permission.value.casefold()
        }
        return any(
            a.client_id == client_id and a.resource_id == api and a.role_id in ids
            for a in snapshot.app_role_assignments
        )
    value = (permission.value or "").casefold()
    return any(
        g.client_id == client_id
        and g.resource_id == api
        and g.principal_id is None
        and value in g.scope.casefold().split()
        for g in snapshot.delegated_grants
    )


def shuffled(data: st.DataObject, world: World) -> World:
    snapshot = world.snapshot
    rows: dict[str, Any] = {}
    for name in (
        "registrations",
        "service_principals",
        "apis",
        "role_apis",
        "app_role_assignments",
        "delegated_grants",
        "directory_roles",
        "users",
        "reads",
    ):
        rows[name] = tuple(data.draw(st.permutations(getattr(snapshot, name))))
    rows["apis"] = tuple(
        replace(definition, permissions=tuple(data.draw(st.permutations(definition.permissions))))
        for definition in rows["apis"]
    )
    rows["registrations"] = tuple(
        replace(registration, required=tuple(data.draw(st.permutations(registration.required))))
        for registration in rows["registrations"]
    )
    return replace(world, snapshot=replace(snapshot, **rows))


@EXAMPLES
@given(st.data(), worlds())
def test_the_order_of_rows_never_matters(data: st.DataObject, world: World) -> None:
    world = data.draw(cut(world))
    other = shuffled(data, world)
    profiles = dict(data.draw(st.permutations(list(world.profiles.items()))))
    other = replace(other, profiles=profiles)
    assert compared(other).apps == compared(world).apps


@EXAMPLES
@given(st.data(), worlds())
def test_duplicates_never_matter(data: st.DataObject, world: World) -> None:
    world = data.draw(cut(world))
    snapshot = world.snapshot

    def doubled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*rows, *(row for row in rows if data.draw(st.booleans())))

    twice = replace(
        snapshot,
        registrations=doubled(tuple(replace(r, required=doubled(r.required)) for r in snapshot.registrations)),
        service_principals=doubled(snapshot.service_principals),
        apis=doubled(tuple(replace(a, permissions=doubled(a.permissions)) for a in snapshot.apis)),
        role_apis=doubled(snapshot.role_apis),
        app_role_assignments=doubled(snapshot.app_role_assignments),
        delegated_grants=doubled(tuple(replace(g, scope=f"{g.scope} {g.scope}") for g in snapshot.delegated_grants)),
        users=doubled(snapshot.users),
        reads=doubled(snapshot.reads),
    )
    comparison, other = compared(world), compared(replace(world, snapshot=twice))
    without = [replace(app, registration_id=None) for app in comparison.apps]
    assert [replace(app, registration_id=None) for app in other.apps] == without
    assert other.users == comparison.users


@EXAMPLES
@given(st.data(), worlds())
def test_blanks_and_case_of_scopes_never_matter(data: st.DataObject, world: World) -> None:
    def odd(scope: str) -> str:
        blanks = st.text(alphabet=" \t\n\r", min_size=1, max_size=3)
        return data.draw(blanks) + "".join(value + data.draw(blanks) for value in scope.split())

    grants = tuple(replace(grant, scope=odd(grant.scope)) for grant in world.snapshot.delegated_grants)
    other = replace(world, snapshot=replace(world.snapshot, delegated_grants=grants))
    assert compared(other).apps == compared(world).apps
    upper = tuple(replace(grant, scope=grant.scope.upper()) for grant in grants)
    shouted = compared(replace(world, snapshot=replace(world.snapshot, delegated_grants=upper)))
    for app, same in zip(shouted.apps, compared(world).apps, strict=True):
        assert (app.verdict, app.excess_complete, app.flags) == (same.verdict, same.excess_complete, same.flags)
        assert [f.status for f in app.findings] == [f.status for f in same.findings]


@EXAMPLES
@given(st.data(), worlds(), st.sampled_from(Kind))
def test_kinds_never_mix(data: st.DataObject, world: World, kind: Kind) -> None:
    """Findings of one kind are the same whatever is granted of the other."""
    snapshot = world.snapshot
    if kind is Kind.APPLICATION:
        grants = data.draw(st.lists(st.sampled_from(snapshot.delegated_grants or (None,)), max_size=3))
        other = replace(snapshot, delegated_grants=tuple(g for g in grants if g is not None))
    else:
        kept = data.draw(st.lists(st.sampled_from(snapshot.app_role_assignments or (None,)), max_size=3))
        changed = tuple(
            replace(a, role_id=data.draw(st.sampled_from(IDS)), created=None) for a in snapshot.app_role_assignments
        )
        undated = tuple(replace(a, created=None) for a in snapshot.app_role_assignments)
        snapshot = replace(snapshot, app_role_assignments=undated)
        other = replace(
            snapshot, app_role_assignments=data.draw(st.sampled_from((changed, tuple(k for k in kept if k))))
        )
    before, after = compared(replace(world, snapshot=snapshot)), compared(replace(world, snapshot=other))
    assert of_kind(before, kind) == of_kind(after, kind)


def of_kind(comparison: Comparison, kind: Kind) -> Mapping[str, list[Finding]]:
    return {app.key: [said(f) for f in app.findings if f.permission.kind is kind] for app in comparison.apps}


def said(finding: Finding) -> Finding:
    """A finding without the flag that depends on the newest grant of the whole app."""
    flags = tuple(flag for flag in finding.flags if flag.value != "changed-since-last-consent")
    return replace(finding, flags=flags)


@EXAMPLES
@given(st.data(), worlds())
def test_apis_never_mix(data: st.DataObject, world: World) -> None:
    """Findings of Microsoft Graph are the same whatever is granted at other APIs."""
    snapshot = world.snapshot
    other = replace(
        snapshot,
        app_role_assignments=tuple(
            a if a.resource_id == "sp-graph" else replace(a, role_id=data.draw(st.sampled_from(IDS)))
            for a in snapshot.app_role_assignments
        ),
        delegated_grants=tuple(
            g if g.resource_id == "sp-graph" else replace(g, scope=data.draw(scopes()))
            for g in snapshot.delegated_grants
        ),
    )
    before, after = compared(world), compared(replace(world, snapshot=other))
    for app, same in zip(before.apps, after.apps, strict=True):
        ours = [said(f) for f in app.findings if f.permission.resource_app_id == GRAPH_APP_ID]
        assert ours == [said(f) for f in same.findings if f.permission.resource_app_id == GRAPH_APP_ID]


@EXAMPLES
@given(st.data(), worlds())
def test_every_comparison_is_well_formed(data: st.DataObject, world: World) -> None:
    world = data.draw(cut(world))
    comparison = compared(world)
    assert comparison == compared(world)
    installed = [app for app in comparison.apps if app.app_id is not None]
    assert installed == sorted(installed, key=lambda app: (folded(app.display_name), app.app_id))
    assert comparison.apps[: len(installed)] == tuple(installed)
    for app in comparison.apps:
        assert (app.verdict is Verdict.UNVERIFIED) == (app.verdict_reason is not None)
        assert app.profile is None or app.missing_profile is None
        held_against = app.profile is not None or app.missing_profile is not None
        assert (app.baseline is Baseline.PROFILE) == held_against == (app.matched_by is not None)
        assert (app.baseline is Baseline.NONE) == (app.verdict is Verdict.NO_BASELINE)
        for finding in app.findings:
            assert (finding.documented is Documented.NONE) == (app.profile is None)
            assert (finding.remedy != ()) == (finding.status is Status.MISSING)
            assert finding.reason is None or finding.status is Status.EXCESS
            assert finding.status is not Status.GRANTED or finding.granted in (Granted.TENANT, Granted.USERS)
            assert (finding.granted is Granted.UNVERIFIED) == (finding.status is Status.UNVERIFIED) or (
                finding.status is Status.BASIC
            )
            assert finding.permission.value is not None or finding.permission.id is not None
