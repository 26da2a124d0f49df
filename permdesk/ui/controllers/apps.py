"""The left pane's controller: what is listed, what is chosen, what is said while nothing can be listed."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from permdesk.domain.finding import Flag
from permdesk.domain.text import inert
from permdesk.domain.wording import moment
from permdesk.errors import WorldError
from permdesk.presentation.progress import Pace
from permdesk.presentation.search import ATTENTION_VERDICTS, AppFilter
from permdesk.ui import icons
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.app_states import Action, Situation
from permdesk.ui.views.reading_page import Reading


class AppsController(QObject):
    """Between the list of apps and the workspace.

    Args:
        open_file: asks for a saved scan.
        cancel_scan: asks, then stops reading.
        bind: opens the list of profiles.
        open_portal: opens the app's page in Microsoft's portal.
    """

    def __init__(
        self,
        pane: AppPane,
        workspace: Workspace,
        theme: Theme,
        *,
        open_file: Callable[[], None],
        cancel_scan: Callable[[], None],
        bind: Callable[[], None],
        open_portal: Callable[[], None],
    ) -> None:
        super().__init__(pane)
        self._pane, self._workspace, self._theme = pane, workspace, theme
        self._open_file, self._bind, self._open_portal = open_file, bind, open_portal
        pane.selected.connect(workspace.select_app)
        pane.overview_selected.connect(lambda: workspace.select_app(None))
        pane.cancel_requested.connect(cancel_scan)
        pane.menu_opening.connect(self._add_to_menu)
        workspace.changed.connect(self._show_rows)
        workspace.news_told.connect(self._show_rows)
        workspace.app_selected.connect(lambda app: pane.select(app.key if app is not None else None))
        workspace.scan_started.connect(lambda: self._show_progress(None))
        workspace.scan_progress.connect(self._show_progress)
        workspace.scan_ended.connect(self._show_what_is_here)
        workspace.scan_failed.connect(self._show_failure)

    def _show_rows(self, _scanned: bool = True) -> None:
        shown = self._workspace.shown
        if shown is not None and not self._workspace.scanning:
            self._pane.set_rows(shown.known.rows)

    def _show_progress(self, pace: Pace | None) -> None:
        shown = self._workspace.shown
        kept = ""
        if shown is not None:
            read = moment(shown.snapshot.read_at, now=self._workspace.now)
            kept = f"Your scan of {read} stays open until this one is done."
        tenant = inert(shown.comparison.tenant.name, 80) if shown is not None else ""
        self._pane.show_reading(Reading(tenant, pace, kept=kept))

    def _show_what_is_here(self) -> None:
        if self._workspace.shown is not None:
            self._show_rows()
        else:
            self._pane.show_situation(
                Situation(
                    "scan",
                    "accent",
                    "No scan of this tenant yet",
                    "A scan reads apps and grants. It takes about a minute for a thousand apps and changes nothing.",
                    (
                        Action("Scan now", self._workspace.scan, icon="scan", kind="primary"),
                        Action("Open a saved scan…", self._open_file, kind="link"),
                    ),
                )
            )

    def _show_failure(self, error: Exception) -> None:
        """Say why nothing is listed where nothing is open; what happened has the middle pane to itself."""
        if self._workspace.shown is None and isinstance(error, WorldError):
            text = "Apps are listed here once a tenant was read, or a saved scan is open."
            self._pane.show_situation(Situation("folder", "muted", "Nothing is open", text))

    def _add_to_menu(self, _key: str, menu: QMenu) -> None:
        menu.addSeparator()
        menu.addAction(icons.icon("bind", self._theme), "Bind to a profile…", self._bind)
        menu.addAction(icons.icon("open-outside", self._theme), "Open in the Entra admin center", self._open_portal)

    def show_reach(self, flag: Flag) -> None:
        """List the apps that reach so far."""
        self._pane.set_filter(AppFilter(reach=frozenset({flag})))
        self._pane.focus_list()

    def show_attention(self) -> None:
        """List the apps with something to do."""
        self._pane.set_filter(AppFilter(verdicts=ATTENTION_VERDICTS))
        self._pane.focus_list()

    def ask(self, permission: str) -> None:
        """List the apps that hold a permission."""
        self._pane.ask(permission)
        self._pane.focus_list()
