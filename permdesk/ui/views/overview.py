"""The whole tenant on one page: totals, requirements met, what to look at first, who reaches far, what was not read."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.appearance import FLAG, STATUS, VERDICT, Look, Tone
from permdesk.domain.attention import Attention
from permdesk.domain.coverage import ReadCoverage
from permdesk.domain.finding import Flag, Status, Verdict
from permdesk.domain.requirement import NeedCounts
from permdesk.domain.summary import NEVER_READ, Gap, ReachLine, Summary, VendorLine
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import RequirementBar
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_states import read_label
from permdesk.ui.views.controls import button, ground, rule, scrolled
from permdesk.ui.views.overview_parts import Hatched, Swatch, Tile, cleared, concern_look, read_state
from permdesk.ui.views.paragraph import Line, Paragraph, Span

#: What a section lists before it says how many more there are.
MOST_ENTRIES = 6
MOST_HOLDERS = 2
MOST_READS = 6
#: Below this width the two columns stand one above the other.
TWO_COLUMNS = 820
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


class Overview(QWidget):
    """Everything about a tenant that no single app tells."""

    app_requested = Signal(str)
    reach_requested = Signal(object)
    attention_requested = Signal()
    rescan_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        ground(self, "panel")
        self._title = Line(theme, "Overview", role="heading")
        self._facts = Line(theme, role="body", ink="text2")
        self._tiles = QHBoxLayout()
        self._tiles.setSpacing(0)
        self._tile_frame = QWidget()
        self._tile_frame.setLayout(self._tiles)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._bars = self._section("Requirements met by vendor")
        self._reach = self._section("Who reaches far")
        self._first = self._section("Look at this first")
        self._unread = self._section("What was not read")
        self._summary: Summary | None = None
        self._all_reads = False
        self._lay_out()

    def _section(self, title: str) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(0)
        layout.setContentsMargins(0, 0, 0, 0)
        head = Line(self._theme, title, role="section")
        layout.addWidget(head)
        layout.addSpacing(8)
        body = QVBoxLayout()
        body.setSpacing(0)
        layout.addLayout(body)
        layout.addStretch(1)
        return layout

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, sections in ((left, (self._bars, self._reach)), (right, (self._first, self._unread))):
            column.setSpacing(28)
            for section in sections:
                column.addLayout(section)
            column.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(32)
        self._columns.addLayout(left, 5)
        self._columns.addLayout(right, 4)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addWidget(self._facts, 1)
        page = ground(QWidget(), "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(12)
        column.addWidget(self._tile_frame)
        column.addSpacing(24)
        column.addLayout(self._columns)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.area = scrolled(page, name="Overview")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(self.area)

    def resizeEvent(self, event: object) -> None:
        """Qt: two columns where there is room for them."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = self.width() >= TWO_COLUMNS
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def show_summary(self, summary: Summary, *, tenant: str, read: str) -> None:
        """Show a tenant.

        Args:
            summary: the tenant in numbers.
            tenant: its name.
            read: when it was read, in words.
        """
        self._summary = summary
        self._facts.set_text(f"{counted(summary.apps, 'app')} in {inert(tenant, 80)}, read {read}")
        self._fill_tiles(summary)
        self._fill_bars(summary)
        self._fill_reach(summary)
        self._fill_first(summary)
        self._fill_unread(summary)

    # Totals

    def _fill_tiles(self, summary: Summary) -> None:
        cleared(self._tiles)
        for tile in self._tiles_of(summary):
            self._tiles.addWidget(tile, 1)

    def _tiles_of(self, summary: Summary) -> list[Tile]:
        numbers = summary.verdicts
        theme = self._theme
        refused = len(summary.gaps)
        read = f"{counted(refused, 'read')} incomplete" if refused else "every read complete"
        words = {
            Verdict.UNVERIFIED: read,
            Verdict.GAPS: f"{summary.missing:,} missing in all",
            Verdict.EXCESSIVE: f"{summary.excess:,} beyond the need",
            Verdict.COMPLIANT: "nothing to do",
            Verdict.NOT_INSTALLED: "expected, not found",
        }
        tiles = [Tile(theme, VERDICT[v], numbers.get(v, 0), VERDICT[v].label, told) for v, told in words.items()]
        if summary.unconfirmed:
            look = concern_look("unconfirmed")
            tiles.insert(3, Tile(theme, look, summary.unconfirmed, look.label, "by name alone"))
        own = f"apart, {summary.own_to_look:,} to look at" if summary.own_to_look else "counted apart"
        tiles.append(
            Tile(
                theme,
                Look("Own manifests", STATUS[Status.GRANTED].glyph, Tone.GRANTED),
                summary.own,
                "Own manifests",
                own,
            )
        )
        return tiles

    # Requirements

    def _fill_bars(self, summary: Summary) -> None:
        body = _body(self._bars)
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
            grid.addWidget(Paragraph(self._theme, "No app is held against a profile or a manifest.", ink="text2"), 1, 0)
        body.addLayout(grid)
        body.addSpacing(8)
        body.addLayout(self._legend())
        if summary.excess_unread:
            apps = counted(summary.excess_unread, "app")
            body.addSpacing(4)
            body.addWidget(
                Paragraph(self._theme, f"What {apps} may hold beyond the need was not fully read.", ink=Tone.UNREAD)
            )

    def _bar_row(self, grid: QGridLayout, row: int, line: VendorLine, most: int) -> None:
        theme = self._theme
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
            row.addWidget(Swatch(self._theme, counts))
            row.addWidget(Line(self._theme, word, role="smallest", ink="text2", least=60))
            row.addSpacing(10)
        row.addStretch(1)
        return row

    # Reach

    def _fill_reach(self, summary: Summary) -> None:
        body = _body(self._reach)
        body.addWidget(rule())
        for line in summary.reach:
            body.addLayout(self._reach_row(line))
            body.addWidget(rule())
        body.addSpacing(8)
        words = "Known ways only: what is not listed here has no statement. Microsoft’s own apps are left out."
        if summary.excess_unread or summary.gaps:
            words += " Something was not read, so there may be more."
        body.addWidget(Paragraph(self._theme, words, role="smallest", ink="muted"))

    def _reach_row(self, line: ReachLine) -> QHBoxLayout:
        theme = self._theme
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
            show = button(theme, "Show", small=True, click=partial(self.reach_requested.emit, line.flag))
            show.setAccessibleName(f"Show apps with reach {FLAG[line.flag].label}")
            row.addWidget(show, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    # First

    def _fill_first(self, summary: Summary) -> None:
        body = _body(self._first)
        body.addWidget(rule())
        for entry in summary.attention[:MOST_ENTRIES]:
            body.addLayout(self._first_row(entry))
            body.addWidget(rule())
        left = len(summary.attention) - MOST_ENTRIES
        if left > 0:
            body.addSpacing(4)
            more = button(self._theme, f"{left:,} more", kind="link", click=self._more_first)
            more.setAccessibleName(f"Show {left} more apps to look at")
            body.addWidget(more)
        if not summary.attention:
            body.addSpacing(8)
            words = "Nothing. No app differs from what is documented or configured."
            if summary.gaps:
                words = "Nothing that could be read differs from what is documented or configured."
            body.addWidget(Paragraph(self._theme, words, role="body", ink="text2"))

    def _more_first(self) -> None:
        if self._summary is None:
            return
        body = _body(self._first)
        body.addWidget(rule())
        for entry in self._summary.attention[: 5 * MOST_ENTRIES]:
            body.addLayout(self._first_row(entry))
            body.addWidget(rule())
        left = len(self._summary.attention) - 5 * MOST_ENTRIES
        if left > 0:
            body.addSpacing(4)
            words = f"All {len(self._summary.attention):,} in the list of apps"
            body.addWidget(button(self._theme, words, kind="link", click=self.attention_requested.emit))

    def _first_row(self, entry: Attention) -> QHBoxLayout:
        theme = self._theme
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

    # Not read

    def _fill_unread(self, summary: Summary) -> None:
        body = _body(self._unread)
        theme = self._theme
        for gap in summary.gaps[:MOST_READS]:
            body.addWidget(self._gap(gap))
            body.addSpacing(8)
        left = len(summary.gaps) - MOST_READS
        if left > 0:
            body.addWidget(Paragraph(theme, f"{counted(left, 'more read')} left something open.", ink=Tone.UNREAD))
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
            self._fill_unread(self._summary)

    def _gap(self, gap: Gap) -> Hatched:
        theme = self._theme
        label = read_label(gap.read)
        follows = ""
        if gap.permissions:
            follows = (
                f"So {counted(gap.permissions, 'permission')} of {counted(gap.apps, 'app')} "
                f"{verb(gap.permissions, 'is', 'are')} not read, and the verdict with them."
            )
        elif gap.apps:
            follows = f"So something of {counted(gap.apps, 'app')} is not known."
        told = " ".join(part for part in (follows, inert(gap.read.detail or "", 300)) if part)
        again = button(theme, "Scan again", icon="scan", small=True, click=self.rescan_requested.emit)
        return Hatched(theme, label, read_state(gap.read), told, again)

    def _read_row(self, grid: QGridLayout, row: int, read: ReadCoverage) -> None:
        theme = self._theme
        expected = read.rows if read.expected is None else max(read.expected, read.rows)
        grid.addWidget(Line(theme, read_label(read), role="small"), row, 0)
        numbers = Line(theme, f"{read.rows:,} of {expected:,}", role="small", ink="text2", least=80)
        numbers.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        grid.addWidget(numbers, row, 1)
        grid.addWidget(GlyphLabel(theme, Look("complete", STATUS[Status.SATISFIED].glyph, Tone.SATISFIED), 12), row, 2)


def _body(section: QVBoxLayout) -> QVBoxLayout:
    """Return a section's own layout, emptied."""
    item = section.itemAt(2)
    body = item.layout() if item is not None else None
    if not isinstance(body, QVBoxLayout):
        raise TypeError
    cleared(body)
    return body
