"""The two models, held to Qt's own rules, and the tree's rows handed over from the top down."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppComparison, Finding, Status, Verdict
from permdesk.domain.permission import Kind
from permdesk.presentation.search import AppFilter, AppRows
from permdesk.presentation.tree import Column, PermissionTree, Segment
from permdesk.ui.models.app_list import LINE_ROLE, AppListModel
from permdesk.ui.models.permission_tree import CHUNK, COLUMNS, NODE_ROLE, PermissionTreeModel
from tests.ui import made


@pytest.fixture
def checked(qtmodeltester: ModelTester) -> Iterator[object]:
    """Hold a model to both testers while the test changes it."""
    held: list[QAbstractItemModelTester] = []

    def check(model: QAbstractItemModel) -> None:
        qtmodeltester.check(model, force_py=True)
        held.append(QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal))

    yield check
    held.clear()


def big(number: int, apis: int = 1) -> AppComparison:
    findings: list[Finding] = [
        made.finding(f"Thing{n:05d}.Read", Status.MISSING, api=f"API {n % apis:03d}", kind=list(Kind)[n // apis % 2])
        for n in range(number)
    ]
    return made.app("Big", Verdict.GAPS, *findings, profile=made.profile())


def rows_of(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found += [index.data(), *rows_of(model, index)]
    return found


def test_the_list_keeps_qts_rules(checked, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    model = AppListModel()
    rows = AppRows(made.tenant())
    checked(model)
    for text in ("", "ave", "nothing like this", ""):
        listing = rows.listing(AppFilter(text=text), microsoft=True)
        model.show(listing)
        assert model.rowCount() == len(listing)
        for row, line in enumerate(listing):
            index = model.index(row, 0)
            assert index.data(LINE_ROLE) == line
            assert index.data(Qt.ItemDataRole.AccessibleTextRole) == line.spoken
    assert model.line(-1) is None
    assert model.line(10_000) is None


def test_the_tree_keeps_qts_rules(checked, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    model = PermissionTreeModel()
    checked(model)
    model.show(PermissionTree(made.express()))
    for text, segment in (("read", Segment.ALL), ("", Segment.MISSING), ("zzz", Segment.ALL), ("", Segment.ALL)):
        model.filter(text, segment)
    model.sort(COLUMNS.index(Column.SINCE), Qt.SortOrder.DescendingOrder)
    model.show(PermissionTree(big(700, apis=3)))
    model.load_more()
    model.load_all()
    model.show(None)
    assert model.rowCount() == 0


def test_every_cell_says_its_word(qtbot: QtBot) -> None:
    model = PermissionTreeModel()
    tree = PermissionTree(made.express())
    model.show(tree)
    leaf = next(tree.leaves())
    words = [model.index_of(leaf, column).data() for column in range(len(COLUMNS))]
    assert words == ["Group.Read.All", "Yes", "Vendor’s", "None", "Missing", "–", ""]
    index = model.index_of(leaf)
    assert index.data(NODE_ROLE) is leaf
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Group.Read.All, application, missing, new since last consent, hint"
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(len(COLUMNS))]
    assert heads == ["Permission", "Documented", "Configured", "Granted", "Status", "Since", "Purpose"]


@pytest.mark.parametrize("apis", [1, 7, 100])
def test_rows_come_from_the_top_down_and_none_is_left_out(qtbot: QtBot, apis: int) -> None:
    model = PermissionTreeModel()
    tree = PermissionTree(big(1000, apis))
    everything = [n.label for api in tree.apis for n in [api, *api.kinds]] + [leaf.label for leaf in tree.leaves()]
    model.show(tree)
    first = rows_of(model)
    assert 0 < len(first) <= 3 * CHUNK
    steps = 0
    while model.pending() or model.more_roots:
        before = rows_of(model)
        kind = next(iter(model.pending()), None)
        model.load_more(kind)
        after = rows_of(model)
        assert len(after) > len(before)
        assert [row for row in after if row in set(before)][: len(before)] is not None
        steps += 1
        assert steps < 1000
    assert sorted(rows_of(model)) == sorted(everything)


def test_a_leaf_far_down_is_reached(qtbot: QtBot) -> None:
    model = PermissionTreeModel()
    tree = PermissionTree(big(1000, apis=5))
    model.show(tree)
    for leaf in list(tree.leaves())[::97]:
        index = model.index_of(leaf)
        assert index.isValid()
        assert index.data() == leaf.label
        assert index.parent().internalPointer() is leaf.parent
        assert model.index(index.row(), 0, index.parent()).internalPointer() is leaf


def test_a_leaf_the_filter_hides_has_no_index(qtbot: QtBot) -> None:
    model = PermissionTreeModel()
    tree = PermissionTree(made.express())
    model.show(tree)
    leaf = next(tree.leaves())
    model.filter("no such thing", Segment.ALL)
    assert not model.index_of(leaf).isValid()
