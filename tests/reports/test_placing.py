"""Drawings in their place: moved, turned to run from right to left, and with sharp edges on any screen."""

from datetime import date

import pytest

from permdesk.domain.finding import Status
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.chart_drawing import draw_chart
from permdesk.reports.charts import Chart, NeedBar, NeedChart, StatusChart, StatusCount, TrendChart, TrendPoint
from permdesk.reports.drawing import Anchor, Box, Drawing, Line, Mark, Words
from permdesk.reports.place import Place
from permdesk.reports.placing import aligned, mirrored

_DAYS = (date(2026, 1, 2), date(2026, 2, 3), date(2026, 4, 5))
CHARTS: tuple[Chart, ...] = (
    NeedChart("", "", (NeedBar("AvePoint", NeedCounts(7, 1, 2, 3, 4), "5 apps"), NeedBar("NAKIVO", NeedCounts(4)))),
    StatusChart("", "", (StatusCount(Status.EXCESS, 3), StatusCount(Status.UNVERIFIED, 9))),
    TrendChart("", "", tuple(TrendPoint(day, 9, 5, 3, 2, 1, complete=day.month != 2) for day in _DAYS)),
)


@pytest.fixture(params=CHARTS, ids=lambda chart: type(chart).__name__)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return draw_chart(request.param, Place(500, 13))


def test_a_drawing_is_turned_and_turned_back(drawing: Drawing) -> None:
    turned = mirrored(drawing)
    assert turned != drawing
    for one, other in zip(drawing.shapes, turned.shapes, strict=True):
        assert type(one) is type(other)
        match one, other:
            case ((Box() | Mark()), (Box() | Mark())):
                wide = one.width if isinstance(one, Box) else one.side
                assert other.x == pytest.approx(500 - one.x - wide)
            case Words(), Words():
                assert other.text == one.text
                assert other.x == pytest.approx(500 - one.x)
                assert (other.anchor is one.anchor) == (one.anchor is Anchor.MIDDLE)
            case Line(), Line():
                assert other.x1 == pytest.approx(500 - one.x1)
    back = mirrored(turned)
    assert [spot.x for spot in back.spots] == pytest.approx([spot.x for spot in drawing.spots])
    assert [spot.words for spot in turned.spots] == [spot.words for spot in drawing.spots]


@pytest.mark.parametrize("dot", [1.0, 0.5, 2 / 3])
def test_edges_fall_between_dots(drawing: Drawing, dot: float) -> None:
    def whole(value: float) -> bool:
        return value / dot == pytest.approx(round(value / dot), abs=1e-6)

    fitted = aligned(drawing, dot)
    for shape in fitted.shapes:
        if isinstance(shape, Box):
            assert all(map(whole, (shape.x, shape.y, shape.width, shape.height, shape.stroke)))
            assert shape.width >= dot
        elif isinstance(shape, Line) and shape.x1 == shape.x2:
            assert whole(shape.stroke)
            assert whole(shape.x1 - shape.stroke / 2)
        elif isinstance(shape, Line) and shape.y1 == shape.y2:
            assert whole(shape.y1 - shape.stroke / 2)
    assert [type(shape) for shape in fitted.shapes] == [type(shape) for shape in drawing.shapes]
