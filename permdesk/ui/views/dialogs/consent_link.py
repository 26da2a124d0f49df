"""The consent link, whole, in a fixed font."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from permdesk.ui.painting import paint_framed
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
        paint_framed(painter, self.rect(), self._theme, 4)
        painter.end()
