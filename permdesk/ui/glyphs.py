"""Status glyphs: the shapes of ``presentation.glyph_shapes`` painted at 12, 14, 16 and 20."""

from functools import cache
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, Glyph, Look
from permdesk.printing.drawn import paint_glyph
from permdesk.ui.theme import Theme

SIZES: Final = (12, 14, 16, 20)


@cache
def _image(glyph: Glyph, size: int, ratio: float, colour: str) -> QImage:
    side = round(size * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_glyph(painter, glyph, QRectF(0, 0, side, side), QColor(colour))
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
