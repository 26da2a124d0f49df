"""The flags and the origin of an app, and profiles that a person expects."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from permdesk.domain.application import SHARED_TOOLS, Credential, CredentialKind, Origin
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import AppComparison, AppFlag, Verdict, VerdictReason
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.permission import EXCHANGE_APP_ID, Kind
from permdesk.domain.profile import Profile
from permdesk.domain.tenant import MICROSOFT_TENANTS
from tests.domain.small import (
    APP,
    APPLICATION,
    DELEGATED,
    HERE,
    SHOP,
    TODAY,
    app_of,
    by_hand,
    compared,
    judged,
    moment,
    needs,
    principal,
    profile_of,
    published,
    registration,
    role,
    scope,
    tenant,
)

Grants = list[AppRoleAssignment | DelegatedGrant]


def verdict(app: AppComparison) -> tuple[str, str | None]:
    return app.verdict.value, app.verdict_reason.value if app.verdict_reason else None


READ = needs("Orders.Read")


def test_dormant() -> None:
    def flags(**changes: bool) -> set[AppFlag]:
        return set(judged(tenant(principals=[principal(**changes)])).flags)

    assert flags() == set()
    assert flags(enabled=False) == {AppFlag.DORMANT}
    assert flags(disabled=True) == {AppFlag.DORMANT}
    off = tenant(registrations=[registration(disabled=True)], principals=[principal(owner_tenant_id=HERE)])
    assert judged(off).flags == (AppFlag.DORMANT,)


@pytest.mark.parametrize(
    ("ends", "stands"),
    [
        ([], False),
        ([400], False),
        ([31], False),
        ([30], True),
        ([0], True),
        ([-1], True),
        ([-1, -90], True),
        ([5, 400], False),
        ([-1, 31], False),
        ([-1, 30], True),
        ([None], False),
        ([None, -1], False),
    ],
)
def test_credential_expires(ends: list[int | None], stands: bool) -> None:
    credentials = [
        Credential(
            CredentialKind.SECRET,
            moment("2020-01-01"),
            moment((TODAY + timedelta(days=end)).isoformat()) if end is not None else None,
        )
        for end in ends
    ]
    app = judged(tenant(registrations=[registration([], credentials)]))
    assert (AppFlag.CREDENTIAL_EXPIRES in app.flags) is stands


def test_a_credential_that_is_not_yet_valid_does_not_help() -> None:
    later = Credential(CredentialKind.CERTIFICATE, moment("2026-12-01"), moment("2028-12-01"))
    ending = Credential(CredentialKind.SECRET, moment("2026-01-01"), moment("2026-12-01"))
    for credentials in ([later], [later, ending]):
        assert AppFlag.CREDENTIAL_EXPIRES in judged(tenant(registrations=[registration([], credentials)])).flags


def test_credentials_of_a_vendors_app_are_not_ours() -> None:
    assert judged(tenant()).credentials is None


MANAGE = "Exchange.ManageAsApp"
HELD = DirectoryRole("app-object", "Exchange Administrator", "template")


@pytest.mark.parametrize(
    ("kind", "roles", "unread", "stands"),
    [
        (APPLICATION, [], [], True),
        (APPLICATION, [HELD], [], False),
        (APPLICATION, [DirectoryRole("another", "Exchange Administrator", "template")], [], True),
        (APPLICATION, [], [ReadName.DIRECTORY_ROLES], False),
        (DELEGATED, [], [], False),
    ],
)
def test_no_directory_role(kind: Kind, roles: list[DirectoryRole], unread: Iterable[ReadName], stands: bool) -> None:
    apis = {EXCHANGE_APP_ID: published(MANAGE)}
    grant = role(MANAGE, api=EXCHANGE_APP_ID) if kind is APPLICATION else scope(MANAGE, api=EXCHANGE_APP_ID)
    app = judged(tenant(apis=apis, granted=[grant], roles=roles, unread=unread))
    assert (AppFlag.NO_DIRECTORY_ROLE in app.flags) is stands
    assert app.directory_roles == (None if unread else tuple(r for r in roles if r is HELD))


def test_no_directory_role_is_of_exchange_and_of_what_is_granted() -> None:
    assert judged(tenant(apis={SHOP: published(MANAGE)}, granted=[role(MANAGE)])).flags == ()
    missing = judged(tenant(apis={EXCHANGE_APP_ID: published(MANAGE)}), profile_of(needs(MANAGE, api=EXCHANGE_APP_ID)))
    assert missing.flags == ()


@pytest.mark.parametrize("app_id", sorted(SHARED_TOOLS))
def test_shared_tool(app_id: str) -> None:
    snapshot = tenant(principals=[principal(app_id=app_id)])
    assert app_of(compared(snapshot), app_id).flags == (AppFlag.SHARED_TOOL,)


@pytest.mark.parametrize(
    ("owner", "kind_of_app", "origin"),
    [
        ("tenant-vendor", "Application", Origin.EXTERNAL),
        (HERE, "Application", Origin.REGISTERED_HERE),
        (HERE, "ManagedIdentity", Origin.MANAGED_IDENTITY),
        (min(MICROSOFT_TENANTS), "Application", Origin.MICROSOFT),
        (max(MICROSOFT_TENANTS), "Application", Origin.MICROSOFT),
        (None, "Legacy", Origin.EXTERNAL),
    ],
)
def test_origin(owner: str | None, kind_of_app: str, origin: Origin) -> None:
    assert judged(tenant(principals=[principal(owner_tenant_id=owner, type=kind_of_app)])).origin is origin


def expected(profile: Profile, *, unread: Iterable[ReadName] = (), knowledge: Knowledge | None = None) -> list[str]:
    knowledge = knowledge or Knowledge(expected=frozenset({profile.id}))
    comparison = compared(tenant(unread=unread), profile, knowledge=knowledge)
    return [app.verdict.value for app in comparison.apps if app.app_id is None]


def test_an_expected_profile_that_no_app_bears() -> None:
    profile = profile_of(READ, app_name="Vendor Backup")
    assert expected(profile) == ["NOT_INSTALLED"]
    assert expected(profile, knowledge=Knowledge()) == []
    (app,) = [
        a
        for a in compared(tenant(), profile, knowledge=Knowledge(expected=frozenset({profile.id}))).apps
        if not a.app_id
    ]
    assert (app.profile, app.object_id, app.findings, app.key) == (profile, None, (), "profile:vendor-app")


@pytest.mark.parametrize("read", [ReadName.SERVICE_PRINCIPALS, ReadName.APPLICATIONS])
def test_an_app_nobody_read_may_bear_it(read: ReadName) -> None:
    profile = profile_of(READ, app_name="Vendor Backup")
    assert expected(profile, unread=[read]) == ["UNVERIFIED"]
    knowledge = Knowledge(expected=frozenset({profile.id}))
    (app,) = [a for a in compared(tenant(unread=[read]), profile, knowledge=knowledge).apps if a.app_id is None]
    assert app.verdict_reason is VerdictReason.NOT_READ


def test_an_expected_profile_that_is_not_here_is_not_read() -> None:
    knowledge = Knowledge(expected=frozenset({"profile-of-yesterday"}))
    (app,) = [a for a in compared(tenant(), profile_of(READ), knowledge=knowledge).apps if a.app_id is None]
    assert (app.verdict, app.verdict_reason) == (Verdict.UNVERIFIED, VerdictReason.NOT_READ)
    assert (app.profile, app.missing_profile, app.key) == (None, "profile-of-yesterday", "profile:profile-of-yesterday")


def test_an_expected_profile_that_an_app_bears_is_that_app() -> None:
    for profile in (profile_of(READ, app_name="AN  app"), profile_of(READ, app_id=APP)):
        assert expected(profile) == []
    profile = profile_of(READ)
    assert expected(profile, knowledge=by_hand(profile, expected=frozenset({profile.id}))) == []
