"""The charts of the overview: the drawings of reports in the colours of the window, told to those who hear them."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import Status
from permdesk.errors import StorageError
from permdesk.paths import Paths
from permdesk.presentation.appearance import TONES, Tone
from permdesk.presentation.requirement import NeedCounts
from permdesk.presentation.summary import summarize
from permdesk.printing.drawn import paint_drawing
from permdesk.reports.charts import NeedBar, NeedChart, TrendPoint
from permdesk.reports.drawing import Box, Words
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.ui.app import open_window
from permdesk.ui.painting import chart_colours
from permdesk.ui.tasks import Tasks
from permdesk.ui.theme import Theme
from permdesk.ui.tokens import Scheme
from permdesk.ui.views.chart import ChartView
from permdesk.ui.views.overview import Overview
from permdesk.ui.views.overview_charts import BarsSection, TrendSection
from permdesk.ui.window import Window
from tests.ui import made
from tests.ui.driving import show, texts

_CHART = NeedChart(
    "Requirements met per vendor",
    "AvePoint: 6 of 9. <b>NAKIVO</b>: 4 of 4.",
    (NeedBar("AvePoint", NeedCounts(6, 0, 3), "2 apps"), NeedBar("<b>NAKIVO</b>", NeedCounts(4), "1 app")),
)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(Scheme.LIGHT)
    theme.apply(qapp)
    yield theme
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> ChartView:
    made = ChartView(theme)
    qtbot.addWidget(made)
    made.show_chart(_CHART)
    made.resize(500, made.heightForWidth(500))
    made.show()
    return made


def test_a_chart_is_heard_as_its_words(view: ChartView) -> None:
    assert view.accessibleName() == "Requirements met per vendor"
    assert view.accessibleDescription() == _CHART.words


def test_a_chart_is_as_tall_as_its_drawing_and_wraps_where_it_is_narrow(view: ChartView) -> None:
    assert view.heightForWidth(500) == pytest.approx(view.drawing(500).height, abs=1)
    assert view.heightForWidth(200) > view.heightForWidth(500)
    words = [shape.text for shape in view.drawing(500).shapes if isinstance(shape, Words)]
    assert {"AvePoint", "2 apps", "6 of 9", "<b>NAKIVO</b>"} <= set(words)


@pytest.mark.parametrize(("scheme", "dark"), [(Scheme.LIGHT, False), (Scheme.DARK, True)])
def test_a_chart_has_the_colours_of_the_window(view: ChartView, theme: Theme, scheme: Scheme, dark: bool) -> None:
    theme.set_appearance(scheme)
    bar = next(shape for shape in view.drawing(500).shapes if isinstance(shape, Box))
    picture = view.grab().toImage()
    ratio = picture.devicePixelRatio()
    inside = picture.pixelColor(int((bar.x + bar.width / 2) * ratio), int((bar.y + bar.height / 2) * ratio))
    assert inside.name() == TONES[Tone.SATISFIED].bar[dark].lower()


def test_in_high_contrast_the_systems_colours_rule(view: ChartView, theme: Theme) -> None:
    theme.set_appearance(Scheme.HIGH_CONTRAST)
    picture = view.grab().toImage()
    found = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert TONES[Tone.SATISFIED].bar[0].lower() not in found
    assert theme.color("text").name() in found


@pytest.mark.qt_log_ignore("does not support raise")
def test_each_bar_has_a_tool_tip_that_shows_markup_as_it_is(view: ChartView, qtbot: QtBot) -> None:
    second = view.drawing(500).spots[1]
    place = QPoint(250, int(second.y + second.height / 2))
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    qtbot.waitUntil(lambda: QToolTip.text() != "", timeout=2000)
    assert "&lt;b&gt;NAKIVO&lt;/b&gt;: of 4 needed, 4 granted." in QToolTip.text()
    QToolTip.hideText()
    assert view.spot_at(QPoint(250, view.height() + 40)) is None


def test_from_right_to_left_bars_begin_at_the_right_and_words_keep_their_order(
    view: ChartView, theme: Theme, qapp: QApplication
) -> None:
    before = next(shape for shape in view.drawing(500).shapes if isinstance(shape, Box))
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    after = next(shape for shape in view.drawing(500).shapes if isinstance(shape, Box))
    assert after.x + after.width == pytest.approx(500 - before.x, abs=1)
    # "6 of 9" stays "6 of 9".
    seen, wanted = view.grab().toImage(), QImage(view.size(), QImage.Format.Format_RGB32)
    wanted.setDevicePixelRatio(seen.devicePixelRatio())
    wanted.fill(view.palette().window().color())
    painter = QPainter(wanted)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    paint_drawing(painter, view.drawing(500), chart_colours(theme), view.font_of)
    painter.end()
    assert seen.convertToFormat(QImage.Format.Format_RGB32) == wanted


def _chart(section: BarsSection | TrendSection) -> ChartView | None:
    return section.chart


def test_the_overview_draws_vendors_and_statuses(theme: Theme, qtbot: QtBot) -> None:
    page = Overview(theme)
    qtbot.addWidget(page)
    summary = summarize(made.tenant())
    page.show_summary(summary, tenant="Larkfield", read="today")
    assert page.bars.chart is not None
    assert page.statuses.chart is not None
    said = page.bars.chart.accessibleDescription()
    for line in summary.vendors:
        assert (line.vendor or "App registrations") in said
        assert line.need.sentence in said
    missing = summary.statuses[Status.MISSING]
    assert missing
    assert f"{missing} missing" in page.statuses.chart.accessibleDescription()
    assert Status.BASIC not in summary.statuses
    nothing = summarize(made.comparison())
    page.show_summary(nothing, tenant="Larkfield", read="today")
    assert _chart(page.bars) is None
    assert "No app here is held against a vendor’s page." in texts(page.statuses)


def test_one_day_of_scans_is_no_trend(theme: Theme, qtbot: QtBot) -> None:
    section = TrendSection(theme)
    qtbot.addWidget(section)
    section.show_waiting()
    assert "Looking at the earlier scans…" in texts(section)
    section.show_points(())
    assert _chart(section) is None
    assert "The trend begins with a scan on another day." in texts(section)
    first = TrendPoint(date(2026, 9, 1), 9, 5, 4, 0, 0, complete=False)
    section.show_points((first, replace(first, day=date(2026, 10, 1), missing=2, complete=True)))
    assert section.chart is not None
    assert "1 Sep 2026: 4 missing, 0 excess, 0 not read, scan not complete." in section.chart.accessibleDescription()
    assert "not everything was read" in texts(section)


def _keep_earlier(window: Window, days: int) -> None:
    """Keep a scan of some days before, of the same tenant, with some grants fewer."""
    shown = window.workspace.shown
    assert shown is not None
    scan = shown.snapshot
    window.workspace.services.scans.keep(
        replace(
            scan,
            scan_id=f"5a3b1e00-0000-4000-8000-{days:012}",
            read_at=scan.read_at - timedelta(days=days),
            app_role_assignments=scan.app_role_assignments[days:],
        )
    )


def test_kept_scans_are_drawn_over_time(tenant: Window, qtbot: QtBot) -> None:
    trend = tenant.overview.trend
    qtbot.waitUntil(lambda: "another day" in texts(trend), timeout=5000)
    _keep_earlier(tenant, 30)
    _keep_earlier(tenant, 7)
    tenant.workspace.scan()
    qtbot.waitUntil(lambda: trend.chart is not None, timeout=5000)
    assert trend.chart is not None
    days = [spot.words.split(":")[0] for spot in trend.chart.drawing(600).spots]
    assert days == ["23 Oct 2026", "15 Nov 2026", "22 Nov 2026"]


def _noted(services: Services) -> list[threading.Thread]:
    """Note the threads on which trends are made from now on."""
    threads: list[threading.Thread] = []
    real = services.report.trend

    def noted(*what: object, **more: object) -> tuple[TrendPoint, ...]:
        threads.append(threading.current_thread())
        return real(*what, **more)  # type: ignore[arg-type]

    services.report.trend = noted  # type: ignore[assignment]
    return threads


def test_earlier_scans_are_looked_at_only_for_who_looks(tenant: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "another day" in texts(tenant.overview.trend), timeout=5000)
    made_on = _noted(tenant.workspace.services)
    _keep_earlier(tenant, 9)
    show(tenant, "svc-m365-backup")
    tenant.workspace.scan()
    qtbot.wait(700)
    assert made_on == []
    tenant.show_overview()
    qtbot.waitUntil(lambda: tenant.overview.trend.chart is not None, timeout=5000)
    assert len(made_on) == 1


def test_a_history_that_cannot_be_read_leaves_the_overview_whole(tenant: Window, qtbot: QtBot) -> None:
    def broken(*_what: object, **_more: object) -> tuple[TrendPoint, ...]:
        raise StorageError("The history cannot be read")

    tenant.workspace.services.report.trend = broken  # type: ignore[assignment]
    tenant.workspace.scan()
    qtbot.waitUntil(lambda: "The history cannot be read." in texts(tenant.overview.trend), timeout=5000)
    assert tenant.overview.bars.chart is not None


def test_a_trend_is_made_off_the_windows_thread(
    qapp: QApplication, qtbot: QtBot, services: Services, paths: Paths, tmp_path: Path
) -> None:
    window = open_window(qapp, services, paths=paths, tasks=Tasks())
    threads = _noted(services)
    try:
        window.show()
        window.workspace.open(SampleTarget())
        qtbot.waitUntil(lambda: "another day" in texts(window.overview.trend), timeout=20_000)
        assert threads
        assert threading.main_thread() not in threads
    finally:
        window.close()
        window.deleteLater()
