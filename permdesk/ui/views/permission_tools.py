"""What narrows the tree of permissions: status filters, a find field, and the buttons that open and close all of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import tool_button
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
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(8)
        self.segments = SegmentBar(theme)
        self.segments.chosen.connect(lambda _segment: self.changed.emit())
        row.addWidget(self.segments)
        row.addStretch(1)
        self.field = self._make_field()
        row.addWidget(self.field)
        row.addWidget(tool_button(theme, "Expand all", icon="expand-all", click=self.expand_requested.emit))
        row.addWidget(tool_button(theme, "Collapse all", icon="collapse-all", click=self.collapse_requested.emit))
        theme.changed.connect(self._restyle)

    def _make_field(self) -> QLineEdit:
        theme = self._theme
        field = QLineEdit()
        field.setProperty("small", True)
        field.setFont(theme.font("small"))
        field.setPlaceholderText("Find in this app")
        field.setAccessibleName("Find in this app")
        field.setMaxLength(500)
        field.setMinimumWidth(110)
        field.setMaximumWidth(170)
        lens = field.addAction(icons.icon("search", theme, "muted"), QLineEdit.ActionPosition.LeadingPosition)
        lens.setText("Find")
        self._clear = QAction(icons.icon("close", theme, "text2"), "Clear", field)
        self._clear.triggered.connect(field.clear)
        field.textChanged.connect(self._typed)
        field.returnPressed.connect(self.left)
        return field

    def _restyle(self) -> None:
        self.field.setFont(self._theme.font("small"))

    def _typed(self, text: str) -> None:
        self._show_clear(text)
        self.changed.emit()

    def _show_clear(self, text: str) -> None:
        if text:
            self.field.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        else:
            self.field.removeAction(self._clear)

    def reset(self) -> None:
        """Return to everything, silently."""
        self.segments.reset()
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._show_clear("")

    def focus_find(self) -> None:
        """Put the cursor into the find field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc clears the find field, then returns to the tree; Down goes into the tree."""
        in_field = self.field.hasFocus()
        if event.key() == Qt.Key.Key_Escape and in_field and self.field.text():
            self.field.clear()
        elif in_field and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)
