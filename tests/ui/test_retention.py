"""How long scans stay, in the settings: what would go is said before, and asked about."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from permdesk.domain.retention import Keep, Retention
from permdesk.paths import Paths
from permdesk.ui.views.dialogs.settings import Page, SettingsSheet
from permdesk.ui.views.history.retention import RetentionForm
from permdesk.ui.window import Window
from tests.ui.driving import button, texts
from tests.ui.kept import MONTH, THREE, TWO, earlier, keep_three, on_screen, timeline


@pytest.fixture
def history(tenant: Window) -> Window:
    """Three scans of three years before today, and those of the sample."""
    keep_three(tenant)
    services = tenant.workspace.services
    for number, scan_id in ((1, MONTH), (2, TWO), (3, THREE)):
        services.history.delete([services.history.named(scan_id)])
        old = datetime.now().astimezone() - timedelta(days=365 * (2 + number))
        services.scans.keep(replace(earlier(on_screen(tenant), number, scan_id), read_at=old))
    return tenant


def _form(window: Window) -> RetentionForm:
    window.sheets.settings(scans=True)
    sheet = window.sheets.sheet
    assert isinstance(sheet, SettingsSheet)
    assert sheet.pages.current is Page.SCANS
    return sheet.retention


def _choose(form: RetentionForm, keep: Keep, number: str) -> None:
    form.keeps.buttons[keep].click()
    form.number.setText(number)


def test_what_holds_is_shown_and_nothing_to_press(history: Window) -> None:
    form = _form(history)
    assert form.rule == Retention()
    assert "Nothing is deleted by itself" in texts(form)
    assert not form.apply.isVisible()
    assert not form.number.isVisible()


def test_a_rule_says_what_it_removes_and_asks(history: Window) -> None:
    services = history.workspace.services
    form = _form(history)
    _choose(form, Keep.MONTHS, "54")
    assert "It removes 1 scan now" in texts(form)
    assert "always stay" in texts(form)
    _choose(form, Keep.NEWEST, "1")
    # The newest stays, and so does the newest complete one.
    assert "It removes 2 scans now" in texts(form)
    assert services.history.retention == Retention()
    button(form, "Keep this rule and delete 2 scans…").click()
    question = history.retention.question
    assert question is not None
    assert "Nothing brings them back" in texts(question)
    button(question, "Keep them").click()
    assert len(services.records()) == 4
    assert services.history.retention == Retention()
    form.apply.click()
    question = history.retention.question
    assert question is not None
    button(question, "Delete 2 scans").click()
    assert {record.scan_id for record in services.records()} == {on_screen(history).scan_id, MONTH}
    assert services.history.retention == Retention(Keep.NEWEST, 1)
    assert not form.apply.isVisible()
    assert "2 scans deleted" in history.banner.text


def test_a_scan_with_a_note_stays(history: Window) -> None:
    services = history.workspace.services
    services.history.note(services.history.named(THREE), "for the auditor")
    form = _form(history)
    _choose(form, Keep.NEWEST, "1")
    assert "It removes 1 scan now" in texts(form)


def test_a_rule_that_removes_nothing_needs_no_question(history: Window) -> None:
    form = _form(history)
    _choose(form, Keep.NEWEST, "30")
    assert "removes nothing now" in texts(form)
    button(form, "Keep this rule").click()
    assert history.workspace.services.history.retention == Retention(Keep.NEWEST, 30)
    assert history.retention.question is None
    again = _form(history)
    assert again.rule == Retention(Keep.NEWEST, 30)


def test_no_number_no_rule(history: Window, qtbot: QtBot) -> None:
    form = _form(history)
    _choose(form, Keep.NEWEST, "0")
    assert form.rule is None
    assert not form.apply.isVisible()
    assert "from 1 to 9,999" in texts(form)
    form.number.clear()
    qtbot.keyClicks(form.number, "x12y")
    assert form.number.text() == "12"


def test_the_timeline_follows_and_leads_there(history: Window) -> None:
    page = timeline(history)
    page.keep.click()
    sheet = history.sheets.sheet
    assert isinstance(sheet, SettingsSheet)
    _choose(sheet.retention, Keep.NEWEST, "1")
    sheet.retention.apply.click()
    question = history.retention.question
    assert question is not None
    button(question, "Delete 2 scans").click()
    assert page.table.scans.rowCount() == 2


def test_a_history_that_cannot_be_read_is_said(history: Window, paths: Paths) -> None:
    for file in paths.history_db.parent.glob(f"{paths.history_db.name}*"):
        file.unlink()
    paths.history_db.mkdir()
    form = _form(history)
    assert "cannot be read" in texts(form)
    assert not form.apply.isVisible()
