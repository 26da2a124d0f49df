"""A short framed word in a layout."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from permdesk.presentation.appearance import Tag
from permdesk.ui.painting import paint_tag, tag_size, tool_tip
from permdesk.ui.theme import Theme


class TagLabel(QWidget):
    """A tag in a layout; its meaning is its tool tip, and heard with it."""

    def __init__(self, theme: Theme, tag: Tag, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tag = theme, tag
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{tag.label}: {tag.meaning}")
        self.setToolTip(tool_tip(tag.meaning))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Qt: its word and air."""
        return tag_size(self._tag.label, self._theme)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        paint_tag(painter, self.rect(), self._tag.label, self._tag.tone, self._theme)
        painter.end()
