"""The field that searches the whole tenant."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import KeyCap, shown_keys


class SearchField(QLineEdit):
    """Finds an app, an ID or a permission from anywhere; the window shows what it finds.

    Signals:
        asked: the text changed.
        moved: -1 or 1, another result.
        chosen: take the result.
        left: the person is done.
    """

    asked = Signal(str)
    moved = Signal(int)
    chosen = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Find an app, ID or permission")
        self.setAccessibleName("Find an app, ID or permission")
        self.setToolTip(tool_tip("Find an app by name or ID, or ask who holds a permission, such as Mail.ReadWrite"))
        self.addAction(icons.icon("search", theme, "text2"), QLineEdit.ActionPosition.LeadingPosition)
        self.setFont(theme.font("body"))
        self.setMinimumWidth(112)
        self.setMaximumWidth(292)
        self._cap = KeyCap(theme, shown_keys(QKeySequence("Ctrl+K")), self)
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._changed)
        self.installEventFilter(self)

    def _changed(self, text: str) -> None:
        self._cap.setVisible(not text)
        self.asked.emit(text)

    def resizeEvent(self, event: QEvent) -> None:
        """Qt: the key stands at the end of the field."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        size = self._cap.sizeHint()
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 8 if right_to_left else self.width() - size.width() - 8
        self._cap.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())
        self.setTextMargins(size.width() if right_to_left else 0, 0, 0 if right_to_left else size.width(), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the keys that belong to the results."""
        if event.type() is QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]
            if key == Qt.Key.Key_Down:
                self.moved.emit(1)
                return True
            if key == Qt.Key.Key_Up:
                self.moved.emit(-1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.chosen.emit()
                return True
            if key == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        return super().eventFilter(watched, event)
