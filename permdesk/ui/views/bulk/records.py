"""The consents on record: those of one app, or of the whole tenant."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.consent_store import KeptConsents
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.proof import OUTCOME
from permdesk.presentation.records import record_below, record_title
from permdesk.ui.theme import Theme
from permdesk.ui.views.bulk.lines import Column, End, LineList, LineRow
from permdesk.ui.views.controls import button, relabel
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Line, Paragraph

_WIDTH, _LEAST, _MOST = 860, 5, 12


class RecordsSheet(Sheet):
    """Lists records, and opens, prints, saves or deletes one.

    Args:
        app_name: of the app whose records are shown at first; empty to show the tenant's.
        tenant: its name.
    """

    #: ConsentRecord to be shown whole, printed, saved, deleted.
    opened = Signal(object)
    print_requested = Signal(object)
    save_requested = Signal(object)
    delete_requested = Signal(object)
    #: True for those of the app alone.
    narrowed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None, *, app_name: str, tenant: str) -> None:
        super().__init__(theme, "Consents on record", parent, lead=" ", width=_WIDTH)
        self._app_name, self._tenant = inert(app_name, 120), inert(tenant, 80)
        self._narrow = bool(app_name)
        self._records: dict[str, ConsentRecord] = {}
        self.list = LineList(
            theme,
            name="Consents on record; Return opens one",
            columns=(Column("Against the preview", tuple(look.label for look in OUTCOME.values())),),
            title="Consent",
        )
        self.list.acted.connect(lambda _key: self._act(self.opened))
        self.list.moved.connect(lambda key: self._allow(bool(key)))
        self._empty = Paragraph(theme, "", role="body", ink="text2")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 24, 0, 24)
        column.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(page)
        self.body.addWidget(self._stack, 1)
        row = QHBoxLayout()
        self._unread = Line(theme, "", ink="text2", least=120)
        row.addWidget(self._unread, 1)
        self.breadth = button(theme, "Show those of every app", kind="link", click=self._turn)
        self.breadth.setVisible(bool(app_name))
        row.addWidget(self.breadth)
        self.body.addLayout(row)
        self.delete = self.add_button("Delete…", lambda: self._act(self.delete_requested), leading=True)
        self.save = self.add_button("Save…", lambda: self._act(self.save_requested), icon="export")
        self.printing = self.add_button("Print…", lambda: self._act(self.print_requested), icon="print")
        self.look = self.add_button("Open", lambda: self._act(self.opened), kind="primary")
        self.add_button("Close", self.accept, default=True)
        QShortcut(QKeySequence.StandardKey.Delete, self.list, lambda: self._act(self.delete_requested))
        self._allow(False)

    def first_focus(self) -> QWidget | None:
        """Return the list, where it holds anything."""
        return self.list if self._records else super().first_focus()

    def show_kept(self, kept: KeptConsents, *, now: datetime) -> None:
        """Show records; ``now`` is the time that "today" is said of."""
        self._records = {record.record_id: record for record in kept.records}
        whose = self._app_name if self._narrow else self._tenant
        number = counted(len(kept.records), "consent") if kept.records else "No consent"
        self.lead.set_text(f"{number} of {whose}{', newest first' if len(kept.records) > 1 else ''}")
        self.list.show_rows([_row(record, now=now) for record in kept.records])
        self._stack.setCurrentIndex(0 if kept.records else 1)
        self.list.setMinimumHeight(self.list.height_of(min(max(len(kept.records) + 1, _LEAST), _MOST)))
        self._empty.set_text(
            f"No consent of {whose} is on record yet. After a consent, Check again in the re-consent preview reads "
            "the app anew, and what came of it is kept here."
        )
        left = kept.unreadable
        words = f"{counted(left, 'more record')} cannot be read: damaged, or of a newer permdesk." if left else ""
        self._unread.set_text(words)
        self._unread.setVisible(bool(left))
        if self.isVisible() and kept.records:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, words: str) -> None:
        """Say how something ended that was asked for here."""
        self._unread.set_text(words)
        self._unread.setVisible(bool(words))

    def _turn(self) -> None:
        self._narrow = not self._narrow
        relabel(self.breadth, "Show those of every app" if self._narrow else f"Show those of {self._app_name} alone")
        self.narrowed.emit(self._narrow)

    def _act(self, signal: SignalInstance) -> None:
        record = self._records.get(self.list.current)
        if record is not None:
            signal.emit(record)

    def _allow(self, allowed: bool) -> None:
        for made in (self.delete, self.save, self.printing, self.look):
            made.setEnabled(allowed)
            made.setToolTip("" if allowed else "Choose a consent first")


def _row(record: ConsentRecord, *, now: datetime) -> LineRow:
    look = OUTCOME[record.outcome]
    title, below = record_title(record, now=now), record_below(record)
    ends = (End(look.label, look.tone if not look.quiet else "text2"),)
    return LineRow(record.record_id, look, title, below, ends, f"{title}\n{look.label}\n{below}")
