"""The whole tenant on one page: totals, requirements met, what to look at first, who reaches far, what was not read."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.finding import Status, Verdict
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.app_rows import EXCESS_OPEN
from permdesk.presentation.appearance import STATUS, VERDICT, Look, Tone
from permdesk.presentation.summary import Summary
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import ground, scrolled
from permdesk.ui.views.overview_charts import BarsSection, StatusSection, TrendSection
from permdesk.ui.views.overview_lists import FirstSection, UnreadSection
from permdesk.ui.views.overview_parts import Tile, cleared, concern_look
from permdesk.ui.views.overview_reach import ReachSection
from permdesk.ui.views.paragraph import Line

#: Below this width the two columns stand one above the other.
TWO_COLUMNS = 820
#: With less width for each, the totals stand in two rows.
_TILE = 124


class Overview(QWidget):
    """Everything about a tenant that no single app tells."""

    app_requested = Signal(str)
    reach_requested = Signal(object)
    attention_requested = Signal()
    rescan_requested = Signal()
    #: It came into sight.
    seen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        ground(self, "panel")
        self._title = Line(theme, "Overview", role="heading")
        self._facts = Line(theme, role="body", ink="text2")
        self._tiles = QGridLayout()
        self._shown_tiles: list[Tile] = []
        self._tiles.setSpacing(0)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._tile_frame = QWidget()
        self._tile_frame.setLayout(self._tiles)
        self.bars, self.statuses, self.trend = BarsSection(theme), StatusSection(theme), TrendSection(theme)
        self.reach = ReachSection(theme)
        self.first, self.unread = FirstSection(theme), UnreadSection(theme)
        self.reach.requested.connect(self.reach_requested)
        self.first.app_requested.connect(self.app_requested)
        self.first.all_requested.connect(self.attention_requested)
        self.unread.rescan_requested.connect(self.rescan_requested)
        self._lay_out()

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, sections in (
            (left, (self.bars, self.trend, self.statuses)),
            (right, (self.first, self.unread, self.reach)),
        ):
            column.setSpacing(28)
            for section in sections:
                column.addWidget(section)
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

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: it came into sight."""
        super().showEvent(event)
        self.seen.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: two columns where there is room for them."""
        super().resizeEvent(event)
        wide = self.width() >= TWO_COLUMNS
        self._place_tiles()
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def show_summary(self, summary: Summary, *, tenant: str, read: str) -> None:
        """Show a tenant; see ``pieces``."""
        for piece in self.pieces(summary, tenant=tenant, read=read):
            piece()

    def pieces(self, summary: Summary, *, tenant: str, read: str) -> Iterator[Callable[[], None]]:
        """Yield what shows a tenant when it is called, part by part: to lay out all at once takes long.

        Args:
            summary: the tenant in numbers.
            tenant: its name.
            read: when it was read, in words.
        """
        yield partial(self._facts.set_text, f"{counted(summary.apps, 'app')} in {inert(tenant, 80)}, read {read}")
        yield partial(self._fill_tiles, summary)
        for section in (self.bars, self.first, self.unread, self.statuses, self.reach):
            yield partial(section.show_summary, summary)

    def _fill_tiles(self, summary: Summary) -> None:
        cleared(self._tiles)
        self._shown_tiles = self._tiles_of(summary)
        self._place_tiles()

    def _place_tiles(self) -> None:
        """Put the totals in one row, and in two where their words would be cut."""
        number = len(self._shown_tiles)
        across = max(1, number if self.width() >= _TILE * number else (number + 1) // 2)
        for place, tile in enumerate(self._shown_tiles):
            self._tiles.addWidget(tile, place // across, place % across)
        for column in range(number):
            self._tiles.setColumnStretch(column, 1 if column < across else 0)

    def _tiles_of(self, summary: Summary) -> list[Tile]:
        numbers = summary.verdicts
        theme = self._theme
        refused = len(summary.gaps)
        read = f"{counted(refused, 'read')} incomplete" if refused else "every read complete"
        words = {
            Verdict.UNVERIFIED: read,
            Verdict.GAPS: f"{summary.missing:,} missing in all",
            Verdict.EXCESSIVE: f"{summary.excess:,} beyond in all",
            Verdict.COMPLIANT: "nothing to do",
            Verdict.NOT_INSTALLED: "expected, not found",
        }
        complete = EXCESS_OPEN if Verdict.COMPLIANT in summary.excess_open else words[Verdict.COMPLIANT]
        words[Verdict.COMPLIANT] = complete
        tiles = [
            Tile(theme, VERDICT[v], numbers.get(v, 0), VERDICT[v].label, told, excess_open=v in summary.excess_open)
            for v, told in words.items()
        ]
        if summary.unconfirmed:
            look = concern_look("unconfirmed")
            tiles.insert(3, Tile(theme, look, summary.unconfirmed, look.label, "by name alone"))
        own = f"apart, {summary.own_to_look:,} to look at" if summary.own_to_look else "counted apart"
        label = "Own manifests"
        look = Look(label, STATUS[Status.GRANTED].glyph, Tone.GRANTED)
        tiles.append(Tile(theme, look, summary.own, label, own, excess_open=summary.own_excess_open))
        return tiles
