"""A long list of two-line rows, each with a glyph before it and short words at its end; every word comes ready."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from permdesk.presentation.appearance import Look, Tone
from permdesk.ui import glyphs
from permdesk.ui.elision import elide_middle
from permdesk.ui.painting import draw_words, paint_hatch, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import coloured

_Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = 14
_TEXT: Final = 40
_RIGHT: Final = 14
_GAP: Final = 18
_BAR: Final = 3


class Column(Struct, frozen=True):
    """Where the short words at the end of each row stand.

    Attributes:
        head: stands above it; empty for nothing.
        widest: words it may hold, the longest among them.
        glyph: True to leave room for a glyph before them.
    """

    head: str
    widest: tuple[str, ...]
    glyph: bool = False


class End(Struct, frozen=True):
    """Short words in one of the columns.

    Attributes:
        ink: a colour role of the theme, or a tone.
        look: a glyph before them; None for none.
    """

    text: str
    ink: str | Tone = "text2"
    look: Look | None = None


class LineRow(Struct, frozen=True):
    """One row.

    Attributes:
        key: names it.
        look: the glyph before it; a hatched one hatches its ground.
        title: cut in the middle where it is long.
        below: the second line, cut at its end.
        ends: one for each column of the list, in reading order.
        spoken: for those who hear it, and as tool tip.
        quiet: the title is written in secondary text.
    """

    key: str
    look: Look
    title: str
    below: str
    ends: tuple[End, ...]
    spoken: str
    quiet: bool = False


class LineModel(QAbstractListModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[LineRow, ...] = ()

    def show_rows(self, rows: Sequence[LineRow]) -> None:
        """Show other rows; where the same ones stand in the same order, selection and place stay."""
        rows = tuple(rows)
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Qt: how many."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the words."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return row.spoken
        return None


def placed(theme: Theme, columns: Sequence[Column]) -> tuple[list[tuple[int, int]], int]:
    """Return how far from the end of a row each column begins, and how wide it is; and the room of all of them."""
    words, heads = QFontMetrics(theme.font("small")), QFontMetrics(theme.font("smallest"))
    places: list[tuple[int, int]] = []
    x = _RIGHT
    for column in reversed(columns):
        wide = max(map(words.horizontalAdvance, column.widest)) + (18 if column.glyph else 0)
        wide = max(wide, heads.horizontalAdvance(column.head)) + 2
        x += wide
        places.append((x, wide))
        x += _GAP
    return places[::-1], x


class _Heads(QWidget):
    """The words above the columns; it says nothing to those who hear the rows, which say it all."""

    def __init__(self, theme: Theme, columns: Sequence[Column], title: str) -> None:
        super().__init__()
        self._theme, self._columns, self._title = theme, columns, title
        self.setFixedHeight(theme.line("smallest") + 10)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        theme, painter = self._theme, QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("line"))
        painter.setFont(theme.font("smallest"))
        painter.setPen(theme.color("text2"))
        across = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        places, _room = placed(theme, self._columns)
        told = [(_TEXT, self.width(), self._title)]
        told += [(self.width() - x, wide, column.head) for column, (x, wide) in zip(self._columns, places, strict=True)]
        for left, wide, words in told:
            box = QRect(left, 0, wide, self.height())
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                box.moveRight(self.width() - 1 - left)
            draw_words(painter, box, across, words)
        painter.end()


class LineDelegate(QStyledItemDelegate):
    """Paints rows."""

    def __init__(self, theme: Theme, view: QListView, model: LineModel, columns: Sequence[Column]) -> None:
        super().__init__(view)
        self._theme, self._view, self._model, self._columns = theme, view, model, columns

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Qt: two lines and air."""
        theme = self._theme
        return QSize(240, theme.line("body") + theme.line("smallest") + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: paint one row."""
        row, rect, theme = self._model.rows[index.row()], option.rect, self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, option, row)
        glyphs.paint(painter, row.look.glyph, self._box(rect, _LEFT, 16), theme.tone(row.look.tone))
        end = self._ends(painter, rect, row)
        room = max(0, rect.width() - _TEXT - end)
        top = rect.top() + 5
        title = QRect(rect.left() + _TEXT, top, room, theme.line("body"))
        below = QRect(rect.left() + _TEXT, title.bottom() + 1, room, theme.line("smallest"))
        across = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text2" if row.quiet else "text"))
        words = elide_middle(row.title, painter.fontMetrics(), room)
        draw_words(painter, self._turned(rect, title), across, words)
        painter.setFont(theme.font("smallest"))
        painter.setPen(theme.color("muted"))
        words = painter.fontMetrics().elidedText(row.below, Qt.TextElideMode.ElideRight, room)
        draw_words(painter, self._turned(rect, below), across, words)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, row: LineRow) -> None:
        theme, state = self._theme, option.state
        if state & QStyle.StateFlag.State_Selected:
            active = self._view.hasFocus()
            painter.fillRect(rect, theme.color("selection" if active else "selection-idle"))
            painter.fillRect(self._box(rect, 0, _BAR), theme.color("accent"))
            if active:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(QPen(theme.color("accent"), 1))
                painter.drawRect(rect.adjusted(0, 0, -1, -1))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        elif row.look.hatched:
            paint_hatch(painter, rect, theme)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))

    def _ends(self, painter: QPainter, rect: QRect, row: LineRow) -> int:
        """Paint the words at the end and return the room they take."""
        theme = self._theme
        places, room = placed(theme, self._columns)
        painter.setFont(theme.font("small"))
        across = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        for end, (x, width) in zip(row.ends, places, strict=True):
            left = rect.width() - x
            if end.look is not None:
                glyphs.paint(painter, end.look.glyph, self._box(rect, left, 12), theme.tone(end.look.tone))
                left, width = left + 18, width - 18
            painter.setPen(coloured(theme, end.ink))
            draw_words(painter, self._box(rect, left, width), across, end.text)
        return room

    def _box(self, rect: QRect, x: int, width: int) -> QRect:
        return self._turned(rect, QRect(rect.left() + x, rect.top(), width, rect.height()))

    def _turned(self, rect: QRect, box: QRect) -> QRect:
        if self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            box.moveLeft(rect.left() + rect.right() - box.right())
        return box

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Qt: the whole text, for it may be cut."""
        if event.type() is not QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tool_tip(self._model.rows[index.row()].spoken), view)
        return True


