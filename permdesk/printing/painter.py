"""The one painter of pages: for PDF, printer and preview alike."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPicture

from permdesk.printing.brush import Brush
from permdesk.printing.layout import Pages, Placed
from permdesk.printing.measures import PER_INCH


def paint_page(painter: QPainter, pages: Pages, number: int, *, resolution: float) -> None:
    """Paint a page; the painter's origin is the corner of the paper, its unit a dot of the device.

    Args:
        painter: of a printer, a PDF, an image or a picture.
        pages: as ``layout`` returned them.
        number: of the page, from 0.
        resolution: dots per inch.
    """
    painter.save()
    painter.scale(resolution / PER_INCH, resolution / PER_INCH)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
        | QPainter.RenderHint.LosslessImageRendering
    )
    brush = Brush(painter, colour=pages.page.colour)
    pages.furniture.paint(brush, number, pages.count)
    for placed in pages.sheets[number]:
        _paint_placed(brush, placed, pages.sheet.left)
    painter.restore()


def _paint_placed(brush: Brush, placed: Placed, left: int) -> None:
    if placed.scale == 1:
        placed.piece.paint(brush, left, placed.y, placed.first, placed.last)
        return
    brush.painter.save()
    brush.painter.translate(left, placed.y)
    brush.painter.scale(placed.scale, placed.scale)
    placed.piece.paint(brush, 0, 0, placed.first, placed.last)
    brush.painter.restore()


def page_size(pages: Pages, *, resolution: float) -> QSize:
    """Return how large a page is in dots of a resolution."""
    sheet = pages.sheet
    return QSize(round(sheet.width * resolution / PER_INCH), round(sheet.height * resolution / PER_INCH))


def page_image(pages: Pages, number: int, *, resolution: float) -> QImage:
    """Return a page as an opaque picture; any thread may call."""
    image = QImage(page_size(pages, resolution=resolution), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_page(painter, pages, number, resolution=resolution)
    painter.end()
    return image


def page_picture(pages: Pages, number: int) -> QPicture:
    """Return a page as what was painted, to be replayed at any scale; its unit is a tenth of a point."""
    picture = QPicture()
    picture.setBoundingRect(QRectF(0, 0, pages.sheet.width, pages.sheet.height).toRect())
    painter = QPainter(picture)
    paint_page(painter, pages, number, resolution=PER_INCH)
    painter.end()
    return picture
