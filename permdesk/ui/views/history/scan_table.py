"""The table of scans: how its columns share the width, and what keys do in it."""

from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from permdesk.presentation.timeline import ScanLine
from permdesk.ui.models.scan_list import COLUMNS, ScanColumn, ScanListModel
from permdesk.ui.theme import Theme
from permdesk.ui.views.history.scan_delegate import ScanDelegate
from permdesk.ui.views.row_table import RowTable

#: Shares of the width: of what is over, the note has the most.
_LEAST: Final = {
    ScanColumn.READ: 212,
    ScanColumn.STATE: 136,
    ScanColumn.VERDICTS: 196,
    ScanColumn.CHANGE: 128,
    ScanColumn.WHO: 120,
    ScanColumn.NOTE: 120,
}
_GROWS: Final = {ScanColumn.VERDICTS: 1, ScanColumn.WHO: 2, ScanColumn.NOTE: 5}
#: Milliseconds after which scrolling has come to rest.
_REST: Final = 90


class ScanTable(RowTable):
    """Scans, newest first; several can be selected."""

    #: ScanLine: Return or a double click.
    open_requested = Signal(object)
    delete_requested = Signal()
    compare_requested = Signal()
    #: Esc.
    left = Signal()
    selection_changed = Signal()
    #: A note was written, or given up.
    written = Signal()
    #: It is being scrolled.
    scrolled = Signal()
    #: Scrolling came to rest, and other lines are in sight.
    moved = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chosen: frozenset[int] = frozenset()
        self.prepare(name="Scans", selection=QAbstractItemView.SelectionMode.ExtendedSelection, headless=False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._delegate = ScanDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self._delegate.closeEditor.connect(lambda *_: QTimer.singleShot(0, self, self.written.emit))
        self.scans = ScanListModel(self)
        self.setModel(self.scans)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self.moved)
        self.verticalScrollBar().valueChanged.connect(self._moving)
        self.scans.modelReset.connect(self._rest.start)
        self.doubleClicked.connect(self._double_clicked)
        self.restyle()

    def restyle(self) -> None:
        """Take heights and fonts from the theme again."""
        self._delegate.restyle()
        self.verticalHeader().setDefaultSectionSize(self._theme.size("app-row"))
        heads = self.horizontalHeader()
        heads.setFont(self._theme.font("small"))
        heads.setFixedHeight(self._theme.size("head"))
        self._fit()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the columns share the width."""
        super().resizeEvent(event)
        self._fit()
        self._rest.start()

    def _moving(self, _value: int) -> None:
        self.scrolled.emit()
        self._rest.start()

    def _fit(self) -> None:
        scale = self._theme.scale
        least = {column: round(width * scale) for column, width in _LEAST.items()}
        over = max(0, self.viewport().width() - sum(least.values()))
        share = sum(_GROWS.values())
        for place, column in enumerate(COLUMNS[:-1]):
            self.setColumnWidth(place, least[column] + over * _GROWS.get(column, 0) // share)
        rest = sum(self.columnWidth(place) for place in range(len(COLUMNS) - 1))
        self.setColumnWidth(len(COLUMNS) - 1, max(least[ScanColumn.NOTE], self.viewport().width() - rest))

    # What is chosen and seen

    def selected(self) -> list[ScanLine]:
        """Return the selected scans, newest first."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [line for row in rows if (line := self.scans.line(row)) is not None]

    def select(self, scan_ids: list[str]) -> None:
        """Select scans, the first one with the focus; those that are not listed are left out."""
        rows = [row for scan_id in scan_ids if (row := self.scans.row(scan_id)) is not None]
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self.scans.index(row, 0), self.scans.index(row, len(COLUMNS) - 1))
        model = self.selectionModel()
        if rows:
            model.setCurrentIndex(self.scans.index(rows[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            self.scrollTo(self.scans.index(rows[0], 0))

    def in_sight(self) -> list[ScanLine]:
        """Return the scans that can be seen, top to bottom."""
        if not self.isVisible() or not self.scans.rowCount():
            return []
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        last = self.scans.rowCount() - 1 if last < 0 else last
        return [line for row in range(first, last + 1) if (line := self.scans.line(row)) is not None]

    @property
    def writing(self) -> bool:
        """True while a note is being written."""
        return self.state() is QAbstractItemView.State.EditingState

    def edit_note(self) -> None:
        """Open the field for the note of the current scan."""
        row = self.currentIndex().row()
        index = self.scans.index(row, COLUMNS.index(ScanColumn.NOTE))
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.setCurrentIndex(index)
            self.edit(index)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Qt: other scans are selected."""
        super().selectionChanged(selected, deselected)
        self._chosen = frozenset(index.row() for index in self.selectionModel().selectedRows())
        self.selection_changed.emit()

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: the frame around the current row goes along."""
        super().currentChanged(current, previous)
        for row in {current.row(), previous.row()} - {-1}:
            self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint."""
        self._delegate.begin(self._chosen)
        super().paintEvent(event)

    # What a hand does

    def _double_clicked(self, index: QModelIndex) -> None:
        line = self.scans.line(index.row())
        if COLUMNS[index.column()] is ScanColumn.NOTE:
            self.edit_note()
        elif line is not None:
            self.open_requested.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Return opens, F2 writes a note, Del deletes, Space compares, Ctrl+C copies, Esc leaves."""
        if self.writing:
            # What ends the note in its field comes here, too.
            super().keyPressEvent(event)
            return
        key = event.key()
        line = self.scans.line(self.currentIndex().row())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None and not event.modifiers():
            self.open_requested.emit(line)
        elif key == Qt.Key.Key_F2:
            self.edit_note()
        elif key == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        elif key == Qt.Key.Key_Space and not event.modifiers():
            self.compare_requested.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            self.setCurrentIndex(self.scans.index(0 if key == Qt.Key.Key_Home else self.scans.rowCount() - 1, 0))
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected scans on the clipboard, as a spreadsheet takes them."""
        rows = ["\t".join(self.scans.words(line, column) for column in COLUMNS) for line in self.selected()]
        if rows:
            QGuiApplication.clipboard().setText("\n".join(rows))
