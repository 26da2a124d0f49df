"""Bars and charts as shapes: to scale, within their place, told by their fill, and the same in SVG and on paper."""

import itertools
import random
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, TONES, Glyph, Tone
from permdesk.presentation.glyph_shapes import Close, Curve, Draw, Move, glyph_shape
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.box_pieces import pieces
from permdesk.reports.chart_drawing import draw_chart
from permdesk.reports.charts import Chart, NeedBar, NeedChart, StatusChart, StatusCount, TrendChart, TrendPoint
from permdesk.reports.drawing import (
    SEGMENTS,
    Box,
    Drawing,
    Fill,
    Line,
    Mark,
    Plain,
    Scheme,
    Words,
    colour,
    draw_bar,
    draw_swatch,
)
from permdesk.reports.html.svg import glyph_symbol, render_svg
from permdesk.reports.place import Place, estimated_width, wrapped
from tests.presentation.test_appearance import contrast

LONG = "Ünïcode & <b>Sons</b> " * 500


def boxes(drawing: Drawing) -> list[Box]:
    return [shape for shape in drawing.shapes if isinstance(shape, Box)]


def reach(drawing: Drawing) -> tuple[float, float, float, float]:
    """Return the leftmost, topmost, rightmost and lowest place that anything takes, by the estimate of widths."""
    xs, ys = [], []
    for shape in drawing.shapes:
        match shape:
            case Box(x, y, width, height):
                xs += [x, x + width]
                ys += [y, y + height]
            case Line(x1, y1, x2, y2):
                xs += [x1, x2]
                ys += [y1, y2]
            case Mark(x, y, side):
                xs += [x, x + side]
                ys += [y, y + side]
            case Words():
                wide = estimated_width(shape.text, shape.size, shape.bold)
                left = shape.x - wide * {"start": 0, "middle": 0.5, "end": 1}[shape.anchor.value]
                xs += [left, left + wide]
                ys += [shape.y - shape.size, shape.y + shape.size * 0.25]
    return min(xs), min(ys), max(xs), max(ys)


def test_a_bar_is_to_scale_and_has_the_line_at_the_end_of_the_need() -> None:
    drawing = draw_bar(NeedCounts(20, 10, 10, 5, 10), 60, width=600, height=10)
    needed, beyond = boxes(drawing)[:4], boxes(drawing)[4]
    line = next(shape for shape in drawing.shapes if isinstance(shape, Line))
    assert [box.fill for box in needed] == [Fill.SOLID, Fill.HALF, Fill.HOLLOW, Fill.HATCHED]
    assert needed[0].width / needed[1].width == pytest.approx(2, rel=0.05)
    assert needed[1].width == pytest.approx(needed[2].width)
    assert needed[3].x + needed[3].width < line.x1 < beyond.x
    assert beyond.fill is Fill.UPRIGHT
    assert drawing.words == "of 45 needed, 20 granted, 10 partly, 10 missing, 5 not read; 10 granted beyond the need"


def test_bars_of_one_table_compare() -> None:
    small, large = (draw_bar(NeedCounts(granted=count), 100, width=400, height=8) for count in (25, 50))
    assert boxes(large)[0].width == pytest.approx(2 * boxes(small)[0].width, rel=0.02)


def test_one_among_thousands_is_still_seen() -> None:
    drawing = draw_bar(NeedCounts(5000, 0, 1, 0, 1), 5002, width=300, height=10)
    assert [box.width >= 3 for box in boxes(drawing)] == [True, True, True]
    assert reach(drawing)[2] <= 300


