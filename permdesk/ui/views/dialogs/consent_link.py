"""The consent link, whole, in a fixed font."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Paragraph


class LinkBox(QWidget):
    """An address that is never cut: it wraps. It is text, and pressing a key on it opens nothing."""

    def __init__(self, theme: Theme, link: str) -> None:
        super().__init__()
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        self.words = Paragraph(theme, link, role="fixed", ink="text2")
        self.words.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        column.addWidget(self.words)
        self.setAccessibleName(f"Consent link {link}")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()
