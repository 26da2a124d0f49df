"""Opening and saving scans, and going from one tenant to another."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.text import inert
from permdesk.domain.wording import moment, read_period
from permdesk.services.target import FileTarget, KeptTarget, SampleTarget
from permdesk.ui import icons
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import literal
from permdesk.ui.views.first_run import SUFFIX

_FILTER = f"Scans of permdesk (*{SUFFIX})"
_MOST_TENANTS, _MOST_SCANS = 12, 20


class FilesController(QObject):
    """Between the file system, the history and the workspace."""

    #: All scans of the tenant are asked for.
    history_requested = Signal()

    def __init__(self, window: QWidget, workspace: Workspace, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme = window, workspace, theme
        self._records: list[ScanRecord] = []
        self.dialog: QFileDialog | None = None
        workspace.changed.connect(lambda scanned: self.refresh_records() if scanned else None)

    def open_sample(self) -> None:
        """Open the sample tenant."""
        self._workspace.open(SampleTarget())

    def open_path(self, path: Path) -> None:
        """Open a saved scan."""
        self._workspace.open(FileTarget(path))

    def ask_open(self) -> None:
        """Ask for a saved scan, and open it."""
        dialog = QFileDialog(self._window, "Open a saved scan", "", _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        self._show(dialog)

    def ask_save(self) -> None:
        """Ask where to, and save the scan on screen."""
        shown = self._workspace.shown
        if shown is None:
            return
        day = shown.snapshot.read_at.date().isoformat()
        domain = shown.comparison.tenant.default_domain or shown.comparison.tenant.id
        name = "".join(c if c.isalnum() or c in ".-" else "-" for c in domain)[:80]
        dialog = QFileDialog(self._window, "Save this scan", f"{name}-{day}{SUFFIX}", _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.fileSelected.connect(lambda chosen: self.save_path(Path(chosen)))
        self._show(dialog)

    def save_path(self, path: Path) -> None:
        """Save the scan on screen; the file dialog has asked about a file that is there already."""
        workspace = self._workspace
        shown = workspace.shown
        if shown is not None:
            snapshot = shown.snapshot
            workspace.tasks.run(
                lambda _task: workspace.services.save_scan(snapshot, path, overwrite=True),
                done=lambda _: workspace.noticed.emit(Announcement(f"The scan is saved as {path.name}.")),
                failed=workspace.failed.emit,
                owner=self,
            )

    def _show(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    # Tenants

    def refresh_records(self) -> None:
        """Read which tenants the history knows."""
        workspace = self._workspace
        workspace.tasks.run(
            lambda _task: workspace.services.records(),
            done=self._keep,
            failed=lambda _error: None,
            key="records",
            owner=self,
        )

    def _keep(self, records: list[ScanRecord]) -> None:
        self._records = records

    def fill_menu(self, menu: QMenu, *, without: AbstractSet[tuple[str, str]] = frozenset()) -> None:
        """Fill the menu behind the tenant: tenants of the history, earlier scans of this one, the sample, files.

        Args:
            menu: emptied first.
            without: cloud and tenant of those that stand in the menu as accounts.
        """
        menu.clear()
        workspace, theme = self._workspace, self._theme
        shown = workspace.shown
        newest: dict[tuple[str, str], ScanRecord] = {}
        for record in self._records:
            newest.setdefault((record.cloud, record.tenant_id), record)
        others = [record for place, record in newest.items() if place not in without]
        for record in others[:_MOST_TENANTS]:
            name = inert(record.tenant_name, 60) or record.tenant_id
            self._add_scan(menu, record, f"{name}, read {moment(record.read_at, now=workspace.now)}")
        if shown is not None:
            tenant = shown.snapshot.tenant
            here = [one for one in self._records if (one.cloud, one.tenant_id) == (tenant.cloud, tenant.id)]
            if len(here) > 1:
                earlier = menu.addMenu(icons.icon("clock", theme), "Scans of this tenant")
                for record in here[:_MOST_SCANS]:
                    reads = "" if record.complete else " · not fully read"
                    self._add_scan(earlier, record, f"Read {moment(record.read_at, now=workspace.now)}{reads}")
            menu.addAction(icons.icon("clock", theme), "History", self.history_requested.emit)
        if self._records:
            menu.addSeparator()
        menu.addAction(icons.icon("flask", theme), "Open the sample tenant", self.open_sample)
        menu.addAction(icons.icon("folder", theme), "Open a saved scan…", self.ask_open)
        save = menu.addAction(icons.icon("save-script", theme), "Save this scan…", self.ask_save)
        save.setEnabled(shown is not None)

    def _add_scan(self, menu: QMenu, record: ScanRecord, words: str) -> None:
        shown = self._workspace.shown
        action = menu.addAction(literal(words))
        action.setCheckable(True)
        action.setChecked(shown is not None and record.scan_id == shown.snapshot.scan_id)
        menu.setToolTipsVisible(True)
        action.setToolTip(tool_tip(f"{read_period(record.read_at, record.ended_at, now=self._workspace.now)}."))
        target = KeptTarget(record.scan_id)
        action.triggered.connect(lambda _checked=False: self._workspace.open(target))
