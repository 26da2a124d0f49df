"""What a consent did: the sheet that stays open while grants are awaited, and the same out of the history."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from permdesk.domain.consent_record import ConsentRecord, WalkedRoute
from permdesk.domain.proof import Happened
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, moment
from permdesk.errors import WorldError
from permdesk.presentation.proof import ROUTE_UNSAID, filed, reader_words, route_words
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import scrolled
from permdesk.ui.views.dialogs.record_body import RecordBody, spoken
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.fade import faded
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.sign_in.fields import ChoiceField

_WIDTH, _HEIGHT = 1040, 720


class RecordSheet(Sheet):
    """One record of a consent, with what can be done with it.

    Args:
        record: the record.
        now: the time that "today" is said of.
    """

    #: ConsentRecord whose losses a script shall give back.
    script_requested = Signal(object)
    copy_requested = Signal(str, str)
    #: ConsentRecord to be printed, or saved as a file.
    print_requested = Signal(object)
    save_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None, *, record: ConsentRecord, now: datetime) -> None:
        name = inert(record.display_name, 120) or "(no name)"
        super().__init__(theme, f"What the consent changed in {name}", parent, lead=" ", width=_WIDTH)
        self.record = record
        self.page = RecordBody(theme, extra=self._extra)
        self.page.script_requested.connect(self.script_requested)
        self.body.addWidget(faded(theme, scrolled(self.page, name="What the consent changed")), 1)
        self._add_first()
        self.add_button(
            "Copy record", self._copy, icon="copy", tip="Put the whole record on the clipboard, as text to be filed"
        )
        self.add_button("Save record…", lambda: self.save_requested.emit(self.record), icon="export")
        self.add_button("Print record…", lambda: self.print_requested.emit(self.record), kind="primary", icon="print")
        self.add_button("Done", self.accept, default=True)
        self.show_record(record, now=now)
        available = parent.window().size() if parent is not None else None
        height = min(_HEIGHT, available.height() - 80) if available is not None else _HEIGHT
        width = min(_WIDTH, available.width() - 40) if available is not None else _WIDTH
        self.resize(width, height)

    def _add_first(self) -> None:
        """Add what stands at the beginning of the foot."""
        self.said = Line(self.theme, "", ink="text2", least=120)
        self.buttons.insertWidget(0, self.said)

    def tell(self, words: str) -> None:
        """Say how something ended that was asked for here."""
        self.said.set_text(words)

    def _extra(self) -> QWidget:
        """Return what stands below the record."""
        words = f"Way: {route_words(self.record)}. Signed in to permdesk: {reader_words(self.record)}."
        return Paragraph(self.theme, words, ink="text2")

    def show_record(self, record: ConsentRecord, *, now: datetime, complete: str = "") -> None:
        """Show what is known by now.

        Args:
            record: in place of what was shown.
            now: the time that "today" is said of.
            complete: whether every read it rests on was complete, in words; empty to say it of the record.
        """
        self.record = record
        before, after = moment(record.before.read_at, now=now), moment(record.after.read_at, now=now)
        whole = record.before.complete and record.after.complete
        said = complete or ("All reads are complete." if whole else "Not everything could be read.")
        self.lead.set_text(f"Before: scan of {before}. After: read again {after}. {said}")
        self.page.show_record(record, now=now)
        self.setAccessibleDescription(spoken(record))

    def _copy(self) -> None:
        self.copy_requested.emit(filed(self.record), "The record")


class ProofSheet(RecordSheet):
    """The record of a consent that was made just now; it stays open while grants that appear late are awaited.

    Args:
        record: what is known now.
        complete: whether every read it rests on was complete, in words.
        now: the time that "today" is said of.
        ways: the ways that may have been gone.
    """

    read_requested = Signal()
    #: Read the whole tenant: this app alone was read again.
    scan_requested = Signal()
    #: WalkedRoute that a person says to have gone; None for not said.
    route_chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        record: ConsentRecord,
        complete: str,
        now: datetime,
        ways: Sequence[WalkedRoute] = (),
    ) -> None:
        self._ways = ways
        super().__init__(theme, parent, record=record, now=now)
        self.show_record(record, now=now, complete=complete)

    def _add_first(self) -> None:
        super()._add_first()
        self.waiting = Line(self.theme, "", ink="text2", least=200)
        self.buttons.insertWidget(0, self.waiting)
        self.again = self.add_button("Read again", self.read_requested.emit, icon="scan", tip="Read this app again")
        self.add_button(
            "Scan the tenant",
            self.scan_requested.emit,
            tip="Only this app was read again; read everything, and keep it as a scan",
        )

    def _extra(self) -> QWidget:
        """Return the question which way was gone: permdesk saw what it opened, and nothing else."""
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Line(self.theme, "Way that was gone", ink="text2", least=110))
        choices: list[tuple[WalkedRoute | None, str]] = [(None, ROUTE_UNSAID)]
        choices += [(way, inert(way.label, 120)) for way in self._ways]
        self.way = ChoiceField(self.theme, "Way that was gone", choices)
        self.way.setMaximumWidth(460)
        self.way.choose(self.record.route)
        self.way.chosen.connect(self.route_chosen)
        row.addWidget(self.way, 1)
        why = Paragraph(self.theme, "Kept with the record, and told at the next consent by this way.", ink="muted")
        row.addWidget(why, 1, Qt.AlignmentFlag.AlignVCenter)
        return widget

    def tell_waiting(self, seconds: int | None) -> None:
        """Say in how many seconds the tenant is read again; None where it is not, by itself."""
        pending = len(self.record.of(Happened.PENDING))
        self.waiting.setVisible(bool(pending) and seconds is not None)
        if seconds is not None:
            self.waiting.set_text(f"{counted(pending, 'grant')} not visible yet. Reading again in {seconds} s.")

    def tell_reading(self, *, reading: bool) -> None:
        """Say that the tenant is read right now."""
        self.again.setEnabled(not reading)
        self.waiting.setVisible(reading)
        if reading:
            self.waiting.set_text("Reading this app again…")

    def tell_problem(self, problem: WorldError) -> None:
        """Say why the app could not be read again; what was read before stays on screen."""
        self.waiting.set_text(f"{problem.title}. {problem.remedy}".rstrip())
        self.waiting.setVisible(True)
