"""Every account that is signed in: its tenant, the last scan, whether the sign-in holds, and what to do with it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from permdesk.domain.wording import counted
from permdesk.presentation.accounts import AccountRow
from permdesk.presentation.appearance import Tone
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.ring import Ring
from permdesk.ui.views.sign_in.fields import boxed, dress, text_field

_KEY: Final = Qt.ItemDataRole.UserRole
_HEADS: Final = ("Account", "Tenant", "Cloud", "Last scan", "Age", "Reads", "Apps", "Sign-in")
_ACCOUNT, _TENANT, _CLOUD, _READS, _APPS, _STATE = 0, 1, 2, 5, 6, 7
#: Rows seen at once, and from how many on a list is searched.
_MOST_ROWS, _SEARCHED_FROM = 12, 9
#: What stands above and below the table, in logical pixels.
_AROUND: Final = 330
_ROOMY: Final = 1000
_NOBODY: Final = "Nobody is signed in yet. Adding an account opens the browser."


class AccountsSheet(Sheet):
    """A table, one row for each account in each tenant.

    Args:
        width: of the window, in logical pixels: the table has many columns.
    """

    open_requested = Signal(str)
    scan_requested = Signal(str)
    again_requested = Signal(str)
    sign_out_requested = Signal(str)
    scan_all_requested = Signal()
    stop_requested = Signal()
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
        self._busy = False
        self._outcome = ""
        self.field = text_field(theme, "Find an account or tenant", hint="Find an account or tenant")
        self.field.textChanged.connect(self._filter)
        self.list = self._make_list()
        self._told = Paragraph(theme, " ", ink="text2")
        self._ring = Ring(theme)
        self._progress = Line(theme, role="body", ink="text2")
        status = QHBoxLayout()
        status.setSpacing(8)
        status.addWidget(self._ring)
        status.addWidget(self._progress, 1)
        self._status = boxed(status)
        self._note = NoticeStrip(theme)
        for widget in (self.field, self.list, self._told, self._status, self._note):
            self.body.addWidget(widget, 1 if widget is self.list else 0)
        self.add = self.add_button("Add account…", self.leaving(self.add_requested), icon="add-tenant", leading=True)
        self.sign_out = self.add_button(
            "Sign out…", lambda: self._emit(self.sign_out_requested), icon="sign-out", leading=True
        )
        self.scan_all = self.add_button("Scan all", self._scan_all, icon="scan")
        self.scan = self.add_button("Scan", self._scan)
        self.open_scan = self.add_button("Open", self._open, kind="primary", default=True)
        self.add_button("Close", self.reject)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show())
        self.show_loading()

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels(list(_HEADS))
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAccessibleName("Accounts")
        made.setFont(self.theme.font("small"))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setTextElideMode(Qt.TextElideMode.ElideRight)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = made.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(_HEADS)):
            # Counts, states and dates are never cut; names are.
            stretched = column in (_ACCOUNT, _TENANT)
            mode = QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        made.headerItem().setTextAlignment(_APPS, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        made.itemActivated.connect(lambda _item, _column: self._open())
        return made

    # What is shown

    def show_loading(self) -> None:
        """Say that accounts are being looked for: a keyring may take its time."""
        self._tell("Looking for accounts. A keyring that is locked may ask for its password first.")
        self._show()

    def show_rows(self, rows: Sequence[AccountRow], *, note: str = "") -> None:
        """Show accounts; the one that was selected stays so.

        Args:
            rows: in the order they are shown.
            note: a warning that holds for all of them; empty for none.
        """
        before = self.selected()
        self._rows = {row.key: row for row in rows}
        self.list.setUpdatesEnabled(False)
        self.list.clear()
        for row in rows:
            self._add_row(row)
        self.list.setUpdatesEnabled(True)
        self.field.setVisible(len(rows) >= _SEARCHED_FROM)
        self._note.show_text(note)
        if not self._busy:
            self._tell("")
        if not self._outcome:
            self._told.set_text(counted(len(rows), "account") if rows else _NOBODY)
        # One cloud for all of them is worth no column where names need the room.
        narrow = self.width() < _ROOMY and len({row.cloud for row in rows}) == 1
        self.list.setColumnHidden(_CLOUD, narrow)
        self.list.setFixedHeight(self._height(len(rows)))
        self.list.setVisible(bool(rows))
        self._filter(self.field.text())
        self._select(before.key if before is not None else None)
        self._refit()
        (self.list if rows else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

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
            self.resize(self.width(), 10)
            self.fit()
            moved = self.geometry()
            moved.moveCenter(middle)
            self.setGeometry(moved)

    def _add_row(self, row: AccountRow) -> None:
        account = f"{row.account} · guest" if row.guest else row.account
        apps = f"{row.apps:,}" if row.apps is not None else "–"
        texts = [account, row.tenant, row.cloud, row.last or "–", row.age, row.reads or "–", apps, row.state]
        item = QTreeWidgetItem(texts)
        item.setData(0, _KEY, row.key)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        for column in (_ACCOUNT, _TENANT):
            item.setToolTip(column, tool_tip(texts[column]))
        item.setSizeHint(0, QSize(0, self.theme.size("row")))
        item.setTextAlignment(_APPS, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        if row.reads == "not fully read":
            item.setBackground(_READS, QBrush(self.theme.color("hatch"), Qt.BrushStyle.BDiagPattern))
            item.setForeground(_READS, QBrush(self.theme.tone(Tone.UNREAD)))
        if row.expired:
            item.setForeground(_STATE, QBrush(self.theme.tone(Tone.PARTIAL)))
            item.setIcon(_STATE, icons.icon("warning", self.theme))
        self.list.addTopLevelItem(item)

    def show_progress(self, text: str) -> None:
        """Say which tenant of several is being read; empty once none is."""
        self._busy = bool(text)
        self._tell(text)
        self._show()

    def show_outcome(self, text: str, *, good: bool) -> None:
        """Say how reading several tenants went."""
        self._outcome = text
        self._told.set_text(text, "text2" if good else Tone.PARTIAL)

    def _tell(self, text: str) -> None:
        self._progress.set_text(text)
        if self._status.isHidden() == bool(text):
            self._status.setVisible(bool(text))
            self._refit()

    # Choosing

    def selected(self) -> AccountRow | None:
        """The account that the buttons are about."""
        item = self.list.currentItem()
        return self._rows.get(item.data(0, _KEY)) if item is not None and not item.isHidden() else None

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _select(self, key: str | None) -> None:
        seen = [item for item in self._items() if not item.isHidden()]
        wanted = next((item for item in seen if item.data(0, _KEY) == key), seen[0] if seen else None)
        if wanted is not None:
            self.list.setCurrentItem(wanted)
        self._show()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            row = self._rows[item.data(0, _KEY)]
            haystack = f"{row.account} {row.tenant} {row.cloud} {row.key}".casefold()
            item.setHidden(not all(word in haystack for word in words))
        now = self.list.currentItem()
        if now is None or now.isHidden():
            self._select(None)
        self._show()

    def _show(self) -> None:
        row = self.selected()
        for made in (self.sign_out, self.scan, self.open_scan):
            made.setEnabled(row is not None)
        self.scan.setVisible(bool(self._rows))
        self.open_scan.setVisible(bool(self._rows))
        self.sign_out.setVisible(bool(self._rows))
        dress(self.add, self.theme, primary=not self._rows and not self._busy, icon="add-tenant")
        self.scan_all.setVisible(len(self._rows) > 1 or self._busy)
        self.scan_all.setText("\N{FOUR-PER-EM SPACE}Stop" if self._busy else "\N{FOUR-PER-EM SPACE}Scan all")
        self.scan_all.setIcon(icons.icon("close" if self._busy else "scan", self.theme))
        self.scan_all.setAccessibleName("Stop scanning all" if self._busy else "Scan all")
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
        (self.stop_requested if self._busy else self.scan_all_requested).emit()

    def first_focus(self) -> QWidget:
        """Return the table, or what fills it."""
        return self.list if self._rows else self.add

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: from the search, the arrows move in the table."""
        if self.field.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)
