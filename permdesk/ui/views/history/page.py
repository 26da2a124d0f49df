"""History in the middle pane: the timeline, or what changed between two of its scans."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.history.difference import DifferencePage
from permdesk.ui.views.history.timeline import TimelinePage


class HistoryPage(QStackedWidget):
    """Two pages, of which one is seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = TimelinePage(theme)
        self.difference = DifferencePage(theme)
        self.addWidget(self.timeline)
        self.addWidget(self.difference)

    @property
    def told_apart(self) -> bool:
        """True where two scans are told apart."""
        return self.currentWidget() is self.difference

    def focus(self) -> None:
        """Put the focus where work goes on."""
        (self.difference if self.told_apart else self.timeline).focus()

    def focus_filter(self) -> None:
        """Put the cursor into the filter of the page that is seen."""
        (self.difference if self.told_apart else self.timeline).focus_filter()
