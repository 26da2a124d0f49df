"""Charts as simple shapes, laid out for the width and the type that the caller has."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, Glyph, Tone
from permdesk.reports.charts import Chart, NeedBar, NeedChart, StatusChart, StatusCount, TrendChart, need_words
from permdesk.reports.drawing import Anchor, Box, Drawing, Fill, Mark, Plain, Shape, Spot, Words, draw_bar
from permdesk.reports.place import Place, wrapped
from permdesk.reports.placing import moved
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
#: The type of the line below a label.
_BELOW: Final = 0.9
#: The base line of a line of type, from its top.
_BASE: Final = 1.05


def draw_chart(chart: Chart, place: Place) -> Drawing:
    """Return a chart without its title, as wide as the place and as tall as it needs; height 0 where it has nothing."""
    match chart:
        case NeedChart():
            most = max((bar.need.needed + bar.need.beyond for bar in chart.bars), default=0)
            return _rows([_need_row(bar, most, place) for bar in chart.bars], chart.words, place)
        case StatusChart():
            top = max((count.count for count in chart.counts), default=0)
            return _rows([_status_row(count, top, place) for count in chart.counts], chart.words, place)
        case TrendChart():
            return draw_trend(chart, place)


class _Row(Struct, frozen=True):
    """One bar: what stands before it, behind it and below its label, and what draws it in a width and height."""

    label: str
    below: str
    glyph: Glyph | None
    ink: Tone | Plain
    value: str
    words: str
    bar: Callable[[float, float], Drawing]


def _need_row(bar: NeedBar, most: int, place: Place) -> _Row:
    need = bar.need
    return _Row(
        label=bar.label,
        below=bar.below,
        glyph=None,
        ink=Plain.TEXT,
        value=f"{place.number(need.granted)} of {place.number(need.needed)}",
        words=need_words(bar),
        bar=lambda width, height: draw_bar(need, most, width=width, height=height),
    )


def _status_row(count: StatusCount, most: int, place: Place) -> _Row:
    look, stroke = STATUS[count.status], place.em * _STROKE

    def drawn(width: float, height: float) -> Drawing:
        wide = max(width * count.count / max(most, 1), height * 0.5)
        box = Box(0, 0, wide, height, _STATUS_FILL[count.status], look.tone, stroke)
        return Drawing(width, height, (box,) if count.count else (), "")

    return _Row(
        label=look.label,
        below="",
        glyph=look.glyph,
        ink=look.tone,
        value=place.number(count.count),
        words=f"{look.label}: {place.number(count.count)}",
        bar=drawn,
    )


def _rows(rows: Sequence[_Row], words: str, place: Place) -> Drawing:
    em, measure = place.em, place.measure
    indent = _LINE * em if any(row.glyph for row in rows) else 0.0
    value = max((measure(row.value, em, True) for row in rows), default=0.0)
    longest = max(
        (
            max(measure(row.label, em, False), measure(row.below, _BELOW * em, False) if row.below else 0.0)
            for row in rows
        ),
        default=0.0,
    )
    narrow = place.width < _NARROW * em and longest > place.width * 0.4
    label = place.width - indent if narrow else min(longest, place.width * 0.36)
    start = 0.0 if narrow else indent + label + _GAP * em
    room = place.width - start - value - _GAP * em
    shapes: list[Shape] = []
    spots: list[Spot] = []
    y = 0.0
    for row in rows:
        top = y
        if row.glyph is not None:
            shapes.append(Mark(0, y + 0.22 * em, _MARK * em, row.glyph, row.ink))
        for line in wrapped(row.label, label, place, lines=_MOST_LABEL_LINES):
            shapes.append(Words(indent, y + _BASE * em, line, em, Plain.TEXT))
            y += _LINE * em
        if row.below:
            small = replace(place, em=_BELOW * em)
            for line in wrapped(row.below, label, small, lines=_MOST_LABEL_LINES):
                shapes.append(Words(indent, y + _BASE * small.em, line, small.em, Plain.QUIET))
                y += _LINE * small.em
        beside = y if narrow else top + max(y - top - _LINE * em, 0.0) / 2
        shapes += moved(row.bar(room, _BAR * em).shapes, start, beside + (_LINE - _BAR) / 2 * em)
        shapes.append(Words(place.width, beside + _BASE * em, row.value, em, Plain.TEXT, bold=True, anchor=Anchor.END))
        y += _LINE * em if narrow else 0.0
        spots.append(Spot(0, top, place.width, y - top, row.words))
        y += _BETWEEN_ROWS * em
    return Drawing(place.width, max(y - _BETWEEN_ROWS * em, 0.0), tuple(shapes), words, tuple(spots))
