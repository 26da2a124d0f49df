"""A scan ends within a second of being cancelled, keeps what it has, and the next one goes on from there."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from permdesk.domain.ports import Progress
from permdesk.errors import Cancelled
from permdesk.history.store import HistoryStore
from permdesk.services.scan import ScanOutcome
from tests.graph_service.faults import Fault
from tests.graph_service.objects import GraphObjects
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, asked, everybody, unread
from tests.reading.served import found, objects_of, people, people_found, served

#: Seconds from a person's wish to the end of the scan.
AT_ONCE = 1.0
#: Pages that are fetched and not yet kept when a scan is cancelled: one in each lane, and what waits to be taken.
UNDER_WAY = 22


@pytest.fixture(scope="module")
def running() -> Iterator[GraphService]:
    with GraphService(size="small") as service:
        yield service


@pytest.fixture(scope="module")
def tenant(running: GraphService) -> GraphObjects:
    return objects_of(running.objects())


@pytest.fixture(scope="module")
def punctual(running: GraphService) -> Iterator[Desk]:
    """A desk for which time goes as it does."""
    desk = Desk(running, haste=1.0)
    yield desk
    desk.close()


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history.sqlite")


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - moments, not secrets


def cancelled(desk: Desk, store: HistoryStore, *, seconds: float = 60.0, rows: int = 10**9) -> float | None:
    """Cancel a scan after so many seconds, or rows that it did not find kept.

    Returns how long it took to end; None where it ended before.
    """
    cancel = threading.Event()
    moments: list[float] = []

    def pull() -> None:
        moments.append(time.monotonic())
        cancel.set()

    def note(progress: Progress) -> None:
        if progress.rows - progress.kept >= rows and not cancel.is_set():
            pull()

    timer = threading.Timer(seconds, pull)
    timer.start()
    try:
        desk.scan(store, cancel=cancel, of_interest=everybody, progress=note)
    except Cancelled:
        return time.monotonic() - moments[0]
    finally:
        timer.cancel()
        timer.join()
    return None


def check_same(outcome: ScanOutcome, tenant: GraphObjects) -> None:
    """The scan is what one is that nobody interrupted."""
    assert outcome.unkept is None
    assert unread(outcome.snapshot) == []
    assert found(outcome.snapshot, tenant).differences(served(tenant)) == {}
    assert people_found(outcome.snapshot) == people(tenant)


def test_a_cancelled_scan_keeps_what_it_has_and_the_next_goes_on(
    service: GraphService, punctual: Desk, tenant: GraphObjects, store: HistoryStore
) -> None:
    service.set(most_rows=100, latency=0.01)
    whole = punctual.scan(HistoryStore(None), of_interest=everybody)
    check_same(whole, tenant)
    all_of_it = service.log()
    again: Counter[str] = Counter()
    for _ in range(4):
        service.stats(reset=True)
        took = cancelled(punctual, store, rows=2_500)
        assert took is not None
        assert took < AT_ONCE
        assert store.records() == []
        again += asked(service.log())
    service.stats(reset=True)
    outcome = punctual.scan(store, of_interest=everybody)
    again += asked(service.log())
    check_same(outcome, tenant)
    assert outcome.resumed > 60
    assert outcome.anew == ""
    assert [record.scan_id for record in store.records()] == [outcome.snapshot.scan_id]
    assert store.load(outcome.snapshot.scan_id) == outcome.snapshot
    # What was kept is not asked for again: of all pages each came once, but for those that were on their way.
    lists = {target: times for target, times in again.items() if "skiptoken" in target or "$top=999" in target}
    assert set(lists) >= {target for target in asked(all_of_it) if "skiptoken" in target}
    assert sum(lists.values()) - len(lists) <= 4 * UNDER_WAY


@pytest.mark.parametrize("seed", range(6))
def test_it_ends_at_once_whatever_it_is_doing(
    service: GraphService, punctual: Desk, store: HistoryStore, seed: int
) -> None:
    rng = chance(seed)
    service.set(most_rows=rng.choice([50, 200, 999]), latency=rng.choice([0.0, 0.02, 0.3]))
    service.faults(Fault(kind=rng.choice(["429", "503", "reset"]), rate=0.1, seconds=0), seed=seed)
    took = cancelled(punctual, store, seconds=rng.random() * 0.8)
    assert took is None or took < AT_ONCE


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="stall", seconds=30.0),
        Fault(kind="stall-middle", seconds=30.0),
        Fault(kind="slow", seconds=30.0),
        Fault(kind="429", seconds=30.0),
        Fault(kind="503", seconds=30.0),
        Fault(kind="huge-body"),
    ],
    ids=lambda fault: fault.kind,
)
def test_it_ends_at_once_while_it_waits(
    service: GraphService, punctual: Desk, store: HistoryStore, fault: Fault
) -> None:
    fault.after = 6
    service.faults(fault)
    took = cancelled(punctual, store, seconds=0.8)
    assert took is not None
    assert took < AT_ONCE


def test_it_ends_at_once_where_the_quota_is_used_up(service: GraphService, punctual: Desk, store: HistoryStore) -> None:
    service.set(quota=20)
    took = cancelled(punctual, store, seconds=1.5)
    assert took is not None
    assert took < AT_ONCE


def test_page_tokens_that_expired_meanwhile_begin_their_list_again(
    service: GraphService, punctual: Desk, tenant: GraphObjects, store: HistoryStore
) -> None:
    service.set(most_rows=100, latency=0.01)
    assert cancelled(punctual, store, rows=3_000) is not None
    for path in ("/applications", "/servicePrincipals", "/oauth2PermissionGrants"):
        service.faults(Fault(kind="expired-page-token", path=f"^{path}\\?.*skiptoken", times=1))
    outcome = punctual.scan(store, of_interest=everybody)
    assert outcome.resumed > 0
    check_same(outcome, tenant)
    assert store.load(outcome.snapshot.scan_id) == outcome.snapshot


def test_a_network_that_goes_and_comes_back_costs_nothing_that_was_read(
    service: GraphService, desk: Desk, tenant: GraphObjects, store: HistoryStore
) -> None:
    """The scan that lost it says what it lacks; the next one is whole."""
    service.set(most_rows=100)
    service.faults(Fault(kind="reset", after=60))
    first = desk.scan(store, of_interest=everybody)
    assert unread(first.snapshot) != []
    service.faults()
    second = desk.scan(store, of_interest=everybody)
    check_same(second, tenant)


def test_progress_goes_on_from_what_is_kept(service: GraphService, punctual: Desk, store: HistoryStore) -> None:
    service.set(most_rows=100, latency=0.01)
    assert cancelled(punctual, store, rows=3_000) is not None
    steps: list[Progress] = []
    punctual.scan(store, of_interest=everybody, progress=steps.append)
    assert max(step.kept for step in steps) > 0
    rows = [step.rows for step in steps]
    assert rows == sorted(rows)
