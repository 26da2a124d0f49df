"""What the middle shows and what the bars say of it, as a tenant is read, comes, changes or cannot be read."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.text import inert
from permdesk.domain.wording import moment
from permdesk.errors import WorldError
from permdesk.ui.controllers.failure import FailureController
from permdesk.ui.controllers.focus import FocusController
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.sheets import SheetsController, catalog_words
from permdesk.ui.controllers.trend import TrendController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.drawer import Panes
from permdesk.ui.views.middle import Middle
from permdesk.ui.views.status_bar import StatusBar
from permdesk.ui.views.top_bar import TopBar

NAME = "permdesk"


class MiddleController(QObject):
    """Between the workspace and the pages of the middle.

    Args:
        window: whose title names the tenant.
        middle: the pages.
        apps: the list beside it.
        panes: what holds both.
        top_bar: told which tenant it is, and whether it is read.
        status: told what it was held against.
        focus: knows where the focus is.
        sheets: tells of what could not be read while another tenant stays.
        failure: tells of it where none does.
    """

    #: A tenant is read, so the panes are what is seen.
    desk_needed = Signal()
    #: The history is seen no more.
    history_left = Signal()

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        *,
        middle: Middle,
        apps: AppPane,
        panes: Panes,
        top_bar: TopBar,
        status: StatusBar,
        focus: FocusController,
        sheets: SheetsController,
        failure: FailureController,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._middle, self._apps, self._panes = middle, apps, panes
        self._top_bar, self._status, self._focus = top_bar, status, focus
        self._sheets, self._failure = sheets, failure
        self.trend = TrendController(middle.overview, workspace, parent=self)
        workspace.changed.connect(self._tenant_changed)
        workspace.app_selected.connect(lambda _app: self.show())
        workspace.scan_started.connect(self._scan_started)
        workspace.scan_progress.connect(top_bar.show_pace)
        workspace.scan_ended.connect(self._scan_ended)
        workspace.scan_failed.connect(self._scan_failed)

    def show(self) -> None:
        """Show the selected app, or the overview."""
        left = self._middle.history_shown
        app = self._workspace.app
        self._middle.setCurrentWidget(self._middle.overview if app is None else self._middle.permissions)
        self._panes.allow_right(allowed=app is not None)
        self._offer_reconsent()
        if left:
            self.history_left.emit()

    def show_history(self) -> None:
        """Show the scans that are kept; the selected app stays selected."""
        self._panes.allow_right(allowed=False)
        self._middle.setCurrentWidget(self._middle.history)

    def leave_history(self) -> None:
        """Show the selected app or the overview again, with the focus in it."""
        if self._middle.history_shown:
            self.show()
            self._focus.pane(1)

    def _offer_reconsent(self) -> None:
        app = self._workspace.app
        why = "Choose an app first"
        if app is not None:
            why = "" if app.app_id is not None else "No app of this tenant bears this profile"
        self._top_bar.set_reconsent(enabled=not why, why=why)

    def _scan_started(self) -> None:
        self.desk_needed.emit()
        self._top_bar.set_scanning(True)
        if self._workspace.shown is None:
            self._middle.setCurrentWidget(self._middle.blank)
            self._panes.allow_right(allowed=False)
            self._panes.arrange(self._window.width())

    def _scan_ended(self) -> None:
        self._top_bar.set_scanning(False, why_not=self._workspace.why_no_scan)

    def _scan_failed(self, error: Exception) -> None:
        if self._workspace.shown is not None or not isinstance(error, WorldError):
            self._sheets.scan_problem(error)
            return
        self._failure.show(error)
        self._middle.setCurrentWidget(self._middle.failure)
        self._middle.failure.focus_action()

    def _tenant_changed(self, scanned: bool) -> None:
        shown = self._workspace.shown
        if shown is None:
            return
        self._scan_ended()
        self._tell(shown)
        # A page that told of a failure, or of nothing yet, goes, and what had the focus in it.
        seen = self._middle.currentWidget() in (self._middle.overview, self._middle.permissions)
        looking = self._focus.inside(self._middle) and (seen or self._middle.history_shown)
        if self._middle.history_shown:
            self._offer_reconsent()
        else:
            self.show()
        if scanned and not looking:
            self._apps.focus_list()

    def _tell(self, shown: Shown) -> None:
        """Say in title, bars and overview which tenant it is."""
        comparison, now = shown.comparison, self._workspace.now
        name = inert(comparison.tenant.name, 120) or comparison.tenant.id
        self._window.setWindowTitle(f"{name} – {NAME}")
        self._top_bar.show_comparison(comparison, now=now, sample=shown.sample)
        cloud = CLOUDS.get(comparison.tenant.cloud)
        self._status.show_source(
            catalog=catalog_words(comparison.catalog_version),
            cloud=cloud.label if cloud is not None else "Custom cloud",
        )
        read = moment(comparison.read_at, now=now)
        self._workspace.tasks.in_turns(
            "overview", self._middle.overview.pieces(shown.summary, tenant=comparison.tenant.name, read=read)
        )
