"""A scan takes what it is allowed and no more, however little that is, and goes faster again when it may."""

import time
from collections.abc import Iterator

import pytest

from permdesk.domain.ports import Progress
from permdesk.graph.gate import WIDEST
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, miscounted, unread
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
    """The tenant costs 160 units; 120 are there, and twelve come back each second."""
    tenant = objects_of(service.objects())
    service.set(quota=120)
    began = time.monotonic()
    snapshot = punctual.read()
    seconds = time.monotonic() - began
    assert unread(snapshot) == miscounted(snapshot) == []
    assert found(snapshot, tenant).differences(served(tenant)) == {}
    log = service.log()
    refused = [one for one in log if one["status"] == 429]
    # What was under way when the first was refused: none, or some batches. From then on hardly any.
    first = log.index(refused[0]) if refused else len(log)
    late = [one for one in log[first + 100 :] if one["status"] == 429]
    assert len(refused) <= 100
    assert len(late) <= 10
    assert service.stats()["early"] == 0
    assert service.stats()["requests"] <= 50
    # More than three seconds for the forty units that were not there; hardly more was waited.
    assert 2.0 < seconds < 12.0


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
