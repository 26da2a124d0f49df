"""The app list and the permission tree at 100,000 rows, against Qt's own plain model and a plain list."""

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QTreeView
from pytestqt.qtbot import QtBot

from permdesk.domain.application import Origin
from permdesk.domain.finding import AppComparison, Comparison, Finding, Status, Verdict
from permdesk.domain.permission import GRAPH_APP_ID, Kind
from permdesk.presentation.search import AppRows
from permdesk.presentation.tree import PermissionTree
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.permission_pane import PermissionPane
from tests.ui import made

#: Painting a window costs the same whatever the list holds: fewer rows would measure that alone.
ROWS = 100_000
_WORDS = ("Backup", "Intranet", "Payroll", "Calibration", "Archive", "Reports", "Gateway", "Survey")
_ORIGINS = (Origin.EXTERNAL, Origin.REGISTERED_HERE, Origin.EXTERNAL, Origin.MANAGED_IDENTITY)
#: What is typed, key by key: the first letters leave nearly everything, the last ones hardly anything.
_TYPED = ("a", "ar", "arc", "arch", "archive", "archive 9", "archive 99", "archive 999")
_TYPED_PERMISSIONS = ("r", "re", "rea", "read", "read.9", "read.99", "read.999", "zz")


def _apps(number: int) -> Comparison:
    return made.comparison(
        *(
            made.app(
                f"{_WORDS[n % 8]} {n:06d} of Larkfield",
                Verdict.NO_BASELINE,
                app_id=f"{n:08x}-0000-4000-8000-000000000000",
                origin=_ORIGINS[n % 4],
            )
            for n in range(number)
        )
    )


def _findings(number: int, api: Callable[[int], str]) -> list[Finding]:
    statuses = (Status.SATISFIED, Status.MISSING, Status.SATISFIED, Status.EXCESS, Status.GRANTED)
    kinds = (Kind.APPLICATION, Kind.DELEGATED)
    return [
        made.finding(f"Thing{n:06d}.Read.{n}", statuses[n % 5], api=api(n), kind=kinds[n // 350 % 2], number=n)
        for n in range(number)
    ]


def _one_branch(number: int) -> AppComparison:
    return made.app("One branch", Verdict.GAPS, *_findings(number, lambda _n: GRAPH_APP_ID), profile=made.profile())


def _many_branches(number: int) -> AppComparison:
    def api(n: int) -> str:
        return f"API {n // 700:04d}"

    return made.app("Many branches", Verdict.GAPS, *_findings(number, api), profile=made.profile())


def _fill_plain(view: QAbstractItemView, names: list[str]) -> None:
    model = QStandardItemModel(view)
    view.setModel(model)
    for name in names:
        model.appendRow(QStandardItem(name))
    QApplication.processEvents()


def _per_key(typed: tuple[str, ...], press: Callable[[str], object], plainly: Callable[[str], object]) -> list[float]:
    """Return seconds per key of both, each key at its fastest.

    This thread's own time is taken: both do nothing but compute, and what other programs do meanwhile is no part of it.
    """
    best = [[float("inf")] * len(typed) for _ in range(2)]
    for _ in range(10):
        gc.collect()
        for place, text in enumerate(typed):
            for times, work in zip(best, (press, plainly), strict=True):
                start = time.thread_time()
                work(text)
                times[place] = min(times[place], time.thread_time() - start)
    return [sum(times) / len(typed) for times in best]


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[Any], Any]:
    def show(widget: Any) -> Any:
        qtbot.addWidget(widget)
        widget.resize(600, 820)  # a pane of a window of 1440 x 900
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


def test_filling_the_app_list(
    shown: Callable[[Any], Any],
    best_of: Callable[..., Any],
    ratio: Callable[..., None],
) -> None:
    comparison = _apps(ROWS)
    names = [app.display_name for app in comparison.apps]
    plain, pane = shown(QTableView()), shown(AppPane(Theme()))

    def fill() -> None:
        pane.set_rows(AppRows(comparison))
        QApplication.processEvents()

    ours, theirs = best_of(3, fill, lambda: _fill_plain(plain, names))
    assert pane.list.list_model.rowCount() > len(names) // 2
    ratio(f"fill the app list, {len(names):,} apps, their words made as well", ours, theirs, limit=2)


def test_filtering_the_app_list(
    shown: Callable[[Any], Any],
    ratio: Callable[..., None],
) -> None:
    comparison = _apps(ROWS)
    pane = shown(AppPane(Theme()))
    pane.set_rows(AppRows(comparison))
    QApplication.processEvents()
    names = [app.display_name.casefold() for app in comparison.apps]
    field = pane.bar.field

    def press(text: str) -> None:
        field.setText(text)
        QApplication.processEvents()

    ours, theirs = _per_key(_TYPED, press, lambda q: [s for s in names if q in s])
    field.setText("archive 99")
    shown_now = pane.list.list_model.listing.apps
    assert shown_now == sum("archive" in name and "99" in name for name in names)
    ratio(f"filter {len(names):,} apps, per key of {len(_TYPED)}", ours, theirs, limit=3)


@pytest.mark.parametrize("make", [_one_branch, _many_branches])
def test_filling_the_tree(
    make: Callable[[int], AppComparison],
    shown: Callable[[Any], Any],
    best_of: Callable[..., Any],
    ratio: Callable[..., None],
) -> None:
    app = make(ROWS)
    comparison = made.comparison(app)
    names = [finding.permission.label for finding in app.findings]
    plain, pane = shown(QTreeView()), shown(PermissionPane(Theme()))

    def fill() -> None:
        pane.show_app(app, comparison)
        QApplication.processEvents()

    ours, theirs = best_of(3, fill, lambda: _fill_plain(plain, names))
    tree = pane.view.tree_model.tree
    assert tree is not None
    assert sum(1 for _ in tree.leaves()) == len(names)
    ratio(f"fill the tree, {app.display_name.lower()}, {len(names):,} permissions", ours, theirs, limit=2)


@pytest.mark.parametrize("make", [_one_branch, _many_branches])
def test_filtering_the_tree(
    make: Callable[[int], AppComparison],
    shown: Callable[[Any], Any],
    ratio: Callable[..., None],
) -> None:
    app = make(ROWS)
    pane = shown(PermissionPane(Theme()))
    pane.show_app(app, made.comparison(app))
    QApplication.processEvents()
    names = [finding.permission.label.casefold() for finding in app.findings]

    def press(text: str) -> None:
        pane.field.setText(text)
        QApplication.processEvents()

    ours, theirs = _per_key(_TYPED_PERMISSIONS, press, lambda q: [s for s in names if q in s])
    pane.field.setText("read.99")
    assert sum(1 for _ in PermissionTree(app).leaves()) == len(names)
    tree = pane.view.tree_model.tree
    assert tree is not None
    assert sum(1 for _ in tree.leaves()) == sum("read.99" in name for name in names)
    keys = len(_TYPED_PERMISSIONS)
    ratio(
        f"filter the tree, {app.display_name.lower()}, {len(names):,} permissions, per key of {keys}",
        ours,
        theirs,
        limit=3,
    )
