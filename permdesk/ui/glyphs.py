"""Status glyphs: filled shapes drawn as paths at 12, 14, 16 and 20, each told by its shape alone."""

import math
from collections.abc import Callable
from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPainterPathStroker, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, Glyph, Look
from permdesk.ui.theme import Theme

SIZES: Final = (12, 14, 16, 20)
_GRID: Final = 16.0


def _stroked(path: QPainterPath, width: float) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(path).simplified()


def _lines(*points: tuple[float, float], width: float) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    return _stroked(path, width)


def _disc(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), radius, radius)
    return path


def _square(inset: float, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(inset, inset, _GRID - 2 * inset, _GRID - 2 * inset), radius, radius)
    return path


def _ring(radius: float, width: float) -> QPainterPath:
    return _disc(radius + width / 2).subtracted(_disc(radius - width / 2))


def _missing() -> QPainterPath:
    cross = _lines((5.6, 5.6), (10.4, 10.4), width=1.9).united(_lines((10.4, 5.6), (5.6, 10.4), width=1.9))
    return _disc(6.75).subtracted(cross)


def _partial() -> QPainterPath:
    left = QPainterPath()
    left.addRect(QRectF(0, 0, 8, 16))
    return _ring(5.9, 1.6).united(_disc(5.9).intersected(left))


def _plus(arm: float, width: float) -> QPainterPath:
    across = _lines((8 - arm, 8), (8 + arm, 8), width=width)
    return across.united(_lines((8, 8 - arm), (8, 8 + arm), width=width))


def _excess() -> QPainterPath:
    return _square(1.75, 2).subtracted(_plus(3.1, 1.9))


def _declared_only() -> QPainterPath:
    frame = _square(1.75, 2).subtracted(_square(3.25, 1))
    return frame.united(_plus(2.3, 1.5))


def _broken_ring() -> QPainterPath:
    path = QPainterPath()
    pieces = 8
    for piece in range(pieces):
        start = piece * 360 / pieces + 9
        box = QRectF(2, 2, 12, 12)
        arc = QPainterPath()
        arc.arcMoveTo(box, start)
        arc.arcTo(box, start, 360 / pieces - 18)
        path.addPath(_stroked(arc, 1.4))
    return path


def _unread() -> QPainterPath:
    hook = QPainterPath(QPointF(6.3, 6.6))
    hook.cubicTo(QPointF(6.3, 4.3), QPointF(9.8, 4.4), QPointF(9.75, 6.6))
    hook.cubicTo(QPointF(9.7, 7.9), QPointF(8.0, 7.9), QPointF(8.0, 9.2))
    path = _broken_ring().united(_stroked(hook, 1.4))
    path.addEllipse(QPointF(8, 11.3), 0.95, 0.95)
    return path


def _satisfied() -> QPainterPath:
    return _lines((2.6, 8.6), (6.2, 12.2), (13.4, 4.2), width=1.7)


def _granted() -> QPainterPath:
    return _ring(5.9, 1.5).united(_disc(2.2))


def _basic() -> QPainterPath:
    return _disc(1.75)


def _no_baseline() -> QPainterPath:
    return _lines((4, 8), (12, 8), width=1.6)


def _not_installed() -> QPainterPath:
    path = QPainterPath()
    for corner in range(4):
        angle = corner * math.pi / 2
        cos, sin = round(math.cos(angle)), round(math.sin(angle))

        def turned(x: float, y: float, cos: int = cos, sin: int = sin) -> tuple[float, float]:
            return 8 + (x - 8) * cos - (y - 8) * sin, 8 + (x - 8) * sin + (y - 8) * cos

        path.addPath(_lines(turned(2.5, 4.7), turned(2.5, 2.5), turned(4.7, 2.5), width=1.5))
        path.addPath(_lines(turned(7.1, 2.5), turned(8.9, 2.5), width=1.5))
    return path


def _warning() -> QPainterPath:
    outline = QPainterPath(QPointF(8, 2.4))
    outline.lineTo(14, 13.2)
    outline.lineTo(2, 13.2)
    outline.closeSubpath()
    path = _stroked(outline, 1.5)
    path.addPath(_lines((8, 6.4), (8, 9.0), width=1.5))
    path.addEllipse(QPointF(8, 11.1), 0.9, 0.9)
    return path


_DRAWN: Final[dict[Glyph, Callable[[], QPainterPath]]] = {
    Glyph.MISSING: _missing,
    Glyph.PARTIAL: _partial,
    Glyph.EXCESS: _excess,
    Glyph.UNREAD: _unread,
    Glyph.SATISFIED: _satisfied,
    Glyph.DECLARED_ONLY: _declared_only,
    Glyph.GRANTED: _granted,
    Glyph.BASIC: _basic,
    Glyph.NO_BASELINE: _no_baseline,
    Glyph.NOT_INSTALLED: _not_installed,
    Glyph.WARNING: _warning,
}


@cache
def path(glyph: Glyph) -> QPainterPath:
    """Return the outline of a glyph on a grid of 16."""
    return _DRAWN[glyph]()


@cache
def _image(glyph: Glyph, size: int, ratio: float, colour: str) -> QImage:
    side = round(size * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / _GRID, side / _GRID)
    painter.fillPath(path(glyph), QColor(colour))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def paint(painter: QPainter, glyph: Glyph, rect: QRect, colour: QColor) -> None:
    """Paint a glyph into the middle of a rectangle, in logical pixels."""
    side = min(rect.width(), rect.height())
    image = _image(glyph, side, painter.device().devicePixelRatioF(), colour.name())
    painter.drawImage(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, image)


def pixmap(look: Look | Status, size: int, ratio: float, theme: Theme) -> QPixmap:
    """Return a status glyph of ``size`` logical pixels in its own colour."""
    known = STATUS[look] if isinstance(look, Status) else look
    return QPixmap.fromImage(_image(known.glyph, size, ratio, theme.tone(known.tone).name()))


class GlyphLabel(QWidget):
    """One status glyph in a layout; its accessible name is its word.

    Args:
        look: what it shows; None shows nothing.
        size: side in logical pixels.
    """

    def __init__(self, theme: Theme, look: Look | None = None, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._size = theme, size
        self._look: Look | None = None
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)
        self.set_look(look)

    def set_look(self, look: Look | None) -> None:
        """Show another glyph."""
        self._look = look
        self.setAccessibleName(look.label if look else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: the size it likes to have."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        if self._look is not None:
            painter = QPainter(self)
            paint(painter, self._look.glyph, self.rect(), self._theme.tone(self._look.tone))
            painter.end()
