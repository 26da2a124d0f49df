"""The window: three panes, the bars above and below, and what holds them together."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from permdesk.services.bundle import Services
from permdesk.services.target import Target
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.apps import AppsController
from permdesk.ui.controllers.bulk import BulkController
from permdesk.ui.controllers.consent import ConsentController
from permdesk.ui.controllers.describing import Describing
from permdesk.ui.controllers.details import DetailsController
from permdesk.ui.controllers.door import Door
from permdesk.ui.controllers.failure import FailureController
from permdesk.ui.controllers.files import FilesController
from permdesk.ui.controllers.focus import FocusController
from permdesk.ui.controllers.history import HistoryController
from permdesk.ui.controllers.history_news import NewsController
from permdesk.ui.controllers.history_retention import RetentionController
from permdesk.ui.controllers.menus import Commands, build_main_menu
from permdesk.ui.controllers.middle import NAME, MiddleController
from permdesk.ui.controllers.permissions import PermissionsController
from permdesk.ui.controllers.proving import ProvingController
from permdesk.ui.controllers.recording import Recording
from permdesk.ui.controllers.records import RecordsController
from permdesk.ui.controllers.reports import ReportsController
from permdesk.ui.controllers.search import SearchController
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Tasks
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.banner import Banner
from permdesk.ui.views.controls import ground, rule
from permdesk.ui.views.details import DetailsPane
from permdesk.ui.views.drawer import Panes
from permdesk.ui.views.first_run import FirstRun, dropped_scan
from permdesk.ui.views.middle import Middle
from permdesk.ui.views.report.job_strip import JobStrip
from permdesk.ui.views.search_results import SearchResults
from permdesk.ui.views.status_bar import StatusBar
from permdesk.ui.views.top_bar import TopBar

USUAL_SIZE: Final = QSize(1440, 900)
LEAST_SIZE: Final = QSize(840, 600)


class Window(QWidget):
    """Everything on screen.

    Args:
        services: the verbs.
        tasks: where everything slow runs.
        theme: colours and type; already applied.
        appearance: what keeps colours and arrangement.
    """

    def __init__(self, services: Services, tasks: Tasks, theme: Theme, appearance: AppearanceController) -> None:
        super().__init__()
        self.theme, self.appearance = theme, appearance
        self.workspace = Workspace(services, tasks, parent=self)
        self.setWindowTitle(NAME)
        self.setMinimumSize(LEAST_SIZE)
        self.setAcceptDrops(True)
        ground(self, "window")
        self._build()
        self._control()
        self._connect()
        self.resize(USUAL_SIZE)
        appearance.restore(self, self.panes, self.permissions)

    # Building

    def _build(self) -> None:
        theme = self.theme
        self.first_run = FirstRun(theme)
        self.tenant_menu, self.main_menu = QMenu(self), QMenu(self)
        self.top_bar = TopBar(theme, self.tenant_menu, self.main_menu)
        self.banner = Banner(theme)
        self.apps = AppPane(theme)
        self.middle = Middle(theme)
        self.failure, self.overview = self.middle.failure, self.middle.overview
        self.permissions = self.middle.permissions
        self.details = DetailsPane(theme)
        self.panes = Panes(theme, self.apps, self.middle, self.details)
        self.jobs = JobStrip(theme)
        self.status = StatusBar(theme)
        desk = QWidget()
        column = QVBoxLayout(desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, rule(), self.banner, self.panes, self.jobs, rule(), self.status):
            column.addWidget(widget, 1 if widget is self.panes else 0)
        self.results = SearchResults(theme, desk)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.first_run)
        self.pages.addWidget(desk)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self.desk = desk

    def _control(self) -> None:
        theme, workspace = self.theme, self.workspace
        self.focus = FocusController(
            self,
            workspace,
            self.panes,
            apps=self.apps,
            overview=self.overview,
            permissions=self.permissions,
            details=self.details,
            middle=self.middle,
        )
        self.describing = Describing(workspace)
        self.sheets = SheetsController(self, workspace, self.describing, self.appearance, theme)
        self.consent = ConsentController(self, workspace, self.sheets, theme)
        self.recording = Recording(workspace, parent=self)
        self.consent.walked.connect(self.recording.walked)
        self.proving = ProvingController(self, workspace, self.sheets, theme, recording=self.recording)
        self.consent.consented.connect(self.proving.begin)
        self.files = FilesController(self, workspace, theme)
        self.reports = ReportsController(
            self, workspace, sheets=self.sheets, appearance=self.appearance, strip=self.jobs, theme=theme
        )
        self.records = RecordsController(
            self,
            workspace,
            sheets=self.sheets,
            appearance=self.appearance,
            letterheads=self.reports.letterheads,
            save_script=self.proving.save_script,
            theme=theme,
        )
        self.proving.print_requested.connect(self.records.print)
        self.proving.save_requested.connect(self.records.save)
        self.consent.records_requested.connect(self.records.of_plan)
        self.bulk = BulkController(
            self,
            workspace,
            sheets=self.sheets,
            consent=self.consent,
            proving=self.proving,
            records=self.records,
            theme=theme,
        )
        self.door = Door(self, workspace, theme, files=self.files, sheets=self.sheets, appearance=self.appearance)
        self.door.begin_on(self.first_run)
        self.door.hang(self.tenant_menu)
        self.failure_control = FailureController(
            self.failure,
            workspace,
            open_file=self.files.ask_open,
            open_sample=self.files.open_sample,
            copy=self.sheets.copy,
            sign_in=self.door.accounts.answer,
        )
        self.apps_control = AppsController(
            self.apps,
            workspace,
            theme,
            open_file=self.files.ask_open,
            cancel_scan=self.sheets.ask_cancel,
            bind=self.sheets.bind,
            open_portal=self.sheets.open_portal,
        )
        self.permissions_control = PermissionsController(
            self.permissions, self.apps, workspace, sheets=self.sheets, consent=self.consent, theme=theme
        )
        self.details_control = DetailsController(self.details, workspace)
        self.search = SearchController(
            self.top_bar.search,
            self.results,
            workspace,
            ask=self.apps_control.ask,
            leave=lambda: self.focus.pane(0),
        )
        self.middle_control = MiddleController(
            self,
            workspace,
            middle=self.middle,
            apps=self.apps,
            panes=self.panes,
            top_bar=self.top_bar,
            status=self.status,
            focus=self.focus,
            sheets=self.sheets,
            failure=self.failure_control,
        )
        self.history = HistoryController(
            self,
            workspace,
            self.middle,
            sheets=self.sheets,
            theme=theme,
            show_page=self.middle_control.show_history,
            leave=self.middle_control.leave_history,
        )
        self.news = NewsController(workspace)
        self.retention = RetentionController(workspace, self.sheets, theme)

    def _connect(self) -> None:
        workspace, sheets = self.workspace, self.sheets
        self._connect_history()
        self.middle_control.desk_needed.connect(lambda: self.pages.setCurrentWidget(self.desk))
        workspace.noticed.connect(self._announce)
        workspace.tasks.unhandled.connect(sheets.problem)
        self.permissions_control.place_changed.connect(self.status.show_place)
        self.permissions.details_requested.connect(lambda: self.panes.show_right(wanted=True))
        self._connect_bars()
        self._connect_panes()

    def _connect_history(self) -> None:
        history = self.history
        self.middle_control.history_left.connect(history.left)
        self.retention.deleted.connect(history.came_or_went)
        history.changed.connect(self.news.look)
        history.changed.connect(self.files.refresh_records)
        self.top_bar.history_requested.connect(history.open)
        self.files.history_requested.connect(history.open)
        # A click on the app that is selected all along says nothing else.
        self.apps.list.chosen.connect(lambda _line: self.middle_control.leave_history())

    def _connect_bars(self) -> None:
        top_bar, sheets = self.top_bar, self.sheets
        top_bar.scan_requested.connect(self.workspace.scan)
        top_bar.reconsent_requested.connect(self.consent.reconsent)
        top_bar.coverage_requested.connect(lambda: self.workspace.select_app(None))
        self.apps.set_microsoft(self.appearance.settings.show_microsoft)
        self.apps.microsoft_toggled.connect(self.appearance.choose_microsoft)
        sheets.microsoft_chosen.connect(self.apps.set_microsoft)
        self.door.table.export_requested.connect(self.reports.export_all)
        self.reports.serve(top_bar, build_main_menu(self.main_menu, self, self.theme, self._commands()))

    def _commands(self) -> Commands:
        sheets, files, attention = self.sheets, self.files, self.permissions_control.next_attention
        return Commands(
            overview=self.show_overview,
            history=self.history.open,
            accounts=self.door.table.open,
            open_scan=files.ask_open,
            save_scan=files.ask_save,
            print=self.reports.print,
            export=self.reports.export,
            settings=sheets.settings,
            help=sheets.help,
            keys=sheets.keys,
            licences=sheets.licences,
            about=sheets.about,
            close=self.close,
            find=self.search.focus,
            filter=self.focus.filter,
            scan=self.workspace.scan,
            scan_afresh=self.workspace.scan_afresh,
            reconsent=self.consent.reconsent,
            records=self.records.of_tenant,
            consents=self.bulk.open,
            next_pane=partial(self.focus.next_pane, 1),
            previous_pane=partial(self.focus.next_pane, -1),
            next_attention=attention,
            previous_attention=partial(attention, backwards=True),
            toggle_details=self.panes.toggle_right,
            bind=sheets.bind,
            switch_tenant=self.open_tenant_menu,
            segment=self.permissions.set_segment,
        )

    def _connect_panes(self) -> None:
        overview, details, sheets = self.overview, self.details, self.sheets
        overview.app_requested.connect(self._open_app)
        overview.reach_requested.connect(self.apps_control.show_reach)
        overview.attention_requested.connect(self.apps_control.show_attention)
        overview.rescan_requested.connect(self.workspace.scan)
        details.copy_requested.connect(sheets.copy)
        details.reconsent_requested.connect(self.consent.reconsent)
        details.hand_over_requested.connect(self.consent.hand_over)
        details.accept_requested.connect(sheets.accept)
        details.withdraw_requested.connect(sheets.withdraw)
        details.confirm_requested.connect(sheets.identity)
        details.bind_requested.connect(sheets.bind)
        details.scan_requested.connect(self.workspace.scan)
        details.records_requested.connect(self.records.of_app)
        details.open_requested.connect(sheets.browse)

    # What a person sees

    def open(self, target: Target | None) -> None:
        """Open a tenant, or the choice of how to begin."""
        if target is None:
            self.pages.setCurrentWidget(self.first_run)
            self.first_run.setFocus()
            self.door.accounts.refresh()
        else:
            self.workspace.open(target)

    def _open_app(self, key: str) -> None:
        self.workspace.select_app(key)
        self.permissions.focus_tree()

    def _announce(self, said: Announcement) -> None:
        self.banner.say(said.text, undo=said.undo, warning=said.warning)

    def show_overview(self) -> None:
        """Show the whole tenant."""
        if self.workspace.shown is not None:
            self.workspace.select_app(None)
            self.focus.pane(0)

    def open_tenant_menu(self) -> None:
        """Open the menu of tenants."""
        if self.pages.currentWidget() is self.desk:
            self.top_bar.tenant.showMenu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc on the progress asks whether to stop; a drawer closes on it."""
        if event.key() == Qt.Key.Key_Escape:
            if self.workspace.scanning:
                self.sheets.ask_cancel()
                return
            if self.panes.is_drawer and self.panes.right_shown:
                self.panes.show_right(wanted=False)
                return
        super().keyPressEvent(event)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the details become a drawer where it is narrow."""
        super().resizeEvent(event)
        self.panes.arrange(self.width())
        self.results.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the results of a search do not hang over another program's window."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.results.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: a scan file is welcome."""
        if dropped_scan(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: open it."""
        path: Path | None = dropped_scan(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: keep the arrangement, stop what runs; what is being printed or saved asks first."""
        if not self.reports.may_close():
            event.ignore()
            return
        self.appearance.remember(self, self.panes, self.permissions)
        # What waits on a network or a keyring may take seconds to end; nobody has to look at that.
        self.hide()
        self.reports.close()
        self.workspace.services.accounts.close()
        self.workspace.tasks.close()
        event.accept()
