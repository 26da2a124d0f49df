"""What the apps pane shows when there is nothing to list: what is known, what follows, what to do."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import Status
from permdesk.domain.ports import Progress
from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS, Tone
from permdesk.presentation.search import NoMatch
from permdesk.ui import icons
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, rule, scrolled, tool_button
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.ring import Ring


class Action(Struct, frozen=True):
    """A button of a state.

    Attributes:
        kind: primary for the next sensible step, link for a quiet one, None for the plain kind.
    """

    text: str
    do: Callable[[], None]
    icon: str | None = None
    kind: str | None = None


class Situation(Struct, frozen=True):
    """One state in words.

    Attributes:
        icon: of the icon family.
        ink: colour of the icon.
        remedy: what to do, below what is known.
        details: the technical part, folded and copied whole; empty where there is none.
        hint: a remark under a line, followed by the ``hint_actions``.
    """

    icon: str
    ink: str | Tone
    title: str
    text: str
    actions: tuple[Action, ...] = ()
    remedy: str = ""
    details: tuple[str, ...] = ()
    hint: str = ""
    hint_actions: tuple[Action, ...] = ()


class StatePage(QWidget):
    """A situation: at the left, with one main action.

    Args:
        name: what the page is called by those who hear it.
        measure: the longest line, in logical pixels; None as long as the pane is wide.
    """

    copy_requested = Signal(str)

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, name: str = "Apps", measure: int | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        page = ground(QWidget(), "panel")
        outer.addWidget(scrolled(page, name=name))
        row = QHBoxLayout(page)
        air = 32 if measure is None else 48
        row.setContentsMargins(air, 0, air, 24)
        content = QWidget()
        if measure is not None:
            content.setMaximumWidth(measure)
        row.addWidget(content, 1)
        # What the lines do not take stays empty at their end.
        row.addStretch(0)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._first: QPushButton | None = None

    def focus_action(self) -> None:
        """Put the focus on the main action, if there is one."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_situation(self, situation: Situation) -> None:
        """Show another situation."""
        _clear(self._column)
        theme, column = self._theme, self._column
        column.addSpacing(max(24, min(110, self.height() // 5)))
        column.addWidget(Icon(theme, situation.icon, ink=situation.ink, size=30))
        column.addSpacing(16)
        column.addWidget(Paragraph(theme, situation.title, role="section"))
        column.addSpacing(4)
        if situation.text:
            column.addWidget(Paragraph(theme, situation.text, role="body", ink="text2"))
        if situation.remedy:
            column.addSpacing(8)
            column.addWidget(Paragraph(theme, situation.remedy, role="body"))
        column.addSpacing(16)
        self._first = None
        self._add_actions(situation.actions)
        if situation.hint:
            column.addSpacing(16)
            column.addWidget(rule())
            column.addSpacing(12)
            column.addWidget(Paragraph(theme, situation.hint, ink="text2"))
            column.addSpacing(4)
            self._add_actions(situation.hint_actions)
        if situation.details:
            self._add_details(situation.details)
        column.addStretch(1)

    def _add_actions(self, actions: Sequence[Action]) -> None:
        for action in actions:
            made = button(self._theme, action.text, icon=action.icon, kind=action.kind, click=action.do)
            self._first = self._first or made
            self._column.addWidget(made, alignment=Qt.AlignmentFlag.AlignLeading)
            self._column.addSpacing(8)

    def _add_details(self, details: tuple[str, ...]) -> None:
        theme, column = self._theme, self._column
        column.addSpacing(12)
        column.addWidget(rule())
        column.addSpacing(8)
        words = Paragraph(theme, "\n".join(details), role="fixed", ink="text2")
        words.hide()
        head = QHBoxLayout()
        fold = button(theme, "Details for support", icon="chevron-right", kind="link")
        fold.setFont(theme.font("small-strong"))
        fold.setProperty("quiet", True)
        fold.setIcon(icons.icon("chevron-right", theme))
        fold.setCheckable(True)

        def unfold(opened: bool) -> None:
            words.setVisible(opened)
            fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", theme))

        fold.toggled.connect(unfold)
        copy = tool_button(
            theme, "Copy the details", icon="copy", click=lambda: self.copy_requested.emit("\n".join(details))
        )
        head.addWidget(fold)
        head.addStretch(1)
        head.addWidget(copy)
        column.addLayout(head)
        column.addWidget(words)


def no_match_situation(
    found: NoMatch, *, clear_filters: Callable[[], None] | None, clear_all: Callable[[], None], ask: Callable[[], None]
) -> Situation:
    """Return the state of a list in which a filter leaves nothing."""
    actions = []
    if clear_filters is not None:
        actions.append(Action("Clear the filters", clear_filters))
    actions.append(Action("Clear everything", clear_all, kind="link"))
    permission = inert(found.permission, 60) if found.permission else None
    return Situation(
        "filter",
        "muted",
        found.title,
        found.text,
        tuple(actions),
        hint="The name is also a permission." if permission else "",
        hint_actions=(Action(f"Who holds {permission}?", ask, icon="search", kind="link"),) if permission else (),
    )


class Reading(Struct, frozen=True):
    """How far a scan has come, in what a person needs of it.

    Attributes:
        tenant: the tenant's name; empty while it is not known.
        notice: such as "Microsoft asks us to slow down. Going on in 12 s. Nothing is lost."
        kept: what stays open meanwhile; empty where nothing was.
    """

    tenant: str
    progress: Progress | None = None
    notice: str = ""
    kept: str = ""


_READ_LABEL = {
    ReadName.ORGANIZATION: "Organisation",
    ReadName.APPLICATIONS: "Applications",
    ReadName.SERVICE_PRINCIPALS: "Service principals",
    ReadName.APIS: "List of APIs",
    ReadName.DEFINITIONS: "API definitions",
    ReadName.APP_ROLE_ASSIGNMENTS: "Role assignments",
    ReadName.OAUTH2_PERMISSION_GRANTS: "Delegated grants",
    ReadName.DIRECTORY_ROLES: "Directory roles",
    ReadName.USERS: "Users with grants",
}


def read_label(read: ReadCoverage) -> str:
    """Return what a read is called on screen."""
    label = _READ_LABEL[read.read]
    return f"{label}, {inert(read.resource, 60)}" if read.resource else label


class ReadingPage(QWidget):
    """A scan under way: every read is named, a refused one marked at once, and the rest goes on."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 16)
        head.setSpacing(4)
        self._title = Line(theme, role="body-strong")
        self._so_far = Line(theme, ink="text2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Read so far")
        head.addWidget(self._title)
        head.addWidget(self._so_far)
        head.addSpacing(2)
        head.addWidget(self._bar)
        outer.addLayout(head)
        outer.addWidget(rule())
        body = ground(QWidget(), "panel")
        outer.addWidget(scrolled(body, name="Reads"), 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        self._reads = QGridLayout()
        self._reads.setHorizontalSpacing(6)
        self._reads.setVerticalSpacing(8)
        self._reads.setColumnStretch(1, 1)
        column.addLayout(self._reads)
        self._notice = NoticeStrip(theme)
        column.addWidget(self._notice)
        column.addWidget(
            button(theme, "Cancel", small=True, click=self.cancel_requested.emit),
            alignment=Qt.AlignmentFlag.AlignLeading,
        )
        column.addStretch(1)
        self._foot = Paragraph(theme, ink="muted")
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.addWidget(self._foot)
        self._foot_rule = rule()
        outer.addWidget(self._foot_rule)
        outer.addLayout(foot)
        self._shown = 0
        self._current: list[QWidget] = []

    def show_reading(self, reading: Reading) -> None:
        """Show how far the scan has come."""
        self._title.set_text(f"Reading {inert(reading.tenant, 80)}" if reading.tenant else "Reading the tenant")
        progress = reading.progress
        finished = progress.finished if progress is not None else ()
        rows = sum(read.rows for read in finished) + (progress.rows if progress is not None else 0)
        self._so_far.set_text(f"Read {rows:,} so far")
        # The bar moves only with real progress: rows of the read under way, where the service announced how many.
        expected = progress.expected if progress is not None else None
        self._bar.setRange(0, expected or 1)
        self._bar.setValue(min(progress.rows, expected) if progress is not None and expected else 0)
        self._show_reads(finished, progress)
        self._notice.show_text(reading.notice)
        self._foot.set_text(reading.kept)
        self._foot.setVisible(bool(reading.kept))
        self._foot_rule.setVisible(bool(reading.kept))

    def _show_reads(self, finished: tuple[ReadCoverage, ...], progress: Progress | None) -> None:
        for widget in self._current:
            widget.deleteLater()
        self._current = []
        if len(finished) < self._shown:
            _clear(self._reads)
            self._shown = 0
        for place in range(self._shown, len(finished)):
            self._add_read(place, finished[place])
        self._shown = len(finished)
        if progress is not None and progress.current:
            words = f"{progress.rows:,}" + (f" of {progress.expected:,}" if progress.expected is not None else "")
            name = Line(self._theme, inert(progress.current, 80), role="small-strong", middle=True)
            self._current = [Ring(self._theme), _named(name, _number(self._theme, words))]
            for column, widget in enumerate(self._current):
                self._reads.addWidget(widget, len(finished), column)

    def _add_read(self, place: int, read: ReadCoverage) -> None:
        theme = self._theme
        complete = read.status is ReadStatus.COMPLETE
        look = STATUS[Status.SATISFIED if complete else Status.UNVERIFIED]
        if complete or read.status is ReadStatus.PARTIAL:
            words = f"{read.rows:,}" + (f" of {read.expected:,}" if read.expected is not None else "")
        else:
            words = read.status.value
        self._reads.addWidget(GlyphLabel(theme, look, 14), place, 0)
        number = _number(theme, words, ink="text2" if complete else Tone.UNREAD)
        self._reads.addWidget(_named(Line(theme, read_label(read), middle=True), number), place, 1)


def _named(name: Line, number: Line) -> QWidget:
    """Return a read and its count on one line: the name has all that this count, not the longest, leaves it."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(name, 1)
    row.addWidget(number)
    return holder


def _number(theme: Theme, words: str, *, ink: str | Tone = "text2") -> Line:
    """Return a count at the end of its row; counts are never cut."""
    made = Line(theme, words, ink=ink, least=200)
    made.setAlignment(Qt.AlignmentFlag.AlignTrailing)
    return made


def _clear(layout: QVBoxLayout | QGridLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QHBoxLayout):
            _clear(inner)
