"""Text broken into lines: long names wrap, ids break at their joints, and nothing is ever cut."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from permdesk.printing.faces import Face, face, kept_by_thread
from permdesk.printing.measures import Style
from permdesk.reports.document import Run, Runs

TEXT_INK: Final = "#000000"
QUIET_INK: Final = "#454545"
_LINE_SEPARATOR: Final = "\u2028"
#: Characters after which an id or an address may well be broken.
_JOINTS: Final = frozenset("./-_@:,;=&?")
#: A break at a joint may leave so much of a line empty.
_EMPTY: Final = 0.55


class Wrapped(Protocol):
    """Text as lines of one width."""

    lines: int

    def draw(self, painter: QPainter, x: float, y: float, first: int, last: int) -> None:
        """Draw the lines from ``first`` up to ``last``, the first of them at the height ``y``."""
        ...

    def draw_right(self, painter: QPainter, x: float, y: float) -> None:
        """Draw all lines, each ending at ``x``."""
        ...


class _OneLine:
    """Text of one style that needs no breaking."""

    lines = 1

    def __init__(self, text: str, look: Face, ink: str, wide: float) -> None:
        self._text, self._face, self._ink, self._wide = text, look, QColor(ink), wide

    def draw(self, painter: QPainter, x: float, y: float, first: int, last: int) -> None:
        """Draw it where its only line is among those wanted."""
        if first == 0 < last:
            painter.setFont(self._face.font)
            painter.setPen(self._ink)
            painter.drawText(QPointF(x, y + self._face.drop), self._text)

    def draw_right(self, painter: QPainter, x: float, y: float) -> None:
        """Draw it, ending at ``x``."""
        self.draw(painter, x - self._wide, y, 0, 1)


class _Lines:
    """Text of several lines, or of several styles."""

    def __init__(self, layout: QTextLayout, style: Style) -> None:
        self._layout, self._pitch, self._drop = layout, style.pitch, face(style).drop
        self.lines = max(1, layout.lineCount())

    def draw(self, painter: QPainter, x: float, y: float, first: int, last: int) -> None:
        """Draw lines; their base lines lie at one distance, whatever letters stand on them."""
        painter.setPen(QColor(TEXT_INK))
        for number in range(first, min(last, self._layout.lineCount())):
            line = self._layout.lineAt(number)
            line.draw(painter, QPointF(x, y + (number - first) * self._pitch + self._drop - line.ascent()))

    def draw_right(self, painter: QPainter, x: float, y: float) -> None:
        """Draw all lines, each ending at ``x``."""
        for number in range(self.lines):
            wide = self._layout.lineAt(number).naturalTextWidth()
            self.draw(painter, x - wide, y + number * self._pitch, number, number + 1)


@kept_by_thread
def wrap(runs: Runs, style: Style, width: int) -> Wrapped:
    """Break runs into lines; an empty text is one empty line."""
    if len(runs) == 1 and not runs[0].raised:
        run = runs[0]
        plain = _styled(run, style)
        look = face(plain)
        wide = look.width(run.text)
        if wide <= width and "\n" not in run.text:
            return _OneLine(run.text, look, QUIET_INK if plain.quiet else TEXT_INK, wide)
    return _Lines(_laid(runs, style, width), style)


def wrap_plain(text: str, style: Style, width: int) -> Wrapped:
    """Break text of one style into lines."""
    return wrap((Run(text),), style, width)


def widest_word(text: str, style: Style) -> float:
    """Return how wide the widest word is."""
    look = face(style)
    return max((look.width(word) for word in text.split()), default=0.0)


def _may_break(before: str, after: str) -> bool:
    return (before in _JOINTS and after not in _JOINTS) or (before.islower() and after.isupper())


def _styled(run: Run, style: Style) -> Style:
    if run.bold == style.bold and run.quiet == style.quiet:
        return style
    return Style(style.size, style.pitch, style.bold or run.bold, style.quiet or run.quiet)


def _laid(runs: Runs, style: Style, width: int) -> QTextLayout:
    text = "".join(run.text for run in runs).replace("\n", _LINE_SEPARATOR)
    layout = QTextLayout(text, face(style).font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setUseDesignMetrics(True)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.setFormats(_formats(runs, style))
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        # Only there are Qt's positions, which count pairs of bytes, those of Python.
        if text.isascii():
            _break_at_joint(line, text)
        line.setPosition(QPointF(0, 0))
    layout.endLayout()
    return layout


def _formats(runs: Sequence[Run], style: Style) -> list[QTextLayout.FormatRange]:
    formats, start = [], 0
    for run in runs:
        styled = _styled(run, style)
        shown = QTextCharFormat()
        shown.setFont(face(styled).font)
        shown.setForeground(QColor(QUIET_INK if styled.quiet else TEXT_INK))
        if run.raised:
            shown.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        ranged = QTextLayout.FormatRange()
        ranged.start, ranged.length, ranged.format = start, len(run.text.encode("utf-16-le")) // 2, shown
        start += ranged.length
        formats.append(ranged)
    return formats


def _break_at_joint(line: QTextLine, text: str) -> None:
    """Where Qt had to break within a word, break after a joint of it if one lies near."""
    start, length = line.textStart(), line.textLength()
    end = start + length
    if end >= len(text) or text[end - 1].isspace() or text[end].isspace():
        return
    for place in range(end, start + int(length * (1 - _EMPTY)), -1):
        if _may_break(text[place - 1], text[place]):
            if place < end:
                line.setNumColumns(place - start)
            return
