"""The trend over scans as simple shapes."""

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from permdesk.presentation.appearance import Glyph, Tone
from permdesk.reports.charts import TrendChart, TrendPoint, point_words
from permdesk.reports.drawing import Anchor, Box, Drawing, Fill, Line, Mark, Plain, Shape, Spot, Words
from permdesk.reports.place import Place

_SERIES: Final[tuple[tuple[str, str, Glyph, Tone], ...]] = (
    ("missing", "missing", Glyph.MISSING, Tone.MISSING),
    ("excess", "beyond the need", Glyph.EXCESS, Tone.EXCESS),
    ("unread", "not read", Glyph.UNREAD, Tone.UNREAD),
)


# All in em, the size of the type.
_LINE: Final = 1.4
_STROKE: Final = 0.09
_PLOT: Final = 11.0
_MARK: Final = 0.95


def draw_trend(chart: TrendChart, place: Place) -> Drawing:
    """Return the scans of a tenant over time, each series named at its end; height 0 where there are none."""
    points = chart.points
    if not points:
        return Drawing(place.width, 0, (), chart.words)
    em = place.em
    stroke = em * _STROKE
    step, top = _scale(max(max(point.missing, point.excess, point.unread) for point in points))
    ticks = [place.number(value) for value in range(0, top + 1, step)]
    left = max(place.measure(tick, em, False) for tick in ticks) + 0.6 * em
    ends = [(f"{place.number(getattr(points[-1], field))} {word}", field) for field, word, _, _ in _SERIES]
    # The marks stand half over the ends of the plot, and a glyph before each word.
    right = place.width - max(place.measure(text, em, True) for text, _ in ends) - 2.6 * em
    right = max(right, left + 4 * em)
    above, plot = 0.7 * em, _PLOT * em

    def height_of(value: int) -> float:
        return above + plot * (1 - value / top)

    shapes: list[Shape] = []
    for place_in, tick in enumerate(ticks):
        y = height_of(place_in * step)
        shapes.append(Line(left, y, right + 0.6 * em, y, Plain.LINE if place_in else Plain.QUIET, stroke * 0.85))
        shapes.append(Words(left - 0.5 * em, y + 0.35 * em, tick, em, Plain.QUIET, anchor=Anchor.END))
    across = _across([point.day for point in points], left + 0.8 * em, right - 0.2 * em)
    crowded = len(points) > 1 and (right - left) / (len(points) - 1) < 1.3 * em
    for field, _, glyph, tone in _SERIES:
        heights = [height_of(getattr(point, field)) for point in points]
        for before in range(len(points) - 1):
            ends_at = _between(
                (across[before], heights[before]),
                (across[before + 1], heights[before + 1]),
                0.0 if crowded else _MARK * em * 0.62,
            )
            if ends_at is not None:
                broken = not (points[before].complete and points[before + 1].complete)
                shapes.append(Line(*ends_at, tone, stroke * 1.3, broken=broken))
        shapes += _points(points, across, heights, (glyph, tone), em, crowded)
    shapes += _ends(ends, [height_of(getattr(points[-1], field)) for _, field in ends], right + 1.2 * em, place)
    shapes += _days(points, across, above + plot + 1.7 * em, place)
    spots = _spots(points, across, (left, right + 0.6 * em), above + plot, place)
    return Drawing(place.width, above + plot + 2.2 * em, tuple(shapes), chart.words, tuple(spots))


def _spots(
    points: Sequence[TrendPoint], across: Sequence[float], ends: tuple[float, float], height: float, place: Place
) -> Iterable[Spot]:
    """Yield a strip of the plot for each scan, to the middle between it and its neighbours."""
    middles = [(before + after) / 2 for before, after in itertools.pairwise(across)]
    edges = [ends[0], *middles, ends[1]]
    for point, (start, end) in zip(points, itertools.pairwise(edges), strict=True):
        yield Spot(start, 0, end - start, height, point_words(point, place.number, place.day))


def _points(
    points: Sequence[TrendPoint],
    across: Sequence[float],
    heights: Sequence[float],
    look: tuple[Glyph, Tone],
    em: float,
    crowded: bool,
) -> Iterable[Shape]:
    side = _MARK * em
    last = across[-1]
    taken = -side
    for point, x, y in zip(points, across, heights, strict=True):
        # Where points crowd, the lines alone tell of most of them.
        if crowded and x != last and (point.complete or x - taken < 2 * side or last - x < 2 * side):
            continue
        taken = x
        if point.complete:
            yield Mark(x - side / 2, y - side / 2, side, look[0], look[1])
        else:
            yield Box(x - side / 2, y - side / 2, side, side, Fill.HATCHED, look[1], em * _STROKE)


def _between(
    start: tuple[float, float], end: tuple[float, float], air: float
) -> tuple[float, float, float, float] | None:
    """Return a line that leaves some air around the marks at its ends; None where the marks touch."""
    (x, y), (to_x, to_y) = start, end
    length = math.hypot(to_x - x, to_y - y)
    if length <= 2 * air:
        return None
    right, down = (to_x - x) / length * air, (to_y - y) / length * air
    return x + right, y + down, to_x - right, to_y - down


def _ends(ends: Sequence[tuple[str, str]], heights: Sequence[float], x: float, place: Place) -> Iterable[Shape]:
    """Yield what the last point of each series says, at its height or as near as the others let it."""
    em = place.em
    looks = {field: (glyph, tone) for field, _, glyph, tone in _SERIES}
    order = sorted(range(len(ends)), key=lambda index: heights[index])
    places: list[float] = []
    for index in order:
        wanted = heights[index]
        places.append(max(wanted, places[-1] + _LINE * em) if places else wanted)
    # What was pushed below the plot moves all of them up.
    over = places[-1] - (0.7 + _PLOT) * em
    for index, y in zip(order, _lifted(places, over, _LINE * em), strict=True):
        text, field = ends[index]
        glyph, tone = looks[field]
        yield Mark(x, y - _MARK * em / 2, _MARK * em, glyph, tone)
        yield Words(x + 1.3 * em, y + 0.35 * em, text, em, Plain.TEXT, bold=True)


def _lifted(places: list[float], over: float, apart: float) -> list[float]:
    if over <= 0:
        return places
    lifted = [*places]
    lifted[-1] -= over
    for index in range(len(lifted) - 2, -1, -1):
        lifted[index] = min(lifted[index], lifted[index + 1] - apart)
    return lifted


def _days(points: Sequence[TrendPoint], across: Sequence[float], y: float, place: Place) -> Iterable[Shape]:
    """Yield the day of the last scan and of as many others as have room."""
    em = place.em
    taken = float("inf")
    for index in range(len(points) - 1, -1, -1):
        text = place.day(points[index].day)
        wide = place.measure(text, em, False)
        left = min(max(across[index] - wide / 2, 0.0), place.width - wide)
        if left + wide + em <= taken:
            yield Words(left, y, text, em, Plain.QUIET)
            taken = left


def _across(days: Sequence[date], left: float, right: float) -> list[float]:
    span = (days[-1] - days[0]).days
    if span == 0:
        # Scans of one day stand side by side.
        gap = (right - left) / (len(days) + 1)
        return [left + gap * (index + 1) for index in range(len(days))]
    return [left + (right - left) * (day - days[0]).days / span for day in days]


def _scale(most: int) -> tuple[int, int]:
    """Return the distance of the ticks and the highest: round numbers, at most five of them."""
    step = 1
    while step * 4 < most:
        # 1, 2, 5, 10, 20, 50 and so on.
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step, max(-(-most // step), 1) * step
