"""The flags of one permission, each by itself: when it stands, and when it does not."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Finding, Flag, Status, Verdict
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, User
from permdesk.domain.knowledge import Acceptance, Knowledge, PermissionKey
from permdesk.domain.permission import (
    AZURE_AD_GRAPH_APP_ID,
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    Kind,
    PublishedPermission,
)
from permdesk.domain.profile import Cell, Uses
from permdesk.domain.reach import CatalogFacts, CoverRow, Reach, ReachRow
from tests.domain.small import (
    ANN,
    APP,
    APPLICATION,
    BOB,
    CAT,
    DELEGATED,
    HERE,
    NO_FACTS,
    SHOP,
    TODAY,
    finding,
    judged,
    needs,
    principal,
    profile_of,
    published,
    role,
    scope,
    tenant,
    wants,
)


def flags(found: Finding) -> set[str]:
    return {flag.value for flag in found.flags}


def assert_flag(found: Finding, flag: Flag, *, stands: bool) -> None:
    assert (flag in found.flags) is stands, found


# -- stale ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("enabled", [True, False])
def test_stale_what_its_api_switched_off(kind: Kind, enabled: bool) -> None:
    apis = {SHOP: published("Orders.Read", enabled=enabled)}
    grants: list[AppRoleAssignment | DelegatedGrant] = [role("Orders.Read"), scope("Orders.Read")]
    one = finding(judged(tenant(apis=apis, granted=grants), profile_of(needs("Orders.Read", kind))), kind=kind)
    assert one.status is Status.SATISFIED
    assert_flag(one, Flag.STALE, stands=not enabled)


def test_stale_not_while_one_id_of_the_value_is_on() -> None:
    twice = (
        PublishedPermission("id-off", APPLICATION, "Orders.Read", enabled=False),
        PublishedPermission("id-orders.read", APPLICATION, "Orders.Read"),
    )
    grant = AppRoleAssignment("app-object", "shop-object", "id-off")
    assert_flag(finding(judged(tenant(apis={SHOP: twice}, granted=[grant]))), Flag.STALE, stands=False)


def test_stale_what_is_granted_or_declared_and_no_longer_published() -> None:
    snapshot = tenant(
        manifest=[wants("Old.Declared")], granted=[role("Old.Role"), scope("Old.Scope"), scope("Old.Own", ANN)]
    )
    assert all(Flag.STALE in one.flags for one in judged(snapshot).findings)
    assert len(judged(snapshot).findings) == 4


def test_stale_not_what_is_only_documented() -> None:
    app = judged(tenant(), profile_of(needs("New.Thing")))
    assert_flag(finding(app, "New.Thing"), Flag.STALE, stands=False)


def test_stale_not_where_definitions_were_not_read() -> None:
    snapshot = tenant(granted=[role("Orders.Read"), scope("Orders.Read")], unread=[ReadName.DEFINITIONS])
    assert not any(Flag.STALE in one.flags for one in judged(snapshot).findings)


def test_stale_a_grant_whose_api_is_gone() -> None:
    grants: list[AppRoleAssignment | DelegatedGrant] = [role("x", api="gone"), scope("y", api="gone")]
    assert all(Flag.STALE in one.flags for one in judged(tenant(granted=grants)).findings)
    unread = judged(tenant(granted=grants, unread=[ReadName.SERVICE_PRINCIPALS]))
    assert not any(Flag.STALE in one.flags for one in unread.findings)


# -- retired API ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("api", "kind", "value", "stands"),
    [
        (AZURE_AD_GRAPH_APP_ID, APPLICATION, "Directory.Read.All", True),
        (AZURE_AD_GRAPH_APP_ID, DELEGATED, "User.Read", True),
        (EXCHANGE_APP_ID, APPLICATION, "full_access_as_app", True),
        (EXCHANGE_APP_ID, APPLICATION, "Full_Access_As_App", True),
        (EXCHANGE_APP_ID, DELEGATED, "full_access_as_app", False),
        (EXCHANGE_APP_ID, APPLICATION, "Exchange.ManageAsApp", False),
        (GRAPH_APP_ID, APPLICATION, "full_access_as_app", False),
    ],
)
def test_retired_api(api: str, kind: Kind, value: str, stands: bool) -> None:
    snapshot = tenant(apis={api: published(value)})
    assert_flag(
        finding(judged(snapshot, profile_of(needs(value, kind, api=api))), value, kind), Flag.RETIRED_API, stands=stands
    )


# -- changed since the last consent -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "changed", "stands"),
    [
        ("2026-03-31", "2026-03", False),
        ("2026-03-01", "2026-03", False),
        ("2026-03-31", "2026-04", True),
        ("2026-04-01", "2026-04", False),
        ("2026-04-01", "2026-03", False),
        ("2025-12-31", "2026-01", True),
        ("2026-01-01", "2025-12", False),
        ("2026-09-30", "2026-10", True),
        ("2026-10-01", "2026-09", False),
        (None, "2026-10", False),
        ("2026-03-01", None, False),
    ],
)
def test_changed_since_the_last_consent(newest: str | None, changed: str | None, stands: bool) -> None:
    grants: list[AppRoleAssignment | DelegatedGrant]
    grants = [role("Orders.Write", since=newest), role("Old.Thing", since="2019-01-01" if newest else None)]
    grants.append(scope("Orders.Read", ANN))
    profile = profile_of(
        needs("Orders.Read", last_update=changed),
        needs("Orders.Read", DELEGATED, last_update=changed),
        needs("Orders.Write", last_update=changed),
    )
    app = judged(tenant(granted=grants), profile)
    missing, partial = finding(app), finding(app, kind=DELEGATED)
    satisfied = finding(app, "Orders.Write")
    assert (missing.status, partial.status, satisfied.status) == (Status.MISSING, Status.PARTIAL, Status.SATISFIED)
    assert_flag(missing, Flag.CHANGED_SINCE_LAST_CONSENT, stands=stands)
    assert_flag(partial, Flag.CHANGED_SINCE_LAST_CONSENT, stands=stands)
    assert_flag(satisfied, Flag.CHANGED_SINCE_LAST_CONSENT, stands=False)
    assert app.newest_grant == (date.fromisoformat(newest) if newest else None)


def test_since_is_the_oldest_grant_of_the_permission() -> None:
    twice = tuple(PublishedPermission(i, APPLICATION, "Orders.Read") for i in ("id-orders.read", "id-2"))
    grants = [
        role("Orders.Read", since="2026-05-02"),
        replace(role("2", since="2026-03-09")),
        replace(role("2", since=None)),
    ]
    app = judged(tenant(apis={SHOP: twice}, granted=grants))
    assert (finding(app).since, app.newest_grant) == (date(2026, 3, 9), date(2026, 5, 2))
    assert finding(judged(tenant(granted=[scope("Orders.Read")])), kind=DELEGATED).since is None


# -- probably covered -------------------------------------------------------------------------------------------

COVERS = replace(
    NO_FACTS,
    covers=(
        CoverRow(SHOP, APPLICATION, "Orders.Write", "Orders.Read", ""),
        CoverRow(SHOP, APPLICATION, "Orders.Admin", "Orders.Write", ""),
    ),
)
SHOP_OF_THREE = {SHOP: published("Orders.Read", "Orders.Write", "Orders.Admin"), "store": published("Orders.Write")}


@pytest.mark.parametrize(
    ("granted", "covered_by"),
    [
        ([role("Orders.Write")], "Orders.Write"),
        ([role("Orders.Admin")], "Orders.Admin"),
        ([role("Orders.Admin"), role("Orders.Write")], "Orders.Write"),
        ([scope("Orders.Write")], None),
        ([role("Orders.Write", api="store")], None),
        ([], None),
    ],
    ids=["directly", "by a chain", "nearest first", "never by the other kind", "never by another API", "by nothing"],
)
def test_probably_covered(granted: list[AppRoleAssignment | DelegatedGrant], covered_by: str | None) -> None:
    profile = profile_of(needs("orders.read"))
    one = finding(judged(tenant(apis=SHOP_OF_THREE, granted=granted), profile, facts=COVERS))
    assert (one.status, one.covered_by) == (Status.MISSING, covered_by)
    assert_flag(one, Flag.PROBABLY_COVERED, stands=covered_by is not None)


def test_probably_covered_is_a_hint_and_said_of_nothing_that_is_granted() -> None:
    profile = profile_of(needs("Orders.Read"), needs("Orders.Write"))
    app = judged(tenant(granted=[role("Orders.Read"), role("Orders.Write")]), profile, facts=COVERS)
    assert finding(app).covered_by is None
    short = judged(tenant(granted=[role("Orders.Write")]), profile, facts=COVERS)
    assert short.verdict is Verdict.GAPS


def test_a_circle_of_covers_ends() -> None:
    circle = replace(
        NO_FACTS,
        covers=(
            CoverRow(SHOP, APPLICATION, "Orders.Write", "Orders.Read", ""),
            CoverRow(SHOP, APPLICATION, "Orders.Read", "Orders.Write", ""),
        ),
    )
    assert finding(judged(tenant(), profile_of(needs("Orders.Read")), facts=circle)).covered_by is None


# -- what the next consent may remove ---------------------------------------------------------------------------


@pytest.mark.parametrize("documented", [True, False])
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("kind", Kind)
def test_may_be_removed_from_an_own_registration(documented: bool, declared: bool, kind: Kind) -> None:
    manifest = [wants("Orders.Read" if declared else "Orders.Write", kind)]
    granted: list[AppRoleAssignment | DelegatedGrant] = [role("Orders.Read"), scope("Orders.Read")]
    profile = profile_of(needs("Orders.Read" if documented else "Orders.Write", kind))
    for one in (
        finding(judged(tenant(manifest=manifest, granted=granted), profile), kind=kind),
        finding(judged(tenant(manifest=manifest, granted=granted)), kind=kind),
    ):
        assert_flag(one, Flag.MAY_BE_REMOVED, stands=not declared)
        assert_flag(one, Flag.MAY_BE_REMOVED_UNCLEAR, stands=False)


def test_may_be_removed_even_without_baseline_but_never_from_single_accounts() -> None:
    app = judged(tenant(manifest=[], granted=[role("Orders.Read"), scope("Orders.Write", ANN)]))
    assert_flag(finding(app), Flag.MAY_BE_REMOVED, stands=True)
    assert_flag(finding(app, "Orders.Write", DELEGATED), Flag.MAY_BE_REMOVED, stands=False)


@pytest.mark.parametrize(
    ("app_is", "documented", "stands"),
    [("vendor's", "no", True), ("vendor's", "yes", False), ("vendor's", "other-scope", False), ("own", "no", False)],
)
def test_may_be_removed_unclear(app_is: str, documented: str, stands: bool) -> None:
    lines = {
        "yes": [needs("Orders.Read")],
        "no": [needs("Orders.Write")],
        "other-scope": [needs("Orders.Read", workloads={"A": ("x",)}), needs("Orders.Write", workloads={"B": ("x",)})],
    }[documented]
    uses = Uses(frozenset({Cell("B", "x")})) if documented == "other-scope" else None
    manifest = [wants("Orders.Read")] if app_is == "own" else None
    app = judged(tenant(manifest=manifest, granted=[role("Orders.Read")]), profile_of(*lines), uses=uses)
    assert_flag(finding(app), Flag.MAY_BE_REMOVED_UNCLEAR, stands=stands)
    assert_flag(finding(app), Flag.MAY_BE_REMOVED, stands=False)


def test_may_be_removed_needs_a_witness() -> None:
    """Without a profile nobody says what a vendor's app will ask for; an unread manifest says nothing either."""
    assert flags(finding(judged(tenant(granted=[role("Orders.Read")])))) == set()
    unread = tenant(
        granted=[role("Orders.Read")], principals=[principal(owner_tenant_id=HERE)], unread=[ReadName.APPLICATIONS]
    )
    assert flags(finding(judged(unread, profile_of()))) == set()


