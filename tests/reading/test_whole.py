"""What is read is what is served, whatever the tenant is and whatever goes wrong on the way, as long as it ends."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore
from tests.graph_service.faults import Fault
from tests.graph_service.objects import GraphObjects
from tests.graph_service.process import GraphService
from tests.graph_service.random_tenants import tenants
from tests.reading.desk import Desk, Token, everybody, miscounted, unread
from tests.reading.mixes import ending_faults
from tests.reading.served import apis_found, apis_in_use, found, people, people_found, served

TOKENS = ["token-of-larkfield", "the-next-token"]
#: The service is one for all examples; each begins by setting it as at the start.
ONE_SERVICE = [HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def hasty(running: GraphService) -> Iterator[Desk]:
    """A desk that waits less than a second for an answer."""
    desk = Desk(running, read_timeout=0.8)
    yield desk
    desk.close()


def check_whole(snapshot: Snapshot, tenant: GraphObjects) -> None:
    """Everything was read, and nothing else; it is said so, and counted."""
    assert unread(snapshot) == []
    assert miscounted(snapshot) == []
    assert found(snapshot, tenant).differences(served(tenant)) == {}
    assert people_found(snapshot) == people(tenant)
    assert apis_found(snapshot) == apis_in_use(tenant, [GRAPH_APP_ID])


@settings(max_examples=30, suppress_health_check=ONE_SERVICE)
@given(
    tenant=tenants(),
    rows=st.sampled_from([1, 2, 5, 999]),
    gzip=st.booleans(),
    chunked=st.booleans(),
    no_counts=st.booleans(),
)
def test_what_is_read_is_what_is_served(
    running: GraphService, sitting: Desk, tenant: GraphObjects, rows: int, gzip: bool, chunked: bool, no_counts: bool
) -> None:
    running.reset()
    running.load(tenant)
    running.set(most_rows=rows, gzip=gzip, chunked=chunked, no_counts=no_counts)
    snapshot = sitting.read(of_interest=everybody)
    check_whole(snapshot, tenant)
    assert {read.read for read in snapshot.reads if read.expected is not None} - {"users"} == (
        set() if no_counts else {"applications", "servicePrincipals", "apis", "oauth2PermissionGrants"}
    )
    assert sitting.waited == 0
    assert running.stats()["violations"] == 0


@settings(max_examples=60, suppress_health_check=ONE_SERVICE)
@given(
    tenant=tenants(most=8),
    rows=st.sampled_from([1, 2, 5, 999]),
    faults=ending_faults(),
    seed=st.integers(0, 1000),
)
def test_what_is_read_is_what_is_served_with_any_mix_of_faults_that_ends(
    running: GraphService, hasty: Desk, tenant: GraphObjects, rows: int, faults: list[Fault], seed: int
) -> None:
    running.reset()
    running.load(tenant)
    running.set(most_rows=rows, tokens=TOKENS)
    running.faults(*faults, seed=seed)
    store = HistoryStore(None)
    outcome = hasty.scan(store, of_interest=everybody, tokens=Token(TOKENS[1]))
    check_whole(outcome.snapshot, tenant)
    # Pages that were given up or came twice are not kept: the history finds the same, or refuses to keep it.
    assert outcome.unkept is None
    assert store.load(outcome.snapshot.scan_id) == outcome.snapshot
    assert running.stats()["violations"] == 0
