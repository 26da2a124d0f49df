"""After the click: what a consent changed in the sample tenant, where the click is acted out and one grant is late."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.proof import Foreseen, Happened
from permdesk.domain.repair import undoes_consent
from permdesk.presentation.scripts import ScriptForm
from permdesk.ui.controllers.proving import ProvingController
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, show, texts


@pytest.fixture
def proved(tenant: Window) -> Iterator[ProofSheet]:
    """The sheet after the click on the app that loses something it needs."""
    show(tenant, "svc-m365-backup")
    tenant.consent.reconsent()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ReconsentSheet)
    button(sheet, "Check again").click()
    found = tenant.sheets.sheet
    assert isinstance(found, ProofSheet)
    yield found
    found.reject()


def happened(sheet: ProofSheet, *what: Happened) -> set[str]:
    return {row.permission.label for row in sheet.record.of(*what)}


def test_the_click_did_what_the_preview_said(proved: ProofSheet, tenant: Window) -> None:
    record = proved.record
    foreseen = {row.permission.label for row in record.rows if row.foreseen is Foreseen.ADDED}
    lost = {row.permission.label for row in record.rows if row.foreseen is Foreseen.REMOVED}
    assert happened(proved, Happened.REMOVED) == lost
    assert happened(proved, Happened.ADDED) | happened(proved, Happened.PENDING) == foreseen
    assert len(happened(proved, Happened.PENDING)) == 1
    assert not any(row.surprising for row in record.rows)
    said = texts(proved)
    assert "Before: scan of today 09:42. After: read again today 10:31." in said
    assert "Contacts.ReadWrite is needed, and was taken away." in said
    assert "Removed, and needed" in said
    assert "Not visible yet" in said
    # The app alone was read again: what is on screen is still the scan from before.
    assert tenant.workspace.comparison is not None
    assert tenant.workspace.comparison.scan_id == record.before.scan_id != record.after.scan_id


def test_what_is_late_is_awaited_and_then_there(proved: ProofSheet, tenant: Window, qtbot: QtBot) -> None:
    assert "1 grant not visible yet. Reading again in" in texts(proved)
    assert proved.waiting.width() >= proved.waiting.sizeHint().width()
    late = happened(proved, Happened.PENDING)
    button(proved, "Read again").click()
    assert tenant.sheets.sheet is proved
    assert happened(proved, Happened.PENDING) == set()
    assert late <= happened(proved, Happened.ADDED)
    assert not proved.waiting.isVisibleTo(proved)


def test_it_reads_again_by_itself(tenant: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.proving.deleteLater()
    quick = ProvingController(tenant, tenant.workspace, tenant.sheets, tenant.theme, watch=(1,))
    app = show(tenant, "svc-m365-backup")
    quick.begin(tenant.workspace.services.consent(tenant.workspace.comparison, app))
    sheet = quick.sheet
    assert sheet is not None
    assert happened(sheet, Happened.PENDING)
    qtbot.waitUntil(lambda: not happened(sheet, Happened.PENDING), timeout=5000)
    sheet.reject()
    assert quick.sheet is None


def test_the_way_back_is_saved_as_a_script(proved: ProofSheet, tenant: Window, tmp_path: Path) -> None:
    repair = undoes_consent(proved.record)
    assert repair is not None
    assert {move.permission.label for move in repair.moves} == happened(proved, Happened.REMOVED)
    button(proved, "Save restore script…").click()
    dialog = tenant.proving.dialog
    assert dialog is not None
    dialog.reject()
    file = tmp_path / "restore.ps1"
    tenant.proving.write_script(repair, ScriptForm.POWERSHELL, file)
    text = file.read_text(encoding="utf-8")
    assert "# gives Contacts.ReadWrite (Microsoft Graph, application)" in text
    nowhere = tmp_path / "no" / "restore.ps1"
    tenant.proving.write_script(repair, ScriptForm.POWERSHELL, nowhere)
    assert "cannot write" in texts(tenant.sheets.sheet)
    assert not nowhere.parent.exists()


def test_the_record_is_text_to_be_filed(proved: ProofSheet) -> None:
    button(proved, "Copy record").click()
    text = QGuiApplication.clipboard().text()
    record = proved.record
    for part in (
        record.app_id,
        record.tenant.id,
        record.before.scan_id,
        record.after.scan_id,
        "Contacts.ReadWrite, application",
    ):
        assert part in text
    assert "removed, and needed; the preview said: may be removed" in text


def test_another_scan_without_a_click_shows_no_record(tenant: Window) -> None:
    show(tenant, "svc-m365-backup")
    tenant.workspace.scan()
    assert tenant.sheets.sheet is None
