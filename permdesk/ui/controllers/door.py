"""Everything about signing in, put together: the sheets, the accounts, the menu behind the tenant, the first page."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from permdesk.ui.controllers.account_table import AccountTable
from permdesk.ui.controllers.accounts import AccountsController
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.files import FilesController
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.signing_in import SigningIn
from permdesk.ui.controllers.tenant_menu import TenantMenu
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.theme import Theme
from permdesk.ui.views.first_run import FirstRun


class Door(QObject):
    """The way into a tenant.

    Args:
        window: what the sheets lie over.
        files: opens what was saved.
        sheets: keeps the newest sheet.
        appearance: what keeps the settings.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        theme: Theme,
        *,
        files: FilesController,
        sheets: SheetsController,
        appearance: AppearanceController,
    ) -> None:
        super().__init__(window)
        self._workspace, self._theme, self._files, self._sheets = workspace, theme, files, sheets
        self.signing_in = SigningIn(window, workspace, sheets, appearance, theme)
        self.accounts = AccountsController(window, workspace, sheets, self.signing_in, theme)
        self.table = AccountTable(
            window, workspace, self.accounts, sheets=sheets, signing_in=self.signing_in, theme=theme
        )
        workspace.read_anew = self.accounts.read
        sheets.sign_in_requested.connect(self.accounts.answer)

    def begin_on(self, first_run: FirstRun) -> None:
        """Let the first page lead to all three ways of beginning."""
        files = self._files
        first_run.sample_requested.connect(files.open_sample)
        first_run.file_requested.connect(files.ask_open)
        first_run.file_dropped.connect(files.open_path)
        first_run.licences_requested.connect(self._sheets.licences)
        first_run.sign_in_requested.connect(lambda: self.signing_in.ask())
        first_run.guide_requested.connect(lambda: self.signing_in.guide())
        first_run.accounts_requested.connect(self.table.open)
        self.accounts.changed.connect(lambda: first_run.show_accounts(len(self.accounts.kept)))

    def hang(self, menu: QMenu) -> None:
        """Fill the menu behind the tenant each time it opens."""
        self.menu = TenantMenu(
            menu,
            self._workspace,
            self._theme,
            files=self._files,
            accounts=self.accounts,
            list_accounts=self.table.open,
            sign_in=self.signing_in.ask,
        )
