"""A scan takes what it is allowed and no more, however little that is, and goes faster again when it may."""

import time
from collections.abc import Iterator

import pytest

from permdesk.domain.ports import Progress
from permdesk.graph.gate import WIDEST
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, everybody, miscounted, unread
from tests.reading.served import found, objects_of, served


@pytest.fixture(scope="module")
def running() -> Iterator[GraphService]:
    with GraphService(size="small") as service:
        yield service


@pytest.fixture(scope="module")
def punctual(running: GraphService) -> Iterator[Desk]:
    """A desk for which time goes as it does."""
    desk = Desk(running, haste=1.0)
    yield desk
    desk.close()


def test_a_scan_keeps_to_its_allowance(service: GraphService, punctual: Desk) -> None:
    """Each app asked by itself, the tenant costs 1,460 units; 1,000 are there, and a hundred come back each second."""
    tenant = objects_of(service.objects())
    service.set(quota=1_000)
    began = time.monotonic()
    snapshot = punctual.read(of_interest=everybody)
    seconds = time.monotonic() - began
    assert unread(snapshot) == miscounted(snapshot) == []
    assert found(snapshot, tenant).differences(served(tenant)) == {}
    stats, log = service.stats(), service.log()
    refused = [number for number, one in enumerate(log) if one["status"] == 429]
    # No more than was under way when the first was refused: some batches of twenty, on a slow machine none.
    assert len(refused) < 290
    assert not refused or refused[-1] - refused[0] < 400
    assert stats["early"] == 0
    # It takes 72 without an allowance.
    assert stats["requests"] < 100
    # What was not there at once comes back in five seconds; hardly more was waited.
    assert 3.0 < seconds < 15.0


def test_requests_go_side_by_side_again_once_they_may(service: GraphService, desk: Desk) -> None:
    service.faults(Fault(kind="429", where="get", times=12, retry_after="none"))
    service.set(most_rows=200)
    limits: list[int] = []

    def note(_progress: Progress) -> None:
        limits.append(desk.gate.limit)

    snapshot = desk.read(progress=note)
    assert unread(snapshot) == []
    assert limits[0] == WIDEST
    lowest = min(limits)
    assert lowest <= 2
    assert limits[-1] >= WIDEST // 2
