"""Titles, headings, paragraphs, steps, facts and boxes as pieces of a page."""

from typing import Final

from PySide6.QtCore import Qt

from permdesk.presentation.appearance import Look
from permdesk.printing.brush import Brush
from permdesk.printing.faces import face
from permdesk.printing.measures import (
    BADGE,
    BODY,
    BODY_QUIET,
    BOX_TITLE,
    HEADING,
    LONG_TITLE,
    SMALL_QUIET,
    SUBTITLE,
    TITLE,
    Style,
)
from permdesk.printing.piece import Piece, Plain
from permdesk.printing.wrapping import Wrapped, wrap, wrap_plain
from permdesk.reports.document import Callout, Fact, Part, Run, Runs

#: A title of more characters is set smaller.
_LONG: Final = 90
_BADGE_GAP: Final = 120
_STEP_INDENT: Final = 155
_LABEL_SHARE: Final = 0.2
_LABEL_GAP: Final = 90
_FACT_GAP: Final = 110
_BOX_BAR: Final = 50
_BOX_AIR: Final = 85
_BOX_TEXT: Final = 300
_BOX_GLYPH: Final = 115
_BETWEEN: Final = 36


class Paragraph(Plain):
    """Running text, with a mark before its first line where it is a step."""

    split = True

    def __init__(
        self, runs: Runs, width: int, *, style: Style = BODY, above: int = 0, keep: bool = False, mark: str = ""
    ) -> None:
        self._runs, self._style, self._mark = runs, style, mark
        self._indent = _STEP_INDENT if mark else 0
        self._width = width - self._indent
        self.above, self.keep = above, keep
        self.lines = wrap(runs, style, self._width).lines

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines."""
        return (last - first) * self._style.pitch

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines."""
        if self._mark and first == 0:
            wrap((Run(self._mark, bold=True),), self._style, _STEP_INDENT).draw(brush.painter, x, y, 0, 1)
        wrap(self._runs, self._style, self._width).draw(brush.painter, x + self._indent, y, first, last)


class Title(Plain):
    """The first lines of a part: its title, what stands below, and its badge at the right."""

    keep = True

    def __init__(self, part: Part, width: int) -> None:
        self._part, self._width = part, width
        self._style = TITLE if len(part.title) <= _LONG else LONG_TITLE
        self._beside = 0
        if part.badge:
            self._beside = round(face(BADGE).width(part.badge.label)) + 330
        self._titled = self._title().lines
        self.lines = self._titled + self._below().lines if part.below else self._titled

    def _title(self) -> Wrapped:
        return wrap_plain(
            self._part.title, self._style, self._width - self._beside - (_BADGE_GAP if self._beside else 0)
        )

    def _below(self) -> Wrapped:
        return wrap_plain(self._part.below, SUBTITLE, self._width)

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines, and of the air below them."""
        titled = max(0, min(last, self._titled) - first)
        below = max(0, last - max(first, self._titled))
        # The badge is taller than a line of it.
        least = 230 if first == 0 and self._beside else 0
        return max(titled * self._style.pitch, least) + below * SUBTITLE.pitch + (60 if last == self.lines else 0)

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines."""
        if first == 0 and self._part.badge:
            self._paint_badge(brush, self._part.badge, x + self._width - self._beside, y)
        least = 230 if first == 0 and self._beside else 0
        titled = max(0, min(last, self._titled) - first)
        if titled:
            self._title().draw(brush.painter, x, y, first, first + titled)
            y += max(titled * self._style.pitch, least)
        if last > self._titled:
            begin = max(0, first - self._titled)
            self._below().draw(brush.painter, x, y, begin, last - self._titled)

    def _paint_badge(self, brush: Brush, look: Look, x: float, y: float) -> None:
        brush.frame(x, y + 5, self._beside, 220, thick=10)
        brush.glyph(look, x + 90, y + 57, 115)
        wrap_plain(look.label, BADGE, self._beside).draw(brush.painter, x + 240, y + 48, 0, 1)


