"""The table of accounts: its rows, how they are sorted and painted, and its heads, which keys reach too."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from permdesk.presentation.accounts import AccountRow
from permdesk.presentation.appearance import WARNING, Tone
from permdesk.ui import glyphs, icons
from permdesk.ui.painting import draw_words, paint_hatch, tool_tip
from permdesk.ui.theme import Theme


class Column(IntEnum):
    """What is told of an account, from left to right."""

    ACCOUNT = 0
    TENANT = 1
    CLOUD = 2
    LAST = 3
    AGE = 4
    READS = 5
    APPS = 6
    STATE = 7


_HEADS: Final = ("Account", "Tenant", "Cloud", "Last scan", "Age", "Reads", "Apps", "Sign-in")
_NAMES: Final = (Column.ACCOUNT, Column.TENANT)
_AIR: Final = 8
_MARKER: Final = 3
_GLYPH: Final = 14
_CHEVRON: Final = 12
#: What a font may be wider painted than measured.
_SLACK: Final = 3
_NOTHING: Final = "–"


class AccountItem(QTreeWidgetItem):
    """One account in one tenant."""

    def __init__(self, row: AccountRow) -> None:
        super().__init__()
        self.row = row
        self.show_row(row)

    def show_row(self, row: AccountRow) -> None:
        """Show what is known of it by now."""
        self.row = row
        account = f"{row.account} · guest" if row.guest else row.account
        apps = f"{row.apps:,}" if row.apps is not None else _NOTHING
        texts = (account, row.tenant, row.cloud, row.last or _NOTHING, row.age, row.reads or _NOTHING, apps, row.state)
        for column, text in enumerate(texts):
            if self.text(column) != text:
                self.setText(column, text)
        self.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        for column in _NAMES:
            self.setToolTip(column, tool_tip(texts[column]))
        for when in (Column.LAST, Column.AGE):
            self.setToolTip(when, tool_tip(row.period))

    def __lt__(self, other: object) -> bool:
        """Qt: the order of a column; names settle what is equal in it."""
        tree = self.treeWidget()
        if not isinstance(other, AccountItem) or tree is None:
            return False
        column = Column(max(0, tree.sortColumn()))
        return self._order(column) < other._order(column)

    def _order(self, column: Column) -> tuple[object, ...]:
        row = self.row
        read = row.read_at.timestamp() if row.read_at is not None else None
        # A tenant that was never read has no name yet: its id stands behind the names.
        names = (row.account.casefold(), read is None, row.tenant.casefold(), row.key)
        match column:
            case Column.ACCOUNT:
                return names
            case Column.TENANT:
                return (read is None, row.tenant.casefold(), *names)
            case Column.CLOUD:
                return (row.cloud, *names)
            case Column.LAST:
                return (read is not None, read or 0.0, *names)
            case Column.AGE:
                return (read is None, -(read or 0.0), *names)
            case Column.READS:
                return (("not fully read", "", "complete").index(row.reads), *names)
            case Column.APPS:
                return (-1 if row.apps is None else row.apps, *names)
            case _:
                return (not row.expired, row.state, *names)


class AccountList(QTreeWidget):
    """Rows of accounts; a click on a head, or Space on it, sorts by it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeader(_Header(theme, self))
        self.setColumnCount(len(_HEADS))
        self.setHeaderLabels(list(_HEADS))
        self.setItemDelegate(_Delegate(theme, self))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAccessibleName("Accounts")
        self.setFont(theme.font("small"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        # Tab goes on to the buttons; the arrows move in here.
        self.setTabKeyNavigation(False)
        header = self.header()
        for column in Column:
            # Counts, states and dates are never cut; names are.
            mode = QHeaderView.ResizeMode.Stretch if column in _NAMES else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        self.sortByColumn(Column.ACCOUNT, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._sort)

    def items(self) -> list[AccountItem]:
        """Return every row, in the order it is shown."""
        found = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return [item for item in found if isinstance(item, AccountItem)]

    def show_rows(self, rows: Sequence[AccountRow]) -> None:
        """Show these accounts; what is chosen, and how far the list is scrolled, stays."""
        before = {item.row.key: item for item in self.items()}
        wanted = {row.key for row in rows}
        self.setUpdatesEnabled(False)
        for key, item in before.items():
            if key not in wanted:
                self.takeTopLevelItem(self.indexOfTopLevelItem(item))
        for row in rows:
            known = before.get(row.key)
            if known is None:
                self.addTopLevelItem(AccountItem(row))
            elif known.row != row:
                known.show_row(row)
        self._sort(self.header().sortIndicatorSection(), self.header().sortIndicatorOrder())
        self.setUpdatesEnabled(True)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self.sortItems(column, order)
        now = self.currentItem()
        if now is not None:
            self.scrollToItem(now)

    def row_of(self, item: QTreeWidgetItem | None) -> AccountRow | None:
        """Return what an item shows, where it can be seen."""
        return item.row if isinstance(item, AccountItem) and not item.isHidden() else None


class _Header(QHeaderView):
    """Heads painted as those of the tree are; Left and Right choose one of them, Space or Return sorts by it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._chosen = 0
        self.setAccessibleName("Columns: Left and Right choose one, Space sorts by it")
        self.setFont(theme.font("small"))
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(40)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """Qt: the height of a table head."""
        return QSize(super().sizeHint().width(), self._theme.size("head"))

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:  # noqa: N803 - Qt's own name
        """Qt: room for the words and the chevron."""
        words = QFontMetrics(self.font()).horizontalAdvance(_HEADS[logicalIndex])
        return QSize(words + 2 * _AIR + 4 + _CHEVRON, self._theme.size("head"))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        """Qt: paint one head."""
        theme = self._theme
        painter.save()
        painter.fillRect(rect, theme.color("raised"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        painter.setFont(self.font())
        painter.setPen(theme.color("text2"))
        words, inner = _HEADS[logicalIndex], rect.adjusted(_AIR, 0, -_AIR, 0)
        trailing = logicalIndex == Column.APPS
        across = Qt.AlignmentFlag.AlignTrailing if trailing else Qt.AlignmentFlag.AlignLeading
        draw_words(painter, inner, Qt.AlignmentFlag.AlignVCenter | across, words)
        if self.sortIndicatorSection() == logicalIndex:
            after = painter.fontMetrics().horizontalAdvance(words) + 4
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            from_right = mirrored is not trailing
            x = inner.right() + 1 - after - _CHEVRON if from_right else inner.left() + after
            self._paint_order(painter, QRect(x, rect.top(), _CHEVRON, rect.height()))
        if self.hasFocus() and logicalIndex == self._chosen:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_order(self, painter: QPainter, box: QRect) -> None:
        painter.save()
        if self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder:
            painter.translate(0, box.top() + box.bottom() + 1)
            painter.scale(1, -1)
        icons.paint(painter, "chevron-down", box, self._theme.color("text2"))
        painter.restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: choose a head, or sort by it."""
        key = event.key()
        back, on = Qt.Key.Key_Left, Qt.Key.Key_Right
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            back, on = on, back
        shown = [section for section in range(self.count()) if not self.isSectionHidden(section)]
        if key in (back, on) and self._chosen in shown:
            place = shown.index(self._chosen) + (1 if key == on else -1)
            self._chosen = shown[max(0, min(place, len(shown) - 1))]
            self.viewport().update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            ascending = Qt.SortOrder.AscendingOrder
            again = self.sortIndicatorSection() == self._chosen and self.sortIndicatorOrder() is ascending
            self.setSortIndicator(self._chosen, Qt.SortOrder.DescendingOrder if again else ascending)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: the ring appears."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the ring goes."""
        super().focusOutEvent(event)
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    """Paints cells as the other lists of the window do: an accent bar where chosen, hatched where not fully read."""

    def __init__(self, theme: Theme, view: AccountList) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: its words with air, as high as a row."""
        words = QFontMetrics(self._view.font()).horizontalAdvance(str(index.data() or ""))
        row = self._view.row_of(self._view.topLevelItem(index.row()))
        glyph = _GLYPH + 6 if row is not None and row.expired and index.column() == Column.STATE else 0
        return QSize(words + 2 * _AIR + glyph + _SLACK, self._theme.size("row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint one cell."""
        row = self._view.row_of(self._view.topLevelItem(index.row()))
        if row is None:
            return
        rect: QRect = option.rect
        painter.save()
        self._paint_ground(painter, rect, option, index.column())
        painter.setFont(self._view.font())
        self._paint_cell(painter, rect, row, Column(index.column()), str(index.data() or ""))
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, column: int) -> None:
        theme, view = self._theme, self._view
        state: QStyle.StateFlag = option.state
        if not state & QStyle.StateFlag.State_Selected:
            hovered = state & QStyle.StateFlag.State_MouseOver
            painter.fillRect(rect, theme.color("hover" if hovered else "panel"))
            return
        active = view.hasFocus()
        painter.fillRect(rect, theme.color("selection" if active else "selection-idle"))
        mirrored = view.layoutDirection() is Qt.LayoutDirection.RightToLeft
        accent = theme.color("accent")
        first, last = column == Column.ACCOUNT, column == Column.STATE
        if active:
            painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), accent)
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), accent)
            if last:
                painter.fillRect(QRect(rect.left() if mirrored else rect.right(), rect.top(), 1, rect.height()), accent)
        if first:
            bar = QRect(rect.left(), rect.top(), _MARKER, rect.height())
            if mirrored:
                bar.moveRight(rect.right())
            painter.fillRect(bar, accent)

    def _paint_cell(self, painter: QPainter, rect: QRect, row: AccountRow, column: Column, text: str) -> None:
        theme = self._theme
        ink = theme.color("text" if column in _NAMES else "text2")
        inner = rect.adjusted(_AIR, 0, -_AIR, 0)
        across = Qt.AlignmentFlag.AlignTrailing if column is Column.APPS else Qt.AlignmentFlag.AlignLeading
        metrics = painter.fontMetrics()
        if text == _NOTHING:
            ink = theme.color("muted")
        elif column is Column.READS and row.reads == "not fully read":
            box = rect.adjusted(2, 4, -2, -4)
            paint_hatch(painter, box, theme, QPoint(0, 0))
            ink = theme.tone(Tone.UNREAD)
        elif column is Column.STATE and row.expired:
            ink = theme.tone(Tone.PARTIAL)
            mirrored = self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft
            x = inner.right() + 1 - _GLYPH if mirrored else inner.left()
            box = QRect(x, rect.top() + (rect.height() - _GLYPH) // 2, _GLYPH, _GLYPH)
            glyphs.paint(painter, WARNING.glyph, box, ink)
            inner = inner.adjusted(0, 0, -_GLYPH - 6, 0) if mirrored else inner.adjusted(_GLYPH + 6, 0, 0, 0)
        painter.setPen(ink)
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        draw_words(painter, inner, Qt.AlignmentFlag.AlignVCenter | across, cut)
