"""What several places paint alike: hatching, tags and the requirement bar."""

import html
import unicodedata
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from permdesk.presentation.appearance import Tone
from permdesk.presentation.requirement import NeedCounts
from permdesk.printing.drawn import paint_drawing
from permdesk.reports.drawing import Colours, Ink, Plain, draw_bar
from permdesk.reports.placing import aligned, mirrored
from permdesk.ui.theme import Theme

_LONGEST_TOOL_TIP: Final = 600


def tool_tip(text: str) -> str:
    """Return a tool tip that shows ``text`` as it is: Qt would take markup in it for rich text."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text[:_LONGEST_TOOL_TIP])}</p>" if text else ""


def direction_of(text: str) -> Qt.LayoutDirection:
    """Return the direction in which a text itself is read: that of its first letter."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            break
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight


def draw_words(painter: QPainter, box: QRect, flags: int | Qt.AlignmentFlag, words: str) -> None:
    """Draw text; where the window runs from right to left, names and dates of Latin letters keep their own order."""
    if painter.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
        painter.drawText(box, flags, words)
        return
    across = QStyle.visualAlignment(painter.layoutDirection(), flags & Qt.AlignmentFlag.AlignHorizontal_Mask)
    others = flags & ~Qt.AlignmentFlag.AlignHorizontal_Mask
    direction = direction_of(words)
    painter.setLayoutDirection(direction)
    painter.drawText(box, others | across | Qt.AlignmentFlag.AlignAbsolute, words)
    painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)


def paint_hatch(
    painter: QPainter, rect: QRect, theme: Theme, origin: QPoint | None = None, *, strong: bool = False
) -> None:
    """Fill a rectangle with the tint and the lines that mean "not read", and nothing else.

    The lines begin at ``origin``, so that those of neighbouring rows join; at the rectangle's corner if None.
    Where the place is too small to tell the tint, ``strong`` draws them in the colour of the glyph.
    """
    painter.fillRect(rect, theme.tint(Tone.UNREAD))
    colour = theme.tone(Tone.UNREAD) if strong else theme.color("hatch")
    paint_hatch_lines(painter, QRectF(rect), colour, QPointF(origin or rect.topLeft()), 3.5 if strong else 5.0)


def paint_hatch_lines(painter: QPainter, rect: QRectF, colour: QColor, origin: QPointF, step: float = 5.0) -> None:
    """Draw diagonal lines clipped to a rectangle.

    Drawn, not a brush: Qt's patterns are made of device pixels and nearly vanish at a ratio of two.
    """
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.25))
    phase = (rect.left() - origin.x()) + (rect.top() - origin.y())
    x = rect.left() - phase % step
    while x < rect.right() + rect.height():
        painter.drawLine(QPointF(x, rect.top()), QPointF(x - rect.height(), rect.bottom()))
        x += step
    painter.restore()


def tag_size(label: str, theme: Theme) -> QSize:
    """Return how large a tag is painted."""
    metrics = QFontMetrics(theme.font("smallest"))
    return QSize(metrics.horizontalAdvance(label) + 12, metrics.height() + 2)


def paint_tag(painter: QPainter, rect: QRect, label: str, tone: Tone | None, theme: Theme) -> None:
    """Paint a short framed word; ``rect`` should have the size ``tag_size`` gives."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.tone(tone) if tone else theme.color("line"), 1))
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(theme.font("smallest"))
    painter.setPen(theme.tone(tone) if tone else theme.color("muted"))
    draw_words(painter, rect, Qt.AlignmentFlag.AlignCenter, label)
    painter.restore()


def paint_framed(painter: QPainter, rect: QRect, theme: Theme, radius: float) -> None:
    """Paint a raised ground with a thin line around it and round corners."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def chart_colours(theme: Theme) -> Colours:
    """Return what tells the colours of a drawing: those of the theme, in high contrast the system's."""
    plain = {Plain.TEXT: "text", Plain.QUIET: "muted", Plain.LINE: "line"}

    def colour(ink: Ink, filled: bool) -> str:
        if isinstance(ink, Plain):
            return theme.color(plain[ink]).name()
        return (theme.bar(ink) if filled else theme.tone(ink)).name()

    return colour


class RequirementBar(QWidget):
    """A requirement bar in a layout; its accessible name says the counts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = NeedCounts()
        self._most: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def counts(self) -> NeedCounts:
        """What it shows."""
        return self._counts

    def set_counts(self, counts: NeedCounts, most: int | None = None) -> None:
        """Show other counts; ``most`` is what the whole width stands for, so that several bars compare."""
        self._counts, self._most = counts, most
        self.setAccessibleName(counts.sentence)
        self.setToolTip(tool_tip(counts.sentence))
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: the size it likes to have."""
        return QSize(240, 14)

    def minimumSizeHint(self) -> QSize:
        """Qt: the least size that still shows something."""
        return QSize(120, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        need, size = self._counts, self.size()
        drawing = draw_bar(need, self._most or need.needed + need.beyond, width=size.width(), height=size.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            drawing = mirrored(drawing)
        drawing = aligned(drawing, 1 / self.devicePixelRatioF())
        paint_drawing(painter, drawing, chart_colours(self._theme), lambda _size, _bold: self._theme.font("small"))
        painter.end()