def test_may_be_removed_is_not_said_of_basic_permissions() -> None:
    snapshot = tenant(
        manifest=[], apis={GRAPH_APP_ID: published("openid")}, granted=[scope("openid", api=GRAPH_APP_ID)]
    )
    assert flags(finding(judged(snapshot), "openid", DELEGATED)) == set()


def test_may_be_removed_is_not_said_while_an_unread_manifest_line_may_be_it() -> None:
    """Definitions unread: the manifest's id may be the scope that is granted."""
    snapshot = tenant(
        manifest=[wants("Orders.Read", DELEGATED)], granted=[scope("Orders.Read")], unread=[ReadName.DEFINITIONS]
    )
    assert flags(finding(judged(snapshot), kind=DELEGATED)) == set()


# -- acceptances ------------------------------------------------------------------------------------------------


def accepting(value: str, until: date | None = None, kind: Kind = APPLICATION, api: str = SHOP) -> Knowledge:
    return Knowledge(acceptances=(Acceptance(APP, PermissionKey(api, kind, value), "known", "Ann", until),))


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        (None, True),
        (TODAY + timedelta(days=1), True),
        (TODAY, True),
        (TODAY - timedelta(days=1), False),
    ],
)
@pytest.mark.parametrize("status", [Status.MISSING, Status.PARTIAL, Status.EXCESS])
def test_an_acceptance_holds_through_its_date(until: date | None, holds: bool, status: Status) -> None:
    granted: Sequence[DelegatedGrant] = {
        Status.MISSING: [],
        Status.PARTIAL: [scope("Orders.Read", BOB)],
        Status.EXCESS: [scope("Orders.Read")],
    }[status]
    profile = profile_of() if status is Status.EXCESS else profile_of(needs("Orders.Read", DELEGATED))
    app = judged(tenant(granted=granted), profile, knowledge=accepting("ORDERS.READ", until, DELEGATED))
    one = finding(app, kind=DELEGATED)
    assert one.status is status
    assert_flag(one, Flag.ACCEPTED, stands=holds)
    assert (one.accepted is not None) is holds
    worse = Verdict.EXCESSIVE if status is Status.EXCESS else Verdict.GAPS
    assert app.verdict is (Verdict.COMPLIANT if holds else worse)


