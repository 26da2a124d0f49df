"""Waiting for work that nothing can end: its answer, its error, a cancel, a deadline."""

import queue
import threading
import time

import pytest

from permdesk.auth.waiting import Either, TooLateError, awaited
from permdesk.errors import Cancelled

NEVER = threading.Event()


def test_what_the_work_returns_or_raises_is_returned_or_raised() -> None:
    assert awaited(lambda: 42, name="work", cancel=NEVER) == 42
    for problem in (ValueError("no"), queue.Empty(), SystemExit(3)):

        def fail(problem: BaseException = problem) -> None:
            raise problem

        with pytest.raises(type(problem)):
            awaited(fail, name="work", cancel=NEVER)


def test_a_cancel_is_heard_though_the_work_goes_on() -> None:
    cancel, go = threading.Event(), threading.Event()
    threading.Timer(0.2, cancel.set).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        awaited(lambda: go.wait(30), name="work-left-alone", cancel=cancel)
    assert time.monotonic() - begin < 1.0
    (left,) = [thread for thread in threading.enumerate() if thread.name == "work-left-alone"]
    # The end of the program does not wait for it.
    assert left.daemon
    go.set()
    left.join(timeout=5)


def test_nothing_is_begun_once_it_is_cancelled() -> None:
    cancel, begun = threading.Event(), threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        awaited(begun.set, name="work", cancel=cancel)
    assert not begun.wait(0.2)


def test_it_waits_no_longer_than_told() -> None:
    go = threading.Event()
    begin = time.monotonic()
    with pytest.raises(TooLateError):
        awaited(lambda: go.wait(30), name="work", cancel=NEVER, seconds=0.2)
    assert 0.2 <= time.monotonic() - begin < 1.0
    go.set()


def test_either_is_set_once_one_of_them_is() -> None:
    one, other = threading.Event(), threading.Event()
    either = Either(one, other)
    assert not either.is_set()
    other.set()
    assert either.is_set()
