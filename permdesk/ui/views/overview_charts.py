"""Overview: requirements met by vendor, permissions by status, and the kept scans over time, as charts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from permdesk.domain.dates import day
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import Tone
from permdesk.presentation.summary import Summary
from permdesk.reports.charting import status_chart, trend_chart, vendor_chart
from permdesk.reports.charts import TrendPoint
from permdesk.reports.drawing import SEGMENTS, Segment
from permdesk.ui.theme import Theme
from permdesk.ui.views.chart import ChartView, Swatch, whole
from permdesk.ui.views.flow import FlowLayout
from permdesk.ui.views.overview_parts import OverviewSection
from permdesk.ui.views.paragraph import Line, Paragraph

_ONE_DAY = (
    "The trend begins with a scan on another day. permdesk keeps each scan, and compares the last one of each day."
)


class BarsSection(OverviewSection):
    """One bar for each vendor, and one for the apps held against their own manifests."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Requirements met by vendor")
        self.chart: ChartView | None = None

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        body = self.emptied()
        self.chart = None
        made = vendor_chart(summary.vendors)
        if made is None:
            body.addWidget(Paragraph(self.theme, "No app is held against a profile or a manifest.", ink="text2"))
        else:
            self.chart = ChartView(self.theme)
            self.chart.show_chart(made)
            body.addWidget(self.chart)
            body.addSpacing(10)
            body.addWidget(self._legend())
        if summary.excess_unread:
            apps = counted(summary.excess_unread, "app")
            body.addSpacing(10)
            body.addWidget(
                Paragraph(self.theme, f"What {apps} may hold beyond the need was not fully read.", ink=Tone.UNREAD)
            )

    def _legend(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, gap=6)
        for segment in SEGMENTS:
            flow.addWidget(_LegendEntry(self.theme, segment))
        return holder


class _LegendEntry(QWidget):
    """A sample and its word, which stay together."""

    def __init__(self, theme: Theme, segment: Segment) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(6)
        row.addWidget(Swatch(theme, segment), 0, Qt.AlignmentFlag.AlignVCenter)
        # Which side of the line it lies on is seen, and is another where the window runs from right to left.
        word = segment.word.partition(",")[0]
        row.addWidget(Line(theme, f"{word[:1].upper()}{word[1:]}", role="smallest", ink="text2"))


class StatusSection(OverviewSection):
    """How many permissions have which status."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Permissions by status")
        self.chart: ChartView | None = None

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        body = self.emptied()
        self.chart = None
        made = status_chart(summary.statuses, whole)
        if made is None:
            body.addWidget(Paragraph(self.theme, "No app here is held against a vendor’s page.", ink="text2"))
            return
        self.chart = ChartView(self.theme)
        self.chart.show_chart(made)
        body.addWidget(self.chart)
        body.addSpacing(6)
        words = "Of the apps with a vendor’s page; those with their own manifest alone are not counted."
        body.addWidget(Paragraph(self.theme, words, role="smallest", ink="muted"))


class TrendSection(OverviewSection):
    """The kept scans of this tenant, one for each day."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Over time")
        self.chart: ChartView | None = None
        self.show_words("")

    def show_words(self, words: str, *, ink: str | Tone = "text2") -> None:
        """Show a sentence in the chart's place."""
        body = self.emptied()
        self.chart = None
        body.addWidget(Paragraph(self.theme, words, ink=ink))

    def show_waiting(self) -> None:
        """Say that the earlier scans are looked at."""
        self.show_words("Looking at the earlier scans…", ink="muted")

    def show_points(self, points: Sequence[TrendPoint]) -> None:
        """Show the scans, oldest first; fewer than two make no trend."""
        made = trend_chart(points, whole, day)
        if made is None:
            self.show_words(_ONE_DAY)
            return
        body = self.emptied()
        self.chart = ChartView(self.theme)
        self.chart.show_chart(made)
        body.addWidget(self.chart)
        if not all(point.complete for point in points):
            body.addSpacing(6)
            words = "Hatched and dashed: not everything was read, so there may be more."
            body.addWidget(Paragraph(self.theme, words, role="smallest", ink="muted"))
