"""Framed parts of the first page: cards side by side, and the badge at their head."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from permdesk.ui.painting import paint_framed
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon


class Card(QFrame):
    """A frame that shares an edge with the one before it.

    Args:
        joined: there is one before it.
    """

    def __init__(self, theme: Theme, *, joined: bool = False) -> None:
        super().__init__()
        self._theme, self._joined, self._beside = theme, joined, True
        theme.changed.connect(self.update)

    def set_beside(self, beside: bool) -> None:
        """Say whether the one before stands beside it, or above."""
        self._beside = beside
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        painter.setPen(QPen(self._theme.color("line"), 1))
        frame = self.rect().adjusted(0, 0, -1, -1)
        if self._joined and not self._beside:
            frame.setTop(-1)
        elif self._joined and self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            frame.setRight(self.width())
        elif self._joined:
            frame.setLeft(-1)
        painter.drawRect(frame)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the colours may have changed."""
        super().changeEvent(event)
        self.update()


class Badge(QWidget):
    """An icon in a small framed square."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(48, 48)
        inner = QHBoxLayout(self)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(Icon(theme, icon, ink="accent", size=24))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        paint_framed(painter, self.rect(), self._theme, 6)
        painter.end()
