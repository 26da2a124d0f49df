"""The timeline as Qt sees it: one row per scan; what a scan comes to arrives later, row by row."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from permdesk.domain.scan_store import ScanRecord
from permdesk.presentation.scan_insight import Insight, change_words, spoken_line, verdict_words
from permdesk.presentation.timeline import ScanLine

Index = QModelIndex | QPersistentModelIndex


class ScanColumn(StrEnum):
    """The columns of the timeline, in order; the words of their heads."""

    READ = "Read"
    STATE = "Completeness"
    VERDICTS = "Vendor apps"
    CHANGE = "Changes"
    WHO = "Read by"
    NOTE = "Note"


COLUMNS: Final = tuple(ScanColumn)
_NOTE: Final = COLUMNS.index(ScanColumn.NOTE)
# Views ask for flags whenever they paint.
_READABLE: Final = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE: Final = _READABLE | Qt.ItemFlag.ItemIsEditable


class Unreadable(Struct, frozen=True):
    """Stands for what a scan comes to where it could not be opened."""

    reason: str


Found = Insight | Unreadable


class ScanListModel(QAbstractTableModel):
    """Adapts the lines of a timeline."""

    #: ScanLine and the text a person wrote on it.
    noted = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[ScanLine] = ()
        self._places: dict[str, int] = {}
        #: By scan, with the one it is told from: deleting that one changes what is told.
        self._found: dict[str, tuple[ScanRecord | None, Found]] = {}
        #: Id of the scan on screen.
        self.open_scan = ""

    def show(self, lines: Sequence[ScanLine], *, open_scan: str) -> None:
        """Show other lines; what is known of scans stays known."""
        self.beginResetModel()
        self._lines, self.open_scan = lines, open_scan
        self._places = {line.scan_id: row for row, line in enumerate(lines)}
        self.endResetModel()

    def forget(self) -> None:
        """Forget what scans come to: people said something else, or a scan between two went."""
        self._found.clear()
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, len(COLUMNS) - 1))

    def tell(self, line: ScanLine, found: Found) -> None:
        """Take what one scan comes to."""
        self._found[line.scan_id] = (line.before, found)
        row = self._places.get(line.scan_id)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def found(self, line: ScanLine) -> Found | None:
        """Return what a scan comes to; None while nobody has looked."""
        known = self._found.get(line.scan_id)
        return known[1] if known is not None and _same(known[0], line.before) else None

    def line(self, row: int) -> ScanLine | None:
        """Return the line of a row, or None where there is none."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row(self, scan_id: str) -> int | None:
        """Return the row of a scan, or None where it is not listed."""
        return self._places.get(scan_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: the number of scans."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: the same columns everywhere."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: the words of the heads."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return COLUMNS[section].value
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: notes of finished scans can be edited in place."""
        line = self.line(index.row()) if index.column() == _NOTE else None
        return _EDITABLE if line is not None and line.finished else _READABLE

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: words that are ready."""
        line = self.line(index.row()) if index.isValid() else None
        if line is None:
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(line, column)
        if role == Qt.ItemDataRole.EditRole and line.record is not None:
            return line.record.note
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if column is ScanColumn.READ:
                return spoken_line(line, self._insight(line), shown=line.scan_id == self.open_scan)
            return self.words(line, column) or f"no {column.value.lower()}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: a note was written; whoever keeps it shows it again."""
        line = self.line(index.row())
        if role != Qt.ItemDataRole.EditRole or line is None or line.record is None:
            return False
        text = str(value).strip()
        # A field of one line shows line breaks as blanks: what looks the same was not edited.
        if text == " ".join(line.record.note.split("\n")).strip():
            return False
        self.noted.emit(line, text)
        return True

    def words(self, line: ScanLine, column: ScanColumn) -> str:
        """Return the words of a cell."""
        insight = self._insight(line)
        match column:
            case ScanColumn.READ:
                return line.when
            case ScanColumn.STATE:
                return line.state
            case ScanColumn.VERDICTS:
                return verdict_words(insight) if insight is not None else ""
            case ScanColumn.CHANGE:
                return change_words(insight, first=line.before is None) if insight is not None else ""
            case ScanColumn.WHO:
                return line.who
            case ScanColumn.NOTE:
                return line.note

    def _insight(self, line: ScanLine) -> Insight | None:
        found = self.found(line)
        return found if isinstance(found, Insight) else None


def _same(one: ScanRecord | None, other: ScanRecord | None) -> bool:
    return one is other or (one is not None and other is not None and one.scan_id == other.scan_id)
