"""The lines of a difference as Qt sees them: one column, one row per line."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from permdesk.presentation.difference_list import DiffLine, LineKind

Index = QModelIndex | QPersistentModelIndex


class DiffListModel(QAbstractTableModel):
    """Adapts lines."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[DiffLine] = ()

    def show(self, lines: Sequence[DiffLine]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, row: int) -> DiffLine | None:
        """Return the line of a row, or None where there is none."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: the number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: one column."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: a section's head is read, not chosen."""
        flags = super().flags(index)
        line = self.line(index.row())
        if line is not None and line.kind is LineKind.SECTION:
            flags &= ~Qt.ItemFlag.ItemIsSelectable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: words that are ready."""
        line = self.line(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        return line.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None
