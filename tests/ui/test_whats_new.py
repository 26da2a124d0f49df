"""What is new since the scan before: marked in the lists, explained, and filtered by."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppComparison
from permdesk.presentation.app_rows import AppRow
from permdesk.presentation.news import permission_name
from permdesk.presentation.tree import Segment
from permdesk.ui.window import Window
from tests.ui.kept import MONTH, keep_three, on_screen, timeline


@pytest.fixture
def history(tenant: Window) -> Window:
    keep_three(tenant)
    return tenant


def _first_new(window: Window) -> AppComparison:
    news = window.workspace.news
    assert news is not None
    found = [app for key in sorted(news.permissions) if (app := window.workspace.app_of(key)) is not None]
    assert found
    return found[0]


def _row_of(window: Window, app: AppComparison) -> int:
    row = window.apps.list.list_model.listing.find(app.key)
    assert row is not None
    return row


def test_without_an_earlier_scan_nothing_is_called_new(tenant: Window) -> None:
    assert tenant.workspace.news is None
    chip = tenant.apps.bar.changed_chip
    assert not chip.isEnabled()
    assert "no earlier scan" in chip.toolTip()


def test_apps_that_changed_are_marked_and_heard(history: Window) -> None:
    model, app = history.apps.list.list_model, _first_new(history)
    row = _row_of(history, app)
    line = model.line(row)
    assert isinstance(line, AppRow)
    assert model.mark(line) == "changed"
    assert "Changed since the scan before, of" in model.marked_since(line)
    assert "changed since the scan before" in model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    others = [one for one in model.listing if isinstance(one, AppRow) and not model.mark(one)]
    assert others
    index = model.index(model.listing.find(others[0].key) or 0, 0)
    assert "scan before" not in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_list_is_narrowed_to_them(history: Window) -> None:
    news, chip = history.workspace.news, history.apps.bar.changed_chip
    assert news is not None
    assert chip.text() == f"Changed {len(news.changed)}"
    assert "changed since the scan before, of" in chip.toolTip()
    chip.click()
    shown = {line.key for line in history.apps.list.list_model.listing if isinstance(line, AppRow)}
    microsoft = {app.key for app in history.workspace.comparison.apps} - {  # type: ignore[union-attr]
        line.key
        for line in history.workspace.shown.known.rows.listing(type(history.apps.filter)(), microsoft=False)  # type: ignore[union-attr]
        if isinstance(line, AppRow)
    }
    assert shown == {key for key in news.changed if history.workspace.app_of(key)} - microsoft


def test_permissions_that_came_are_tagged_and_filtered(history: Window, qtbot: QtBot) -> None:
    app = _first_new(history)
    history.workspace.select_app(app.key)
    tree = history.permissions.view.tree_model.tree
    news = history.workspace.news
    assert tree is not None
    assert news is not None
    new = [leaf for leaf in tree.leaves() if leaf.new]
    assert {permission_name(leaf.finding.permission) for leaf in new} == set(news.of(app.key))
    assert all(leaf.tags[0].label == "new" for leaf in new)
    assert "new" in new[0].spoken
    history.activateWindow()
    qtbot.waitUntil(history.isActiveWindow)
    qtbot.keyClick(history, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    tree = history.permissions.view.tree_model.tree
    assert tree is not None
    assert [leaf.finding for leaf in tree.leaves()] == [leaf.finding for leaf in new]
    assert history.permissions.segments.buttons[Segment.NEW].text() == f"New {len(new)}"


def test_marks_stay_when_the_tenant_is_compared_again(history: Window) -> None:
    app = _first_new(history)
    news = history.workspace.news
    history.workspace.select_app(app.key)
    history.sheets.bind()
    assert history.sheets.sheet is not None
    history.sheets.sheet.reject()
    history.describing.unbind()
    assert history.workspace.news is news
    rows = history.workspace.shown
    assert rows is not None
    assert rows.known.rows.news is news
    tree = history.permissions.view.tree_model.tree
    assert tree is not None
    assert any(leaf.new for leaf in tree.leaves())


def test_deleting_the_scan_before_tells_from_another_one(history: Window) -> None:
    before = history.workspace.news
    assert before is not None
    page = timeline(history)
    page.table.select([MONTH])
    page.delete.click()
    sheet = history.sheets.sheet
    assert sheet is not None
    sheet.agreed.emit()  # type: ignore[attr-defined]
    after = history.workspace.news
    assert after is not None
    assert after.since is not None
    assert before.since is not None
    assert after.since < before.since
    assert on_screen(history).scan_id != MONTH
