"""What Graph refuses, this service refuses, with Graph's codes."""

import json
from typing import Any

import pytest

from tests.graph_service.client import Client
from tests.graph_service.process import GraphService


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/applications?$top=1000", "Request_UnsupportedQuery"),
        ("/applications?$top=0", "Request_UnsupportedQuery"),
        ("/applications?$top=many", "BadRequest"),
        ("/applications?$select=id,publisherName", "BadRequest"),
        ("/servicePrincipals?$select=id,requiredResourceAccess", "BadRequest"),
        ("/servicePrincipals?$select=createdDateTime", "BadRequest"),
        ("/servicePrincipals?$expand=replyUrls", "BadRequest"),
        ("/servicePrincipals?$filter=displayName ne 'a'", "Request_UnsupportedQuery"),
        ("/servicePrincipals?$filter=not(displayName eq 'a')", "Request_UnsupportedQuery"),
        ("/servicePrincipals?$filter=loginUrl eq 'a'", "Request_UnsupportedQuery"),
        ("/servicePrincipals?$filter=nothing eq 'a'", "BadRequest"),
        ("/servicePrincipals?$filter=displayName eq", "BadRequest"),
        ("/servicePrincipals?$filter=displayName eq 'a", "BadRequest"),
        ("/oauth2PermissionGrants?$filter=scope eq 'a'", "Request_UnsupportedQuery"),
        ("/oauth2PermissionGrants?$filter=startswith(clientId,'a')", "Request_UnsupportedQuery"),
        ("/applications?$skip=10", "Request_BadRequest"),
        ('/applications?$search="displayName:a"', "Request_UnsupportedQuery"),
        ("/applications?$orderby=displayName", "Request_UnsupportedQuery"),
        ("/applications?$top=5&$top=6", "BadRequest"),
        ("/applications?$nothing=1", "BadRequest"),
        ("/applications?$skiptoken=abc", "Request_BadRequest"),
        ("/applications/delta?$top=5", "Request_BadRequest"),
        ("/nothing", "BadRequest"),
        ("/servicePrincipals/00000000-0000-0000-0000-00000000dead", "Request_ResourceNotFound"),
    ],
)
def test_requests_that_graph_refuses(client: Client, address: str, code: str) -> None:
    refused = client.get(address)
    assert refused.status == (404 if code.endswith("NotFound") else 400)
    assert refused.code == code
    inner = refused.json["error"]["innerError"]
    assert set(inner) == {"date", "request-id", "client-request-id"}


def test_advanced_filters_are_answered_with_both_parameters(client: Client) -> None:
    address = "/servicePrincipals?$filter=displayName ne 'Microsoft Graph'"
    assert client.get(address, eventual=True).status == 400
    assert client.get(address + "&$count=true").status == 400
    rows = client.get(address + "&$count=true", eventual=True).json
    assert rows["@odata.count"] == len(rows["value"]) == 39


def test_a_page_token_is_good_for_its_own_query_alone(client: Client) -> None:
    link = client.get("/applications?$top=2&$select=id").json["@odata.nextLink"]
    assert client.get(link.replace("$select=id", "$select=appId")).status == 400
    assert client.get(link).status == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_no_method_but_get(client: Client, service: GraphService, method: str) -> None:
    assert client.ask(method, "/applications").status == 405
    assert service.stats()["violations"] == 1


def test_who_may_ask(service: GraphService) -> None:
    for token, said in (("", "Access token is empty."), ("another", "Lifetime validation failed")):
        client = Client(service, token=token)
        refused = client.get("/applications")
        client.close()
        assert (refused.status, refused.code) == (401, "InvalidAuthenticationToken")
        assert said in refused.json["error"]["message"]
        assert refused.headers["www-authenticate"].startswith("Bearer ")


def test_another_version_is_no_version(client: Client, service: GraphService) -> None:
    assert client.get(f"{service.origin}/beta/applications").status == 400


def test_a_tenant_without_counts(client: Client, service: GraphService) -> None:
    service.set(no_counts=True)
    assert client.get("/applications/$count", eventual=True).code == "Request_UnsupportedQuery"
    assert client.get("/applications?$count=true", eventual=True).status == 400
    assert client.get("/applications").status == 200


# Batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_holds_twenty(client: Client, service: GraphService) -> None:
    one: dict[str, Any] = {"method": "GET", "url": "/organization"}
    assert client.batch([one | {"id": str(n)} for n in range(20)]).status == 200
    refused = client.batch([one | {"id": str(n)} for n in range(21)])
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert service.stats()["inner"] == 20


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"id": "a", "method": "GET", "url": "/me"}, {"id": "A", "method": "GET", "url": "/me"}],
        [{"id": 1, "method": "GET", "url": "/me"}],
        [{"id": "1", "url": "/me"}],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "https://localhost/v1.0/me"}],
        [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}],
        [{"id": "1", "method": "GET", "url": "/me", "headers": {"a": 1}}],
        [{"id": "1", "method": "POST", "url": "/me", "body": {}}],
        [1],
    ],
)
def test_a_malformed_batch_fails_as_a_whole(client: Client, requests: list[Any]) -> None:
    assert client.batch(requests).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"requests": 1}', b"[" * 100_000])
def test_a_batch_that_is_no_batch(client: Client, body: bytes) -> None:
    assert client.ask("POST", "/$batch", body, Content_Type="application/json").status == 400


def test_a_batch_needs_its_content_type(client: Client) -> None:
    body = json.dumps({"requests": [{"id": "1", "method": "GET", "url": "/me"}]}).encode()
    assert client.ask("POST", "/$batch", body, Content_Type="text/plain").status == 400
    assert client.ask("GET", "/$batch").status == 405


def test_requests_of_a_batch_stand_for_themselves(client: Client, service: GraphService) -> None:
    urls = ("/applications?$top=2", "applications/$count", "/nothing", "/applications?$top=1000", "/v1.0/me")
    answers = client.batched(*urls)
    assert [answers[url]["status"] for url in urls] == [200, 400, 400, 400, 400]
    assert answers["/applications?$top=2"]["body"]["@odata.nextLink"].startswith(service.origin)
    counted = client.batch(
        [{"id": "1", "method": "GET", "url": "/applications/$count", "headers": {"ConsistencyLevel": "eventual"}}]
    )
    assert counted.json["responses"][0]["body"] == 10
    changing = client.batch([{"id": "1", "method": "DELETE", "url": "/applications/1"}])
    assert changing.json["responses"][0]["status"] == 405
    assert service.stats()["violations"] == 1


def test_what_depends_on_a_failure_fails(client: Client) -> None:
    requests: list[dict[str, Any]] = [
        {"id": "1", "method": "GET", "url": "/nothing"},
        {"id": "2", "method": "GET", "url": "/me", "dependsOn": ["1"]},
        {"id": "3", "method": "GET", "url": "/me"},
        {"id": "4", "method": "GET", "url": "/me", "dependsOn": ["3"]},
    ]
    statuses = {one["id"]: one["status"] for one in client.batch(requests).json["responses"]}
    assert statuses == {"1": 400, "2": 424, "3": 200, "4": 200}


def test_answers_come_in_any_order(client: Client, service: GraphService) -> None:
    requests = [{"id": str(n), "method": "GET", "url": "/me?$select=id"} for n in range(20)]
    orders = {tuple(one["id"] for one in client.batch(requests).json["responses"]) for _ in range(3)}
    assert len(orders) == 3
    service.set(shuffle=False)
    assert [one["id"] for one in client.batch(requests).json["responses"]] == [str(n) for n in range(20)]
