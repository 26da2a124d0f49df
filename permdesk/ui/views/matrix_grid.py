"""The grid that ticks stand in: lines between columns and rows, arrows from tick to tick."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox


class CellTick(TickBox):
    """A tick of the grid: Shift+Space ticks its column, arrows move on."""

    def __init__(
        self, theme: Theme, *, on_column: Callable[[], None], on_arrow: Callable[[TickBox, int, int], None]
    ) -> None:
        super().__init__(theme)
        self._on_column, self._on_arrow = on_column, on_arrow

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the grid's own keys."""
        arrows = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        step = arrows.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._on_column()
        elif step is not None:
            across = -step[0] if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else step[0]
            self._on_arrow(self, across, step[1])
        else:
            super().keyPressEvent(event)


class GridFrame(QWidget):
    """A table drawn around widgets: lines between columns and rows, and a ground behind what is ticked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marked: set[tuple[int, int]] = set()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(1, 1, 1, 1)
        self._grid.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Take everything out."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def add_head(self, widget: QWidget, column: int) -> None:
        """Put a widget into the head."""
        self._add(widget, 0, column, 40)

    def add_cell(self, widget: QWidget, row: int, column: int) -> None:
        """Put a widget into a cell."""
        self._add(widget, row, column, self._theme.size("row"))

    def _add(self, widget: QWidget, row: int, column: int, height: int) -> None:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(9, 0, 9, 0)
        layout.addWidget(widget)
        holder.setMinimumHeight(height)
        self._grid.addWidget(holder, row, column)
        self._grid.setColumnStretch(column, 1 if column else 0)

    def at(self, row: int, column: int) -> QWidget | None:
        """Return the widget of a cell, or None outside the grid."""
        item = self._grid.itemAtPosition(row, column) if row >= 0 and column >= 0 else None
        holder = item.widget() if item is not None else None
        inner = holder.layout() if holder is not None else None
        first = inner.itemAt(0) if inner is not None else None
        return first.widget() if first is not None else None

    def place_of(self, widget: QWidget) -> tuple[int, int] | None:
        """Return row and column of a widget, or None."""
        for row in range(self._grid.rowCount()):
            for column in range(self._grid.columnCount()):
                if self.at(row, column) is widget:
                    return row, column
        return None

    def set_marked(self, cells: set[tuple[int, int]]) -> None:
        """Mark cells as ticked, by row and column."""
        self._marked = cells
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), theme.color("panel"))
        rows, columns = self._grid.rowCount(), self._grid.columnCount()
        if rows and columns:
            head = self._grid.cellRect(0, 0).united(self._grid.cellRect(0, columns - 1))
            painter.fillRect(head, theme.color("raised"))
        for row, column in self._marked:
            painter.fillRect(self._grid.cellRect(row, column), theme.color("selection"))
        painter.setPen(theme.color("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        for column in range(1, columns):
            cell: QRect = self._grid.cellRect(0, column)
            x = cell.right() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else cell.left()
            painter.drawLine(x, 0, x, self.height())
        if rows > 1:
            painter.drawLine(0, self._grid.cellRect(0, 0).bottom(), self.width(), self._grid.cellRect(0, 0).bottom())
        painter.end()
