"""The outlines of the status glyphs on a grid of 16: window, paper and HTML draw the same shapes."""

import math
from functools import cache
from itertools import pairwise
from typing import Final

from msgspec import Struct

from permdesk.presentation.appearance import Glyph

#: Side of the square that every shape lies in.
GRID: Final = 16.0
_MIDDLE: Final = 8.0
#: How far the handles of a cubic lie from its ends where it stands for a quarter of a circle of radius 1.
_QUARTER: Final = 0.5522847498

Point = tuple[float, float]


class Move(Struct, frozen=True):
    """Begin a piece here."""

    to: Point


class Draw(Struct, frozen=True):
    """Go straight to a point."""

    to: Point


class Curve(Struct, frozen=True):
    """Go to a point along a cubic Bezier curve."""

    first: Point
    second: Point
    to: Point


class Close(Struct, frozen=True):
    """Go back to where the piece began."""


Step = Move | Draw | Curve | Close


class Stroke(Struct, frozen=True):
    """A line with round ends and joins.

    Attributes:
        width: in units of the grid.
    """

    steps: tuple[Step, ...]
    width: float


class GlyphShape(Struct, frozen=True):
    """What to draw for a glyph, all in one colour.

    Attributes:
        filled: closed pieces, filled by the even-odd rule: a piece within a piece is cut out of it.
        strokes: lines drawn over them.
    """

    filled: tuple[Step, ...] = ()
    strokes: tuple[Stroke, ...] = ()


@cache
def glyph_shape(glyph: Glyph) -> GlyphShape:
    """Return what to draw for a glyph."""
    return _SHAPES[glyph]


def _arc(radius: float, start: float, end: float, centre: Point = (_MIDDLE, _MIDDLE)) -> tuple[Point, list[Curve]]:
    """Return where an arc begins, and its curves; angles in degrees, clockwise from the right."""
    pieces = max(1, math.ceil(abs(end - start) / 90 - 1e-9))
    turn = math.radians((end - start) / pieces)
    handle = 4 / 3 * math.tan(turn / 4) * radius

    def at(angle: float, along: float = 0.0) -> Point:
        cos, sin = math.cos(angle), math.sin(angle)
        return centre[0] + radius * cos - along * sin, centre[1] + radius * sin + along * cos

    angles = [math.radians(start) + turn * piece for piece in range(pieces + 1)]
    curves = [Curve(at(a, handle), at(b, -handle), at(b)) for a, b in pairwise(angles)]
    return at(angles[0]), curves


def _disc(radius: float, centre: Point = (_MIDDLE, _MIDDLE)) -> tuple[Step, ...]:
    begin, curves = _arc(radius, 0, 360, centre)
    return (Move(begin), *curves, Close())


def _half_disc(radius: float) -> tuple[Step, ...]:
    """Return the right half of a disc in the middle."""
    begin, curves = _arc(radius, -90, 90)
    return (Move(begin), *curves, Close())


def _square(inset: float, radius: float) -> tuple[Step, ...]:
    near, far, handle = inset, GRID - inset, radius * (1 - _QUARTER)
    return (
        Move((near + radius, near)),
        Draw((far - radius, near)),
        Curve((far - handle, near), (far, near + handle), (far, near + radius)),
        Draw((far, far - radius)),
        Curve((far, far - handle), (far - handle, far), (far - radius, far)),
        Draw((near + radius, far)),
        Curve((near + handle, far), (near, far - handle), (near, far - radius)),
        Draw((near, near + radius)),
        Curve((near, near + handle), (near + handle, near), (near + radius, near)),
        Close(),
    )


