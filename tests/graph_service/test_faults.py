"""Every fault shows as it is named, where it is asked for, as often as it is asked for."""

import gzip
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime

import pytest

from tests.graph_service.client import Client
from tests.graph_service.faults import KINDS, STATUSES, Fault
from tests.graph_service.generated_apis import GRAPH
from tests.graph_service.process import GraphService
from tests.graph_service.spoiling import HUGE

_ASSIGNED = f"/servicePrincipals(appId='{GRAPH}')/appRoleAssignedTo"


@pytest.mark.parametrize("kind", sorted(STATUSES - {"redirect"}))
def test_statuses(client: Client, service: GraphService, kind: str) -> None:
    service.faults(Fault(kind=kind, times=1))
    failed = client.get("/applications")
    assert failed.status == int(kind[:3])
    assert failed.code
    assert client.get("/applications").status == 200
    assert service.stats()["faults"] == {kind: 1}


def test_retry_after_is_told_in_every_way(client: Client, service: GraphService) -> None:
    service.faults(
        Fault(kind="429", path="applications", seconds=7),
        Fault(kind="503", path="me", retry_after="date", seconds=20),
        Fault(kind="429", path="organization", retry_after="none"),
    )
    assert client.get("/applications").headers["retry-after"] == "7"
    date = parsedate_to_datetime(client.get("/me").headers["retry-after"])
    assert 15 < date.timestamp() - time.time() <= 22
    assert "retry-after" not in client.get("/organization").headers


def test_who_does_not_wait_is_noticed(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="429", seconds=1, each=1))
    assert client.get("/applications").status == 429
    assert client.get("/applications").status == 200
    assert service.stats()["early"] == 1
    assert client.get("/me").status == 429
    time.sleep(1)
    assert client.get("/me").status == 200
    assert service.stats()["early"] == 1


def test_requests_of_a_batch_fail_for_themselves(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="429", where="inner", path="applications", seconds=3))
    answers = client.batched("/applications", "/me")
    assert answers["/applications"]["status"] == 429
    assert answers["/applications"]["headers"]["Retry-After"] == "3"
    assert answers["/applications"]["body"]["error"]["code"] == "TooManyRequests"
    assert answers["/me"]["status"] == 200
    service.faults(Fault(kind="503", where="batch"))
    assert client.batch([{"id": "1", "method": "GET", "url": "/me"}]).status == 503


def test_a_challenge_carries_claims(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="401-claims", times=1))
    challenge = client.get("/me").headers["www-authenticate"]
    assert 'error="insufficient_claims"' in challenge
    assert 'claims="' in challenge


def test_tokens_are_changed(client: Client, service: GraphService) -> None:
    service.set(tokens=["renewed"])
    assert client.get("/me").status == 401
    client.token = "renewed"
    assert client.get("/me").status == 200


@pytest.mark.parametrize("kind", ["reset", "close", "reset-middle", "truncate", "chunk-cut"])
def test_connections_break(client: Client, service: GraphService, kind: str) -> None:
    service.faults(Fault(kind=kind, times=1))
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        client.get("/servicePrincipals")
    assert client.get("/servicePrincipals").status == 200


@pytest.mark.parametrize("kind", ["stall", "stall-middle"])
def test_connections_rest(service: GraphService, kind: str) -> None:
    service.faults(Fault(kind=kind, seconds=30))
    client = Client(service, timeout=0.4)
    with pytest.raises(TimeoutError):
        client.get("/applications")
    client.close()


def test_answers_are_slow(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="slow", seconds=0.3, times=1))
    service.set(latency=0.1)
    start = time.monotonic()
    assert client.get("/me").status == 200
    assert time.monotonic() - start >= 0.4


@pytest.mark.parametrize("kind", ["short-json", "empty-body", "html", "bad-utf8"])
def test_bodies_that_are_no_json(client: Client, service: GraphService, kind: str) -> None:
    service.faults(Fault(kind=kind))
    answer = client.get("/applications")
    assert answer.status == 200
    with pytest.raises(ValueError):
        json.loads(answer.body)
    assert (kind == "html") == answer.headers["content-type"].startswith("text/html")


