"""The page of what changed between two scans: which two, in one sentence, and line by line."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from permdesk.presentation.difference_list import DiffLine, Facet
from permdesk.presentation.timeline import ScanLine
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_states import Action, Situation, StatePage
from permdesk.ui.views.controls import button, ground, rule, tool_button
from permdesk.ui.views.filter_field import FilterField
from permdesk.ui.views.history.diff_table import DiffTable
from permdesk.ui.views.history.facets import FacetBar
from permdesk.ui.views.paragraph import Line, Paragraph

#: Characters of a note beside the date of a scan.
_NOTE = 24


class ScanChoice(QComboBox):
    """One of the finished scans of the tenant.

    Args:
        name: what it is chosen for.
    """

    #: ScanLine
    scan_chosen = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._lines: Sequence[ScanLine] = ()
        self.setAccessibleName(name)
        self.setFont(theme.font("body"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)
        self.setMaxVisibleItems(16)
        self.activated.connect(lambda row: self.scan_chosen.emit(self._lines[row]))

    def show_lines(self, lines: Sequence[ScanLine], chosen: ScanLine) -> None:
        """Offer scans, one of them chosen."""
        if lines is not self._lines:
            self._lines = lines
            self.clear()
            self.addItems([_title(line) for line in lines])
        row = next((row for row, line in enumerate(lines) if line.scan_id == chosen.scan_id), -1)
        self.setCurrentIndex(row)
        self.setToolTip(tool_tip(f"{chosen.when}, {chosen.age}\nRead by {chosen.who}\n{chosen.note}".strip()))

    def sizeHint(self) -> QSize:
        """Qt: room for a date and the beginning of a note."""
        return QSize(250, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint, with a chevron at its end."""
        super().paintEvent(event)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        box = self.rect()
        box.setLeft(8 if mirrored else box.right() - 22)
        box.setWidth(14)
        icons.paint(painter, "chevron-down", box, self._theme.color("text2"))
        painter.end()


def _title(line: ScanLine) -> str:
    note = line.note if len(line.note) <= _NOTE else f"{line.note[: _NOTE - 1].rstrip()}…"
    return f"{line.when} · {note}" if note else line.when


