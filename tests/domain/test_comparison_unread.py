"""What becomes of a verdict where something was not read."""

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Declared, Status, Verdict
from permdesk.domain.permission import Kind
from tests.domain.small import (
    ANN,
    APPLICATION,
    DELEGATED,
    SHOP,
    finding,
    judged,
    needs,
    profile_of,
    role,
    scope,
    tenant,
    wants,
)


@pytest.mark.parametrize("kind", Kind)
def test_no_service_principal_means_nothing_is_granted(kind: Kind) -> None:
    snapshot = tenant(
        manifest=[wants("Orders.Read", kind)],
        principals=[],
        unread=[ReadName.OAUTH2_PERMISSION_GRANTS, ReadName.APP_ROLE_ASSIGNMENTS],
    )
    app = judged(snapshot)
    assert (finding(app, kind=kind).status, app.object_id, app.excess_complete) == (Status.MISSING, None, True)


@pytest.mark.parametrize("kind", Kind)
def test_a_missing_service_principal_is_unverified_while_the_list_is_not_complete(kind: Kind) -> None:
    unread = [ReadName.SERVICE_PRINCIPALS]
    without_principal = tenant(manifest=[wants("Orders.Read", kind)], principals=[], unread=unread)
    app = judged(without_principal)
    assert (finding(app, kind=kind).status, app.excess_complete) == (Status.UNVERIFIED, False)
    without_api = tenant(absent=[SHOP], unread=unread)
    one = finding(judged(without_api, profile_of(needs("Orders.Read", kind))), kind=kind)
    assert (one.status, one.remedy) == (Status.UNVERIFIED, ())
    assert one.users == (0 if kind is APPLICATION else None)


def test_an_api_known_from_its_definitions_alone_counts() -> None:
    """They are read by appId, and so outlive a cut list of service principals."""
    whole = tenant(granted=[role("Orders.Read")], unread=[ReadName.SERVICE_PRINCIPALS])
    cut = replace(whole, service_principals=tuple(p for p in whole.service_principals if p.app_id != SHOP))
    one = finding(judged(cut, profile_of(needs("Orders.Read"))))
    assert (one.status, one.permission.resource_app_id) == (Status.SATISFIED, SHOP)


def test_definitions_unread_leave_a_value_unverified_and_an_id_unjudged() -> None:
    unread = [ReadName.DEFINITIONS]
    profile = profile_of(needs("Orders.Read"))
    app = judged(tenant(granted=[role("Orders.Read")], unread=unread), profile)
    by_value, by_id = finding(app), finding(app, None)
    assert (by_value.status, by_value.permission.id) == (Status.UNVERIFIED, None)
    assert (by_id.status, by_id.permission.id, by_id.reason) == (Status.GRANTED, "id-orders.read", None)
    assert app.excess_complete is False


def test_definitions_unread_a_tenant_wide_scope_is_seen_by_its_value() -> None:
    unread = [ReadName.DEFINITIONS]
    profile = profile_of(needs("Orders.Read", DELEGATED), needs("Orders.Write", DELEGATED))
    app = judged(tenant(granted=[scope("Orders.Read Stock.Read"), scope("Orders.Write", ANN)], unread=unread), profile)
    assert finding(app, kind=DELEGATED).status is Status.SATISFIED
    assert finding(app, "Orders.Write", DELEGATED).status is Status.UNVERIFIED
    assert finding(app, "Stock.Read", DELEGATED).status is Status.EXCESS


def test_definitions_unread_a_declared_id_is_compared_by_id() -> None:
    manifest = [wants("Orders.Read"), wants("Orders.Write")]
    app = judged(tenant(manifest=manifest, granted=[role("Orders.Read")], unread=[ReadName.DEFINITIONS]))
    statuses = {f.permission.id: f.status for f in app.findings}
    # The grant without value may be the other's twin: a value published twice is one permission.
    assert statuses == {"id-orders.read": Status.SATISFIED, "id-orders.write": Status.UNVERIFIED}
    bare = judged(tenant(manifest=manifest, unread=[ReadName.DEFINITIONS]))
    assert {f.status for f in bare.findings} == {Status.MISSING}


def test_definitions_unread_a_declared_delegated_id_is_unverified() -> None:
    app = judged(tenant(manifest=[wants("Orders.Read", DELEGATED)], unread=[ReadName.DEFINITIONS]))
    assert finding(app, None, DELEGATED).status is Status.UNVERIFIED


def test_a_grant_seen_in_a_cut_list_is_tenant_wide_all_the_same() -> None:
    unread = [ReadName.APP_ROLE_ASSIGNMENTS, ReadName.OAUTH2_PERMISSION_GRANTS]
    profile = profile_of(needs("Orders.Read"), needs("Orders.Write", DELEGATED))
    app = judged(tenant(granted=[role("Orders.Read"), scope("Orders.Write")], unread=unread), profile)
    assert {f.status for f in app.findings} == {Status.SATISFIED}
    assert app.excess_complete is False
    assert finding(app, "Orders.Write", DELEGATED).users is None


def test_a_manifest_may_be_here_where_nobody_can_say_which_tenant_this_is() -> None:
    whole = tenant(granted=[role("Orders.Read")], unread=[ReadName.APPLICATIONS])
    assert judged(whole).verdict is Verdict.NO_BASELINE
    app = judged(replace(whole, tenant=replace(whole.tenant, id="")))
    assert (app.verdict, finding(app).declared) == (Verdict.UNVERIFIED, Declared.UNVERIFIED)
