"""The printers of this computer: which there are, in what state, and whether they took what was sent."""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import Final

from msgspec import Struct
from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintEngine, QPrinter, QPrinterInfo

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled, WorldError
from permdesk.printing.layout import Pages
from permdesk.printing.painter import paint_page
from permdesk.printing.pdf import page_layout
from permdesk.reports.choice import Page
from permdesk.reports.on_paper import Wish

#: Where Qt keeps what its dialog sets of a CUPS job; no name of its own stands for it.
_CUPS_OPTIONS: Final = QPrintEngine.PrintEnginePropertyKey(0xFE00)
#: Points by which two sizes of the same paper may differ: makers round them.
_SAME_PAPER: Final = 3


class PrintError(WorldError):
    """A printer vanished, refuses, or stands still."""


class Printer(Struct, frozen=True):
    """One printer.

    Attributes:
        name: by which the system knows it.
        words: as a person knows it.
        stopped: it takes jobs, and prints none of them now.
    """

    name: str
    words: str
    stopped: bool


class Printers(Struct, frozen=True):
    """All of them, the usual one named; empty where the computer has none."""

    all: tuple[Printer, ...]
    usual: str

    def named(self, name: str) -> Printer | None:
        """Return the printer of a name, or None."""
        return next((printer for printer in self.all if printer.name == name), None)


def find_printers() -> Printers:
    """Ask the system which printers there are; that may take seconds, so never on the window's thread."""
    found = []
    for name in QPrinterInfo.availablePrinterNames():
        info = QPrinterInfo.printerInfo(name)
        if not info.isNull():
            words = info.description() or name
            found.append(Printer(name, words, info.state() is QPrinter.PrinterState.Error))
    return Printers(tuple(found), QPrinterInfo.defaultPrinterName())


def open_printer(name: str, page: Page) -> QPrinter:
    """Return a printer, set to the paper; any thread may call, and it may take seconds.

    Raises:
        PrintError: there is no such printer any more.
    """
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        raise _vanished(name)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    # Without a printer behind it Qt would quietly write a file.
    if not printer.isValid() or printer.outputFormat() is not QPrinter.OutputFormat.NativeFormat:
        raise _vanished(name)
    set_page(printer, page)
    return printer


def set_page(printer: QPrinter, page: Page) -> None:
    """Give a printer the paper, whatever its dialog made of that; without margins, for the page brings its own.

    Raises:
        PrintError: the printer knows no such paper.
    """
    wanted = page_layout(page)
    # Only so a printer that cannot print up to the edge takes a page without margins; it says nothing otherwise.
    printer.setFullPage(True)
    wanted.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(wanted)
    printer.setColorMode(QPrinter.ColorMode.Color if page.colour else QPrinter.ColorMode.GrayScale)
    paper, got = wanted.fullRectPoints().size(), printer.pageLayout().fullRectPoints().size()
    if max(abs(paper.width() - got.width()), abs(paper.height() - got.height())) > _SAME_PAPER:
        name = wanted.pageSize().name()
        raise PrintError(
            f"The printer {printer.printerName()} does not take the paper {name}",
            remedy="Choose another paper in the preview, or another printer.",
        )


def wish_of(printer: QPrinter) -> Wish:
    """Return what a person answered in the dialog of a printer, to be fulfilled by another process."""
    ranged = printer.printRange() is QPrinter.PrintRange.PageRange
    return Wish(
        name=printer.printerName(),
        copies=printer.copyCount(),
        collate=printer.collateCopies(),
        first=printer.fromPage() if ranged else 0,
        last=printer.toPage() if ranged else 0,
        reverse=printer.pageOrder() is QPrinter.PageOrder.LastPageFirst,
        duplex=printer.duplex().value,
        source=printer.paperSource().value,
        options=tuple(printer.printEngine().property(_CUPS_OPTIONS) or ()),
    )


def wished(wish: Wish, page: Page) -> QPrinter:
    """Return a printer that is set to what a person wants and to the paper; it may take seconds.

    Raises:
        PrintError: there is no such printer any more, or it knows no such paper.
    """
    printer = open_printer(wish.name, page)
    printer.setCopyCount(wish.copies)
    printer.setCollateCopies(wish.collate)
    if wish.first:
        printer.setPrintRange(QPrinter.PrintRange.PageRange)
        printer.setFromTo(wish.first, wish.last)
    if wish.reverse:
        printer.setPageOrder(QPrinter.PageOrder.LastPageFirst)
    if wish.duplex is not None:
        printer.setDuplex(QPrinter.DuplexMode(wish.duplex))
    if wish.source is not None:
        printer.setPaperSource(QPrinter.PaperSource(wish.source))
    if wish.options:
        printer.printEngine().setProperty(_CUPS_OPTIONS, list(wish.options))
    # The paper is that of the pages, whatever the dialog made of it.
    set_page(printer, page)
    return printer