class DifferencePage(QWidget):
    """Shows lines and says what a person wants; it knows nothing of where they come from."""

    #: ScanLine older, ScanLine newer
    scans_chosen = Signal(object, object)
    #: The filter changed: text, Facet.
    narrowed = Signal(str, object)
    app_requested = Signal(str)
    copy_requested = Signal()
    #: "text" or "json".
    export_requested = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pair: tuple[ScanLine, ScanLine] | None = None
        ground(self, "panel")
        self.setAccessibleName("What changed")
        self._build()
        self._connect()
        theme.changed.connect(self.table.restyle)

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 14, 12, 8)
        head.setSpacing(8)
        head.addWidget(Paragraph(theme, "What changed", role="heading"), 1)
        self.back = button(theme, "All scans", icon="clock", kind="flat", small=True, click=self.left.emit)
        head.addWidget(self.back)
        head.addWidget(tool_button(theme, "Back to all scans (Esc)", icon="close", click=self.left.emit))
        column.addLayout(head)
        column.addLayout(self._build_choice())
        told = QHBoxLayout()
        told.setContentsMargins(16, 0, 16, 8)
        self.sentence = Paragraph(theme, role="body")
        told.addWidget(self.sentence)
        column.addLayout(told)
        column.addLayout(self._build_tools())
        column.addWidget(rule())
        self._stack = QStackedWidget()
        self.table = DiffTable(theme)
        self._state = StatePage(theme, name="What changed", measure=560)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._state)
        column.addWidget(self._stack, 1)

    def _build_choice(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(8)
        self.older, self.newer = ScanChoice(theme, "From this scan"), ScanChoice(theme, "To this scan")
        row.addWidget(Line(theme, "From", role="small", ink="text2"))
        row.addWidget(self.older, 1)
        row.addWidget(Line(theme, "to", role="small", ink="text2"))
        row.addWidget(self.newer, 1)
        row.addStretch(1)
        return row

    def _build_tools(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 10)
        row.setSpacing(6)
        self.facets = FacetBar(theme)
        row.addWidget(self.facets)
        self.field = FilterField(theme, "Filter by app or permission", icon="filter")
        self.field.setMinimumWidth(80)
        self.field.setMaximumWidth(260)
        row.addWidget(self.field, 1)
        row.addStretch(0)
        self.copy = tool_button(theme, "Copy everything as text", icon="copy", click=self.copy_requested.emit)
        self.export = button(theme, "Export…", icon="export", small=True)
        self._menu = QMenu(self)
        for words, kind in (("As text…", "text"), ("As JSON…", "json")):
            self._menu.addAction(words, partial(self.export_requested.emit, kind))
        self.export.setMenu(self._menu)
        row.addWidget(self.copy)
        row.addWidget(self.export)
        return row

    def _connect(self) -> None:
        self.older.scan_chosen.connect(lambda line: self._choose(line, self._pair[1] if self._pair else line))
        self.newer.scan_chosen.connect(lambda line: self._choose(self._pair[0] if self._pair else line, line))
        self.field.textChanged.connect(lambda _text: self._narrow())
        self.facets.chosen.connect(lambda _facet: self._narrow())
        self.field.left.connect(self.focus)
        self.table.app_requested.connect(self.app_requested)
        self.table.left.connect(self.left)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)

    def _choose(self, older: ScanLine, newer: ScanLine) -> None:
        self.scans_chosen.emit(older, newer)

    def _narrow(self) -> None:
        self.narrowed.emit(self.field.text(), self.facets.current)

    # What is shown

    def show_pair(self, lines: Sequence[ScanLine], older: ScanLine, newer: ScanLine) -> None:
        """Show which two scans are told apart; what changed follows.

        Args:
            lines: the finished scans of the tenant, newest first.
            older: the scan that changes are told from.
            newer: the scan that changes are told to.
        """
        self._pair = (older, newer)
        self.older.show_lines(lines, older)
        self.newer.show_lines(lines, newer)
        self.sentence.set_text("Comparing the two scans…", "muted")
        self.field.set_silently("")
        self.facets.set_counts({})
        for tool in (self.facets, self.field):
            tool.show()
        self._offer(ready=False)
        self.table.lines.show(())
        self._stack.setCurrentWidget(self.table)

    def show_difference(self, sentence: str, lines: Sequence[DiffLine], counts: dict[Facet, int]) -> None:
        """Show what changed."""
        self.sentence.set_text(sentence, "text")
        self.facets.set_counts(counts)
        self._offer(ready=True)
        for tool in (self.facets, self.field):
            tool.setVisible(bool(lines))
        if lines:
            self.show_lines(lines)
            return
        text = "Both scans say the same of every app, permission, grant and credential."
        self._state.show_situation(Situation("tick", "muted", "Nothing changed", text))
        self._stack.setCurrentWidget(self._state)

    def show_lines(self, lines: Sequence[DiffLine]) -> None:
        """Show what the filter leaves."""
        self.table.lines.show(lines)
        if lines:
            first = next((row for row, line in enumerate(lines) if line.app_key is not None), 0)
            self.table.setCurrentIndex(self.table.lines.index(first, 0))
            self._stack.setCurrentWidget(self.table)
            return
        reason = "No change has these words in the app, the permission or the remark."
        self._state.show_situation(
            Situation("filter", "muted", "No change matches", reason, (Action("Show all changes", self.clear_filter),))
        )
        self._stack.setCurrentWidget(self._state)

    def clear_filter(self) -> None:
        """Show everything."""
        self.facets.show_choice(Facet.ALL)
        self.field.set_silently("")
        self._narrow()

    def _offer(self, *, ready: bool) -> None:
        for made in (self.copy, self.export):
            made.setEnabled(ready)

    def focus(self) -> None:
        """Put the focus into the list."""
        if self._stack.currentWidget() is self.table:
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.back.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.field.focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _open_menu(self, position: QPoint) -> None:
        line = self.table.lines.line(self.table.indexAt(position).row())
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        key = line.app_key
        go = menu.addAction(icons.icon("application", self._theme), "Show the app")
        go.setEnabled(key is not None)
        go.triggered.connect(lambda _checked=False: self.app_requested.emit(key) if key is not None else None)
        menu.addAction(icons.icon("copy", self._theme), "Copy", self.table.copy)
        menu.addAction("Copy everything as text", self.copy_requested.emit)
        menu.popup(self.table.viewport().mapToGlobal(position))
