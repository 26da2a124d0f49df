"""The print preview: a report gathered, laid out and drawn off the window's thread, and handed to a printer or file."""

from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from permdesk.domain.text import inert
from permdesk.printing.layout import Pages, layout
from permdesk.reports.choice import Choice
from permdesk.reports.compose import compose
from permdesk.reports.file_format import FileFormat
from permdesk.reports.subject import Subject
from permdesk.services.letting_go import let_go
from permdesk.ui import printers
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.jobs import shares
from permdesk.ui.controllers.letterheads import Letterheads
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.report_setup import Kept, file_name
from permdesk.ui.controllers.report_sheets import APPS, choose_apps, count_apps, edit_letterhead, save_dialog
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.page_images import PageImages
from permdesk.ui.views.report.print_sheet import PrintSheet
from permdesk.ui.views.report.setup import Setup

_LAYOUT, _PRINTERS, _DIALOG = "report-layout", "printers", "print-dialog"


class Ready(Struct, frozen=True):
    """A report on pages, and what it was made of."""

    subjects: tuple[Subject, ...]
    choice: Choice
    pages: Pages


class PrintPreview(QObject):
    """One sheet and what it shows; it ends with the sheet.

    Args:
        window: what the sheet lies over.
        shown: the tenant.
        kept: how reports were made last.
        letterheads: the letterhead.
    """

    #: Print: Ready, the name of the printer, and QPrinter where its dialog was answered, else None.
    print_wanted = Signal(object, str, object)
    #: Save as PDF: Ready and Path.
    save_wanted = Signal(object, object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        shown: Shown,
        *,
        sheets: SheetsController,
        kept: Kept,
        letterheads: Letterheads,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._shown, self._theme = window, workspace, shown, theme
        self._sheets, self._kept, self._letterheads = sheets, kept, letterheads
        self._tasks = workspace.tasks
        self._subjects: tuple[Subject, ...] = ()
        self.ready: Ready | None = None
        self.images = PageImages(self._tasks, self)
        self.images.failed.connect(self._failed)
        self.setup = Setup(theme, begun=kept.choice(letterheads.letterhead))
        tenant = inert(shown.comparison.tenant.name, 120) or shown.comparison.tenant.id
        self.sheet = PrintSheet(theme, window, images=self.images, setup=self.setup, tenant=tenant)
        self.dialog: QPrintDialog | QFileDialog | None = None
        self._connect()

    def _connect(self) -> None:
        sheet, setup = self.sheet, self.setup
        setup.changed.connect(self._lay_out)
        setup.apps_requested.connect(partial(choose_apps, self._theme, sheet, setup))
        setup.letterhead_requested.connect(partial(edit_letterhead, self._theme, sheet, self._letterheads))
        self._letterheads.changed.connect(setup.show_letterhead)
        sheet.print_requested.connect(self._print)
        sheet.save_requested.connect(self._ask_where)
        sheet.details_requested.connect(self._ask_printer)
        sheet.stop_requested.connect(self._stop)
        sheet.again_requested.connect(self._lay_out)
        sheet.finished.connect(self._end)

    def open(self) -> None:
        """Show the sheet; everything in it comes later."""
        self._sheets.show(self.sheet)
        self._lay_out()
        self._find_printers()
        count_apps(self._workspace, self._shown, self.setup)

    def _end(self) -> None:
        for key in (_LAYOUT, _PRINTERS, _DIALOG, APPS):
            self._tasks.cancel(key)
        self._kept.keep(self.setup.choice)
        self.images.show(None)
        self._let_go()
        self.deleteLater()

    def _let_go(self) -> None:
        """Free the pages elsewhere: thousands of them would hold the window up."""
        earlier: list[object] = [self.ready]
        self.ready = None
        self._tasks.run(lambda task: let_go(earlier, hurry=task.cancel), lane=Lane.NETWORK)

    # Pages

    def _lay_out(self) -> None:
        choice, subjects, shown = self.setup.choice, self._subjects, self._shown
        services = self._workspace.services
        self.sheet.show_laying()

        @uncollected()
        def work(task: Task) -> Ready:
            known = subjects or (services.report.subject(shown.snapshot, shown.comparison, cancel=task.cancel),)
            document = compose(known, choice)
            pages = layout(document, choice.page, choice.letterhead, progress=shares(task), cancel=task.cancel)
            return Ready(known, choice, pages)

        self._tasks.run(
            work,
            done=self._laid,
            failed=self._failed,
            progress=self.sheet.show_laying,
            lane=Lane.NETWORK,
            key=_LAYOUT,
            owner=self.sheet,
        )

    def _laid(self, ready: Ready) -> None:
        before: list[object] = [self.ready]
        self._subjects, self.ready = ready.subjects, ready
        self.images.show(ready.pages)
        self.sheet.show_laid()
        if before[0] is not None:
            self._tasks.run(lambda task: let_go(before, hurry=task.cancel), lane=Lane.NETWORK)

    def _stop(self) -> None:
        self._tasks.cancel(_LAYOUT)
        self.sheet.show_stopped("Stopped. Nothing was laid out.")

    def _failed(self, error: Exception) -> None:
        self.sheet.show_stopped("The pages could not be laid out.")
        self._sheets.problem(error, over=self.sheet)

    # Printers

    def _find_printers(self) -> None:
        def found(known: printers.Printers) -> None:
            self.sheet.show_printers(known, chosen=self._kept.printer)

        self._tasks.run(
            lambda _task: printers.find_printers(),
            done=found,
            failed=self._failed,
            lane=Lane.NETWORK,
            key=_PRINTERS,
            owner=self.sheet,
        )

    def _print(self) -> None:
        if self.ready is not None:
            self._hand_on(self.ready, self.sheet.printer.current, None)

    def _hand_on(self, ready: Ready, name: str, printer: QPrinter | None) -> None:
        self._kept.keep(ready.choice, printer=name)
        self.sheet.accept()
        self.print_wanted.emit(ready, name, printer)

    def _ask_printer(self) -> None:
        """Open this computer's own dialog; what it says is printed."""
        ready, name = self.ready, self.sheet.printer.current
        if ready is None or not name:
            return

        def opened(printer: QPrinter) -> None:
            dialog = QPrintDialog(printer, self.sheet)
            dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)
            dialog.setMinMax(1, ready.pages.count)
            dialog.setFromTo(1, ready.pages.count)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.accepted.connect(lambda: self._hand_on(ready, printer.printerName(), printer))
            dialog.destroyed.connect(self._dialog_closed)
            self.dialog = dialog
            # Its own open() wants a slot by name.
            QDialog.open(dialog)

        self._tasks.run(
            lambda _task: printers.open_printer(name, ready.choice.page),
            done=opened,
            failed=self._printer_gone,
            lane=Lane.NETWORK,
            key=_DIALOG,
            owner=self.sheet,
        )

    def _printer_gone(self, error: Exception) -> None:
        self._sheets.problem(error, over=self.sheet)
        self._find_printers()

    def _dialog_closed(self) -> None:
        self.dialog = None

    # Files

    def _ask_where(self) -> None:
        ready = self.ready
        if ready is None:
            return
        self.dialog = save_dialog(
            self.sheet,
            "Save as PDF",
            place=self._kept.place(f"{file_name(self._shown.comparison)}.pdf"),
            kind=FileFormat.PDF,
            chosen=partial(self._save, ready),
        )
        self.dialog.destroyed.connect(self._dialog_closed)
        self.dialog.open()

    def _save(self, ready: Ready, path: Path) -> None:
        self._kept.keep(ready.choice, folder=str(path.parent))
        self.sheet.accept()
        self.save_wanted.emit(ready, path)
