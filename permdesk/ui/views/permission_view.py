"""The tree of permissions: its heads, its branches, what is open, and how a hand moves in it."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
    QWidget,
)

from permdesk.domain.finding import Finding
from permdesk.presentation.tree import Column, PermissionTree, Segment
from permdesk.presentation.tree_nodes import ApiNode, KindNode, Node, PermissionNode
from permdesk.ui.models.permission_tree import COLUMNS, PermissionTreeModel
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.permission_delegate import AIR, PermissionDelegate
from permdesk.ui.views.permission_header import PermissionHeader
from permdesk.ui.views.permission_rows import RowPainter

#: Below these widths of the tree, in logical pixels, cells and indents give their air to the names.
_LESS_AIR: Final = 900
_LESS_INDENT: Final = 780
_NARROW_INDENT: Final = 12


class PermissionView(QTreeView):
    """Shows a tree and says which permission is chosen."""

    #: The PermissionNode, or None for a branch or nothing.
    leaf_changed = Signal(object)
    #: Ctrl+C, or Ctrl+Shift+C for the whole finding: True.
    copy_asked = Signal(bool)
    #: Alt+Return.
    details_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._closed: set[tuple[str, str]] = set()
        self.tree_model = PermissionTreeModel(self)
        self._delegate = PermissionDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self._rows = RowPainter(theme, self, self._delegate)
        self.heads = PermissionHeader(theme, self._delegate.needed_width, self)
        self.setHeader(self.heads)
        self.setModel(self.tree_model)
        self.setAccessibleName("Permissions")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAllColumnsShowFocus(True)
        self.setSortingEnabled(False)
        heads = self.heads
        heads.setSectionsClickable(True)
        heads.setSortIndicatorShown(True)
        heads.setSortIndicator(COLUMNS.index(Column.STATUS), Qt.SortOrder.AscendingOrder)
        heads.sectionClicked.connect(self._sort_by)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.set_purpose_shown(False)
        self.selectionModel().currentChanged.connect(self._moved)
        self.collapsed.connect(self._note_closed)
        self.expanded.connect(self._note_opened)
        self.verticalScrollBar().valueChanged.connect(self._load_ahead)
        # Queued: the range changes in the middle of laying out.
        self.verticalScrollBar().rangeChanged.connect(self._load_ahead, Qt.ConnectionType.QueuedConnection)
        self.restyle()

    # What is shown

    def restyle(self) -> None:
        """Take heights, fonts and indents from the theme again."""
        self._delegate.restyle()
        self.header().updateGeometry()
        self.doItemsLayout()
        self._fit()
        self.viewport().update()

    def _fit(self) -> None:
        """Share the width out; where it is scarce, names need the air of cells and indents more than those do."""
        width, scale = self.viewport().width(), self._theme.scale
        indent = self._theme.size("indent")
        self.setIndentation(min(indent, _NARROW_INDENT) if width < _LESS_INDENT * scale else indent)
        air = AIR[width < _LESS_AIR * scale]
        self._delegate.set_air(air)
        self.heads.air = air
        self.heads.fit(width)

    def show_tree(self, tree: PermissionTree | None, *, keep: bool) -> None:
        """Show another tree; ``keep`` keeps what is closed, selected and scrolled, for the same app compared again."""
        leaf = self.leaf() if keep else None
        finding = leaf.finding if leaf is not None else None
        scrolled = self.verticalScrollBar().value() if keep else 0
        if not keep:
            self._closed.clear()
        if tree is not None:
            self._order(tree)
        self._silently(lambda: self.tree_model.show(tree))
        self._open_all_but_closed()
        if finding is not None:
            self._select_quietly(finding)
        self.verticalScrollBar().setValue(scrolled)

    def filter(self, text: str, segment: Segment) -> None:
        """Narrow the tree; the selected permission stays selected while it is shown."""
        leaf = self.leaf()
        self._silently(lambda: self.tree_model.filter(text, segment))
        if text or segment is not Segment.ALL:
            self._closed.clear()
        self._open_all_but_closed()
        if leaf is not None:
            self._select_quietly(leaf.finding)

    def _silently(self, change: object) -> None:
        selection = self.selectionModel()
        selection.blockSignals(True)
        change()  # type: ignore[operator]
        selection.blockSignals(False)

    def _order(self, tree: PermissionTree) -> None:
        heads = self.header()
        column = COLUMNS[heads.sortIndicatorSection()]
        descending = heads.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        if column is not Column.STATUS or descending:
            tree.sort(column, descending=descending)

    def _sort_by(self, section: int) -> None:
        leaf = self.leaf()
        order = self.header().sortIndicatorOrder()
        self._silently(lambda: self.tree_model.sort(section, order))
        self._open_all_but_closed()
        if leaf is not None:
            self._select_quietly(leaf.finding)

    def _open_all_but_closed(self) -> None:
        tree = self.tree_model.tree
        for api in tree.shown if tree is not None else ():
            if not self._open(api):
                return

    def _open(self, api: ApiNode) -> bool:
        """Open an API and its kinds, unless a person closed them; False where it was not handed over yet."""
        index = self.tree_model.index(api.row, 0)
        if not index.isValid():
            return False
        # Said to nobody: it is not a person who opens here.
        self.blockSignals(True)
        if _place(api) not in self._closed:
            self.setExpanded(index, True)
        for kind in api.shown:
            if _place(kind) not in self._closed:
                self.setExpanded(self.tree_model.index(kind.row, 0, index), True)
        self.blockSignals(False)
        return True

    def rowsInserted(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Qt: APIs that are handed over later open like those before."""
        super().rowsInserted(parent, start, end)
        if not parent.isValid():
            for row in range(start, end + 1):
                node = self.tree_model.node(self.tree_model.index(row, 0))
                if isinstance(node, ApiNode):
                    self._open(node)

    def _note_closed(self, index: QModelIndex) -> None:
        node = self.tree_model.node(index)
        if isinstance(node, ApiNode | KindNode):
            self._closed.add(_place(node))

    def _note_opened(self, index: QModelIndex) -> None:
        node = self.tree_model.node(index)
        if isinstance(node, ApiNode | KindNode):
            self._closed.discard(_place(node))
            self._load_ahead()

    def open_all(self) -> None:
        """Open every branch."""
        self._closed.clear()
        self._open_all_but_closed()

    def close_all(self) -> None:
        """Close every API."""
        self.collapseAll()
        tree = self.tree_model.tree
        self._closed = {_place(api) for api in tree.apis} if tree is not None else set()

    # What is chosen

    def leaf(self) -> PermissionNode | None:
        """Return the selected permission, or None."""
        node = self.tree_model.node(self.currentIndex())
        return node if isinstance(node, PermissionNode) else None

    def select_finding(self, finding: Finding) -> bool:
        """Select the row of a permission; False where the filter hides it."""
        tree = self.tree_model.tree
        leaf = tree.find(finding) if tree is not None else None
        if leaf is not None:
            self.select_leaf(leaf)
        return leaf is not None

    def select_leaf(self, leaf: PermissionNode) -> None:
        """Select a shown leaf, opening and scrolling to it."""
        kind = leaf.parent
        index = self.tree_model.index_of(leaf)
        if index.isValid():
            self.setExpanded(self.tree_model.index_of(kind.parent), True)
            self.setExpanded(self.tree_model.index_of(kind), True)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _select_quietly(self, finding: Finding) -> None:
        selection = self.selectionModel()
        selection.blockSignals(True)
        found = self.select_finding(finding)
        selection.blockSignals(False)
        if not found:
            self.leaf_changed.emit(None)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        node = self.tree_model.node(current)
        self.leaf_changed.emit(node if isinstance(node, PermissionNode) else None)

    def _load_ahead(self, *_: int) -> None:
        """Hand over more rows before the eye gets there; from the top down, so that none is left out in between."""
        model = self.tree_model
        edge = self.viewport().height() * 3 // 2
        for kind in model.pending():
            index = model.index_of(kind)
            while self.isExpanded(index) and self.isExpanded(index.parent()):
                last = model.index(model.rowCount(index) - 1, 0, index)
                if self.visualRect(last if last.isValid() else index).top() > edge:
                    return
                model.load_more(kind)
                if kind not in model.pending():
                    break
        bar = self.verticalScrollBar()
        while model.more_roots and bar.maximum() - bar.value() < edge:
            before = bar.maximum()
            model.load_more()
            self.executeDelayedItemsLayout()
            if bar.maximum() == before:
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: ``*`` opens everything below, End goes to the very end; copies are the whole pane's matter."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit(False)
            return
        if event.key() == Qt.Key.Key_C and modifiers == control_shift:
            self.copy_asked.emit(True)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == Qt.KeyboardModifier.AltModifier:
            self.details_asked.emit()
            return
        if event.key() == Qt.Key.Key_End and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.tree_model.load_all()
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click anywhere on a branch opens or closes it."""
        index = self.indexAt(event.position().toPoint())
        node = self.tree_model.node(index)
        first = index.siblingAtColumn(0)
        before = self.isExpanded(first) if index.isValid() else False
        super().mousePressEvent(event)
        branch = isinstance(node, ApiNode | KindNode) and event.button() is Qt.MouseButton.LeftButton
        if branch and self.isExpanded(first) == before:
            self.setExpanded(first, not before)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: the second click of two counts like the first."""
        node = self.tree_model.node(self.indexAt(event.position().toPoint()))
        if isinstance(node, ApiNode | KindNode):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    # How it is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint."""
        self._rows.begin()
        super().paintEvent(event)

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint a row; the style is not asked, for it would paint its own selection over the bar and the frame."""
        rect: QRect = options.rect
        self._rows.paint(painter, rect, index)

    def drawBranches(self, _painter: QPainter, _rect: QRect, _index: QModelIndex | QPersistentModelIndex) -> None:
        """Qt: leaves have nothing before them; branches paint their own sign."""

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt: tool tips with the whole text and the meaning of the tags."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            node = self.tree_model.node(self.indexAt(event.pos()))
            tip = _tip(node, COLUMNS[max(0, self.header().logicalIndexAt(event.pos().x()))])
            QToolTip.showText(event.globalPos(), tool_tip(tip), self.viewport())
            return True
        return super().viewportEvent(event)

    # Columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the permission column takes the rest."""
        super().resizeEvent(event)
        self._fit()
        self._load_ahead()

    def branch_at(self, position: QPoint) -> Node | None:
        """Return the node at a place of the viewport, or None."""
        return self.tree_model.node(self.indexAt(position))


def _place(node: ApiNode | KindNode) -> tuple[str, str]:
    return (node.label, "") if isinstance(node, ApiNode) else (node.parent.label, node.label)


def _tip(node: Node | None, column: Column) -> str:
    if isinstance(node, PermissionNode):
        if column is Column.PURPOSE:
            return node.purpose
        lines = [node.label, *(f"{tag.label}: {tag.meaning}" for tag in node.tags)]
        return "\n".join(lines)
    if isinstance(node, ApiNode):
        return node.spoken
    return f"{node.label}, {node.meaning}" if node is not None else ""
