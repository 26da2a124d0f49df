"""The timeline of scans: what it says, and everything a person can do with a kept scan."""

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanOf
from permdesk.domain.tenant import Account
from permdesk.history.scan_file import open_scan, save_scan
from permdesk.paths import Paths
from permdesk.presentation.scan_insight import Insight
from permdesk.services.target import KeptTarget, SampleTarget
from permdesk.ui.models.scan_list import COLUMNS, ScanColumn, Unreadable
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.views.history.export_sheet import ExportScanSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, show, texts
from tests.ui.kept import MONTH, THREE, TWO, choose, earlier, keep_three, line, on_screen, timeline

_LONG = 10_000


@pytest.fixture
def history(tenant: Window) -> Window:
    keep_three(tenant)
    return tenant


def _ids(window: Window) -> list[str]:
    scans = window.middle.history.timeline.table.scans
    return [found.scan_id for row in range(scans.rowCount()) if (found := scans.line(row)) is not None]


def test_all_scans_newest_first_with_the_open_one_marked(history: Window) -> None:
    page = timeline(history)
    assert _ids(history) == [on_screen(history).scan_id, MONTH, TWO, THREE]
    assert history.middle.currentWidget() is history.middle.history
    assert "4 scans of Larkfield Instruments, since" in texts(page)
    words = [page.table.scans.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert ["open now" in said for said in words] == [True, False, False, False]
    assert all("read by admin@larkfield.example" in said for said in words)
    assert [line(page, one).state for one in _ids(history)] == [
        *("not fully read", "not fully read"),
        *("complete", "complete"),
    ]


def test_what_scans_come_to_arrives_and_agrees_with_the_overview(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    scans = page.table.scans
    qtbot.waitUntil(lambda: all(scans.found(line(page, one)) is not None for one in _ids(history)))
    found = scans.found(line(page, on_screen(history).scan_id))
    shown = history.workspace.shown
    assert isinstance(found, Insight)
    assert shown is not None
    assert found.verdicts == shown.summary.verdicts
    assert found.unconfirmed == shown.summary.unconfirmed
    changes = [scans.words(line(page, one), ScanColumn.CHANGE) for one in _ids(history)]
    assert changes[2:] == ["nothing changed", "the first scan"]
    assert "app" in changes[0]
    uncertain = scans.found(line(page, MONTH))
    assert isinstance(uncertain, Insight)
    assert uncertain.change is not None
    assert not uncertain.change.certain


def test_only_what_is_in_sight_is_looked_at(tenant: Window, qtbot: QtBot) -> None:
    last, scans = on_screen(tenant), tenant.workspace.services.scans
    thin = replace(last, service_principals=(), delegated_grants=(), app_role_assignments=(), apis=(), users=())
    for number in range(60):
        scans.keep(earlier(thin, number + 1, f"{number:08d}-0000-4000-8000-000000000000"))
    page = timeline(tenant)
    model = page.table.scans
    assert model.rowCount() == 61
    seen = len(page.table.in_sight())
    assert seen < 30
    qtbot.wait(150)
    known = [row for row in range(61) if model.found(model.line(row)) is not None]  # type: ignore[arg-type]
    assert known == list(range(seen))
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    last_line = model.line(60)
    assert last_line is not None
    qtbot.waitUntil(lambda: model.found(last_line) is not None)
    assert model.found(model.line(35)) is None  # type: ignore[arg-type]


def test_ctrl_h_opens_and_esc_leaves_to_where_one_was(history: Window, qtbot: QtBot) -> None:
    show(history, "svc-m365-backup")
    history.activateWindow()
    qtbot.waitUntil(history.isActiveWindow)
    qtbot.keyClick(history, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    page = history.middle.history.timeline
    assert page.table.hasFocus()
    assert not history.details.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert history.middle.currentWidget() is history.permissions
    assert history.details.isVisible()
    assert history.permissions.view.hasFocus()


def test_the_selected_app_is_one_click_away(history: Window) -> None:
    app = show(history, "svc-m365-backup")
    timeline(history)
    model = history.apps.list.list_model
    row = model.listing.find(app.key)
    assert row is not None
    history.apps.list.chosen.emit(model.line(row))
    assert history.middle.currentWidget() is history.permissions


def test_the_menu_of_the_tenant_and_the_bar_lead_there(history: Window) -> None:
    menu = QMenu()
    history.files.fill_menu(menu)
    next(action for action in menu.actions() if action.text() == "History").trigger()
    assert history.middle.currentWidget() is history.middle.history
    history.middle_control.leave_history()
    history.top_bar.history_requested.emit()
    assert history.middle.currentWidget() is history.middle.history


def test_return_opens_an_older_scan_which_says_that_it_is_one(history: Window, qtbot: QtBot) -> None:
    newest = on_screen(history).scan_id
    page = timeline(history)
    choose(page, TWO)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert on_screen(history).scan_id == TWO
    assert isinstance(history.workspace.target, KeptTarget)
    assert history.middle.currentWidget() is history.overview
    assert "This is the scan of" in history.banner.text
    history.banner.undo_button.click()
    assert on_screen(history).scan_id == newest


def test_another_scan_shows_in_a_timeline_that_is_open(history: Window) -> None:
    page = timeline(history)
    history.workspace.open(SampleTarget(complete=True))
    assert history.middle.currentWidget() is history.middle.history
    assert page.table.scans.rowCount() == 5
    assert page.table.scans.open_scan == on_screen(history).scan_id


# Notes


def test_a_note_is_written_in_its_place_and_taken_back(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, TWO)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    field = page.table.findChild(QLineEdit)
    assert field is not None
    field.setText("Before the new version")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    services = history.workspace.services
    qtbot.waitUntil(lambda: services.history.named(TWO).note == "Before the new version")
    qtbot.waitUntil(lambda: line(page, TWO).note == "Before the new version")
    history.banner.undo_button.click()
    assert services.history.named(TWO).note == ""
    assert line(page, TWO).note == ""


def test_esc_in_a_note_keeps_what_was_there(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, TWO)
    page.table.edit_note()
    field = page.table.findChild(QLineEdit)
    assert field is not None
    field.setText("never mind")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert history.workspace.services.history.named(TWO).note == ""
    assert page.isVisible()


def test_a_scan_that_comes_in_does_not_take_away_what_is_typed(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, TWO)
    page.table.edit_note()
    field = page.table.findChild(QLineEdit)
    assert field is not None
    field.setText("half a sen")
    history.workspace.open(SampleTarget(complete=True))
    assert page.table.writing
    assert page.table.scans.rowCount() == 4
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.table.scans.rowCount() == 5)
    assert history.workspace.services.history.named(TWO).note == "half a sen"


def test_a_note_of_several_lines_is_no_other_one_for_being_looked_at(history: Window) -> None:
    services = history.workspace.services
    services.history.note(services.history.named(TWO), "first\nsecond")
    page = timeline(history)
    scans = page.table.scans
    place = scans.index(scans.row(TWO), COLUMNS.index(ScanColumn.NOTE))  # type: ignore[arg-type]
    assert not scans.setData(place, "first second")
    assert services.history.named(TWO).note == "first\nsecond"


# Deleting


def test_deleting_asks_and_keeps_on_return(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, TWO)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    sheet = history.sheets.sheet
    assert isinstance(sheet, QuestionSheet)
    assert "Nothing brings it back" in texts(sheet)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert TWO in _ids(history)
    page.delete.click()
    sheet = history.sheets.sheet
    assert sheet is not None
    button(sheet, "Delete 1 scan").click()
    assert TWO not in _ids(history)
    assert "1 scan deleted" in history.banner.text


def test_several_go_at_once_and_the_open_one_stays_on_screen(history: Window) -> None:
    page = timeline(history)
    here = on_screen(history)
    history.workspace.services.history.note(history.workspace.services.history.named(MONTH), "kept for the auditor")
    history.history.refresh()
    choose(page, here.scan_id, MONTH)
    page.delete.click()
    sheet = history.sheets.sheet
    assert sheet is not None
    assert "1 note would go, too" in texts(sheet)
    assert "stays on screen" in texts(sheet)
    button(sheet, "Delete 2 scans").click()
    assert _ids(history) == [TWO, THREE]
    assert on_screen(history) is here


# Files


def test_a_scan_is_exported_with_names_and_without(history: Window, tmp_path: Path) -> None:
    page = timeline(history)
    choose(page, TWO)
    page.export.click()
    sheet = history.sheets.sheet
    assert isinstance(sheet, ExportScanSheet)
    sheet.names.buttons[True].click()
    assert "are replaced" in texts(sheet)
    chosen: list[bool] = []
    sheet.chosen.connect(chosen.append)
    button(sheet, "Choose a place…").click()
    assert chosen == [True]
    dialog = history.history.files.dialog
    assert dialog is not None
    assert "Larkfield" not in dialog.selectedFiles()[0]
    dialog.reject()
    record = line(page, TWO).record
    assert record is not None
    for nameless in (False, True):
        path = tmp_path / f"{nameless}.permdesk"
        history.history.files.export(record, path, nameless=nameless)
        assert path.name in history.banner.text
        assert (b"Larkfield" in repr(open_scan(path)).encode()) is not nameless


def test_a_saved_scan_is_taken_in_once(history: Window, tmp_path: Path) -> None:
    page = timeline(history)
    path = tmp_path / "older.permdesk"
    save_scan(earlier(on_screen(history), 9, "90000000-6a49-4a0e-9a53-0d6d3f0f6a01"), path)
    history.history.files.take_in(path)
    assert _ids(history)[-1].startswith("9")
    assert page.table.selected()[0].scan_id.startswith("9")
    history.history.files.take_in(path)
    assert history.sheets.sheet is not None
    assert "already" in texts(history.sheets.sheet)


def test_a_file_that_is_no_scan_is_refused_in_words(history: Window, tmp_path: Path) -> None:
    page = timeline(history)
    path = tmp_path / "cut.permdesk"
    save_scan(on_screen(history), path)
    path.write_bytes(path.read_bytes()[:-40])
    history.history.files.take_in(path)
    assert history.sheets.sheet is not None
    assert "cut.permdesk" in texts(history.sheets.sheet)
    assert page.table.scans.rowCount() == 4


# What is odd


def test_what_was_not_finished_stands_there_as_such(history: Window) -> None:
    last = on_screen(history)
    what = ScanOf(last.tenant.cloud, "https://graph.microsoft.com", last.tenant.id, last.account, "plan")
    journals = history.workspace.services.scans
    begun = last.read_at.replace(minute=0)
    journal = journals.begin(what, new_scan_id=lambda: "unfinished-1", now=begun)  # type: ignore[attr-defined]
    journal.add(ListName(ReadName.USERS), Page({user.object_id: user for user in last.users[:2]}))
    journal.leave()
    page = timeline(history)
    found = line(page, "unfinished-1")
    assert (found.state, found.finished) == ("not finished", False)
    assert "1 page" in found.remark
    choose(page, "unfinished-1")
    assert not page.open.isEnabled()
    assert not page.compare.isEnabled()
    assert not page.delete.isEnabled()
    page.table.open_requested.emit(found)
    assert on_screen(history) is last


def test_a_damaged_scan_says_so_and_the_others_go_on(history: Window, paths: Paths, qtbot: QtBot) -> None:
    with sqlite3.connect(paths.history_db) as database:
        database.execute("UPDATE scans SET content = x'00' WHERE scan_id = ?", (TWO,))
    database.close()
    page = timeline(history)
    scans = page.table.scans
    qtbot.waitUntil(lambda: scans.found(line(page, THREE)) is not None)
    assert isinstance(scans.found(line(page, TWO)), Unreadable)
    assert isinstance(scans.found(line(page, THREE)), Insight)
    page.table.viewport().grab()


def test_names_and_notes_of_others_are_inert(history: Window) -> None:
    last, services = on_screen(history), history.workspace.services
    hostile = "\x1b[31m<b>‮" + "م" * _LONG
    odd = replace(earlier(last, 5, "50000000-0000-4000-8000-000000000000"), account=Account(hostile))
    services.scans.keep(odd)
    services.history.note(services.history.named("5000"), hostile)
    page = timeline(history)
    found = line(page, odd.scan_id)
    assert "\x1b" not in found.who + found.note
    assert "‮" not in found.who + found.note
    assert len(found.who) < 200
    page.table.viewport().grab()


def test_words_narrow_the_timeline(history: Window) -> None:
    services = history.workspace.services
    services.history.note(services.history.named(TWO), "Archive")
    page = timeline(history)
    page.field.setText("archive admin@")
    assert _ids(history) == [TWO]
    assert "1 of 4" in texts(page)
    page.field.setText("nothing is called so")
    assert "No scan matches" in texts(page)
    button(page, "Show all scans").click()
    assert len(_ids(history)) == 4


def test_where_nothing_is_kept_the_page_says_what_will_stand_there(tenant: Window) -> None:
    page = timeline(tenant)
    choose(page, on_screen(tenant).scan_id)
    assert not page.compare.isEnabled()
    assert "first scan" in page.compare.toolTip()
    page.delete.click()
    sheet = tenant.sheets.sheet
    assert sheet is not None
    button(sheet, "Delete 1 scan").click()
    assert "No scan is kept yet" in texts(page)
    button(page, "Scan now").click()
    assert len(_ids(tenant)) == 1


def test_rows_are_copied_as_a_spreadsheet_takes_them(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, TWO, THREE)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = QGuiApplication.clipboard().text().split("\n")
    assert [len(row.split("\t")) for row in rows] == [len(COLUMNS)] * 2
    assert rows[0].startswith(line(page, TWO).when)


def test_three_scans_cannot_be_told_apart(history: Window) -> None:
    page = timeline(history)
    choose(page, MONTH, TWO, THREE)
    assert not page.compare.isEnabled()
    assert "one scan, or two" in page.compare.toolTip()
    model = page.table.selectionModel()
    row = page.table.scans.row(MONTH)
    assert row is not None
    flags = QItemSelectionModel.SelectionFlag
    model.select(page.table.scans.index(row, 0), flags.Deselect | flags.Rows)
    assert page.compare.isEnabled()
