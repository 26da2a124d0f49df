"""The print preview: a report laid out and painted elsewhere, looked at here, and handed to a printer or file."""

from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from permdesk.domain.ports import CancelToken
from permdesk.domain.text import inert
from permdesk.printing import printers
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Laid, Picture, Wish
from permdesk.services.paper import Paper
from permdesk.ui.controllers.jobs import counts
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
    """A report that is laid out.

    Attributes:
        paper: has the pages.
        choice: for which they were laid out.
        laid: what is known of them here.
        name: what a file of them is called, without its suffix.
    """

    paper: Paper
    choice: Choice
    laid: Laid
    name: str


class PrintPreview(QObject):
    """One sheet and what it shows; it ends with the sheet.

    Args:
        window: what the sheet lies over.
        shown: the tenant.
        paper: makes its report; goes on after the sheet.
        kept: how reports were made last.
        letterheads: the letterhead.
    """

    #: Print: Ready and Wish.
    print_wanted = Signal(object, object)
    #: Save as PDF: Ready and Path.
    save_wanted = Signal(object, object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        shown: Shown,
        *,
        paper: Paper,
        sheets: SheetsController,
        kept: Kept,
        letterheads: Letterheads,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._shown, self._theme = window, workspace, shown, theme
        self._sheets, self._kept, self._letterheads = sheets, kept, letterheads
        self._tasks = workspace.tasks
        self.paper = paper
        self.ready: Ready | None = None
        self.images = PageImages(self._tasks, self._paint, self)
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
        self.ready = None
        self.deleteLater()

    # Pages

    def _lay_out(self) -> None:
        choice, paper = self.setup.choice, self.paper
        name = file_name(self._shown.comparison)
        self.sheet.show_laying()

        def work(task: Task) -> Ready:
            return Ready(paper, choice, paper.lay_out(choice, told=counts(task), cancel=task.cancel), name)

        self._tasks.run(
            work,
            done=self._laid,
            failed=self._failed,
            progress=lambda step: self.sheet.show_laying(step[0] / max(1, step[1])),
            lane=Lane.NETWORK,
            key=_LAYOUT,
            owner=self.sheet,
        )

    def _laid(self, ready: Ready) -> None:
        self.ready = ready
        self.images.show(ready.laid)
        self.sheet.show_laid()

    def _paint(self, laid: Laid, page: int, width: int, cancel: CancelToken) -> Picture:
        return self.paper.picture(laid, page, width, cancel=cancel)

    def _stop(self) -> None:
        self._tasks.cancel(_LAYOUT)
        self.paper.close()
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
            self._hand_on(self.ready, Wish(self.sheet.printer.current))

    def _hand_on(self, ready: Ready, wish: Wish) -> None:
        self._kept.keep(ready.choice, printer=wish.name)
        self.sheet.accept()
        self.print_wanted.emit(ready, wish)

    def _ask_printer(self) -> None:
        """Open this computer's own dialog; what it says is printed."""
        ready, name = self.ready, self.sheet.printer.current
        if ready is None or not name:
            return

        def opened(printer: QPrinter) -> None:
            dialog = QPrintDialog(printer, self.sheet)
            dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)
            dialog.setMinMax(1, ready.laid.count)
            dialog.setFromTo(1, ready.laid.count)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.accepted.connect(lambda: self._hand_on(ready, printers.wish_of(printer)))
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
            place=self._kept.place(f"{ready.name}.pdf"),
            kind=FileFormat.PDF,
            chosen=partial(self._save, ready),
        )
        self.dialog.destroyed.connect(self._dialog_closed)
        self.dialog.open()

    def _save(self, ready: Ready, path: Path) -> None:
        self._kept.keep(ready.choice, folder=str(path.parent))
        self.sheet.accept()
        self.save_wanted.emit(ready, path)
