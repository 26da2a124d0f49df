"""Every account that is signed in: its tenant, the last scan, whether the sign-in holds, and what to do with it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from permdesk.domain.sign_in import StorageKind, TokenStorage
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.accounts import AccountRow, storage_words
from permdesk.presentation.appearance import Tone
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, on_first_line, relabel
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.ring import Ring
from permdesk.ui.views.sign_in.account_list import AccountList, Column
from permdesk.ui.views.sign_in.fields import boxed, dress, text_field

#: Rows seen at once, and from how many on a list is searched.
_MOST_ROWS, _SEARCHED_FROM = 12, 9
#: What stands above and below the table, in logical pixels.
_AROUND: Final = 360
_ROOMY: Final = 1000
#: Width where there is no table to show.
_NARROW: Final = 600
_NOBODY: Final = (
    "Nobody is signed in yet. Adding an account opens Microsoft’s page in your browser. permdesk then reads the tenant "
    "with that account’s rights."
)


class AccountsSheet(Sheet):
    """A table, one row for each account in each tenant.

    Args:
        width: of a sheet with a table, in logical pixels: it has many columns.
    """

    open_requested = Signal(str)
    scan_requested = Signal(str)
    again_requested = Signal(str)
    sign_out_requested = Signal(str)
    #: Keys of the accounts whose tenants are to be read, in order.
    scan_all_requested = Signal(list)
    stop_requested = Signal()
    #: Keys of the accounts whose newest scans go into one report, in order.
    export_requested = Signal(list)
    add_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, *, width: int = 1120) -> None:
        super().__init__(
            theme,
            "Accounts",
            parent,
            lead="Each reads its tenant with its own rights. Opening one shows its newest scan.",
            width=width,
        )
        self._rows: dict[str, AccountRow] = {}
        self._wide = width
        self._busy, self._filled = False, False
        self._nobody = Paragraph(theme, _NOBODY, role="body")
        self._nobody.hide()
        self._outcome, self._outcome_good = "", True
        self.field = text_field(theme, "Find an account or tenant", hint="Find an account, tenant or cloud")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._filter)
        self.list = AccountList(theme)
        self._told = Paragraph(theme, " ", ink="text2")
        self._ring = Ring(theme)
        self._progress = Line(theme, role="body", ink="text2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self._bar.setAccessibleName("Tenants read")
        status = QHBoxLayout()
        status.setSpacing(8)
        status.addWidget(self._ring)
        status.addWidget(self._progress, 1)
        status.addWidget(self._bar)
        self._status = boxed(status)
        self._kept = Paragraph(theme, ink="muted")
        kept = QHBoxLayout()
        kept.setSpacing(8)
        kept.addLayout(on_first_line(Icon(theme, "lock", ink="muted", size=14), theme, "small"))
        kept.addWidget(self._kept, 1)
        self._kept_row = boxed(kept)
        self._kept_row.hide()
        self._note = NoticeStrip(theme)
        for widget in (self._nobody, self.field, self.list, self._told, self._status, self._kept_row, self._note):
            self.body.addWidget(widget, 1 if widget is self.list else 0)
        self._make_buttons()
        self.list.itemActivated.connect(lambda _item, _column: self._open())
        self.list.currentItemChanged.connect(lambda _now, _before: self._show())
        self.show_loading()

    def _make_buttons(self) -> None:
        self.add = self.add_button("Add account…", self.leaving(self.add_requested), icon="add-tenant", leading=True)
        self.sign_out = self.add_button(
            "Sign out…", lambda: self._emit(self.sign_out_requested), icon="sign-out", leading=True
        )
        self.export = self.add_button(
            "Export all…",
            self._export,
            icon="export",
            tip="One summary of all these tenants, each with its newest scan",
            leading=True,
        )
        self.scan_all = self.add_button("Scan all", self._scan_all, icon="scan")
        self.scan = self.add_button("Scan", self._scan)
        self.add_button("Close", self.reject)
        self.open_scan = self.add_button("Open", self._open, kind="primary", default=True)

    # What is shown

    def show_loading(self) -> None:
        """Say that accounts are being looked for: a keyring may take its time."""
        self._tell("Looking for accounts. A keyring that is locked may ask for its password first.")
        self._show()

    def show_rows(self, rows: Sequence[AccountRow]) -> None:
        """Show accounts; what was chosen, sorted and searched for stays so."""
        self._rows = {row.key: row for row in rows}
        self.list.show_rows(rows)
        self.field.setVisible(len(rows) >= _SEARCHED_FROM)
        if not self._busy:
            self._tell("")
        # One cloud for all of them is worth no column where names need the room.
        narrow = self._wide < _ROOMY and len({row.cloud for row in rows}) == 1
        self.list.setColumnHidden(Column.CLOUD, narrow)
        height = self._height(len(rows))
        changed = self.list.height() != height or self.list.isHidden() == bool(rows) or not rows
        self._nobody.setVisible(not rows)
        self._told.setVisible(bool(rows))
        self.list.setFixedHeight(height)
        self.list.setVisible(bool(rows))
        self._filter(self.field.text())
        if changed:
            self._refit()
        if not rows:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._filled:
            # Later on, whoever is typing a name goes on typing it.
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._filled = bool(rows)

    def show_storage(self, storage: TokenStorage | None) -> None:
        """Say how sign-ins are kept; None where that is not known yet."""
        memory = storage is not None and storage.kind is StorageKind.MEMORY
        words = storage_words(storage) if storage is not None else ""
        self._note.show_text(words if memory else "")
        self._kept.set_text("" if memory else words)
        self._kept_row.setVisible(bool(words) and not memory)
        self._refit()

    def _height(self, rows: int) -> int:
        """Return the height of the table: as many rows as there are, or as there is room for in the window."""
        window, row = self.parentWidget(), self.theme.size("row")
        room = (window.window().height() - _AROUND) // row if window is not None else _MOST_ROWS
        seen = max(2, min(rows, room, _MOST_ROWS))
        return self.list.header().sizeHint().height() + seen * row + 2

    def _refit(self) -> None:
        if self.isVisible():
            middle = self.geometry().center()
            self.setMinimumHeight(0)
            self.resize(self._wide if self._rows or not self._nobody.isVisibleTo(self) else _NARROW, 10)
            self.fit()
            moved = self.geometry()
            moved.moveCenter(middle)
            self.setGeometry(moved)

    def show_progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say which tenant of several is being read, and how many were; empty once none is."""
        self._busy = bool(text)
        self._bar.setVisible(total > 0)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        if text:
            self._outcome = ""
        self._tell(text)
        self._count()
        self._show()

    def show_outcome(self, text: str, *, good: bool) -> None:
        """Say how reading several tenants went."""
        self._outcome, self._outcome_good = text, good
        self._count()

    def _tell(self, text: str) -> None:
        self._progress.set_text(text)
        if self._status.isHidden() == bool(text):
            self._status.setVisible(bool(text))
            self._refit()

    def _count(self) -> None:
        """Say how many accounts there are and are seen, or how reading them went."""
        everybody, seen = len(self._rows), len(self._seen())
        ink: str | Tone = "text2"
        if not everybody:
            words = " "
        elif not seen:
            words = f"None of {counted(everybody, 'account')} has “{inert(self.field.text().strip(), 40)}” in it."
        elif self._outcome:
            words, ink = self._outcome, "text2" if self._outcome_good else Tone.PARTIAL
        else:
            words = counted(everybody, "account") if seen == everybody else f"{seen} of {everybody} accounts"
        self._told.set_text(words, ink)

    # Choosing

    def selected(self) -> AccountRow | None:
        """The account that the buttons are about."""
        return self.list.row_of(self.list.currentItem())

    def _seen(self) -> list[str]:
        return [item.row.key for item in self.list.items() if not item.isHidden()]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self.list.items():
            row = item.row
            haystack = f"{row.account} {row.tenant} {row.cloud} {row.key}".casefold()
            item.setHidden(not all(word in haystack for word in words))
        now = self.list.currentItem()
        if now is None or now.isHidden():
            first = next((item for item in self.list.items() if not item.isHidden()), None)
            if first is not None:
                self.list.setCurrentItem(first)
        self._count()
        self._show()

    def _show(self) -> None:
        row = self.selected()
        for made in (self.sign_out, self.scan, self.open_scan):
            made.setEnabled(row is not None)
        self.scan.setVisible(bool(self._rows))
        self.open_scan.setVisible(bool(self._rows))
        self.sign_out.setVisible(bool(self._rows))
        dress(self.add, self.theme, primary=not self._rows and not self._busy, icon="add-tenant")
        self._show_scan_all()
        if row is None:
            return
        expired = row.expired
        words = "Sign in again" if expired else "Scan"
        self.scan.setText(words)
        self.scan.setAccessibleName(words)
        never = not row.last
        self.open_scan.setEnabled(not never)
        self.open_scan.setToolTip(tool_tip("This tenant was never read: scan it first" if never else ""))
        self.scan.setDefault(never)
        self.open_scan.setDefault(not never)
        dress(self.scan, self.theme, primary=never)
        dress(self.open_scan, self.theme, primary=not never)

    def _show_scan_all(self) -> None:
        seen = len(self._seen())
        every = seen == len(self._rows)
        self.scan_all.setVisible(len(self._rows) > 1 or self._busy)
        # A row that was signed out is still in the table for a moment.
        read = any(self._rows[key].last for key in self._seen() if key in self._rows)
        self.export.setVisible(len(self._rows) > 1)
        self.export.setEnabled(read and not self._busy)
        relabel(self.export, "Export all…" if every else f"Export these {seen}…")
        self.scan_all.setEnabled(self._busy or seen > 0)
        self.scan_all.setIcon(icons.icon("close" if self._busy else "scan", self.theme))
        relabel(self.scan_all, "Stop" if self._busy else "Scan all" if every else f"Scan these {seen}")
        if self._busy:
            self.scan_all.setAccessibleName("Stop scanning all")

    # What a person does

    def _emit(self, signal: object) -> None:
        row = self.selected()
        if row is not None:
            signal.emit(row.key)  # type: ignore[attr-defined]

    def _open(self) -> None:
        row = self.selected()
        if row is not None:
            self.accept()
            (self.open_requested if row.last else self.scan_requested).emit(row.key)

    def _scan(self) -> None:
        row = self.selected()
        if row is not None:
            self.accept()
            (self.again_requested if row.expired else self.scan_requested).emit(row.key)

    def _scan_all(self) -> None:
        if self._busy:
            self.stop_requested.emit()
        else:
            self.scan_all_requested.emit(self._seen())

    def _export(self) -> None:
        keys = self._seen()
        self.accept()
        self.export_requested.emit(keys)

    def first_focus(self) -> QWidget:
        """Return the table, or what fills it."""
        return self.list if self._rows else self.add

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: from the search the arrows move in the table; Esc clears it first; Ctrl+F leads to it."""
        searching = self.field.hasFocus()
        if searching and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif searching and event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
        elif event.matches(QKeySequence.StandardKey.Find) and not self.field.isHidden():
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)