def test_an_acceptance_is_of_one_app_api_kind_and_value() -> None:
    profile = profile_of(needs("Orders.Read"))
    for knowledge in (
        accepting("Orders.Write"),
        accepting("Orders.Read", kind=DELEGATED),
        accepting("Orders.Read", api="store"),
        Knowledge(acceptances=(replace(accepting("Orders.Read").acceptances[0], app_id="another"),)),
    ):
        app = judged(tenant(), profile, knowledge=knowledge)
        assert (finding(app).accepted, app.verdict) == (None, Verdict.GAPS)


def test_a_permission_without_value_is_accepted_by_its_id() -> None:
    app = judged(tenant(granted=[role("Old.Thing")]), profile_of(), knowledge=accepting("id-old.thing"))
    assert_flag(finding(app, None), Flag.ACCEPTED, stands=True)
    read_again = judged(tenant(granted=[role("Orders.Read")]), profile_of(), knowledge=accepting("id-orders.read"))
    assert_flag(finding(read_again), Flag.ACCEPTED, stands=True)


def test_an_acceptance_whose_value_was_not_read_may_be_meant_for_this_id() -> None:
    snapshot = tenant(manifest=[wants("Orders.Read")], unread=[ReadName.DEFINITIONS])
    assert judged(snapshot).verdict is Verdict.GAPS
    assert judged(snapshot, knowledge=accepting("Orders.Read")).verdict is Verdict.UNVERIFIED