class Continued(Plain):
    """One quiet line at the top of a page that says of which part it is."""

    keep = True

    def __init__(self, title: str, width: int) -> None:
        self._title, self._width = title, width

    def height(self, first: int, last: int) -> float:
        """Return the height of the line and of the air below it."""
        return SMALL_QUIET.pitch + 70

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint the line; a title that is too long was whole on the page where it began."""
        words = shortened(self._title, SMALL_QUIET, self._width, after=", continued")
        wrap_plain(words, SMALL_QUIET, self._width + 100).draw(brush.painter, x, y, 0, 1)


class Heading(Plain):
    """A heading with a rule below it."""

    above = 150
    keep = True

    def __init__(self, text: str, width: int) -> None:
        self._text, self._width = text, width
        self.lines = wrap_plain(text, HEADING, width).lines

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines, the rule, and the air below it."""
        return (last - first) * HEADING.pitch + (56 if last == self.lines else 0)

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines, and the rule after the last."""
        wrap_plain(self._text, HEADING, self._width).draw(brush.painter, x, y, first, last)
        if last == self.lines:
            brush.rule(x, y + (last - first) * HEADING.pitch + 18, self._width)


def label_width(facts: tuple[Fact, ...], width: int) -> int:
    """Return how wide the column of labels is, with the gap after it."""
    widest = max((face(BODY_QUIET).width(fact.label) for fact in facts), default=0.0)
    return round(min(widest + _LABEL_GAP + 4, width * _LABEL_SHARE))


class FactLine(Plain):
    """One fact, or two side by side."""

    split = False

    def __init__(self, facts: tuple[Fact, ...], width: int, *, label: int, above: int) -> None:
        self.above, self._facts = above, facts
        self._label = label
        self._column = (width - _FACT_GAP) // 2 + _FACT_GAP if len(facts) > 1 else width
        self._value = (width - _FACT_GAP) // 2 - self._label if len(facts) > 1 else width - self._label
        self.lines = max(max(label.lines, value.lines) for label, value in self._words())

    def _words(self) -> list[tuple[Wrapped, Wrapped]]:
        return [
            (wrap_plain(fact.label, BODY_QUIET, self._label - _LABEL_GAP), wrap(fact.value, BODY, self._value))
            for fact in self._facts
        ]

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines."""
        return (last - first) * BODY.pitch + 14

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines of label and value."""
        for place, (label, value) in enumerate(self._words()):
            at = x + place * self._column
            label.draw(brush.painter, at, y, first, last)
            value.draw(brush.painter, at + self._label, y, first, last)


class Box(Plain):
    """A framed box with a bar at its left, hatched where it tells of what was not read."""

    above = 110

    def __init__(self, callout: Callout, width: int) -> None:
        self._look, self._width = callout.look, width
        inner = width - _BOX_TEXT - _BOX_AIR
        #: Each with its style, and its first line among those of the box.
        self._texts: list[tuple[Runs, Style, int]] = []
        self._inner = inner
        self.lines = 0
        texts = [((Run(callout.title),), BOX_TITLE)] if callout.title else []
        for runs, style in (*texts, *((runs, BODY) for runs in callout.paragraphs)):
            self._texts.append((runs, style, self.lines))
            self.lines += wrap(runs, style, inner).lines

    def _shown(self, first: int, last: int) -> list[tuple[Runs, Style, int, int]]:
        """Return each text with its own first and last line within these of the box."""
        ends = [begin for _, _, begin in self._texts[1:]] + [self.lines]
        return [
            (runs, style, max(first, begin) - begin, min(last, end) - begin)
            for (runs, style, begin), end in zip(self._texts, ends, strict=True)
            if max(first, begin) < min(last, end)
        ]

    def height(self, first: int, last: int) -> float:
        """Return the height of the frame around these lines."""
        shown = self._shown(first, last)
        return (
            2 * _BOX_AIR
            + sum((end - begin) * style.pitch for _, style, begin, end in shown)
            + (_BETWEEN * max(0, len(shown) - 1))
        )

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint frame, bar, glyph and these lines."""
        height = self.height(first, last)
        brush.frame(x, y, self._width, height)
        if self._look.hatched:
            brush.hatch(x, y, _BOX_BAR, height, thick=10)
            brush.frame(x, y, _BOX_BAR, height)
        else:
            brush.fill(x, y, _BOX_BAR, height, "#000000")
        at = y + _BOX_AIR
        if first == 0:
            pitch = self._texts[0][1].pitch if self._texts else BODY.pitch
            brush.glyph(self._look, x + 120, at + (pitch - _BOX_GLYPH) / 2, _BOX_GLYPH)
        for runs, style, begin, end in self._shown(first, last):
            wrap(runs, style, self._inner).draw(brush.painter, x + _BOX_TEXT, at, begin, end)
            at += (end - begin) * style.pitch + _BETWEEN


def shortened(text: str, style: Style, width: int, *, after: str = "") -> str:
    """Return one line of text, with what follows it; an ellipsis where it is too long."""
    look = face(style)
    # Only as much as any line holds is worth measuring.
    return look.elided(text[:400], Qt.TextElideMode.ElideRight, width - look.width(after)) + after


def text_height(piece: Piece) -> float:
    """Return how tall a whole piece is."""
    return piece.height(0, piece.lines)
