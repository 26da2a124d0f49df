"""What a record of a consent says, as the proof and the kept records show it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.consent_record import ConsentRecord, RecordRow
from permdesk.domain.proof import Happened
from permdesk.domain.wording import clock, counted, moment
from permdesk.presentation.appearance import DANGER, Look, Tone
from permdesk.presentation.proof import (
    HAPPENED,
    actor_words,
    audit_words,
    change_word,
    foreseen_word,
    lost_words,
    need_words,
    permission_name,
    row_change,
    state,
    told_rows,
    totals,
)
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import RequirementBar, paint_hatch
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, on_first_line
from permdesk.ui.views.overview_parts import Tile, cleared
from permdesk.ui.views.paragraph import Line, Paragraph, Span

#: Rows before the rest is counted.
_MOST_ROWS = 200
_ICON = {
    Happened.ADDED: "plus",
    Happened.REMOVED: "minus",
    Happened.PENDING: "clock",
    Happened.STILL_MISSING: "close",
    Happened.UNCHANGED: "tick",
    Happened.UNREAD: "help",
}


class RecordBody(QWidget):
    """Numbers, each permission before and after, how far the need is met, and the way back for what was lost.

    Args:
        extra: makes what tells of the way; it stands first where nobody said which way was gone, else last.
    """

    #: ConsentRecord whose losses a script shall give back.
    script_requested = Signal(object)

    def __init__(self, theme: Theme, *, extra: Callable[[], QWidget]) -> None:
        super().__init__()
        ground(self, "panel")
        self._theme, self._extra = theme, extra
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(14)

    def show_record(self, record: ConsentRecord, *, now: datetime) -> None:
        """Show a record, in place of what was shown; ``now`` is the time that "today" is said of."""
        theme, column = self._theme, self._column
        cleared(column)
        column.addWidget(_tiles(theme, record))
        if record.route is None:
            column.addWidget(self._extra())
        if words := lost_words(record):
            column.addWidget(_LostBox(theme, words, self._script_button(record)))
        column.addWidget(_Table(theme, record, now=now))
        column.addWidget(_bars(theme, record))
        if not lost_words(record) and record.of(Happened.REMOVED):
            column.addWidget(self._script_button(record), 0, Qt.AlignmentFlag.AlignLeading)
        said = audit_words(record, when=lambda time: moment(time, now=now))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(on_first_line(Icon(theme, "users", ink="text2", size=14), theme, "small"))
        row.addWidget(Paragraph(theme, said, ink="text2"), 1)
        column.addLayout(row)
        if record.route is not None:
            column.addWidget(self._extra())
        column.addStretch(1)

    def _script_button(self, record: ConsentRecord) -> QPushButton:
        return button(
            self._theme,
            "Save restore script…",
            icon="save-script",
            small=True,
            click=partial(self.script_requested.emit, record),
            tip="A script that gives back what was removed; a person runs it, not permdesk",
        )


def spoken(record: ConsentRecord) -> str:
    """Return the numbers of a record, for those who hear it."""
    return ", ".join(f"{total.number} {total.word}" for total in totals(record))


def _tiles(theme: Theme, record: ConsentRecord) -> QWidget:
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for total in totals(record):
        row.addWidget(Tile(theme, HAPPENED[total.happened], total.number, total.word, total.remark), 1)
    return widget


class _Table(QWidget):
    """The permissions that changed, lack or are awaited; the rest is counted."""

    def __init__(self, theme: Theme, record: ConsentRecord, *, now: datetime) -> None:
        super().__init__()
        self._theme, self._record, self._now = theme, record, now
        self._grounds: dict[int, RecordRow] = {}
        # A widget of each row, as high as the row: a layout forgets its cells while it is asked for heights.
        self._cells: dict[int, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for place, stretch in enumerate((0, 5, 3, 3, 4, 3)):
            grid.setColumnStretch(place, stretch)
        before, after = (clock(one.read_at.astimezone(now.tzinfo)) for one in (record.before, record.after))
        for place, head in enumerate(
            ("Permission", f"Before, {before}", f"After, {after}", "Change", "The preview said")
        ):
            cell = self._padded(Line(theme, head, role="smallest", ink="text2"))
            self._cells[0] = cell
            grid.addWidget(cell, 0, place + 1)
        told = told_rows(record)
        for place, row in enumerate(told[:_MOST_ROWS], 1):
            self._row(grid, place, row)
        same = len(record.rows) - len(told)
        left = len(told) - _MOST_ROWS
        said = [f"{counted(left, 'more permission')} that changed or is missing"] if left > 0 else []
        said += [f"{counted(same, 'more permission' if told else 'permission')} unchanged"] if same else []
        if not told:
            said.insert(0, "Nothing changed so far" if record.watching else "Nothing changed")
        if said:
            words = Paragraph(theme, ". ".join(said) + ".", ink="text2")
            grid.addWidget(self._padded(words), grid.rowCount(), 1, 1, 5)
        theme.changed.connect(self.update)

    def _padded(self, inner: QWidget) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 5, 0, 5)
        column.addWidget(inner)
        column.addStretch(1)
        return widget

    def _row(self, grid: QGridLayout, place: int, row: RecordRow) -> None:
        theme, top = self._theme, Qt.AlignmentFlag.AlignTop
        happened = HAPPENED[row.happened]
        loud = row.happened is Happened.REMOVED and row.needed
        if loud or happened.hatched:
            self._grounds[place] = row
        mark = QWidget()
        margins = QHBoxLayout(mark)
        margins.setContentsMargins(8, 5, 0, 5)
        ink: str | Tone = "muted" if happened.quiet else happened.tone
        margins.addLayout(on_first_line(Icon(theme, _ICON[row.happened], ink=ink, size=14), theme, "small"))
        grid.addWidget(mark, place, 0, top)
        kind = row.permission.kind.value
        name = Paragraph(theme, (Span(permission_name(row), bold=True), Span(f"  {kind}", ink="muted")))
        self._cells[place] = self._padded(name)
        grid.addWidget(self._cells[place], place, 1)
        for column, stood in ((2, row.before), (3, row.after)):
            look = happened if column == 3 and row.happened is Happened.PENDING else state(stood)
            grid.addWidget(self._padded(self._marked(look)), place, column)
        grid.addWidget(self._padded(self._changed(row, happened, loud=loud)), place, 4)
        said = foreseen_word(row)
        surprise: str | Tone = Tone.PARTIAL if row.differs else "text2"
        grid.addWidget(self._padded(Paragraph(theme, said[:1].upper() + said[1:], ink=surprise)), place, 5)

    def _changed(self, row: RecordRow, happened: Look, *, loud: bool) -> QWidget:
        ink: str | Tone = "text2" if happened.quiet else happened.tone
        spans = [Span(change_word(row), bold=loud, ink=ink)]
        change = row_change(self._record, row)
        if change is not None:
            spans.append(Span(f"  by {actor_words(change)}, {moment(change.at, now=self._now)}", ink="muted"))
        return Paragraph(self._theme, spans)

    def _marked(self, look: Look) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addLayout(on_first_line(GlyphLabel(self._theme, look, 12), self._theme, "small"))
        row.addWidget(Paragraph(self._theme, look.label, ink="text2" if look.quiet else look.tone), 1)
        return widget

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the ground of rows that stand out, and the lines between rows."""
        painter = QPainter(self)
        for place, row in self._grounds.items():
            rect = self._of_row(place)
            if HAPPENED[row.happened].hatched:
                paint_hatch(painter, rect, self._theme)
            else:
                painter.fillRect(rect, self._theme.tint(HAPPENED[row.happened].tone))
        painter.setPen(QPen(self._theme.color("line"), 1))
        for place in self._cells:
            bottom = self._of_row(place).bottom()
            painter.drawLine(0, bottom, self.width(), bottom)
        painter.end()

    def _of_row(self, place: int) -> QRect:
        cell = self._cells[place].geometry()
        return QRect(0, cell.top(), self.width(), cell.height())


