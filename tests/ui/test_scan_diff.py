"""What changed between two scans, in the window: shown, narrowed, copied, saved, and left for an app."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.scan_diff import ScanDiff
from permdesk.presentation.difference_list import DiffLine, Facet, LineKind, difference_lines
from permdesk.presentation.difference_text import difference_text
from permdesk.reports.diff_document import diff_document
from permdesk.ui.views.history.difference import DifferencePage
from permdesk.ui.window import Window
from tests.ui.driving import app_named, button, texts
from tests.ui.kept import MONTH, THREE, TWO, choose, earlier, keep_three, line, on_screen, timeline


@pytest.fixture
def history(tenant: Window) -> Window:
    keep_three(tenant)
    return tenant


def told_apart(window: Window, *scan_ids: str) -> DifferencePage:
    """Tell scans apart, as the button does."""
    page = timeline(window)
    choose(page, *scan_ids)
    page.compare.click()
    return window.middle.history.difference


def _diff(window: Window, older: str, newer: str) -> ScanDiff:
    history = window.workspace.services.history
    return history.diff(history.load(history.named(older)), history.load(history.named(newer)))


def _lines(page: DifferencePage) -> list[DiffLine]:
    model = page.table.lines
    return [found for row in range(model.rowCount()) if (found := model.line(row)) is not None]


def test_one_scan_is_told_from_the_one_before(history: Window, qtbot: QtBot) -> None:
    page = timeline(history)
    choose(page, MONTH)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    difference = history.middle.history.difference
    assert difference.isVisible()
    assert difference.newer.currentText().startswith(line(page, MONTH).when)
    assert difference.older.currentText().startswith(line(page, TWO).when)
    assert _lines(difference) == difference_lines(_diff(history, TWO, MONTH))
    assert "no longer granted" in texts(difference) or "granted" in texts(difference)


def test_any_two_can_be_chosen_beforehand_and_there(history: Window) -> None:
    difference = told_apart(history, on_screen(history).scan_id, THREE)
    assert _lines(difference) == difference_lines(_diff(history, THREE, on_screen(history).scan_id))
    # The newest stands first among those that can be chosen.
    difference.older.setCurrentIndex(2)
    difference.older.activated.emit(2)
    assert _lines(difference) == difference_lines(_diff(history, TWO, on_screen(history).scan_id))
    difference.older.activated.emit(0)
    difference.newer.activated.emit(2)
    assert "The first scan is the later one" in texts(difference)


def test_what_nobody_can_say_stands_apart(history: Window) -> None:
    difference = told_apart(history, MONTH, TWO)
    lines = _lines(difference)
    sections = [found.name for found in lines if found.kind is LineKind.SECTION]
    assert sections[-1].startswith("Whether this changed cannot be said")
    place = next(at for at, found in enumerate(lines) if found.name == sections[-1])
    assert not any(found.unsure for found in lines[:place])
    assert all(found.unsure for found in lines[place + 1 :] if found.kind is LineKind.CHANGE)
    assert any(found.unsure for found in lines)
    assert "more may have changed" in texts(difference)


def test_where_nothing_changed_the_page_says_so(history: Window) -> None:
    last, scans = on_screen(history), history.workspace.services.scans
    scans.keep(earlier(replace(last, registrations=()), 5, "50000000-6a49-4a0e-9a53-0d6d3f0f6a01"))
    scans.keep(earlier(replace(last, registrations=()), 4, "40000000-6a49-4a0e-9a53-0d6d3f0f6a01"))
    difference = told_apart(history, "40000000-6a49-4a0e-9a53-0d6d3f0f6a01")
    assert _lines(difference) == []
    assert "Nothing changed" in texts(difference)


def test_buttons_and_words_narrow_it(history: Window) -> None:
    difference = told_apart(history, on_screen(history).scan_id, THREE)
    everything = [found for found in _lines(difference) if found.kind is LineKind.CHANGE]
    difference.facets.buttons[Facet.GRANTED].click()
    granted = [found for found in _lines(difference) if found.kind is LineKind.CHANGE]
    assert granted
    assert granted == [found for found in everything if found.facet is Facet.GRANTED]
    assert difference.facets.buttons[Facet.GRANTED].text() == f"Granted {len(granted)}"
    word = granted[0].name.split(" ", maxsplit=1)[0]
    difference.field.setText(word.upper())
    assert granted[0] in _lines(difference)
    difference.field.setText("nothing is called so")
    assert "No change matches" in texts(difference)
    button(difference, "Show all changes").click()
    assert [found for found in _lines(difference) if found.kind is LineKind.CHANGE] == everything


def test_an_app_is_one_key_away(history: Window, qtbot: QtBot) -> None:
    difference = told_apart(history, on_screen(history).scan_id, THREE)
    lines = _lines(difference)
    row = next(
        at
        for at, found in enumerate(lines)
        if found.kind is LineKind.CHANGE and found.app_key is not None and history.workspace.app_of(found.app_key)
    )
    difference.table.setCurrentIndex(difference.table.lines.index(row, 0))
    qtbot.keyClick(difference.table, Qt.Key.Key_Return)
    assert history.workspace.app is not None
    assert history.workspace.app.key == lines[row].app_key
    assert history.middle.currentWidget() is history.permissions
    # It is selected by now: the same way leads there all the same.
    told_apart(history, on_screen(history).scan_id, THREE)
    difference.app_requested.emit(history.workspace.app.key)
    assert history.middle.currentWidget() is history.permissions


def test_an_app_that_the_open_scan_has_not_is_said(history: Window) -> None:
    difference = told_apart(history, MONTH)
    difference.app_requested.emit("object:gone")
    assert "not in the scan that is open" in history.banner.text
    assert difference.isVisible()


def test_esc_goes_back_step_by_step(history: Window, qtbot: QtBot) -> None:
    difference = told_apart(history, MONTH)
    qtbot.keyClick(difference.table, Qt.Key.Key_Escape)
    page = history.middle.history.timeline
    assert page.isVisible()
    assert page.table.selected()[0].scan_id == MONTH
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert history.middle.currentWidget() is history.overview


def test_it_is_copied_and_saved_as_the_command_line_tells_it(history: Window, tmp_path: Path) -> None:
    difference = told_apart(history, MONTH, THREE)
    diff = _diff(history, THREE, MONTH)
    text = "\n".join(difference_text(diff)) + "\n"
    difference.copy.click()
    assert QGuiApplication.clipboard().text() == text
    differences = history.history.differences
    differences.export(tmp_path / "a.txt", "text")
    differences.export(tmp_path / "a.json", "json")
    assert (tmp_path / "a.txt").read_text("utf-8") == text
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == json.loads(json.dumps(diff_document(diff)))
    assert "saved as a.json" in history.banner.text
    difference.export_requested.emit("json")
    assert differences.dialog is not None
    assert differences.dialog.selectedFiles()[0].endswith(".json")
    differences.dialog.reject()


def test_a_place_that_cannot_be_written_is_said(history: Window, tmp_path: Path) -> None:
    told_apart(history, MONTH, THREE)
    history.history.differences.export(tmp_path / "nowhere" / "a.txt", "text")
    assert history.sheets.sheet is not None
    assert "cannot be written" in texts(history.sheets.sheet)


def test_lines_are_copied_and_heard(history: Window, qtbot: QtBot) -> None:
    difference = told_apart(history, on_screen(history).scan_id, THREE)
    model = difference.table.lines
    row = next(at for at, found in enumerate(_lines(difference)) if found.facet is Facet.GRANTED)
    found = model.line(row)
    assert found is not None
    assert model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("added, granted, ")
    difference.table.setCurrentIndex(model.index(row, 0))
    qtbot.keyClick(difference.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == found.text


def test_a_scan_that_is_gone_is_said_and_the_timeline_is_back(history: Window) -> None:
    page = timeline(history)
    choose(page, MONTH)
    services = history.workspace.services
    services.history.delete([services.history.named(TWO)])
    page.compare.click()
    assert history.sheets.sheet is not None
    assert "any more" in texts(history.sheets.sheet)
    assert page.isVisible()
    assert page.table.scans.row(TWO) is None


def test_hostile_names_are_inert(history: Window) -> None:
    last, scans = on_screen(history), history.workspace.services.scans
    hostile = "\x1b[31m<b>‮" + "ab " * 5000
    first, *rest = last.service_principals
    odd = replace(last, service_principals=(replace(first, display_name=hostile), *rest))
    scans.keep(earlier(odd, 6, "60000000-6a49-4a0e-9a53-0d6d3f0f6a01"))
    difference = told_apart(history, THREE, "60000000-6a49-4a0e-9a53-0d6d3f0f6a01")
    told = "".join(found.spoken for found in _lines(difference))
    assert "<b>" in told
    assert "\x1b" not in told
    assert "‮" not in told
    difference.table.viewport().grab()


def test_leaving_lets_go_of_what_was_compared(history: Window) -> None:
    difference = told_apart(history, on_screen(history).scan_id, THREE)
    assert _lines(difference)
    history.workspace.select_app(app_named(history, "svc-m365-backup").key)
    assert _lines(difference) == []
    assert timeline(history).isVisible()