class LineList(QListView):
    """The rows, one of which is chosen; Return and a double click act on it.

    Args:
        name: what the list holds, for those who hear it.
        columns: at the end of each row.
        title: above the rows; where it is empty, nothing stands above them.
    """

    #: Key of the row that is chosen now; empty for none.
    moved = Signal(str)
    #: Key of the row that is acted on.
    acted = Signal(str)

    def __init__(self, theme: Theme, *, name: str, columns: Sequence[Column], title: str = "") -> None:
        super().__init__()
        self.lines = LineModel()
        self.setModel(self.lines)
        self.setItemDelegate(LineDelegate(theme, self, self.lines, columns))
        self.heads = _Heads(theme, columns, title) if title else None
        if self.heads is not None:
            self.heads.setParent(self)
            self.setViewportMargins(0, self.heads.height(), 0, 0)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(lambda *_: self.moved.emit(self.current))
        self.doubleClicked.connect(lambda _index: self.acted.emit(self.current))
        theme.changed.connect(self.doItemsLayout)

    def height_of(self, rows: int) -> int:
        """Return how high the list is that shows so many rows."""
        head = self.heads.height() if self.heads is not None else 0
        delegate = self.itemDelegate()
        one = delegate.sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        return head + rows * one + 2 * self.frameWidth()

    @property
    def current(self) -> str:
        """Key of the row that is chosen; empty for none."""
        index = self.currentIndex()
        return self.lines.rows[index.row()].key if index.isValid() else ""

    def show_rows(self, rows: Sequence[LineRow], *, choose: str = "") -> None:
        """Show rows, and choose one: the one of this key, else the one chosen before, else the first.

        Args:
            rows: in order.
            choose: a key; empty to leave the choice as it is.
        """
        wanted, place = choose or self.current, self.currentIndex().row()
        self.lines.show_rows(rows)
        keys = [row.key for row in self.lines.rows]
        if not keys:
            self.moved.emit("")
            return
        number = keys.index(wanted) if wanted in keys else min(max(place, 0), len(keys) - 1)
        index = self.lines.index(number)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        self.moved.emit(self.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the heads are as wide as the rows."""
        super().resizeEvent(event)
        if self.heads is not None:
            port = self.viewport().geometry()
            self.heads.setGeometry(port.left(), port.top() - self.heads.height(), port.width(), self.heads.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Return acts."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.acted.emit(self.current)
        else:
            super().keyPressEvent(event)
