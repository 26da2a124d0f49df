"""The list of apps: heights, selection and how a hand moves among its lines."""

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from permdesk.presentation.app_rows import AppRow, Group
from permdesk.presentation.listing import GroupRow, Line
from permdesk.ui.models.app_list import AppListModel
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_delegate import AppDelegate
from permdesk.ui.views.row_table import RowTable


class AppListView(RowTable):
    """A table of one column without head or grid: heights are the vertical header's, so filtering is instant."""

    #: A group's head was clicked, or folded by key: the group, and whether it should be open.
    fold_requested = Signal(object, bool)
    #: Ctrl+C, or Ctrl+Shift+C for the whole row: True.
    copy_asked = Signal(bool)
    #: Return or a click on a line.
    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tall: tuple[int, ...] = ()
        self.prepare(name="Apps", selection=QAbstractItemView.SelectionMode.SingleSelection, headless=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = AppDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self._model = AppListModel(self)
        self.setModel(self._model)
        self.restyle()

    @property
    def list_model(self) -> AppListModel:
        """The model it shows."""
        return self._model

    def restyle(self) -> None:
        """Take heights and fonts from the theme again."""
        self._delegate.restyle()
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(self._theme.size("app-row"))
        # A new default height reaches every row, the heads among them.
        self._tall = ()
        self.fit_heads()
        self.viewport().update()

    def fit_heads(self) -> None:
        """Give the overview and the group heads their own heights: a few rows, whatever the length of the list."""
        rows = self.verticalHeader()
        default, count = rows.defaultSectionSize(), rows.count()
        heads = (0, *self._model.listing.heads) if count else ()
        height = self._theme.size("row")
        # The table lays itself out once, after the reset; it need not hear of each height before.
        rows.blockSignals(True)
        for row in self._tall:
            if row < count and row not in heads:
                rows.resizeSection(row, default)
        for row in heads:
            rows.resizeSection(row, height + 6 if row == 0 else height)
        rows.blockSignals(False)
        self._tall = heads

    def _line_at(self, index: QModelIndex) -> Line | None:
        return self._model.line(index.row()) if index.isValid() else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: would choose the first line where none is chosen; here the chosen app may merely be filtered out."""
        selection = self.selectionModel()
        chosen = selection.currentIndex().isValid()
        selection.blockSignals(not chosen)
        super().focusInEvent(event)
        if not chosen:
            selection.clear()
        selection.blockSignals(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a group's head folds it and leaves the selection alone."""
        line = self._line_at(self.indexAt(event.position().toPoint()))
        if isinstance(line, GroupRow) and event.button() is Qt.MouseButton.LeftButton:
            self.fold_requested.emit(line.group, line.collapsed)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click chooses, also what is chosen already."""
        super().mouseReleaseEvent(event)
        line = self._line_at(self.indexAt(event.position().toPoint()))
        if line is not None and not isinstance(line, GroupRow) and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows fold and unfold groups; everything else is a table's."""
        line = self._line_at(self.currentIndex())
        key = event.key()
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy) or (key == Qt.Key.Key_C and event.modifiers() == control_shift):
            self.copy_asked.emit(not event.matches(QKeySequence.StandardKey.Copy))
            return
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        opening = Qt.Key.Key_Left if right_to_left else Qt.Key.Key_Right
        closing = Qt.Key.Key_Right if right_to_left else Qt.Key.Key_Left
        if isinstance(line, GroupRow) and key in (opening, closing, Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.fold_requested.emit(line.group, key == opening or (key != closing and line.collapsed))
        elif isinstance(line, AppRow) and key == closing:
            self._go_to_head(line.group)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            self.chosen.emit(line)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            last = self._model.rowCount() - 1
            self.setCurrentIndex(self._model.index(0 if key == Qt.Key.Key_Home else last, 0))
        else:
            super().keyPressEvent(event)

    def _go_to_head(self, group: Group) -> None:
        for place in self._model.listing.heads:
            line = self._model.line(place)
            if isinstance(line, GroupRow) and line.group is group:
                self.setCurrentIndex(self._model.index(place, 0))

    def head_rect(self, row: int) -> QRect:
        """Return where a row is painted, in the viewport."""
        return self.visualRect(self._model.index(row, 0))

    def row_at(self, position: QPoint) -> Line | None:
        """Return the line at a place of the viewport, or None."""
        return self._line_at(self.indexAt(position))
