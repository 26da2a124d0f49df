"""Overview: who can take the tenant or read all mail, files or sites."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from permdesk.domain.finding import Flag
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import FLAG, Tone
from permdesk.presentation.summary import ReachLine, Summary
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, rule
from permdesk.ui.views.overview_parts import OverviewSection
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
