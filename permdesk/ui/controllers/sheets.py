"""Opens the sheets and carries what a person decides in them to the workspace."""

from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from permdesk.domain.finding import AppComparison, AppFlag
from permdesk.domain.names import folded
from permdesk.errors import Cancelled, ReadError, SignInError, WorldError
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.describing import Describing
from permdesk.ui.controllers.details import portal_pages
from permdesk.ui.controllers.failure import sign_in_words
from permdesk.ui.controllers.reading import is_read
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet

_SCHEMES = frozenset({"https", "mailto"})


class SheetsController(QObject):
    """One short method for each sheet; only the newest is kept, and none blocks.

    Args:
        window: what the sheets lie over.
        describing: what is said about apps.
        appearance: what settings change.
    """

    microsoft_chosen = Signal(bool)
    #: LetterheadForm of the settings, for who keeps letterheads.
    letterhead_opened = Signal(object)
    #: RetentionForm of the settings, for who knows the history.
    retention_opened = Signal(object)
    #: Sheet that lies over the window from now on.
    opened = Signal(object)
    #: SignInError whose way out a person takes.
    sign_in_requested = Signal(object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        describing: Describing,
        appearance: AppearanceController,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme = window, workspace, theme
        self._describing, self._appearance = describing, appearance
        self.sheet: Sheet | None = None
        workspace.failed.connect(self.problem)

    def _open(self, sheet: Sheet) -> None:
        self.sheet = sheet
        sheet.finished.connect(partial(self._closed, sheet))
        copied = getattr(sheet, "copy_requested", None)
        if copied is not None:
            copied.connect(self.copy)
        sheet.open()
        self.opened.emit(sheet)

    def show(self, sheet: Sheet) -> None:
        """Open a sheet that another controller made."""
        self._open(sheet)

    def _closed(self, sheet: Sheet, _result: int) -> None:
        if self.sheet is sheet:
            self.sheet = None

    # Things that leave the window

    def copy(self, text: str, what: str = "The text") -> None:
        """Put text on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(text)
        self._workspace.noticed.emit(Announcement(f"{what} is on the clipboard."))

    def browse(self, address: str) -> None:
        """Open an address of ours in the browser or the mail program."""
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        if url.scheme() not in _SCHEMES or not QDesktopServices.openUrl(url):
            self.copy(address, "Nothing on this computer opens the address; it")

    def open_portal(self) -> None:
        """Open the app's page in Microsoft's portal."""
        app = self._workspace.app
        pages = portal_pages(self._workspace, app) if app is not None else ()
        if pages:
            self.browse(pages[0].url)

    # What is said about an app

    def profile(self) -> None:
        """Confirm who the app is where that is open, look twice at a look-alike, else choose a profile."""
        app = self._workspace.app
        if app is None or app.app_id is None:
            return
        if AppFlag.LOOK_ALIKE in app.flags:
            self.compare()
        elif AppFlag.UNCONFIRMED in app.flags or AppFlag.AMBIGUOUS in app.flags:
            self.identity()
        else:
            self.bind()

    def bind(self) -> None:
        """Choose a profile by hand."""
        from permdesk.ui.views.dialogs.bind import BindSheet

        app, comparison = self._workspace.app, self._workspace.comparison
        if app is None or comparison is None or app.app_id is None:
            return
        sheet = BindSheet(self._theme, self._window, app=app, profiles=comparison.profiles)
        sheet.chosen.connect(self._describing.bind)
        sheet.unbind_requested.connect(self._describing.unbind)
        sheet.forget_requested.connect(self._describing.forget)
        self._open(sheet)

    def identity(self) -> None:
        """Look at who the app is, and confirm it."""
        from permdesk.ui.views.dialogs.identity import IdentitySheet

        app, comparison = self._workspace.app, self._workspace.comparison
        if app is None or comparison is None or app.profile is None:
            return
        sheet = IdentitySheet(
            self._theme, self._window, app=app, others=self._namesakes(app), tenant_id=comparison.tenant.id
        )
        sheet.confirmed.connect(self._describing.confirm)
        sheet.refused.connect(self._describing.unbind)
        sheet.bind_requested.connect(self.bind)
        self._open(sheet)

    def _namesakes(self, app: AppComparison) -> list[AppComparison]:
        comparison = self._workspace.comparison
        if comparison is None or AppFlag.AMBIGUOUS not in app.flags or app.profile is None:
            return []
        return [
            other
            for other in comparison.apps
            if other.key != app.key
            and AppFlag.AMBIGUOUS in other.flags
            and other.profile is not None
            and other.profile.id == app.profile.id
        ]

    def compare(self) -> None:
        """Put a look-alike beside the app it resembles."""
        from permdesk.ui.views.dialogs.compare import CompareSheet

        app, comparison = self._workspace.app, self._workspace.comparison
        if app is None or comparison is None:
            return
        wanted = folded(app.resembles or "")
        namesakes = (one for one in comparison.apps if one.key != app.key and folded(one.display_name) == wanted)
        # The one that somebody or its ID vouches for; a second impostor proves nothing.
        other = next((one for one in namesakes if one.app_id is not None and one.profile is not None), None)
        sheet = CompareSheet(self._theme, self._window, app=app, other=other, tenant_id=comparison.tenant.id)
        sheet.bind_requested.connect(self.bind)
        self._open(sheet)

    def accept(self) -> None:
        """Accept the selected finding."""
        from permdesk.ui.views.dialogs.accept import AcceptSheet

        workspace = self._workspace
        app, finding, comparison = workspace.app, workspace.finding, workspace.comparison
        if app is None or finding is None or comparison is None:
            return
        sheet = AcceptSheet(
            self._theme,
            self._window,
            app=app,
            finding=finding,
            by=comparison.account.username or "",
            today=workspace.now.date(),
            lapsed=comparison.lapsed_of(app, finding),
        )
        sheet.accepted_as.connect(
            lambda reason, by, until: self._describing.accept(finding, reason=reason, by=by, until=until)
        )
        sheet.withdrawn.connect(lambda: self._describing.withdraw(finding))
        self._open(sheet)

    def withdraw(self) -> None:
        """Take the acceptance of the selected finding back; the line that says so offers to undo it."""
        finding = self._workspace.finding
        if finding is not None and finding.accepted is not None:
            self._describing.withdraw(finding)

    # Help, problems, questions

    def settings(self, *, scans: bool = False) -> None:
        """Show the settings; each choice acts at once.

        Args:
            scans: begin with how long scans stay.
        """
        from permdesk.ui.views.dialogs.settings import Page, SettingsSheet

        appearance = self._appearance
        page = Page.SCANS if scans else Page.WINDOW
        sheet = SettingsSheet(self._theme, self._window, settings=appearance.settings, page=page)
        sheet.theme_chosen.connect(appearance.choose_theme)
        sheet.density_chosen.connect(appearance.choose_density)
        sheet.motion_chosen.connect(appearance.choose_motion)
        sheet.microsoft_chosen.connect(appearance.choose_microsoft)
        sheet.microsoft_chosen.connect(self.microsoft_chosen)
        self._open(sheet)
        self.letterhead_opened.emit(sheet.letterhead)
        self.retention_opened.emit(sheet.retention)

    def help(self) -> None:
        """Say what the words mean."""
        from permdesk.ui.views.dialogs.help import HelpSheet

        self._open(HelpSheet(self._theme, self._window))

    def keys(self) -> None:
        """Show every key."""
        from permdesk.ui.views.dialogs.help import KeysSheet

        self._open(KeysSheet(self._theme, self._window))

    def about(self) -> None:
        """Say what this program is."""
        from permdesk.ui.views.dialogs.about import AboutSheet

        comparison = self._workspace.comparison
        catalog = catalog_words(comparison.catalog_version) if comparison is not None else ""
        self._open(AboutSheet(self._theme, self._window, catalog=catalog))

    def licences(self) -> None:
        """Show the licences."""
        from permdesk.ui.views.dialogs.about import LicencesSheet

        self._open(LicencesSheet(self._theme, self._window))

    def problem(self, error: BaseException, *, over: Sheet | None = None) -> None:
        """Show an error: the world's with its remedy, ours as a report, a cancellation not at all.

        Args:
            error: of whatever kind.
            over: the sheet that the message lies over; None for the window.
        """
        from permdesk.ui.views.dialogs.problem import crash_problem, world_problem

        if isinstance(error, Cancelled):
            return
        if over is not None:
            if isinstance(error, WorldError):
                made = world_problem(self._theme, over, error)
            else:
                made = crash_problem(self._theme, over, error)
            made.copy_requested.connect(self.copy)
            made.open()
        elif isinstance(error, WorldError):
            way_out = None
            if isinstance(error, SignInError):
                way_out = (sign_in_words(error), partial(self.sign_in_requested.emit, error), "sign-in")
            self._open(world_problem(self._theme, self._window, error, way_out=way_out))
        else:
            self._open(crash_problem(self._theme, self._window, error))

    def scan_problem(self, error: Exception) -> None:
        """Show why a tenant could not be read, and offer to read it again where that may help."""
        from permdesk.ui.views.dialogs.problem import world_problem

        if isinstance(error, ReadError) and is_read(self._workspace.failed_target):
            again = ("Scan again", self._workspace.try_again, "scan")
            self._open(world_problem(self._theme, self._window, error, way_out=again))
        else:
            self.problem(error)

    def ask_cancel(self) -> None:
        """Ask whether reading shall stop."""
        from permdesk.ui.views.dialogs.question import QuestionSheet

        if not self._workspace.scanning:
            return
        kept = self._workspace.shown is not None
        text = "What was read so far is dropped."
        if self._workspace.keeps_unfinished:
            text = "What was read so far is kept for an hour, and the next scan goes on from there."
        sheet = QuestionSheet(
            self._theme,
            self._window,
            title="Stop reading?",
            text=text + (" The scan that is open stays." if kept else ""),
            go_on="Go on reading",
            stop="Stop",
        )
        sheet.agreed.connect(self._workspace.cancel_scan)
        # Nothing is left to ask about once the scan is done.
        self._workspace.scan_ended.connect(sheet.reject)
        self._open(sheet)


def catalog_words(version: str) -> str:
    """Return "Catalog November 2026" for the version 2026.11, and any other version as it is."""
    from permdesk.domain.wording import page_date

    return f"Catalog {page_date(version.replace('.', '-'))}"
