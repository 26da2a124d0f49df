"""Where the focus goes: from pane to pane, into the filter of a pane, back to work."""

from typing import cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.views.app_pane import AppPane
from permdesk.ui.views.details import DetailsPane
from permdesk.ui.views.drawer import Panes
from permdesk.ui.views.middle import Middle
from permdesk.ui.views.overview import Overview
from permdesk.ui.views.permission_pane import PermissionPane


class FocusController(QObject):
    """Moves the focus among the panes of one window.

    Args:
        window: what holds the panes.
        workspace: says what is on screen.
        panes: left, middle and right.
        apps, overview, permissions, details: what stands in them.
        middle: the pages of the middle.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        panes: Panes,
        *,
        apps: AppPane,
        overview: Overview,
        permissions: PermissionPane,
        details: DetailsPane,
        middle: Middle,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._panes = window, workspace, panes
        self._apps, self._overview, self._permissions, self._details = apps, overview, permissions, details
        self._middle = middle

    def pane(self, place: int) -> None:
        """Put the focus into the list, the middle or the details."""
        if place == 0 or self._workspace.shown is None:
            self._apps.focus_list()
        elif place == 1 and self._middle.history_shown:
            self._middle.history.focus()
        elif place == 1 and self._workspace.app is None:
            self._overview.area.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif place == 1:
            self._permissions.focus_tree()
        else:
            self._details.focus()

    def next_pane(self, step: int) -> None:
        """Put the focus into the next pane that can be seen."""
        panes: list[QWidget] = [self._apps, self._panes.middle]
        if self._panes.right_shown:
            panes.append(self._details)
        now = next((place for place, pane in enumerate(panes) if self.inside(pane)), -1)
        self.pane((now + step) % len(panes) if now >= 0 else 0)

    def inside(self, pane: QWidget) -> bool:
        """Return whether the focus is in a pane."""
        focus = cast("QWidget | None", self._window.focusWidget())
        return focus is not None and (pane is focus or pane.isAncestorOf(focus))

    def filter(self) -> None:
        """Put the cursor into the filter of the pane that has the focus."""
        if self._middle.history_shown and self.inside(self._middle):
            self._middle.history.focus_filter()
        elif self.inside(self._panes.middle) and self._workspace.app is not None:
            self._permissions.focus_find()
        else:
            self._apps.focus_filter()
