"""Which permission is which: API, kind, value and id; basic ones, and those that single accounts hold."""

from typing import Any

import pytest

from permdesk.domain.application import RequiredAccess
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Declared, ExcessReason, Granted, Status, Verdict
from permdesk.domain.grant import AppRoleAssignment
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, ZERO_ROLE_ID, Kind, PublishedPermission
from permdesk.domain.profile import ActsFor, Cell, Uses
from tests.domain.small import (
    ANN,
    APP_OBJECT,
    APPLICATION,
    BOB,
    CAT,
    DAN,
    DELEGATED,
    ORDERS,
    SHOP,
    SHOP_OBJECT,
    finding,
    judged,
    needs,
    profile_of,
    published,
    role,
    scope,
    tenant,
    wants,
)


@pytest.mark.parametrize("granted_id", ["id-1", "id-2"])
@pytest.mark.parametrize("declared_id", ["id-1", "id-2"])
def test_a_value_published_twice_is_one_permission(granted_id: str, declared_id: str) -> None:
    twice = [PublishedPermission(i, APPLICATION, v) for i, v in (("id-1", "Orders.Read"), ("id-2", "orders.read"))]
    grant = AppRoleAssignment(APP_OBJECT, SHOP_OBJECT, granted_id)
    line = RequiredAccess(SHOP, APPLICATION, declared_id)
    app = judged(tenant(manifest=[line], granted=[grant], apis={SHOP: twice}), profile_of(needs("ORDERS.READ")))
    (one,) = app.findings
    assert (one.status, one.declared) == (Status.SATISFIED, Declared.YES)
    assert one.permission.id in ("id-1", "id-2")


def test_an_id_alone_identifies_nothing() -> None:
    """Another API's permission and the other kind's, both with the same id, are others."""
    apis = {SHOP: ORDERS, "store": ORDERS}
    app = judged(
        tenant(apis=apis, granted=[role("Orders.Read", api="store"), scope("Orders.Read")]),
        profile_of(needs("Orders.Read")),
    )
    statuses = {(f.permission.resource_app_id, f.permission.kind): f.status for f in app.findings}
    assert statuses == {
        (SHOP, APPLICATION): Status.MISSING,
        (SHOP, DELEGATED): Status.EXCESS,
        ("store", APPLICATION): Status.EXCESS,
    }


def test_the_zero_role_is_no_permission() -> None:
    zero = AppRoleAssignment(APP_OBJECT, SHOP_OBJECT, ZERO_ROLE_ID)
    app = judged(tenant(granted=[zero]))
    assert (app.findings, app.newest_grant) == ((), None)


@pytest.mark.parametrize("text", [" Orders.Read", "Orders.Read  Orders.Write ", "\tORDERS.READ\n", "Stock orders.read"])
def test_scopes_are_split_at_blanks_and_compared_without_case(text: str) -> None:
    app = judged(tenant(granted=[scope(text)]), profile_of(needs("Orders.Read", DELEGATED)))
    assert finding(app, kind=DELEGATED).status is Status.SATISFIED
    assert "" not in {f.permission.value for f in app.findings}


def test_an_unpublished_id_has_no_value_and_is_excess() -> None:
    app = judged(tenant(granted=[role("Old.Thing")]), profile_of())
    one = finding(app, None)
    assert (one.permission.id, one.status, one.reason) == ("id-old.thing", Status.EXCESS, ExcessReason.NEITHER)
    assert app.excess_complete is True


def test_a_grant_of_an_api_that_is_gone_is_told_by_its_object() -> None:
    app = judged(tenant(granted=[role("Orders.Read", api="gone"), scope("Stock.Read", api="gone")]), profile_of())
    by_id, by_value = finding(app, None), finding(app, "Stock.Read", DELEGATED)
    for one in (by_id, by_value):
        assert (one.permission.resource_app_id, one.permission.resource_object_id) == (None, "gone-object")
    # What it published cannot be read any more: an id is listed without judgement, a value is known.
    assert (by_id.status, by_value.status) == (Status.GRANTED, Status.EXCESS)
    assert app.excess_complete is True
    unread = judged(
        tenant(granted=[scope("Stock.Read", api="gone")], unread=[ReadName.SERVICE_PRINCIPALS]), profile_of()
    )
    assert (finding(unread, "Stock.Read", DELEGATED).status, unread.excess_complete) == (Status.GRANTED, False)


def test_a_grant_to_everyone_at_an_api_that_is_gone_is_beyond_the_manifest() -> None:
    app = judged(
        tenant(manifest=[wants("Orders.Read")], granted=[role("Orders.Read"), scope("Stock.Read", api="gone")])
    )
    assert (app.verdict, app.excess_complete) == (Verdict.EXCESSIVE, True)


GRAPH = {GRAPH_APP_ID: published("openid", "profile", "email", "offline_access", "User.Read", "Mail.Read")}