def _bars(theme: Theme, record: ConsentRecord) -> QWidget:
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 3)
    grid.setColumnStretch(2, 4)
    told = [need_words(record, after=after) for after in (False, True)]
    most = max(counts.needed + counts.beyond for counts, _ in told)
    for place, (title, (counts, words)) in enumerate(zip(("Before", "After"), told, strict=True)):
        grid.addWidget(Line(theme, title, ink="text2", least=50), place, 0)
        if most:
            bar = RequirementBar(theme)
            bar.set_counts(counts, most)
            grid.addWidget(bar, place, 1)
        grid.addWidget(Paragraph(theme, words), place, 2)
    return widget


class _LostBox(QWidget):
    """What is needed and was taken away, and the way back."""

    def __init__(self, theme: Theme, words: str, way: QPushButton) -> None:
        super().__init__()
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 14, 12)
        row.setSpacing(10)
        row.addLayout(on_first_line(GlyphLabel(theme, DANGER, 16), theme, "body"))
        said = (
            Span(words, bold=True),
            Span(" The script is made from the scan before the click; a person runs it, not permdesk."),
        )
        row.addWidget(Paragraph(theme, said, role="body"), 1)
        row.addWidget(way, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.tint(DANGER.tone))
        painter.setPen(QPen(self._theme.tone(DANGER.tone), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        left = self.width() - 4 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(left, 0, 4, self.height(), self._theme.tone(DANGER.tone))
        painter.end()
