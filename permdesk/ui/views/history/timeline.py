"""The page of a tenant's scans: the timeline, what narrows it, and what can be done with a scan."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from permdesk.domain.wording import counted
from permdesk.presentation.timeline import ScanLine, narrowed, timeline_words
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.app_states import Action, Situation, StatePage
from permdesk.ui.views.controls import button, ground, rule, tool_button
from permdesk.ui.views.filter_field import FilterField
from permdesk.ui.views.history.scan_table import ScanTable
from permdesk.ui.views.paragraph import Line, Paragraph


class TimelinePage(QWidget):
    """Shows lines and says what a person wants done; it knows nothing of where they come from."""

    #: ScanLine
    open_requested = Signal(object)
    #: Two ScanLine, or one and None: it is told from the one before it.
    compare_requested = Signal(object, object)
    #: list of ScanLine
    delete_requested = Signal(object)
    #: ScanLine
    export_requested = Signal(object)
    import_requested = Signal()
    retention_requested = Signal()
    scan_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: Sequence[ScanLine] = ()
        self._open_scan = ""
        self._tenant = ""
        self._waiting: tuple[Sequence[ScanLine], str, str] | None = None
        ground(self, "panel")
        self.setAccessibleName("History")
        self._build()
        self._connect()
        theme.changed.connect(self.table.restyle)

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 14, 12, 10)
        head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Paragraph(theme, "History", role="heading"))
        self._told = Line(theme, role="small", ink="text2")
        words.addWidget(self._told)
        head.addLayout(words, 1)
        self.keep = button(theme, "How long scans stay…", icon="calendar", kind="flat", small=True)
        self.take_in = button(theme, "Import…", icon="folder", small=True, tip="Keep a saved scan in the history")
        for made in (self.keep, self.take_in):
            head.addWidget(made)
        head.addWidget(tool_button(theme, "Close the history (Esc)", icon="close", click=self.left.emit))
        column.addLayout(head)
        column.addLayout(self._build_tools())
        column.addWidget(rule())
        self._stack = QStackedWidget()
        self.table = ScanTable(theme)
        self._state = StatePage(theme, name="History", measure=560)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._state)
        column.addWidget(self._stack, 1)

    def _build_tools(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 10)
        row.setSpacing(6)
        self.field = FilterField(theme, "Filter by date, account or note", icon="filter")
        self.field.setMaximumWidth(260)
        row.addWidget(self.field, 1)
        self._count = Line(theme, role="smallest", ink="muted")
        row.addWidget(self._count)
        row.addStretch(1)
        self.open = button(theme, "Open", icon="clock", small=True)
        self.compare = button(theme, "What changed", icon="trend", small=True)
        self.note = button(theme, "Note", icon="document", small=True)
        self.export = button(theme, "Export…", icon="export", small=True)
        self.delete = button(theme, "Delete…", icon="minus", small=True)
        for made in (self.open, self.compare, self.note, self.export, self.delete):
            row.addWidget(made)
        return row

    def _connect(self) -> None:
        table = self.table
        self.keep.clicked.connect(lambda _checked=False: self.retention_requested.emit())
        self.take_in.clicked.connect(lambda _checked=False: self.import_requested.emit())
        self.open.clicked.connect(lambda _checked=False: self._open())
        self.compare.clicked.connect(lambda _checked=False: self._compare())
        self.note.clicked.connect(lambda _checked=False: table.edit_note())
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.delete.clicked.connect(lambda _checked=False: self._delete())
        self.field.textChanged.connect(lambda _text: self._narrow())
        self.field.left.connect(self.focus)
        table.open_requested.connect(lambda line: self.open_requested.emit(line) if line.finished else None)
        table.compare_requested.connect(self._compare)
        table.delete_requested.connect(self._delete)
        table.left.connect(self.left)
        table.written.connect(self._written)
        table.selection_changed.connect(self._offer)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)

    # What is shown

    def show_lines(self, lines: Sequence[ScanLine], *, tenant: str, open_scan: str) -> None:
        """Show the scans of a tenant; selection and scroll place stay.

        Args:
            lines: newest first.
            tenant: its name.
            open_scan: id of the scan on screen.
        """
        if self.table.writing:
            # What somebody is typing is not taken away.
            self._waiting = (lines, tenant, open_scan)
            return
        self._waiting = None
        self._lines, self._tenant, self._open_scan = lines, tenant, open_scan
        self._told.set_text(timeline_words(lines, tenant))
        self._narrow()

    def _written(self) -> None:
        if self._waiting is not None:
            lines, tenant, open_scan = self._waiting
            self.show_lines(lines, tenant=tenant, open_scan=open_scan)

    def _narrow(self) -> None:
        text = self.field.text()
        found = narrowed(self._lines, text)
        chosen = [line.scan_id for line in self.table.selected()]
        place = self.table.verticalScrollBar().value()
        self.table.scans.show(found, open_scan=self._open_scan)
        kept = [scan_id for scan_id in chosen if self.table.scans.row(scan_id) is not None]
        first = kept or [self._open_scan] if self.table.scans.row(self._open_scan) is not None else kept
        self.table.select(first or ([found[0].scan_id] if found else []))
        if kept:
            self.table.verticalScrollBar().setValue(place)
        self._count.set_text(f"{len(found):,} of {len(self._lines):,}" if text.strip() and self._lines else "")
        self._offer()
        if found:
            self._stack.setCurrentWidget(self.table)
        else:
            self._state.show_situation(self._no_match() if self._lines else self._empty())
            self._stack.setCurrentWidget(self._state)

    def _empty(self) -> Situation:
        return Situation(
            "clock",
            "muted",
            "No scan is kept yet",
            "Each scan of this tenant is kept on this computer, and stands here with what changed since the last.",
            (
                Action("Scan now", self.scan_requested.emit, icon="scan"),
                Action("Import a saved scan…", self.import_requested.emit, kind="link"),
            ),
        )

    def _no_match(self) -> Situation:
        return Situation(
            "filter",
            "muted",
            "No scan matches",
            f"Dates, accounts, notes and ids of {counted(len(self._lines), 'scan')} were looked through.",
            (Action("Show all scans", self.field.clear),),
        )

    def focus(self) -> None:
        """Put the focus into the list, or onto what stands in its place."""
        if self._stack.currentWidget() is self.table:
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._state.focus_action()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.field.focus()

    # What can be done

    def _offer(self) -> None:
        chosen = self.table.selected()
        finished = [line for line in chosen if line.finished]
        one = finished[0] if len(chosen) == 1 and finished else None
        choose = (
            "Choose a scan first" if not chosen else "Choose one scan" if len(chosen) > 1 else "It was not finished"
        )
        shown = one is not None and one.scan_id == self._open_scan
        _offer(self.open, "It is open" if shown else "" if one is not None else choose, "Show this scan (Return)")
        why = ""
        if len(chosen) > 2:
            why = "Choose one scan, or two"
        elif not finished or len(finished) < len(chosen):
            why = choose if len(chosen) < 2 else "One of them was not finished"
        elif one is not None and one.before is None:
            why = "It is the first scan of this tenant"
        told = "What changed between the two" if len(chosen) == 2 else "What changed since the scan before"
        _offer(self.compare, why, f"{told} (Space)")
        _offer(self.note, "" if one is not None else choose, "Write a note on it (F2)")
        _offer(self.export, "" if one is not None else choose, "Save it as a file, with names or without")
        _offer(self.delete, "" if finished else choose, "Delete it from this computer (Del)")

    def _open(self) -> None:
        if self.open.isEnabled():
            self.open_requested.emit(self.table.selected()[0])

    def _compare(self) -> None:
        if self.compare.isEnabled():
            newer, *older = self.table.selected()
            self.compare_requested.emit(newer, older[0] if older else None)

    def _export(self) -> None:
        if self.export.isEnabled():
            self.export_requested.emit(self.table.selected()[0])

    def _delete(self) -> None:
        if self.delete.isEnabled():
            self.delete_requested.emit([line for line in self.table.selected() if line.finished])

    def _open_menu(self, position: QPoint) -> None:
        if not self.table.indexAt(position).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for made, icon, words, do in (
            (self.open, "clock", "Open", self._open),
            (self.compare, "trend", "What changed", self._compare),
            (self.note, "document", "Write a note", self.table.edit_note),
            (self.export, "export", "Export…", self._export),
            (self.delete, "minus", "Delete…", self._delete),
        ):
            menu.addAction(icons.icon(icon, self._theme), words, do).setEnabled(made.isEnabled())
        menu.addSeparator()
        menu.addAction(icons.icon("copy", self._theme), "Copy", self.table.copy)
        menu.popup(self.table.viewport().mapToGlobal(position))


def _offer(made: QWidget, why_not: str, tip: str) -> None:
    made.setEnabled(not why_not)
    made.setToolTip(tool_tip(why_not or tip))
