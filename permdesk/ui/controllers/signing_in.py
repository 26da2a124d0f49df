"""Signs people in from the window: the sheet, the work behind it, and what is remembered of it."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from permdesk.domain.cloud import CLOUDS, GLOBAL_ID, Cloud
from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.sign_in import Client, SignIn, SignInRequest, TokenStorage
from permdesk.errors import UsageError, WorldError
from permdesk.services.trust_file import check_trust_file
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.telling import told
from permdesk.ui.theme import Theme
from permdesk.ui.views.sign_in.chosen import Known, SignInChoice
from permdesk.ui.views.sign_in.sheet import SignInSheet

_SIGN_IN, _PACKAGED, _BROKER, _TRUST = "sign-in", "packaged-client", "broker", "trust-file"


class SigningIn(QObject):
    """Between the sheet and the accounts; nothing here waits on the window's thread.

    Args:
        window: what the sheet lies over.
        sheets: keeps the newest sheet.
        appearance: what keeps the settings.
    """

    #: SignIn that has just worked.
    signed_in = Signal(object)
    #: SignIn whose tenant is to be read now.
    read_requested = Signal(object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        sheets: SheetsController,
        appearance: AppearanceController,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme = window, workspace, theme
        self._sheets, self._appearance = sheets, appearance
        self._task: Task | None = None
        self._packaged_told = False

    def ask(self, *, cloud: str | None = None, tenant: str = "") -> SignInSheet:
        """Ask what to sign in to.

        Args:
            cloud: id of the cloud to begin with; None for the one of last time.
            tenant: id or domain to begin with.
        """
        sheet = self._open(self._known(cloud or self._appearance.settings.last_cloud, tenant))
        accounts, tasks = self._workspace.services.accounts, self._workspace.tasks
        tasks.run(
            lambda _task: accounts.packaged(),
            done=sheet.choice.set_packaged,
            failed=lambda error: self._packaged_failed(sheet, error),
            key=_PACKAGED,
            owner=sheet,
        )
        tasks.run(
            lambda _task: accounts.broker_available,
            done=sheet.choice.set_broker,
            lane=Lane.NETWORK,
            key=_BROKER,
            owner=sheet,
        )
        return sheet

    def _known(self, cloud: str, tenant: str = "") -> Known:
        settings = self._appearance.settings
        return Known(
            tuple(settings.clients),
            cloud=cloud,
            tenant=tenant,
            last_client=settings.last_client,
            reached=settings.reached,
        )

    def _packaged_failed(self, sheet: SignInSheet, error: Exception) -> None:
        if not isinstance(error, WorldError):
            self._workspace.failed.emit(error)
        elif not self._packaged_told:
            # Whoever packaged it has to mend it; the person signs in through an app of their own meanwhile.
            self._packaged_told = True
            pieces = told(error)
            text = " ".join(part for part in (f"{pieces.title}.", pieces.sentence, pieces.remedy) if part)
            sheet.choice.trouble.show_text(text)
            sheet.refit()

    def test(self, choice: SignInChoice) -> None:
        """Sign in with what was just registered."""
        sheet = self.ask(cloud=choice.request.cloud.id)
        sheet.choice.fill_in(choice)
        sheet.start(choice)

    def again(self, signed: SignIn, claims: str | None) -> None:
        """Sign in again as the same account, through the same app, to the same tenant; then the tenant is read.

        Args:
            signed: the sign-in that is not good any more.
            claims: what Microsoft demands of the next one.
        """
        request = request_like(signed)
        client = Client(signed.client_id, signed.cloud.id, signed.tenant_id)
        choice = SignInChoice(request, client, claims=claims, again=signed.key)
        self._open(self._known(signed.cloud.id)).start(choice)

    def guide(self, cloud: Cloud | None = None) -> None:
        """Tell how to register the app that people sign in through."""
        from permdesk.ui.views.sign_in.guide import GuideSheet

        settings = self._appearance.settings
        cloud = cloud or CLOUDS.get(settings.last_cloud, CLOUDS[GLOBAL_ID])
        # A provider comes back for the link of the next customer: its app is known already.
        everywhere = next((c for c in reversed(settings.clients) if c.cloud == cloud.id and c.tenant is None), None)
        sheet = GuideSheet(
            self._theme, self._window, cloud=cloud, client=everywhere, open_address=self._browse, copy=self._copied
        )
        sheet.test_requested.connect(self.test)
        self._sheets.show(sheet)

    def _open(self, known: Known) -> SignInSheet:
        sheet = SignInSheet(self._theme, self._window, known=known, open_address=self._browse, copy=self._copied)
        sheet.browser_requested.connect(lambda choice: self._begin(sheet, choice, code=False))
        sheet.code_requested.connect(lambda choice: self._begin(sheet, choice, code=True))
        sheet.choice.network.check_requested.connect(lambda path: self._look_at(sheet, path))
        sheet.given_up.connect(self._stop)
        sheet.finished.connect(lambda _result: self._stop())
        sheet.guide_requested.connect(lambda: self.guide(CLOUDS.get(sheet.choice.cloud.current)))
        sheet.read_requested.connect(self.read_requested)
        self._sheets.show(sheet)
        return sheet

    def _look_at(self, sheet: SignInSheet, path: str) -> None:
        """Look whether a file of certificates holds any; it may lie on a drive that is slow to answer."""
        network = sheet.choice.network

        def told_wrong(error: Exception) -> None:
            if isinstance(error, UsageError):
                network.show_problem(path, f"{error.title}. {error.remedy}")
            else:
                self._workspace.failed.emit(error)

        self._workspace.tasks.run(
            lambda _task: check_trust_file(Path(path)),
            done=lambda _none: network.show_problem(path, ""),
            failed=told_wrong,
            lane=Lane.NETWORK,
            key=_TRUST,
            owner=sheet,
        )

    # The work

    def _begin(self, sheet: SignInSheet, choice: SignInChoice, *, code: bool) -> None:
        self._stop()
        accounts, request = self._workspace.services.accounts, choice.request
        # Windows lays its own window over the one that asks.
        window = int(sheet.winId()) if request.broker else None

        def work(task: Task) -> tuple[SignIn, TokenStorage]:
            if code:
                signed = accounts.device(request, waiting=task.report, cancel=task.cancel)
            else:
                signed = accounts.browser(
                    request, waiting=task.report, cancel=task.cancel, claims=choice.claims, window=window
                )
            return signed, accounts.storage

        self._task = self._workspace.tasks.run(
            work,
            done=lambda came: self._done(sheet, choice, *came),
            failed=lambda error: self._failed(sheet, error),
            progress=lambda waiting: self._waiting(sheet, waiting),
            lane=Lane.NETWORK,
            key=_SIGN_IN,
            owner=sheet,
        )

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
            self._task = None

    def _waiting(self, sheet: SignInSheet, waiting: BrowserWaiting | CodeWaiting) -> None:
        sheet.wait(waiting)

    def _done(self, sheet: SignInSheet, choice: SignInChoice, signed: SignIn, storage: TokenStorage) -> None:
        self._task = None
        if choice.again is None:
            self._remember(choice)
        self.signed_in.emit(signed)
        if choice.again == signed.key and not signed.lacking:
            sheet.accept()
            self.read_requested.emit(signed)
        else:
            sheet.show_done(signed, storage)

    def _failed(self, sheet: SignInSheet, error: Exception) -> None:
        self._task = None
        if isinstance(error, WorldError):
            sheet.show_error(error)
        else:
            sheet.done(0)
            self._sheets.problem(error)

    def _remember(self, choice: SignInChoice) -> None:
        self._appearance.settings.remember_sign_in(choice.request, choice.client)
        self._appearance.save()

    # What leaves the window

    def _browse(self, address: str) -> bool:
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        return url.scheme() == "https" and bool(url.host()) and QDesktopServices.openUrl(url)

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)


def request_like(signed: SignIn) -> SignInRequest:
    """Return the request that leads to the same sign-in again."""
    return SignInRequest(
        signed.cloud,
        signed.client_id,
        signed.tenant_id,
        signed.reading,
        signed.username,
        Path(signed.ca_file) if signed.ca_file else None,
        signed.broker,
    )
