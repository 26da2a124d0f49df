"""One app as a whole: baseline, verdict, its order, and whether what is beyond the need was read."""

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import AppComparison, AppFlag, Baseline, Status, Verdict
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.domain.profile import Cell, Uses
from tests.domain.small import (
    ANN,
    DELEGATED,
    HERE,
    SHOP,
    app_of,
    compared,
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

Grants = list[AppRoleAssignment | DelegatedGrant]


def verdict(app: AppComparison) -> tuple[str, str | None]:
    return app.verdict.value, app.verdict_reason.value if app.verdict_reason else None


# -- the verdict, the first that holds --------------------------------------------------------------------------

READ, WRITE = needs("Orders.Read"), needs("Orders.Write", DELEGATED)


def test_every_verdict_in_order() -> None:
    """One app; each step takes the worst away, and the next verdict appears."""
    grants: Grants = [role("Orders.Write")]
    unread = [ReadName.OAUTH2_PERMISSION_GRANTS]
    profile = profile_of(READ, WRITE)
    assert verdict(judged(tenant(granted=grants, unread=unread), profile)) == ("UNVERIFIED", "not-read")
    assert verdict(judged(tenant(granted=grants), profile)) == ("GAPS", None)
    grants += [role("Orders.Read"), scope("Orders.Write")]
    assert verdict(judged(tenant(granted=grants), profile)) == ("EXCESSIVE", None)
    assert verdict(judged(tenant(granted=grants[1:]), profile)) == ("COMPLIANT", None)
    assert verdict(judged(tenant(granted=grants))) == ("NO_BASELINE", None)


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ([], ("GAPS", None)),
        ([role("Orders.Read"), role("Orders.Write")], ("EXCESSIVE", None)),
        ([role("Orders.Read")], ("UNVERIFIED", "identity")),
    ],
)
def test_an_unconfirmed_app_is_never_compliant(grants: Grants, told: tuple[str, str | None]) -> None:
    profile = profile_of(READ, app_name="An App")
    app = app_of(compared(tenant(granted=grants), profile))
    assert verdict(app) == told
    assert app.flags == (AppFlag.UNCONFIRMED,)
    unread = tenant(granted=grants, unread=[ReadName.APP_ROLE_ASSIGNMENTS])
    assert verdict(app_of(compared(unread, profile)))[0] != "COMPLIANT"


def test_what_nobody_needs_and_nobody_read_does_not_spoil_the_verdict() -> None:
    used, unused = Cell("A", "x"), needs("Orders.Read", workloads={"B": ("x",)})
    profile = profile_of(needs("Orders.Write", DELEGATED, workloads={"A": ("x",)}), unused)
    snapshot = tenant(granted=[scope("Orders.Write")], unread=[ReadName.APP_ROLE_ASSIGNMENTS])
    app = judged(snapshot, profile, uses=Uses(frozenset({used})))
    assert finding(app).status is Status.UNVERIFIED
    assert (app.verdict, app.excess_complete) == (Verdict.COMPLIANT, False)


def test_what_is_only_declared_does_not_spoil_the_verdict() -> None:
    app = judged(tenant(manifest=[wants("Orders.Read")]), profile_of())
    assert (finding(app).status, app.verdict) == (Status.DECLARED_ONLY, Verdict.COMPLIANT)


# -- a manifest as baseline -------------------------------------------------------------------------------------


@pytest.mark.parametrize("user_consentable", [True, False])
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("grants", "status_declared", "status_not"),
    [
        ([], Status.MISSING, None),
        ([scope("Orders.Read", ANN)], Status.PARTIAL, Status.EXCESS),
        ([scope("Orders.Read")], Status.SATISFIED, Status.EXCESS),
    ],
)
def test_manifest_baseline_leaves_users_own_consent_aside(
    user_consentable: bool,
    declared: bool,
    grants: list[DelegatedGrant],
    status_declared: Status,
    status_not: Status | None,
) -> None:
    apis = {SHOP: (*published("Orders.Read", user_consentable=user_consentable), *published("Orders.Write"))}
    manifest = [wants("Orders.Read" if declared else "Orders.Write", DELEGATED)]
    rows = [*grants, *([] if declared else [scope("Orders.Write")])]
    app = judged(tenant(manifest=manifest, granted=rows, apis=apis))
    assert app.baseline is Baseline.MANIFEST
    status = status_declared if declared else status_not
    if status is None:
        assert (len(app.findings), app.verdict) == (1, Verdict.COMPLIANT)
        return
    one = finding(app, kind=DELEGATED)
    aside = user_consentable or status is Status.PARTIAL or bool(grants and grants[0].principal_id)
    assert (one.status, one.counts) == (status, not aside)
    worse = {Status.MISSING: Verdict.GAPS, Status.EXCESS: Verdict.EXCESSIVE}.get(status, Verdict.COMPLIANT)
    assert app.verdict is (Verdict.COMPLIANT if aside else worse)


