"""Questions between two scans: active roles, who holds roles, and what the audit log tells of an app's grants."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from permdesk.domain.audit import ActorKind, AuditStatus, AuditTrail
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.permission import Kind, Permission
from permdesk.domain.role_holders import HolderKind, RoleHolders
from permdesk.domain.tenant import HeldRole
from permdesk.errors import ReadError, SignInError
from permdesk.graph.audit_log import AuditLog
from permdesk.graph.client import GraphClient
from permdesk.graph.transport import HttpsTransport
from tests.graph_service.consenting import Consent, Grant, _moved, _target
from tests.graph_service.faults import Fault
from tests.graph_service.objects import Json
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, Token
from tests.reading.test_one_app import LATER, NEVER, Asked

SINCE = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
AT = "2026-11-22T10:28:01.4417122Z"
PRIVILEGED = HeldRole("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator")
GLOBAL = HeldRole("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")
ENOUGH = ("Directory.Read.All", "AuditLog.Read.All")


@pytest.fixture
def asked(desk: Desk, service: GraphService) -> Asked:
    return Asked(desk, service, permissions=ENOUGH)


# Roles


def test_roles_are_those_that_are_active_now(asked: Asked, service: GraphService) -> None:
    before = service.objects()["memberships"]
    assert [role.name for role in asked.questions.my_roles(cancel=NEVER).roles] == ["Global Reader"]
    activated = {
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": "99999999-0000-4000-8000-000000000002",
        "displayName": PRIVILEGED.name,
        "roleTemplateId": PRIVILEGED.template_id,
    }
    service.memberships([*before, activated])
    try:
        read = asked.questions.my_roles(cancel=NEVER)
    finally:
        service.memberships(before)
    assert PRIVILEGED in read.roles
    assert read.read_at == LATER


@pytest.mark.parametrize(("fault", "remedy"), [("403", "Directory.Read.All"), ("404", "account of the tenant")])
def test_roles_that_cannot_be_read_are_told_with_a_remedy(
    asked: Asked, service: GraphService, fault: str, remedy: str
) -> None:
    service.faults(Fault(kind=fault, path="/me/"))
    with pytest.raises(ReadError) as raised:
        asked.questions.my_roles(cancel=NEVER)
    assert raised.value.title == "Your directory roles could not be read"
    assert fault in raised.value.detail
    assert remedy in raised.value.remedy


# Holders


@pytest.fixture
def held(service: GraphService) -> Iterator[dict[str, str]]:
    """Holders of one role: people, an app, a group, one for a part of the tenant alone, one who is gone."""
    told = service.objects()
    group = {"id": "99999999-0000-4000-8000-000000000011", "displayName": "Identity team", "securityEnabled": True}
    off = {
        **told["users"][5],
        "id": "99999999-0000-4000-8000-000000000013",
        "displayName": "Aaron, who left",
        "accountEnabled": False,
    }
    who = {
        "person": told["users"][3]["id"],
        "off": off["id"],
        "app": told["servicePrincipals"][5]["id"],
        "group": group["id"],
        "gone": "99999999-0000-4000-8000-000000000012",
    }
    rows = [_assignment(number, one, "/") for number, one in enumerate(who.values())]
    rows.append(_assignment(90, told["users"][4]["id"], "/administrativeUnits/1"))
    objects = [("groups", group), ("users", off)]
    added = [*objects, *(("roleAssignments", row) for row in rows)]
    service.change([["add", name, row] for name, row in added])
    yield who
    service.change([["remove", name, row["id"]] for name, row in added])


def _assignment(number: int, principal: str, scope: str) -> Json:
    return {
        "id": f"held-{number}",
        "directoryScopeId": scope,
        "principalId": principal,
        "roleDefinitionId": PRIVILEGED.template_id,
    }


def holders(asked: Asked) -> RoleHolders:
    (found,) = asked.questions.holders([PRIVILEGED], cancel=NEVER).roles
    return found


def test_holders_are_named_as_what_they_are(asked: Asked, held: dict[str, str]) -> None:
    found = holders(asked)
    kinds = {one.object_id: one.kind for one in found.holders}
    assert kinds == {
        held["person"]: HolderKind.PERSON,
        held["off"]: HolderKind.PERSON,
        held["app"]: HolderKind.APP,
        held["group"]: HolderKind.GROUP,
        held["gone"]: HolderKind.UNKNOWN,
    }
    assert found.scoped == 1
    assert found.detail is None
    by_id = {one.object_id: one for one in found.holders}
    assert by_id[held["person"]].username
    assert by_id[held["group"]].name == "Identity team"
    assert by_id[held["group"]].enabled is None
    assert by_id[held["off"]].enabled is False
    # People first, those who may not sign in after the others.
    assert [one.object_id for one in found.holders[:2]] == [held["person"], held["off"]]


def test_holders_over_many_pages_are_all_there(asked: Asked, held: dict[str, str], service: GraphService) -> None:
    service.set(most_rows=2)
    assert {one.object_id for one in holders(asked).holders} == set(held.values())


def test_nobody_asked_for_is_nobody(asked: Asked, service: GraphService) -> None:
    service.reset()
    assert asked.questions.holders([], cancel=NEVER).roles == ()
    assert service.stats()["requests"] == 0


def test_refused_holders_are_told_with_what_lacks(desk: Desk, service: GraphService) -> None:
    service.faults(Fault(kind="403", path="roleAssignments"))
    with pytest.raises(ReadError) as raised:
        Asked(desk, service, permissions=("User.Read",)).questions.holders([PRIVILEGED, GLOBAL], cancel=NEVER)
    assert "could not be read" in raised.value.title
    assert "Directory.Read.All" in raised.value.remedy


def test_of_two_roles_the_one_that_was_read_is_told(asked: Asked, held: dict[str, str], service: GraphService) -> None:
    service.faults(Fault(kind="403", path=GLOBAL.template_id))
    first, second = asked.questions.holders([PRIVILEGED, GLOBAL], cancel=NEVER).roles
    assert first.detail is None
    assert first.holders
    assert second.detail is not None
    assert second.holders == ()


# The audit log


class Played:
    """A consent to one app of the service: a scope came, a role went; with what of it the log has."""

    def __init__(self, service: GraphService) -> None:
        self.service = service
        told = service.objects()
        self.row = next(
            one for one in told["appRoleAssignments"] if one["principalType"] == "ServicePrincipal" and one["appRoleId"]
        )
        self.api = next(one for one in told["servicePrincipals"] if one["id"] == self.row["resourceId"])
        self.by = told["users"][2]
        self.consent = Consent(service, self.row["principalId"], by=self.by)
        self.came = Grant(self.api["id"], scope="Came.Read")
        self.gone = Grant(self.api["id"], role=self.row["appRoleId"])

    def permission(self, grant: Grant) -> Permission:
        kind = Kind.APPLICATION if grant.role else Kind.DELEGATED
        return Permission(self.api["appId"], self.api["id"], "API", kind, grant.scope or None, grant.role or None)

    def log(self, *entries: Json) -> None:
        self.service.change([["add", "directoryAudits", entry] for entry in entries])

    def entry(self, activity: str, changed: list[Json], *, at: str = AT, client: str = "", **named: Any) -> Json:
        targets = [_target(self.api["id"], changed), _target(client or self.row["principalId"], [])]
        return self.consent.entry(activity, at, targets, **named)


@pytest.fixture
def played(service: GraphService) -> Iterator[Played]:
    made = Played(service)
    yield made
    told = service.objects()["directoryAudits"]
    service.change([["remove", "directoryAudits", one["id"]] for one in told])


def trail(asked: Asked, played: Played) -> AuditTrail:
    return asked.questions.trail(played.row["principalId"], since=SINCE, cancel=NEVER)


def test_by_whom_and_when_each_grant_came_and_went(asked: Asked, played: Played, service: GraphService) -> None:
    played.consent.play(added=[played.came], removed=[played.gone], at=AT)
    try:
        found = trail(asked, played)
    finally:
        played.consent.play(added=[played.gone], removed=[played.came], at=AT, logged=False)
    assert found.status is AuditStatus.READ
    for grant, came in ((played.came, True), (played.gone, False)):
        change = found.last(played.permission(grant), came=came)
        assert change is not None
        assert (change.actor.kind, change.actor.name) == (ActorKind.PERSON, played.by["userPrincipalName"])
        assert change.at == datetime(2026, 11, 22, 10, 28, 1, 441712, tzinfo=UTC)
        assert found.last(played.permission(grant), came=not came) is None
    assert [one.activity for one in found.consents] == ["Consent to application"]
    (asked_for,) = [one["target"] for one in service.log() if "directoryAudits" in one["target"]]
    assert "activityDateTime%20ge%202026-11-22T09:42:00Z" in asked_for


def test_entries_that_are_late_are_not_there_yet(asked: Asked, played: Played) -> None:
    later = played.consent.play(added=[played.came], at=AT, logged=False)
    try:
        assert trail(asked, played).changes == ()
        assert trail(asked, played).status is AuditStatus.READ
        played.service.change(later)
        assert trail(asked, played).last(played.permission(played.came), came=True) is not None
    finally:
        played.consent.play(removed=[played.came], at=AT, logged=False)


def test_an_entry_tells_by_the_difference_of_its_texts(asked: Asked, played: Played) -> None:
    """A consent given again writes the whole text anew, under either name."""
    scope = {
        "displayName": "DelegatedPermissionGrant.Scope",
        "oldValue": '" User.Read Gone.Read"',
        "newValue": '" User.Read Came.Read"',
    }
    whole = [
        scope,
        _moved("DelegatedPermissionGrant.ConsentType", "AllPrincipals", came=True),
        _moved("ServicePrincipal.ObjectID", played.row["principalId"], came=True),
    ]
    played.log(played.entry("Remove delegated permission grant", whole))
    (change,) = trail(asked, played).changes
    assert (change.added, change.removed) == (("came.read",), ("gone.read",))


@pytest.mark.parametrize("case", ["failed", "one-person", "another-app", "before", "other-activity", "no-targets"])
def test_what_does_not_tell_of_the_app_is_left_out(asked: Asked, played: Played, case: str) -> None:
    consent = "Principal" if case == "one-person" else "AllPrincipals"
    other = "99999999-0000-4000-8000-000000000099"
    client = other if case == "another-app" else played.row["principalId"]
    changed = [
        _moved("DelegatedPermissionGrant.Scope", " Came.Read", came=True),
        _moved("DelegatedPermissionGrant.ConsentType", consent, came=True),
        _moved("ServicePrincipal.ObjectID", client, came=True),
    ]
    activity = "Update application" if case == "other-activity" else "Add delegated permission grant"
    at = "2026-11-22T09:00:00Z" if case == "before" else AT
    result = "failure" if case == "failed" else "success"
    entry = played.entry(activity, changed, at=at, result=result)
    if case == "no-targets":
        entry["targetResources"] = []
    played.log(entry)
    assert trail(asked, played).changes == ()


def test_what_happened_in_the_same_second_before_is_left_out(asked: Asked, played: Played) -> None:
    """Graph is asked from a whole second on."""
    played.consent.play(added=[played.came], at="2026-11-22T09:42:00.2Z")
    try:
        since = SINCE.replace(microsecond=500_000)
        assert asked.questions.trail(played.row["principalId"], since=since, cancel=NEVER).changes == ()
        assert trail(asked, played).changes
    finally:
        played.consent.play(removed=[played.came], at=AT, logged=False)


def test_an_app_that_did_it_is_named_as_one(asked: Asked, played: Played) -> None:
    changed = [
        _moved("AppRole.Id", played.row["appRoleId"], came=True),
        _moved("ServicePrincipal.ObjectID", played.row["principalId"], came=True),
    ]
    entry = played.entry("Add app role assignment to service principal", changed)
    entry["initiatedBy"] = {"user": None, "app": {"displayName": "<b>Console</b>", "servicePrincipalId": "sp-1"}}
    played.log(entry)
    (change,) = trail(asked, played).changes
    assert (change.actor.kind, change.actor.name, change.actor.object_id) == (ActorKind.APP, "<b>Console</b>", "sp-1")


def test_an_entry_that_names_nobody_names_nobody(asked: Asked, played: Played) -> None:
    changed = [_moved("AppRole.Id", played.row["appRoleId"], came=False)]
    entry = played.entry("Remove app role assignment from service principal", changed)
    entry["initiatedBy"] = {"user": None, "app": None}
    played.log(entry)
    (change,) = trail(asked, played).changes
    assert change.actor.kind is ActorKind.UNKNOWN
    # Where the properties name no app, the second target does.
    assert change.removed == (played.row["appRoleId"],)


def test_without_the_permission_the_log_is_not_asked(desk: Desk, played: Played, service: GraphService) -> None:
    service.reset()
    found = trail(Asked(desk, service, permissions=("Directory.Read.All",)), played)
    assert found.status is AuditStatus.NOT_GRANTED
    assert "AuditLog.Read.All" in found.detail
    assert "sign in again" in found.remedy
    assert not found.told
    assert service.stats()["requests"] == 0


@pytest.mark.parametrize("more", ["Directory.Read.All", "directory.readwrite.all"])
def test_with_both_permissions_the_log_is_asked(desk: Desk, played: Played, service: GraphService, more: str) -> None:
    assert trail(Asked(desk, service, permissions=("AuditLog.Read.All", more)), played).status is AuditStatus.READ


def test_a_token_that_does_not_tell_its_permissions_is_tried(desk: Desk, played: Played, service: GraphService) -> None:
    assert trail(Asked(desk, service, permissions=None), played).status is AuditStatus.READ


def test_a_refusal_says_what_the_log_needs(asked: Asked, played: Played, service: GraphService) -> None:
    service.faults(Fault(kind="403", path="auditLogs"))
    found = trail(asked, played)
    assert found.status is AuditStatus.REFUSED
    assert "403" in found.detail
    for part in ("AuditLog.Read.All", "Security Reader", "P1"):
        assert part in found.remedy


def test_a_service_that_cannot_filter_by_target_is_asked_by_activity(
    asked: Asked, played: Played, service: GraphService
) -> None:
    played.consent.play(added=[played.came], at=AT)
    try:
        service.faults(Fault(kind="400", path="targetResources"))
        found = trail(asked, played)
    finally:
        played.consent.play(removed=[played.came], at=AT, logged=False)
    assert found.last(played.permission(played.came), came=True) is not None


def test_an_outage_is_no_answer(asked: Asked, played: Played, service: GraphService) -> None:
    service.faults(Fault(kind="503", path="auditLogs"))
    found = trail(asked, played)
    assert found.status is AuditStatus.FAILED
    assert "503" in found.detail


def test_entries_over_pages_are_all_there(asked: Asked, played: Played, service: GraphService) -> None:
    changed = [
        _moved("AppRole.Id", played.row["appRoleId"], came=True),
        _moved("ServicePrincipal.ObjectID", played.row["principalId"], came=True),
    ]
    activity = "Add app role assignment to service principal"
    played.log(*(played.entry(activity, changed, at=f"2026-11-22T10:{minute:02}:00Z") for minute in range(30)))
    service.set(most_rows=7)
    found = trail(asked, played)
    assert len(found.changes) == 30
    assert [one.at for one in found.changes] == sorted(one.at for one in found.changes)


def test_in_china_there_is_no_log(desk: Desk) -> None:
    client = GraphClient(HttpsTransport(desk.session), Token(), CLOUDS["china"])
    log = AuditLog(client, permissions=ENOUGH, clock=lambda: LATER)
    found = log.of_app("99999999-0000-4000-8000-000000000099", since=SINCE, cancel=NEVER)
    assert found.status is AuditStatus.FAILED
    assert "cloud" in found.detail


def test_a_token_that_is_not_accepted_is_told(asked: Asked, played: Played, service: GraphService) -> None:
    service.set(tokens=["another"])
    for ask in (
        lambda: asked.questions.my_roles(cancel=NEVER),
        lambda: asked.questions.holders([GLOBAL], cancel=NEVER),
        lambda: trail(asked, played),
    ):
        with pytest.raises(SignInError):
            ask()