def _plus_outline(arm: float, width: float, turned: float = 0.0) -> tuple[Step, ...]:
    """Return the outline of a plus whose four arms have round ends; ``turned`` by so many degrees."""
    half = width / 2
    steps: list[Step] = []
    for place in range(4):
        angle = math.radians(turned + 90 * place)
        cos, sin = math.cos(angle), math.sin(angle)

        def out(along: float, across: float, cos: float = cos, sin: float = sin) -> Point:
            return _MIDDLE + along * cos - across * sin, _MIDDLE + along * sin + across * cos

        _, end = _arc(half, turned + 90 * place - 90, turned + 90 * place + 90, out(arm, 0))
        inner = out(half, -half)
        steps += [Draw(inner) if steps else Move(inner), Draw(out(arm, -half)), *end]
    return (*steps, Close())


def _line(*points: Point, width: float) -> Stroke:
    return Stroke((Move(points[0]), *(Draw(point) for point in points[1:])), width)


def _plus(arm: float, width: float) -> tuple[Stroke, ...]:
    return (
        _line((_MIDDLE - arm, _MIDDLE), (_MIDDLE + arm, _MIDDLE), width=width),
        _line((_MIDDLE, _MIDDLE - arm), (_MIDDLE, _MIDDLE + arm), width=width),
    )


def _broken_ring() -> tuple[Stroke, ...]:
    pieces, gap = 8, 18
    strokes = []
    for piece in range(pieces):
        begin, curves = _arc(6, piece * 360 / pieces + gap / 2, (piece + 1) * 360 / pieces - gap / 2)
        strokes.append(Stroke((Move(begin), *curves), 1.4))
    return tuple(strokes)


def _broken_square() -> tuple[Stroke, ...]:
    strokes = []
    for corner in range(4):
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[corner]

        def turned(x: float, y: float, cos: int = cos, sin: int = sin) -> Point:
            return (
                _MIDDLE + (x - _MIDDLE) * cos - (y - _MIDDLE) * sin,
                _MIDDLE + (x - _MIDDLE) * sin + (y - _MIDDLE) * cos,
            )

        strokes.append(_line(turned(2.5, 4.7), turned(2.5, 2.5), turned(4.7, 2.5), width=1.5))
        strokes.append(_line(turned(7.1, 2.5), turned(8.9, 2.5), width=1.5))
    return tuple(strokes)


_HOOK: Final = Stroke(
    (
        Move((6.3, 6.6)),
        Curve((6.3, 4.3), (9.8, 4.4), (9.75, 6.6)),
        Curve((9.7, 7.9), (8.0, 7.9), (8.0, 9.2)),
    ),
    1.4,
)
_TRIANGLE: Final = Stroke((Move((8, 2.4)), Draw((14, 13.2)), Draw((2, 13.2)), Close()), 1.5)

_SHAPES: Final[dict[Glyph, GlyphShape]] = {
    Glyph.MISSING: GlyphShape(_disc(6.75) + _plus_outline(2.4 * math.sqrt(2), 1.9, turned=45)),
    Glyph.PARTIAL: GlyphShape(_disc(6.7) + _half_disc(5.1)),
    Glyph.EXCESS: GlyphShape(_square(1.75, 2) + _plus_outline(3.1, 1.9)),
    Glyph.UNREAD: GlyphShape(_disc(0.95, (8, 11.3)), (*_broken_ring(), _HOOK)),
    Glyph.SATISFIED: GlyphShape(strokes=(_line((2.6, 8.6), (6.2, 12.2), (13.4, 4.2), width=1.7),)),
    Glyph.DECLARED_ONLY: GlyphShape(_square(1.75, 2) + _square(3.25, 1), _plus(2.3, 1.5)),
    Glyph.GRANTED: GlyphShape(_disc(6.65) + _disc(5.15) + _disc(2.2)),
    Glyph.BASIC: GlyphShape(_disc(1.75)),
    Glyph.NO_BASELINE: GlyphShape(strokes=(_line((4, 8), (12, 8), width=1.6),)),
    Glyph.NOT_INSTALLED: GlyphShape(strokes=_broken_square()),
    Glyph.WARNING: GlyphShape(_disc(0.9, (8, 11.1)), (_TRIANGLE, _line((8, 6.4), (8, 9.0), width=1.5))),
}
