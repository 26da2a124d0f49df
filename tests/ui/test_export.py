"""Exporting: each format from the window to the file, one tenant or several."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.sign_in import SignIn
from permdesk.paths import Paths
from permdesk.reports.file_format import FileFormat
from permdesk.services.accounts import KeptAccount
from permdesk.settings import Settings
from permdesk.ui.controllers.export import Export
from permdesk.ui.views.dialogs.problem import ProblemSheet
from permdesk.ui.views.sign_in.accounts import AccountsSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, texts
from tests.ui.test_account_list import row


@pytest.fixture
def export(tenant: Window, qtbot: QtBot) -> Export:
    qtbot.waitUntil(tenant.isActiveWindow)
    qtbot.keyClick(tenant, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    made = tenant.reports.exporting
    assert made is not None
    assert tenant.sheets.sheet is made.sheet
    return made


def _save(made: Export, kind: FileFormat, folder: Path) -> Path:
    made.sheet.formats.rows[kind].click()
    button(made.sheet, "Save…").click()
    dialog = made.dialog
    assert isinstance(dialog, QFileDialog)
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert dialog.defaultSuffix() == kind.value
    path = folder / Path(dialog.selectedFiles()[0]).name
    assert path.suffix == f".{kind.value}"
    dialog.fileSelected.emit(str(path))
    return path


def _looks_right(kind: FileFormat, content: bytes) -> bool:
    match kind:
        case FileFormat.PDF:
            return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
        case FileFormat.HTML:
            return content.lstrip().lower().startswith(b"<!doctype html") and b"svc-m365-backup" in content
        case FileFormat.XLSX:
            return "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()
        case FileFormat.CSV:
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            return len(rows) > 50 and len({len(row) for row in rows}) == 1
        case _:
            return bool(json.loads(content)["schema"] == "permdesk.report/1")


@pytest.mark.parametrize("kind", list(FileFormat))
def test_each_format_is_written_from_the_window(
    tenant: Window, export: Export, kind: FileFormat, tmp_path: Path, paths: Paths
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = _save(export, kind, folder)
    assert path.name == f"larkfield.example-2026-11-22.{kind.value}"
    assert _looks_right(kind, path.read_bytes())
    assert list(folder.iterdir()) == [path]
    assert tenant.sheets.sheet is None
    assert f"Saved as {path}" in texts(tenant.jobs)
    kept = Settings.load(paths.settings_file).report
    assert (kept.format, kept.folder) == (kind.value, str(folder))
    # The next export begins with both.
    tenant.reports.export()
    again = tenant.reports.exporting
    assert again is not None
    assert again.sheet.format is kind
    button(again.sheet, "Save…").click()
    assert isinstance(again.dialog, QFileDialog)
    assert Path(again.dialog.selectedFiles()[0]).parent == folder
    again.dialog.reject()


def test_each_format_says_what_it_is_for_and_asks_only_what_it_needs(export: Export) -> None:
    sheet, setup = export.sheet, export.setup
    for kind, made in sheet.formats.rows.items():
        assert made.accessibleDescription().startswith("For ")
        made.click()
        assert setup.paper.isVisibleTo(sheet) is (kind is FileFormat.PDF)
        assert setup.form.isVisibleTo(sheet) is kind.paged
        assert setup.letterhead.isVisibleTo(sheet) is kind.paged


def test_arrows_choose_the_format(export: Export, qtbot: QtBot) -> None:
    first = export.sheet.formats.rows[FileFormat.PDF]
    assert export.sheet.focusWidget() is first
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert export.sheet.format is FileFormat.HTML


def test_a_place_that_cannot_be_written_is_said(tenant: Window, export: Export, tmp_path: Path) -> None:
    export.sheet.formats.rows[FileFormat.JSON].click()
    button(export.sheet, "Save…").click()
    assert isinstance(export.dialog, QFileDialog)
    export.dialog.fileSelected.emit(str(tmp_path / "no such folder" / "x.json"))
    problem = tenant.sheets.sheet
    assert isinstance(problem, ProblemSheet)
    assert "cannot be written" in texts(problem)
    assert not tenant.jobs.isVisible()


def _account(tenant: Window, name: str, tenant_id: str | None = None) -> KeptAccount:
    shown = tenant.workspace.shown
    assert shown is not None
    read = shown.snapshot.tenant
    signed = SignIn(
        cloud=CLOUDS["global"],
        client_id="7c1c4c8a-0000-4000-8000-000000000001",
        account_id=f"{name}.{tenant_id or read.id}",
        username=f"{name}@larkfield.example",
        tenant_id=tenant_id or read.id,
    )
    last = next((one for one in tenant.workspace.services.records() if one.tenant_id == signed.tenant_id), None)
    return KeptAccount(signed, last)


def test_all_accounts_go_into_one_report(tenant: Window, tmp_path: Path) -> None:
    accounts = [
        _account(tenant, "ada"),
        _account(tenant, "ben"),
        _account(tenant, "cy", "9f0d4f7e-1111-4222-8333-944455556666"),
    ]
    tenant.reports.export_all(accounts)
    made = tenant.reports.exporting
    assert made is not None
    # Two of them read one tenant; the third was never read.
    assert "1 tenant" in texts(made.sheet)
    assert "1 tenant without a kept scan is named as not read" in texts(made.sheet)
    assert not made.setup.apps.isVisibleTo(made.sheet)
    path = _save(made, FileFormat.JSON, tmp_path)
    assert path.name.startswith("tenants-")
    assert _looks_right(FileFormat.JSON, path.read_bytes())
    document = json.loads(path.read_bytes())
    assert len(document["tenants"]) == 1
    assert [(one["account"], one["reason"]) for one in document["not_read"]] == [
        ("cy@larkfield.example", "No scan of it is kept.")
    ]


def test_accounts_that_were_never_read_have_nothing_to_export(tenant: Window) -> None:
    tenant.reports.export_all([_account(tenant, "cy", "9f0d4f7e-1111-4222-8333-944455556666")])
    assert tenant.reports.exporting is None
    assert "scan them first" in tenant.banner.text


def test_the_list_of_accounts_offers_it_for_those_in_sight(window: Window, qtbot: QtBot) -> None:
    sheet = AccountsSheet(window.theme, None)
    qtbot.addWidget(sheet)
    sheet.show()
    asked: list[list[str]] = []
    sheet.export_requested.connect(asked.append)
    sheet.show_rows([row("a@x.example", "Alder"), row("b@x.example", "Birch"), row("c@x.example", "Cedar", days=None)])
    assert sheet.export.accessibleName() == "Export all…"
    sheet.field.setText("x.example birch")
    assert sheet.export.accessibleName() == "Export these 1…"
    sheet.export.click()
    assert asked == [["b@x.example/Birch"]]


def test_accounts_without_a_scan_are_not_offered(window: Window, qtbot: QtBot) -> None:
    sheet = AccountsSheet(window.theme, None)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.show_rows([row("a@x.example", "Alder", days=None), row("b@x.example", "Birch", days=None)])
    assert not sheet.export.isEnabled()
