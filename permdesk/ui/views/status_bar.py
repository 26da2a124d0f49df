"""The line at the bottom: where one is, which catalog and cloud, and the promise not to change anything."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, ground
from permdesk.ui.views.paragraph import Line

READ_ONLY = "Read-only: permdesk cannot change this tenant"


class StatusBar(QWidget):
    """Where one is, at the start; what always holds, at the end."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "window")
        self._place = Line(theme, ink="text2")
        self._catalog = Line(theme, ink="text2")
        self._cloud = Line(theme, ink="text2")
        promise = Line(theme, READ_ONLY, ink="text2", least=240)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(20)
        row.addWidget(self._place, 1)
        row.addWidget(self._catalog)
        row.addWidget(self._cloud)
        end = QHBoxLayout()
        end.setSpacing(6)
        end.addWidget(Icon(theme, "lock", ink="text2", size=14))
        end.addWidget(promise)
        row.addLayout(end)
        self.setFixedHeight(theme.size("status-bar"))
        theme.changed.connect(lambda: self.setFixedHeight(theme.size("status-bar")))

    def show_place(self, text: str) -> None:
        """Say where one is."""
        self._place.set_text(text)

    @property
    def place(self) -> str:
        """What it says about where one is."""
        return self._place.text()

    def show_source(self, *, catalog: str, cloud: str) -> None:
        """Say which catalog and cloud the verdicts rest on."""
        self._catalog.set_text(catalog)
        self._cloud.set_text(cloud)
