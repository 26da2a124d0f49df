"""What a consent did: numbers, each permission before and after, and the way back for what was lost."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.proof import Happened, Proof, ProofRow
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, moment
from permdesk.presentation.appearance import DANGER, Look, Tone
from permdesk.presentation.proof import (
    FORESEEN,
    HAPPENED,
    change_word,
    lost_words,
    need_words,
    permission_name,
    record,
    state,
    totals,
)
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import RequirementBar
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, ground, on_first_line, rule, scrolled
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.fade import faded
from permdesk.ui.views.overview_parts import Tile, cleared
from permdesk.ui.views.paragraph import Line, Paragraph, Span

_WIDTH, _HEIGHT = 1040, 720
#: Rows before the rest is counted.
_MOST_ROWS = 200
_HEADS = ("Permission", "Before", "After", "Change", "The preview said")


class ProofSheet(Sheet):
    """The record of one consent; it stays open while grants that appear late are awaited.

    Args:
        proof: what is known now.
        complete: whether every read it rests on was complete, in words.
        now: the time that "today" is said of.
    """

    read_requested = Signal()
    script_requested = Signal(object)
    copy_requested = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None, *, proof: Proof, complete: str, now: datetime) -> None:
        name = inert(proof.plan.display_name, 120) or "(no name)"
        super().__init__(theme, f"What the consent changed in {name}", parent, lead=" ", width=_WIDTH)
        page = ground(QWidget(), "panel")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(14)
        self.body.addWidget(faded(theme, scrolled(page, name="What the consent changed")), 1)
        self.waiting = Line(theme, "", ink="text2", least=200)
        self.buttons.insertWidget(0, self.waiting)
        self.again = self.add_button("Read again", self.read_requested.emit, icon="scan", tip="Read the tenant again")
        self.add_button(
            "Copy record", self._copy, icon="copy", tip="Put the whole record on the clipboard, as text to be filed"
        )
        self.add_button("Done", self.accept, default=True)
        self.show_proof(proof, complete=complete, now=now)
        available = parent.window().size() if parent is not None else None
        height = min(_HEIGHT, available.height() - 80) if available is not None else _HEIGHT
        width = min(_WIDTH, available.width() - 40) if available is not None else _WIDTH
        self.resize(width, height)

    def show_proof(self, proof: Proof, *, complete: str, now: datetime) -> None:
        """Show what is known by now."""
        self.proof = proof
        before, after = moment(proof.plan.read_at, now=now), moment(proof.read_at, now=now)
        self.lead.set_text(f"Before: scan of {before}. After: scan of {after}. {complete}")
        cleared(self._column)
        self._column.addWidget(self._tiles(proof))
        if words := lost_words(proof):
            self._column.addWidget(_LostBox(self.theme, words, self._script_button()))
        self._column.addWidget(self._table(proof))
        self._column.addWidget(self._bars(proof))
        if not lost_words(proof) and proof.of(Happened.REMOVED):
            self._column.addWidget(self._script_button(), 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addStretch(1)
        self.setAccessibleDescription(", ".join(f"{total.number} {total.word}" for total in totals(proof)))

    def tell_waiting(self, seconds: int | None) -> None:
        """Say in how many seconds the tenant is read again; None where it is not, by itself."""
        pending = len(self.proof.of(Happened.PENDING))
        self.waiting.setVisible(bool(pending) and seconds is not None)
        if seconds is not None:
            self.waiting.set_text(f"{counted(pending, 'grant')} not visible yet. Reading again in {seconds} s.")

    def tell_reading(self, *, reading: bool) -> None:
        """Say that the tenant is read right now."""
        self.again.setEnabled(not reading)
        self.waiting.setVisible(reading)
        if reading:
            self.waiting.set_text("Reading the tenant again…")

    def _copy(self) -> None:
        self.copy_requested.emit(record(self.proof), "The record")

    def _script_button(self) -> QPushButton:
        return button(
            self.theme,
            "Save restore script…",
            icon="save-script",
            small=True,
            click=lambda: self.script_requested.emit(self.proof),
            tip="A script that gives back what was removed; a person runs it, not permdesk",
        )

    def _tiles(self, proof: Proof) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for total in totals(proof):
            row.addWidget(Tile(self.theme, HAPPENED[total.happened], total.number, total.word, total.remark), 1)
        return widget

    def _table(self, proof: Proof) -> QWidget:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 5)
        for place, stretch in enumerate((3, 3, 4, 3), 1):
            grid.setColumnStretch(place, stretch)
        for place, head in enumerate(_HEADS):
            grid.addWidget(Line(self.theme, head, role="smallest", ink="text2"), 0, place)
        grid.addWidget(rule(), 1, 0, 1, len(_HEADS))
        telling = [row for row in proof.rows if row.happened is not Happened.UNCHANGED]
        same = len(proof.rows) - len(telling)
        for place, row in enumerate(telling[:_MOST_ROWS], 2):
            self._row(grid, place, row)
        last = grid.rowCount()
        left = len(telling) - _MOST_ROWS
        said = [f"{counted(left, 'more permission')} that changed or is missing"] if left > 0 else []
        said += [f"{counted(same, 'permission')} unchanged"] if same else []
        if not telling:
            said.insert(0, "Nothing changed so far")
        if said:
            grid.addWidget(Paragraph(self.theme, ". ".join(said) + ".", ink="text2"), last, 0, 1, len(_HEADS))
        return widget

    def _row(self, grid: QGridLayout, place: int, row: ProofRow) -> None:
        theme, top = self.theme, Qt.AlignmentFlag.AlignTop
        happened = HAPPENED[row.happened]
        loud = row.happened is Happened.REMOVED and row.needed
        kind = row.finding.permission.kind.value
        grid.addWidget(
            Paragraph(theme, (Span(permission_name(row), bold=True), Span(f"  {kind}", ink="muted"))), place, 0, top
        )
        for column, finding in ((1, row.before), (2, row.after)):
            look = happened if column == 2 and row.happened is Happened.PENDING else state(finding)
            grid.addWidget(self._marked(look), place, column, top)
        grid.addWidget(Paragraph(theme, (Span(change_word(row), bold=loud, ink=happened.tone),)), place, 3, top)
        said = FORESEEN[row.foreseen]
        ink: str | Tone = Tone.PARTIAL if row.surprising else "text2"
        grid.addWidget(Paragraph(theme, said[:1].upper() + said[1:], ink=ink), place, 4, top)

    def _marked(self, look: Look) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addLayout(on_first_line(GlyphLabel(self.theme, look, 12), self.theme, "small"))
        row.addWidget(Paragraph(self.theme, look.label, ink="text2" if look.quiet else look.tone), 1)
        return widget

    def _bars(self, proof: Proof) -> QWidget:
        widget = QWidget()
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        found: Sequence[tuple[str, tuple[object, str]]] = (
            ("Before", need_words(proof.before)),
            ("After", need_words(proof.after)),
        )
        counts = [need_words(app)[0] for app in (proof.before, proof.after)]
        most = max(one.needed + one.beyond for one in counts)
        for place, (title, (_, words)) in enumerate(found):
            grid.addWidget(Line(self.theme, title, ink="text2", least=50), place, 0)
            if most:
                bar = RequirementBar(self.theme)
                bar.set_counts(counts[place], most)
                grid.addWidget(bar, place, 1)
            grid.addWidget(Paragraph(self.theme, words), place, 2)
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
