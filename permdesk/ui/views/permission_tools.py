"""What narrows the tree of permissions: status filters, a find field, and the buttons that open and close all of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

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
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(8)
        self.segments = SegmentBar(theme)
        self.segments.chosen.connect(lambda _segment: self.changed.emit())
        row.addWidget(self.segments)
        row.addStretch(1)
        self.field = FilterField(theme, "Find in this app", icon="search")
        self.field.setMinimumWidth(110)
        self.field.setMaximumWidth(170)
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.left)
        self.field.left.connect(self.left)
        row.addWidget(self.field)
        row.addWidget(tool_button(theme, "Expand all", icon="expand-all", click=self.expand_requested.emit))
        row.addWidget(tool_button(theme, "Collapse all", icon="collapse-all", click=self.collapse_requested.emit))

    def reset(self) -> None:
        """Return to everything, silently."""
        self.segments.reset()
        self.field.set_silently("")
