"""What is drawn besides text: rules, frames, hatching, glyphs and drawings, in tenths of a point."""

from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from permdesk.presentation.appearance import TONES, Look, Tone
from permdesk.printing.drawn import paint_drawing, paint_glyph
from permdesk.printing.faces import drawn_face, kept_by_thread
from permdesk.printing.measures import RULE
from permdesk.reports.drawing import Drawing, Scheme

BLACK: Final = "#000000"
#: Rules between rows.
PALE: Final = "#B4B4B4"
#: The ground of group rows.
TINT: Final = "#EDEDED"
#: Hatching that text is read upon.
HATCH: Final = "#D2D2D2"
_HATCH_STEP: Final = 32.0


class Brush:
    """A painter whose unit is a tenth of a point, and whether it may use colour."""

    def __init__(self, painter: QPainter, *, colour: bool) -> None:
        self.painter, self.colour = painter, colour

    def ink(self, tone: Tone) -> str:
        """Return the colour of a tone on paper."""
        if self.colour:
            return TONES[tone].light.foreground
        return "#454545" if tone is Tone.MUTED else BLACK

    def rule(self, x: float, y: float, width: float, *, ink: str = BLACK, thick: float = RULE) -> None:
        """Draw a horizontal line whose upper edge lies at ``y``."""
        self.painter.fillRect(QRectF(x, y, width, thick), QColor(ink))

    def fill(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """Fill a rectangle."""
        self.painter.fillRect(QRectF(x, y, width, height), QColor(ink))

    def frame(self, x: float, y: float, width: float, height: float, *, thick: float = RULE) -> None:
        """Draw a frame within a rectangle."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(BLACK), thick)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.painter.setPen(pen)
        self.painter.drawRect(QRectF(x + thick / 2, y + thick / 2, width - thick, height - thick))

    def hatch(self, x: float, y: float, width: float, height: float, *, ink: str = BLACK, thick: float = RULE) -> None:
        """Fill a rectangle with slanting lines: not read."""
        pen = QPen(QColor(ink), thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.painter.setPen(pen)
        self.painter.translate(x, y)
        self.painter.drawLines(_hatching(width, height))
        self.painter.translate(-x, -y)

    def glyph(self, look: Look, x: float, y: float, side: float) -> None:
        """Draw the glyph of a look."""
        paint_glyph(self.painter, look.glyph, QRectF(x, y, side, side), QColor(self.ink(look.tone)))

    def drawing(self, drawing: Drawing, x: float, y: float, *, colour: bool = False) -> None:
        """Paint shapes with their left upper corner at a place.

        Args:
            drawing: in tenths of a point.
            x: of the corner.
            y: of the corner.
            colour: True where they may be coloured, if anything may; bars print in greys everywhere.
        """
        if drawing.shapes:
            self.painter.translate(x, y)
            paint_drawing(self.painter, drawing, Scheme.LIGHT if colour and self.colour else Scheme.GREY, _font)
            self.painter.translate(-x, -y)


@kept_by_thread
def _hatching(width: float, height: float) -> list[QLineF]:
    """Return slanting lines within a rectangle; worked out, for a clip costs printers more than all of them."""
    lines = []
    reach = -height + _HATCH_STEP / 2
    while reach < width:
        # A line rises to the right from (reach, bottom) to (reach + height, top).
        low, high = max(0.0, -reach), min(height, width - reach)
        if high > low:
            lines.append(QLineF(reach + low, height - low, reach + high, height - high))
        reach += _HATCH_STEP
    return lines


def _font(size: float, bold: bool) -> QFont:
    return drawn_face(size, bold).font
