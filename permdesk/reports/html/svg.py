"""Drawings and glyphs as SVG within a page: colours are those of the page's style sheet, by class."""

from typing import Final

from markupsafe import Markup, escape

from permdesk.presentation.appearance import Glyph, Tone
from permdesk.presentation.glyph_shapes import GRID, Close, Curve, Draw, Move, Step, glyph_shape
from permdesk.reports.box_pieces import pieces
from permdesk.reports.drawing import Anchor, Box, Drawing, Ink, Line, Mark, Shape, Words
from permdesk.reports.html.characters import made, writable

_DECIMALS: Final = 2


def render_svg(drawing: Drawing) -> Markup:
    """Return a drawing as an ``svg`` element that is silent; its words belong to the element around it."""
    width, height = number(drawing.width), number(drawing.height)
    inside = "".join(map(_shape, drawing.shapes))
    return made(
        f'<svg class="drawing" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-hidden="true" focusable="false">{inside}</svg>'
    )


def glyph_symbol(glyph: Glyph) -> Markup:
    """Return the ``symbol`` element of a glyph, drawn in the current colour; its id is ``glyph_id``."""
    shape = glyph_shape(glyph)
    side = number(GRID)
    filled = f'<path fill-rule="evenodd" d="{_path(shape.filled)}"/>' if shape.filled else ""
    strokes = "".join(
        f'<path class="round" stroke-width="{number(stroke.width)}" d="{_path(stroke.steps)}"/>'
        for stroke in shape.strokes
    )
    symbol = f'<symbol id="{glyph_id(glyph)}" viewBox="0 0 {side} {side}">{filled}{strokes}</symbol>'
    return made(symbol)


def glyph_id(glyph: Glyph) -> str:
    """Return the id that a page uses a glyph by."""
    return f"glyph-{glyph.value}"


def ink_class(ink: Ink) -> str:
    """Return the class of the style sheet that sets the ``color`` of an ink."""
    return f"tone-{ink.value}" if isinstance(ink, Tone) else f"ink-{ink.value}"


def number(value: float) -> str:
    """Return a coordinate, as short as it can be."""
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _shape(shape: Shape) -> str:
    match shape:
        case Box():
            return _box(shape)
        case Line():
            broken = (
                f' stroke-dasharray="{number(shape.stroke * 3)} {number(shape.stroke * 2.5)}"' if shape.broken else ""
            )
            lines = _lines(((shape.x1, shape.y1, shape.x2, shape.y2),))
            return (
                f'<path class="line {ink_class(shape.ink)}" stroke-width="{number(shape.stroke)}"{broken} d="{lines}"/>'
            )
        case Words():
            anchor = "" if shape.anchor is Anchor.START else f' text-anchor="{shape.anchor.value}"'
            weight = ' font-weight="600"' if shape.bold else ""
            return (
                f'<text class="{ink_class(shape.ink)}" x="{number(shape.x)}" y="{number(shape.y)}" '
                f'font-size="{number(shape.size)}"{anchor}{weight}>{escape(writable(shape.text))}</text>'
            )
        case Mark():
            return (
                f'<use class="{ink_class(shape.ink)}" href="#{glyph_id(shape.glyph)}" x="{number(shape.x)}" '
                f'y="{number(shape.y)}" width="{number(shape.side)}" height="{number(shape.side)}"/>'
            )


def _box(box: Box) -> str:
    found = pieces(box)
    drawn = ""
    if found.area is not None:
        x, y, width, height = map(number, found.area)
        drawn += f'<path d="M{x} {y}h{width}v{height}h-{width}z"/>'
    stroked = _lines(found.lines)
    if found.frame is not None:
        x, y, width, height = map(number, found.frame)
        stroked += f"M{x} {y}h{width}v{height}h-{width}z"
    if stroked:
        drawn += f'<path class="line" stroke-width="{number(box.stroke)}" d="{stroked}"/>'
    return f'<g class="bar {ink_class(box.ink)}">{drawn}</g>'


def _lines(lines: tuple[tuple[float, float, float, float], ...]) -> str:
    return "".join(f"M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}" for x, y, to_x, to_y in lines)


def _path(steps: tuple[Step, ...]) -> str:
    drawn = []
    for step in steps:
        match step:
            case Move(to):
                drawn.append(f"M{_points(to)}")
            case Draw(to):
                drawn.append(f"L{_points(to)}")
            case Curve(first, second, to):
                drawn.append(f"C{_points(first, second, to)}")
            case Close():
                drawn.append("Z")
    return "".join(drawn)


def _points(*points: tuple[float, float]) -> str:
    return " ".join(f"{number(x)} {number(y)}" for x, y in points)
