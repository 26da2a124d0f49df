"""What narrows the tree of permissions: status filters, a find field, and the buttons that open and close all of it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import tool_button
from permdesk.ui.views.filter_field import FilterField
from permdesk.ui.views.segments import SegmentBar


class PermissionTools(QWidget):
    """The line above the tree."""

    #: Filter or text changed.
    changed = Signal()
    #: Return, Down, or Esc in an empty field: the focus belongs to the tree.
    left = Signal()
    expand_requested = Signal()
    collapse_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(16, 6, 4, 6)
        self._rows.setSpacing(8)
        first, row = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(8)
        self.segments = SegmentBar(theme)
        self.segments.chosen.connect(lambda _segment: self.changed.emit())
        first.addWidget(self.segments)
        first.addStretch(1)
        self._rows.addLayout(first, 1)
        self._rows.addLayout(row)
        self.field = FilterField(theme, "Find in this app", icon="search")
        self.field.setMinimumWidth(110)
        self.field.setMaximumWidth(170)
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.left)
        self.field.left.connect(self.left)
        row.addWidget(self.field)
        row.addWidget(tool_button(theme, "Expand all", icon="expand-all", click=self.expand_requested.emit))
        row.addWidget(tool_button(theme, "Collapse all", icon="collapse-all", click=self.collapse_requested.emit))
        # Below the filters it begins where they begin.
        row.addStretch(1)
        self._others = row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the find field stands below the filters where these would be cut beside it."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take one line or two, as the filters of the app on screen need."""
        beside = self.segments.sizeHint().width() + self._others.minimumSize().width() + 36 <= self.width()
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def reset(self) -> None:
        """Return to everything, silently."""
        self.segments.reset()
        self.field.set_silently("")
