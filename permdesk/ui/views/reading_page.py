"""What the apps pane shows while a tenant is read: every kind of list in its place, and what could not be read."""

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from permdesk.domain.finding import Status
from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS, Tone
from permdesk.presentation.progress import KINDS, Pace, Step, fraction, so_far, speed, steps, time_left, unread, waits
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, rule, scrolled
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.ring import Ring

#: Steps of the bar: finer than its pixels.
_FINE = 1000
#: So many lists that could not be read are named.
_NAMED = 6


class Reading(Struct, frozen=True):
    """How far a scan has come, in what a person needs of it.

    Attributes:
        tenant: the tenant's name; empty while it is not known.
        pace: how far and how fast; None before anything came.
        kept: what stays open meanwhile; empty where nothing was.
    """

    tenant: str
    pace: Pace | None = None
    kept: str = ""


class ReadingPage(QWidget):
    """A scan under way: rows of rows, each kind of list in its place, a refused one told at once."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._head())
        outer.addWidget(rule())
        body = ground(QWidget(), "panel")
        outer.addWidget(scrolled(body, name="Reads"), 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self._steps = [StepRow(theme) for _ in KINDS]
        for row in self._steps:
            column.addWidget(row)
        self._unread = [UnreadRow(theme) for _ in range(_NAMED + 1)]
        self._unread_title = Line(theme, "Could not be read", role="small-strong", ink=Tone.UNREAD)
        column.addSpacing(4)
        for widget in (self._unread_title, *self._unread):
            widget.hide()
            column.addWidget(widget)
        self._notice = NoticeStrip(theme)
        column.addWidget(self._notice)
        column.addSpacing(4)
        column.addWidget(
            button(
                theme,
                "Cancel",
                small=True,
                click=self.cancel_requested.emit,
                tip="Stop reading, after asking (Esc); what was read is kept",
            ),
            alignment=Qt.AlignmentFlag.AlignLeading,
        )
        column.addStretch(1)
        self._foot = Paragraph(theme, ink="muted")
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.addWidget(self._foot)
        self._foot_rule = rule()
        outer.addWidget(self._foot_rule)
        outer.addLayout(foot)

    def _head(self) -> QVBoxLayout:
        theme = self._theme
        self._title = Line(theme, role="body-strong")
        self._so_far = Line(theme, ink="text2", least=200)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _FINE)
        self._bar.setAccessibleName("Read so far")
        self._speed = Line(theme, ink="muted")
        self._left = Line(theme, ink="text2", least=200)
        self._left.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._speed, 1)
        below.addWidget(self._left)
        head = QVBoxLayout()
        head.setContentsMargins(12, 14, 12, 10)
        head.setSpacing(4)
        for widget in (self._title, self._so_far):
            head.addWidget(widget)
        head.addSpacing(2)
        head.addWidget(self._bar)
        head.addLayout(below)
        return head

    def show_reading(self, reading: Reading) -> None:
        """Show how far the scan has come."""
        pace = reading.pace
        progress = pace.progress if pace is not None else None
        say(self._title, f"Reading {inert(reading.tenant, 80)}" if reading.tenant else "Reading the tenant")
        say(self._so_far, so_far(pace) if pace is not None else "Asking Microsoft Graph")
        say(self._speed, speed(pace) if pace is not None else "")
        say(self._left, time_left(pace) if pace is not None else "")
        # The bar moves only with real progress: where no total is known it stands still.
        part = fraction(pace) if pace is not None else None
        self._bar.setValue(int((part or 0.0) * _FINE))
        self._bar.setAccessibleDescription(f"{self._so_far.text()}. {self._left.text()}".rstrip(". "))
        for row, step in zip(self._steps, steps(progress), strict=True):
            row.show_step(step)
        missing = unread(progress, most=_NAMED)
        self._unread_title.setVisible(bool(missing))
        for place, unread_row in enumerate(self._unread):
            unread_row.show_read(missing[place] if place < len(missing) else None)
        self._notice.show_text(waits(pace) if pace is not None else "")
        if self._foot.text() != reading.kept:
            self._foot.set_text(reading.kept)
        self._foot.setVisible(bool(reading.kept))
        self._foot_rule.setVisible(bool(reading.kept))


class StepRow(QWidget):
    """One kind of list: whether it is read, its name, and how many rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step | None = None
        self._clock = Icon(theme, "clock", ink="muted", size=14)
        self._ring = Ring(theme)
        self._glyph = GlyphLabel(theme, None, 14)
        self._name = Line(theme)
        self._remark = Line(theme, role="smallest", ink="muted")
        self._remark.hide()
        self._number = Line(theme, ink="text2", least=200)
        self._number.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        sign = QWidget()
        sign.setFixedSize(16, 16)
        for widget in (self._clock, self._glyph, self._ring):
            widget.setParent(sign)
            widget.move((16 - widget.width()) // 2, (16 - widget.height()) // 2)
            widget.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._remark)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)

    def show_step(self, step: Step) -> None:
        """Show how far this kind of list has come."""
        if step == self._step:
            return
        self._step = step
        under_way = step.begun and step.done is None
        self._clock.setVisible(not step.begun)
        self._ring.setVisible(under_way)
        self._glyph.setVisible(step.done is not None)
        if step.done is not None:
            self._glyph.set_look(STATUS[Status.SATISFIED if step.done else Status.UNVERIFIED])
        ink = "text" if step.begun else "muted"
        say(self._name, step.name, ink=ink)
        say(self._remark, step.remark)
        self._remark.setVisible(bool(step.remark))
        say(self._number, step.number, ink="text2" if step.begun else "muted")
        state = "read" if step.done else "not fully read" if step.done is False else "under way" if step.begun else ""
        self.setAccessibleName(", ".join(filter(None, (step.name, step.remark, step.number, state))))


class UnreadRow(QWidget):
    """One list that could not be read, or not to its end."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = GlyphLabel(theme, STATUS[Status.UNVERIFIED], 14)
        self._name = Line(theme, middle=True)
        self._became = Line(theme, ink=Tone.UNREAD, least=200)
        self._became.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(self._glyph)
        row.addWidget(self._name, 1)
        row.addWidget(self._became)

    def show_read(self, told: tuple[str, str] | None) -> None:
        """Show a list and what became of it; None hides the row."""
        if told is not None:
            name, became = told
            say(self._name, inert(name, 80))
            say(self._became, became)
            # What is only counted bears no sign of its own.
            self._glyph.set_look(STATUS[Status.UNVERIFIED] if became else None)
        self.setVisible(told is not None)


def say(line: Line, text: str, *, ink: str | None = None) -> None:
    """Show a text where it is another than before: a window has better to do than to lay itself out again."""
    if line.text() != text or ink is not None:
        line.set_text(text, ink)
