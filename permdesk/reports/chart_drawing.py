"""Charts as simple shapes, laid out for the width and the type that the caller has."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, Glyph, Tone
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.charts import Chart, NeedChart, StatusChart, TrendChart
from permdesk.reports.drawing import Anchor, Box, Drawing, Fill, Mark, Plain, Shape, Words, draw_bar, moved
from permdesk.reports.place import Place, wrapped
from permdesk.reports.trend_drawing import draw_trend

#: How the bar of a status is filled.
_STATUS_FILL: Final = {
    Status.MISSING: Fill.HOLLOW,
    Status.PARTIAL: Fill.HALF,
    Status.UNVERIFIED: Fill.HATCHED,
    Status.EXCESS: Fill.UPRIGHT,
    Status.DECLARED_ONLY: Fill.HOLLOW,
    Status.SATISFIED: Fill.SOLID,
    Status.GRANTED: Fill.SOLID,
    Status.BASIC: Fill.HOLLOW,
}
# All in em, the size of the type.
_LINE: Final = 1.4
_BAR: Final = 1.05
_STROKE: Final = 0.09
_GAP: Final = 0.9
_BETWEEN_ROWS: Final = 0.55
_NARROW: Final = 32.0
_MARK: Final = 0.95
_MOST_LABEL_LINES: Final = 3
#: The base line of a line of type, from its top.
_BASE: Final = 1.05


def draw_chart(chart: Chart, place: Place) -> Drawing:
    """Return a chart without its title, as wide as the place and as tall as it needs; height 0 where it has nothing."""
    match chart:
        case NeedChart():
            most = max((bar.need.needed + bar.need.beyond for bar in chart.bars), default=0)
            rows = [_need_row(bar.label, bar.need.granted, bar.need.needed, place) for bar in chart.bars]
            return _rows(rows, [_need_bar(bar.need, most) for bar in chart.bars], chart, place)
        case StatusChart():
            top = max((count.count for count in chart.counts), default=0)
            rows = [_status_row(count.status, count.count, place) for count in chart.counts]
            return _rows(rows, [_status_bar(c.status, c.count, top, place) for c in chart.counts], chart, place)
        case TrendChart():
            return draw_trend(chart, place)


class _Row(Struct, frozen=True):
    label: str
    glyph: Glyph | None
    ink: Tone | Plain
    value: str


def _need_row(label: str, granted: int, needed: int, place: Place) -> _Row:
    return _Row(label, None, Plain.TEXT, f"{place.number(granted)} of {place.number(needed)}")


def _need_bar(need: NeedCounts, most: int) -> Callable[[float, float], Drawing]:
    return lambda width, height: draw_bar(need, most, width=width, height=height)


def _status_row(status: Status, count: int, place: Place) -> _Row:
    look = STATUS[status]
    return _Row(look.label, look.glyph, look.tone, place.number(count))


def _status_bar(status: Status, count: int, most: int, place: Place) -> Callable[[float, float], Drawing]:
    look = STATUS[status]
    stroke = place.em * _STROKE

    def drawn(width: float, height: float) -> Drawing:
        if not count:
            return Drawing(width, height, (), "")
        wide = max(width * count / most, height * 0.5)
        return Drawing(
            width, height, (Box(0, 0, wide, height, _STATUS_FILL[status], look.tone, stroke),), f"{look.label}: {count}"
        )

    return drawn


def _rows(
    rows: Sequence[_Row],
    bars: Sequence[Callable[[float, float], Drawing]],
    chart: NeedChart | StatusChart,
    place: Place,
) -> Drawing:
    em, measure = place.em, place.measure
    indent = _LINE * em if any(row.glyph for row in rows) else 0.0
    value = max((measure(row.value, em, True) for row in rows), default=0.0)
    longest = max((measure(row.label, em, False) for row in rows), default=0.0)
    narrow = place.width < _NARROW * em and longest > place.width * 0.4
    label = place.width - indent if narrow else min(longest, place.width * 0.36)
    start = 0.0 if narrow else indent + label + _GAP * em
    room = place.width - start - value - _GAP * em
    shapes: list[Shape] = []
    y = 0.0
    for row, bar in zip(rows, bars, strict=True):
        lines = wrapped(row.label, label, place, lines=_MOST_LABEL_LINES)
        if row.glyph is not None:
            shapes.append(Mark(0, y + 0.22 * em, _MARK * em, row.glyph, row.ink))
        shapes += [
            Words(indent, y + (place_in * _LINE + _BASE) * em, text, em, Plain.TEXT)
            for place_in, text in enumerate(lines)
        ]
        tall = len(lines) * _LINE * em
        beside = y + tall if narrow else y
        shapes += moved(bar(room, _BAR * em).shapes, start, beside + (_LINE - _BAR) / 2 * em)
        shapes.append(Words(place.width, beside + _BASE * em, row.value, em, Plain.TEXT, bold=True, anchor=Anchor.END))
        y += tall + (_LINE * em if narrow else 0.0) + _BETWEEN_ROWS * em
    return Drawing(place.width, max(y - _BETWEEN_ROWS * em, 0.0), tuple(shapes), chart.words)
