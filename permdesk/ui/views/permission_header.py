"""The heads of the permission tree, and how its columns share the width."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from permdesk.presentation.tree import Column
from permdesk.ui import icons
from permdesk.ui.models.permission_tree import COLUMNS
from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme
from permdesk.ui.views.permission_delegate import AIR

_PREFERRED: Final = {
    Column.DOCUMENTED: 98,
    Column.CONFIGURED: 88,
    Column.GRANTED: 94,
    Column.STATUS: 112,
    Column.SINCE: 94,
    Column.PURPOSE: 220,
}
_LEAST_PERMISSION: Final = 240
# Below this, names and their tags need the air of the other columns more than those do.
_COMFORTABLE_PERMISSION: Final = 330


class PermissionHeader(QHeaderView):
    """Heads that are painted as the rest is: words, a line, and a chevron for the order.

    Widths a person chose are kept; the column Permission takes the rest.

    Args:
        needed: the width at which no word of a column is cut.
    """

    def __init__(self, theme: Theme, needed: Callable[[Column], int], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._needed = theme, needed
        self._chosen: dict[str, int] = {}
        self._fitting = False
        self._room = 0
        self.air = AIR[0]
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setAccessibleName("Columns")
        self.setMinimumSectionSize(40)
        self.sectionResized.connect(self._resized)

    def sizeHint(self) -> QSize:
        """Qt: the height of a table head."""
        return QSize(super().sizeHint().width(), self._theme.size("head"))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        """Qt: paint one head."""
        theme = self._theme
        painter.save()
        painter.fillRect(rect, theme.color("raised"))
        line = theme.color("line")
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if self.visualIndex(logicalIndex) < self.count() - self.hiddenSectionCount() - 1:
            # After the last head comes the edge of the pane.
            edge = rect.left() if mirrored else rect.right()
            painter.fillRect(QRect(edge, rect.top() + 6, 1, rect.height() - 12), line)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        words = COLUMNS[logicalIndex].value
        air = self.air + (4 if logicalIndex == 0 else 0)
        inner = rect.adjusted(4, 0, -air, 0) if mirrored else rect.adjusted(air, 0, -4, 0)
        draw_words(painter, inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
        if self.sortIndicatorSection() == logicalIndex:
            after = painter.fontMetrics().horizontalAdvance(words) + 4
            if air + after + 12 <= rect.width():
                x = inner.right() + 1 - after - 12 if mirrored else inner.left() + after
                self._paint_order(painter, QRect(x, rect.top(), 12, rect.height()))
        painter.restore()

    def _paint_order(self, painter: QPainter, box: QRect) -> None:
        if self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder:
            painter.translate(0, box.top() + box.bottom() + 1)
            painter.scale(1, -1)
        icons.paint(painter, "chevron-down", box, self._theme.color("text2"))

    def fit(self, room: int) -> None:
        """Share a width out: no column narrower than its words, the rest to the permissions."""
        if self._fitting or not self.count():
            return
        self._fitting, self._room = True, room
        others = [column for column in COLUMNS[1:] if not self.isSectionHidden(COLUMNS.index(column))]
        needed = {column: self._needed(column) for column in others}
        wanted = {column: self._chosen.get(column, max(_PREFERRED[column], needed[column])) for column in others}
        if room - sum(wanted.values()) < _COMFORTABLE_PERMISSION:
            wanted = {column: self._chosen.get(column, needed[column] or wanted[column]) for column in others}
        if room - sum(wanted.values()) < _LEAST_PERMISSION:
            wanted = {column: min(wanted[column], needed[column] or wanted[column]) for column in others}
        for column, width in wanted.items():
            self.resizeSection(COLUMNS.index(column), width)
        self.resizeSection(0, max(_LEAST_PERMISSION, room - sum(wanted.values())))
        self._fitting = False

    def _resized(self, section: int, _old: int, new: int) -> None:
        if not self._fitting and section > 0 and new:
            self._chosen[COLUMNS[section].value] = new
            self.fit(self._room)

    def set_purpose_shown(self, shown: bool) -> None:
        """Show or hide the column Purpose."""
        self._fitting = True
        self.setSectionHidden(COLUMNS.index(Column.PURPOSE), not shown)
        self._fitting = False
        self.fit(self._room)

    @property
    def purpose_shown(self) -> bool:
        """True while the column Purpose is shown."""
        return not self.isSectionHidden(COLUMNS.index(Column.PURPOSE))

    def layout_state(self) -> dict[str, int]:
        """Return the widths a person chose, by column, and whether Purpose is shown: plain numbers to keep."""
        return {**self._chosen, "purpose_shown": int(self.purpose_shown)}

    def restore_layout(self, state: dict[str, int]) -> None:
        """Take widths that were kept; anything that fits no column is ignored."""
        known = {column.value for column in COLUMNS[1:]}
        self._chosen = {name: width for name, width in state.items() if name in known and 40 <= width <= 2000}
        self.set_purpose_shown(bool(state.get("purpose_shown", 0)))
