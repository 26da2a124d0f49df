"""Who may click: the answer for whoever is signed in, asked anew on request, and who else could be asked."""

from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_who import YouMay
from permdesk.domain.finding import Status
from permdesk.domain.role_holders import HoldersRead, RoleHolders
from permdesk.domain.text import inert
from permdesk.domain.wording import moment
from permdesk.errors import WorldError
from permdesk.presentation.appearance import STATUS, WARNING, Look
from permdesk.presentation.holders import (
    BOUNDARY,
    holder_name,
    holder_remark,
    holders_text,
    role_remarks,
    role_title,
)
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, on_first_line
from permdesk.ui.views.details_parts import Flow
from permdesk.ui.views.overview_parts import cleared
from permdesk.ui.views.paragraph import Paragraph, Span

#: Holders of one role before the rest is counted; the copy has them all.
MOST_HOLDERS = 8
_YOU = {
    YouMay.YES: STATUS[Status.SATISFIED],
    YouMay.NOT_NOW: WARNING,
    YouMay.UNKNOWN: STATUS[Status.UNVERIFIED],
}


class WhoBox(QWidget):
    """The part of the re-consent sheet that says who may click.

    Args:
        plan: says whose roles are enough, and whether the account has one of them.
        now: the time that "today" is said of.
    """

    #: Read the account's roles anew.
    roles_requested = Signal()
    #: Read who holds the roles that are enough.
    holders_requested = Signal()
    copy_requested = Signal(str, str)

    def __init__(self, theme: Theme, plan: ConsentPlan, *, now: datetime) -> None:
        super().__init__()
        self._theme, self._plan, self._now = theme, plan, now
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._answer = _part(column)
        self.again = button(
            theme,
            "Check roles again",
            icon="scan",
            small=True,
            click=self.roles_requested.emit,
            tip="Read which of your directory roles are active now",
        )
        several = len(plan.who.roles) > 1
        self.holders = button(
            theme,
            f"Who holds {'these roles' if several else 'this role'}?",
            icon="users",
            small=True,
            click=self.holders_requested.emit,
            tip="Read who is assigned to a role that is enough",
        )
        column.addWidget(Flow((self.again, self.holders)))
        self._state = _part(column)
        column.addWidget(Paragraph(theme, plan.who.text, ink="text2"))
        if plan.who.roles and plan.who.roles[0] not in plan.who.text:
            column.addWidget(Paragraph(theme, f"Enough: {' or '.join(plan.who.roles)}.", ink="muted"))
        self._list = _part(column)
        self.show_answer(plan, read_at=None)

    def show_answer(self, plan: ConsentPlan, *, read_at: datetime | None) -> None:
        """Show whether the account may.

        Args:
            plan: with the answer.
            read_at: when its roles were read; None for with the scan.
        """
        self._plan = plan
        when = moment(read_at or plan.read_at, now=self._now)
        how = "Roles read" if read_at is not None else "Roles as read with the scan,"
        you = plan.you
        self._say(_YOU[you.you], f"{you.title}. ", you.text, where=self._answer, below=f"{how} {when}.")
        cleared(self._state)

    def show_holders(self, read: HoldersRead) -> None:
        """Show who holds the roles; long lists are cut, with the count."""
        cleared(self._state)
        cleared(self._list)
        self._list.addWidget(
            Paragraph(self._theme, f"Read {moment(read.read_at, now=self._now)}. {BOUNDARY}", ink="muted")
        )
        for one in read.roles:
            self._list.addWidget(self._role(one))
        copy = button(
            self._theme,
            "Copy the list",
            icon="copy",
            small=True,
            click=lambda: self.copy_requested.emit(holders_text(read), "Who holds the roles"),
        )
        self._list.addWidget(copy)

    def show_busy(self, words: str) -> None:
        """Say what is read right now; nothing else can be asked meanwhile."""
        self._enable(enabled=False)
        cleared(self._state)
        self._state.addWidget(Paragraph(self._theme, words, ink="text2"))

    def show_idle(self) -> None:
        """Let it be asked again."""
        self._enable(enabled=True)

    def show_problem(self, problem: Exception) -> None:
        """Say what could not be read, and what helps; the answer from before stays."""
        cleared(self._state)
        if isinstance(problem, WorldError):
            rest = " ".join(part for part in (inert(problem.detail, 300), problem.remedy) if part)
            self._say(WARNING, f"{problem.title}. ", rest, where=self._state)
        else:
            self._say(WARNING, "Something went wrong in permdesk. ", "The log says more.", where=self._state)

    def event(self, event: QEvent) -> bool:
        """Qt: other words may want another height."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width wants another height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Insist on the height that the words want: a list that comes before the sheet is laid out is squeezed else."""
        layout = self.layout()
        if layout is not None:
            wanted = layout.totalHeightForWidth(self.width())
            if wanted != self.minimumHeight():
                self.setMinimumHeight(wanted)

    def _enable(self, *, enabled: bool) -> None:
        self.again.setEnabled(enabled)
        self.holders.setEnabled(enabled)

    def _say(self, look: Look, title: str, text: str, *, where: QVBoxLayout, below: str = "") -> None:
        cleared(where)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(on_first_line(GlyphLabel(self._theme, look, 14), self._theme, "small"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Paragraph(self._theme, (Span(title, bold=True), Span(text))))
        if below:
            words.addWidget(Paragraph(self._theme, below, ink="muted"))
        row.addLayout(words, 1)
        where.addLayout(row)

    def _role(self, one: RoleHolders) -> QWidget:
        theme = self._theme
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addWidget(Paragraph(theme, (Span(role_title(one), bold=True),)))
        for holder in one.holders[:MOST_HOLDERS]:
            remark = holder_remark(holder)
            spans = [Span(holder_name(holder))]
            spans += [Span(f"  {remark}", ink="muted")] if remark else []
            column.addWidget(Paragraph(theme, spans))
        more = len(one.holders) - MOST_HOLDERS
        if more > 0:
            column.addWidget(Paragraph(theme, f"and {more:,} more; the copy has them all", ink="muted"))
        for remark in role_remarks(one):
            column.addWidget(Paragraph(theme, remark, ink="muted"))
        return widget


def _part(column: QVBoxLayout) -> QVBoxLayout:
    inner = QVBoxLayout()
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(2)
    column.addLayout(inner)
    return inner
