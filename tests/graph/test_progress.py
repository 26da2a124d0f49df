"""While a tenant is read it is told how far that came, and a cancel is heard."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.ports import Answer, Progress
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
    rows = [step.rows for step in steps if step.current == "Service principals"]
    assert rows == sorted(rows)
    assert rows[-1] == len(snapshot.service_principals)


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
    waits = {step.current for step in steps if "wait" in step.current}
    assert {f"Service principals, asked to wait {left} s (try 2 of 4)" for left in (1, 2, 3)} <= waits
    assert "Role assignments, asked to wait 3 s (try 2 of 4)" in waits
    assert all(len(wait) < 62 for wait in waits)


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
