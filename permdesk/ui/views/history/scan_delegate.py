"""How a scan of the timeline is painted: a rail of dots, glyphs with counts, and a field for the note."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from permdesk.domain.text import inert
from permdesk.presentation.appearance import UNCONFIRMED_LOOK, VERDICT, Glyph, Look, Tone
from permdesk.presentation.scan_insight import COUNTED, Change, Insight, insight_words
from permdesk.presentation.timeline import ScanLine
from permdesk.ui import glyphs, icons
from permdesk.ui.models.scan_list import COLUMNS, ScanColumn, ScanListModel, Unreadable
from permdesk.ui.painting import draw_words, paint_hatch, paint_tag, tag_size, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.tokens import Density

Index = QModelIndex | QPersistentModelIndex

_AIR: Final = 8
_RAIL: Final = 20
_TEXT: Final = 36
_DOT: Final = 4.5
_MARKER: Final = 3
#: Characters of a note, as the history keeps them.
_LONGEST_NOTE: Final = 2000
_LEADING: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
_WAITING: Final = "…"
_MOST_CUT: Final = 2000


class ScanDelegate(QStyledItemDelegate):
    """Paints cells; every word comes ready with the line."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.restyle()

    def restyle(self) -> None:
        """Take fonts from the theme again."""
        self._first, self._second = self._theme.font("body"), self._theme.font("smallest")
        self._first_metrics, self._second_metrics = QFontMetrics(self._first), QFontMetrics(self._second)
        self._high, self._low = self._first_metrics.height(), self._second_metrics.height()
        self._cut: dict[tuple[str, int, bool], tuple[str, int]] = {}
        self._tag = tag_size("open", self._theme)
        self.begin()

    def begin(self, selected: frozenset[int] = frozenset()) -> None:
        """Find out what all cells of one painting share.

        Args:
            selected: the rows that are selected.
        """
        self._selected = selected
        self._active = self._view.hasFocus()
        self._current = self._view.currentIndex().row() if self._active else -1
        self._mirrored = self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._colours = {
            name: self._theme.color(name) for name in ("text", "text2", "muted", "line", "edge", "accent", "panel")
        }

    @property
    def _compact(self) -> bool:
        return self._theme.density is Density.COMPACT

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Qt: never asked for heights, which the header holds."""
        return QSize(100, self._theme.size("app-row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: paint one cell."""
        model = index.model()
        line = model.line(index.row()) if isinstance(model, ScanListModel) else None
        if line is None or not isinstance(model, ScanListModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        self._paint_ground(painter, rect, option, index)
        column = COLUMNS[index.column()]
        found = model.found(line)
        insight = found if isinstance(found, Insight) else None
        if column is ScanColumn.READ:
            self._paint_when(
                painter, rect, line, model, last=index.row() == model.rowCount() - 1, first=not index.row()
            )
        elif column is ScanColumn.STATE:
            self._paint_state(painter, rect, line, insight)
        elif column is ScanColumn.VERDICTS:
            self._paint_verdicts(painter, rect, insight, line, unreadable=isinstance(found, Unreadable))
        elif column is ScanColumn.CHANGE:
            self._paint_change(painter, rect, line, insight, unreadable=isinstance(found, Unreadable))
        else:
            ink = "text2" if column is ScanColumn.WHO else "text"
            self._words(painter, self._box(rect, _AIR, rect.width() - 2 * _AIR), model.words(line, column), ink)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        selected = index.row() in self._selected
        if selected:
            painter.fillRect(rect, theme.color("selection" if self._active else "selection-idle"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._colours["line"])
        if selected and index.column() == 0:
            bar = QRect(rect.left(), rect.top(), _MARKER, rect.height())
            if self._mirrored:
                bar.moveRight(rect.right())
            painter.fillRect(bar, theme.color("accent"))
        if self._current == index.row():
            painter.setPen(QPen(self._colours["accent"], 1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _box(self, rect: QRect, x: int, width: int, top: int = 0, height: int = 0) -> QRect:
        box = QRect(rect.left() + x, rect.top() + top, width, height or rect.height())
        if self._mirrored:
            box.moveLeft(rect.right() + 1 - x - width)
        return box

    def _words(self, painter: QPainter, box: QRect, words: str, ink: str | Tone, *, small: bool = False) -> int:
        painter.setFont(self._second if small else self._first)
        painter.setPen(self._theme.tone(ink) if isinstance(ink, Tone) else self._colours[ink])
        cut, width = self._elided(words, box.width(), small=small)
        draw_words(painter, box, _LEADING, cut)
        return width

    def _elided(self, words: str, room: int, *, small: bool) -> tuple[str, int]:
        """Return words cut at their end, and their width; kept, for they are painted again and again."""
        key = (words, room, small)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > _MOST_CUT:
                self._cut.clear()
            metrics = self._second_metrics if small else self._first_metrics
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            found = self._cut[key] = (cut, min(room, metrics.horizontalAdvance(cut)))
        return found

    def _lines(self, painter: QPainter, rect: QRect, x: int, first: str, second: str, ink: str | Tone = "text") -> int:
        """Write two lines from ``x`` on, the second small; return how far the first one reaches."""
        room = rect.width() - x - 4
        if self._compact or not second:
            return x + self._words(painter, self._box(rect, x, room), first, ink)
        high, low = self._high, self._low
        top = max(0, (rect.height() - high - low) // 2)
        reach = x + self._words(painter, self._box(rect, x, room, top, high), first, ink)
        self._words(painter, self._box(rect, x, room, top + high, low), second, "muted", small=True)
        return reach

    def _paint_when(
        self, painter: QPainter, rect: QRect, line: ScanLine, model: ScanListModel, *, first: bool, last: bool
    ) -> None:
        theme = self._theme
        middle = QPointF(self._box(rect, _RAIL, 1).left(), rect.top() + rect.height() / 2)
        painter.setPen(QPen(self._colours["edge"], 1))
        top = middle.y() if first else rect.top()
        bottom = middle.y() if last else rect.bottom() + 1
        painter.drawLine(QPointF(middle.x(), top), QPointF(middle.x(), bottom))
        shown = line.scan_id == model.open_scan
        ink = self._colours["accent" if shown else "text2"]
        dot = QRectF(middle.x() - _DOT, middle.y() - _DOT, 2 * _DOT, 2 * _DOT)
        # What was not read to its end is hollow, what was not finished is broken: shapes, for those who see no colour.
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine if line.finished else Qt.PenStyle.DotLine))
        painter.setBrush(ink if line.complete else self._colours["panel"])
        painter.drawEllipse(dot)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        reach = self._lines(painter, rect, _TEXT, line.when, line.age, "text" if line.finished else "text2")
        if shown:
            size = self._tag
            box = self._box(rect, reach + 8, size.width())
            if reach + 8 + size.width() <= rect.width():
                compact = self._compact
                high, low = self._high, self._low
                middle_of = rect.height() // 2 if compact else max(0, (rect.height() - high - low) // 2) + high // 2
                box = QRect(box.left(), rect.top() + middle_of - size.height() // 2, size.width(), size.height())
                paint_tag(painter, box, "open", Tone.DECLARED_ONLY, theme)

    def _paint_state(self, painter: QPainter, rect: QRect, line: ScanLine, insight: Insight | None) -> None:
        if line.complete:
            icons.paint(painter, "tick", self._box(rect, _AIR, 14), self._theme.tone(Tone.SATISFIED))
            self._lines(
                painter, rect, _AIR + 20, "Complete", insight.rows.removeprefix("read ") if insight else "", "text2"
            )
            return
        # Hatching means "not read", here as everywhere.
        words = line.state.capitalize()
        width = min(self._first_metrics.horizontalAdvance(words) + 12, rect.width() - 8)
        height = self._first_metrics.height() + 2
        second = insight.reads if insight is not None and not self._compact else ""
        low = self._second_metrics.height() if second else 0
        top = max(0, (rect.height() - height - low) // 2)
        box = self._box(rect, _AIR - 4, width, top, height)
        if line.finished:
            paint_hatch(painter, box, self._theme)
        painter.setFont(self._first)
        painter.setPen(self._theme.tone(Tone.UNREAD) if line.finished else self._colours["muted"])
        draw_words(
            painter,
            box,
            Qt.AlignmentFlag.AlignCenter,
            self._first_metrics.elidedText(words, Qt.TextElideMode.ElideRight, width),
        )
        if second:
            room = self._box(rect, _AIR, rect.width() - _AIR - 4, top + height, low)
            self._words(painter, room, second, "muted", small=True)

    def _paint_verdicts(
        self, painter: QPainter, rect: QRect, insight: Insight | None, line: ScanLine, *, unreadable: bool
    ) -> None:
        if insight is None:
            words = "cannot be opened" if unreadable else _WAITING if line.finished else "–"
            self._words(painter, self._box(rect, _AIR, rect.width() - _AIR), words, "muted")
            return
        counts: list[tuple[int, Look]] = [(insight.verdicts.get(verdict, 0), VERDICT[verdict]) for verdict in COUNTED]
        counts.append((insight.unconfirmed, UNCONFIRMED_LOOK))
        shown = [(number, look) for number, look in counts if number]
        if not shown:
            self._words(painter, self._box(rect, _AIR, rect.width() - _AIR), "none", "muted")
            return
        x = _AIR
        painter.setFont(self._first)
        for number, look in shown:
            words = f"{number:,}"
            width = self._first_metrics.horizontalAdvance(words)
            if x + 18 + width > rect.width():
                # Nothing is left out without a sign; the tool tip has all of it.
                self._words(painter, self._box(rect, x - 8, rect.width() - x + 8), _WAITING, "muted")
                break
            glyphs.paint(painter, look.glyph, self._box(rect, x, 14), self._theme.tone(look.tone))
            painter.setPen(self._colours["text2"] if look.quiet else self._theme.tone(look.tone))
            draw_words(painter, self._box(rect, x + 18, width + 1), _LEADING, words)
            x += 18 + width + 12

    def _paint_change(
        self, painter: QPainter, rect: QRect, line: ScanLine, insight: Insight | None, *, unreadable: bool
    ) -> None:
        change = insight.change if insight is not None else None
        box = self._box(rect, _AIR, rect.width() - _AIR - 4)
        if change is None:
            known = insight is not None or not line.finished
            first = "First scan" if insight is not None and line.before is None else "–"
            self._words(painter, box, first if known else "" if unreadable else _WAITING, "muted")
            return
        x = _AIR
        if not change.certain:
            glyphs.paint(painter, Glyph.UNREAD, self._box(rect, x, 14), self._theme.tone(Tone.UNREAD))
            x += 20
        if not change.apps:
            words = "Nothing changed" if change.certain else "Not fully read"
            self._words(
                painter, self._box(rect, x, rect.width() - x - 4), words, "muted" if change.certain else Tone.UNREAD
            )
            return
        number = f"{change.apps:,} {'app' if change.apps == 1 else 'apps'}"
        self._lines(painter, rect, x, number, _grants(change))

    # What a hand does

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        """Qt: a field for the note."""
        field = QLineEdit(parent)
        field.setProperty("small", True)
        field.setFont(self._first)
        field.setMaxLength(_LONGEST_NOTE)
        field.setPlaceholderText("A note on this scan")
        field.setAccessibleName("Note on this scan")
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt: the note as it is."""
        if isinstance(editor, QLineEdit):
            editor.setText(" ".join(str(index.data(Qt.ItemDataRole.EditRole) or "").split("\n")))
            editor.selectAll()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Qt: as high as a field is, in the middle of its cell."""
        rect: QRect = option.rect
        height = min(rect.height() - 2, self._theme.size("pane-button"))
        editor.setGeometry(rect.left() + 2, rect.top() + (rect.height() - height) // 2, rect.width() - 6, height)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Qt: everything a line has no room for."""
        model = index.model()
        line = model.line(index.row()) if index.isValid() and isinstance(model, ScanListModel) else None
        if event.type() is not QEvent.Type.ToolTip or line is None or not isinstance(model, ScanListModel):
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tool_tip(self.tip(line, model)), view)
        return True

    @staticmethod
    def tip(line: ScanLine, model: ScanListModel) -> str:
        """Return what the tool tip of a scan says."""
        found = model.found(line)
        parts = [f"{line.when}, {line.age}", f"Read by {line.who}", line.remark]
        if isinstance(found, Insight):
            parts.append(insight_words(found))
        elif isinstance(found, Unreadable):
            parts.append(inert(found.reason, 300))
        if line.note:
            parts.append(line.note)
        return "\n".join(parts)


def _grants(change: Change) -> str:
    parts = [f"+{change.granted:,}" if change.granted else "", f"−{change.withdrawn:,}" if change.withdrawn else ""]
    told = " ".join(part for part in parts if part)
    return f"{told} granted" if told else "grants as before"
