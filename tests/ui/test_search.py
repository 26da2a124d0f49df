"""Ctrl+K: apps, IDs and "who holds it?"."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.presentation.quick_search import Hit
from permdesk.presentation.search import AppFilter
from permdesk.ui.window import Window
from tests.ui.driving import app_named, texts


def _hits(window: Window) -> list[Hit]:
    found = window.results.list
    return [found.item(row).data(Qt.ItemDataRole.UserRole) for row in range(found.count())]


def test_a_name_finds_an_app(tenant: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(tenant, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(tenant.top_bar.search, "svc-m365")
    assert tenant.results.isVisible()
    assert [hit.title for hit in _hits(tenant)] == ["svc-m365-backup"]
    qtbot.keyClick(tenant.top_bar.search, Qt.Key.Key_Return)
    assert not tenant.results.isVisible()
    assert tenant.workspace.app is not None
    assert tenant.workspace.app.display_name == "svc-m365-backup"
    assert tenant.top_bar.search.text() == ""


def test_an_id_finds_an_app(tenant: Window) -> None:
    app = app_named(tenant, "svc-m365-backup")
    for identifier in (app.app_id, app.object_id):
        assert identifier is not None
        tenant.top_bar.search.setText(identifier)
        assert [hit.app_key for hit in _hits(tenant)] == [app.key]


def test_who_holds_a_permission(tenant: Window, qtbot: QtBot) -> None:
    tenant.top_bar.search.setText("who holds mail.readwrite?")
    assert [hit.permission for hit in _hits(tenant)] == ["Mail.ReadWrite"]
    qtbot.keyClick(tenant.top_bar.search, Qt.Key.Key_Return)
    assert tenant.apps.filter.permission == "Mail.ReadWrite"
    comparison = tenant.workspace.comparison
    assert comparison is not None
    holders = [
        app
        for app in comparison.apps
        if any(f.permission.value == "Mail.ReadWrite" and f.granted != "none" for f in app.findings)
    ]
    assert tenant.apps.list.list_model.listing.apps == len(holders) > 0


def test_a_part_of_a_permission_offers_whole_ones(tenant: Window) -> None:
    tenant.top_bar.search.setText("mail.re")
    assert "Mail.ReadWrite" in [hit.permission for hit in _hits(tenant)]


def test_arrows_go_round_and_escape_leaves(tenant: Window, qtbot: QtBot) -> None:
    tenant.top_bar.search.setText("avepoint")
    number = tenant.results.list.count()
    assert number > 2
    qtbot.keyClick(tenant.top_bar.search, Qt.Key.Key_Up)
    assert tenant.results.list.currentRow() == number - 1
    qtbot.keyClick(tenant.top_bar.search, Qt.Key.Key_Down)
    assert tenant.results.list.currentRow() == 0
    qtbot.keyClick(tenant.top_bar.search, Qt.Key.Key_Escape)
    assert not tenant.results.isVisible()


def test_nothing_found_is_said(tenant: Window) -> None:
    tenant.top_bar.search.setText("nothing is called so")
    assert _hits(tenant) == []
    assert tenant.results.isVisible()


def test_text_of_any_length_and_kind_is_taken(tenant: Window) -> None:
    for text in ("x" * 5000, "\u202egro.elpmaxe", "<b>bold</b>", "(", "*", "\\", "%", "   "):
        tenant.top_bar.search.setText(text)


def test_a_filter_that_leaves_nothing_says_why(tenant: Window) -> None:
    tenant.workspace.select_app(app_named(tenant, "svc-m365-backup").key)
    tenant.apps.set_filter(AppFilter(text="nothing is called so"))
    assert "No app matches" in texts(tenant.apps)
    tenant.apps.set_filter(AppFilter())
    assert tenant.apps.current == app_named(tenant, "svc-m365-backup").key
