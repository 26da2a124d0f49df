"""The left pane: the tenant's apps in groups, narrowed by words, verdict, reach and change."""

from msgspec.structs import replace
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from permdesk.domain.wording import counted
from permdesk.presentation.app_rows import AppRow, Group
from permdesk.presentation.listing import NO_LISTING, GroupRow, Line, OverviewRow
from permdesk.presentation.search import ATTENTION_VERDICTS, AppFilter, AppRows
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_filter_bar import AppFilterBar
from permdesk.ui.views.app_list import AppListView
from permdesk.ui.views.app_states import Situation, StatePage, no_match_situation
from permdesk.ui.views.controls import ground, rule
from permdesk.ui.views.microsoft_foot import MicrosoftFoot
from permdesk.ui.views.reading_page import Reading, ReadingPage


class AppPane(QWidget):
    """Shows rows and says what is chosen; it knows nothing of where they come from."""

    #: Key of an app.
    selected = Signal(str)
    overview_selected = Signal()
    filters_changed = Signal()
    cancel_requested = Signal()
    #: A person had Microsoft's own apps listed, or hidden.
    microsoft_toggled = Signal(bool)
    #: Text for the clipboard.
    copy_requested = Signal(str)
    #: Key of an app and the place on screen, so that others may add to the menu.
    menu_opening = Signal(str, QMenu)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: AppRows | None = None
        self._microsoft = False
        self._collapsed: frozenset[Group] = frozenset({Group.MANAGED_IDENTITY, Group.MICROSOFT})
        self._current: str | None = None
        self.setAccessibleName("Apps pane")
        ground(self, "panel")
        self.setMinimumWidth(220)
        self._build()
        theme.changed.connect(self._restyle)
        self._refresh()

    # Building

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._whole = QStackedWidget()
        column.addWidget(self._whole)
        listing = QWidget()
        self._whole.addWidget(listing)
        inner = QVBoxLayout(listing)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        self.bar = AppFilterBar(theme, number=self._number)
        inner.addWidget(self.bar)
        inner.addWidget(rule())
        self._stack = QStackedWidget()
        inner.addWidget(self._stack, 1)
        self.list = AppListView(theme)
        self._stack.addWidget(self.list)
        self._state = StatePage(theme)
        self._stack.addWidget(self._state)
        self.microsoft_foot = MicrosoftFoot(theme)
        self.microsoft_foot.pressed.connect(self._toggle_microsoft)
        inner.addWidget(self.microsoft_foot)
        self._reading = ReadingPage(theme)
        self._whole.addWidget(self._reading)
        self._connect()

    def _connect(self) -> None:
        self.bar.changed.connect(self._filter_changed)
        self.bar.left.connect(self.focus_list)
        self.bar.entered.connect(self._enter_list)
        self.list.chosen.connect(self._choose)
        self.list.fold_requested.connect(self._fold)
        self.list.selectionModel().currentRowChanged.connect(self._moved)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self._state.copy_requested.connect(self.copy_requested)
        self._reading.cancel_requested.connect(self.cancel_requested)
        self.list.copy_asked.connect(lambda whole: self.copy_name() if whole else self.copy_id())

    def _restyle(self) -> None:
        self.list.restyle()

    def _filter_changed(self) -> None:
        self._refresh()
        self.filters_changed.emit()

    # What is shown

    def set_rows(self, rows: AppRows | None) -> None:
        """Show the rows of a tenant; filters, folds and selection stay as they were."""
        self._whole.setCurrentIndex(0)
        if rows is not None and rows is self._rows:
            return
        seen = self._current_seen
        self._rows = rows
        if rows is not None and rows.changed is None and self.filter.changed:
            self.bar.set_filter(replace(self.filter, changed=False))
        self._refresh()
        if seen:
            # It may stand in another group now: what a person acts on does not leave the sight.
            self._show_current(scroll=True)

    @property
    def _current_seen(self) -> bool:
        """True where the selected app is among the rows that can be seen."""
        row = self.list.list_model.listing.find(self._current) if self._current is not None else None
        return row is not None and self.list.viewport().rect().intersects(self.list.head_rect(row))

    def show_situation(self, situation: Situation) -> None:
        """Show words and buttons in place of the list: nothing read yet, or nothing could be read."""
        self._rows = None
        self._whole.setCurrentIndex(0)
        self._refresh()
        self._state.show_situation(situation)
        self._stack.setCurrentWidget(self._state)

    def show_reading(self, reading: Reading) -> None:
        """Show how far a scan has come; ``set_rows`` brings the list back."""
        self._reading.show_reading(reading)
        self._whole.setCurrentWidget(self._reading)

    @property
    def filter(self) -> AppFilter:
        """What the list is narrowed to."""
        return self.bar.filter

    @property
    def current(self) -> str | None:
        """Key of the selected app; None for the overview."""
        return self._current

    def select(self, key: str | None) -> None:
        """Show which app is selected, without saying so; None selects the overview."""
        self._current = key
        self._show_current(scroll=True)

    def set_filter(self, filter_: AppFilter) -> None:
        """Narrow the list."""
        self.bar.set_filter(filter_)

    def ask(self, permission: str) -> None:
        """Show who holds a permission."""
        self.bar.ask(permission)

    def set_microsoft(self, shown: bool) -> None:
        """List Microsoft's own apps too, or not."""
        self._microsoft = shown
        if shown:
            self._collapsed -= {Group.MICROSOFT}
        self._refresh()

    def focus_filter(self) -> None:
        """Put the cursor into the filter field."""
        self.bar.field.focus()

    def focus_list(self) -> None:
        """Put the focus into the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def neighbour(self, *, backwards: bool = False) -> str | None:
        """Return the key of the next shown app with something to do, or None: for "next finding" across apps."""
        keys = [
            line.key
            for line in self.list.list_model.listing
            if isinstance(line, AppRow) and line.verdict in ATTENTION_VERDICTS
        ]
        if self._current in keys:
            place = keys.index(self._current) + (-1 if backwards else 1)
            return keys[place] if 0 <= place < len(keys) else None
        return (keys[-1] if backwards else keys[0]) if keys else None

    def _refresh(self) -> None:
        rows, filter_ = self._rows, self.filter
        if rows is None:
            self.list.list_model.show(NO_LISTING)
            self.bar.show_state(count="0 apps", ready=False, news=None)
            self.microsoft_foot.hide()
            return
        listing = rows.listing(filter_, microsoft=self._microsoft, collapsed=self._collapsed)
        shown = listing.apps
        narrowed = bool(filter_.text.strip() or filter_.narrowed_by)
        if narrowed and not shown:
            self._show_no_match(rows)
        else:
            self._stack.setCurrentWidget(self.list)
        self.list.list_model.show(listing, rows.news)
        self.list.fit_heads()
        self._show_current(scroll=False)
        total = rows.total - (0 if self._microsoft else rows.microsoft)
        self.bar.show_state(
            count=f"{rows.installed(listing):,} of {total:,}" if narrowed else counted(total, "app"),
            ready=True,
            news=rows.news,
        )
        self.microsoft_foot.show_number(rows.microsoft, shown=self._microsoft)

    def _show_no_match(self, rows: AppRows) -> None:
        filter_ = self.filter
        found = rows.no_match(filter_, microsoft=self._microsoft)
        permission = found.permission

        def clear_filters() -> None:
            self.set_filter(AppFilter(text=filter_.text))

        situation = no_match_situation(
            found,
            clear_filters=clear_filters if filter_.narrowed_by and filter_.text.strip() else None,
            clear_all=lambda: self.set_filter(AppFilter()),
            ask=lambda: self.ask(permission or ""),
        )
        self._state.show_situation(situation)
        self._stack.setCurrentWidget(self._state)

    def _show_current(self, *, scroll: bool) -> None:
        listing = self.list.list_model.listing
        row: int | None = 0 if self._current is None and len(listing) else None
        if self._current is not None:
            row = listing.find(self._current)
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            index = self.list.list_model.index(row, 0)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if scroll:
                self.list.scrollTo(index)
        selection.blockSignals(False)
        self.list.viewport().update()

    # What a hand does

    def _enter_list(self) -> None:
        line = next((line for line in self.list.list_model.listing if isinstance(line, AppRow)), None)
        if line is not None:
            self._choose(line)
            self.focus_list()

    def _toggle_microsoft(self) -> None:
        self.set_microsoft(not self._microsoft)
        self.microsoft_toggled.emit(self._microsoft)

    def _fold(self, group: Group, opened: bool) -> None:
        self._collapsed = self._collapsed - {group} if opened else self._collapsed | {group}
        on_head = isinstance(self.list.list_model.line(self.list.currentIndex().row()), GroupRow)
        self._refresh()
        if on_head:
            self._focus_head(group)

    def _focus_head(self, group: Group) -> None:
        model = self.list.list_model
        for place in model.listing.heads:
            line = model.line(place)
            if isinstance(line, GroupRow) and line.group is group:
                self.list.selectionModel().setCurrentIndex(
                    model.index(place, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
                )

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        line = self.list.list_model.line(current.row())
        if line is not None:
            self._choose(line)

    def _choose(self, line: Line) -> None:
        if isinstance(line, OverviewRow):
            if self._current is not None:
                self._current = None
                self._show_current(scroll=False)
            self.overview_selected.emit()
        elif isinstance(line, AppRow) and line.key != self._current:
            self._current = line.key
            self._show_current(scroll=True)
            self.selected.emit(line.key)

    # Menus

    def _number(self, filter_: AppFilter) -> int:
        return self._rows.count(filter_, microsoft=self._microsoft) if self._rows is not None else 0

    def _selected_row(self) -> AppRow | None:
        line = self.list.list_model.line(self.list.currentIndex().row())
        return line if isinstance(line, AppRow) else None

    def copy_id(self) -> None:
        """Copy the appId of the selected app."""
        row = self._selected_row()
        if row is not None and not row.key.startswith("profile:"):
            self._copy(row.key)

    def copy_name(self) -> None:
        """Copy the row of the selected app, as a spreadsheet takes it."""
        row = self._selected_row()
        if row is not None:
            self._copy(f"{row.title}\t{row.look.label}\t{row.missing}\t{row.excess}\t{row.key}")

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copy_requested.emit(text)

    def _open_menu(self, position: QPoint) -> None:
        line = self.list.row_at(position)
        if not isinstance(line, AppRow):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("copy", self._theme), "Copy app ID", self.copy_id)
        menu.addAction("Copy row", self.copy_name)
        self.menu_opening.emit(line.key, menu)
        menu.popup(self.list.viewport().mapToGlobal(position))

    def sizeHint(self) -> QSize:
        """Qt: its width at a window of 1440."""
        return QSize(296, 600)
