"""The menu behind the tenant: accounts first, then what the history holds besides."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from permdesk.domain.text import inert
from permdesk.domain.wording import moment, read_period
from permdesk.services.accounts import KeptAccount
from permdesk.ui import icons
from permdesk.ui.controllers.accounts import AccountsController
from permdesk.ui.controllers.files import FilesController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import literal

_MOST = 12


class TenantMenu(QObject):
    """Fills the menu each time it opens; switching is one click in it.

    Args:
        menu: behind the tenant of the top bar.
        files: fills in the history and the files.
        accounts: who is signed in.
        list_accounts: opens the sheet of accounts.
        sign_in: asks what to sign in to.
    """

    def __init__(
        self,
        menu: QMenu,
        workspace: Workspace,
        theme: Theme,
        *,
        files: FilesController,
        accounts: AccountsController,
        list_accounts: Callable[[], object],
        sign_in: Callable[[], object],
    ) -> None:
        super().__init__(menu)
        self._menu, self._workspace, self._theme = menu, workspace, theme
        self._files, self._accounts = files, accounts
        self._list_accounts, self._sign_in = list_accounts, sign_in
        menu.aboutToShow.connect(self.fill)
        accounts.changed.connect(self._fill_again)

    def _fill_again(self) -> None:
        if self._menu.isVisible():
            self.fill()

    def fill(self) -> None:
        """Fill the menu anew."""
        menu, accounts = self._menu, self._accounts
        self._files.fill_menu(menu, without=accounts.tenants)
        rest = menu.actions()
        made = [self._account(kept) for kept in accounts.kept[:_MOST]]
        if made:
            made.append(self._line())
        more = len(accounts.kept) > _MOST
        words = f"All {len(accounts.kept)} accounts…" if more else "Accounts…"
        made.append(self._action("users", words, self._list_accounts))
        made.append(self._action("sign-in", "Sign in…", self._sign_in))
        made.append(self._line())
        menu.insertActions(rest[0], made)
        if not accounts.known:
            accounts.refresh()

    def _line(self) -> QAction:
        made = QAction(self._menu)
        made.setSeparator(True)
        return made

    def _account(self, kept: KeptAccount) -> QAction:
        signed, shown = kept.sign_in, self._workspace.shown
        name = inert(kept.tenant_name, 40) or signed.tenant_id
        now = datetime.now().astimezone()
        read = f"read {moment(kept.last.read_at, now=now)}" if kept.last is not None else "not read yet"
        action = QAction(literal(f"{name} · {inert(signed.username, 40)}, {read}"), self._menu)
        action.setCheckable(True)
        if kept.last is not None:
            action.setToolTip(tool_tip(f"{read_period(kept.last.read_at, kept.last.ended_at, now=now)}."))
        reader = self._accounts.of(shown.snapshot.tenant) if shown is not None else None
        action.setChecked(reader is not None and reader.key == signed.key)
        action.triggered.connect(lambda _checked=False: self._accounts.switch(kept))
        return action

    def _action(self, icon: str, words: str, do: Callable[[], object]) -> QAction:
        made = QAction(icons.icon(icon, self._theme), words, self._menu)
        made.triggered.connect(lambda _checked=False: do())
        return made
