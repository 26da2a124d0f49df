"""Bars as simple shapes: what a painter fills and strokes on screen and paper, and what SVG says in HTML."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from permdesk.presentation.appearance import TONES, Glyph, Tone
from permdesk.presentation.colours import COLOURS
from permdesk.presentation.requirement import NeedCounts


class Fill(StrEnum):
    """How a box is filled; each tells itself apart without colour.

    HALF has its lower half filled, HATCHED is framed and stands for "not read" alone, UPRIGHT is lines without a frame.
    """

    SOLID = "solid"
    HALF = "half"
    HOLLOW = "hollow"
    HATCHED = "hatched"
    UPRIGHT = "upright"


class Plain(StrEnum):
    """Inks that belong to no status."""

    TEXT = "text"
    QUIET = "quiet"
    LINE = "line"


Ink = Tone | Plain
#: The colour of an ink as ``#RRGGBB``; True asks for that of a box, which may be calmer than a glyph's or word's.
Colours = Callable[[Ink, bool], str]


class Scheme(StrEnum):
    """Which colours the inks have; GREY is for paper in black and white."""

    LIGHT = "light"
    DARK = "dark"
    GREY = "grey"


class Anchor(StrEnum):
    """Which part of a text stands at its x."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Box(Struct, frozen=True):
    """A filled rectangle.

    Attributes:
        stroke: width of its frame and of the lines within it.
    """

    x: float
    y: float
    width: float
    height: float
    fill: Fill
    ink: Ink
    stroke: float


class Line(Struct, frozen=True):
    """A straight line with flat ends.

    Attributes:
        broken: drawn in dashes.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    ink: Ink
    stroke: float
    broken: bool = False


class Words(Struct, frozen=True):
    """One line of text.

    Attributes:
        y: of the base line.
        size: of the font.
    """

    x: float
    y: float
    text: str
    size: float
    ink: Ink = Plain.TEXT
    bold: bool = False
    anchor: Anchor = Anchor.START


class Mark(Struct, frozen=True):
    """A status glyph (``glyph_shape``) in a square.

    Attributes:
        x, y: of its left upper corner.
    """

    x: float
    y: float
    side: float
    glyph: Glyph
    ink: Ink


Shape = Box | Line | Words | Mark


class Spot(Struct, frozen=True):
    """A part of a drawing that has words of its own: what a pointer over it asks about."""

    x: float
    y: float
    width: float
    height: float
    words: str


class Drawing(Struct, frozen=True):
    """Shapes, from back to front, within a width and height in the caller's unit; y grows downwards.

    Attributes:
        words: the same for those who hear it.
        spots: its parts, none over another.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: str
    spots: tuple[Spot, ...] = ()


class Segment(Struct, frozen=True):
    """A part of a bar.

    Attributes:
        field: of NeedCounts.
        word: in the legend.
    """

    field: str
    word: str
    fill: Fill
    ink: Tone


#: The parts of a bar from left to right; the last stands right of the line.
SEGMENTS: Final = (
    Segment("granted", "granted", Fill.SOLID, Tone.SATISFIED),
    Segment("partial", "in part", Fill.HALF, Tone.PARTIAL),
    Segment("missing", "missing", Fill.HOLLOW, Tone.MISSING),
    Segment("unread", "not read", Fill.HATCHED, Tone.UNREAD),
    Segment("beyond", "beyond the need, right of the line", Fill.UPRIGHT, Tone.EXCESS),
)

_PLAIN: Final = {Plain.TEXT: "text", Plain.QUIET: "muted", Plain.LINE: "line"}
_BLACK, _GREY, _PALE = "#000000", "#595959", "#BFBFBF"
_IN_GREY: Final[dict[Ink, str]] = {Plain.QUIET: _GREY, Plain.LINE: _PALE, Tone.SATISFIED: _GREY, Tone.GRANTED: _GREY}

# All in heights of the bar.
_STROKE: Final = 0.09
_BETWEEN: Final = 0.1
_LEAST: Final = 0.5
_ROUND_THE_LINE: Final = 0.35
_OVERHANG: Final = 0.14


def colour(ink: Ink, scheme: Scheme, *, filled: bool = False) -> str:
    """Return an ink as ``#RRGGBB``.

    Args:
        ink: of a shape.
        scheme: where it is seen.
        filled: for a box, whose colour may be calmer than that of a glyph or word.
    """
    if scheme is Scheme.GREY:
        return _IN_GREY.get(ink, _BLACK) if filled or isinstance(ink, Plain) else _BLACK
    dark = scheme is Scheme.DARK
    if isinstance(ink, Plain):
        return COLOURS[_PLAIN[ink]][dark]
    tone = TONES[ink]
    if filled:
        return tone.bar[dark]
    return (tone.dark if dark else tone.light).foreground


def draw_bar(need: NeedCounts | None, most: int, *, width: float, height: float) -> Drawing:
    """Return the bar of a need, as wide as the whole place where the counts come to ``most``.

    A count above nought is never too narrow to be seen.

    Args:
        most: the count that fills the whole width.
        width: of the place, in the caller's unit.
        height: of the bar with the line at its end, same unit.
        need: None, or nothing in it, for no bar.
    """
    if need is None or not need.needed + need.beyond:
        return Drawing(width, height, (), need.sentence if need is not None else "")
    stroke, between = height * _STROKE, height * _BETWEEN
    line_room = 2 * height * _ROUND_THE_LINE + stroke
    counts = [(segment, int(getattr(need, segment.field))) for segment in SEGMENTS]
    shown = [(segment, count) for segment, count in counts if count]
    widths = _widths([count for _, count in shown], most, width - line_room, height * _LEAST)
    top, tall = height * _OVERHANG, height * (1 - 2 * _OVERHANG)
    shapes: list[Shape] = []
    x = 0.0
    beyond: Box | None = None
    for (segment, _), wide in zip(shown, widths, strict=True):
        if segment is SEGMENTS[-1]:
            beyond = Box(x + line_room, top, wide, tall, segment.fill, segment.ink, stroke)
        else:
            shapes.append(Box(x, top, max(wide - between, stroke), tall, segment.fill, segment.ink, stroke))
            x += wide
    middle = x + line_room / 2
    shapes.append(Line(middle, 0, middle, height, Plain.TEXT, stroke * 1.25))
    if beyond is not None:
        shapes.append(beyond)
    return Drawing(width, height, tuple(shapes), need.sentence)


def draw_swatch(segment: Segment, *, width: float, height: float) -> Drawing:
    """Return the sample of a fill that a legend shows beside its word."""
    top, tall = height * _OVERHANG, height * (1 - 2 * _OVERHANG)
    box = Box(0, top, width, tall, segment.fill, segment.ink, height * _STROKE)
    return Drawing(width, height, (box,), segment.word)


def _widths(counts: list[int], most: int, room: float, least: float) -> list[float]:
    unit = room / max(most, sum(counts))
    widths = [max(count * unit, least) for count in counts]
    over = sum(widths) - room
    if over <= 0:
        return widths
    spare = sum(wide - least for wide in widths)
    if spare <= over:
        return [room / len(widths)] * len(widths)
    return [wide - (wide - least) * over / spare for wide in widths]
