"""Overview: requirements met by vendor as bars, and who can take the tenant or read all mail, files or sites."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from permdesk.domain.finding import Flag, Status
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import FLAG, STATUS, Tone
from permdesk.presentation.requirement import NeedCounts
from permdesk.presentation.summary import ReachLine, Summary, VendorLine
from permdesk.ui.painting import RequirementBar
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, rule
from permdesk.ui.views.overview_parts import OverviewSection, Swatch
from permdesk.ui.views.paragraph import Line, Paragraph, Span

#: Apps named for each kind of reach before the rest is counted.
MOST_HOLDERS = 2
_REACH_VERB = {
    Flag.TENANT_CONTROL: "can take the tenant",
    Flag.ALL_MAIL: "reach all mail",
    Flag.ALL_FILES: "reach all files",
    Flag.ALL_SITES: "reach all sites",
}
_REACH_VERB_ONE = {
    Flag.TENANT_CONTROL: "can take the tenant",
    Flag.ALL_MAIL: "reaches all mail",
    Flag.ALL_FILES: "reaches all files",
    Flag.ALL_SITES: "reaches all sites",
}


class BarsSection(OverviewSection):
    """One bar for each vendor, and one for the apps held against their own manifests."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Requirements met by vendor")

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        body = self.emptied()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        most = max((line.need.needed + line.need.beyond for line in summary.vendors), default=0)
        grid.addWidget(rule(), 0, 0, 1, 3)
        for place, line in enumerate(summary.vendors):
            self._bar_row(grid, 2 * place + 1, line, most)
            grid.addWidget(rule(), 2 * place + 2, 0, 1, 3)
        if not summary.vendors:
            grid.addWidget(Paragraph(self.theme, "No app is held against a profile or a manifest.", ink="text2"), 1, 0)
        body.addLayout(grid)
        body.addSpacing(8)
        body.addLayout(self._legend())
        if summary.excess_unread:
            apps = counted(summary.excess_unread, "app")
            body.addSpacing(4)
            body.addWidget(
                Paragraph(self.theme, f"What {apps} may hold beyond the need was not fully read.", ink=Tone.UNREAD)
            )

    def _bar_row(self, grid: QGridLayout, row: int, line: VendorLine, most: int) -> None:
        theme = self.theme
        name = inert(line.vendor, 60) if line.vendor is not None else "App registrations"
        told = [counted(line.apps, "app")]
        if line.vendor is None:
            told.append("own manifests only")
        if line.by_name:
            told.append(f"{line.by_name:,} by name only")
        if line.not_installed:
            told.append(f"{line.not_installed:,} not installed")
        words = QVBoxLayout()
        words.setContentsMargins(0, 3, 0, 3)
        words.setSpacing(0)
        words.addWidget(Line(theme, name, role="body", least=140))
        words.addWidget(Line(theme, ", ".join(told), role="smallest", ink="muted", least=140))
        grid.addLayout(words, row, 0)
        bar = RequirementBar(theme)
        bar.set_counts(line.need, most)
        grid.addWidget(bar, row, 1, Qt.AlignmentFlag.AlignVCenter)
        met = Paragraph(
            theme,
            (Span(f"{line.need.granted:,} of {line.need.needed:,}", bold=True), Span(" granted")),
            role="small",
        )
        met.setFixedWidth(110)
        grid.addWidget(met, row, 2, Qt.AlignmentFlag.AlignVCenter)

    def _legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        samples = (
            (NeedCounts(granted=1), STATUS[Status.SATISFIED].label),
            (NeedCounts(partial=1), STATUS[Status.PARTIAL].label),
            (NeedCounts(missing=1), STATUS[Status.MISSING].label),
            (NeedCounts(unread=1), STATUS[Status.UNVERIFIED].label),
            (NeedCounts(beyond=1), "Beyond the need"),
        )
        for counts, word in samples:
            row.addWidget(Swatch(self.theme, counts))
            row.addWidget(Line(self.theme, word, role="smallest", ink="text2", least=60))
            row.addSpacing(10)
        row.addStretch(1)
        return row


class ReachSection(OverviewSection):
    """Who reaches far, whatever the verdict on them."""

    #: Flag whose holders to list.
    requested = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Who reaches far")

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        body = self.emptied()
        body.addWidget(rule())
        for line in summary.reach:
            body.addLayout(self._reach_row(line))
            body.addWidget(rule())
        body.addSpacing(8)
        words = "Known ways only: what is not listed here has no statement. Microsoft’s own apps are left out."
        if summary.excess_unread or summary.gaps:
            words += " Something was not read, so there may be more."
        body.addWidget(Paragraph(self.theme, words, role="smallest", ink="muted"))

    def _reach_row(self, line: ReachLine) -> QHBoxLayout:
        theme = self.theme
        number = len(line.holders)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        what = (_REACH_VERB_ONE if number == 1 else _REACH_VERB)[line.flag]
        if number:
            title = (Span(counted(number, "app"), bold=True), Span(f" {what}"))
        else:
            title = (Span("No app", bold=True), Span(f" {_REACH_VERB_ONE[line.flag]}"))
        words.addWidget(Paragraph(theme, title, role="body"))
        for holder in line.holders[:MOST_HOLDERS]:
            values = ", ".join(inert(value, 60) for value in holder.values[:2])
            more = f" and {len(holder.values) - 2:,} more" if len(holder.values) > 2 else ""
            single = " (single people)" if holder.single else ""
            words.addWidget(Line(theme, f"{inert(holder.name, 60)} · {values}{more}{single}", ink="text2"))
        if number > MOST_HOLDERS:
            words.addWidget(Line(theme, f"and {counted(number - MOST_HOLDERS, 'more app')}", ink="muted"))
        if line.unread:
            told = f"For {counted(line.unread, 'app')} this could not be read."
            words.addWidget(Paragraph(theme, told, role="small", ink=Tone.UNREAD))
        row.addLayout(words, 1)
        if number:
            show = button(theme, "Show", small=True, click=partial(self.requested.emit, line.flag))
            show.setAccessibleName(f"Show apps with reach {FLAG[line.flag].label}")
            row.addWidget(show, 0, Qt.AlignmentFlag.AlignVCenter)
        return row
