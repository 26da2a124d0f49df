"""Kept scans and files: a saved scan taken into the history, and a kept one saved for somebody else."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.text import inert
from permdesk.presentation.timeline import ScanLine, written
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.first_run import SUFFIX
from permdesk.ui.views.history.timeline import TimelinePage

_FILTER = f"Scans of permdesk (*{SUFFIX})"


class HistoryFiles(QObject):
    """Between the timeline and the file system.

    Args:
        window: what dialogs lie over.
        page: the timeline.
        came: called once a scan came into the history.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        page: TimelinePage,
        *,
        sheets: SheetsController,
        theme: Theme,
        came: Callable[[], None],
    ) -> None:
        super().__init__(page)
        self._window, self._workspace, self._page, self._theme = window, workspace, page, theme
        self._sheets, self._came = sheets, came
        self.dialog: QFileDialog | None = None
        page.export_requested.connect(self._ask_names)
        page.import_requested.connect(self.ask_import)

    def ask_import(self) -> None:
        """Ask for a saved scan, and keep it in the history."""
        dialog = QFileDialog(self._window, "Import a saved scan", "", _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_in(Path(name)))
        self._show_dialog(dialog)

    def take_in(self, path: Path) -> None:
        """Keep a saved scan in the history."""

        def done(record: ScanRecord) -> None:
            self._came()
            shown = self._workspace.shown
            here = shown is not None and record.tenant_id == shown.snapshot.tenant.id
            of = "" if here else f" of {inert(record.tenant_name, 60) or record.tenant_id}"
            self._workspace.noticed.emit(Announcement(f"The scan{of} of {_when(record)} is in the history."))
            if here:
                self._page.table.select([record.scan_id])

        self._workspace.tasks.run(
            lambda _task: self._workspace.services.history.take_in(path),
            done=done,
            failed=self._workspace.failed.emit,
            owner=self,
        )

    def _ask_names(self, line: ScanLine) -> None:
        from permdesk.ui.views.history.export_sheet import ExportScanSheet

        sheet = ExportScanSheet(self._theme, self._window, line=line)
        sheet.chosen.connect(lambda nameless: self._ask_place(line, nameless=nameless))
        self._sheets.show(sheet)

    def _ask_place(self, line: ScanLine, *, nameless: bool) -> None:
        record = line.record
        if record is None:
            return
        # A file without names is not called by one.
        who = record.tenant_id if nameless else record.tenant_name
        name = "".join(c if c.isalnum() or c in ".-" else "-" for c in who)[:60].strip("-.") or "scan"
        place = f"{name}-{record.read_at.date().isoformat()}{SUFFIX}"
        dialog = QFileDialog(self._window, "Export this scan", place, _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.fileSelected.connect(lambda chosen: self.export(record, Path(chosen), nameless=nameless))
        self._show_dialog(dialog)

    def export(self, record: ScanRecord, path: Path, *, nameless: bool) -> None:
        """Save a kept scan; the file dialog has asked about a file that is there already."""
        history = self._workspace.services.history

        def work(_task: Task) -> None:
            history.export(history.load(record), path, nameless=nameless, overwrite=True)

        said = f"The scan is saved as {path.name}{', without names' if nameless else ''}."
        self._workspace.tasks.run(
            work,
            done=lambda _: self._workspace.noticed.emit(Announcement(said)),
            failed=self._workspace.failed.emit,
            owner=self,
        )

    def _show_dialog(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None


def _when(record: ScanRecord) -> str:
    return written(record.read_at, now=datetime.now().astimezone())
