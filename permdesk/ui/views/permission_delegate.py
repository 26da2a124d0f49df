"""How a row of the permission tree is painted: every word comes ready with the node."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from permdesk.domain.finding import Status
from permdesk.domain.permission import Kind
from permdesk.presentation.appearance import STATUS, Tone
from permdesk.presentation.tree import Column
from permdesk.presentation.tree_nodes import ApiNode, KindNode, PermissionNode
from permdesk.presentation.tree_rows import Cell, Mark
from permdesk.ui import glyphs, icons
from permdesk.ui.elision import elide_middle
from permdesk.ui.models.permission_tree import COLUMNS
from permdesk.ui.painting import draw_words, paint_hatch, paint_tag, tag_size
from permdesk.ui.theme import Theme

#: Air at both sides of a cell: usually, and where the pane is narrow.
AIR: Final = (8, 5)
_GAP: Final = 6
_MARK: Final = 14
_MARKER: Final = 3
# Leaves stand below the words of their kind, not below its icon.
_LEAD: Final = 14
_MOST_PICTURES: Final = 300
_CELL: Final = {Column.DOCUMENTED: 0, Column.CONFIGURED: 1, Column.GRANTED: 2, Column.SINCE: 3}
_COUNTED: Final = frozenset(STATUS) - {Status.BASIC, Status.GRANTED}
_LEADING: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading


class PermissionDelegate(QStyledItemDelegate):
    """Paints the cells of leaves, and branches over their whole row."""

    def __init__(self, theme: Theme, view: QTreeView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.air = AIR[0]
        self.restyle()

    def set_air(self, air: int) -> None:
        """Take more or less room at both sides of each cell."""
        if air != self.air:
            self.air = air
            self._pictures.clear()

    def restyle(self) -> None:
        """Take fonts from the theme again."""
        theme = self._theme
        self._font, self._strong = theme.font("cell"), theme.font("cell-strong")
        self._metrics, self._strong_metrics = QFontMetrics(self._font), QFontMetrics(self._strong)
        self._cut: dict[tuple[str, int], str] = {}
        self._tags: dict[str, QSize] = {}
        self._pictures: dict[object, QPixmap] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: asked once, for all rows are of one height."""
        return QSize(100, self._theme.size("row"))

    def needed_width(self, column: Column) -> int:
        """Return the width at which no word of a column is cut, its air included."""
        mark = 12 + _GAP
        words = {
            Column.DOCUMENTED: [("Not in use", 0), ("Yes", mark)],
            Column.CONFIGURED: [("Vendor’s", mark), ("Not read", 0)],
            Column.GRANTED: [("some users", mark), ("999 users", mark), ("Not read", 0)],
            Column.STATUS: [(look.label, _MARK + _GAP) for look in STATUS.values()],
            Column.SINCE: [("no date kept", 0), ("28 Mar 2028", 0)],
        }.get(column, [])
        # The head of the column that orders the rows shows a chevron as well.
        chevron = 16 if column is Column.STATUS else 0
        head = QFontMetrics(self._theme.font("small")).horizontalAdvance(column.value) + 2 * self.air + chevron
        return max([head, *(self._metrics.horizontalAdvance(word) + before + 2 * self.air for word, before in words)])

    # Grounds

    def ground(self, *, selected: bool, hovered: bool) -> QColor:
        """Return what lies behind a row."""
        if selected:
            return self._theme.color("selection" if self._view.hasFocus() else "selection-idle")
        return self._theme.color("hover" if hovered else "panel")

    def paint_selection(self, painter: QPainter, rect: QRect) -> None:
        """Paint the bar of a selected row and, while the tree has the focus, its frame."""
        theme = self._theme
        bar = QRect(rect.left(), rect.top(), _MARKER, rect.height())
        if self._mirrored:
            bar.moveRight(rect.right())
        painter.fillRect(bar, theme.color("accent"))
        if self._view.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    @property
    def _mirrored(self) -> bool:
        return self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _box(self, rect: QRect, x: int, width: int) -> QRect:
        left = rect.right() + 1 - x - width if self._mirrored else rect.left() + x
        return QRect(left, rect.top(), width, rect.height())

    # Branches

    def paint_branch(self, painter: QPainter, rect: QRect, node: ApiNode | KindNode, status: QRect) -> None:
        """Paint an API or a kind from the end of its indent to the row's; ``status`` is that column's place."""
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        theme = self._theme
        if isinstance(node, ApiNode):
            icons.paint(painter, "api", self._square(rect, 0), theme.color("text2"))
            room = max(40, (rect.right() - status.left() if self._mirrored else status.left() - rect.left()) - 30)
            painter.setFont(self._strong)
            painter.setPen(theme.color("text"))
            label = elide_middle(node.label, self._strong_metrics, room)
            draw_words(painter, self._box(rect, _MARK + 2 + _GAP, room + 8), leading, label)
            self._paint_counts(painter, rect, status, node)
            return
        kind_icon = "application" if node.kind is Kind.APPLICATION else "delegated"
        icons.paint(painter, kind_icon, self._square(rect, 0), theme.color("text2"))
        painter.setFont(self._font)
        painter.setPen(theme.color("text"))
        x = _MARK + _GAP
        width = self._metrics.horizontalAdvance(node.label)
        draw_words(painter, self._box(rect, x, width + 1), leading, node.label)
        x += width + 8
        painter.setPen(theme.color("muted"))
        room = rect.width() - x - self.air
        meaning = self._metrics.elidedText(node.meaning, Qt.TextElideMode.ElideRight, room)
        draw_words(painter, self._box(rect, x, room), leading, meaning)

    def _square(self, rect: QRect, x: int) -> QRect:
        return self._box(rect, x, _MARK)

    def _paint_counts(self, painter: QPainter, rect: QRect, status: QRect, node: ApiNode) -> None:
        theme = self._theme
        painter.setFont(self._theme.font("small"))
        metrics = QFontMetrics(painter.font())
        x = (rect.right() - status.right() if self._mirrored else status.left() - rect.left()) + self.air
        for place, number in node.counts:
            if place not in _COUNTED:
                continue
            look = STATUS[place]
            words = f"{number:,}"
            width = metrics.horizontalAdvance(words)
            if x + 16 + width > rect.width():
                break
            glyphs.paint(painter, look.glyph, self._box(rect, x, 12), theme.tone(look.tone))
            painter.setPen(theme.color("text2") if look.quiet else theme.tone(look.tone))
            draw_words(painter, self._box(rect, x + 16, width + 1), Qt.AlignmentFlag.AlignVCenter, words)
            x += 16 + width + 10

    # Leaves

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint one cell of a leaf; branches are painted whole by the view."""
        node = index.internalPointer()
        if isinstance(node, PermissionNode):
            painter.save()
            painter.setFont(self._font)
            self._paint_column(painter, option.rect, node, COLUMNS[index.column()])
            painter.restore()

    def paint_first(self, painter: QPainter, rect: QRect, node: PermissionNode) -> None:
        """Paint name and tags of a leaf."""
        painter.setFont(self._font)
        self._paint_permission(painter, rect, node)

    def paint_cells(
        self,
        painter: QPainter,
        place: QPoint,
        height: int,
        node: PermissionNode,
        columns: tuple[tuple[Column, int], ...],
        ground: QColor,
    ) -> None:
        """Paint the cells after the first, from a leading corner on.

        Most leaves say the same in them, so they are kept as pictures; Purpose is each leaf's own. At a broken ratio
        a picture might fall between pixels: there they are painted anew.
        """
        ratio = painter.device().devicePixelRatioF()
        if ratio != int(ratio) or any(column is Column.PURPOSE for column, _ in columns):
            painter.setFont(self._font)
            self._paint_columns(painter, QRect(place, QSize(1, height)), node, columns)
            return
        key = (node.cells, node.look, columns, height, ground.rgba(), ratio, self._mirrored)
        picture = self._pictures.get(key)
        if picture is None:
            if len(self._pictures) > _MOST_PICTURES:
                self._pictures.clear()
            width = sum(width for _, width in columns)
            picture = QPixmap(round(width * ratio), round(height * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(ground)
            inner = QPainter(picture)
            # A picture knows nothing of the direction of its view.
            inner.setLayoutDirection(self._view.layoutDirection())
            inner.setFont(self._font)
            self._paint_columns(inner, QRect(0, 0, 1, height), node, columns)
            inner.end()
            self._pictures[key] = picture
        painter.drawPixmap(place, picture)

    def _paint_columns(
        self, painter: QPainter, rect: QRect, node: PermissionNode, columns: tuple[tuple[Column, int], ...]
    ) -> None:
        x = rect.left()
        for column, width in reversed(columns) if self._mirrored else columns:
            self._paint_column(painter, QRect(x, rect.top(), width, rect.height()), node, column)
            x += width

    def _paint_column(self, painter: QPainter, rect: QRect, node: PermissionNode, column: Column) -> None:
        if column is Column.PERMISSION:
            self._paint_permission(painter, rect, node)
        elif column is Column.STATUS:
            look = node.look
            ink = self._theme.color("text2") if look.quiet else self._theme.tone(look.tone)
            glyphs.paint(painter, look.glyph, self._box(rect, self.air, _MARK), self._theme.tone(look.tone))
            painter.setPen(ink)
            self._paint_words(painter, rect, look.label, self.air + _MARK + _GAP)
        elif column is Column.PURPOSE:
            painter.setPen(self._theme.color("text2"))
            self._paint_words(painter, rect, node.purpose, self.air)
        else:
            self._paint_cell(painter, rect, node.cells[_CELL[column]])

    def _paint_words(self, painter: QPainter, rect: QRect, words: str, x: int) -> None:
        room = rect.width() - x - 2
        if self._metrics.horizontalAdvance(words) > room:
            words = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        draw_words(painter, self._box(rect, x, room), _LEADING, words)

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        theme = self._theme
        if cell.hatched:
            width = self._metrics.horizontalAdvance(cell.text) + 12
            box = self._box(rect, 2, min(width, rect.width() - 2)).adjusted(0, 4, 0, -4)
            paint_hatch(painter, box, theme, QPoint(0, 0))
            painter.setPen(theme.tone(Tone.UNREAD))
            draw_words(painter, box, Qt.AlignmentFlag.AlignCenter, cell.text)
            return
        x = self.air
        ink = theme.color("muted" if cell.quiet else "text")
        if cell.mark is not Mark.NONE:
            icons.paint(painter, cell.mark.value, self._box(rect, x, 12), ink)
            x += 12 + _GAP
        painter.setPen(theme.color("text2") if cell.quiet else theme.color("text"))
        self._paint_words(painter, rect, cell.text, x)

    def _paint_permission(self, painter: QPainter, rect: QRect, node: PermissionNode) -> None:
        room = rect.width() - self.air - _LEAD
        painter.setPen(self._theme.color("text"))
        if not node.tags:
            draw_words(painter, self._box(rect, _LEAD, room), _LEADING, self.elided(node.label, room))
            return
        label, tags = self._fitting(node, room)
        words_room = room - sum(size.width() + _GAP for _, _, size in tags)
        draw_words(painter, self._box(rect, _LEAD, words_room), _LEADING, label)
        x = _LEAD + min(self._metrics.horizontalAdvance(label), words_room) + _GAP
        for words, tone, size in tags:
            box = self._box(rect, x, size.width())
            box = QRect(box.left(), rect.top() + (rect.height() - size.height()) // 2, size.width(), size.height())
            paint_tag(painter, box, words, tone, self._theme)
            x += size.width() + _GAP

    def _fitting(self, node: PermissionNode, room: int) -> tuple[str, list[tuple[str, Tone | None, QSize]]]:
        """Return a leaf's name and the tags beside it; those that do not fit are counted in a last one.

        Tags give way as long as the name would lose what tells it from its neighbours; the count has their colour.
        """
        label, shown = node.label, []
        for kept in range(len(node.tags), -1, -1):
            shown = [(tag.label, tag.tone, self._tag(tag.label)) for tag in node.tags[:kept]]
            hidden = node.tags[kept:]
            if hidden:
                words = f"+{len(hidden)}"
                tone = next((tag.tone for tag in hidden if tag.tone is not None), None)
                shown.append((words, tone, self._tag(words)))
            label = self.elided(node.label, room - sum(size.width() + _GAP for _, _, size in shown))
            if label and not (label.startswith("…") or label.endswith("…") or ".…" in label):
                break
        return label, shown

    def _tag(self, label: str) -> QSize:
        found = self._tags.get(label)
        if found is None:
            found = self._tags[label] = tag_size(label, self._theme)
        return found

    def elided(self, text: str, width: int) -> str:
        """Return a permission's name cut in the middle; kept, for it is painted again and again."""
        found = self._cut.get((text, width))
        if found is None:
            if len(self._cut) > 2000:
                self._cut.clear()
            found = self._cut[text, width] = elide_middle(text, self._metrics, width)
        return found
