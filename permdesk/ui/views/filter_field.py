"""A small field that narrows what stands below it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from permdesk.ui import icons
from permdesk.ui.theme import Theme


class FilterField(QLineEdit):
    """Shows what it is for, and a cross that clears it while there is something to clear.

    Esc clears it, then gives the focus back, as Down does at once.

    Args:
        words: what it is for, while it is empty and for those who hear the window.
        icon: of the icon family, at its beginning.
    """

    #: Esc in the empty field, or Down: the focus belongs to what stands below.
    left = Signal()

    def __init__(self, theme: Theme, words: str, *, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("small", True)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setMaxLength(500)
        lens = self.addAction(icons.icon(icon, theme, "muted"), QLineEdit.ActionPosition.LeadingPosition)
        lens.setText(words)
        self._clear = QAction(icons.icon("close", theme, "text2"), "Clear", self)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(self._show_clear)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font("small"))

    def set_silently(self, text: str) -> None:
        """Show another text without saying that it changed."""
        self.blockSignals(True)
        self.setText(text)
        self.blockSignals(False)
        self._show_clear(text)

    def _show_clear(self, text: str) -> None:
        if not text:
            self.removeAction(self._clear)
        elif self._clear not in self.actions():
            self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)

    def focus(self) -> None:
        """Put the cursor into it, with everything selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc and Down."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)
