"""Delta queries: rounds, tokens, what went, what is shown again, and when all must be read anew."""

import pytest

from tests.graph_service.client import Client
from tests.graph_service.process import GraphService

_WEEK = 7 * 24 * 3600


@pytest.mark.parametrize("name", ["applications", "servicePrincipals", "oauth2PermissionGrants"])
def test_a_first_round_shows_every_row(client: Client, service: GraphService, name: str) -> None:
    pages = list(client.pages(f"/{name}/delta?$select=id"))
    assert [row["id"] for page in pages for row in page["value"]] == [row["id"] for row in service.objects()[name]]
    link = pages[-1]["@odata.deltaLink"]
    assert "$deltatoken=" in link
    again = client.get(link).json
    assert again["value"] == []
    assert "@odata.deltaLink" in again


def test_a_later_round_shows_what_changed(client: Client, service: GraphService) -> None:
    link = client.get("/servicePrincipals/delta?$deltatoken=latest&$select=displayName,appId").json
    assert link["value"] == []
    rows = service.objects()["servicePrincipals"]
    renamed, gone, untold = rows[0]["id"], rows[1], rows[2]["id"]
    come = rows[3] | {"id": "00000000-1111-4111-8111-000000000001", "appId": "00000000-1111-4111-8111-000000000002"}
    service.update("servicePrincipals", renamed, displayName="Another name")
    service.update("servicePrincipals", untold, tags=["own"])
    service.remove("servicePrincipals", gone["id"])
    service.add("servicePrincipals", come)
    found = {row["id"]: row for row in client.get(link["@odata.deltaLink"]).json["value"]}
    service.remove("servicePrincipals", come["id"])
    service.add("servicePrincipals", gone)
    assert set(found) == {renamed, gone["id"], come["id"]}
    assert found[renamed]["displayName"] == "Another name"
    assert found[gone["id"]] == {"id": gone["id"], "@removed": {"reason": "changed"}}
    assert found[come["id"]]["appId"] == come["appId"]


def test_grants_go_for_good(client: Client, service: GraphService) -> None:
    link = client.get("/oauth2PermissionGrants/delta?$deltaToken=latest").json["@odata.deltaLink"]
    gone = service.objects()["oauth2PermissionGrants"][0]
    service.remove("oauth2PermissionGrants", gone["id"])
    found = client.get(link).json["value"]
    service.add("oauth2PermissionGrants", gone)
    assert found == [{"id": gone["id"], "@removed": {"reason": "deleted"}}]


def test_many_changes_come_in_pages(client: Client, service: GraphService) -> None:
    link = client.get("/oauth2PermissionGrants/delta?$deltatoken=latest&$select=id").json["@odata.deltaLink"]
    row = service.objects()["oauth2PermissionGrants"][0]
    service.change(["add", "oauth2PermissionGrants", row | {"id": f"more-{n}"}] for n in range(450))
    pages = list(client.pages(link))
    service.change(["remove", "oauth2PermissionGrants", f"more-{n}"] for n in range(450))
    assert [len(page["value"]) for page in pages] == [200, 200, 50]
    assert "@odata.nextLink" in pages[0]
    assert "@odata.deltaLink" not in pages[0]
    ids = [row["id"] for page in pages for row in page["value"]]
    assert ids == [f"more-{n}" for n in range(450)]
    gone = client.rows(pages[-1]["@odata.deltaLink"])
    assert {row["id"] for row in gone} == set(ids)
    assert all("@removed" in row for row in gone)


def test_changes_may_be_shown_again(client: Client, service: GraphService) -> None:
    identity = service.objects()["applications"][0]["id"]
    service.update("applications", identity, displayName="One")
    link = client.get("/applications/delta?$deltatoken=latest").json["@odata.deltaLink"]
    assert client.get(link).json["value"] == []
    service.set(replays=5)
    assert [row["id"] for row in client.get(link).json["value"]] == [identity]


def test_tokens_live_seven_days(client: Client, service: GraphService) -> None:
    link = client.get("/applications/delta?$deltatoken=latest").json["@odata.deltaLink"]
    service.set(ahead=_WEEK - 60)
    assert client.get(link).status == 200
    service.set(ahead=_WEEK + 60)
    refused = client.get(link)
    assert (refused.status, refused.code) == (410, "syncStateNotFound")
    assert client.get(refused.headers["location"]).status == 200


def test_a_reset_asks_for_everything_again(client: Client, service: GraphService) -> None:
    link = client.get("/applications/delta?$deltatoken=latest").json["@odata.deltaLink"]
    service.forget_delta()
    refused = client.get(link)
    assert (refused.status, refused.code) == (410, "resyncRequired")
    assert refused.headers["location"] == f"{service.origin}/v1.0/applications/delta?$deltatoken="
    assert len(client.rows(refused.headers["location"])) == 10


def test_what_a_delta_query_refuses(client: Client) -> None:
    link = client.get("/applications/delta?$deltatoken=latest").json["@odata.deltaLink"]
    for address in (
        "/applications/delta?$filter=displayName eq 'a'",
        "/applications/delta?$deltatoken=nonsense",
        "/applications/delta?$select=nothing",
        "/appRoleAssignments/delta",
        link.replace("applications", "servicePrincipals"),
        link + "&$select=id",
    ):
        assert client.get(address).status == 400, address


def test_some_objects_alone_can_be_followed(client: Client, service: GraphService) -> None:
    one, other = (row["id"] for row in service.objects()["applications"][:2])
    page = client.get(f"/applications/delta?$filter=id eq '{one}'").json
    assert [row["id"] for row in page["value"]] == [one]
    service.update("applications", one, notes="a")
    service.update("applications", other, notes="a")
    assert [row["id"] for row in client.get(page["@odata.deltaLink"]).json["value"]] == [one]
