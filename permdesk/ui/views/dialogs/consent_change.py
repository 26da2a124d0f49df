"""What a consent would add, may remove, leaves missing and leaves alone."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import Documented, Finding, Flag, Remedy, Status
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, long_day
from permdesk.presentation.appearance import DANGER, STATUS, WARNING, Glyph, Look, Tone
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, on_first_line
from permdesk.ui.views.paragraph import Line, Paragraph, Span

#: Rows of one section before the rest is counted.
MOST_ROWS = 40
#: Below this width, in heights of a line, two sections stand one above the other.
_PAIR = 31
_NEEDED = Look("Needed", Glyph.SATISFIED, Tone.SATISFIED)


def change_sections(theme: Theme, plan: ConsentPlan) -> Iterable[QWidget]:
    """Yield the sections that have something to say; what may be lost comes first."""
    if plan.may_be_removed:
        yield _RemovedBox(theme, plan)
    pair = [made for made in (_added(theme, plan), _missing(theme, plan)) if made is not None]
    if pair:
        yield _Pair(theme, pair)
    if plan.not_read:
        yield _names(
            theme,
            _head(theme, STATUS[Status.UNVERIFIED], "Not read", len(plan.not_read)),
            "Nobody could read whether these are granted, so nobody can say what the click does to them",
            plan.not_read,
            ink=Tone.UNREAD,
        )
    if plan.stays:
        yield _names(
            theme,
            _head(theme, None, "Stays", len(plan.stays)),
            "Granted, and asked for again; what users consented to for themselves is left alone",
            plan.stays,
        )
    if not any((plan.may_be_removed, plan.will_be_added, plan.still_missing, plan.not_read)):
        yield Paragraph(theme, "As far as permdesk can see, the click would change nothing.", role="body")


class _Pair(QWidget):
    """Sections side by side, and one above the other where their names would be broken."""

    def __init__(self, theme: Theme, sections: Sequence[QWidget]) -> None:
        super().__init__()
        self._theme = theme
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(24)
        for section in sections:
            self._row.addWidget(section, 1, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the direction follows the width."""
        super().resizeEvent(event)
        wide = self.width() >= _PAIR * self._theme.line("small")
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)


