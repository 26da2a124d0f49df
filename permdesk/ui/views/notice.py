"""A strip that warns, with a bar at its leading edge."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from permdesk.presentation.appearance import Tone
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Paragraph, Span


class NoticeStrip(QFrame):
    """A warning with a bar at its leading edge; the first sentence is bold."""

    def __init__(self, theme: Theme, tone: Tone = Tone.PARTIAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, tone
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 8, 10, 8)
        self._row.setSpacing(12)
        self._words = Paragraph(theme)
        self._row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def add_button(self, widget: QWidget) -> None:
        """Put a button after the words."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_text(self, text: str) -> None:
        """Show another warning; none hides the strip."""
        first, dot, rest = text.partition(". ")
        self._words.set_text([Span(first + dot.rstrip(), bold=True, ink=self._tone), Span(f" {rest}" if rest else "")])
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.tint(self._tone))
        left = self.width() - 4 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(left, 0, 4, self.height(), self._theme.tone(self._tone))
        painter.end()
