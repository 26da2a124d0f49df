"""What changed between two scans, rule by rule; what was not read is neither added nor removed."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.application import Credential, CredentialKind, Publisher, ServicePrincipal
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.diffing import diff_scans
from permdesk.domain.finding import Flag
from permdesk.domain.grant import DirectoryRole, User
from permdesk.domain.permission import Kind
from permdesk.domain.reach import CatalogFacts, Reach, ReachRow
from permdesk.domain.scan_diff import AccountState, Detail, Outcome
from permdesk.domain.tenant import Tenant
from tests.domain.small import (
    ANN,
    APP,
    APP_OBJECT,
    BOB,
    HERE,
    ORDERS,
    SHOP,
    principal,
    published,
    registration,
    role,
    scope,
    tenant,
    wants,
)

ADDED, REMOVED = Outcome.ADDED, Outcome.REMOVED
NOT_BEFORE, NOT_NOW = Outcome.NOT_READ_BEFORE, Outcome.NOT_READ_NOW


def only(before, after, **more):
    """The one app that differs."""
    (found,) = diff_scans(before, after, **more).apps
    return found


def labels(changes):
    return [(change.permission.label, change.outcome) for change in changes]


def test_scans_of_two_tenants_are_not_compared():
    other = replace(tenant(), tenant=Tenant("elsewhere", "Northmere", "global"))
    with pytest.raises(ValueError, match="two tenants"):
        diff_scans(tenant(), other)
    with pytest.raises(ValueError, match="two tenants"):
        diff_scans(tenant(), replace(tenant(), tenant=Tenant(HERE, "Larkfield", "china")))


def test_a_grant_to_the_tenant_is_added_or_removed():
    granted = tenant(granted=[role("Orders.Read", since="2026-03-12")])
    (change,) = only(tenant(), granted).granted
    assert (change.permission.value, change.outcome) == ("Orders.Read", ADDED)
    assert str(change.since) == "2026-03-12"
    assert labels(only(granted, tenant()).granted) == [("Orders.Read", REMOVED)]


def test_kinds_never_stand_in_for_each_other():
    app = only(tenant(granted=[role("Orders.Read")]), tenant(granted=[scope("Orders.Read")]))
    assert [(c.permission.kind, c.outcome) for c in app.granted] == [
        (Kind.APPLICATION, REMOVED),
        (Kind.DELEGATED, ADDED),
    ]


def test_spelling_blanks_and_order_of_a_scope_are_no_change():
    before = tenant(granted=[scope(" Orders.Read   orders.write")])
    assert diff_scans(before, tenant(granted=[scope("ORDERS.WRITE Orders.Read\t")])).apps == ()


def test_a_grant_to_everyone_in_place_of_one_account():
    app = only(tenant(granted=[scope("Orders.Read", ANN)]), tenant(granted=[scope("Orders.Read")]))
    assert labels(app.granted) == [("Orders.Read", ADDED)]
    assert [(one.outcome, one.accounts) for one in app.single] == [(REMOVED, ("ann",))]


def test_accounts_behind_a_single_grant_are_counted_and_named():
    app = only(
        tenant(granted=[scope("Orders.Read", ANN)]),
        tenant(granted=[scope("Orders.Read", BOB), scope("Orders.Read Orders.Write", User("zoe"))]),
    )
    assert [(one.permission.label, one.outcome, one.accounts) for one in app.single] == [
        ("Orders.Read", ADDED, ("bob", "zoe")),
        ("Orders.Read", REMOVED, ("ann",)),
        ("Orders.Write", ADDED, ("zoe",)),
    ]
    assert diff_scans(tenant(), tenant(granted=[scope("Orders.Read", ANN)])).users["ann"].display_name == "Ann"


def test_the_same_permission_under_another_id_is_no_change():
    twice = (*ORDERS, replace(ORDERS[0], id="id-other"))
    before = tenant(apis={SHOP: twice}, granted=[role("Orders.Read")], manifest=[wants("Orders.Read")])
    other = replace(role("Orders.Read"), role_id="id-other")
    after = tenant(apis={SHOP: twice}, granted=[other], manifest=[replace(wants("Orders.Read"), id="id-other")])
    assert diff_scans(before, after).apps == ()


def test_an_api_that_was_deleted_and_came_back_bears_the_same_permissions():
    after = tenant(granted=[role("Orders.Read")])
    other = "shop-object-2"
    after = replace(
        after,
        service_principals=tuple(
            replace(p, object_id=other) if p.app_id == SHOP else p for p in after.service_principals
        ),
        apis=tuple(replace(api, object_id=other) for api in after.apis),
        app_role_assignments=tuple(replace(a, resource_id=other) for a in after.app_role_assignments),
    )
    app = only(tenant(granted=[role("Orders.Read")]), after)
    assert (app.key, app.granted) == (SHOP, ())
    assert [detail.detail for detail in app.details] == [Detail.OBJECT]


def test_a_manifest_tells_what_is_configured():
    app = only(tenant(manifest=[wants("Orders.Read")]), tenant(manifest=[wants("Orders.Write")]))
    assert labels(app.declared) == [("Orders.Read", REMOVED), ("Orders.Write", ADDED)]
    assert app.granted == ()


def test_an_app_that_came_comes_with_all_it_has():
    before = tenant(principals=[])
    after = tenant(manifest=[wants("Orders.Read")], granted=[role("Orders.Read")])
    app = only(before, after)
    assert (app.registration, app.principal, app.came, app.went) == (ADDED, ADDED, True, False)
    assert labels(app.declared) == labels(app.granted) == [("Orders.Read", ADDED)]
    assert only(after, before).went


def test_a_registration_alone_that_goes_is_no_app_that_went():
    app = only(tenant(manifest=[]), replace(tenant(manifest=[]), registrations=()))
    assert (app.registration, app.principal, app.went) == (REMOVED, None, False)


def test_details_of_an_app():
    before = tenant(manifest=[])
    changed = principal(enabled=False, disabled=True, owner_tenant_id=HERE, publisher=Publisher("Acme"))
    after = tenant(
        principals=[changed],
        registrations=[registration(display_name="New name", reply_urls=("https://new.example",), disabled=True)],
    )
    assert [(d.detail, d.before, d.after) for d in only(before, after).details] == [
        (Detail.NAME, "An app", "New name"),
        (Detail.ENABLED, "yes", "no"),
        (Detail.SWITCHED_OFF, "no", "yes"),
        (Detail.REGISTRATION_SWITCHED_OFF, "no", "yes"),
        (Detail.PUBLISHER, None, "Acme"),
        (Detail.REPLY_ADDRESS, None, "https://new.example"),
    ]


def test_a_name_is_held_against_the_same_object_s_name():
    # The registration is called otherwise than its service principal; only the latter was read before.
    before = tenant(unread=[ReadName.APPLICATIONS])
    after = tenant(registrations=[registration(display_name="Inner name")], unread=[ReadName.APPLICATIONS])
    app = only(before, after)
    assert (app.details, app.registration) == ((), NOT_BEFORE)


def test_directory_roles():
    held = DirectoryRole(APP_OBJECT, "Exchange Administrator", "role-1")
    assert [c.outcome for c in only(tenant(), tenant(roles=[held])).roles] == [ADDED]
    assert [c.outcome for c in only(tenant(roles=[held]), tenant()).roles] == [REMOVED]
    translated = replace(held, role="Administrateur Exchange")
    assert diff_scans(tenant(roles=[held]), tenant(roles=[translated])).apps == ()
    unread = [ReadName.DIRECTORY_ROLES]
    assert [c.outcome for c in only(tenant(roles=[held]), tenant(unread=unread)).roles] == [NOT_NOW]
    # A service principal that is gone holds nothing, whatever was read of roles.
    assert [c.outcome for c in only(tenant(roles=[held]), tenant(principals=[], unread=unread)).roles] == [REMOVED]


def credential(days, label=None):
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return Credential(CredentialKind.SECRET, start, start + timedelta(days=days), label)


def with_credentials(*credentials):
    return tenant(registrations=[registration(credentials=credentials)])


def test_credentials_come_and_go_one_by_one():
    app = only(with_credentials(credential(400), credential(400)), with_credentials(credential(400), credential(700)))
    assert [(c.credential, c.outcome) for c in app.credentials] == [
        (credential(400), REMOVED),
        (credential(700), ADDED),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, None), (0, (True, False)), (39, (True, True)), (40, (False, True)), (70, (False, True)), (71, None)],
)
def test_credentials_that_ended_since_or_end_soon(days, expected):
    before = with_credentials(credential(days))
    after = replace(before, read_at=before.read_at + timedelta(days=40))
    diff = diff_scans(before, after)
    assert not diff.changed
    assert [(one.ended, one.newly) for one in diff.ending] == ([expected] if expected else [])


def test_accounts_that_are_in_another_state():
    before = tenant(users=[ANN, BOB, User("eve", enabled=True), User("dan", enabled=None)])
    after = tenant(users=[replace(ANN, enabled=False), BOB, User("eve", gone=True), User("dan", enabled=True)])
    diff = diff_scans(before, after)
    assert [(c.object_id, c.before, c.after) for c in diff.accounts] == [
        ("ann", AccountState.ENABLED, AccountState.DISABLED),
        ("eve", AccountState.ENABLED, AccountState.GONE),
    ]
    assert diff.changed
    assert diff.users["ann"].enabled is False


def test_reach_is_told_beside_a_grant():
    facts = CatalogFacts("1", (ReachRow(SHOP, Kind.APPLICATION, "Orders.Read", Reach.ALL_MAIL, "", ""),))
    (change,) = only(tenant(), tenant(granted=[role("Orders.Read")]), facts=facts).granted
    assert change.flags == (Flag.ALL_MAIL,)


# What was not read


@pytest.mark.parametrize(
    ("unread", "granted"),
    [
        (ReadName.APP_ROLE_ASSIGNMENTS, role("Orders.Read")),
        (ReadName.OAUTH2_PERMISSION_GRANTS, scope("Orders.Read")),
    ],
)
def test_a_grant_whose_list_was_not_read_is_neither_added_nor_removed(unread, granted):
    seen, blind = tenant(granted=[granted]), tenant(unread=[unread])
    assert labels(only(blind, seen).granted) == [("Orders.Read", NOT_BEFORE)]
    assert labels(only(seen, blind).granted) == [("Orders.Read", NOT_NOW)]
    diff = diff_scans(blind, seen)
    assert (diff.changed, diff.certain) == (False, False)
    assert [(gap.read, gap.before, gap.after) for gap in diff.gaps] == [
        (unread, ReadStatus.REFUSED, ReadStatus.COMPLETE)
    ]


def test_what_was_seen_in_both_scans_stays_however_much_was_not_read():
    unread = [ReadName.APP_ROLE_ASSIGNMENTS, ReadName.OAUTH2_PERMISSION_GRANTS]
    blind = tenant(granted=[role("Orders.Read"), scope("Orders.Write")], unread=unread)
    diff = diff_scans(blind, blind)
    assert (diff.apps, diff.certain) == ((), False)


def test_accounts_of_a_list_that_was_cut():
    cut = tenant(granted=[scope("Orders.Read", ANN)], unread=[ReadName.OAUTH2_PERMISSION_GRANTS])
    app = only(cut, tenant(granted=[scope("Orders.Read", BOB)]))
    assert [(one.outcome, one.accounts) for one in app.single] == [(NOT_BEFORE, ("bob",)), (REMOVED, ("ann",))]


def test_an_app_that_a_cut_list_lacks_is_not_gone():
    full = tenant(manifest=[wants("Orders.Read")], granted=[role("Orders.Read")])
    cut = tenant(registrations=[], principals=[], unread=[ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS], users=())
    app = only(replace(full, users=()), cut)
    assert (app.registration, app.principal) == (NOT_NOW, NOT_NOW)
    assert labels(app.granted) == labels(app.declared) == [("Orders.Read", NOT_NOW)]
    assert not app.changed
    assert not app.went
    assert app.unsure


def test_an_id_is_named_by_whichever_scan_knows_it():
    known = tenant(granted=[role("Orders.Read")], manifest=[wants("Orders.Read")])
    unknown = tenant(granted=[role("Orders.Read")], manifest=[wants("Orders.Read")], unread=[ReadName.DEFINITIONS])
    assert diff_scans(known, unknown).apps == diff_scans(unknown, known).apps == ()
    app = only(tenant(unread=[ReadName.DEFINITIONS], granted=[role("Orders.Read")]), tenant())
    assert labels(app.granted) == [("Orders.Read", REMOVED)]


def test_an_id_that_nobody_can_name_may_be_any_permission():
    # The definitions of the newer scan are missing, and it holds an id that the older one's do not publish.
    unknown = replace(role("Orders.Read"), role_id="id-new")
    app = only(tenant(granted=[role("Orders.Read")]), tenant(granted=[unknown], unread=[ReadName.DEFINITIONS]))
    assert labels(app.granted) == [("Orders.Read", NOT_NOW), ("id-new", ADDED)]
    # With definitions that publish no such id it is none of them.
    app = only(tenant(granted=[role("Orders.Read")]), tenant(granted=[unknown]))
    assert labels(app.granted) == [("Orders.Read", REMOVED), ("id-new", ADDED)]


def test_an_id_that_means_something_else_now_is_another_permission():
    before = tenant(granted=[role("Orders.Read")], apis={SHOP: published("Orders.Read")})
    renamed = tuple(replace(p, value="Orders.ReadBasic") for p in published("Orders.Read"))
    app = only(before, tenant(granted=[role("Orders.Read")], apis={SHOP: renamed}))
    assert labels(app.granted) == [("Orders.Read", REMOVED), ("Orders.ReadBasic", ADDED)]


def test_lists_that_were_never_tried_are_gaps():
    bare = replace(tenant(), reads=())
    gaps = diff_scans(bare, tenant()).gaps
    assert (ReadName.APPLICATIONS, None, ReadStatus.COMPLETE) in [(g.read, g.before, g.after) for g in gaps]
    assert (ReadName.APP_ROLE_ASSIGNMENTS, SHOP) in [(g.read, g.resource_app_id) for g in gaps]


def test_a_service_principal_that_only_its_grants_tell_of():
    row = scope("Orders.Read", client="unlisted")
    app = only(tenant(), tenant(granted=[row]))
    assert (app.key, app.app_id, app.display_name) == ("object:unlisted", None, "")
    assert labels(app.granted) == [("Orders.Read", ADDED)]
    blind = tenant(unread=[ReadName.OAUTH2_PERMISSION_GRANTS])
    assert labels(only(blind, tenant(granted=[row])).granted) == [("Orders.Read", NOT_BEFORE)]


def test_grants_of_an_app_that_was_deleted_and_came_back():
    before = tenant(granted=[role("Orders.Read")])
    again = replace(principal(), object_id="app-object-2")
    kept = tenant(principals=[again], granted=[role("Orders.Read", client="app-object-2")])
    app = only(before, kept)
    assert (app.granted, [d.detail for d in app.details]) == ((), [Detail.OBJECT])
    lost = tenant(principals=[again])
    assert labels(only(before, lost).granted) == [("Orders.Read", REMOVED)]


def test_what_one_of_two_service_principals_of_an_app_still_holds_is_not_gone():
    both = [principal(), replace(principal(), object_id="app-object-2")]
    other = role("Orders.Read", client="app-object-2")
    before = tenant(principals=both, granted=[role("Orders.Read"), role("Orders.Write"), other])
    after = tenant(principals=both, granted=[other])
    assert labels(only(before, after).granted) == [("Orders.Write", REMOVED)]


def test_apps_are_ordered_by_name_whatever_the_order_of_rows():
    others = [ServicePrincipal(f"sp-{n}", f"app-{n}", name) for n, name in enumerate(("beta", "Alpha", "gamma"))]
    found = diff_scans(tenant(), tenant(principals=[principal(), *others]))
    turned = diff_scans(tenant(), tenant(principals=[*reversed(others), principal()]))
    assert [app.display_name for app in found.apps] == ["Alpha", "beta", "gamma"]
    assert found == turned
    assert APP not in {app.key for app in found.apps}
