"""Lists, pages, counts and single objects, as Microsoft's reference describes them."""

import pytest

from tests.graph_service.client import Client
from tests.graph_service.generated_apis import GRAPH
from tests.graph_service.process import GraphService


@pytest.mark.parametrize("name", ["applications", "servicePrincipals", "oauth2PermissionGrants"])
@pytest.mark.parametrize("top", [1, 7, 999])
def test_pages_make_up_the_whole_list(service: GraphService, client: Client, name: str, top: int) -> None:
    rows = client.rows(f"/{name}?$top={top}&$select=id")
    assert [row["id"] for row in rows] == [row["id"] for row in service.objects()[name]]
    assert all(set(row) == {"id"} for row in rows)


def test_the_next_link_carries_the_whole_query(client: Client, service: GraphService) -> None:
    first = client.get("/servicePrincipals?$top=3&$select=id,displayName&$count=true", eventual=True).json
    link = first["@odata.nextLink"]
    assert link.startswith(f"{service.origin}/v1.0/servicePrincipals?$top=3&$select=id,displayName&$count=true&$skipt")
    assert first["@odata.count"] == len(service.objects()["servicePrincipals"])
    second = client.get(link, eventual=True).json
    assert "@odata.count" not in second
    assert len(second["value"]) == 3
    assert set(second["value"][0]) == {"id", "displayName"}


def test_a_page_has_a_hundred_rows_unless_asked_otherwise(client: Client, service: GraphService) -> None:
    row = service.objects()["users"][0]
    grants = service.objects()["oauth2PermissionGrants"]
    service.change(["add", "oauth2PermissionGrants", grants[0] | {"id": f"more-{n}"}] for n in range(100))
    sizes = [len(page["value"]) for page in client.pages("/oauth2PermissionGrants")]
    service.change(["remove", "oauth2PermissionGrants", f"more-{n}"] for n in range(100))
    assert sizes == [100, len(grants)]
    assert row["id"]


def test_counts_need_the_consistency_level(client: Client, service: GraphService) -> None:
    refused = client.get("/applications/$count")
    assert (refused.status, refused.code) == (400, "Request_BadRequest")
    counted = client.get("/applications/$count", eventual=True)
    assert counted.headers["content-type"] == "text/plain"
    assert int(counted.body) == len(service.objects()["applications"])
    assert "@odata.count" not in client.get("/applications?$count=true").json


def test_assignments_from_both_sides_are_the_same(client: Client, service: GraphService) -> None:
    whole = {row["id"] for row in service.objects()["appRoleAssignments"]}
    assigned, held, given = [], [], []
    for row in service.objects()["servicePrincipals"]:
        assigned += client.rows(f"/servicePrincipals/{row['id']}/appRoleAssignedTo?$top=999")
        held += client.rows(f"/servicePrincipals(appId='{row['appId']}')/appRoleAssignments?$top=999")
        given += client.rows(f"/servicePrincipals/{row['id']}/oauth2PermissionGrants")
    assert {row["id"] for row in assigned} == whole
    assert {row["id"] for row in given} == {row["id"] for row in service.objects()["oauth2PermissionGrants"]}
    assert {row["id"] for row in held} == {row["id"] for row in assigned if row["principalType"] != "User"}
    assert client.get(f"/servicePrincipals(appId='{GRAPH}')/appRoleAssignedTo/$count", eventual=True).status == 200


def test_expand_stops_at_twenty_without_a_link(client: Client, service: GraphService) -> None:
    graph = f"/servicePrincipals(appId='{GRAPH}')"
    many = client.rows(f"{graph}/appRoleAssignedTo?$top=999")
    assert len(many) > 20
    shown = client.get(f"{graph}?$select=id&$expand=appRoleAssignedTo").json
    assert len(shown["appRoleAssignedTo"]) == 20
    assert not [name for name in shown if "nextLink" in name]
    roles = client.rows("/roleManagement/directory/roleAssignments?$expand=roleDefinition")
    assert all(row["roleDefinition"]["id"] == row["roleDefinitionId"] for row in roles)
    assert client.get("/servicePrincipals?$expand=appRoleAssignedTo,appRoleAssignments").status == 400
    assert client.get("/servicePrincipals?$expand=owners&$count=true", eventual=True).status == 400


def test_single_objects_and_people(client: Client, service: GraphService) -> None:
    objects = service.objects()
    assert client.get("/me?$select=id").json["id"] == objects["me"]
    assert "accountEnabled" not in client.get("/me").json
    person = objects["users"][3]
    assert client.get(f"/users/{person['id']}?$select=accountEnabled").json["accountEnabled"] is True
    assert client.get(f"/users/{person['userPrincipalName']}").json["id"] == person["id"]
    assert client.get("/users/00000000-0000-0000-0000-00000000dead").code == "Request_ResourceNotFound"
    assert client.rows("/organization")[0]["id"] == objects["organization"]["id"]
    kinds = [row["@odata.type"] for row in client.rows("/me/transitiveMemberOf")]
    assert kinds == ["#microsoft.graph.directoryRole", "#microsoft.graph.group"]
    cast = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    assert client.get(cast).status == 400
    assert len(client.rows(cast, eventual=True)) == 1
    for address in ("/applications/" + objects["applications"][0]["id"], f"/servicePrincipals(appId='{GRAPH}')"):
        assert client.get(address).json["@odata.context"].endswith("/$entity")


def test_secrets_are_never_shown_and_keys_on_request_alone(client: Client, service: GraphService) -> None:
    for row in client.rows("/applications?$select=id,passwordCredentials"):
        assert all(one["secretText"] is None and one["endDateTime"] for one in row["passwordCredentials"])
    shown = [key for row in client.rows("/applications") for key in row["keyCredentials"]]
    asked = [key for row in client.rows("/applications?$select=keyCredentials") for key in row["keyCredentials"]]
    if not asked:
        service.update("applications", service.objects()["applications"][0]["id"], keyCredentials=[{"key": "QQ=="}])
        shown = [key for row in client.rows("/applications") for key in row["keyCredentials"]]
        asked = [key for row in client.rows("/applications?$select=keyCredentials") for key in row["keyCredentials"]]
    assert {key["key"] for key in shown} == {None}
    assert all(key["key"] for key in asked)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("servicePrincipalType eq 'ManagedIdentity'", lambda row: row["servicePrincipalType"] == "ManagedIdentity"),
        (f"appId in ('{GRAPH}', 'x')", lambda row: row["appId"] == GRAPH),
        ("startswith(displayName,'micro')", lambda row: row["displayName"].lower().startswith("micro")),
        ("tags/any(t:t eq 'HideApp') and accountEnabled eq true", lambda row: "HideApp" in row["tags"]),
    ],
)
def test_filters(client: Client, service: GraphService, text: str, holds: object) -> None:
    assert callable(holds)
    rows = client.rows(f"/servicePrincipals?$filter={text}")
    expected = [row["id"] for row in service.objects()["servicePrincipals"] if holds(row) and row["accountEnabled"]]
    assert [row["id"] for row in rows if row["accountEnabled"]] == expected
    assert expected


def test_rows_that_come_and_go_move_no_page(client: Client, service: GraphService) -> None:
    before = [row["id"] for row in service.objects()["servicePrincipals"]]
    first = client.get("/servicePrincipals?$top=10&$select=id").json
    gone = service.objects()["servicePrincipals"][2]
    service.remove("servicePrincipals", gone["id"])
    rest = client.rows(first["@odata.nextLink"])
    service.add("servicePrincipals", gone)
    assert [row["id"] for row in first["value"] + rest] == before
