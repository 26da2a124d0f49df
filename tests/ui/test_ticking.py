"""Ticks of services in use: each app's own, at once, and whatever comes back when, the last one holds."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppComparison, Status
from permdesk.domain.profile import Cell, Uses
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.ui.app import open_window
from permdesk.ui.tasks import Lane, SynchronousTasks, Task, Tasks
from permdesk.ui.window import Window
from tests.ui.driving import app_named, show

_NAKIVO = "svc-m365-backup"
_OTHER = "Larkfield Intranet Search"


class HeldTasks(SynchronousTasks):
    """Work that waits until the test lets it run; the store's in its order, the rest in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: deque[tuple[Lane, Callable[[], object]]] = deque()
        self.holding = False

    def run(self, work: Callable[[Task], Any], **options: Any) -> Task:
        """Hold the work back, or run it at once."""
        if not self.holding:
            return super().run(work, **options)
        lane = options.get("lane", Lane.STORE)
        begin = super().run
        self.waiting.append((lane, lambda: begin(work, **options)))
        return Task(options.get("key"), self)

    def let(self, lane: Lane | None = None, *, newest: bool = False) -> bool:
        """Run one piece of waiting work; False where there is none."""
        found = [one for one in self.waiting if lane in (None, one[0])]
        if not found:
            return False
        one = found[-1 if newest else 0]
        self.waiting.remove(one)
        one[1]()
        return True

    def let_all(self, *, newest: bool = False) -> None:
        """Run everything, and what follows from it."""
        while self.let(newest=newest):
            pass


@pytest.fixture
def held(qapp: QApplication) -> HeldTasks:
    """Tasks that run at once until they are held."""
    return HeldTasks()


@pytest.fixture
def two(qapp: QApplication, services: Services, paths: Paths, held: HeldTasks) -> Iterator[Window]:
    """The sample tenant with a second app bound to NAKIVO's profile, and work that the test lets run."""
    window = open_window(qapp, services, paths=paths, tasks=held)
    window.resize(1440, 900)
    window.show()
    window.workspace.open(SampleTarget())
    profile = app_named(window, _NAKIVO).profile
    assert profile is not None
    show(window, _OTHER)
    window.describing.bind(profile)
    assert app_named(window, _OTHER).profile is not None
    held.holding = True
    yield window
    held.holding = False
    window.close()
    window.deleteLater()


def _uses(*workloads: str) -> Uses:
    return Uses(frozenset(Cell(workload, "Backup") for workload in workloads))


_MAIL, _DRIVE, _TEAMS = _uses("Exchange Online"), _uses("OneDrive for Business"), _uses("Teams")


def _tick(window: Window, name: str, uses: Uses) -> None:
    show(window, name)
    window.permissions.uses.changed.emit(uses)


def _said(services: Services, window: Window, name: str) -> Uses | None:
    shown = window.workspace.shown
    assert shown is not None
    return services.find_app(services.compare(shown.snapshot), name).uses


def test_a_tick_of_one_app_leaves_the_other_of_its_profile_alone(
    two: Window, held: HeldTasks, services: Services
) -> None:
    _tick(two, _NAKIVO, _MAIL)
    _tick(two, _OTHER, _TEAMS)
    held.let_all()
    for name, uses in ((_NAKIVO, _MAIL), (_OTHER, _TEAMS)):
        assert app_named(two, name).uses == uses
        assert _said(services, two, name) == uses


def test_the_tree_follows_before_the_list_and_the_overview_do(two: Window, held: HeldTasks) -> None:
    before = show(two, _NAKIVO)
    rows, summary = two.workspace.shown.known.rows, two.workspace.shown.summary  # type: ignore[union-attr]
    two.permissions.uses.changed.emit(_TEAMS)
    assert held.let(Lane.NETWORK)
    shown = two.workspace.shown
    assert shown is not None
    assert two.permissions.app is shown.known.apps[before.key] is two.workspace.app
    assert two.permissions.app.uses == _TEAMS
    # What grows with the tenant has not been touched yet.
    assert shown.known.rows is rows
    assert shown.summary is summary
    tree = two.permissions.view.tree_model.tree
    held.let_all()
    shown = two.workspace.shown
    after = two.permissions.app
    assert shown is not None
    assert after is not None
    row = shown.known.rows.row(before.key)
    assert row is not None
    assert (
        row.missing
        == len([f for f in after.findings if f.status is Status.MISSING])
        != len([f for f in before.findings if f.status is Status.MISSING])
    )
    assert shown.summary.missing != summary.missing
    # The rows of the app were on screen already: nothing jumps when the lists follow.
    assert two.permissions.view.tree_model.tree is tree