def test_bodies_that_are_strange_json(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="deep-json", path="applications"), Fault(kind="huge-number", path="me"))
    assert client.get("/applications").body.count(b"[") > 50_000
    assert b"99999999" in client.get("/me").body
    service.faults(Fault(kind="no-value", path="applications"), Fault(kind="not-object", path="me"))
    assert "value" not in client.get("/applications").json
    assert client.get("/me").json == [1, 2, 3]


def test_huge_bodies_come_as_long_as_they_are_taken(service: GraphService) -> None:
    service.faults(Fault(kind="huge-body", times=1), Fault(kind="gzip-bomb"))
    client = Client(service)
    with closing(client._connection):
        client._connection.request("GET", "/v1.0/me", headers={"Authorization": f"Bearer {service.token}"})
        with client._connection.getresponse() as response:
            assert int(response.headers["Content-Length"]) > HUGE
            assert len(response.read(3_000_000)) == 3_000_000
    assert service.stats()["bytes"] < 60_000_000
    bomb = client.get("/me")
    client.close()
    assert len(bomb.body) < 3_000_000
    assert len(gzip.decompress(bomb.body)) > HUGE


def test_empty_pages_go_on(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="empty-page", path="applications"))
    sizes = [len(page["value"]) for page in client.pages("/applications?$top=4&$select=id")]
    assert sizes == [0, 4, 0, 4, 0, 2]


def test_rows_come_twice(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="duplicate-rows", path="applications"))
    ids = [row["id"] for row in client.rows("/applications?$top=4&$select=id")]
    assert len(ids) > len(set(ids)) == 10


@pytest.mark.parametrize("kind", ["loop", "self-link"])
def test_links_go_in_circles(client: Client, service: GraphService, kind: str) -> None:
    service.faults(Fault(kind=kind, path="applications"))
    pages: Iterator[object] = client.pages("/applications?$top=4&$select=id")
    first = next(pages)
    assert next(pages) == first == next(pages)


def test_links_are_lost_and_lead_elsewhere(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="lost-link", path="applications"))
    assert len(client.rows("/applications?$top=4")) == 4
    port = service.port
    for origin in (
        "https://graph.larkfield.example",
        f"https://localhost:{port + 1}",
        f"http://localhost:{port}",
        f"https://localhost.larkfield.example:{port}",
        f"https://localhost:{port}@graph.larkfield.example",
        f"https://reader@localhost:{port}",
    ):
        service.faults(Fault(kind="link", path="applications", to=origin), Fault(kind="redirect", path="me", to=origin))
        assert client.get("/applications?$top=4").json["@odata.nextLink"].startswith(origin + "/v1.0/applications?")
        sent = client.get("/me")
        assert (sent.status, sent.headers["location"]) == (302, origin + "/v1.0/me")
        link = client.batched("/applications?$top=4")["/applications?$top=4"]["body"]["@odata.nextLink"]
        assert link.startswith(origin)


def test_page_tokens_expire(client: Client, service: GraphService) -> None:
    first = client.get("/applications?$top=4").json["@odata.nextLink"]
    service.faults(Fault(kind="expired-page-token", path="skiptoken", times=1))
    refused = client.get(first)
    assert (refused.status, refused.code) == (400, "Directory_ExpiredPageToken")
    assert client.get(first).status == 400
    assert len(client.rows("/applications?$top=4")) == 10


def test_rows_change_while_they_are_read(client: Client, service: GraphService) -> None:
    before = service.objects()
    service.faults(Fault(kind="change-rows", path="servicePrincipals.*skiptoken", times=2))
    ids = [row["id"] for row in client.rows("/servicePrincipals?$top=9&$select=id")]
    after = {row["id"] for row in service.objects()["servicePrincipals"]}
    stayed = after & {row["id"] for row in before["servicePrincipals"]}
    assert len(stayed) == 38
    assert stayed <= set(ids)
    assert len(ids) == len(set(ids))


def test_rates_are_kept_and_do_not_depend_on_the_order(client: Client, service: GraphService) -> None:
    addresses = [f"/users/{row['id']}?n={n}" for row in service.objects()["users"][:10] for n in range(20)]

    def failed(asked: list[str], seed: int) -> set[str]:
        service.faults(Fault(kind="500", rate=0.2), seed=seed)
        return {address for address in asked if client.get(address).status == 500}

    first = failed(addresses, 1)
    assert 20 <= len(first) <= 60
    assert failed(addresses[::-1], 1) == first
    assert failed(addresses, 2) != first


