"""A check box drawn as the rest of the window is: square, in the accent when ticked, with a dash when in part."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme

_BOX: Final = 14
_GAP: Final = 8


class TickBox(QCheckBox):
    """A check box in the window's own colours; everything but its looks is Qt's.

    Args:
        text: its words; shown plainly.
        font: a role of the theme's type scale.
    """

    def __init__(self, theme: Theme, text: str = "", *, font: str = "small", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme, self._font = theme, font
        self.setFont(theme.font(font))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._font))
        self.update()

    def _lines(self) -> list[str]:
        return self.text().split("\n") if self.text() else []

    def sizeHint(self) -> QSize:
        """Qt: the size it likes to have."""
        metrics = QFontMetrics(self.font())
        lines = self._lines()
        width = max((metrics.horizontalAdvance(line) for line in lines), default=0)
        return QSize(_BOX + 4 + (width + _GAP if lines else 0), max(_BOX + 6, len(lines) * metrics.height() + 4))

    def minimumSizeHint(self) -> QSize:
        """Qt: never smaller than its words."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """Qt: the words tick too."""
        return self.rect().contains(position)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self.width() - _BOX - 2 if right_to_left else 2
        box = QRect(left, (self.height() - _BOX) // 2, _BOX, _BOX)
        self._paint_box(painter, box)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(-1.75, -1.75, 1.75, 1.75), 4, 4)
        lines = self._lines()
        if lines:
            words = self.rect().adjusted(0 if right_to_left else _BOX + 2 + _GAP, 0, 0, 0)
            if right_to_left:
                words.setRight(left - _GAP)
            painter.setPen(self._theme.color("text" if self.isEnabled() else "muted"))
            draw_words(painter, words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, "\n".join(lines))
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRect) -> None:
        paint_box(painter, box, self._theme, self.checkState(), enabled=self.isEnabled(), hovered=self.underMouse())


def paint_box(
    painter: QPainter,
    box: QRect,
    theme: Theme,
    state: Qt.CheckState,
    *,
    enabled: bool = True,
    hovered: bool = False,
) -> None:
    """Paint the box alone, as lists to tick have it too."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    if state is Qt.CheckState.Unchecked:
        painter.setPen(QPen(theme.color("edge" if enabled else "line"), 1))
        painter.setBrush(theme.color("hover" if hovered else "panel"))
        painter.drawRoundedRect(frame, 2, 2)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent" if enabled else "muted"))
    painter.drawRoundedRect(QRectF(box), 2, 2)
    pen = QPen(theme.color("on-accent"), 1.75)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = float(box.left()), float(box.top())
    if state is Qt.CheckState.PartiallyChecked:
        painter.drawLine(QPointF(x + 3.5, y + 7), QPointF(x + 10.5, y + 7))
    else:
        painter.drawPolyline([QPointF(x + 3.25, y + 7.25), QPointF(x + 6, y + 10), QPointF(x + 10.75, y + 4.5)])
