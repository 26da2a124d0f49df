"""Exporting: which format, what of it, where to; then it is written in the background."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.text import inert
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.services.paper import Paper
from permdesk.ui.controllers.letterheads import Letterheads
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.report_setup import Kept
from permdesk.ui.controllers.report_sheets import choose_apps, count_apps, edit_letterhead, save_dialog
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.export_sheet import ExportSheet
from permdesk.ui.views.report.setup import Setup

_GATHER: Final = "report-gather"


class Export(QObject):
    """One sheet of export, until a file was named or it was closed.

    Args:
        window: what the sheet lies over.
        paper: makes the report; it begins to gather while a person chooses.
        shown: the tenant whose apps can be chosen; None where several tenants are exported.
        name: what the file is called, without its suffix.
        lead: what the report is about.
    """

    #: What to write: Choice, FileFormat and Path.
    wanted = Signal(object, object, object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        *,
        paper: Paper,
        shown: Shown | None,
        name: str,
        lead: str,
        sheets: SheetsController,
        kept: Kept,
        letterheads: Letterheads,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._shown, self._paper = window, workspace, shown, paper
        self._sheets, self._kept, self._name = sheets, kept, name
        self.setup = Setup(theme, begun=kept.choice(letterheads.letterhead), several=shown is None)
        self.sheet = ExportSheet(theme, window, setup=self.setup, begun=kept.format, lead=inert(lead, 300))
        self.dialog: QFileDialog | None = None
        self.setup.apps_requested.connect(partial(choose_apps, theme, self.sheet, self.setup))
        self.setup.letterhead_requested.connect(partial(edit_letterhead, theme, self.sheet, letterheads))
        letterheads.changed.connect(self.setup.show_letterhead)
        self.sheet.save_requested.connect(self._ask_where)
        self.sheet.finished.connect(self._end)

    def open(self) -> None:
        """Show the sheet."""
        self._sheets.show(self.sheet)
        if self._shown is not None:
            count_apps(self._workspace, self._shown, self.setup)
        self._workspace.tasks.run(
            lambda task: self._paper.make_ready(task.cancel),
            # Whatever is wrong is told of what a person wants saved, or of nothing.
            failed=lambda _error: None,
            lane=Lane.NETWORK,
            key=_GATHER,
            owner=self,
        )

    def _end(self) -> None:
        self._kept.keep(self.setup.choice, kind=self.sheet.format.value)
        self._workspace.tasks.cancel(_GATHER)
        self.deleteLater()

    def _ask_where(self) -> None:
        kind, choice = self.sheet.format, self.setup.choice
        self.dialog = save_dialog(
            self.sheet,
            "Export the summary",
            place=self._kept.place(f"{self._name}.{kind.value}"),
            kind=kind,
            chosen=partial(self._chosen, choice, kind),
        )
        self.dialog.destroyed.connect(self._dialog_closed)
        self.dialog.open()

    def _chosen(self, choice: Choice, kind: FileFormat, path: Path) -> None:
        self._kept.keep(choice, folder=str(path.parent), kind=kind.value)
        self.sheet.accept()
        self.wanted.emit(choice, kind, path)

    def _dialog_closed(self) -> None:
        self.dialog = None
