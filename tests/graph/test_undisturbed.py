"""What a read changes of the whole process, and that all of it is put back."""

import gc
import sys
import threading

import pytest

from permdesk.graph.collector import Collector
from permdesk.graph.plan import Plan
from permdesk.graph.traffic import undisturbed
from tests.graph.reading import random_tenant, read


def test_reads_at_once_leave_the_process_as_it_was() -> None:
    interval = sys.getswitchinterval()
    assert gc.isenabled()
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with undisturbed:
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with undisturbed:
        thread.start()
        assert inside.wait(10)
        assert not gc.isenabled()
        assert sys.getswitchinterval() < interval
    # The other one is still at it.
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()
    assert sys.getswitchinterval() == pytest.approx(interval)


def test_what_was_switched_off_before_stays_off() -> None:
    gc.disable()
    try:
        with undisturbed:
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_nothing_that_was_read_waits_for_a_look_for_garbage() -> None:
    service, _ = random_tenant()
    gc.collect()
    gc.disable()
    try:
        assert read(service).service_principals
        # Whatever else was read hangs on these.
        assert not [one for one in gc.get_objects() if isinstance(one, Plan | Collector)]
    finally:
        gc.enable()
