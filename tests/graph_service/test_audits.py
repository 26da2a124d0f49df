"""The directory audit log and holders of roles, as Microsoft's reference describes them."""

import pytest

from tests.graph_service import edm
from tests.graph_service.client import Client
from tests.graph_service.consenting import Consent, Grant
from tests.graph_service.process import GraphService

AT = "2026-11-22T10:28:01.4417122Z"
LOG = "/auditLogs/directoryAudits"


@pytest.fixture
def client_id(service: GraphService) -> str:
    """An app, to which somebody has just consented; what was logged for it goes again."""
    told = service.objects()
    service.change([["remove", "directoryAudits", row["id"]] for row in told["directoryAudits"]])
    held = next(row for row in told["appRoleAssignments"] if row["principalType"] == "ServicePrincipal")
    grant = Grant(held["resourceId"], scope="Played.Read")
    Consent(service, held["principalId"], by=told["users"][1]).play(added=[grant], at=AT)
    identity: str = held["principalId"]
    return identity


def test_entries_keep_to_the_metadata(client: Client, client_id: str) -> None:
    rows = client.rows(LOG)
    assert [row["activityDisplayName"] for row in rows] == ["Add delegated permission grant", "Consent to application"]
    assert [fault for row in rows for fault in edm.faults(row, "directoryAudit")] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("activityDateTime ge 2026-11-22T10:28:01Z", 2),
        ("activityDateTime ge 2026-11-22T10:28:02Z", 0),
        ("activityDisplayName eq 'Consent to application'", 1),
        ("startswith(activityDisplayName,'Add')", 1),
        ("targetResources/any(t:t/id eq '{client}')", 2),
        ("targetResources/any(t:t/id eq 'nobody')", 0),
        ("activityDateTime ge 2026-11-22T10:00:00Z and targetResources/any(t:t/id eq '{client}')", 2),
        ("initiatedBy/user/userPrincipalName eq 'user1@larkfield.example'", 2),
        ("initiatedBy/user/id eq 'x'", 0),
    ],
)
def test_filters_of_the_log(client: Client, client_id: str, text: str, count: int) -> None:
    assert len(client.rows(f"{LOG}?$filter={text.replace('{client}', client_id)}&$top=1")) == count


@pytest.mark.parametrize(
    "option",
    [
        "$filter=category eq 'ApplicationManagement'",
        "$filter=activityDateTime gt 2026-11-22T10:28:01Z",
        "$filter=targetResources/any(t:t/type eq 'ServicePrincipal')",
        "$filter=startswith(initiatedBy/app/displayName,'x')",
        "$select=id",
        "$count=true",
        "$expand=targetResources",
    ],
)
def test_what_the_reference_does_not_offer_is_refused(client: Client, option: str) -> None:
    assert client.get(f"{LOG}?{option}").status == 400


def test_holders_of_a_role_are_people_groups_and_apps(service: GraphService, client: Client) -> None:
    role = "62e90394-69f5-4237-9190-012177145e10"
    told = service.objects()
    group = {"id": "99999999-0000-4000-8000-000000000001", "displayName": "Identity team", "securityEnabled": True}
    wanted = {
        told["users"][0]["id"]: "#microsoft.graph.user",
        told["servicePrincipals"][0]["id"]: "#microsoft.graph.servicePrincipal",
        group["id"]: "#microsoft.graph.group",
    }
    rows = [
        {"id": f"holder-{number}", "directoryScopeId": "/", "principalId": one, "roleDefinitionId": role}
        for number, one in enumerate(wanted)
    ]
    service.change([["add", "groups", group], *(["add", "roleAssignments", row] for row in rows)])
    address = f"/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '{role}'&$expand=principal"
    found = {row["principalId"]: row["principal"]["@odata.type"] for row in client.rows(address)}
    service.change([["remove", "groups", group["id"]], *(["remove", "roleAssignments", row["id"]] for row in rows)])
    assert wanted.items() <= found.items()


def test_other_roles_can_become_active(service: GraphService, client: Client) -> None:
    before = service.objects()["memberships"]
    role = {
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": "99999999-0000-4000-8000-000000000002",
        "displayName": "Privileged Role Administrator",
        "roleTemplateId": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    }
    service.memberships([role])
    address = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    assert [row["roleTemplateId"] for row in client.rows(address, eventual=True)] == [role["roleTemplateId"]]
    service.memberships(before)
