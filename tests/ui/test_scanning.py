"""The window while a real process reads a tenant: how far it came, what becomes of a cancel, and of a crash."""

import os
import signal
from collections.abc import Iterator
from itertools import pairwise

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.presentation.progress import Pace
from permdesk.services.bundle import Services
from permdesk.ui.app import open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.views.dialogs.problem import ProblemSheet
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.window import Window
from tests.apart.lent import target
from tests.graph_service.process import GraphService
from tests.ui.driving import button, texts

_LONG = 60_000


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphService]:
    with GraphService(size="tiny") as service:
        yield service


@pytest.fixture
def service(graph: GraphService, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphService]:
    monkeypatch.setitem(os.environ, "NO_PROXY", "localhost,127.0.0.1")
    graph.reset()
    yield graph
    graph.reset()


@pytest.fixture
def apart(paths: Paths) -> Services:
    return build(paths, scans_apart=True)


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, apart: Services, paths: Paths) -> Iterator[Window]:
    made = open_window(qapp, apart, paths=paths, tasks=Tasks())
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.sheets.sheet is not None:
        made.sheets.sheet.reject()
    made.close()
    made.deleteLater()


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]


def half_way(window: Window, service: GraphService, qtbot: QtBot) -> psutil.Process:
    """Begin to read; return the process once rows came, and had time to be kept."""
    paces: list[Pace] = []
    window.workspace.scan_progress.connect(paces.append)
    service.set(latency=0.4)
    window.open(target(service))
    qtbot.waitUntil(lambda: any(pace.rows for pace in paces), timeout=_LONG)
    qtbot.wait(150)
    (child,) = children()
    service.set(latency=0.0)
    return child


def read_whole(window: Window, qtbot: QtBot, before: object = None) -> None:
    qtbot.waitUntil(lambda: window.workspace.shown is not before, timeout=_LONG)
    qtbot.waitUntil(lambda: not window.workspace.scanning, timeout=_LONG)
    shown = window.workspace.shown
    assert shown is not None
    assert shown.snapshot.coverage.all_complete


@pytest.mark.logs_warning("ended early")
@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_killed_scan_is_told_and_goes_on(
    window: Window, service: GraphService, apart: Services, qtbot: QtBot
) -> None:
    half_way(window, service, qtbot).send_signal(signal.SIGKILL)
    qtbot.waitUntil(lambda: window.middle.currentWidget() is window.failure, timeout=_LONG)
    assert "The scan broke off" in texts(window.failure)
    assert "What it had read is kept." in texts(window.failure)
    assert apart.scans.records() == []
    again = button(window.failure, "Scan again")
    assert again.hasFocus()
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    read_whole(window, qtbot)
    assert "The scan went on where it had stopped:" in window.banner.text
    assert len(apart.scans.records()) == 1
    assert children() == []


@pytest.mark.logs_warning("ended early")
@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_killed_scan_leaves_the_tenant_that_is_open(window: Window, service: GraphService, qtbot: QtBot) -> None:
    window.open(target(service))
    read_whole(window, qtbot)
    before = window.workspace.shown
    half_way(window, service, qtbot).send_signal(signal.SIGKILL)
    qtbot.waitUntil(lambda: isinstance(window.sheets.sheet, ProblemSheet), timeout=_LONG)
    sheet = window.sheets.sheet
    assert sheet is not None
    assert "The scan broke off" in texts(sheet)
    assert window.workspace.shown is before
    assert window.apps.list.isVisible()
    qtbot.mouseClick(button(sheet, "Scan again"), Qt.MouseButton.LeftButton)
    read_whole(window, qtbot, before)


def test_a_cancelled_scan_is_kept_and_gone_on_with_at_once(window: Window, service: GraphService, qtbot: QtBot) -> None:
    half_way(window, service, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    sheet = window.sheets.sheet
    assert isinstance(sheet, QuestionSheet)
    assert "kept for an hour" in texts(sheet)
    qtbot.mouseClick(button(sheet, "Stop"), Qt.MouseButton.LeftButton)
    assert window.banner.text == "What was read is kept for an hour; Scan goes on from there."
    # At once: the process that was cancelled may not be gone.
    qtbot.mouseClick(window.top_bar.scan, Qt.MouseButton.LeftButton)
    assert window.workspace.scanning
    read_whole(window, qtbot)
    assert "The scan went on where it had stopped:" in window.banner.text


def test_everything_is_read_anew_on_demand(window: Window, service: GraphService, qtbot: QtBot) -> None:
    half_way(window, service, qtbot)
    window.workspace.cancel_scan()
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    read_whole(window, qtbot)
    assert window.banner.text == (
        "The interrupted scan is not gone on with: a full scan was asked for. Everything was read again."
    )


def test_it_tells_how_far_it_came(window: Window, service: GraphService, qtbot: QtBot, qapp: QApplication) -> None:
    paces: list[Pace] = []
    window.workspace.scan_progress.connect(paces.append)
    service.set(latency=0.05)
    window.open(target(service))
    assert window.top_bar.scan.toolTip().find("under way") > 0
    qtbot.waitUntil(lambda: len(paces) > 2, timeout=_LONG)
    assert "Read " in texts(window.top_bar)
    assert "App registrations" in texts(window.apps)
    read_whole(window, qtbot)
    rows = [pace.rows for pace in paces]
    assert rows == sorted(rows)
    assert paces[-1].rows == paces[-1].total
    times = [pace.at for pace in paces[:-1]]
    assert all(after - before > 0.09 for before, after in pairwise(times[1:]))
    before = window.workspace.shown
    # The second time it is known how many rows there were.
    paces.clear()
    window.workspace.scan()
    read_whole(window, qtbot, before)
    assert paces[0].total is not None
