"""Paints drawings and status glyphs with QPainter, the same on screen, in the preview and on paper."""

from collections.abc import Callable
from functools import lru_cache
from threading import get_ident

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from permdesk.presentation.appearance import Glyph
from permdesk.presentation.glyph_shapes import GRID, Close, Curve, Draw, Move, Step, glyph_shape
from permdesk.reports.box_pieces import pieces
from permdesk.reports.drawing import Anchor, Box, Colours, Drawing, Line, Mark, Scheme, Words, colour

#: The font of a size, in the painter's unit, and whether it is bold.
FontOf = Callable[[float, bool], QFont]

#: Dashes of a broken line and the gaps between them, in widths of the line.
_DASHES = (3.0, 2.5)


def paint_drawing(painter: QPainter, drawing: Drawing, scheme: Scheme | Colours, font: FontOf) -> None:
    """Paint a drawing with its left upper corner at the painter's origin, and leave the painter as it was.

    Args:
        painter: its unit is that of the drawing.
        drawing: of any size.
        scheme: whose colours it has, or what tells them.
        font: asked only where the drawing has words.
    """
    ink = (lambda one, filled: colour(one, scheme, filled=filled)) if isinstance(scheme, Scheme) else scheme
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in drawing.shapes:
        match shape:
            case Box():
                _paint_box(painter, shape, ink(shape.ink, True))
            case Line():
                painter.setPen(_flat(ink(shape.ink, False), shape.stroke, shape.broken))
                painter.drawLine(QLineF(shape.x1, shape.y1, shape.x2, shape.y2))
            case Words():
                _paint_words(painter, shape, QColor(ink(shape.ink, False)), font(shape.size, shape.bold))
            case Mark():
                box = QRectF(shape.x, shape.y, shape.side, shape.side)
                paint_glyph(painter, shape.glyph, box, QColor(ink(shape.ink, False)))
    painter.restore()


def paint_glyph(painter: QPainter, glyph: Glyph, box: QRectF, ink: QColor) -> None:
    """Paint a glyph as large as a square, as shapes rather than pixels, and leave the painter as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    filled, strokes = _outlines(glyph, get_ident())
    painter.fillPath(filled, ink)
    for path, width in strokes:
        painter.strokePath(path, _round(ink.name(), width))
    painter.restore()


@lru_cache(maxsize=64)
def _outlines(glyph: Glyph, _thread: int) -> tuple[QPainterPath, tuple[tuple[QPainterPath, float], ...]]:
    """Return paths that one thread alone uses: Qt keeps what it works out of a path within it, without a lock."""
    shape = glyph_shape(glyph)
    return _path(shape.filled), tuple((_path(stroke.steps), stroke.width) for stroke in shape.strokes)


def _path(steps: tuple[Step, ...]) -> QPainterPath:
    # A new path fills by the even-odd rule, as the shapes want it.
    drawn = QPainterPath()
    for step in steps:
        match step:
            case Move(to):
                drawn.moveTo(QPointF(*to))
            case Draw(to):
                drawn.lineTo(QPointF(*to))
            case Curve(first, second, to):
                drawn.cubicTo(QPointF(*first), QPointF(*second), QPointF(*to))
            case Close():
                drawn.closeSubpath()
    return drawn


def _paint_box(painter: QPainter, box: Box, ink: str) -> None:
    found = pieces(box)
    if found.area is not None:
        painter.fillRect(QRectF(*found.area), QColor(ink))
    if not found.lines and found.frame is None:
        return
    painter.setPen(_flat(ink, box.stroke))
    if found.lines:
        painter.drawLines([QLineF(*line) for line in found.lines])
    if found.frame is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(*found.frame))


@lru_cache(maxsize=256)
def _flat(ink: str, width: float, broken: bool = False) -> QPen:
    pen = QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    if broken:
        pen.setDashPattern(_DASHES)
    return pen


@lru_cache(maxsize=64)
def _round(ink: str, width: float) -> QPen:
    return QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _paint_words(painter: QPainter, words: Words, ink: QColor, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    share = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[words.anchor]
    wide = QFontMetricsF(font).horizontalAdvance(words.text) if share else 0.0
    painter.drawText(QPointF(words.x - wide * share, words.y), words.text)
