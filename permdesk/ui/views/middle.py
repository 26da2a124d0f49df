"""The pages of the middle pane, of which one is seen."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.app_states import StatePage
from permdesk.ui.views.controls import ground
from permdesk.ui.views.history.page import HistoryPage
from permdesk.ui.views.overview import Overview
from permdesk.ui.views.permission_pane import PermissionPane


class Middle(QStackedWidget):
    """Nothing yet, what happened, the whole tenant, one app, or the scans that are kept."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blank = ground(QWidget(), "panel")
        self.failure = StatePage(theme, name="What happened", measure=640)
        self.overview = Overview(theme)
        self.permissions = PermissionPane(theme)
        self._theme = theme
        self._history: HistoryPage | None = None
        for page in (self.blank, self.failure, self.overview, self.permissions):
            self.addWidget(page)

    @property
    def history(self) -> HistoryPage:
        """The scans that are kept; made when it is first asked for, so that the window opens without it."""
        if self._history is None:
            self._history = HistoryPage(self._theme)
            self.addWidget(self._history)
        return self._history

    @property
    def history_shown(self) -> bool:
        """True where the scans that are kept are what is seen."""
        return self._history is not None and self.currentWidget() is self._history