def test_manifest_baseline_unread_grants_of_what_users_consent_to_do_not_spoil_it() -> None:
    apis = {SHOP: published("Orders.Read", user_consentable=True)}
    snapshot = tenant(manifest=[wants("Orders.Read", DELEGATED)], apis=apis, unread=[ReadName.OAUTH2_PERMISSION_GRANTS])
    app = judged(snapshot)
    assert (finding(app, kind=DELEGATED).status, app.verdict) == (Status.UNVERIFIED, Verdict.COMPLIANT)
    assert app.excess_complete is False


def test_manifest_baseline_whether_users_may_consent_is_not_guessed() -> None:
    """Definitions unread: the grant is excess, but may be of the sort that does not count."""
    apis = {SHOP: published("Orders.Read"), "store": published("Orders.Write")}
    snapshot = tenant(
        manifest=[wants("Orders.Read")], granted=[role("Orders.Read"), scope("X", api="store")], apis=apis
    )
    assert judged(snapshot).verdict is Verdict.EXCESSIVE
    unread = tenant(
        manifest=[wants("Orders.Read")],
        granted=[role("Orders.Read"), scope("X", api="store")],
        apis=apis,
        unread=[ReadName.DEFINITIONS],
    )
    app = judged(unread)
    assert finding(app, "X", DELEGATED).status is Status.EXCESS
    assert (app.verdict, app.excess_complete) == (Verdict.COMPLIANT, False)


def test_an_empty_manifest_is_no_baseline() -> None:
    app = judged(tenant(manifest=[], granted=[role("Orders.Read")]))
    assert (app.baseline, app.verdict, finding(app).status) == (Baseline.NONE, Verdict.NO_BASELINE, Status.GRANTED)


def test_a_profile_beats_the_manifest() -> None:
    app = judged(tenant(manifest=[wants("Orders.Read")]), profile_of(needs("Orders.Write")))
    assert app.baseline is Baseline.PROFILE
    assert finding(app, "Orders.Write").status is Status.MISSING


def test_an_unread_manifest_leaves_everything_unjudged() -> None:
    snapshot = tenant(
        granted=[role("Orders.Read"), scope("Orders.Write", ANN)],
        principals=[principal(owner_tenant_id=HERE)],
        unread=[ReadName.APPLICATIONS],
    )
    app = judged(snapshot)
    assert verdict(app) == ("UNVERIFIED", "not-read")
    assert {f.status for f in app.findings} == {Status.GRANTED}
    bound = judged(snapshot, profile_of(needs("Orders.Read")))
    assert verdict(bound) == ("EXCESSIVE", None)


# -- grants beyond the need -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        ReadName.SERVICE_PRINCIPALS,
        ReadName.APIS,
        ReadName.OAUTH2_PERMISSION_GRANTS,
        ReadName.APP_ROLE_ASSIGNMENTS,
    ],
)
def test_excess_is_complete_only_where_every_grant_was_read(read: ReadName) -> None:
    assert judged(tenant(), profile_of()).excess_complete is True
    app = judged(tenant(unread=[read]), profile_of())
    assert (app.excess_complete, app.verdict) == (False, Verdict.COMPLIANT)


@pytest.mark.parametrize(
    "read", [ReadName.DIRECTORY_ROLES, ReadName.USERS, ReadName.DEFINITIONS, ReadName.APPLICATIONS]
)
def test_excess_is_complete_whatever_else_was_not_read(read: ReadName) -> None:
    assert judged(tenant(unread=[read]), profile_of()).excess_complete is True


def test_excess_is_complete_from_the_apps_own_side() -> None:
    snapshot = tenant(unread=[ReadName.APP_ROLE_ASSIGNMENTS, ReadName.APIS])
    own = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.COMPLETE, client_object_id="app-object")
    app = judged(replace(snapshot, reads=(*snapshot.reads, own)), profile_of(needs("Orders.Read")))
    assert (app.excess_complete, finding(app).status) == (True, Status.MISSING)
