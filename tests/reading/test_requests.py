"""Which requests a scan makes: as few as can be, none that Graph refuses, none that could change anything."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from permdesk.domain.snapshot import Snapshot
from tests.graph_service.faults import CLAIMS, Fault
from tests.graph_service.objects import GraphObjects
from tests.graph_service.process import GraphService
from tests.graph_service.service import TOKEN
from tests.reading.desk import Desk, Token, answered, asked, everybody, unread
from tests.reading.served import found, objects_of, served

NEXT = "the-next-token"


@pytest.fixture(scope="module")
def running() -> Iterator[GraphService]:
    with GraphService(size="small") as service:
        yield service


@pytest.fixture(scope="module")
def tenant(running: GraphService) -> GraphObjects:
    return objects_of(running.objects())


def check_whole(snapshot: Snapshot, tenant: GraphObjects) -> None:
    assert unread(snapshot) == []
    assert found(snapshot, tenant).differences(served(tenant)) == {}


def batches(log: list[dict[str, Any]]) -> list[int]:
    """Return how many requests each batch had; the log tells them before the batch itself."""
    sizes, inside = [], 0
    for one in log:
        if one["inner"]:
            inside += 1
        elif "$batch" in one["target"]:
            sizes.append(inside)
            inside = 0
    return sizes


def pages(rows: int) -> int:
    return max(1, math.ceil(rows / 999))


def fewest(tenant: GraphObjects, snapshot: Snapshot, apis: int) -> int:
    """Return how many requests it takes: a page each, first pages of small lists and single objects twenty together."""
    held = Counter(row["resourceId"] for row in tenant.assignments)
    lists = sum(pages(len(rows)) for rows in (tenant.applications, tenant.service_principals, tenant.grants))
    packed = apis + len(snapshot.apis) + len(snapshot.users) + len(("organization", "roleAssignments"))
    return lists + sum(pages(rows) - 1 for rows in held.values()) + math.ceil(packed / 20)


def test_hardly_more_requests_than_it_takes(service: GraphService, desk: Desk, tenant: GraphObjects) -> None:
    snapshot = desk.read()
    check_whole(snapshot, tenant)
    least = fewest(tenant, snapshot, len(service.apis()))
    made = service.stats()["requests"]
    assert made <= 30
    assert made <= 1.15 * least


def test_nothing_is_asked_for_twice(service: GraphService, desk: Desk) -> None:
    desk.read(of_interest=everybody)
    assert [target for target, times in asked(service.log()).items() if times > 1] == []


def test_every_request_is_one_that_graph_takes(service: GraphService, desk: Desk, tenant: GraphObjects) -> None:
    """The service refuses what Graph refuses: unknown fields, pages too large, batches too long, other methods."""
    check_whole(desk.read(of_interest=everybody), tenant)
    log = service.log()
    assert service.stats()["violations"] == 0
    # One in a hundred who consented is gone.
    assert {one["status"] for one in log if "/users/" not in one["target"]} == {200}
    assert {one["status"] for one in log} == {200, 404}
    assert {(one["method"], "$batch" in one["target"]) for one in log} == {("GET", False), ("POST", True)}
    assert max(batches(log)) == 20
    lists = [one["target"] for one in log if "$top=" in one["target"]]
    assert {target.partition("$top=")[2].partition("&")[0] for target in lists} <= {"999", "1"}
    for one in log:
        # What is expanded is cut at twenty; the role that an assignment names is one.
        assert "expand" not in one["target"].lower() or "roleAssignments?$expand=roleDefinition" in one["target"]


def test_a_token_that_runs_out_is_renewed_once(service: GraphService, desk: Desk, tenant: GraphObjects) -> None:
    """All that is under way is refused at once."""
    service.set(tokens=[NEXT], latency=0.02)
    tokens = Token(NEXT, "not-good")
    check_whole(desk.read(tokens=tokens), tenant)
    assert tokens.demanded == [None]
    refused = [one for one in service.log() if one["status"] == 401]
    assert 1 < len(refused) <= 16


@pytest.mark.parametrize("where", ["get", "batch", "inner"])
def test_claims_that_are_demanded_are_handed_on(
    service: GraphService, desk: Desk, tenant: GraphObjects, where: str
) -> None:
    service.set(tokens=[TOKEN, NEXT])
    service.faults(Fault(kind="401-claims", where=where, after=1, times=1))
    tokens = Token(NEXT)
    check_whole(desk.read(tokens=tokens), tenant)
    (demanded,) = tokens.demanded
    assert json.loads(demanded or "") == {"access_token": {"nbf": {"essential": True, "value": "1795341600"}}}
    assert CLAIMS not in (demanded or "")


@pytest.mark.parametrize("kind", ["429", "503", "500"])
def test_of_a_batch_only_what_failed_is_sent_again(
    service: GraphService, desk: Desk, tenant: GraphObjects, kind: str
) -> None:
    service.faults(Fault(kind=kind, where="inner", rate=0.3, each=1, retry_after="none"), seed=5)
    check_whole(desk.read(), tenant)
    log = [one for one in service.log() if one["inner"]]
    failed = Counter(one["target"] for one in log if one["status"] != 200)
    assert len(failed) > 20
    assert all(times == 1 for times in answered(log).values())
    assert asked(log) == answered(log) + failed


@pytest.mark.parametrize("told", ["seconds", "date"])
def test_nobody_comes_back_before_the_time(service: GraphService, tenant: GraphObjects, told: str) -> None:
    service.faults(
        Fault(kind="429", where="get", times=1, seconds=1, retry_after=told),
        Fault(kind="503", where="batch", times=1, seconds=1, retry_after=told),
        Fault(kind="429", where="inner", rate=0.2, each=1, seconds=1, retry_after=told),
    )
    punctual = Desk(service, haste=1.0)
    snapshot = punctual.read()
    punctual.close()
    check_whole(snapshot, tenant)
    stats = service.stats()
    assert stats["faults"]["503"] == 1
    assert stats["faults"]["429"] > 10
    assert stats["early"] == 0
