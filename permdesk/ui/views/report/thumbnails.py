"""The pages of a report in small, one below the other; the chosen one is shown large."""

from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.page_images import PageImages
from permdesk.ui.views.report.page_view import paint_page

_Index = QModelIndex | QPersistentModelIndex
WIDTH: Final = 132
_PAGE: Final = 84
_AIR: Final = 8


class _Model(QAbstractListModel):
    """One row for each page; the pictures are asked for while they are painted."""

    def __init__(self, images: PageImages) -> None:
        super().__init__(images)
        self._images = images
        images.changed.connect(self._renew)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Qt: how many pages."""
        return 0 if parent is not None and parent.isValid() else self._images.count

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the number of the page."""
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{index.row() + 1:,}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Page {index.row() + 1:,} of {self._images.count:,}"
        return None

    def _renew(self) -> None:
        self.beginResetModel()
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, images: PageImages, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._images, self._view = theme, images, view

    def _page(self) -> QSize:
        # A wide page is as high as it may be, a high one as wide.
        across, down = self._images.size
        width = _PAGE if down >= across else WIDTH - 2 * _AIR - 14
        return QSize(width, round(self._images.height_at(width)))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Qt: the page, its number, air."""
        return QSize(WIDTH - 12, self._page().height() + 2 * _AIR + self._theme.line("smallest"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: paint one page."""
        theme, whole = self._theme, option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            focused = self._view.hasFocus()
            painter.fillRect(whole, theme.color("selection" if focused else "selection-idle"))
            mirrored = self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft
            painter.fillRect(
                QRect(whole.right() - 2 if mirrored else whole.left(), whole.top(), 3, whole.height()),
                theme.color("accent"),
            )
            if focused:
                painter.setPen(QPen(theme.color("accent"), 1))
                painter.drawRect(whole.adjusted(0, 0, -1, -1))
        size = self._page()
        left = whole.left() + (whole.width() - size.width()) // 2
        paint_page(
            painter, theme, self._images, index.row(), QRect(left, whole.top() + _AIR, size.width(), size.height())
        )
        painter.setFont(theme.font("smallest"))
        painter.setPen(theme.color("text2"))
        number = QRect(whole.left(), whole.top() + _AIR + size.height(), whole.width(), theme.line("smallest") + 4)
        draw_words(painter, number, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        painter.restore()


class Thumbnails(QListView):
    """The list of pages."""

    #: A person chose a page, from 0.
    chosen = Signal(int)

    def __init__(self, theme: Theme, images: PageImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(_Model(images))
        self.setItemDelegate(_Delegate(theme, images, self))
        self.setAccessibleName("Pages in small")
        self.setFixedWidth(WIDTH)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalScrollBar().setSingleStep(40)
        self._silent = False
        self.selectionModel().currentChanged.connect(self._moved)
        images.changed.connect(lambda: self.show_page(0))
        # Not through the model: a list lays all its rows out anew for a single one that changed.
        images.arrived.connect(lambda _page: self.viewport().update())
        theme.changed.connect(self.viewport().update)

    def show_page(self, page: int) -> None:
        """Choose a page, silently."""
        self._silent = True
        index = self.model().index(page, 0)
        if index.isValid():
            self.setCurrentIndex(index)
        self._silent = False

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._silent:
            self.chosen.emit(now.row())
