"""The task runner: threads, one place of return, staleness, cancel and a clean end."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.errors import Cancelled, ReadError
from permdesk.ui.tasks import Lane, SynchronousTasks, Task, Tasks


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_work_runs_elsewhere_and_comes_back_here(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[object] = []
    here = QThread.currentThread()

    def work(_task: Task) -> str:
        return threading.current_thread().name

    def done(name: str) -> None:
        seen.extend((name, QThread.currentThread() is here))

    tasks.run(work, done=done)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert str(seen[0]).startswith("permdesk-store")
    assert seen[1] is True


def test_the_store_is_serial_and_the_network_is_not(tasks: Tasks, qtbot: QtBot) -> None:
    together = threading.Barrier(3, timeout=10)
    met: list[int] = []
    for _ in range(3):
        tasks.run(lambda _task: together.wait(), done=met.append, lane=Lane.NETWORK)
    qtbot.waitUntil(lambda: len(met) == 3)

    running, most = [0], [0]

    def alone(_task: Task) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        threading.Event().wait(0.01)
        running[0] -= 1

    ended: list[None] = []
    for _ in range(4):
        tasks.run(alone, finished=lambda: ended.append(None))
    qtbot.waitUntil(lambda: len(ended) == 4)
    assert most == [1]


def test_an_error_goes_to_whoever_asked_or_to_the_window(tasks: Tasks, qtbot: QtBot) -> None:
    failed: list[Exception] = []

    def work(_task: Task) -> None:
        raise ReadError("Nothing could be read")

    tasks.run(work, failed=failed.append)
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert isinstance(failed[0], ReadError)


@pytest.mark.logs_warning("nobody asked")
def test_an_error_nobody_asked_for_reaches_the_window(tasks: Tasks, qtbot: QtBot) -> None:
    def work(_task: Task) -> None:
        raise ReadError("Nothing could be read")

    with qtbot.waitSignal(tasks.unhandled) as told:
        tasks.run(work)
    assert isinstance(told.args[0], ReadError)


def test_a_newer_task_of_the_same_key_makes_the_older_one_stale(tasks: Tasks, qtbot: QtBot) -> None:
    gate = threading.Event()
    done: list[str] = []
    ended: list[str] = []

    def slow(task: Task) -> str:
        gate.wait(10)
        return f"old, cancelled {task.cancel.is_set()}"

    older = tasks.run(slow, done=done.append, finished=lambda: ended.append("old"), lane=Lane.NETWORK, key="compare")
    tasks.run(
        lambda _task: "new", done=done.append, finished=lambda: ended.append("new"), lane=Lane.NETWORK, key="compare"
    )
    assert older.cancel.is_set()
    gate.set()
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert done == ["new"]


def test_cancelling_is_quiet_and_ends(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []
    ended: list[None] = []

    def work(task: Task) -> None:
        task.cancel.wait(10)
        task.report("too late")

    tasks.run(
        work,
        done=heard.append,
        failed=heard.append,
        progress=heard.append,
        finished=lambda: ended.append(None),
        key="scan",
    )
    tasks.cancel("scan")
    qtbot.waitUntil(lambda: len(ended) == 1)
    assert heard == []
    assert not tasks.busy


def test_progress_comes_in_order_before_the_result(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []

    def work(task: Task) -> str:
        for n in range(5):
            task.report(n)
        return "done"

    tasks.run(work, progress=heard.append, done=heard.append)
    qtbot.waitUntil(lambda: "done" in heard)
    assert heard == [0, 1, 2, 3, 4, "done"]


def test_nothing_is_told_to_an_owner_that_is_gone(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[object] = []
    owner = QObject()
    gate = threading.Event()
    tasks.run(lambda _task: gate.wait(10), done=heard.append, owner=owner)
    shiboken6.delete(owner)
    with qtbot.waitSignal(tasks.busy_changed, check_params_cb=lambda busy: not busy):
        gate.set()
    assert heard == []


def test_closing_cancels_waits_and_says_nothing_more(qapp: QApplication) -> None:
    tasks = Tasks()
    heard: list[object] = []
    started = threading.Event()

    def work(task: Task) -> None:
        started.set()
        task.cancel.wait(10)

    tasks.run(work, done=heard.append, failed=heard.append)
    started.wait(10)
    tasks.close()
    qapp.processEvents()
    assert heard == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("permdesk-")]
    assert tasks.run(lambda _task: None, done=heard.append).cancel.is_set()


def test_the_runner_for_tests_runs_at_once(qapp: QApplication) -> None:
    tasks = SynchronousTasks()
    heard: list[object] = []

    def work(task: Task) -> str:
        task.report("half")
        return "whole"

    tasks.run(work, done=heard.append, progress=heard.append, finished=lambda: heard.append("end"))
    assert heard == ["half", "whole", "end"]

    def cancelled(_task: Task) -> None:
        raise Cancelled

    tasks.run(cancelled, failed=heard.append)
    assert heard == ["half", "whole", "end"]
    assert not tasks.busy


def test_steps_are_done_in_turns(tasks: Tasks, qtbot: QtBot) -> None:
    done: list[str] = []
    between: list[int] = []
    tasks.in_turns("a", [partial(done.append, name) for name in "xyz"])
    # The first at once, the others while the window answers.
    assert done == ["x"]
    assert tasks.busy
    timer = QTimer()
    timer.timeout.connect(lambda: between.append(len(done)))
    timer.start(0)
    qtbot.waitUntil(lambda: done == ["x", "y", "z"])
    timer.stop()
    assert {1, 2} & set(between)
    qtbot.waitUntil(lambda: not tasks.busy)


def test_newer_steps_take_the_place_of_those_that_are_left(tasks: Tasks, qtbot: QtBot) -> None:
    done: list[str] = []
    tasks.in_turns("a", [partial(done.append, name) for name in "xyz"])
    tasks.in_turns("a", [partial(done.append, name) for name in "pq"])
    tasks.in_turns("b", [partial(done.append, "other")])
    qtbot.waitUntil(lambda: "q" in done)
    qtbot.wait(20)
    assert done == ["x", "p", "other", "q"]
    tasks.in_turns("a", [partial(done.append, name) for name in "mn"])
    tasks.close()
    qtbot.wait(20)
    assert "n" not in done
