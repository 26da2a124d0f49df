"""The list of apps as Qt sees it: one column, one row per line."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from permdesk.domain.dates import day
from permdesk.presentation.app_rows import AppRow
from permdesk.presentation.listing import NO_LISTING, GroupRow, Line, Listing, OverviewRow
from permdesk.presentation.news import News

Index = QModelIndex | QPersistentModelIndex
#: Returns the line itself, so that nobody has to take texts apart.
LINE_ROLE: Final = Qt.ItemDataRole.UserRole + 1


def title(line: Line) -> str:
    """Return the words a line is found by when letters are typed."""
    match line:
        case AppRow():
            return line.title
        case GroupRow():
            return line.group.label
        case OverviewRow():
            return line.spoken


class AppListModel(QAbstractTableModel):
    """Adapts a listing; ``index`` stays Qt's own, which is what makes 100,000 rows instant."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._listing = NO_LISTING
        self._news: News | None = None

    @property
    def listing(self) -> Listing:
        """What is shown."""
        return self._listing

    def show(self, listing: Listing, news: News | None = None) -> None:
        """Show another listing, and mark what is new in it."""
        self.beginResetModel()
        self._listing, self._news = listing, news
        self.endResetModel()

    def mark(self, row: AppRow) -> str:
        """Return what became of an app since the scan before: "new", "changed", or nothing."""
        return self._news.mark(row.key) if self._news is not None else ""

    def marked_since(self, row: AppRow) -> str:
        """Return the same as a sentence for the tool tip."""
        mark = self.mark(row)
        if not mark or self._news is None:
            return ""
        told = "Not there at the scan before" if mark == "new" else "Changed since the scan before"
        since = self._news.since
        return f"{told}, of {day(since.astimezone().date())}." if since is not None else f"{told}."

    def line(self, row: int) -> Line | None:
        """Return the line of a row, or None where there is none."""
        return self._listing[row] if 0 <= row < len(self._listing) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: the number of lines."""
        return 0 if parent.isValid() else len(self._listing)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Qt: one column."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: words that are ready, and the line itself."""
        if not index.isValid():
            return None
        line = self._listing[index.row()]
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return title(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            mark = self.mark(line) if isinstance(line, AppRow) else ""
            return f"{line.spoken}, {mark} since the scan before" if mark else line.spoken
        return None
