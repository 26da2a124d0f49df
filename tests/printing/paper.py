"""A sheet of paper that remembers what was written on it, and where."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintDevice, QPaintEngine, QPainter, QTextItem

from permdesk.printing.layout import Pages
from permdesk.printing.measures import PER_INCH
from permdesk.printing.painter import paint_page


class Written(NamedTuple):
    """A piece of text on a page; lengths in tenths of a point."""

    text: str
    x: float
    base: float
    width: float
    ascent: float
    descent: float


class _Engine(QPaintEngine):
    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.written: list[Written] = []

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, _state: object) -> None:
        pass

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:
        place = self.painter().transform().map(at)
        self.written.append(Written(item.text(), place.x(), place.y(), item.width(), item.ascent(), item.descent()))

    def drawPath(self, _path: object) -> None:
        pass

    def drawPolygon(self, *_points: object) -> None:
        pass

    def drawRects(self, *_rects: object) -> None:
        pass

    def drawLines(self, *_lines: object) -> None:
        pass

    def drawImage(self, *_image: object) -> None:
        pass

    def drawPixmap(self, _where: QRectF, *_pixmap: object) -> None:
        pass


class Sheet(QPaintDevice):
    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages, self.engine = pages, _Engine()

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        sheet, known = self._pages.sheet, QPaintDevice.PaintDeviceMetric
        sizes = {known.PdmWidth: sheet.width, known.PdmHeight: sheet.height, known.PdmDevicePixelRatio: 1}
        return sizes.get(metric, PER_INCH)


def written_on(pages: Pages, number: int) -> list[Written]:
    """Return what a page says, in the order it was painted."""
    sheet = Sheet(pages)
    painter = QPainter(sheet)
    paint_page(painter, pages, number, resolution=PER_INCH)
    painter.end()
    return sheet.engine.written
