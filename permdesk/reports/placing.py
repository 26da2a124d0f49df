"""Drawings put in their place: moved, turned to run from right to left, fitted to the dots of a screen."""

from collections.abc import Iterable

from msgspec.structs import replace

from permdesk.reports.drawing import Anchor, Box, Drawing, Line, Mark, Shape, Words

_OTHER_END = {Anchor.START: Anchor.END, Anchor.MIDDLE: Anchor.MIDDLE, Anchor.END: Anchor.START}


def moved(shapes: Iterable[Shape], right: float, down: float) -> tuple[Shape, ...]:
    """Return shapes at another place."""
    return tuple(
        replace(shape, x1=shape.x1 + right, y1=shape.y1 + down, x2=shape.x2 + right, y2=shape.y2 + down)
        if isinstance(shape, Line)
        else replace(shape, x=shape.x + right, y=shape.y + down)
        for shape in shapes
    )


def mirrored(drawing: Drawing) -> Drawing:
    """Return a drawing that runs from right to left; words and glyphs themselves are not turned."""
    width = drawing.width

    def turned(shape: Shape) -> Shape:
        match shape:
            case Line():
                return replace(shape, x1=width - shape.x1, x2=width - shape.x2)
            case Words():
                return replace(shape, x=width - shape.x, anchor=_OTHER_END[shape.anchor])
            case Mark():
                return replace(shape, x=width - shape.x - shape.side)
            case Box():
                return replace(shape, x=width - shape.x - shape.width)

    spots = tuple(replace(spot, x=width - spot.x - spot.width) for spot in drawing.spots)
    return replace(drawing, shapes=tuple(map(turned, drawing.shapes)), spots=spots)


def aligned(drawing: Drawing, dot: float) -> Drawing:
    """Return a drawing whose boxes and upright and level lines have sharp edges.

    Args:
        drawing: any.
        dot: the distance of two dots of the screen, in the unit of the drawing.
    """

    def near(value: float) -> float:
        return round(value / dot) * dot

    def thick(stroke: float) -> float:
        return max(near(stroke), dot)

    def fitted(shape: Shape) -> Shape:
        if isinstance(shape, Box):
            x, y = near(shape.x), near(shape.y)
            right, bottom = near(shape.x + shape.width), near(shape.y + shape.height)
            return replace(
                shape, x=x, y=y, width=max(right - x, dot), height=max(bottom - y, dot), stroke=thick(shape.stroke)
            )
        if isinstance(shape, Line) and (shape.x1 == shape.x2 or shape.y1 == shape.y2):
            stroke = thick(shape.stroke)
            if shape.x1 == shape.x2:
                x = near(shape.x1 - stroke / 2) + stroke / 2
                return replace(shape, x1=x, x2=x, stroke=stroke)
            y = near(shape.y1 - stroke / 2) + stroke / 2
            return replace(shape, y1=y, y2=y, stroke=stroke)
        return shape

    return replace(drawing, shapes=tuple(map(fitted, drawing.shapes)))
