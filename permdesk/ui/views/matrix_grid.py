"""The grid that ticks stand in: lines between columns and rows, arrows from tick to tick."""

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox

_AIR: Final = 9
_HEAD: Final = 40
_MOST_LINES: Final = 3
_LEAST_HEIGHT: Final = 96


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
        self._heads: dict[TickBox, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(1, 1, 1, 1)
        self._grid.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Take everything out."""
        self._heads = {}
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def add_head(self, widget: QWidget, column: int) -> None:
        """Put a widget into the head."""
        self._add(widget, 0, column, _HEAD)
        if isinstance(widget, TickBox):
            self._heads[widget] = widget.text()

    def add_cell(self, widget: QWidget, row: int, column: int) -> None:
        """Put a widget into a cell."""
        self._add(widget, row, column, self._theme.size("row"))

    def _add(self, widget: QWidget, row: int, column: int, height: int) -> None:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(_AIR, 0, _AIR, 0)
        layout.addWidget(widget)
        holder.setMinimumHeight(height)
        self._grid.addWidget(holder, row, column)
        self._grid.setColumnStretch(column, 1 if column else 0)

    def at(self, row: int, column: int) -> QWidget | None:
        """Return the widget of a cell, or None outside the grid."""
        holder = self._holder(row, column)
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

    def fit_heads(self, width: int) -> None:
        """Break the heads into as few lines as let every column keep its words within ``width``."""
        for lines in range(1, _MOST_LINES + 1):
            for box, words in self._heads.items():
                box.setText(in_lines(words, lines))
            if self.needed_width() <= width:
                break
        height = max([_HEAD, *(box.sizeHint().height() + 8 for box in self._heads)])
        for column in range(self._grid.columnCount()):
            holder = self._holder(0, column)
            if holder is not None:
                holder.setFixedHeight(height)

    def needed_width(self) -> int:
        """Return the width at which nothing is cut."""
        rows, columns = range(self._grid.rowCount()), range(self._grid.columnCount())
        cells = [[self.at(row, column) for row in rows] for column in columns]
        widest = [max((cell.sizeHint().width() for cell in column if cell is not None), default=0) for column in cells]
        return sum(width + 2 * _AIR for width in widest if width) + 2

    def _holder(self, row: int, column: int) -> QWidget | None:
        item = self._grid.itemAtPosition(row, column) if row >= 0 and column >= 0 else None
        return item.widget() if item is not None else None

    def _cell(self, row: int, column: int) -> QRect:
        # The layout's own cellRect is not turned round where writing runs from right to left.
        holder = self._holder(row, column)
        return holder.geometry() if holder is not None else QRect()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), theme.color("panel"))
        rows, columns = self._grid.rowCount(), self._grid.columnCount()
        head = self._cell(0, 0).united(self._cell(0, columns - 1))
        painter.fillRect(head, theme.color("raised"))
        for row, column in self._marked:
            painter.fillRect(self._cell(row, column), theme.color("selection"))
        painter.setPen(theme.color("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        for column in range(1, columns):
            cell = self._cell(0, column)
            x = cell.right() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else cell.left()
            painter.drawLine(x, 0, x, self.height())
        if rows > 1:
            painter.drawLine(0, head.bottom(), self.width(), head.bottom())
        painter.end()


class GridArea(QScrollArea):
    """Lets a grid be larger than its pane: it scrolls before a letter or a row is cut."""

    def __init__(self, grid: GridFrame) -> None:
        super().__init__()
        self._inner = grid
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._height = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Services in use")
        self.setWidget(grid)
        self.viewport().setAutoFillBackground(False)

    def fit(self) -> None:
        """Break the heads for the width there is, and become as high as the grid."""
        self._inner.fit_heads(self.width())
        needed = self._inner.needed_width()
        self._inner.setMinimumWidth(needed)
        height = self._grid_height()
        bar = self.horizontalScrollBar().sizeHint().height() if needed > self.width() else 0
        self._inner.setMinimumHeight(height)
        self._height = height + bar
        self.setMaximumHeight(self._height)
        self.updateGeometry()

    def _grid_height(self) -> int:
        layout = self._inner.layout()
        return layout.totalMinimumSize().height() if layout is not None else 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: what a grid on screen is filled with has no height before the next turn of the event loop."""
        handled = super().eventFilter(watched, event)
        late = event.type() is QEvent.Type.LayoutRequest and watched is self._inner
        if late and self._grid_height() != self._inner.minimumHeight():
            self.fit()
        return handled

    def sizeHint(self) -> QSize:
        """Qt: as high as the grid."""
        return QSize(super().sizeHint().width(), self._height)

    def minimumSizeHint(self) -> QSize:
        """Qt: the heads and a row, where the window is low."""
        return QSize(super().minimumSizeHint().width(), min(self._height, _LEAST_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: other lines may fit."""
        super().resizeEvent(event)
        self.fit()


def in_lines(text: str, lines: int) -> str:
    """Return words broken into at most so many lines, as even as they come."""
    words = text.split()
    parts = max(1, min(lines, len(words)))
    best = text
    shortest = len(text)
    for cuts in combinations(range(1, len(words)), parts - 1):
        ends = (0, *cuts, len(words))
        broken = [" ".join(words[start:end]) for start, end in pairwise(ends)]
        longest = max(map(len, broken))
        if longest < shortest:
            best, shortest = "\n".join(broken), longest
    return best
