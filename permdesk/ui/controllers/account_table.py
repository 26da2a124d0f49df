"""The sheet of accounts: what it shows, reading all of them, and signing out."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.sign_in import SignIn, StorageKind, TokenStorage
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.errors import SignInAgainError
from permdesk.presentation.accounts import LastScan, TokenState, account_rows
from permdesk.services.accounts import KeptAccount
from permdesk.ui.controllers.accounts import AccountsController
from permdesk.ui.controllers.scan_all import ScanAll
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.signing_in import SigningIn
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.sign_in.account_list import Column
from permdesk.ui.views.sign_in.accounts import AccountsSheet

_WIDEST = 1120


class AccountTable(QObject):
    """Between the sheet of accounts and the accounts.

    Args:
        window: what the sheet lies over.
        accounts: which there are.
        sheets: keeps the newest sheet.
        signing_in: signs people in.
    """

    #: The accounts whose newest scans go into one report.
    export_requested = Signal(list)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        accounts: AccountsController,
        *,
        sheets: SheetsController,
        signing_in: SigningIn,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme = window, workspace, theme
        self._accounts, self._sheets, self._signing_in = accounts, sheets, signing_in
        self._sheet: AccountsSheet | None = None
        self.scans = ScanAll(workspace, parent=self)
        self.scans.moved.connect(self._show_progress)
        self.scans.read.connect(self._read_one)
        self.scans.failed.connect(self._one_failed)
        self.scans.ended.connect(self._read_all)
        self._order = (int(Column.ACCOUNT), Qt.SortOrder.AscendingOrder)
        self._current = ""
        accounts.changed.connect(self._fill)
        accounts.failed.connect(self._not_found)

    def open(self) -> None:
        """List every account."""
        sheet = AccountsSheet(self._theme, self._window, width=min(_WIDEST, self._window.width() - 48))
        self._sheet = sheet
        sheet.list.sortByColumn(*self._order)
        sheet.finished.connect(lambda _result: self._closed(sheet))
        sheet.open_requested.connect(self._with(self._accounts.switch))
        sheet.scan_requested.connect(self._with(lambda kept: self._accounts.scan(kept.sign_in)))
        sheet.again_requested.connect(self._with(lambda kept: self._signing_in.again(kept.sign_in, None)))
        sheet.sign_out_requested.connect(self._with(self._ask_sign_out))
        sheet.scan_all_requested.connect(self._scan_all)
        sheet.stop_requested.connect(self.scans.stop)
        sheet.export_requested.connect(self._export_all)
        sheet.add_requested.connect(lambda: self._signing_in.ask())
        self._sheets.show(sheet)
        if self._accounts.known:
            self._fill()
        self._accounts.refresh()
        self._accounts.look_at_storage()

    def _with(self, do: Callable[[KeptAccount], None]) -> Callable[[str], None]:
        def look(key: str) -> None:
            kept = self._accounts.found(key)
            if kept is not None:
                do(kept)

        return look

    def _closed(self, sheet: AccountsSheet) -> None:
        header = sheet.list.header()
        self._order = (header.sortIndicatorSection(), header.sortIndicatorOrder())
        if self._sheet is sheet:
            self._sheet = None

    def _fill(self) -> None:
        sheet, accounts = self._sheet, self._accounts
        if sheet is None or not accounts.known:
            return
        sheet.show_rows(
            account_rows(
                [(kept.sign_in, _last(kept)) for kept in accounts.kept],
                storage=accounts.storage or TokenStorage(StorageKind.ENCRYPTED),
                states=accounts.states,
                now=datetime.now().astimezone(),
                reading=self.scans.current,
            )
        )
        sheet.show_storage(accounts.storage)
        self._show_progress()

    def _not_found(self, _error: Exception) -> None:
        if self._sheet is not None:
            self._sheet.reject()

    def _show_progress(self) -> None:
        if self._sheet is not None:
            self._sheet.show_progress(self.scans.words, self.scans.done, self.scans.total)
        if self._current != self.scans.current:
            self._current = self.scans.current
            self._fill()

    # All of them

    def _scan_all(self, keys: list[str]) -> None:
        found = (self._accounts.found(key) for key in keys)
        self.scans.start([(kept.sign_in, inert(kept.tenant_name, 80)) for kept in found if kept is not None])

    def _export_all(self, keys: list[str]) -> None:
        found = (self._accounts.found(key) for key in keys)
        self.export_requested.emit([kept for kept in found if kept is not None])

    def _read_one(self, signed: SignIn) -> None:
        self._accounts.learn(signed.key, TokenState.WORKS)
        self._accounts.refresh()

    def _one_failed(self, signed: SignIn, error: Exception) -> None:
        if isinstance(error, SignInAgainError):
            self._accounts.learn(signed.key, TokenState.AGAIN)

    def _read_all(self, said: str, good: bool) -> None:
        self._show_progress()
        if self._sheet is not None:
            self._sheet.show_outcome(said, good=good)
        else:
            self._workspace.noticed.emit(Announcement(said, warning=not good))

    # Signing out

    def _ask_sign_out(self, kept: KeptAccount) -> None:
        from permdesk.ui.views.dialogs.question import QuestionSheet

        signed = kept.sign_in
        number = sum(_same_account(one.sign_in, signed) for one in self._accounts.kept)
        where = f", in {counted(number, 'tenant')}" if number > 1 else ""
        sheet = QuestionSheet(
            self._theme,
            self._sheet or self._window,
            title=f"Sign out {inert(signed.username, 80)}?",
            text=f"permdesk forgets everything of this account{where}. Scans stay in the history. Microsoft is not "
            "told: your browser stays signed in there.",
            go_on="Stay signed in",
            stop="Sign out",
        )
        sheet.agreed.connect(partial(self.sign_out, signed))
        sheet.open()

    def sign_out(self, signed: SignIn) -> None:
        """Forget an account."""
        workspace = self._workspace

        def work(_task: Task) -> tuple[SignIn, ...]:
            return workspace.services.accounts.sign_out(signed)

        def done(gone: tuple[SignIn, ...]) -> None:
            workspace.noticed.emit(Announcement(f"{inert(signed.username, 80)} is signed out."))
            self._accounts.forget(gone)

        workspace.tasks.run(work, done=done, failed=workspace.failed.emit, lane=Lane.NETWORK, owner=self)


def _same_account(one: SignIn, other: SignIn) -> bool:
    return (one.cloud.login, one.client_id, one.account_id) == (other.cloud.login, other.client_id, other.account_id)


def _last(kept: KeptAccount) -> LastScan | None:
    last = kept.last
    if last is None:
        return None
    return LastScan(last.tenant_name, last.read_at, last.complete, last.apps, last.ended_at)
