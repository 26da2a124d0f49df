"""Consents on record: lists them, shows one, prints it, saves it, deletes it."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.consent_store import KeptConsents
from permdesk.domain.ports import CancelToken
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.letterheads import Letterheads
from permdesk.ui.controllers.report_setup import Kept
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.proof import RecordSheet
from permdesk.ui.views.dialogs.sheet import Sheet

if TYPE_CHECKING:
    # Loaded with the first print: the program starts without paper.
    from PySide6.QtPrintSupport import QPrinter

    from permdesk.ui.views.bulk.records import RecordsSheet

_LIST, _PRINTER = "consent-records", "consent-printer"
_KINDS = {
    FileFormat.PDF: "PDF, to print or to file (*.pdf)",
    FileFormat.HTML: "Web page, one file (*.html)",
    FileFormat.JSON: "JSON, for other programs (*.json)",
}


class RecordsController(QObject):
    """Between the records in the history and paper, files and sheets.

    Args:
        window: what the sheets lie over.
        letterheads: stands on paper.
        save_script: asks where the script shall go that gives back what a record lost.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        *,
        sheets: SheetsController,
        appearance: AppearanceController,
        letterheads: Letterheads,
        save_script: Callable[[ConsentRecord], object],
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._sheets, self._theme = window, workspace, sheets, theme
        self._kept, self._letterheads, self._save_script = Kept(appearance), letterheads, save_script
        self._app_id: str | None = None
        self.listed: RecordsSheet | None = None
        self.dialog: QFileDialog | QDialog | None = None

    # Lists

    def of_app(self) -> None:
        """List the consents of the selected app."""
        app = self._workspace.app
        if app is not None and app.app_id is not None:
            self._open(app.app_id, app.display_name)

    def of_plan(self, plan: ConsentPlan) -> None:
        """List the consents of the app that a preview is of."""
        self._open(plan.app_id, plan.display_name if plan.app_id is not None else "")

    def of_tenant(self) -> None:
        """List the consents of the tenant."""
        if self._workspace.shown is None:
            self._workspace.noticed.emit(Announcement("Open or scan a tenant first."))
        else:
            self._open(None, "")

    def _open(self, app_id: str | None, name: str) -> None:
        from permdesk.ui.views.bulk.records import RecordsSheet

        comparison = self._workspace.comparison
        if comparison is None:
            return
        tenant = comparison.tenant.name or comparison.tenant.id
        self._app_id = app_id
        sheet = RecordsSheet(self._theme, self._window, app_name=name if app_id is not None else "", tenant=tenant)
        sheet.opened.connect(partial(self._show, sheet))
        sheet.print_requested.connect(self.print)
        sheet.save_requested.connect(self.save)
        sheet.delete_requested.connect(partial(self._ask_delete, sheet))
        sheet.narrowed.connect(lambda narrow: self._fill(sheet, app_id if narrow else None))
        sheet.finished.connect(self._closed)
        self.listed = sheet
        self._fill(sheet, app_id)
        self._sheets.show(sheet)

    def _closed(self, _result: int) -> None:
        self.listed = None

    def _fill(self, sheet: "RecordsSheet", app_id: str | None) -> None:
        comparison, consents = self._workspace.comparison, self._workspace.services.consents
        if comparison is None:
            return
        self._app_id = app_id
        tenant = comparison.tenant

        def found(kept: KeptConsents) -> None:
            sheet.show_kept(kept, now=self._workspace.now)

        self._workspace.tasks.run(
            lambda _task: consents.of_tenant(cloud=tenant.cloud, tenant_id=tenant.id, app_id=app_id),
            done=found,
            failed=partial(self._sheets.problem, over=sheet),
            key=_LIST,
            owner=sheet,
        )

    def show_named(self, record_id: str, *, over: Sheet) -> None:
        """Show the record of an id over a sheet."""
        consents = self._workspace.services.consents
        self._workspace.tasks.run(
            lambda _task: consents.named(record_id),
            done=partial(self._show, over),
            failed=partial(self._sheets.problem, over=over),
            key=_LIST,
            owner=over,
        )

    def _show(self, over: Sheet, record: ConsentRecord) -> None:
        sheet = RecordSheet(self._theme, over, record=record, now=self._workspace.now)
        self._serve(sheet)
        sheet.open()

    def _serve(self, sheet: RecordSheet) -> None:
        sheet.copy_requested.connect(self._sheets.copy)
        sheet.script_requested.connect(self._save_script)
        sheet.print_requested.connect(self.print)
        sheet.save_requested.connect(self.save)

    # Deleting

    def _ask_delete(self, sheet: "RecordsSheet", record: ConsentRecord) -> None:
        from permdesk.ui.views.dialogs.question import QuestionSheet

        name = inert(record.display_name, 80) or "this app"
        question = QuestionSheet(
            self._theme,
            sheet,
            title="Delete this record?",
            text=f"What the consent to {name} changed is then known no more, here and in previews. Files and paper "
            "that were made of it stay.",
            go_on="Keep it",
            stop="Delete it",
        )
        question.agreed.connect(partial(self._delete, sheet, record))
        question.open()

    def _delete(self, sheet: "RecordsSheet", record: ConsentRecord) -> None:
        consents = self._workspace.services.consents

        def gone(number: int) -> None:
            self._workspace.noticed.emit(
                Announcement(
                    f"{counted(number, 'record')} deleted.", undo=partial(self._put_back, record) if number else None
                )
            )
            self._fill(sheet, self._app_id)

        self._workspace.tasks.run(
            lambda _task: consents.delete([record]),
            done=gone,
            failed=partial(self._sheets.problem, over=sheet),
            owner=sheet,
        )

    def _put_back(self, record: ConsentRecord) -> None:
        consents = self._workspace.services.consents
        self._workspace.tasks.run(lambda _task: consents.keep(record), failed=self._workspace.failed.emit, owner=self)

    # Files

    def save(self, record: ConsentRecord) -> None:
        """Ask for a place and a format, and save a record there."""
        over = self._over()
        dialog = QFileDialog(over, "Save the record", self._kept.place(file_name(record)), ";;".join(_KINDS.values()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(FileFormat.PDF.value)
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_kind(chosen).value))
        dialog.fileSelected.connect(lambda name: self.write(record, Path(name), _kind(dialog.selectedNameFilter())))
        self.dialog = dialog
        dialog.open()

    def write(self, record: ConsentRecord, path: Path, chosen: FileFormat) -> None:
        """Write a record; the file dialog has asked about a file that is there already."""
        consents, choice = self._workspace.services.consents, self._choice()
        kind = FileFormat.of(path)
        kind = kind if kind in _KINDS else chosen

        def work() -> None:
            consents.write(
                record,
                path,
                kind,
                page=choice.page,
                letterhead=choice.letterhead,
                locale=choice.locale,
                overwrite=True,
            )

        self._workspace.tasks.run(
            lambda _task: work(),
            done=lambda _: self._tell(f"Saved as {inert(path.name, 80)}."),
            failed=self._problem,
            lane=Lane.NETWORK,
            owner=self,
        )

    def _choice(self) -> Choice:
        return self._kept.choice(self._letterheads.letterhead)

    # Paper

    def print(self, record: ConsentRecord) -> None:
        """Ask for a printer, and print a record there."""
        from permdesk.printing.printers import find_printers, open_printer

        choice, usual = self._choice(), self._kept.printer

        def found() -> "QPrinter | None":
            known = find_printers()
            printer = known.named(usual) or known.named(known.usual) or next(iter(known.all), None)
            return open_printer(printer.name, choice.page) if printer is not None else None

        self._workspace.tasks.run(
            lambda _task: found(),
            done=partial(self._ask_printer, record, choice),
            failed=self._problem,
            lane=Lane.NETWORK,
            key=_PRINTER,
            owner=self,
        )

    def _ask_printer(self, record: ConsentRecord, choice: Choice, printer: "QPrinter | None") -> None:
        from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog

        if printer is None:
            self._tell("This computer has no printer. Save the record as PDF instead.")
            return
        dialog = QPrintDialog(printer, self._over())
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)
        dialog.accepted.connect(lambda: self._print(record, choice, printer))
        self.dialog = dialog
        # Its own open() wants a slot by name.
        QDialog.open(dialog)

    def _print(self, record: ConsentRecord, choice: Choice, printer: "QPrinter") -> None:
        consents = self._workspace.services.consents
        name = printer.printerName()
        self._kept.keep(choice, printer=name)

        def work(cancel: CancelToken) -> int:
            from permdesk.printing.layout import layout
            from permdesk.printing.printers import send, set_page

            document = consents.paper(record, locale=choice.locale)
            pages = layout(document, choice.page, choice.letterhead, cancel=cancel)
            set_page(printer, choice.page)
            return send(printer, pages, title=document.title, progress=lambda _page, _of: None, cancel=cancel)

        self._workspace.tasks.run(
            lambda task: work(task.cancel),
            done=lambda pages: self._tell(f"{counted(pages, 'page')} went to {inert(name, 60)}."),
            failed=self._problem,
            lane=Lane.NETWORK,
            owner=self,
        )

    # Where things are told

    def _over(self) -> QWidget:
        """Return the newest sheet that lies over the window, or the window."""
        sheets = [sheet for sheet in self._window.findChildren(Sheet) if sheet.isVisible()]
        return sheets[-1] if sheets else self._window

    def _tell(self, words: str) -> None:
        over = self._over()
        if isinstance(over, RecordSheet):
            over.tell(words)
        elif self.listed is not None and over is self.listed:
            self.listed.tell(words)
        else:
            self._workspace.noticed.emit(Announcement(words))

    def _problem(self, error: Exception) -> None:
        over = self._over()
        self._sheets.problem(error, over=over if isinstance(over, Sheet) else None)


def file_name(record: ConsentRecord) -> str:
    """Return what the file of a record is called."""
    app = re.sub(r"[^\w.-]+", "-", record.display_name)[:60].strip(".-") or "app"
    return f"consent-{app}-{record.ended.date().isoformat()}.pdf"


def _kind(chosen: str) -> FileFormat:
    return next((kind for kind, words in _KINDS.items() if words == chosen), FileFormat.PDF)