def test_an_accepted_permission_that_was_not_read_stays_unread() -> None:
    snapshot = tenant(unread=[ReadName.APP_ROLE_ASSIGNMENTS])
    app = judged(snapshot, profile_of(needs("Orders.Read")), knowledge=accepting("Orders.Read"))
    assert app.verdict is Verdict.UNVERIFIED


# -- reach, consent by users, accounts --------------------------------------------------------------------------


@pytest.mark.parametrize("reach", Reach)
def test_reach_follows_api_kind_and_value(reach: Reach) -> None:
    facts = CatalogFacts("1", reach=(ReachRow(SHOP, APPLICATION, "orders.READ", reach, "", ""),))
    apis = {SHOP: published("Orders.Read", "Orders.Write"), "store": published("Orders.Read")}
    granted: list[AppRoleAssignment | DelegatedGrant] = [role("Orders.Read"), scope("Orders.Read")]
    granted += [role("Orders.Write"), role("Orders.Read", api="store")]
    flagged = [f for f in judged(tenant(apis=apis, granted=granted), facts=facts).findings if f.flags]
    (one,) = flagged
    assert (one.permission.resource_app_id, one.permission.kind, one.permission.value) == (
        SHOP,
        APPLICATION,
        "Orders.Read",
    )
    assert flags(one) == {reach.value}


