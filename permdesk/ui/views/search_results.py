"""What the search at the top finds, in a list that hangs below it."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from permdesk.presentation.quick_search import Hit
from permdesk.ui import icons
from permdesk.ui.elision import elide_middle
from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Paragraph

_HIT: Final = Qt.ItemDataRole.UserRole
_WIDTH: Final = 400


class _HitDelegate(QStyledItemDelegate):
    """Paints a result: icon, title, remark."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: two lines."""
        return QSize(_WIDTH, max(40, self._theme.size("app-row")))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint."""
        hit = index.data(_HIT)
        if not isinstance(hit, Hit):
            return
        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        right_to_left = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        icon_left = rect.right() - 27 if right_to_left else rect.left() + 12
        icons.paint(
            painter,
            "search" if hit.permission is not None else "application",
            QRect(icon_left, rect.center().y() - 7, 16, 16),
            theme.color("text2"),
        )
        words = rect.adjusted(12, 4, -40, -4) if right_to_left else rect.adjusted(40, 4, -12, -4)
        half = words.height() // 2
        for text, role, ink, top in (
            (hit.title, "small", "text", words.top()),
            (hit.remark, "smallest", "muted", words.top() + half),
        ):
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            shown = elide_middle(text, QFontMetrics(font), words.width())
            box = QRect(words.left(), top, words.width(), half)
            draw_words(painter, box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)
        painter.restore()


class SearchResults(QFrame):
    """Hangs below the search field; it never takes the focus from it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.list = QListWidget()
        self.list.setAccessibleName("Search results")
        self.list.setItemDelegate(_HitDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(lambda _item: self.take())
        self._nothing = Paragraph(theme, "", ink="text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 5, 1, 5)
        column.addWidget(self.list)
        column.addWidget(self._nothing)
        self._nothing.setContentsMargins(12, 4, 12, 4)
        self.hide()

    def show_hits(self, hits: list[Hit], text: str, below: QWidget) -> None:
        """Show what was found below a field; an empty text hides the list."""
        if not text.strip():
            self.hide()
            return
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem()
            item.setData(_HIT, hit)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{hit.title}, {hit.remark}")
            self.list.addItem(item)
        self.list.setVisible(bool(hits))
        self._nothing.setVisible(not hits)
        self._nothing.set_text("  Neither an app, an ID nor a permission of this tenant.")
        if hits:
            self.list.setCurrentRow(0)
        self._place(below, len(hits))
        self.show()
        self.raise_()

    def _place(self, below: QWidget, number: int) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        row = self.list.sizeHintForRow(0) if number else 28
        height = max(1, number) * row + 12
        corner = below.mapTo(parent, QPoint(below.width() - _WIDTH, below.height() + 4))
        x = max(8, min(corner.x(), parent.width() - _WIDTH - 8))
        self.setGeometry(x, corner.y(), _WIDTH, min(height, parent.height() - corner.y() - 8))

    def step(self, step: int) -> None:
        """Select the next or the previous result."""
        number = self.list.count()
        if number:
            self.list.setCurrentRow((self.list.currentRow() + step) % number)

    def take(self) -> None:
        """Choose the selected result."""
        item = self.list.currentItem()
        hit = item.data(_HIT) if self.isVisible() else None
        if isinstance(hit, Hit):
            self.hide()
            self.chosen.emit(hit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        painter.setPen(QPen(self._theme.color("edge"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
