"""The middle pane's controller: which app and permission are shown, and the walk from finding to finding."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from permdesk.domain.finding import AppComparison, Finding
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.news import NOTHING_NEW
from permdesk.ui import icons
from permdesk.ui.controllers.consent import ConsentController
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.permission_pane import PermissionPane

_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


class PermissionsController(QObject):
    """Between the tree of permissions and the workspace."""

    #: Words for the status bar.
    place_changed = Signal(str)

    def __init__(
        self,
        pane: PermissionPane,
        apps: AppPane,
        workspace: Workspace,
        *,
        sheets: SheetsController,
        consent: ConsentController,
        theme: Theme,
    ) -> None:
        super().__init__(pane)
        self._pane, self._apps, self._workspace = pane, apps, workspace
        self._sheets, self._consent, self._theme = sheets, consent, theme
        self._place: tuple[int, int] | None = None
        pane.finding_selected.connect(self._selected)
        pane.attention_place_changed.connect(self._placed)
        pane.uses_changed.connect(workspace.choose_uses)
        pane.profile_requested.connect(sheets.profile)
        pane.accept_requested.connect(sheets.accept)
        pane.reconsent_requested.connect(consent.reconsent)
        pane.menu_opening.connect(self._add_to_menu)
        workspace.app_selected.connect(self._show_app)
        workspace.changed.connect(lambda _scanned: self._show_again())
        workspace.news_told.connect(lambda: self._show_app(workspace.app))
        workspace.app_ticked.connect(lambda: self._show_app(workspace.app))

    def _show_app(self, app: AppComparison | None) -> None:
        comparison = self._workspace.comparison
        if app is not None and comparison is not None:
            news = self._workspace.news
            self._pane.show_app(app, comparison, new=news.of(app.key) if news is not None else NOTHING_NEW)
        self._say_place()

    def _show_again(self) -> None:
        """Show the app anew, unless its rows are on screen already and only the lists have followed a tick."""
        app, comparison = self._workspace.app, self._workspace.comparison
        if app is not None and comparison is not None and app is self._pane.app:
            self._pane.keep(comparison)
            self._say_place()
        else:
            self._show_app(app)

    def _selected(self, finding: Finding | None) -> None:
        if finding is not self._workspace.finding:
            self._workspace.select_finding(finding)
        self._say_place()

    def _placed(self, place: tuple[int, int] | None) -> None:
        self._place = place

    def _say_place(self) -> None:
        self.place_changed.emit(self._words())

    def _words(self) -> str:
        workspace = self._workspace
        app, finding, shown = workspace.app, workspace.finding, workspace.shown
        if shown is None:
            return ""
        if app is None:
            summary = shown.summary
            words = counted(summary.apps, "app")
            return f"{words} · {summary.microsoft:,} of Microsoft’s own not counted" if summary.microsoft else words
        if finding is None:
            return f"{inert(app.display_name, 60)} · {counted(len(app.findings), 'permission')}"
        label = inert(finding.permission.label, 80)
        if self._place is None:
            return label
        place, total = self._place
        return f"{label} · {ordinal(place)} of {total:,} that need attention"

    def next_attention(self, *, backwards: bool = False) -> None:
        """Go to the next row that needs attention, in this app or in the next one."""
        if self._workspace.app is not None and self._pane.go_attention(backwards=backwards):
            return
        tried: set[str] = set()
        while (key := self._apps.neighbour(backwards=backwards)) is not None and key not in tried:
            tried.add(key)
            self._workspace.select_app(key)
            if self._pane.go_attention(backwards=backwards, from_edge=True):
                return

    def _add_to_menu(self, finding: Finding | None, menu: QMenu) -> None:
        app = self._workspace.app
        if app is None:
            return
        menu.addSeparator()
        if finding is not None:
            value = finding.permission.label
            menu.addAction(icons.icon("search", self._theme), "Who else holds this?", lambda: self._apps.ask(value))
        else:
            menu.addAction(icons.icon("bind", self._theme), "Bind to a profile…", self._sheets.bind)
            menu.addAction(icons.icon("mail", self._theme), "Hand over by mail…", self._consent.hand_over)
        menu.addAction(icons.icon("re-consent", self._theme), "Re-consent…", self._consent.reconsent)
        menu.addAction(
            icons.icon("open-outside", self._theme), "Open in the Entra admin center", self._sheets.open_portal
        )


def ordinal(number: int) -> str:
    """Return "2nd"."""
    if 10 <= number % 100 <= 13:
        return f"{number:,}th"
    return f"{number:,}{_ORDINALS.get(number % 10, 'th')}"