@pytest.mark.parametrize("newest", [False, True])
def test_quick_ticks_end_in_the_last_one_whatever_comes_back_first(
    two: Window, held: HeldTasks, services: Services, newest: bool
) -> None:
    _tick(two, _NAKIVO, _MAIL)
    held.let(Lane.NETWORK)
    _tick(two, _NAKIVO, _DRIVE)
    _tick(two, _OTHER, _DRIVE)
    _tick(two, _OTHER, _TEAMS)
    _tick(two, _NAKIVO, _TEAMS)
    _tick(two, _OTHER, _MAIL)
    held.let_all(newest=newest)
    assert app_named(two, _NAKIVO).uses == _TEAMS
    assert app_named(two, _OTHER).uses == _MAIL
    if not newest:
        # Newest first, the store was not serial: the window never does that.
        assert _said(services, two, _NAKIVO) == _TEAMS
        assert _said(services, two, _OTHER) == _MAIL


def test_rows_that_a_newer_tick_has_overtaken_are_never_shown(two: Window, held: HeldTasks) -> None:
    seen: list[Uses | None] = []
    two.workspace.app_ticked.connect(lambda: seen.append(two.workspace.app.uses if two.workspace.app else None))
    _tick(two, _NAKIVO, _MAIL)
    two.permissions.uses.changed.emit(_DRIVE)
    held.let_all()
    assert seen == [_DRIVE]


def test_a_comparison_that_began_before_a_tick_does_not_take_it_back(two: Window, held: HeldTasks) -> None:
    show(two, _OTHER)
    two.describing.confirm()
    _tick(two, _NAKIVO, _TEAMS)
    # The tick is compared and shown, then what was said before it arrives with the history's old word.
    while held.let(Lane.NETWORK):
        pass
    assert app_named(two, _NAKIVO).uses == _TEAMS
    held.let(Lane.STORE)
    held.let_all()
    assert app_named(two, _NAKIVO).uses == _TEAMS


def test_a_scan_that_arrives_holds_the_ticks_made_meanwhile(two: Window, held: HeldTasks) -> None:
    two.workspace.scan()
    _tick(two, _NAKIVO, _TEAMS)
    held.let_all()
    assert app_named(two, _NAKIVO).uses == _TEAMS
    assert not two.workspace.scanning


def test_undoing_a_binding_keeps_the_ticks_of_its_neighbour(two: Window, held: HeldTasks) -> None:
    _tick(two, _NAKIVO, _TEAMS)
    show(two, _OTHER)
    two.describing.unbind()
    held.let_all()
    assert app_named(two, _OTHER).profile is None
    _tick(two, _NAKIVO, _DRIVE)
    two.banner.undo_button.click()
    held.let_all()
    assert app_named(two, _OTHER).profile is not None
    assert app_named(two, _NAKIVO).uses == _DRIVE


def test_a_tick_that_cannot_be_kept_is_taken_back_and_leaves_the_others(two: Window, held: HeldTasks) -> None:
    before = _uses_of(app_named(two, _NAKIVO))
    _tick(two, _OTHER, _TEAMS)
    _tick(two, _NAKIVO, Uses(frozenset()))
    held.let_all()
    assert app_named(two, _NAKIVO).uses == before
    assert app_named(two, _OTHER).uses == _TEAMS
    assert two.sheets.sheet is not None
    two.sheets.sheet.reject()


def test_quick_ticks_on_real_threads_end_in_the_last_one(
    qapp: QApplication, services: Services, paths: Paths, qtbot: QtBot
) -> None:
    tasks = Tasks()
    window = open_window(qapp, services, paths=paths, tasks=tasks)
    window.show()
    window.workspace.open(SampleTarget())
    qtbot.waitUntil(lambda: window.workspace.shown is not None, timeout=30_000)
    show(window, _NAKIVO)
    for uses in (_MAIL, _DRIVE, _TEAMS) * 6:
        window.permissions.uses.changed.emit(uses)
        qapp.processEvents()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=30_000)
    assert app_named(window, _NAKIVO).uses == _TEAMS
    assert window.workspace.shown is not None
    assert not window.workspace.shown.behind
    assert _said(services, window, _NAKIVO) == _TEAMS
    window.close()
    window.deleteLater()


def _uses_of(app: AppComparison) -> Uses:
    assert app.uses is not None
    return app.uses


def test_the_tasks_hold_what_they_are_told_to_hold(held: HeldTasks) -> None:
    ran: list[int] = []
    held.holding = True
    held.run(lambda _task: ran.append(1), owner=QObject())
    assert not ran
    held.let_all()
    assert ran == [1]
