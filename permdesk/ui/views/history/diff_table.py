"""The list of what changed: sections, apps, and what came and went of each."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from permdesk.domain.scan_diff import Outcome
from permdesk.presentation.appearance import Glyph, Tone
from permdesk.presentation.difference_list import DiffLine, LineKind
from permdesk.ui import glyphs, icons
from permdesk.ui.elision import elide_middle
from permdesk.ui.models.diff_list import DiffListModel
from permdesk.ui.painting import draw_words, paint_hatch, paint_tag, tag_size, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.row_table import RowTable

Index = QModelIndex | QPersistentModelIndex

_LEFT: Final = 16
_SIGN: Final = 36
_WHAT: Final = 58
_MARKER: Final = 3
#: What kind of thing it is has so much room, and what is to be known of it at most so much of the line.
_KIND_ROOM: Final = 172
_REMARK: Final = 0.42
_LEADING: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
_SIGNS: Final = {Outcome.ADDED: "plus", Outcome.REMOVED: "minus"}


class DiffDelegate(QStyledItemDelegate):
    """Paints lines; every word comes ready with the line."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.restyle()

    def restyle(self) -> None:
        """Take fonts from the theme again."""
        theme = self._theme
        self._font, self._strong, self._small = (
            theme.font("cell"),
            theme.font("cell-strong"),
            theme.font("small-strong"),
        )
        self._metrics, self._strong_metrics = QFontMetrics(self._font), QFontMetrics(self._strong)

    @property
    def _mirrored(self) -> bool:
        return self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Qt: never asked for heights, which the header holds."""
        return QSize(200, self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: paint one line."""
        model = index.model()
        line = model.line(index.row()) if isinstance(model, DiffListModel) else None
        if line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        self._paint_ground(painter, rect, option, index, line)
        if line.kind is LineKind.SECTION:
            painter.setFont(self._small)
            painter.setPen(self._theme.color("text2"))
            draw_words(painter, self._box(rect, _LEFT, rect.width() - 2 * _LEFT), _LEADING, line.name)
        elif line.kind is LineKind.APP:
            self._paint_app(painter, rect, line)
        else:
            self._paint_change(painter, rect, line)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index, line: DiffLine
    ) -> None:
        theme = self._theme
        selected = self._view.selectionModel().isSelected(index)
        active = self._view.hasFocus()
        if line.kind is LineKind.SECTION:
            painter.fillRect(rect, theme.color("raised"))
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        elif selected:
            painter.fillRect(rect, theme.color("selection" if active else "selection-idle"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if selected:
            bar = QRect(rect.left(), rect.top(), _MARKER, rect.height())
            if self._mirrored:
                bar.moveRight(rect.right())
            painter.fillRect(bar, theme.color("accent"))
        if active and self._view.currentIndex() == index:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _box(self, rect: QRect, x: int, width: int) -> QRect:
        left = rect.right() + 1 - x - width if self._mirrored else rect.left() + x
        return QRect(left, rect.top(), width, rect.height())

    def _paint_app(self, painter: QPainter, rect: QRect, line: DiffLine) -> None:
        theme = self._theme
        icons.paint(painter, "application", self._box(rect, _LEFT, 14), theme.color("text2"))
        painter.setFont(self._strong)
        painter.setPen(theme.color("text"))
        tag = tag_size(line.what, theme) if line.what else QSize()
        room = rect.width() - _SIGN - tag.width() - 24
        words = elide_middle(line.name, self._strong_metrics, room)
        draw_words(painter, self._box(rect, _SIGN, room), _LEADING, words)
        if line.what:
            box = self._box(rect, _SIGN + self._strong_metrics.horizontalAdvance(words) + 8, tag.width())
            box = QRect(box.left(), rect.top() + (rect.height() - tag.height()) // 2, tag.width(), tag.height())
            paint_tag(painter, box, line.what, Tone.DECLARED_ONLY if line.what == "new" else None, theme)

    def _paint_change(self, painter: QPainter, rect: QRect, line: DiffLine) -> None:
        theme = self._theme
        sign = self._box(rect, _SIGN, 12)
        if line.unsure:
            glyphs.paint(painter, Glyph.UNREAD, self._box(rect, _SIGN, 14), theme.tone(Tone.UNREAD))
        elif line.outcome is not None:
            icons.paint(painter, _SIGNS[line.outcome], sign, theme.color("text"))
        elif line.reach:
            glyphs.paint(painter, Glyph.WARNING, self._box(rect, _SIGN, 14), theme.tone(Tone.PARTIAL))
        else:
            painter.setPen(QPen(theme.color("text2"), 1.5))
            middle = sign.center()
            painter.drawEllipse(QRect(middle.x() - 2, middle.y() - 2, 5, 5))
        what = min(_KIND_ROOM, rect.width() // 4)
        painter.setFont(self._font)
        painter.setPen(theme.color("muted"))
        kind = self._metrics.elidedText(line.what, Qt.TextElideMode.ElideRight, what - 8)
        draw_words(painter, self._box(rect, _WHAT, what - 8), _LEADING, kind)
        room = rect.width() - _WHAT - what - _LEFT
        remark = min(self._metrics.horizontalAdvance(line.remark) + 14, int(room * _REMARK)) if line.remark else 0
        painter.setPen(theme.color("text2" if line.unsure else "text"))
        name = elide_middle(line.name, self._metrics, room - remark - 12)
        draw_words(painter, self._box(rect, _WHAT + what, room - remark - 12), _LEADING, name)
        if not remark:
            return
        box = self._box(rect, rect.width() - _LEFT - remark, remark)
        if line.unsure:
            box = box.adjusted(0, 4, 0, -4)
            paint_hatch(painter, box, theme, QPoint(0, 0))
        painter.setPen(
            theme.tone(Tone.UNREAD if line.unsure else Tone.PARTIAL)
            if line.unsure or line.reach
            else theme.color("text2")
        )
        words = self._metrics.elidedText(line.remark, Qt.TextElideMode.ElideRight, remark - 10)
        draw_words(painter, box, Qt.AlignmentFlag.AlignCenter, words)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Qt: the whole line."""
        model = index.model()
        line = model.line(index.row()) if index.isValid() and isinstance(model, DiffListModel) else None
        if event.type() is not QEvent.Type.ToolTip or line is None:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tool_tip(line.spoken), view)
        return True


class DiffTable(RowTable):
    """A table of one column without head or grid: heights are the vertical header's, so filtering is instant."""

    #: Key of an app: Return or a double click on anything of it.
    app_requested = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.prepare(name="What changed", selection=QAbstractItemView.SelectionMode.ExtendedSelection, headless=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = DiffDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.lines = DiffListModel(self)
        self.setModel(self.lines)
        self.doubleClicked.connect(lambda index: self._go(index.row()))
        self.restyle()

    def restyle(self) -> None:
        """Take heights and fonts from the theme again."""
        self._delegate.restyle()
        self.verticalHeader().setDefaultSectionSize(self._theme.size("row"))
        self.viewport().update()

    @property
    def app_key(self) -> str | None:
        """The app that the current line belongs to, or None."""
        line = self.lines.line(self.currentIndex().row())
        return line.app_key if line is not None else None

    def _go(self, row: int) -> None:
        line = self.lines.line(row)
        if line is not None and line.app_key is not None:
            self.app_requested.emit(line.app_key)

    def copy(self) -> None:
        """Put the selected lines on the clipboard, as a spreadsheet takes them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        words = [line.text for row in rows if (line := self.lines.line(row)) is not None]
        if words:
            QGuiApplication.clipboard().setText("\n".join(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Return shows the app, Ctrl+C copies, Esc leaves."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(self.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            self.setCurrentIndex(self.lines.index(0 if key == Qt.Key.Key_Home else self.lines.rowCount() - 1, 0))
        else:
            super().keyPressEvent(event)
