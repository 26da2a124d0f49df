"""The sample's service keeps the rules of the real one, so that the client cannot lean on its kindness."""

import json
from typing import Any

import pytest

from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind
from permdesk.domain.played_consent import PlayedConsent, PlayedGrant
from permdesk.domain.ports import Answer
from permdesk.errors import BugError
from permdesk.sample import sample_transport
from permdesk.sample.source import read_source
from tests.graph_service import edm
from tests.sample.larkfield import RESOURCES

ROOT = "https://graph.microsoft.com/v1.0/"
SERVICE = sample_transport(complete=False, resources=RESOURCES)
EVENTUAL = {"ConsistencyLevel": "eventual"}


def get(path: str, **headers: str) -> Answer:
    return SERVICE.send("GET", ROOT + path, headers=headers)


def content(path: str, headers: dict[str, str] | None = None) -> Any:
    answer = SERVICE.send("GET", ROOT + path, headers=headers or {})
    assert answer.status == 200
    return json.loads(answer.body)


def test_pages_are_followed_to_the_end() -> None:
    rows, address = [], ROOT + "servicePrincipals?$top=999&$select=id"
    pages = 0
    while address:
        page = json.loads(SERVICE.send("GET", address, headers={}).body)
        rows += page["value"]
        address = page.get("@odata.nextLink")
        pages += 1
    assert len({row["id"] for row in rows}) == len(rows) > 100
    assert pages > 2
    assert all(row.keys() == {"id"} for row in rows)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("applications?$top=1000", 400, "Request_UnsupportedQuery"),
        ("applications?$top=0", 400, "Request_UnsupportedQuery"),
        ("applications?$top=x", 400, "BadRequest"),
        ("applications?$skiptoken=x", 400, "BadRequest"),
        ("applications?$count=true", 400, "Request_UnsupportedQuery"),
        ("applications?$select=id,publisherName", 400, "BadRequest"),
        ("servicePrincipals?$select=requiredResourceAccess", 400, "BadRequest"),
        ("servicePrincipals/00000000-0000-0000-0000-000000000000", 404, "Request_ResourceNotFound"),
        ("users/00000000-0000-0000-0000-000000000000", 404, "Request_ResourceNotFound"),
        (f"servicePrincipals(appId='{SHAREPOINT_APP_ID}')/appRoleAssignedTo", 403, "Authorization_RequestDenied"),
        (f"servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignments", 403, "Authorization_RequestDenied"),
        (f"servicePrincipals(appId='{GRAPH_APP_ID}')/owners", 400, "BadRequest"),
        ("groups", 400, "BadRequest"),
    ],
)
def test_what_graph_refuses_is_refused(path: str, status: int, code: str) -> None:
    answer = get(path)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (status, code)


def test_a_count_comes_with_the_first_page_alone() -> None:
    first = content("servicePrincipals?$top=20&$count=true&$select=id", EVENTUAL)
    assert first["@odata.count"] > len(first["value"]) == 20
    second = json.loads(SERVICE.send("GET", first["@odata.nextLink"], headers=EVENTUAL).body)
    assert "@odata.count" not in second
    assert SERVICE.send("GET", first["@odata.nextLink"], headers={}).status == 400


def test_a_filter_by_client() -> None:
    grants = content("oauth2PermissionGrants")["value"]
    client = grants[0]["clientId"]
    found = content(f"oauth2PermissionGrants?$filter=clientId eq '{client}'")["value"]
    assert {row["clientId"] for row in found} == {client}


def test_complete_permits_what_was_refused() -> None:
    service = sample_transport(complete=True, resources=RESOURCES)
    path = f"{ROOT}servicePrincipals(appId='{SHAREPOINT_APP_ID}')"
    for side in ("appRoleAssignedTo", "appRoleAssignments"):
        assert service.send("GET", f"{path}/{side}", headers={}).status == 200
    held = json.loads(service.send("GET", f"{path}/appRoleAssignedTo", headers={}).body)["value"]
    assert held
    client = held[0]["principalId"]
    own = json.loads(service.send("GET", f"{ROOT}servicePrincipals/{client}/appRoleAssignments", headers={}).body)[
        "value"
    ]
    assert held[0] in own


def batch(*requests: dict[str, Any]) -> Answer:
    return SERVICE.send("POST", ROOT + "$batch", headers={}, body=json.dumps({"requests": requests}).encode())