def _head(theme: Theme, look: Look | None, title: str, number: int, *, icon: str | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    ink = look.tone if look is not None else "text2"
    mark = GlyphLabel(theme, look, 16) if look is not None and icon is None else Icon(theme, icon or "tick", ink=ink)
    row.addLayout(on_first_line(mark, theme, "body"))
    row.addWidget(Paragraph(theme, (Span(title, bold=True, ink=ink), Span(f"  {number}", ink="muted")), role="body"), 1)
    return row


def _added(theme: Theme, plan: ConsentPlan) -> QWidget | None:
    if not plan.will_be_added:
        return None
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addLayout(
        _head(
            theme,
            Look("Will be added", Glyph.SATISFIED, Tone.SATISFIED),
            "Will be added",
            len(plan.will_be_added),
            icon="plus",
        )
    )
    column = _below(column)
    known = plan.registration_id is not None
    why = "Configured by the app, not granted yet" if known else "As far as the vendor’s page tells; not granted yet"
    column.addWidget(Paragraph(theme, why, ink="text2"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for place, finding in enumerate(plan.will_be_added[:MOST_ROWS]):
        grid.addWidget(Paragraph(theme, _label(finding)), place, 0)
        status = finding.status
        look = STATUS[Status.EXCESS if status is Status.DECLARED_ONLY else status]
        word = "becomes excess" if status is Status.DECLARED_ONLY else f"was {look.label.casefold()}"
        if finding.accepted is not None:
            # Somebody said that the app may do without it: the click brings it all the same.
            word += ", accepted"
        grid.addLayout(on_first_line(GlyphLabel(theme, look, 12), theme, "small"), place, 1)
        grid.addWidget(Line(theme, word, ink=look.tone, least=100), place, 2, Qt.AlignmentFlag.AlignTop)
    column.addLayout(grid)
    _rest(theme, column, plan.will_be_added)
    return widget


def _missing(theme: Theme, plan: ConsentPlan) -> QWidget | None:
    if not plan.still_missing:
        return None
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addLayout(_head(theme, STATUS[Status.MISSING], "Still missing after the click", len(plan.still_missing)))
    column = _below(column)
    for finding in plan.still_missing[:MOST_ROWS]:
        column.addWidget(Paragraph(theme, _label(finding)))
        column.addWidget(Paragraph(theme, _why_missing(finding), ink="text2"))
    _rest(theme, column, plan.still_missing)
    return widget


def _why_missing(finding: Finding) -> str:
    resource = inert(finding.permission.resource, 80)
    if Remedy.NOT_OFFERED in finding.remedy:
        return f"{resource} does not offer it here: ask the vendor."
    if Remedy.PROVISION_API in finding.remedy:
        return f"{resource} is not in this tenant: add it first."
    if Remedy.DECLARE in finding.remedy:
        return "Not configured: the link cannot add it. Configure it first, then scan again and re-consent."
    return "The click does not bring it."


def _names(
    theme: Theme, head: QHBoxLayout, why: str, findings: Sequence[Finding], *, ink: str | Tone = "text"
) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addLayout(head)
    column = _below(column)
    column.addWidget(Paragraph(theme, why, ink="text2"))
    column.addWidget(Paragraph(theme, listed([_label(finding) for finding in findings], most=MOST_ROWS), ink=ink))
    return widget


def _below(column: QVBoxLayout) -> QVBoxLayout:
    """Return a column below the words of a heading, not below its glyph."""
    inner = QVBoxLayout()
    inner.setContentsMargins(24, 0, 0, 0)
    inner.setSpacing(4)
    column.addLayout(inner)
    return inner


def _rest(theme: Theme, column: QVBoxLayout, findings: Sequence[Finding]) -> None:
    left = len(findings) - MOST_ROWS
    if left > 0:
        column.addWidget(Paragraph(theme, f"and {counted(left, 'more permission')}", ink="text2"))


def _label(finding: Finding) -> str:
    permission = finding.permission
    label = inert(permission.label, 200)
    # Graph and SharePoint share names: what is not Graph's says whose it is.
    if permission.resource_app_id == GRAPH_APP_ID:
        return label
    return f"{label} ({inert(permission.resource, 60)})"


class _RemovedBox(QWidget):
    """What may be lost: danger where that is firm, a warning where the vendor's page is the only witness."""

    def __init__(self, theme: Theme, plan: ConsentPlan) -> None:
        super().__init__()
        self._theme = theme
        firm = any(Flag.MAY_BE_REMOVED in finding.flags for finding in plan.may_be_removed)
        self._look = DANGER if plan.dangerous else WARNING
        number = len(plan.may_be_removed)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 14, 14)
        column.setSpacing(6)
        column.addLayout(
            _head(theme, Look("May be removed", self._look.glyph, self._look.tone), "May be removed", number)
        )
        if firm:
            why = "Granted today, but the app’s manifest does not list them. A new consent may take such grants away."
        else:
            why = (
                "Granted today, but the vendor’s page does not list them. If the vendor’s app no longer asks for "
                "them, a new consent may take them away; its manifest cannot be read from here."
            )
            if plan.probably_asked_for:
                why += " What came within a minute of documented permissions was probably asked for by the vendor."
        column.addWidget(Paragraph(theme, why))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(3, 5)
        for place, finding in enumerate(plan.may_be_removed[:MOST_ROWS]):
            self._row(grid, place, finding, plan)
        column.addLayout(grid)
        _rest(theme, column, plan.may_be_removed)
        self.setAccessibleName(f"May be removed: {number}")
        theme.changed.connect(self.update)

    def _row(self, grid: QGridLayout, place: int, finding: Finding, plan: ConsentPlan) -> None:
        theme = self._theme
        needed = finding.status in (Status.SATISFIED, Status.PARTIAL)
        look = _NEEDED if needed else STATUS[finding.status]
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Paragraph(theme, (Span(_label(finding), bold=needed),)), place, 0, top)
        grid.addLayout(on_first_line(GlyphLabel(theme, look, 12), theme, "small"), place, 1)
        grid.addWidget(Line(theme, look.label, ink="text2" if needed else look.tone, least=60), place, 2, top)
        if needed and finding.requirement is not None:
            vendor = inert(plan.profile.vendor, 60) if plan.profile is not None else "The vendor"
            purpose = inert(finding.requirement.purpose, 200)
            said: tuple[Span, ...] = (Span(f"{vendor} needs it: ", bold=True, ink=Tone.MISSING), Span(purpose))
        elif finding.documented is Documented.OTHER_SCOPE:
            said = (Span("documented for services that are not in use here"),)
        else:
            said = (Span("not documented, not configured" if plan.registration_id else "not documented"),)
        if finding in plan.probably_asked_for:
            said = (*said, Span(", probably asked for by the vendor"))
        if finding.accepted is not None:
            held = finding.accepted
            until = f" until {long_day(held.until)}" if held.until is not None else ""
            said = (*said, Span(f"; accepted by {inert(held.by, 80)}{until}: {inert(held.reason, 200)}", bold=True))
        grid.addWidget(Paragraph(theme, said), place, 3, top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        tone = self._look.tone
        painter.fillRect(self.rect(), self._theme.tint(tone))
        painter.setPen(QPen(self._theme.tone(tone), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        left = self.width() - 4 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(left, 0, 4, self.height(), self._theme.tone(tone))
        painter.end()
