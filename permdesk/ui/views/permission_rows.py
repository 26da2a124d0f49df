"""How whole rows of the permission tree are painted: their ground, then the cells of a leaf or the line of a branch."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QPainter
from PySide6.QtWidgets import QTreeView

from permdesk.presentation.tree import Column
from permdesk.presentation.tree_nodes import ApiNode, Node, PermissionNode
from permdesk.ui import icons
from permdesk.ui.models.permission_tree import COLUMNS
from permdesk.ui.theme import Theme
from permdesk.ui.views.permission_delegate import PermissionDelegate


class RowPainter:
    """Paints rows of one view; what all rows of one painting share is found out once.

    Args:
        view: the tree.
        delegate: paints cells.
    """

    def __init__(self, theme: Theme, view: QTreeView, delegate: PermissionDelegate) -> None:
        self._theme, self._view, self._delegate = theme, view, delegate
        self._cells: tuple[tuple[Column, int], ...] = ()
        self._cells_left = 0
        self._first_cell = (0, 0)
        self._pointed = -1

    @property
    def _mirrored(self) -> bool:
        return self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def begin(self) -> None:
        """Find out where the columns are, and where the pointer is."""
        view, heads = self._view, self._view.header()
        sections = [(column, heads.sectionSize(section)) for section, column in enumerate(COLUMNS)]
        self._cells = tuple((column, width) for column, width in sections[1:] if width)
        lefts = [heads.sectionViewportPosition(COLUMNS.index(column)) for column, _ in self._cells]
        self._cells_left = min(lefts, default=0)
        indent = 3 * view.indentation()
        left, width = heads.sectionViewportPosition(0), max(0, sections[0][1] - indent)
        self._first_cell = (left if self._mirrored else left + indent, width)
        pointer = view.viewport().mapFromGlobal(QCursor.pos()) if view.underMouse() else None
        self._pointed = pointer.y() if pointer is not None and view.viewport().rect().contains(pointer) else -1

    def paint(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint one row."""
        node: Node = index.internalPointer()
        view, delegate = self._view, self._delegate
        top, height = rect.top(), rect.height()
        row = QRect(0, top, view.viewport().width(), height)
        selected = view.selectionModel().isSelected(index)
        ground = delegate.ground(selected=selected, hovered=top <= self._pointed < top + height)
        painter.fillRect(row, ground)
        if isinstance(node, PermissionNode):
            left, width = self._first_cell
            delegate.paint_first(painter, QRect(left, top, width, height), node)
            delegate.paint_cells(painter, QPoint(self._cells_left, top), height, node, self._cells, ground)
        else:
            if isinstance(node, ApiNode) and node.row > 0:
                painter.fillRect(QRect(0, top, row.width(), 1), self._theme.color("line"))
            painter.save()
            self._paint_branch(painter, row, index, 0 if isinstance(node, ApiNode) else 1)
            painter.restore()
        if selected:
            delegate.paint_selection(painter, row)

    def _paint_branch(
        self, painter: QPainter, row: QRect, index: QModelIndex | QPersistentModelIndex, depth: int
    ) -> None:
        view, heads = self._view, self._view.header()
        mirrored = self._mirrored
        x = 8 + depth * view.indentation() - heads.offset()
        box = QRect(row.right() - x - 15 if mirrored else x, row.top(), 16, row.height())
        chevron = "chevron-down" if view.isExpanded(index) else "chevron-right"
        icons.paint(painter, chevron, box, self._theme.color("text2"))
        rest = row.adjusted(0, 0, -(x + 20), 0) if mirrored else row.adjusted(x + 20, 0, 0, 0)
        section = COLUMNS.index(Column.STATUS)
        status = QRect(heads.sectionViewportPosition(section), row.top(), heads.sectionSize(section), row.height())
        self._delegate.paint_branch(painter, rest, index.internalPointer(), status)