def chosen_pages(printer: QPrinter, pages: int) -> list[int]:
    """Return which pages a person wants of a printer, from 0 and in the order they are sent."""
    first, last = printer.fromPage(), printer.toPage()
    wanted = range(pages)
    if printer.printRange() is QPrinter.PrintRange.PageRange and first:
        wanted = range(first - 1, min(last or pages, pages))
    order = list(wanted)
    if printer.pageOrder() is QPrinter.PageOrder.LastPageFirst:
        order.reverse()
    return order


def send(
    printer: QPrinter, pages: Pages, *, title: str, progress: Callable[[int, int], None], cancel: CancelToken
) -> int:
    """Print; nothing reaches the printer before everything is drawn. Return how many pages were printed.

    Args:
        printer: as ``open_printer`` returned it; it knows which pages are wanted.
        pages: laid out for its paper.
        title: of the job.
        progress: told how many pages are drawn, and of how many; may raise Cancelled.
        cancel: asked before each page.

    Raises:
        PrintError: the printer did not take it, or holds it back.
        Cancelled: somebody cancelled; the printer got nothing.
    """
    name = printer.printerName()
    wanted = chosen_pages(printer, pages.count)
    printer.setDocName(title)
    painter = QPainter()
    if not painter.begin(printer):
        raise _vanished(name)
    complete = False
    try:
        for place, page in enumerate(wanted):
            if cancel.is_set():
                raise Cancelled
            if place and not printer.newPage():
                raise _vanished(name)
            paint_page(painter, pages, page, resolution=printer.resolution())
            progress(place + 1, len(wanted))
        complete = not cancel.is_set()
    finally:
        if complete:
            painter.end()
        else:
            _withdraw(printer, painter)
    if not complete:
        raise Cancelled
    _look_back(printer, name)
    return len(wanted)


def _withdraw(printer: QPrinter, painter: QPainter) -> None:
    """Give a job up before the printer has anything of it."""
    printer.abort()
    cups = _cups()
    if cups is None:
        painter.end()
        return
    # Qt hands what was drawn so far to the print server all the same: for this thread there is none meanwhile.
    cups.cupsSetServer(b"/nowhere/cancelled")
    try:
        painter.end()
    finally:
        cups.cupsSetServer(None)


def _look_back(printer: QPrinter, name: str) -> None:
    """Say what became of a job that was sent: Qt itself does not tell where a print server refuses."""
    refused = _refusal()
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        raise _vanished(name)
    if refused or printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise PrintError(
            f"The printer {name} did not take the summary",
            detail=refused,
            remedy="Look whether it accepts jobs, or choose another printer. Saving as PDF works without one.",
        )
    if info.state() is QPrinter.PrinterState.Error:
        raise PrintError(
            f"The printer {name} is stopped",
            detail="It took the summary, which waits in its queue and prints once it is started again.",
            remedy="Start the printer again. To print elsewhere, remove the waiting job first.",
        )


def _vanished(name: str) -> PrintError:
    return PrintError(
        f"The printer {name} is gone" if name else "There is no printer",
        detail="Its queue was removed, or the print server does not answer. Nothing was printed.",
        remedy="Choose another printer, or save the summary as PDF.",
    )


def _refusal() -> str:
    """Return what the print server said to this thread's last request where it refused; empty where it took it."""
    cups = _cups()
    # RFC 8011: below 0x0100 everything is some kind of success.
    if cups is None or cups.cupsLastError() < 0x0100:
        return ""
    said: bytes | None = cups.cupsLastErrorString()
    return f"The print server says: {(said or b'no').decode('utf-8', 'replace')}"


@cache
def _cups() -> ctypes.CDLL | None:
    if sys.platform == "win32":
        return None
    try:
        library = ctypes.CDLL("libcups.2.dylib" if sys.platform == "darwin" else "libcups.so.2")
        library.cupsLastErrorString.restype = ctypes.c_char_p
        library.cupsSetServer.argtypes = [ctypes.c_char_p]
    except (OSError, AttributeError):
        return None
    return library
