"""What is asked before there is a journal: once, for one read, and its faults are those of the read."""

import threading
from collections.abc import Callable

import pytest

from permdesk.domain.ports import Answer, Transport
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.errors import Cancelled, SignInError
from permdesk.graph.reader import TenantReader
from permdesk.graph.standing import Ahead
from permdesk.graph.unkept import Unkept
from tests.graph.doubles import Request, Scripted, client, error
from tests.graph.reading import CLOCK, everybody, found, random_tenant, read

DELTA = "$deltatoken=latest"


def reading(transport: Transport) -> Callable[..., Snapshot]:
    """Return what reads a tenant whose first request is under way already."""
    through = client(transport)
    reader = TenantReader(
        through,
        account=Account(username="admin@larkfield.example"),
        watched_apis=(),
        program_version="1.0",
        of_interest=everybody,
        ahead=Ahead(through),
    )

    def begin(cancel: threading.Event | None = None) -> Snapshot:
        return reader.read(journal=Unkept("scan", CLOCK), progress=lambda _: None, cancel=cancel or threading.Event())

    return begin


def test_what_was_asked_ahead_is_not_asked_again_and_the_scan_is_the_same() -> None:
    service, expected = random_tenant()

    def asked(request: Request) -> Answer:
        return service.send(request.method, request.url, headers=request.headers, body=request.body)

    transport = Scripted(by=asked)
    begin = reading(transport)
    snapshot = begin()
    assert found(snapshot) == expected
    assert snapshot == read(service, watched=())
    marks = [one for one in transport.requests if DELTA in str(one.inner)]
    assert len(marks) == 1
    # What was told once is not true of a later read.
    assert found(begin()) == expected
    assert len([one for one in transport.requests if DELTA in str(one.inner)]) == 2


def test_a_token_that_is_refused_ahead_ends_the_read() -> None:
    begin = reading(Scripted(by=lambda _request: error(401, "InvalidAuthenticationToken")))
    with pytest.raises(SignInError):
        begin()


def test_a_cancel_is_heard_while_an_answer_asked_for_ahead_is_waited_for() -> None:
    release, asked, cancel = threading.Event(), threading.Event(), threading.Event()

    def hang(_request: Request) -> Answer:
        asked.set()
        release.wait(30)
        return error(503)

    begin = reading(Scripted(by=hang))
    assert asked.wait(10)
    cancel.set()
    try:
        with pytest.raises(Cancelled):
            begin(cancel)
    finally:
        release.set()


def test_lists_are_read_where_nothing_was_told_ahead() -> None:
    service, expected = random_tenant()

    def asked(request: Request) -> Answer:
        if DELTA in str(request.inner):
            return error(500)
        return service.send(request.method, request.url, headers=request.headers, body=request.body)

    begin = reading(Scripted(by=asked))
    assert found(begin()) == expected
