"""Choosing the apps of a report by hand: a list to tick, with a search."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from permdesk.domain.wording import counted
from permdesk.ui.elision import elide_middle
from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import paint_box
from permdesk.ui.views.controls import button
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Line
from permdesk.ui.views.report.setup import AppChoice
from permdesk.ui.views.sign_in.fields import text_field

_Index = QModelIndex | QPersistentModelIndex
_BOX: Final = 14
_ROWS: Final = 12


class _Model(QAbstractListModel):
    """The apps that the search leaves; ticks belong to keys, so they survive it."""

    def __init__(self, apps: Sequence[AppChoice], ticked: Sequence[str]) -> None:
        super().__init__()
        self._apps = apps
        self._haystacks = [f"{app.name} {app.told}".casefold() for app in apps]
        self.seen = list(apps)
        self.ticked = set(ticked) & {app.key for app in apps}

    def rowCount(self, parent: _Index | None = None) -> int:
        """Qt: how many are left."""
        return 0 if parent is not None and parent.isValid() else len(self.seen)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: name and tick."""
        app = self.seen[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return app.name
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if app.key in self.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{app.name}, {app.told}, {'chosen' if app.key in self.ticked else 'not chosen'}"
        return None

    def toggle(self, index: _Index) -> None:
        """Tick an app, or take that back."""
        self.ticked ^= {self.seen[index.row()].key}
        self.dataChanged.emit(index, index)

    def tick_seen(self, *, wanted: bool) -> None:
        """Tick all that are left, or none of them."""
        keys = {app.key for app in self.seen}
        self.ticked = self.ticked | keys if wanted else self.ticked - keys
        self.dataChanged.emit(self.index(0), self.index(len(self.seen) - 1))

    def filter(self, text: str) -> None:
        """Leave those that have every word."""
        words = text.casefold().split()
        self.beginResetModel()
        found = zip(self._apps, self._haystacks, strict=True)
        self.seen = [app for app, haystack in found if all(word in haystack for word in words)]
        self.endResetModel()

    def keys(self) -> list[str]:
        """Return the keys that are ticked, in the order of the list."""
        return [app.key for app in self._apps if app.key in self.ticked]


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QListView, model: _Model) -> None:
        super().__init__(view)
        self._theme, self._view, self._model = theme, view, model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Qt: as high as a row."""
        return QSize(200, self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: paint one app."""
        theme, whole = self._theme, option.rect
        app = self._model.seen[index.row()]
        mirrored = self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            focused = self._view.hasFocus()
            painter.fillRect(whole, theme.color("selection" if focused else "selection-idle"))
            if focused:
                painter.setPen(QPen(theme.color("accent"), 1))
                painter.drawRect(whole.adjusted(0, 0, -1, -1))
        left = whole.right() - 10 - _BOX if mirrored else whole.left() + 10
        box = QRect(left, whole.top() + (whole.height() - _BOX) // 2, _BOX, _BOX)
        state = Qt.CheckState.Checked if app.key in self._model.ticked else Qt.CheckState.Unchecked
        paint_box(painter, box, theme, state)
        inner = whole.adjusted(10, 0, -34, 0) if mirrored else whole.adjusted(34, 0, -10, 0)
        painter.setFont(theme.font("small"))
        metrics = painter.fontMetrics()
        told = metrics.horizontalAdvance(app.told)
        painter.setPen(theme.color("muted"))
        draw_words(painter, inner, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, app.told)
        painter.setPen(theme.color("text"))
        room = inner.adjusted(told + 16, 0, 0, 0) if mirrored else inner.adjusted(0, 0, -told - 16, 0)
        words = elide_middle(app.name, metrics, room.width())
        draw_words(painter, room, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class _List(QListView):
    """Space ticks; so does a click anywhere on a row."""

    def __init__(self, theme: Theme, model: _Model) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(theme, self, model))
        self.setAccessibleName("Apps; Space chooses")
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.clicked.connect(model.toggle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Space ticks."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._model.toggle(self.currentIndex())
        else:
            super().keyPressEvent(event)


class AppChooserSheet(Sheet):
    """Ticks apps of a tenant.

    Args:
        apps: all of them.
        ticked: keys of those that are chosen already.
        title, lead, take: the words of the sheet: what is chosen, what that does, and the button that does it.
    """

    #: Keys of the chosen apps, in the order of the list.
    chosen = Signal(list)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        apps: Sequence[AppChoice],
        ticked: Sequence[str],
        title: str = "Apps in detail",
        lead: str = "Each gets a part of its own; totals always tell of all.",
        take: str = "Take these",
    ) -> None:
        super().__init__(theme, title, parent, lead=lead, width=640)
        self.model = _Model(apps, ticked)
        self.field = text_field(theme, "Find an app", hint="Find an app")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._filter)
        self.list = _List(theme, self.model)
        self.list.setMinimumHeight(4 * theme.size("row"))
        self._told = Line(theme, role="small", ink="text2")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._told, 1)
        row.addWidget(button(theme, "Choose all", kind="link", click=lambda: self.model.tick_seen(wanted=True)))
        row.addWidget(button(theme, "Choose none", kind="link", click=lambda: self.model.tick_seen(wanted=False)))
        self.body.addWidget(self.field)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(row)
        self.add_button("Cancel", self.reject)
        self.done_button = self.add_button(take, self._take, kind="primary", default=True)
        self.model.dataChanged.connect(lambda *_: self._count())
        self._count()
        self.resize(640, min(max(len(apps), 4), _ROWS) * theme.size("row") + 240)

    def first_focus(self) -> QWidget:
        """Return the search."""
        return self.field

    def _filter(self, text: str) -> None:
        self.model.filter(text)
        self._count()

    def _count(self) -> None:
        number = len(self.model.ticked)
        words = f"{counted(number, 'app')} chosen"
        if not self.model.seen:
            words += f"; none has “{self.field.text().strip()[:40]}” in its name"
        self._told.set_text(words)
        self.done_button.setEnabled(number > 0)

    def _take(self) -> None:
        self.accept()
        self.chosen.emit(self.model.keys())
