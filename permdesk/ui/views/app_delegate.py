"""How a line of the app list is painted: every word comes ready with the line."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from permdesk.domain.finding import Status
from permdesk.presentation.app_rows import AppRow
from permdesk.presentation.appearance import STATUS, WARNING
from permdesk.presentation.listing import GroupRow, Line, OverviewRow
from permdesk.ui import glyphs, icons
from permdesk.ui.elision import elide_middle
from permdesk.ui.models.app_list import AppListModel
from permdesk.ui.painting import draw_words, paint_hatch, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.tokens import Density

_LEFT: Final = 16
_TEXT: Final = 40
_RIGHT: Final = 12
_MARKER: Final = 3


class AppDelegate(QStyledItemDelegate):
    """Paints lines; every word comes ready with the line."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = parent
        self.restyle()

    def restyle(self) -> None:
        """Take fonts from the theme again."""
        theme = self._theme
        self._title_font, self._second_font = theme.font("body"), theme.font("smallest")
        self._group_font, self._count_font = theme.font("small-strong"), theme.font("small")
        self._title_metrics, self._second_metrics = QFontMetrics(self._title_font), QFontMetrics(self._second_font)
        self._count_metrics = QFontMetrics(self._count_font)
        self._cut: dict[tuple[str, int], str] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: never asked for heights, which the header holds."""
        return QSize(200, self._theme.size("app-row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint one line."""
        model = index.model()
        line = model.line(index.row()) if isinstance(model, AppListModel) else None
        if line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        self._paint_ground(painter, rect, option, line)
        if isinstance(line, AppRow):
            self._paint_app(painter, rect, line, model.mark(line) if isinstance(model, AppListModel) else "")
        elif isinstance(line, GroupRow):
            self._paint_group(painter, rect, line)
        else:
            self._paint_overview(painter, rect, line)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, line: Line) -> None:
        theme = self._theme
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        active = self._view.hasFocus()
        if isinstance(line, GroupRow):
            painter.fillRect(rect, theme.color("raised"))
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
            painter.fillRect(QRect(rect.left(), rect.top() - 1, rect.width(), 1), theme.color("line"))
        elif selected:
            painter.fillRect(rect, theme.color("selection" if active else "selection-idle"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if selected and not isinstance(line, GroupRow):
            bar = QRect(rect.left(), rect.top(), _MARKER, rect.height())
            if self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                bar.moveRight(rect.right())
            painter.fillRect(bar, theme.color("accent"))
        if selected and active:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _box(self, rect: QRect, x: int, width: int, top: int = 0, height: int = 0) -> QRect:
        """Return a box measured from the leading edge, mirrored where writing runs from right to left."""
        box = QRect(rect.left() + x, rect.top() + top, width, height or rect.height())
        if self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            box.moveLeft(rect.right() + 1 - x - width)
        return box

    def _paint_app(self, painter: QPainter, rect: QRect, row: AppRow, mark: str) -> None:
        theme = self._theme
        compact = theme.density is Density.COMPACT
        glyphs.paint(painter, row.look.glyph, self._box(rect, _LEFT, 16), theme.tone(row.look.tone))
        if row.judged:
            under = self._box(rect, _LEFT - 1, 18, rect.height() // 2 + 10, 3)
            paint_hatch(painter, under, theme, strong=True)
        if mark:
            self._paint_mark(painter, rect, new=mark == "new")
        end = self._paint_counts(painter, rect, row)
        width = rect.width() - _TEXT - end
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.setFont(self._title_font)
        painter.setPen(theme.color("text"))
        title = self._elided(row.title, width)
        if compact:
            if row.warning:
                glyphs.paint(painter, WARNING.glyph, self._box(rect, _TEXT, 12), theme.tone(WARNING.tone))
                draw_words(painter, self._box(rect, _TEXT + 18, width - 18), align, self._elided(row.title, width - 18))
            else:
                draw_words(painter, self._box(rect, _TEXT, width), align, title)
            return
        first, second = self._title_metrics.height(), self._second_metrics.height()
        top = max(0, (rect.height() - first - second) // 2)
        draw_words(painter, self._box(rect, _TEXT, width, top, first), align, title)
        x = _TEXT
        painter.setFont(self._second_font)
        painter.setPen(theme.color("muted"))
        if row.warning:
            glyphs.paint(painter, WARNING.glyph, self._box(rect, x, 12, top + first, second), theme.tone(WARNING.tone))
            x += 16
        room = rect.width() - x - end
        words = self._ended(row.subtitle, room)
        draw_words(painter, self._box(rect, x, room, top + first, second), align, words)

    def _paint_mark(self, painter: QPainter, rect: QRect, *, new: bool) -> None:
        """Paint a dot before the glyph: filled for an app that is new, a ring for one that changed."""
        box = self._box(rect, _LEFT - 9, 5)
        painter.setPen(QPen(self._theme.color("accent"), 1.25))
        painter.setBrush(self._theme.color("accent") if new else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(box.left(), rect.top() + rect.height() / 2 - 2.5, 5, 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_counts(self, painter: QPainter, rect: QRect, row: AppRow) -> int:
        """Paint the counts from the trailing edge and return the room they take."""
        x = rect.width() - _RIGHT
        painter.setFont(self._count_font)
        for number, status in ((row.excess, Status.EXCESS), (row.missing, Status.MISSING)):
            if not number:
                continue
            look = STATUS[status]
            words = str(number)
            width = self._count_metrics.horizontalAdvance(words)
            x -= width
            painter.setPen(self._theme.tone(look.tone))
            draw_words(painter, self._box(rect, x, width + 1), Qt.AlignmentFlag.AlignCenter, words)
            x -= 16
            glyphs.paint(painter, look.glyph, self._box(rect, x, 12), self._theme.tone(look.tone))
            x -= 10
        return rect.width() - x

    def _paint_group(self, painter: QPainter, rect: QRect, line: GroupRow) -> None:
        theme = self._theme
        name = "chevron-right" if line.collapsed else "chevron-down"
        icons.paint(painter, name, self._box(rect, 8, 14), theme.color("text2"))
        painter.setFont(self._count_font)
        painter.setPen(theme.color("muted"))
        words = f"{line.shown:,}"
        width = self._count_metrics.horizontalAdvance(words)
        trailing = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        draw_words(painter, self._box(rect, rect.width() - _RIGHT - width - 1, width + 1), trailing, words)
        painter.setFont(self._group_font)
        painter.setPen(theme.color("text2"))
        room = rect.width() - 26 - _RIGHT - width - 8
        label = QFontMetrics(self._group_font).elidedText(line.group.label, Qt.TextElideMode.ElideRight, room)
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        draw_words(painter, self._box(rect, 26, room), leading, label)

    def _paint_overview(self, painter: QPainter, rect: QRect, line: OverviewRow) -> None:
        icons.paint(painter, "home", self._box(rect, _LEFT, 16), self._theme.color("accent"))
        painter.setFont(self._group_font)
        painter.setPen(self._theme.color("text"))
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        draw_words(painter, self._box(rect, _TEXT, rect.width() - _TEXT), leading, line.spoken)

    def _elided(self, text: str, width: int) -> str:
        found = self._cut.get((text, width))
        if found is None:
            if len(self._cut) > 2000:
                self._cut.clear()
            found = self._cut[text, width] = elide_middle(text, self._title_metrics, width)
        return found

    def _ended(self, text: str, width: int) -> str:
        """Return a second line cut at its end; kept, for most apps share theirs."""
        found = self._cut.get((text, -width))
        if found is None:
            found = self._cut[text, -width] = self._second_metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return found

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Qt: the whole text where it was cut, and what compact rows leave out."""
        model = index.model()
        line = model.line(index.row()) if index.isValid() and isinstance(model, AppListModel) else None
        if event.type() is not QEvent.Type.ToolTip or not isinstance(line, AppRow):
            return super().helpEvent(event, view, option, index)
        since = model.marked_since(line) if isinstance(model, AppListModel) else ""
        tip = "\n".join(part for part in (line.title, line.verdict_words, line.subtitle, since) if part)
        QToolTip.showText(event.globalPos(), tool_tip(tip), view)
        return True
