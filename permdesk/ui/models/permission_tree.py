"""The permission tree as Qt sees it: plain nodes behind indexes, huge branches handed over piece by piece."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from permdesk.presentation.tree import Column, PermissionTree, Segment
from permdesk.presentation.tree_nodes import ApiNode, KindNode, Node, PermissionNode

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = tuple(Column)
#: Returns the node itself.
NODE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
#: Rows that are handed over at a time: a few screens full.
CHUNK: Final = 60
_CELL: Final = {Column.DOCUMENTED: 0, Column.CONFIGURED: 1, Column.GRANTED: 2, Column.SINCE: 3}


class PermissionTreeModel(QAbstractItemModel):
    """Adapts a tree; the nodes are kept alive by it, for indexes point at them.

    Rows are handed over from the top down, a piece at a time, when whoever shows them calls ``load_more``. Qt's own
    ``fetchMore`` is not offered: a tree view calls it for every branch it lays out, again and again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree: PermissionTree | None = None
        self._roots: list[ApiNode] = []
        self._root_count = 0
        #: Kinds of the APIs that were handed over, top to bottom.
        self._kinds: list[KindNode] = []

    @property
    def tree(self) -> PermissionTree | None:
        """The tree behind the indexes."""
        return self._tree

    def show(self, tree: PermissionTree | None) -> None:
        """Show another tree."""
        self.beginResetModel()
        self._tree = tree
        self._start_over()
        self.endResetModel()

    def filter(self, text: str, segment: Segment) -> None:
        """Narrow the tree and show what is left."""
        if self._tree is None:
            return
        self.beginResetModel()
        self._tree.filter(text, segment)
        self._start_over()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: order the leaves within each kind."""
        if self._tree is None or not 0 <= column < len(COLUMNS):
            return
        self.beginResetModel()
        self._tree.sort(COLUMNS[column], descending=order is Qt.SortOrder.DescendingOrder)
        self._start_over()
        self.endResetModel()

    def _start_over(self) -> None:
        self._roots = self._tree.shown if self._tree is not None else []
        self._kinds = []
        self._root_count = self._take_roots(0)

    def _take_roots(self, place: int) -> int:
        """Take APIs from a place on, until they bring a piece of rows along; return the place after them."""
        room = CHUNK
        while place < len(self._roots) and room > 0:
            for kind in self._roots[place].shown:
                count = min(len(kind.shown), max(room, 0))
                kind.handed = []
                self._kinds.append(kind)
                self._load(kind, count)
                room -= count + 1
            room -= 1
            place += 1
        return place

    def _load(self, kind: KindNode, count: int) -> None:
        handed = kind.handed
        for row in range(len(handed), count):
            leaf = kind.shown[row].of
            leaf.row = row
            leaf.prepare()
            handed.append(leaf)

    def node(self, index: Index) -> Node | None:
        """Return the node of an index, or None for an invalid one."""
        return index.internalPointer() if index.isValid() else None

    def index_of(self, node: Node, column: int = 0) -> QModelIndex:
        """Return the index of a node, handing over rows as far as needed; invalid for a leaf that is not shown."""
        kind = node.parent if isinstance(node, PermissionNode) else node
        api = kind.parent if isinstance(kind, KindNode) else kind
        while api.row >= self._root_count and self.more_roots:
            self.load_more()
        if isinstance(node, PermissionNode):
            shown = node.parent.shown
            if node.row >= len(shown) or shown[node.row].of is not node:
                node.row = next((row for row, leaf in enumerate(shown) if leaf.of is node), -1)
            if node.row < 0:
                return QModelIndex()
            self._insert(node.parent, node.row + 1)
        return self.createIndex(node.row, column, node)

    @property
    def more_roots(self) -> bool:
        """True while whole APIs are held back."""
        return self._root_count < len(self._roots)

    def pending(self) -> list[KindNode]:
        """Return the kinds that hold rows back, top to bottom."""
        return [kind for kind in self._kinds if len(kind.handed) < len(kind.shown)]

    def load_more(self, kind: KindNode | None = None) -> None:
        """Hand over the next rows of a kind, or the next APIs."""
        if kind is not None:
            self._insert(kind, min(len(kind.shown), len(kind.handed) + CHUNK))
            return
        first = self._root_count
        last = self._take_roots(first)
        if last > first:
            self.beginInsertRows(QModelIndex(), first, last - 1)
            self._root_count = last
            self.endInsertRows()

    def load_all(self) -> None:
        """Hand over everything, however much it is."""
        while self.more_roots:
            self.load_more()
        for kind in self.pending():
            self._insert(kind, len(kind.shown))

    def _insert(self, kind: KindNode, count: int) -> None:
        loaded = len(kind.handed)
        if count > loaded:
            self.beginInsertRows(self.createIndex(kind.row, 0, kind), loaded, count - 1)
            self._load(kind, count)
            self.endInsertRows()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own signature
        """Qt: the index of a child."""
        if not parent.isValid():
            known = 0 <= row < self._root_count and 0 <= column < len(COLUMNS)
            return self.createIndex(row, column, self._roots[row]) if known else QModelIndex()
        handed = _children(parent)
        known = 0 <= row < len(handed) and 0 <= column < len(COLUMNS)
        return self.createIndex(row, column, handed[row]) if known else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Qt: the index of the branch a node hangs on."""
        node = index.internalPointer() if index.isValid() else None
        if node is None or isinstance(node, ApiNode):
            return QModelIndex()
        return self.createIndex(node.parent.row, 0, node.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: how many children were handed over."""
        return len(_children(parent)) if parent.isValid() else self._root_count

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's own signature
        """Qt: every branch has some, handed over or not; a filter leaves no empty one."""
        if not parent.isValid():
            return bool(self._roots)
        return not parent.column() and not isinstance(parent.internalPointer(), PermissionNode)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: the same columns everywhere."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: the words of the heads."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].value
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return COLUMNS[section].value
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: words that are ready, and the node itself."""
        if not index.isValid():
            return None
        node: Node = index.internalPointer()
        if role == NODE_ROLE:
            return node
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return node.spoken if column is Column.PERMISSION else _words(node, column) or node.spoken
        return _words(node, column) if role == Qt.ItemDataRole.DisplayRole else None


def _children(parent: Index) -> Sequence[KindNode | PermissionNode]:
    if parent.column():
        return ()
    node: Node = parent.internalPointer()
    return node.shown if isinstance(node, ApiNode) else node.handed


def _words(node: Node, column: Column) -> str:
    if column is Column.PERMISSION:
        return node.label
    if not isinstance(node, PermissionNode):
        return ""
    if column is Column.STATUS:
        return node.look.label
    if column is Column.PURPOSE:
        return node.purpose
    return node.cells[_CELL[column]].text
