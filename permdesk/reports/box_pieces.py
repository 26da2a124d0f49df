"""What a painter fills and strokes of a box, so that its fill tells itself apart without colour."""

from typing import Final

from msgspec import Struct

from permdesk.reports.drawing import Box, Fill

#: Distance of hatching lines and upright lines, in strokes.
_HATCH_STEP: Final = 4.5
_UPRIGHT_STEP: Final = 3.0


class Pieces(Struct, frozen=True):
    """What to paint for a box, in this order, all in its ink; nothing else is clipped or patterned.

    Attributes:
        area: x, y, width and height to fill; None for none.
        lines: x1, y1, x2, y2 of lines as wide as the stroke.
        frame: x, y, width and height of a rectangle to stroke; the stroke lies within the box.
    """

    area: tuple[float, float, float, float] | None
    lines: tuple[tuple[float, float, float, float], ...]
    frame: tuple[float, float, float, float] | None


def pieces(box: Box) -> Pieces:
    """Return what to paint for a box."""
    inset = box.stroke / 2
    frame = (box.x + inset, box.y + inset, max(box.width - box.stroke, 0.0), max(box.height - box.stroke, 0.0))
    match box.fill:
        case Fill.SOLID:
            return Pieces((box.x, box.y, box.width, box.height), (), None)
        case Fill.HALF:
            half = box.height / 2
            return Pieces((box.x, box.y + half, box.width, half), (), frame)
        case Fill.HOLLOW:
            return Pieces(None, (), frame)
        case Fill.HATCHED:
            return Pieces(None, _diagonals(frame, box.stroke * _HATCH_STEP), frame)
        case Fill.UPRIGHT:
            count = max(1, int((box.width - box.stroke) / (box.stroke * _UPRIGHT_STEP)) + 1)
            step = box.stroke * _UPRIGHT_STEP
            places = (box.x + inset + place * step for place in range(count))
            return Pieces(None, tuple((x, box.y, x, box.y + box.height) for x in places), None)


def _diagonals(frame: tuple[float, float, float, float], step: float) -> tuple[tuple[float, float, float, float], ...]:
    """Return lines that rise to the right, clipped to a rectangle."""
    left, top, width, height = frame
    lines = []
    along = step / 2
    while along < width + height:
        # The whole line runs from the upper edge at ``along`` to the lower one, a height further left.
        over, under = max(along - width, 0.0), max(height - along, 0.0)
        lines.append((left + along - over, top + over, left + along - height + under, top + height - under))
        along += step
    return tuple(lines)
