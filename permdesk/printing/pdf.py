"""Writes a report as PDF/A-1b: real text, fonts within it, a title; whole, or not at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from permdesk import __version__
from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled, StorageError
from permdesk.printing.layout import Pages, Progress, layout
from permdesk.printing.measures import PER_INCH
from permdesk.printing.painter import paint_page
from permdesk.reports.choice import Letterhead, Page, Paper
from permdesk.reports.document import Document
from permdesk.whole_file import writing_whole

#: How much of the whole work the layout is.
_LAYOUT: Final = 0.4
_SIZES: Final = {Paper.A4: QPageSize.PageSizeId.A4, Paper.LETTER: QPageSize.PageSizeId.Letter}


def write_pdf(
    document: Document,
    target: Path | BinaryIO,
    page: Page,
    letterhead: Letterhead,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Write a report; any thread may, and page after page goes to the file.

    Qt writes no bookmarks.

    Args:
        document: of any length.
        target: a file, replaced in one step when all is written; or a stream, which takes what comes.
        page: the paper.
        letterhead: stands on the first page; its footer on every one.
        progress: told how much is done, from 0 to 1.
        cancel: asked before each page.

    Raises:
        Cancelled: somebody cancelled; the old file is as it was.
        FormatError: the logo is no picture that can be printed.
        StorageError: the file cannot be written; the old one is as it was.
        WorldError: this computer has no font.
    """

    def laid_out(done: float) -> None:
        if progress is not None:
            progress(done * _LAYOUT)

    pages = layout(document, page, letterhead, progress=laid_out, cancel=cancel)

    def painted(done: float) -> None:
        if progress is not None:
            progress(_LAYOUT + done * (1 - _LAYOUT))

    write_pages(pages, target, progress=painted, cancel=cancel)


def write_pages(
    pages: Pages, target: Path | BinaryIO, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> None:
    """Write pages that are laid out already; arguments and errors as those of ``write_pdf``."""
    with _stream(target) as stream:
        _write(pages, stream, progress, cancel)


@contextlib.contextmanager
def _stream(target: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(target, Path):
        yield target
        return
    try:
        with writing_whole(target) as stream:
            yield stream
    except OSError as problem:
        raise StorageError(
            f"{target} cannot be written",
            detail=f"{problem.strerror}. Nothing was saved, and an older file of that name is unchanged.",
            remedy="Choose a folder you may write to, with enough room.",
        ) from problem


class _Drain:
    """What Qt writes to, emptied into a stream of Python's page by page: Qt itself would not tell that a disk is full.

    A device of Python's own will not do: PySide hands it text in place of bytes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._held = stream, QByteArray()
        self.device = QBuffer(self._held)
        self.device.open(QIODevice.OpenModeFlag.WriteOnly)

    def empty(self) -> None:
        """Hand over what was written since.

        Raises:
            OSError: the stream took it not.
        """
        self._stream.write(self._held.data())
        self._held.truncate(0)
        self.device.seek(0)


def _write(pages: Pages, stream: BinaryIO, progress: Progress | None, cancel: CancelToken | None) -> None:
    drain = _Drain(stream)
    writer = QPdfWriter(drain.device)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_A1b)
    writer.setResolution(PER_INCH)
    writer.setTitle(pages.document.title)
    writer.setCreator(f"permdesk {__version__}")
    writer.setPageLayout(page_layout(pages.page))
    painter = QPainter(writer)
    try:
        for number in range(pages.count):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if number:
                writer.newPage()
            paint_page(painter, pages, number, resolution=PER_INCH)
            drain.empty()
            if progress is not None:
                progress((number + 1) / pages.count)
    finally:
        painter.end()
    drain.empty()


def page_layout(page: Page) -> QPageLayout:
    """Return the paper as Qt's printers and PDF writers take it; without margins, for the page brings its own."""
    orientation = QPageLayout.Orientation.Landscape if page.landscape else QPageLayout.Orientation.Portrait
    return QPageLayout(QPageSize(_SIZES[page.paper]), orientation, QMarginsF())
