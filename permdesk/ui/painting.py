"""What several places paint alike: hatching, tags and the requirement bar."""

import html
import unicodedata
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from permdesk.presentation.appearance import Tone
from permdesk.presentation.requirement import NeedCounts
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


_BAR_GAP: Final = 10


def paint_requirement_bar(
    painter: QPainter, rect: QRect, counts: NeedCounts, theme: Theme, *, most: int | None = None
) -> None:
    """Paint how far a need is met, with a line at the end of the need and what lies beyond it right of the line.

    ``most`` is the number of permissions the whole width stands for; the counts' own sum if None.
    """
    total = max(most or 0, counts.needed + counts.beyond)
    if total == 0:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    right_to_left = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    if right_to_left:
        painter.translate(rect.left() + rect.right() + 1, 0)
        painter.scale(-1, 1)
    unit = (rect.width() - _BAR_GAP) / total
    box = QRectF(rect).adjusted(0, 2, 0, -2)
    x = float(rect.left())
    for number, tone in (
        (counts.granted, Tone.SATISFIED),
        (counts.partial, Tone.PARTIAL),
        (counts.missing, Tone.MISSING),
        (counts.unread, Tone.UNREAD),
    ):
        if number:
            _paint_segment(painter, QRectF(x, box.top(), number * unit - 1, box.height()), tone, theme)
            x += number * unit
    painter.fillRect(QRectF(round(x + 4), rect.top(), 1, rect.height()), theme.color("text"))
    if counts.beyond:
        beyond = QRectF(x + _BAR_GAP, box.top(), counts.beyond * unit, box.height())
        _paint_segment(painter, beyond, Tone.EXCESS, theme)
    painter.restore()


def _paint_segment(painter: QPainter, box: QRectF, tone: Tone, theme: Theme) -> None:
    colour = theme.bar(tone)
    frame = box.adjusted(0.75, 0.75, -0.75, -0.75)
    if tone is Tone.MISSING:
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(theme.color("panel"))
        painter.drawRect(frame)
    elif tone is Tone.UNREAD:
        painter.fillRect(box, theme.tint(tone))
        paint_hatch_lines(painter, box, colour, box.topLeft(), step=4.5)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    elif tone is Tone.PARTIAL:
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), box.height()), QBrush(theme.tint(tone)))
        painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), box.height() / 2), colour)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(box, colour)


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
        paint_requirement_bar(painter, self.rect(), self._counts, self._theme, most=self._most)
        painter.end()
