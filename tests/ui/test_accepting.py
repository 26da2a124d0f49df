"""Accepting a finding, seeing that it is accepted, changing the words, and taking them back."""

from datetime import date

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import Finding, Status
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.history.store import HistoryStore
from permdesk.paths import Paths
from permdesk.presentation.appearance import ACCEPTED_STATUS, STATUS, Tone
from permdesk.services.bundle import Services
from permdesk.ui.views.dialogs.accept import AcceptSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, choose, show, texts


def _accepted(window: Window) -> Finding:
    """Select what the sample's people accept."""
    app = show(window, "Spare Parts Portal")
    found = next(f for f in app.findings if f.accepted is not None)
    assert window.permissions.select_finding(found)
    window.details_control.show_now()
    return found


def _now(window: Window) -> Finding:
    finding = window.workspace.finding
    assert finding is not None
    return finding


def test_an_accepted_finding_says_why_who_and_until(tenant: Window) -> None:
    held = _accepted(tenant).accepted
    assert held is not None
    said = texts(tenant.details)
    assert "Accepted" in said
    assert held.reason in said
    assert held.by in said
    assert "until 31 March 2027" in said
    assert "Remedy" not in said


def test_an_accepted_finding_keeps_its_word_and_loses_its_colour(tenant: Window) -> None:
    _accepted(tenant)
    leaf = tenant.permissions.view.leaf()
    assert leaf is not None
    assert leaf.look.label == "Excess"
    assert leaf.look.tone is Tone.MUTED
    assert leaf.look.glyph is STATUS[Status.EXCESS].glyph
    assert leaf.tags[0].label == "accepted"
    assert not leaf.needs_attention
    # Nobody's word makes up for a read that was refused.
    assert ACCEPTED_STATUS[Status.UNVERIFIED] == STATUS[Status.UNVERIFIED]


def test_withdrawing_lets_it_count_again_and_can_be_undone(tenant: Window, services: Services) -> None:
    before = _accepted(tenant)
    button(tenant.details, "Withdraw").click()
    assert _now(tenant).accepted is None
    assert "no longer accepted" in tenant.banner.text
    shown = tenant.workspace.shown
    app = tenant.workspace.app
    assert shown is not None
    assert app is not None
    kept = services.find_app(services.compare(shown.snapshot), app.app_id or "")
    assert all(f.accepted is None for f in kept.findings)
    tenant.banner.undo_button.click()
    again = _now(tenant).accepted
    assert again is not None
    assert before.accepted is not None
    assert (again.reason, again.by, again.until) == (
        before.accepted.reason,
        before.accepted.by,
        before.accepted.until,
    )


def test_accepting_can_be_undone(tenant: Window) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    finding = choose(tenant, Status.EXCESS)
    tenant.describing.accept(finding, reason="Settled", by="Me", until=None)
    assert _now(tenant).accepted is not None
    assert tenant.banner.undo_button.isVisibleTo(tenant.banner)
    tenant.banner.undo_button.click()
    assert _now(tenant).accepted is None


def test_the_sheet_of_an_accepted_finding_shows_its_words_and_takes_them_back(tenant: Window) -> None:
    held = _accepted(tenant).accepted
    assert held is not None
    button(tenant.details, "Change…").click()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, AcceptSheet)
    assert sheet.reason.toPlainText() == held.reason
    assert sheet.by.text() == held.by
    assert sheet.until.day == held.until
    sheet.reason.setPlainText("Until summer")
    sheet.limited.setChecked(False)
    button(sheet, "Keep").click()
    changed = _now(tenant).accepted
    assert changed is not None
    assert (changed.reason, changed.until) == ("Until summer", None)
    tenant.sheets.accept()
    again = tenant.sheets.sheet
    assert isinstance(again, AcceptSheet)
    assert not again.limited.isChecked()
    button(again, "Withdraw").click()
    # Withdrawn means not accepted, also by those who had accepted it before.
    assert _now(tenant).accepted is None


def test_ctrl_return_accepts_from_within_the_reason(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    choose(tenant, Status.EXCESS)
    tenant.sheets.accept()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, AcceptSheet)
    # It was accepted once, and the reason of then is offered again.
    assert sheet.reason.toPlainText()
    sheet.reason.clear()
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert tenant.sheets.sheet is sheet
    sheet.reason.setPlainText("Two\nlines")
    sheet.by.setText("Me")
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    accepted = _now(tenant).accepted
    assert accepted is not None
    assert accepted.reason == "Two\nlines"


def test_a_day_long_past_is_moved_to_today(tenant: Window) -> None:
    finding = _accepted(tenant)
    app = tenant.workspace.app
    assert app is not None
    sheet = AcceptSheet(tenant.theme, tenant, app=app, finding=finding, by="", today=date(2040, 1, 1))
    assert sheet.until.day == date(2040, 1, 1)
    sheet.reject()
    sheet.deleteLater()


def test_an_acceptance_past_its_day_is_open_again_and_says_so(tenant: Window, paths: Paths) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    finding = choose(tenant, Status.EXCESS)
    app, comparison = tenant.workspace.app, tenant.workspace.comparison
    assert app is not None
    assert app.app_id is not None
    assert comparison is not None
    key = PermissionKey(finding.permission.resource_app_id, finding.permission.kind, finding.permission.label)
    past = Acceptance(app.app_id, key, "The \u202emigration is over soon", "Ada", date(2026, 10, 31))
    store = HistoryStore(paths.history_db)
    store.accept(cloud=comparison.tenant.cloud, tenant_id=comparison.tenant.id, acceptance=past)
    tenant.workspace.scan()
    show(tenant, "AvePoint Cloud Backup Express")
    choose(tenant, Status.EXCESS, finding.permission.label)
    assert _now(tenant).accepted is None
    shown, again = tenant.workspace.comparison, tenant.workspace.app
    assert shown is not None
    assert again is not None
    lapsed = [f.permission.label for f in again.findings if shown.lapsed_of(again, f) == past]
    assert lapsed == [finding.permission.label]
    said = texts(tenant.details)
    assert "Was accepted" in said
    assert "Until 31 October 2026. That day is past, so it counts again." in said
    assert "Ada" in said
    assert "\u202e" not in said
    button(tenant.details, "Accept again…").click()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, AcceptSheet)
    assert "migration is over soon" in sheet.reason.toPlainText()
    assert sheet.by.text() != "Ada"
    sheet.reject()
