"""What goes wrong for good is said, and costs itself alone: nothing is invented, and no scan goes on for ever."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import ReadError, SignInError
from permdesk.graph.patience import LATER, TRIES
from tests.graph_service.client import Client
from tests.graph_service.faults import BODIES, STATUSES, WIRE, Fault
from tests.graph_service.objects import GraphObjects
from tests.graph_service.process import GraphService
from tests.reading.desk import Desk, entry, everybody, unread
from tests.reading.served import Found, found, objects_of, served

GRANTS = "^/oauth2PermissionGrants"
#: What says that the request is no good, and what says that it may be later.
FINAL = {
    "400": ReadStatus.FAILED,
    "403": ReadStatus.REFUSED,
    "404": ReadStatus.FAILED,
    "410": ReadStatus.FAILED,
    "501": ReadStatus.FAILED,
    "redirect": ReadStatus.FAILED,
}
#: Bodies that are JSON, and wrong; a number that is too large is no reason to give up the rows beside it.
STRANGE = {"not-object", "no-value", "deep-json"}
HARMLESS = {"huge-number"}
#: How often one and the same request is sent: again where that may help, longer where Microsoft asks to come later.
SENT = {"429": LATER, "509": LATER, **dict.fromkeys([*FINAL, *STRANGE, "huge-body", "gzip-bomb"], 1)}
#: What is cut off only when much of it came: that takes its time, and is no reason to ask again.
TAKES_LONG = {"huge-body", "gzip-bomb"}


@pytest.fixture
def tenant(service: GraphService) -> GraphObjects:
    service.set(most_rows=5)
    return objects_of(service.objects())


@pytest.fixture(scope="module")
def careful(running: GraphService) -> Iterator[Desk]:
    """A desk that waits half a second for an answer, and takes no more than four megabytes."""
    # What takes the service seconds to make is made once.
    running.faults(Fault(kind="gzip-bomb"))
    client = Client(running)
    client.get("/me")
    client.close()
    desk = Desk(running, read_timeout=0.5, largest_body=4 * 1024 * 1024)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def patient(careful: Desk) -> Iterator[Desk]:
    """A desk that takes no more either, and waits for it however busy the machine is."""
    desk = Desk(careful.service, read_timeout=60.0, largest_body=4 * 1024 * 1024)
    yield desk
    desk.close()


def check_rest(snapshot: Snapshot, tenant: GraphObjects, *lost: str) -> Found:
    """Check that everything but these lists is whole, and that these hold nothing that is not there; return all."""
    got, want = found(snapshot, tenant), served(tenant)
    for name in got.__struct_fields__:
        if name in lost:
            assert getattr(got, name) <= getattr(want, name), name
        else:
            assert getattr(got, name) == getattr(want, name), name
    return got


@pytest.mark.parametrize("kind", sorted((STATUSES | WIRE | BODIES) - HARMLESS - {"401", "401-claims"}))
def test_one_list_that_never_comes_is_failed_or_refused(
    service: GraphService, careful: Desk, patient: Desk, tenant: GraphObjects, kind: str
) -> None:
    service.faults(Fault(kind=kind, path=GRANTS, seconds=3.0, retry_after="none"))
    began = time.monotonic()
    snapshot = (patient if kind in TAKES_LONG else careful).read(of_interest=everybody)
    # Five times half a second, and what a machine that has other things to do adds.
    assert time.monotonic() - began < 12.0
    read = entry(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS)
    assert (read.status, read.rows, read.expected) == (FINAL.get(kind, ReadStatus.FAILED), 0, None)
    assert read.detail
    assert unread(snapshot) == [read]
    assert check_rest(snapshot, tenant, "grants").grants == set()
    asked = Counter(one["target"] for one in service.log() if "oauth2PermissionGrants" in one["target"])
    assert max(asked.values()) == SENT.get(kind, TRIES)


def test_numbers_without_measure_are_no_counts(service: GraphService, careful: Desk, tenant: GraphObjects) -> None:
    service.faults(Fault(kind="huge-number"))
    snapshot = careful.read(of_interest=everybody)
    assert unread(snapshot) == []
    check_rest(snapshot, tenant)


@pytest.mark.parametrize("kind", ["deep-json", "not-object", "no-value", "403", "404", "429", "500"])
def test_one_answer_of_a_batch_costs_itself_alone(
    service: GraphService, careful: Desk, tenant: GraphObjects, kind: str
) -> None:
    """Nesting without end makes a whole batch unreadable: what came with it is asked for alone."""
    principals = {row["id"]: row for row in tenant.service_principals}
    api = next(row["id"] for row in service.apis() if row["appId"] != GRAPH_APP_ID)
    service.faults(Fault(kind=kind, path=f"{api}/appRoleAssignedTo", retry_after="none"))
    snapshot = careful.read()
    app_id = principals[api]["appId"]
    read = entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, app_id)
    assert read.status is (ReadStatus.REFUSED if kind == "403" else ReadStatus.FAILED)
    assert [one for one in unread(snapshot) if one.client_object_id is None] == [read]
    check_rest(snapshot, tenant, "assignments")


@pytest.mark.parametrize("kind", ["loop", "self-link", "link", "lost-link"])
def test_links_that_lead_nowhere_leave_a_part(
    service: GraphService, careful: Desk, tenant: GraphObjects, kind: str
) -> None:
    service.faults(Fault(kind=kind, path=GRANTS, after=3, to="https://graph.microsoft.com.evil.example"))
    snapshot = careful.read()
    read = entry(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS)
    assert read.status is ReadStatus.PARTIAL
    assert unread(snapshot) == [read]
    grants = check_rest(snapshot, tenant, "grants").grants
    assert read.rows == len(grants) < len(tenant.grants) == read.expected
    assert service.stats()["requests"] < 60


def test_page_tokens_that_expire_every_time_leave_a_part(
    service: GraphService, careful: Desk, tenant: GraphObjects
) -> None:
    service.faults(Fault(kind="expired-page-token", path="^/servicePrincipals\\?", after=2))
    snapshot = careful.read()
    read = entry(snapshot, ReadName.SERVICE_PRINCIPALS)
    assert (read.status, read.expected) == (ReadStatus.PARTIAL, len(tenant.service_principals))
    assert 0 < read.rows < read.expected
    assert "went stale" in (read.detail or "")
    # Which APIs there are is told by the same list.
    assert not entry(snapshot, ReadName.APIS).complete
    assert service.stats()["requests"] < 60


def test_counts_that_lag_behind_are_read_twice_and_told(
    service: GraphService, careful: Desk, tenant: GraphObjects
) -> None:
    service.set(counts_off_by=3)
    snapshot = careful.read()
    for name, rows in (
        (ReadName.APPLICATIONS, tenant.applications),
        (ReadName.SERVICE_PRINCIPALS, tenant.service_principals),
    ):
        read = entry(snapshot, name)
        assert (read.status, read.rows, read.expected) == (ReadStatus.PARTIAL, len(rows), len(rows) + 3)
    check_rest(snapshot, tenant)


@pytest.mark.parametrize("collection", ["applications", "servicePrincipals", "oauth2PermissionGrants"])
def test_rows_that_come_and_go_between_pages_do_no_harm(
    service: GraphService, careful: Desk, tenant: GraphObjects, collection: str
) -> None:
    service.faults(Fault(kind="change-rows", path=f"^/{collection}\\?", after=1))
    snapshot = careful.read()
    service.faults()
    after = objects_of(service.objects())
    service.load(tenant)
    name = {"servicePrincipals": "principals", "oauth2PermissionGrants": "grants"}.get(collection, "registrations")
    # Names change while they are read: here it is told by ids alone who is there.
    told = [getattr(one, name) for one in (served(tenant), served(after), found(snapshot, tenant))]
    before, then, got = ({row if name == "grants" else row[0] for row in rows} for rows in told)
    assert before != then
    assert before & then <= got
    # The service gives those that come and go again meanwhile a number of their own.
    assert name == "grants" or all(one.startswith("c0ffee") for one in got - before)


@pytest.mark.parametrize("kind", ["403", "500", "html", "reset", "429"])
def test_where_nothing_can_be_read_there_is_no_scan(service: GraphService, careful: Desk, kind: str) -> None:
    service.faults(Fault(kind=kind, retry_after="none"))
    with pytest.raises(ReadError, match="Neither app registrations nor service principals"):
        careful.read()


@pytest.mark.parametrize("kind", ["401", "401-claims"])
def test_a_token_that_is_refused_for_good_is_a_matter_of_signing_in(
    service: GraphService, careful: Desk, kind: str
) -> None:
    service.faults(Fault(kind=kind, path="appRoleAssignedTo"))
    with pytest.raises(SignInError):
        careful.read()
