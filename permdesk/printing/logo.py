"""The logo of a letterhead as a picture to paint, once permdesk.reports.letterhead has looked at it."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from permdesk.errors import FormatError
from permdesk.reports.letterhead import checked_logo

_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: An SVG is drawn so large: 50 mm at 600 dots per inch.
_DRAWN: Final = QSize(1200, 1200)


def load_logo(content: bytes, *, colour: bool) -> QImage:
    """Return a logo on white, opaque as PDF/A wants it.

    Args:
        content: of the file.
        colour: False for greys.

    Raises:
        FormatError: see ``checked_logo``; or it cannot be decoded.
    """
    checked = checked_logo(content)
    picture = _png(checked) if checked.startswith(_PNG) else _svg(checked)
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.end()
    return paper if colour else paper.convertToFormat(QImage.Format.Format_Grayscale8)


def _undrawn(detail: str) -> FormatError:
    return FormatError("The logo cannot be used", detail=detail, remedy="Choose a PNG or a plain SVG.")


def _png(content: bytes) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    picture = QImageReader(buffer, QByteArray(b"png")).read()
    if picture.isNull():
        raise _undrawn("It is damaged: it begins like a PNG and cannot be decoded.")
    return picture


def _svg(content: bytes) -> QImage:
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(content))
    size = renderer.defaultSize()
    if not renderer.isValid() or size.isEmpty():
        raise _undrawn("It is no PNG, and no SVG that can be drawn.")
    picture = QImage(size.scaled(_DRAWN, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)), _format())
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    return picture


def _format() -> QImage.Format:
    return QImage.Format.Format_ARGB32_Premultiplied