@pytest.mark.parametrize("value", ["openid", "profile", "email", "offline_access", "User.Read"])
@pytest.mark.parametrize("who", [None, ANN])
def test_basic_permissions_are_listed_and_never_counted(value: str, who: Any) -> None:
    grants = [scope(value.upper(), who, api=GRAPH_APP_ID)]
    for app in (
        judged(tenant(apis=GRAPH, granted=grants), profile_of()),
        judged(tenant(apis=GRAPH, granted=grants, manifest=[wants("Mail.Read", api=GRAPH_APP_ID)])),
        judged(tenant(apis=GRAPH, granted=grants, manifest=[wants(value, DELEGATED, api=GRAPH_APP_ID)])),
        judged(tenant(apis=GRAPH, manifest=[wants(value, DELEGATED, api=GRAPH_APP_ID)])),
        judged(tenant(apis=GRAPH, granted=grants)),
        judged(tenant(apis=GRAPH, granted=grants, unread=[ReadName.OAUTH2_PERMISSION_GRANTS]), profile_of()),
    ):
        one = finding(app, value, DELEGATED)
        assert (one.status, one.counts, one.gap, one.remedy) == (Status.BASIC, False, False, ())


def test_user_read_is_basic_only_where_no_profile_documents_it() -> None:
    line = needs("User.Read", DELEGATED, api=GRAPH_APP_ID)
    assert finding(judged(tenant(apis=GRAPH), profile_of(line)), "User.Read", DELEGATED).status is Status.MISSING
    other = needs("User.Read", DELEGATED, api=GRAPH_APP_ID, workloads={"Mail": ("Backup",)})
    third = needs("Mail.Read", api=GRAPH_APP_ID, workloads={"Sites": ("Backup",)})
    app = judged(
        tenant(apis=GRAPH, granted=[scope("User.Read", api=GRAPH_APP_ID)]),
        profile_of(other, third),
        uses=Uses(frozenset({Cell("Sites", "Backup")})),
    )
    assert finding(app, "User.Read", DELEGATED).status is Status.EXCESS
    openid = needs("openid", DELEGATED, api=GRAPH_APP_ID)
    assert finding(judged(tenant(apis=GRAPH), profile_of(openid)), "openid", DELEGATED).status is Status.BASIC


@pytest.mark.parametrize(
    ("api", "kind"), [(EXCHANGE_APP_ID, DELEGATED), (GRAPH_APP_ID, APPLICATION)], ids=["other API", "other kind"]
)
def test_only_delegated_permissions_of_microsoft_graph_are_basic(api: str, kind: Kind) -> None:
    apis = {api: published("User.Read", "openid")}
    manifest = [wants("User.Read", kind, api=api), wants("openid", kind, api=api)]
    app = judged(tenant(apis=apis, manifest=manifest))
    assert {f.status for f in app.findings} == {Status.MISSING}


@pytest.mark.parametrize("acts_for", [None, *ActsFor])
@pytest.mark.parametrize("user_consentable", [False, True])
@pytest.mark.parametrize(
    ("holders", "enabled"),
    [
        ([ANN], True),
        ([BOB], False),
        ([CAT], False),
        ([DAN], None),
        ([BOB, CAT], False),
        ([ANN, BOB, CAT, DAN], True),
        ([BOB, DAN], None),
    ],
    ids=lambda v: "+".join(u.object_id for u in v) if isinstance(v, list) else None,
)
def test_gap_of_a_permission_granted_to_single_accounts(
    acts_for: ActsFor | None, user_consentable: bool, holders: list[Any], enabled: bool | None
) -> None:
    apis = {SHOP: published("Orders.Read", user_consentable=user_consentable)}
    snapshot = tenant(apis=apis, granted=[scope("Orders.Read", holder) for holder in holders])
    app = judged(snapshot, profile_of(needs("Orders.Read", DELEGATED, acts_for=acts_for)))
    one = finding(app, kind=DELEGATED)
    assert (one.status, one.users, one.holders) == (
        Status.PARTIAL,
        len(holders),
        tuple(sorted(h.object_id for h in holders)),
    )
    falls_short = acts_for is ActsFor.EVERYONE and not user_consentable
    gap = True if falls_short or enabled is False else None if enabled is None else False
    assert one.gap is gap
    verdict = {True: "GAPS", False: "COMPLIANT", None: "UNVERIFIED"}[gap]
    assert (app.verdict, app.verdict_reason) == (verdict, "not-read" if gap is None else None)


def test_people_nobody_read_leave_the_gap_open() -> None:
    app = judged(tenant(granted=[scope("Orders.Read", ANN)], users=[]), profile_of(needs("Orders.Read", DELEGATED)))
    assert (finding(app, kind=DELEGATED).gap, app.verdict) == (None, "UNVERIFIED")


def test_people_are_counted_once_and_beside_a_tenant_wide_grant() -> None:
    grants = [scope("Orders.Read"), scope("Orders.Read", ANN), scope("orders.read x", ANN), scope("Orders.Read", CAT)]
    one = finding(judged(tenant(granted=grants), profile_of(needs("Orders.Read", DELEGATED))), kind=DELEGATED)
    assert (one.granted, one.users, one.holders) == (Granted.TENANT, 2, ("ann", "cat"))