def test_a_batch_answers_each_request_by_its_id() -> None:
    answers = json.loads(
        batch(
            {"id": "a", "method": "GET", "url": "/organization"},
            {"id": "b", "method": "GET", "url": "/applications?$count=true", "headers": EVENTUAL},
            {"id": "c", "method": "GET", "url": "/nothing"},
            {"id": "d", "method": "DELETE", "url": "/applications/1"},
        ).body
    )["responses"]
    assert {one["id"]: one["status"] for one in answers} == {"a": 200, "b": 200, "c": 400, "d": 405}
    assert [one["id"] for one in answers] != ["a", "b", "c", "d"]


def test_twenty_one_are_too_many() -> None:
    assert batch(*[{"id": str(n), "method": "GET", "url": "/organization"} for n in range(20)]).status == 200
    assert batch(*[{"id": str(n), "method": "GET", "url": "/organization"} for n in range(21)]).status == 400


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("POST", ROOT + "applications", 405),
        ("PATCH", ROOT + "applications/1", 405),
        ("GET", "https://graph.example.com/v1.0/applications", 404),
        ("GET", "https://graph.microsoft.com/beta/applications", 404),
    ],
)
def test_it_can_only_be_read_and_only_here(method: str, url: str, status: int) -> None:
    assert SERVICE.send(method, url, headers={}, body=b"{}").status == status


def test_sources_that_make_no_sense_are_a_bug(tmp_path: Any) -> None:
    with pytest.raises(BugError, match=r"tenant\.toml"):
        read_source(tmp_path)
    source = read_source(RESOURCES)
    with pytest.raises(BugError, match="no API Grph"):
        source.api("Grph")
    graph = source.api("Graph")
    assert graph is not None
    with pytest.raises(BugError, match=r"publishes no application permission Mail\.Raed"):
        graph.id_of(Kind.APPLICATION, "Mail.Raed")


HOLDERS = "roleManagement/directory/roleAssignments?$expand=principal&$filter=roleDefinitionId eq"


def test_holders_of_a_role_come_with_what_they_are() -> None:
    found = content(f"{HOLDERS} 'e8611ab8-c189-46e8-94e1-60213ab1f814'")["value"]
    kinds = {row["principal"]["@odata.type"] for row in found}
    assert kinds == {"#microsoft.graph.user", "#microsoft.graph.group"}
    assert all(row["principal"]["id"] == row["principalId"] for row in found)
    assert content(f"{HOLDERS} '00000000-0000-0000-0000-000000000000'")["value"] == []


def test_one_app_is_found_by_its_app_id() -> None:
    app = content("servicePrincipals?$top=1&$select=appId")["value"][0]["appId"]
    (found,) = content(f"servicePrincipals?$filter=appId eq '{app}'&$select=appId,appRoles")["value"]
    assert found["appId"] == app
    assert content("applications?$filter=appId eq '00000000-0000-0000-0000-000000000000'&$select=id")["value"] == []


def test_the_log_tells_of_a_played_consent_and_of_nothing_else() -> None:
    client = content("oauth2PermissionGrants")["value"][0]["clientId"]
    api = content(f"servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'&$select=id")["value"][0]["id"]
    grant = PlayedGrant(api, Kind.DELEGATED, "Played.Read")
    since = "activityDateTime ge 2026-11-22T09:37:00Z"
    asked = f"{ROOT}auditLogs/directoryAudits?$filter={since} and targetResources/any(t:t/id eq '{client}')"
    for logged, count in ((True, 2), (False, 0)):
        consent = PlayedConsent(client, (grant,), (), logged)
        service = sample_transport(complete=False, resources=RESOURCES, consent=consent)
        rows = json.loads(service.send("GET", asked, headers={}).body)["value"]
        assert len(rows) == count
        assert [fault for row in rows for fault in edm.faults(row, "directoryAudit")] == []
        other = asked.replace(client, "00000000-0000-0000-0000-000000000000")
        assert json.loads(service.send("GET", other, headers={}).body)["value"] == []
        late = asked.replace("09:37", "10:37")
        assert json.loads(service.send("GET", late, headers={}).body)["value"] == []
    assert get("auditLogs/directoryAudits?$filter=category eq 'x'").status == 400
