"""Consents on record in the window: kept by the proof, listed, opened, saved, deleted, and told in the next preview."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QFileDialog

from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.proof import Happened
from permdesk.reports.file_format import FileFormat
from permdesk.services.bundle import Services
from permdesk.ui.views.bulk.records import RecordsSheet
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet, RecordSheet
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.window import Window
from tests.ui.at_the_desk import Browser
from tests.ui.driving import button, show, texts

APP = "svc-m365-backup"


def proved(window: Window, *, walked: bool = True) -> ProofSheet:
    """Go the whole round: preview, link, check again."""
    show(window, APP)
    window.consent.reconsent()
    preview = window.sheets.sheet
    assert isinstance(preview, ReconsentSheet)
    if walked:
        window.consent.walked.emit(preview.plan, preview.plan.link or "")
    button(preview, "Check again").click()
    sheet = window.sheets.sheet
    assert isinstance(sheet, ProofSheet)
    return sheet


def kept(window: Window) -> tuple[ConsentRecord, ...]:
    comparison = window.workspace.comparison
    assert comparison is not None
    tenant = comparison.tenant
    found = window.workspace.services.consents.of_tenant(cloud=tenant.cloud, tenant_id=tenant.id)
    assert found.unreadable == 0
    return found.records


def listed(window: Window) -> RecordsSheet:
    sheet = window.sheets.sheet
    assert isinstance(sheet, RecordsSheet)
    return sheet


def test_the_proof_is_kept_with_the_way_the_people_and_the_scans(tenant: Window) -> None:
    sheet = proved(tenant)
    (record,) = kept(tenant)
    # The fingerprints come later than the sheet: they take as long as the tenant is large.
    assert replace(record, before=sheet.record.before, after=sheet.record.after) == sheet.record
    assert len(record.before.fingerprint) == 64
    assert record.route is not None
    assert record.route.kind.value == "admin-consent-link"
    assert record.account.username == "admin@larkfield.example"
    assert record.object_id is not None
    assert record.started <= record.ended
    assert {row.permission.label for row in record.of(Happened.REMOVED)} >= {"Contacts.ReadWrite"}
    sheet.reject()


def test_reading_again_replaces_the_record_of_the_same_consent(tenant: Window) -> None:
    sheet = proved(tenant)
    assert kept(tenant)[0].of(Happened.PENDING)
    button(sheet, "Read again").click()
    (record,) = kept(tenant)
    assert not record.of(Happened.PENDING)
    sheet.reject()
    proved(tenant).reject()
    assert len(kept(tenant)) == 2


def test_the_way_is_the_page_that_was_opened(tenant: Window, browser: Browser) -> None:
    show(tenant, APP)
    tenant.consent.reconsent()
    preview = tenant.sheets.sheet
    assert isinstance(preview, ReconsentSheet)
    preview.open_requested.emit(preview.plan.link)
    # It may take away what is needed: permdesk asks once more, and nothing is opened before that.
    question = tenant.findChild(QuestionSheet)
    assert question is not None
    button(question, "Open the link").click()
    button(preview, "Check again").click()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ProofSheet)
    (record,) = kept(tenant)
    assert record.route is not None
    assert record.route.kind.value == "admin-consent-link"
    sheet.reject()


def test_a_way_that_permdesk_did_not_see_is_asked_for_and_kept(tenant: Window) -> None:
    sheet = proved(tenant, walked=False)
    assert kept(tenant)[0].route is None
    way = sheet.way
    way.setCurrentIndex(1)
    way.activated.emit(1)
    found = kept(tenant)[0].route
    assert found is not None
    assert found.label == way.itemText(1)
    assert sheet.record.route == found
    sheet.reject()


def test_the_next_preview_tells_what_the_last_consent_did(tenant: Window) -> None:
    proved(tenant).reject()
    tenant.consent.reconsent()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ReconsentSheet)
    said = texts(sheet)
    assert "Accepting this link removed Contacts.ReadWrite" in said
    button(sheet, "Earlier consents…").click()
    assert listed(tenant).list.lines.rowCount() == 1
    listed(tenant).reject()


def test_without_experience_the_preview_says_nothing_of_it(tenant: Window) -> None:
    show(tenant, APP)
    tenant.consent.reconsent()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ReconsentSheet)
    assert "last time" not in texts(sheet)
    sheet.reject()


def test_nothing_on_record_is_said(tenant: Window) -> None:
    show(tenant, APP)
    tenant.details.records_requested.emit()
    sheet = listed(tenant)
    assert f"No consent of {APP} is on record yet." in texts(sheet)
    assert not button(sheet, "Open").isEnabled()
    sheet.reject()


def test_a_record_is_opened_again_as_the_proof_showed_it(tenant: Window) -> None:
    first = proved(tenant)
    rows = texts(first.page)
    first.reject()
    tenant.records.of_tenant()
    sheet = listed(tenant)
    sheet.list.acted.emit(sheet.list.current)
    found = tenant.findChildren(RecordSheet)[-1]
    assert not isinstance(found, ProofSheet)
    for part in ("Contacts.ReadWrite is needed, and was taken away.", "Removed, and needed", "Not visible yet"):
        assert part in rows
        assert part in texts(found.page)
    assert "Way: " in texts(found)
    found.reject()
    sheet.reject()


def test_the_list_is_of_one_app_or_of_the_tenant(tenant: Window, services: Services) -> None:
    proved(tenant).reject()
    (record,) = kept(tenant)
    services.consents.keep(replace(record, record_id="other", app_id="other", ended=record.ended + timedelta(days=1)))
    show(tenant, APP)
    tenant.records.of_app()
    sheet = listed(tenant)
    assert sheet.list.lines.rowCount() == 1
    sheet.breadth.click()
    assert [row.key for row in sheet.list.lines.rows] == ["other", record.record_id]
    sheet.breadth.click()
    assert sheet.list.lines.rowCount() == 1
    sheet.reject()


def test_a_record_is_deleted_after_a_question_and_put_back(tenant: Window) -> None:
    proved(tenant).reject()
    tenant.records.of_tenant()
    sheet = listed(tenant)
    button(sheet, "Delete…").click()
    question = tenant.findChild(QuestionSheet)
    assert question is not None
    button(question, "Keep it").click()
    assert len(kept(tenant)) == 1
    button(sheet, "Delete…").click()
    question = tenant.findChildren(QuestionSheet)[-1]
    button(question, "Delete it").click()
    assert kept(tenant) == ()
    assert sheet.list.lines.rowCount() == 0
    sheet.reject()
    tenant.banner.undo_button.click()
    assert len(kept(tenant)) == 1


@pytest.mark.parametrize("kind", [FileFormat.PDF, FileFormat.HTML, FileFormat.JSON])
def test_a_record_is_saved_where_a_person_says(tenant: Window, tmp_path: Path, kind: FileFormat) -> None:
    sheet = proved(tenant)
    button(sheet, "Save record…").click()
    dialog = tenant.records.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.reject()
    path = tmp_path / f"record.{kind}"
    tenant.records.write(sheet.record, path, FileFormat.PDF)
    assert path.stat().st_size > 500
    assert f"Saved as {path.name}." in texts(sheet)
    sheet.reject()


def test_what_cannot_be_saved_is_told_over_the_sheet(tenant: Window, tmp_path: Path) -> None:
    sheet = proved(tenant)
    tenant.records.write(sheet.record, tmp_path / "no" / "record.pdf", FileFormat.PDF)
    assert any("cannot be written" in texts(child) for child in sheet.children() if hasattr(child, "accept"))
    sheet.reject()


def test_without_a_printer_the_way_out_is_told(tenant: Window) -> None:
    sheet = proved(tenant)
    button(sheet, "Print record…").click()
    assert "This computer has no printer. Save the record as PDF instead." in texts(sheet)
    sheet.reject()
