"""The permission tree as Qt sees it: plain nodes behind indexes, huge branches handed over piece by piece."""

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from permdesk.domain.tree import Column, PermissionTree, Segment
from permdesk.domain.tree_nodes import ApiNode, KindNode, Node, PermissionNode

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = tuple(Column)
#: Returns the node itself.
NODE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
#: Rows that are handed over at a time: a few screens full.
CHUNK: Final = 80
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
        #: kind -> number of its rows that were handed over, in the order of the tree.
        self._loaded: dict[KindNode, int] = {}

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
        self._loaded = {}
        self._root_count = self._take_roots(0)

    def _take_roots(self, place: int) -> int:
        """Take APIs from a place on, until they bring a piece of rows along; return the place after them."""
        room = CHUNK
        while place < len(self._roots) and room > 0:
            for kind in self._roots[place].shown:
                count = min(len(kind.shown), max(room, 0))
                self._load(kind, count)
                room -= count + 1
            room -= 1
            place += 1
        return place

    def _load(self, kind: KindNode, count: int) -> None:
        shown = kind.shown
        for row in range(self._loaded.get(kind, 0), count):
            leaf = shown[row].of
            leaf.row = row
            leaf.prepare()
        self._loaded[kind] = count

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
        return [kind for kind, loaded in self._loaded.items() if loaded < len(kind.shown)]

    def load_more(self, kind: KindNode | None = None) -> None:
        """Hand over the next rows of a kind, or the next APIs."""
        if kind is not None:
            self._insert(kind, min(len(kind.shown), self._loaded.get(kind, 0) + CHUNK))
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
        loaded = self._loaded.get(kind, 0)
        if count > loaded:
            self.beginInsertRows(self.createIndex(kind.row, 0, kind), loaded, count - 1)
            self._load(kind, count)
            self.endInsertRows()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own signature
        """Qt: the index of a child."""
        if row < 0 or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, self._roots[row]) if row < self._root_count else QModelIndex()
        node = parent.internalPointer()
        if parent.column() or row >= self._count(node):
            return QModelIndex()
        child = node.shown[row]
        return self.createIndex(row, column, child.of if isinstance(node, KindNode) else child)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Qt: the index of the branch a node hangs on."""
        if not index.isValid():
            return QModelIndex()
        node = index.internalPointer()
        if isinstance(node, ApiNode):
            return QModelIndex()
        return self.createIndex(node.parent.row, 0, node.parent)

    def _count(self, node: Node) -> int:
        if isinstance(node, PermissionNode):
            return 0
        return self._loaded.get(node, 0) if isinstance(node, KindNode) else len(node.shown)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: how many children were handed over."""
        if not parent.isValid():
            return self._root_count
        return 0 if parent.column() else self._count(parent.internalPointer())

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's own signature
        """Qt: every branch has some; a filter leaves no empty one."""
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
