"""The print preview: pages in small and large, the set-up at the side, the printer, and what to do with it all."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from permdesk.printing.printers import Printers
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, ground, rule, scrolled, tool_button
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.fade import faded
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.report.page_images import PageImages
from permdesk.ui.views.report.page_view import Fit, PageView
from permdesk.ui.views.report.parts import labelled
from permdesk.ui.views.report.setup import Setup
from permdesk.ui.views.report.thumbnails import Thumbnails
from permdesk.ui.views.ring import Ring
from permdesk.ui.views.sign_in.fields import ChoiceField, boxed, dress

_SETUP: Final = 268
_LARGEST: Final = QSize(1400, 1000)
_NO_PRINTER: Final = "No printer is set up on this computer. The summary can be saved as PDF."
_STOPPED: Final = "This printer is stopped: the summary would wait in its queue."


class PrintSheet(Sheet):
    """Everything about a report on paper.

    Args:
        images: pictures of its pages.
        setup: what is chosen of it; becomes part of the sheet.
        tenant: whose report it is.
    """

    print_requested = Signal()
    save_requested = Signal()
    details_requested = Signal()
    stop_requested = Signal()
    again_requested = Signal()
    printer_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, images: PageImages, setup: Setup, tenant: str) -> None:
        super().__init__(theme, "Print the summary", parent, lead=tenant)
        self._images = images
        self.setup = setup
        self._laid, self._printers = False, Printers((), "")
        self._known = False
        self.small = Thumbnails(theme, images)
        self.pages = PageView(theme, images)
        self.pages.set_message("Laying out the pages…")
        self._build()
        self.add_buttons()
        self.small.chosen.connect(self.pages.show_page)
        self.pages.page_changed.connect(self.small.show_page)
        self.pages.page_changed.connect(lambda _page: self._tell())
        self.pages.zoom_changed.connect(lambda _zoom: self._tell_zoom())
        images.changed.connect(self._tell)
        self._tell()
        self._tell_zoom()
        self.show_laying()
        self._show_buttons()

    def _build(self) -> None:
        theme = self.theme
        self.body.setContentsMargins(0, 4, 0, 0)
        self.body.setSpacing(0)
        self.body.addWidget(rule())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.small)
        row.addWidget(rule(vertical=True))
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._tools())
        middle.addWidget(rule())
        middle.addWidget(self.pages, 1)
        row.addLayout(middle, 1)
        row.addWidget(rule(vertical=True))
        side = ground(QWidget(), "panel")
        side.setFixedWidth(_SETUP)
        column = QVBoxLayout(side)
        column.setContentsMargins(16, 12, 4, 12)
        column.setSpacing(4)
        page = ground(QWidget(), "panel")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 12, 0)
        inside.addWidget(self.setup)
        inside.addStretch(1)
        column.addWidget(faded(theme, scrolled(page, name="Set-up")), 1)
        column.addWidget(rule())
        column.addSpacing(6)
        lower = QVBoxLayout()
        lower.setContentsMargins(0, 0, 12, 0)
        lower.setSpacing(4)
        self._build_printer(lower)
        column.addLayout(lower)
        row.addWidget(side)
        self.body.addLayout(row, 1)

    def _tools(self) -> QWidget:
        theme = self.theme
        made = ground(QWidget(), "window")
        row = QHBoxLayout(made)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        self.where = Line(theme, role="small", ink="text2", least=300)
        self._ring = Ring(theme)
        self._laying = Line(theme, role="small", ink="text2", least=120)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(96)
        self._bar.setAccessibleName("Pages laid out")
        self.stop = button(theme, "Stop", kind="link", click=self.stop_requested.emit)
        self.again = button(theme, "Lay out again", kind="link", click=self.again_requested.emit)
        self.again.hide()
        busy = QHBoxLayout()
        busy.setSpacing(8)
        for part in (self._ring, self._laying, self._bar, self.stop):
            busy.addWidget(part)
        self._busy = boxed(busy)
        self.smaller = tool_button(theme, "Smaller (−)", icon="minus", click=lambda: self.pages.step(-1))
        self.zoom = Line(theme, role="small", ink="text2", least=48)
        self.zoom.setFixedWidth(48)
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.larger = tool_button(theme, "Larger (+)", icon="plus", click=lambda: self.pages.step(1))
        self.fit_page = button(theme, "Whole page", kind="flat", small=True, tip="Show the whole page (0)")
        self.fit_width = button(theme, "Page width", kind="flat", small=True, tip="Make the page as wide as the room")
        self.fit_page.clicked.connect(lambda: self.pages.set_fit(Fit.PAGE))
        self.fit_width.clicked.connect(lambda: self.pages.set_fit(Fit.WIDTH))
        row.addWidget(self.where)
        row.addSpacing(8)
        row.addWidget(self._busy)
        row.addWidget(self.again)
        row.addStretch(1)
        sizes: tuple[QWidget, ...] = (self.smaller, self.zoom, self.larger, self.fit_page, self.fit_width)
        for widget in sizes:
            row.addWidget(widget)
        return made

    def _build_printer(self, column: QVBoxLayout) -> None:
        theme = self.theme
        self.printer = ChoiceField[str](theme, "Printer", [("", "Looking for printers…")])
        self.printer.setEnabled(False)
        self.printer.chosen.connect(self._printer_chosen)
        self.details = button(
            theme,
            "Copies, pages, sides…",
            kind="link",
            click=self.details_requested.emit,
            tip="Opens the print dialog of this computer",
        )
        self._note = Paragraph(theme, "", role="smallest", ink="muted")
        labelled(theme, column, "Printer", self.printer, self._note, self.details)

    def add_buttons(self) -> None:
        """Add what ends the sheet."""
        self.save = self.add_button("Save as PDF…", self.save_requested.emit, icon="export", leading=True)
        self.add_button("Close", self.reject)
        self.print = self.add_button("Print", self.print_requested.emit, kind="primary", icon="print", default=True)

    def fit(self) -> None:
        """Take nearly all of the window."""
        window = self.parentWidget()
        room = window.window().size() if window is not None else QSize(1280, 720)
        size = (room - QSize(48, 40)).boundedTo(_LARGEST)
        self.setMinimumSize(min(size.width(), 720), min(size.height(), 480))
        self.resize(size)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the size of the pages follows from that of the sheet."""
        super().showEvent(event)
        self.pages.fit_sensibly()

    def first_focus(self) -> QWidget:
        """Return the pages: arrows and Page Down go through them."""
        return self.pages

    # What is shown

    def show_laying(self, share: float | None = None) -> None:
        """Say that pages are being laid out.

        Args:
            share: how much of it is done, from 0 to 1; None before it began.
        """
        self._laid = False
        self.again.hide()
        self._busy.show()
        self._laying.set_text("Gathering" if share is None else "Laying out")
        self._bar.setVisible(share is not None)
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * (share or 0.0)))
        self._show_buttons()

    def show_laid(self) -> None:
        """Say that all pages are here."""
        self._laid = True
        self._busy.hide()
        self.again.hide()
        self._tell()
        self._show_buttons()

    def show_stopped(self, why: str) -> None:
        """Say why there are no pages of what is chosen now."""
        self._laid = False
        self._busy.hide()
        self.again.show()
        self._images.show(None)
        self.pages.set_message(why)
        self._show_buttons()

    @property
    def printer_known(self) -> bool:
        """True once it was found out which printers there are."""
        return self._known

    def show_printers(self, printers: Printers, *, chosen: str) -> None:
        """Offer the printers there are.

        Args:
            printers: all of them.
            chosen: the one printed to last, where it is still there.
        """
        self._printers, self._known = printers, True
        if printers.all:
            before = self.printer.current or chosen
            self.printer.offer((printer.name, printer.words) for printer in printers.all)
            names = {printer.name for printer in printers.all}
            for name in (printers.usual, before):
                if name in names:
                    self.printer.choose(name)
        else:
            self.printer.offer([("", "No printer")])
        self.printer.setEnabled(bool(printers.all))
        self._show_printer()

    def _printer_chosen(self, name: str) -> None:
        self._show_printer()
        self.printer_chosen.emit(name)

    def _show_printer(self) -> None:
        printer = self._printers.named(self.printer.current)
        note = ""
        if self._known and not self._printers.all:
            note = _NO_PRINTER
        elif printer is not None and printer.stopped:
            note = _STOPPED
        self._note.set_text(note)
        self._note.setVisible(bool(note))
        self.details.setVisible(printer is not None)
        self._show_buttons()

    def show_wish(self, words: str) -> None:
        """Say what the print dialog was told, such as the number of copies."""
        self._note.set_text(words)
        self._note.setVisible(bool(words))

    def _tell(self) -> None:
        count = self._images.count
        self.where.set_text(f"Page {self.pages.page + 1:,} of {count:,}" if count else "No page yet")

    def _tell_zoom(self) -> None:
        self.zoom.set_text(f"{round(self.pages.zoom * 100)} %")

    def _show_buttons(self) -> None:
        if not hasattr(self, "print"):
            return
        nobody = self._known and not self._printers.all
        why = ""
        if not self._laid:
            why = "The pages are not laid out yet"
        self.save.setEnabled(not why)
        self.save.setToolTip(tool_tip(why or "One file with real text, for archives too (PDF/A)"))
        if not why and not self._known:
            why = "Looking for printers"
        elif not why and nobody:
            why = "No printer is set up on this computer: save as PDF instead"
        self.print.setEnabled(not why)
        self.print.setToolTip(tool_tip(why or f"Print on {self.printer.currentText()} (Ctrl+P)"))
        # The next sensible step where there is nothing to print on.
        dress(self.save, self.theme, primary=nobody, icon="export")
        dress(self.print, self.theme, primary=not nobody, icon="print")
        self.save.setDefault(nobody)
        self.print.setDefault(not nobody)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl+P prints from here."""
        if event.matches(QKeySequence.StandardKey.Print):
            if self.print.isEnabled():
                self.print_requested.emit()
        elif event.matches(QKeySequence.StandardKey.ZoomIn):
            self.pages.step(1)
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.pages.step(-1)
        else:
            super().keyPressEvent(event)
