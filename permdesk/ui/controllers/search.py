"""The search's controller: what was typed becomes results, a result becomes what is on screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from permdesk.presentation.quick_search import Hit, search
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.views.search_field import SearchField
from permdesk.ui.views.search_results import SearchResults


class SearchController(QObject):
    """Between the search field, its results and the workspace.

    Args:
        ask: shows who holds a permission.
        leave: puts the focus back where work goes on.
    """

    def __init__(
        self,
        field: SearchField,
        results: SearchResults,
        workspace: Workspace,
        *,
        ask: Callable[[str], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(field)
        self._field, self._results, self._workspace = field, results, workspace
        self._ask, self._leave = ask, leave
        field.asked.connect(self._find)
        field.moved.connect(results.step)
        field.chosen.connect(results.take)
        field.left.connect(self.close)
        results.chosen.connect(self._show)

    def focus(self) -> None:
        """Put the cursor into the search."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def close(self) -> None:
        """Forget what was typed, and go back to work."""
        self._field.clear()
        self._results.hide()
        self._leave()

    def _find(self, text: str) -> None:
        shown = self._workspace.shown
        if shown is not None:
            self._results.show_hits(search(shown.known.rows, shown.known.permissions, text), text, self._field)

    def _show(self, hit: Hit) -> None:
        self.close()
        if hit.permission is not None:
            self._ask(hit.permission)
        else:
            self._workspace.select_app(hit.app_key)
