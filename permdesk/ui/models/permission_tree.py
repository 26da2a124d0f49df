"""The permission tree as Qt sees it: plain nodes behind indexes, huge branches handed over piece by piece."""

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from permdesk.domain.tree import ApiNode, Column, KindNode, Node, PermissionNode, PermissionTree, Segment

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = tuple(Column)
#: Returns the node itself.
NODE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
#: Rows of one branch that are handed over at a time: two screens full.
CHUNK: Final = 200
_CELL: Final = {Column.DOCUMENTED: 0, Column.CONFIGURED: 1, Column.GRANTED: 2, Column.SINCE: 3}


class PermissionTreeModel(QAbstractItemModel):
    """Adapts a tree; the nodes are kept alive by it, for indexes point at them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree: PermissionTree | None = None
        self._roots: list[ApiNode] = []
        self._root_count = 0
        #: kind -> number of its rows that were handed over.
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
        self._root_count = self._next_roots()

    def _next_roots(self) -> int:
        """Return how many APIs to show: as many more as make a piece, for each brings its rows along."""
        rows, place = 0, self._root_count if self._loaded else 0
        while place < len(self._roots) and rows < CHUNK:
            for kind in self._roots[place].shown:
                self._load(kind, min(len(kind.shown), CHUNK))
                rows += len(kind.shown)
            place += 1
        return place

    def _load(self, kind: KindNode, count: int) -> None:
        shown = kind.shown
        for row in range(self._loaded.get(kind, 0), count):
            shown[row].row = row
        self._loaded[kind] = count

    def node(self, index: Index) -> Node | None:
        """Return the node of an index, or None for an invalid one."""
        return index.internalPointer() if index.isValid() else None

    def index_of(self, node: Node, column: int = 0) -> QModelIndex:
        """Return the index of a shown node, handing over its branch as far as needed."""
        if isinstance(node, PermissionNode):
            kind = node.parent
            self._reach_root(kind.parent.row)
            while node.row >= self._loaded.get(kind, 0) or kind.shown[node.row] is not node:
                loaded = self._loaded.get(kind, 0)
                if loaded >= len(kind.shown):
                    return QModelIndex()
                self.fetchMore(self.index_of(kind))
        elif isinstance(node, KindNode):
            self._reach_root(node.parent.row)
        else:
            self._reach_root(node.row)
        return self.createIndex(node.row, column, node)

    def _reach_root(self, row: int) -> None:
        while row >= self._root_count < len(self._roots):
            self.fetchMore(QModelIndex())

    def load_all(self) -> None:
        """Hand over everything, however much it is."""
        self._reach_root(len(self._roots) - 1)
        for kind in list(self._loaded):
            if self._loaded[kind] < len(kind.shown):
                self._insert(kind, len(kind.shown))

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own signature
        """Qt: the index of a child."""
        if row < 0 or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, self._roots[row]) if row < self._root_count else QModelIndex()
        node = parent.internalPointer()
        if parent.column() or row >= self._count(node):
            return QModelIndex()
        return self.createIndex(row, column, node.shown[row])

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

    def canFetchMore(self, parent: Index) -> bool:
        """Qt: whether a branch holds rows back."""
        if not parent.isValid():
            return self._root_count < len(self._roots)
        node = parent.internalPointer()
        return isinstance(node, KindNode) and self._loaded.get(node, 0) < len(node.shown)

    def fetchMore(self, parent: Index) -> None:
        """Qt: hand over the next rows of a branch."""
        if not parent.isValid():
            first = self._root_count
            if first >= len(self._roots):
                return
            # Counted before the rows are announced: Qt asks for them while it hears of them.
            last = self._next_roots()
            self.beginInsertRows(QModelIndex(), first, last - 1)
            self._root_count = last
            self.endInsertRows()
            return
        node = parent.internalPointer()
        if isinstance(node, KindNode):
            self._insert(node, min(len(node.shown), self._loaded.get(node, 0) + CHUNK))

    def _insert(self, kind: KindNode, count: int) -> None:
        loaded = self._loaded.get(kind, 0)
        if count > loaded:
            self.beginInsertRows(self.createIndex(kind.row, 0, kind), loaded, count - 1)
            self._load(kind, count)
            self.endInsertRows()

    def pending(self) -> list[KindNode]:
        """Return the kinds that hold rows back, top to bottom."""
        return [kind for kind, loaded in self._loaded.items() if loaded < len(kind.shown)]

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
            return node.spoken if column is Column.PERMISSION else _words(node, column)
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