@pytest.mark.parametrize("seed", range(40))
def test_no_bar_leaves_its_place(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - counts to draw
    need = NeedCounts(*(chance.choice([0, 0, 1, 3, 40, 7000]) for _ in range(5)))
    most = chance.choice([0, 1, need.needed + need.beyond, 90_000])
    drawing = draw_bar(need, most, width=chance.choice([20, 60, 500]), height=8)
    assert len(boxes(drawing)) == sum(
        1 for count in (need.granted, need.partial, need.missing, need.unread, need.beyond) if count
    )
    if drawing.shapes:
        left, top, right, bottom = reach(drawing)
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width + 1e-6
        assert bottom <= drawing.height
    for box in boxes(drawing):
        assert box.width > 0


def test_nothing_to_draw_draws_nothing() -> None:
    assert draw_bar(None, 10, width=100, height=8).shapes == ()
    assert draw_bar(NeedCounts(), 0, width=100, height=8).shapes == ()


def test_hatching_stays_in_its_box_and_is_not_read_alone() -> None:
    assert [segment.field for segment in SEGMENTS if segment.fill is Fill.HATCHED] == ["unread"]
    for width in (3.0, 8.0, 50.0):
        found = pieces(Box(2, 3, width, 8, Fill.HATCHED, Tone.UNREAD, 0.7))
        assert found.lines
        for x1, y1, x2, y2 in found.lines:
            assert 2 <= x2 <= x1 <= 2 + width
            assert 3 <= y1 <= y2 <= 11
            assert x1 - x2 == pytest.approx(y2 - y1)


def test_fills_differ_without_colour() -> None:
    drawn = {segment.fill: pieces(boxes(draw_swatch(segment, width=20, height=8))[0]) for segment in SEGMENTS}
    assert len({(p.area, len(p.lines), p.frame) for p in drawn.values()}) == len(SEGMENTS)


def test_black_and_white_has_no_colour_and_enough_contrast() -> None:
    for ink in (*Tone, *Plain):
        for filled in (False, True):
            grey = colour(ink, Scheme.GREY, filled=filled)
            assert grey[1:3] == grey[3:5] == grey[5:7]
            if ink is not Plain.LINE:
                assert contrast(grey, "#FFFFFF") >= 4.5
    assert colour(Tone.MISSING, Scheme.DARK) == TONES[Tone.MISSING].dark.foreground
    assert colour(Tone.SATISFIED, Scheme.LIGHT, filled=True) == TONES[Tone.SATISFIED].bar[0]


def trend(count: int, *, complete: bool = True, most: int = 40) -> TrendChart:
    start = date(2026, 1, 5)
    points = tuple(
        TrendPoint(
            start + timedelta(days=7 * n), 60, 50, n % (most + 1), (n * 7) % (most + 1), 3, complete or n % 3 > 0
        )
        for n in range(count)
    )
    return TrendChart("Trend", "words of the trend", points)


CHARTS: dict[str, Chart] = {
    "vendors": NeedChart(
        "Met", "of both", (NeedBar("AvePoint", NeedCounts(40, 1, 5, 2, 3)), NeedBar("NAKIVO", NeedCounts(9, 0, 3)))
    ),
    "long name": NeedChart("Met", "long", (NeedBar(LONG, NeedCounts(1)), NeedBar("W" * 10_000, NeedCounts(missing=1)))),
    "no vendors": NeedChart("Met", "none", ()),
    "statuses": StatusChart("By status", "all", tuple(StatusCount(s, n * n) for n, s in enumerate(Status))),
    "no findings": StatusChart("By status", "none", tuple(StatusCount(status, 0) for status in Status)),
    "one scan": trend(1),
    "scans": trend(9, complete=False),
    "many scans": trend(400, complete=False, most=25_000),
    "all nought": TrendChart("T", "w", tuple(TrendPoint(date(2026, 1, d), 0, 0, 0, 0, 0, True) for d in (1, 1, 2))),
    "no scans": TrendChart("T", "w", ()),
}


@pytest.mark.parametrize("width", [300.0, 520.0, 900.0])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_stays_in_its_place_and_is_well_formed_svg(name: str, width: float) -> None:
    drawing = draw_chart(CHARTS[name], Place(width, 13))
    assert drawing.words == CHARTS[name].words
    assert drawing.width == width
    if drawing.shapes:
        left, top, right, bottom = reach(drawing)
        assert left >= -0.01
        assert top >= -0.01
        assert right <= width + 0.01
        assert bottom <= drawing.height + 0.01
    root = ET.fromstring(render_svg(drawing))  # noqa: S314 - our own
    texts = [element.text for element in root.iter("text")]
    assert texts == [shape.text for shape in drawing.shapes if isinstance(shape, Words)]


def test_a_scan_that_was_not_complete_is_hatched_and_its_lines_are_broken() -> None:
    points = tuple(TrendPoint(date(2026, n + 1, 1), 9, 5, 1, 2, n, n != 1) for n in range(4))
    drawing = draw_chart(TrendChart("T", "w", points), Place(600, 12))
    assert [box.fill for box in boxes(drawing)] == [Fill.HATCHED] * 3
    series = [s for s in drawing.shapes if isinstance(s, Line) and isinstance(s.ink, Tone)]
    assert [line.broken for line in series] == [True, True, False] * 3
    whole = draw_chart(TrendChart("T", "w", points[2:]), Place(600, 12))
    assert boxes(whole) == []


def test_each_status_has_its_glyph_and_count() -> None:
    drawing = draw_chart(CHARTS["statuses"], Place(600, 12))
    marks = [shape.glyph for shape in drawing.shapes if isinstance(shape, Mark)]
    assert marks == [STATUS[status].glyph for status in Status]
    assert {s.text for s in drawing.shapes if isinstance(s, Words)} >= {str(n * n) for n in range(len(Status))}


def test_the_end_labels_of_a_trend_do_not_stand_on_each_other() -> None:
    drawing = draw_chart(CHARTS["all nought"], Place(600, 12))
    ends = sorted(s.y for s in drawing.shapes if isinstance(s, Words) and s.bold)
    assert len(ends) == 3
    assert all(after - before >= 12 for before, after in itertools.pairwise(ends))


def test_long_text_wraps_at_blanks_and_anywhere_where_it_must() -> None:
    place = Place(100, 10)
    assert wrapped("one two three", 45, place) == ["one two", "three"]
    assert wrapped("", 45, place) == [""]
    lines = wrapped("x" * 100, 45, place)
    assert "".join(lines) == "x" * 100
    assert len(wrapped(LONG, 200, place, lines=3)) == 3
    assert wrapped(LONG, 200, place, lines=3)[-1].endswith("…")
    assert "".join(wrapped(LONG, 200, place)).replace(" ", "") == LONG.replace(" ", "")


@pytest.mark.parametrize("glyph", Glyph)
def test_a_glyph_lies_on_its_grid_and_svg_draws_it(glyph: Glyph) -> None:
    shape = glyph_shape(glyph)
    steps = [*shape.filled, *(step for stroke in shape.strokes for step in stroke.steps)]
    points = [
        point
        for step in steps
        for point in ([] if isinstance(step, Close) else [step.to] if isinstance(step, Move | Draw) else _curve(step))
    ]
    assert points
    assert all(0 <= value <= 16 for point in points for value in point)
    root = ET.fromstring(glyph_symbol(glyph))  # noqa: S314 - our own
    assert root.attrib["id"] == f"glyph-{glyph.value}"
    assert len(root.findall("path")) == (1 if shape.filled else 0) + len(shape.strokes)


def _curve(step: Curve) -> list[tuple[float, float]]:
    return [step.first, step.second, step.to]


def test_each_bar_and_each_scan_has_a_part_of_its_own_with_words() -> None:
    bars = (NeedBar("AvePoint", NeedCounts(3, 0, 1), "2 apps, 1 not installed"), NeedBar("NAKIVO", NeedCounts(4)))
    drawing = draw_chart(NeedChart("", "", bars), Place(600, 13))
    first, second = drawing.spots
    assert first.words == "AvePoint: of 4 needed, 3 granted, 1 missing."
    assert first.y + first.height <= second.y
    assert second.y + second.height == pytest.approx(drawing.height)
    below = next(one for one in drawing.shapes if isinstance(one, Words) and one.text == "2 apps, 1 not installed")
    assert below.ink is Plain.QUIET
    assert first.y < below.y < second.y
    points = tuple(TrendPoint(date(2026, 3, day), 9, 7, day, 0, 0, complete=day != 2) for day in (1, 2, 9))
    trend = draw_chart(TrendChart("", "", points), Place(600, 13))
    assert [spot.words for spot in trend.spots] == [
        "1 Mar 2026: 1 missing, 0 excess, 0 not read",
        "2 Mar 2026: 2 missing, 0 excess, 0 not read, scan not complete",
        "9 Mar 2026: 9 missing, 0 excess, 0 not read",
    ]
    for before, after in itertools.pairwise(trend.spots):
        assert before.x + before.width == pytest.approx(after.x)
    statuses = draw_chart(
        StatusChart("", "", (StatusCount(Status.MISSING, 1200),)), Place(600, 13, number="{:,}".format)
    )
    assert [spot.words for spot in statuses.spots] == ["Missing: 1,200"]
