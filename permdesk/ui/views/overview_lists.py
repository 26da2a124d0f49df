"""Overview: what to look at first, and what was not read."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from permdesk.domain.coverage import ReadCoverage
from permdesk.domain.finding import Status
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb
from permdesk.presentation.appearance import STATUS, Look, Tone
from permdesk.presentation.attention import Attention
from permdesk.presentation.progress import read_label
from permdesk.presentation.summary import NEVER_READ, Gap, Summary
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, rule
from permdesk.ui.views.overview_parts import Hatched, OverviewSection, concern_look, read_state
from permdesk.ui.views.paragraph import Line, Paragraph

#: What a section lists before it says how many more there are.
MOST_ENTRIES = 6
MOST_READS = 6


class FirstSection(OverviewSection):
    """What to look at first, gravest first."""

    #: Key of an app to show.
    app_requested = Signal(str)
    all_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Look at this first")
        self._summary: Summary | None = None

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        self._summary = summary
        body = self.emptied()
        body.addWidget(rule())
        for entry in summary.attention[:MOST_ENTRIES]:
            body.addLayout(self._first_row(entry))
            body.addWidget(rule())
        left = len(summary.attention) - MOST_ENTRIES
        if left > 0:
            body.addSpacing(4)
            more = button(self.theme, f"{left:,} more", kind="link", click=self._more_first)
            more.setAccessibleName(f"Show {left} more apps to look at")
            body.addWidget(more)
        if not summary.attention:
            body.addSpacing(8)
            words = "Nothing. No app differs from what is documented or configured."
            if summary.gaps:
                words = "Nothing that could be read differs from what is documented or configured."
            body.addWidget(Paragraph(self.theme, words, role="body", ink="text2"))

    def _more_first(self) -> None:
        if self._summary is None:
            return
        body = self.emptied()
        body.addWidget(rule())
        for entry in self._summary.attention[: 5 * MOST_ENTRIES]:
            body.addLayout(self._first_row(entry))
            body.addWidget(rule())
        left = len(self._summary.attention) - 5 * MOST_ENTRIES
        if left > 0:
            body.addSpacing(4)
            words = f"All {len(self._summary.attention):,} in the list of apps"
            body.addWidget(button(self.theme, words, kind="link", click=self.all_requested.emit))

    def _first_row(self, entry: Attention) -> QHBoxLayout:
        theme = self.theme
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        row.addWidget(GlyphLabel(theme, concern_look(entry.concern.name.casefold()), 16))
        words = QVBoxLayout()
        words.setSpacing(0)
        name = inert(entry.name, 200) or "(no name)"
        words.addWidget(Line(theme, name, role="small-strong", middle=True))
        words.addWidget(Paragraph(theme, inert(entry.sentence, 300), role="small", ink="text2"))
        row.addLayout(words, 1)
        opened = button(theme, "Open", small=True, click=partial(self.app_requested.emit, entry.app_key))
        opened.setAccessibleName(f"Open {name}")
        row.addWidget(opened, 0, Qt.AlignmentFlag.AlignVCenter)
        return row


class UnreadSection(OverviewSection):
    """What was not read, what hangs on it, and what was."""

    rescan_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What was not read")
        self._summary: Summary | None = None
        self._all_reads = False

    def show_summary(self, summary: Summary) -> None:
        """Show a tenant."""
        self._summary = summary
        body = self.emptied()
        theme = self.theme
        first = [gap for gap in summary.gaps if not gap.own_side]
        second = [gap for gap in summary.gaps if gap.own_side]
        for gap in first[:MOST_READS]:
            body.addWidget(self._gap(gap))
            body.addSpacing(8)
        left = len(first) - MOST_READS
        if left > 0:
            body.addWidget(Paragraph(theme, f"{counted(left, 'more read')} left something open.", ink=Tone.UNREAD))
            body.addSpacing(8)
        if second:
            body.addWidget(self._second_way(second))
            body.addSpacing(8)
        if not summary.gaps:
            number = len(summary.complete)
            told = f"Nothing: {number:,} of {number:,} {verb(number, 'read is', 'reads are')} complete."
            body.addWidget(Paragraph(theme, told, role="body"))
            body.addSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        shown = summary.complete if self._all_reads else summary.complete[:MOST_READS]
        for place, read in enumerate(shown):
            self._read_row(grid, place, read)
        body.addLayout(grid)
        left = len(summary.complete) - len(shown)
        if left > 0:
            words = f"{counted(left, 'more read')}, complete"
            body.addWidget(button(theme, words, kind="link", click=self._show_all_reads))
        body.addSpacing(8)
        body.addWidget(rule())
        body.addSpacing(8)
        body.addWidget(Paragraph(theme, NEVER_READ, role="smallest", ink="muted"))

    def _show_all_reads(self) -> None:
        self._all_reads = True
        if self._summary is not None:
            self.show_summary(self._summary)

    def _gap(self, gap: Gap) -> Hatched:
        theme = self.theme
        label = read_label(gap.read)
        follows = ""
        if gap.permissions:
            follows = (
                f"So {counted(gap.permissions, 'permission')} of {counted(gap.apps, 'app')} "
                f"{verb(gap.permissions, 'is', 'are')} not read, and the verdict with them."
            )
        elif gap.apps:
            follows = f"So something of {counted(gap.apps, 'app')} is not known."
        why = inert(gap.read.detail or "", 300)
        if gap.read.remedy:
            why = f"{why}. {inert(gap.read.remedy, 400)}"
        told = " ".join(part for part in (follows, why) if part)
        again = button(theme, "Scan again", icon="scan", small=True, click=self.rescan_requested.emit)
        return Hatched(theme, label, read_state(gap.read), told, again)

    def _second_way(self, gaps: Sequence[Gap]) -> Hatched:
        """Return one box for all apps that were asked for from their own side."""
        theme, read = self.theme, gaps[0].read
        apps = counted(len(gaps), "app")
        why = inert(read.detail or "", 300)
        told = f"A second way to the same grants. {why}." if why else "A second way to the same grants."
        again = button(theme, "Scan again", icon="scan", small=True, click=self.rescan_requested.emit)
        return Hatched(theme, f"Role assignments of {apps}, from their own side", read_state(read), told, again)

    def _read_row(self, grid: QGridLayout, row: int, read: ReadCoverage) -> None:
        theme = self.theme
        expected = read.rows if read.expected is None else max(read.expected, read.rows)
        grid.addWidget(Line(theme, read_label(read), role="small"), row, 0)
        numbers = Line(theme, f"{read.rows:,} of {expected:,}", role="small", ink="text2", least=80)
        numbers.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        grid.addWidget(numbers, row, 1)
        grid.addWidget(GlyphLabel(theme, Look("complete", STATUS[Status.SATISFIED].glyph, Tone.SATISFIED), 12), row, 2)
