"""The accounts in the window: which there are, which one reads a tenant, and what this run learned of them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.sign_in import SignIn, TokenStorage
from permdesk.domain.tenant import Tenant
from permdesk.errors import SignInAgainError, SignInError
from permdesk.presentation.accounts import TokenState
from permdesk.services.accounts import KeptAccount
from permdesk.services.target import KeptTarget, TokenTarget
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.signing_in import SigningIn
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.theme import Theme

_KEPT, _TARGET, _STORAGE = "kept-accounts", "account-target", "account-storage"


class AccountsController(QObject):
    """Between the kept accounts and the workspace; every look at them happens off the window's thread.

    Args:
        window: what the sheets lie over.
        sheets: keeps the newest sheet.
        signing_in: signs people in.

    Attributes:
        known: the accounts were looked for, and are in ``kept``.
        states: what this run learned of sign-ins, by key.
        storage: how sign-ins are kept; None until somebody asked, which may take a keyring's time.
    """

    #: The list of accounts was read again, or something about one was learned.
    changed = Signal()
    #: The list could not be read: StorageError.
    failed = Signal(object)

    def __init__(
        self, window: QWidget, workspace: Workspace, sheets: SheetsController, signing_in: SigningIn, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme = window, workspace, theme
        self._sheets, self._signing_in = sheets, signing_in
        self.kept: tuple[KeptAccount, ...] = ()
        self.known = False
        self.storage: TokenStorage | None = None
        self.states: dict[str, TokenState] = {}
        self._current: SignIn | None = None
        self._waiting: list[Callable[[], None]] = []
        workspace.changed.connect(self._tenant_changed)
        workspace.scan_failed.connect(self._scan_failed)
        signing_in.signed_in.connect(self._signed_in)
        signing_in.read_requested.connect(self.scan)

    # The list

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the accounts again, then do something with them."""
        if then is not None:
            self._waiting.append(then)
        services = self._workspace.services

        def work(_task: Task) -> tuple[KeptAccount, ...]:
            return services.accounts.kept()

        self._workspace.tasks.run(
            work, done=self._keep, failed=self._not_found, lane=Lane.NETWORK, key=_KEPT, owner=self
        )

    def look_at_storage(self) -> None:
        """Find out how sign-ins are kept, or would be."""
        services = self._workspace.services

        def found(storage: TokenStorage) -> None:
            self.storage = storage
            self.changed.emit()

        self._workspace.tasks.run(
            lambda _task: services.accounts.storage,
            done=found,
            failed=self._workspace.failed.emit,
            lane=Lane.NETWORK,
            key=_STORAGE,
            owner=self,
        )

    def _keep(self, kept: tuple[KeptAccount, ...]) -> None:
        self.kept, self.known = kept, True
        for sentence in self._workspace.services.take_notices():
            self._workspace.noticed.emit(Announcement(sentence, warning=True))
        self.changed.emit()
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _not_found(self, error: Exception) -> None:
        self._waiting.clear()
        self.failed.emit(error)
        self._workspace.failed.emit(error)

    def _signed_in(self, signed: SignIn) -> None:
        self.learn(signed.key, TokenState.WORKS)
        self._current = signed
        self.refresh()

    def learn(self, key: str, state: TokenState) -> None:
        """Keep what was learned of a sign-in."""
        self.states[key] = state
        self.changed.emit()

    def found(self, key: str) -> KeptAccount | None:
        """Return the account of a key, or None."""
        return next((kept for kept in self.kept if kept.sign_in.key == key), None)

    def of(self, tenant: Tenant) -> SignIn | None:
        """Return the account that reads a tenant: the one used last, else the first there is."""
        place = (tenant.cloud, tenant.id)
        fitting = [k.sign_in for k in self.kept if (k.sign_in.cloud.id, k.sign_in.tenant_id) == place]
        current = self._current
        if current is not None and any(signed.key == current.key for signed in fitting):
            return current
        return fitting[0] if fitting else None

    @property
    def tenants(self) -> frozenset[tuple[str, str]]:
        """Cloud and tenant of every account."""
        return frozenset((kept.sign_in.cloud.id, kept.sign_in.tenant_id) for kept in self.kept)

    # Reading

    def read(self, tenant: Tenant) -> None:
        """Read a tenant that is on screen as a saved scan; where nobody is signed in to it, somebody signs in first."""

        def go_on() -> None:
            signed = self.of(tenant)
            if signed is not None:
                self.scan(signed)
            else:
                self._signing_in.ask(cloud=tenant.cloud, tenant=tenant.default_domain or tenant.id)

        if self.known:
            go_on()
        else:
            self.refresh(go_on)

    def scan(self, signed: SignIn) -> None:
        """Read the tenant of an account."""
        self._current = signed
        workspace = self._workspace

        def work(_task: Task) -> TokenTarget:
            return workspace.services.accounts.target(signed)

        workspace.tasks.run(
            work, done=workspace.open, failed=workspace.failed.emit, lane=Lane.NETWORK, key=_TARGET, owner=self
        )

    def switch(self, kept: KeptAccount) -> None:
        """Show the newest scan of an account's tenant; where there is none, offer to read it."""
        self._current = kept.sign_in
        if kept.last is not None:
            self._workspace.open(KeptTarget(kept.last.scan_id))
        else:
            self._offer(kept)

    def _offer(self, kept: KeptAccount) -> None:
        from permdesk.ui.views.sign_in.first_scan import FirstScanSheet

        sheet = FirstScanSheet(self._theme, self._window, account=kept.sign_in.username, tenant=kept.tenant_name)
        sheet.agreed.connect(partial(self.scan, kept.sign_in))
        self._sheets.show(sheet)

    def _tenant_changed(self, scanned: bool) -> None:
        shown = self._workspace.shown
        if not scanned or shown is None:
            return
        if isinstance(shown.target, TokenTarget) and self._current is not None:
            self.states[self._current.key] = TokenState.WORKS
        if self.known:
            # The newest scan of its tenant is another one now.
            self.refresh()

    def _scan_failed(self, error: Exception) -> None:
        if isinstance(error, SignInAgainError):
            self.learn(error.sign_in, TokenState.AGAIN)

    # Out of an error

    def answer(self, error: SignInError) -> None:
        """Do what an error of signing in asks for: sign in again, or choose what to sign in to."""
        if not isinstance(error, SignInAgainError):
            self._signing_in.ask()
        elif self.found(error.sign_in) is not None:
            self._again(error)
        else:
            self.refresh(partial(self._again, error))

    def _again(self, error: SignInAgainError) -> None:
        found = self.found(error.sign_in)
        if found is not None:
            self._signing_in.again(found.sign_in, error.claims)
        else:
            self._signing_in.ask()

    def forget(self, gone: tuple[SignIn, ...]) -> None:
        """Forget what was learned of accounts that are signed out, and look again who is left."""
        for signed in gone:
            self.states.pop(signed.key, None)
            if self._current is not None and self._current.key == signed.key:
                self._current = None
        self.refresh()
