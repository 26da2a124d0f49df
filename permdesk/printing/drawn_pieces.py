"""What a page holds besides text and tables: bars across the page, their legend, charts, and lines to sign on."""

from typing import Final

from permdesk.printing.brush import Brush
from permdesk.printing.faces import drawn_face, face
from permdesk.printing.measures import RULE, SMALL
from permdesk.printing.piece import Plain
from permdesk.printing.wrapping import wrap_plain
from permdesk.reports.chart_drawing import draw_chart
from permdesk.reports.charts import Chart
from permdesk.reports.document import Bar
from permdesk.reports.drawing import SEGMENTS, Drawing, draw_bar, draw_swatch
from permdesk.reports.place import Place

_SWATCH: Final = 110
_BAR_HEIGHT: Final = 104
_SIGN_GAP: Final = 200
_SIGN_ROOM: Final = 330


class WideBar(Plain):
    """A bar across the page."""

    above = 90

    def __init__(self, bar: Bar, width: int) -> None:
        self._bar, self._width = bar, width

    def height(self, first: int, last: int) -> float:
        """Return the height of the bar and the line that stands out of it."""
        return _BAR_HEIGHT

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint the bar; nothing where there is no need to count."""
        brush.drawing(draw_bar(self._bar.need, self._bar.most, width=self._width, height=_BAR_HEIGHT), x, y)


class DrawnChart(Plain):
    """A chart across the page, never divided.

    Attributes:
        tall: its height; 0 where it has nothing to show.
    """

    above = 50

    def __init__(self, chart: Chart, width: int) -> None:
        self._chart, self._width = chart, width
        self.tall = self._drawing().height

    def _drawing(self) -> Drawing:
        return draw_chart(self._chart, Place(self._width, SMALL.size, _measure))

    def height(self, first: int, last: int) -> float:
        """Return the height of the chart."""
        return self.tall

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint the chart."""
        brush.drawing(self._drawing(), x, y, colour=True)


class LegendLine(Plain):
    """What the fills mean, in as many lines as they need."""

    above = 80

    def __init__(self, width: int) -> None:
        self._places: list[tuple[float, int]] = []
        at, line = 0.0, 0
        for segment in SEGMENTS:
            wide = _SWATCH + 40 + face(SMALL).width(segment.word)
            if at and at + wide > width:
                at, line = 0.0, line + 1
            self._places.append((at, line))
            at += wide + 150
        self.lines = line + 1

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines."""
        return (last - first) * SMALL.pitch

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint swatches and words."""
        for segment, (at, line) in zip(SEGMENTS, self._places, strict=True):
            if first <= line < last:
                top = y + (line - first) * SMALL.pitch
                brush.drawing(draw_swatch(segment, width=_SWATCH, height=76), x + at, top + 12)
                wrap_plain(segment.word, SMALL, 4000).draw(brush.painter, x + at + _SWATCH + 40, top, 0, 1)


def _measure(text: str, size: float, bold: bool) -> float:
    return drawn_face(size, bold).width(text)


class SignLines(Plain):
    """Lines to sign on, side by side, never divided."""

    above = 20
    # At the head of a page they would stand between a result and what explains it.
    late = True

    def __init__(self, labels: tuple[str, ...], width: int) -> None:
        self._labels = labels
        self._each = (width - _SIGN_GAP * (len(labels) - 1)) // max(1, len(labels))
        self._below = max((wrap_plain(label, SMALL, self._each).lines for label in labels), default=0)

    def height(self, first: int, last: int) -> float:
        """Return the height of the room to sign in, and of the words below."""
        return _SIGN_ROOM + self._below * SMALL.pitch

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint lines and words."""
        for place, label in enumerate(self._labels):
            at = x + place * (self._each + _SIGN_GAP)
            brush.rule(at, y + _SIGN_ROOM - 40, self._each, thick=RULE + 2)
            words = wrap_plain(label, SMALL, self._each)
            words.draw(brush.painter, at, y + _SIGN_ROOM, 0, words.lines)