def test_reach_changes_neither_status_nor_verdict() -> None:
    rows = tuple(ReachRow(SHOP, APPLICATION, "Orders.Read", reach, "", "") for reach in Reach)
    app = judged(tenant(granted=[role("Orders.Read")]), profile_of(needs("Orders.Read")), facts=CatalogFacts("1", rows))
    assert flags(finding(app)) == {reach.value for reach in Reach}
    assert (finding(app).status, app.verdict) == (Status.SATISFIED, Verdict.COMPLIANT)


@pytest.mark.parametrize("user_consentable", [True, False])
def test_user_consentable(user_consentable: bool) -> None:
    apis = {SHOP: published("Orders.Read", user_consentable=user_consentable)}
    app = judged(tenant(apis=apis), profile_of(needs("Orders.Read"), needs("Orders.Read", DELEGATED)))
    assert_flag(finding(app, kind=DELEGATED), Flag.USER_CONSENTABLE, stands=user_consentable)
    assert_flag(finding(app), Flag.USER_CONSENTABLE, stands=False)


def test_user_consentable_needs_every_live_publication_of_a_value() -> None:
    def definition(*states: tuple[bool, bool]) -> dict[str, tuple[PublishedPermission, ...]]:
        return {
            SHOP: tuple(
                PublishedPermission(f"id-{n}", DELEGATED, "Orders.Read", enabled=enabled, user_consentable=users)
                for n, (enabled, users) in enumerate(states)
            )
        }

    profile = profile_of(needs("Orders.Read", DELEGATED))
    for states, stands in (
        ([(True, True), (True, False)], False),
        ([(True, True), (False, False)], True),
        ([(False, True), (True, False)], False),
    ):
        for order in (states, states[::-1]):
            app = judged(tenant(apis=definition(*order)), profile)
            assert_flag(finding(app, kind=DELEGATED), Flag.USER_CONSENTABLE, stands=stands)


@pytest.mark.parametrize(
    ("holders", "tenant_wide", "stands"),
    [([CAT], False, True), ([ANN, CAT], True, True), ([ANN, BOB], False, False), ([], True, False)],
)
def test_account_gone(holders: list[User], tenant_wide: bool, stands: bool) -> None:
    granted = [scope("Orders.Read", holder) for holder in holders] + [scope("Orders.Read")] * tenant_wide
    one = finding(judged(tenant(granted=granted)), kind=DELEGATED)
    assert_flag(one, Flag.ACCOUNT_GONE, stands=stands)


def test_an_account_nobody_read_is_not_gone() -> None:
    one = finding(judged(tenant(granted=[scope("Orders.Read", ANN)], users=[])), kind=DELEGATED)
    assert_flag(one, Flag.ACCOUNT_GONE, stands=False)


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        (timedelta(0), True),
        (timedelta(seconds=60), True),
        (timedelta(seconds=-60), True),
        (timedelta(seconds=61), False),
        (timedelta(seconds=-61), False),
        (timedelta(days=-400), False),
    ],
)
def test_what_came_within_a_minute_of_documented_permissions(apart: timedelta, together: bool) -> None:
    first = role("Orders.Read", since="2024-03-12")
    assert first.created is not None
    earlier = role("Orders.Delete", since="2023-01-01")
    other = replace(role("Orders.Write"), created=first.created + apart)
    shop = {SHOP: published("Orders.Read", "Orders.Write", "Orders.Delete")}
    profile = profile_of(needs("Orders.Read"))
    app = judged(tenant(granted=[earlier, other, first], apis=shop), profile)
    write = finding(app, "Orders.Write")
    assert app.asked_together == ((write.permission,) if together else ())


def test_nothing_came_together_where_that_tells_nothing() -> None:
    documented, other = role("Orders.Read", since="2024-03-12"), role("Orders.Write", since="2024-03-12")
    profile = profile_of(needs("Orders.Read"))
    # No date of its own, no documented permission with a date, none documented at all, a manifest that says more.
    assert judged(tenant(granted=[documented, role("Orders.Write")]), profile).asked_together == ()
    assert judged(tenant(granted=[role("Orders.Read"), other]), profile).asked_together == ()
    assert judged(tenant(granted=[documented, other])).asked_together == ()
    assert judged(tenant(granted=[documented, other], manifest=[]), profile).asked_together == ()
    assert judged(tenant(granted=[documented, scope("Orders.Write")]), profile).asked_together == ()
