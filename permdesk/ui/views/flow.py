"""A row of small things that goes on in the next line where it does not fit."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lays its items out one after the other, and breaks lines; the last item may stand at the far end.

    Args:
        gap: logical pixels between items, and between lines.
        last_at_end: the last item is moved to the end of its line.
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int = 6, last_at_end: bool = False) -> None:
        super().__init__(parent)
        self._gap, self._last_at_end = gap, last_at_end
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Qt: take one more item."""
        self._items.append(item)

    def count(self) -> int:
        """Qt: how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt: an item by its place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Qt: hand an item back."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Qt: it takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Qt: narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of all lines."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Qt: put every item in its place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Qt: everything in one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """Qt: the widest item."""
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = 0, 0, 0
        shown = [item for item in self._items if not item.isEmpty()]
        owner = self.parentWidget()
        right_to_left = owner is not None and owner.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for item in shown:
            size = item.sizeHint()
            if size.width() > rect.width() >= item.minimumSize().width():
                size.setWidth(rect.width())
            if x and x + size.width() > rect.width():
                x, y, line = 0, y + line + self._gap, 0
            left = x
            if self._last_at_end and item is shown[-1]:
                left = max(x, rect.width() - size.width())
            if move:
                height = max(line, size.height())
                place = QPoint(rect.left() + left, rect.top() + y + (height - size.height()) // 2)
                if right_to_left:
                    place.setX(rect.right() + 1 - left - size.width())
                item.setGeometry(QRect(place, size))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line