def test_faults_begin_after_some_and_hit_each_once(client: Client, service: GraphService) -> None:
    service.faults(Fault(kind="403", path="^/applications", after=2))
    assert [client.get("/applications").status for _ in range(4)] == [200, 200, 403, 403]
    service.faults(Fault(kind="500", each=1))
    assert [client.get(a).status for a in ("/me", "/me", "/organization", "/organization")] == [500, 200, 500, 200]


def test_faults_that_do_not_exist_are_refused() -> None:
    for kind, where in (("418", ""), ("429", "everywhere")):
        with pytest.raises(ValueError, match="no such fault"):
            Fault(kind=kind, where=where)
    assert len(KINDS) > 30


# Limits and other behaviour ---------------------------------------------------------------------------------------


def test_resource_units_run_out(client: Client, service: GraphService) -> None:
    service.set(quota=20)
    answers = [client.get("/applications?$select=id") for _ in range(25)]
    assert [answer.status for answer in answers[:20]] == [200] * 20
    assert answers[0].headers["x-ms-resource-unit"] == "1"
    assert not any("x-ms-throttle-limit-percentage" in answer.headers for answer in answers[:12])
    assert 0.8 < float(answers[18].headers["x-ms-throttle-limit-percentage"]) <= 1.8
    last = answers[-1]
    assert last.status == 429
    assert last.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert last.headers["x-ms-throttle-scope"].startswith("Tenant_Application/ReadWrite/")
    assert int(last.headers["retry-after"]) >= 1
    inner = client.batched("/me")["/me"]
    assert inner["status"] == 429
    assert inner["headers"]["Retry-After"]


@pytest.mark.parametrize(
    ("address", "units"),
    [
        ("/applications", 2),
        ("/applications?$select=id", 1),
        ("/applications?$top=5", 1),
        ("/oauth2PermissionGrants", 2),
        ("/servicePrincipals?$expand=owners", 2),
        ("/servicePrincipals", 1),
        (_ASSIGNED, 1),
        (_ASSIGNED.replace("AssignedTo", "Assignments"), 2),
        ("/me/transitiveMemberOf", 2),
        ("/organization", 1),
    ],
)
def test_what_requests_cost(client: Client, address: str, units: int) -> None:
    assert client.get(address).headers["x-ms-resource-unit"] == str(units)


def test_keys_are_dear(client: Client, service: GraphService) -> None:
    service.set(limit_keys=True)
    statuses = [client.get("/applications?$top=1&$select=keyCredentials").status for _ in range(152)]
    assert statuses == [200] * 150 + [429] * 2
    assert client.get("/applications?$top=1&$select=id").status == 200


def test_rows_are_lost_at_small_pages(client: Client, service: GraphService) -> None:
    grants = len(client.rows("/oauth2PermissionGrants?$top=999"))
    held = len(client.rows(_ASSIGNED + "?$top=999"))
    service.set(lose_rows=True)
    assert len(client.rows("/oauth2PermissionGrants?$top=10")) < grants
    assert len(client.rows(_ASSIGNED)) < held
    assert len(client.rows("/oauth2PermissionGrants?$top=999")) == grants
    assert len(client.rows(_ASSIGNED + "?$top=999")) == held
    assert int(client.get("/oauth2PermissionGrants/$count", eventual=True).body) == grants
    service.set(lose_rows=False, grants_need_eventual=True)
    assert len(client.rows("/oauth2PermissionGrants?$top=999")) < grants
    assert len(client.rows("/oauth2PermissionGrants?$top=999&$count=true", eventual=True)) == grants


def test_counts_lag_behind(client: Client, service: GraphService) -> None:
    service.set(counts_off_by=3)
    assert int(client.get("/applications/$count", eventual=True).body) == 13
    assert client.get("/applications?$count=true", eventual=True).json["@odata.count"] == 13


def test_bodies_are_compressed_and_chunked(client: Client, service: GraphService) -> None:
    plain = client.get("/applications").body
    service.set(gzip=True, chunked=True)
    answer = client.get("/applications", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["transfer-encoding"] == "chunked"
    assert gzip.decompress(answer.body) == plain
    assert "content-encoding" not in client.get("/applications").headers
