"""While a tenant is read it is told how far that came, and a cancel is heard."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.coverage import ReadName
from permdesk.domain.ports import Answer, Progress, Waiting
from permdesk.errors import Cancelled
from tests.graph.doubles import Request, Scripted, error
from tests.graph.reading import random_tenant, read


def test_progress_grows_and_names_what_is_read() -> None:
    service, _ = random_tenant()
    steps: list[Progress] = []
    snapshot = read(service, progress=steps.append)
    labels = list(dict.fromkeys(step.current for step in steps))
    assert {"App registrations", "Service principals", "Delegated grants"} <= set(labels)
    assert "Role assignments, API" in labels
    finished = [len(step.finished) for step in steps]
    assert finished == sorted(finished)
    assert {r.read for r in steps[-1].finished} <= {r.read for r in snapshot.reads}
    rows = [step.rows for step in steps]
    assert rows == sorted(rows)
    last = steps[-1]
    assert last.over
    assert last.expected == last.rows == sum(step.rows for step in last.steps)
    of = {step.read: step for step in last.steps}
    assert all(step.over and step.ended == step.lists for step in last.steps)
    assert of[ReadName.SERVICE_PRINCIPALS].rows == len(snapshot.service_principals)
    held = [read for read in snapshot.reads if read.read is ReadName.APP_ROLE_ASSIGNMENTS]
    assert of[ReadName.APP_ROLE_ASSIGNMENTS].lists == len(held)
    assert of[ReadName.APP_ROLE_ASSIGNMENTS].rows == sum(read.rows for read in held)
    assert of[ReadName.DEFINITIONS].rows == len(snapshot.apis)
    assert of[ReadName.OAUTH2_PERMISSION_GRANTS].rows == len(snapshot.delegated_grants)
    assert last.kept == 0


def test_no_total_is_told_while_lists_are_to_come() -> None:
    service, _ = random_tenant()
    steps: list[Progress] = []
    read(service, progress=steps.append)
    told = [step.expected for step in steps if step.expected is not None]
    assert told
    # What is said to be all is nearly that: what the last lists name, and nothing else, may come on top.
    assert all(step.expected is None or step.expected >= step.rows for step in steps)
    assert min(told) > steps[-1].rows * 0.8


def test_a_wait_is_part_of_the_progress() -> None:
    service, _ = random_tenant()
    failed: set[str] = set()

    def once(request: Request) -> Answer:
        if request.url in failed:
            return service.send(request.method, request.url, headers=request.headers, body=request.body)
        failed.add(request.url)
        return error(429, "TooManyRequests", retry_after="3")

    steps: list[Progress] = []
    read(Scripted(by=once), progress=steps.append)
    waits = {step.waiting for step in steps if step.waiting is not None}
    assert {Waiting(left, asked=True) for left in (1, 2, 3)} <= waits
    assert steps[-1].waiting is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 25))
def test_a_cancel_between_any_two_requests_is_heard(after: int) -> None:
    service, _ = random_tenant()
    cancel = threading.Event()
    sent = 0

    def count(request: Request) -> Answer:
        nonlocal sent
        assert not cancel.is_set()
        sent += 1
        if sent > after:
            cancel.set()
        return service.send(request.method, request.url, headers=request.headers, body=request.body)

    transport = Scripted(by=count)
    try:
        read(transport, cancel=cancel)
    except Cancelled:
        assert sent == after + 1
    else:
        assert sent <= after + 1
