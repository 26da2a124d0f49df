"""Help: what the statuses mean, and which keys there are."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from permdesk.presentation.appearance import Look
from permdesk.presentation.meaning import status_meanings, verdict_meanings
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import KeyCap, on_first_line, rule
from permdesk.ui.views.details_parts import Flow
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Line, Paragraph

_COLUMNS = (
    ("Documented", "What the vendor’s page says, for the services you ticked."),
    ("Configured", "What the app’s manifest asks for. A vendor’s manifest lives in the vendor’s tenant."),
    ("Granted", "What this tenant granted: to everybody, or to single people."),
)

KEYS: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    (
        "Anywhere",
        (
            (("Ctrl+K",), "find an app, ID or permission"),
            (("F5",), "scan; Esc on the progress cancels, after asking"),
            (("Ctrl+F5",), "scan everything anew"),
            (("F6", "Shift+F6"), "next, previous pane"),
            (("F8", "Shift+F8"), "next, previous row that needs attention, also across apps"),
            (("Alt+Home", "Ctrl+H"), "overview; history"),
            (("Ctrl+T",), "switch tenant"),
            (("F4", "Alt+Return"), "show or hide the details; details of this row"),
            (("F1", "Ctrl+F1"), "what the words mean; this list of keys"),
            (("Ctrl+,",), "settings"),
            (("Ctrl+O", "Ctrl+S"), "open, save a scan"),
            (("Ctrl+P", "Ctrl+E"), "print, export the summary"),
        ),
    ),
    (
        "In lists and trees",
        (
            (("Ctrl+F",), "filter in this pane; Esc clears, then returns to the list"),
            (("Ctrl+1", "to", "Ctrl+6"), "all, needs attention, missing, excess, not read, new"),
            (("*",), "open everything below"),
            (("Ctrl+C",), "copy the value"),
            (("Ctrl+Shift+C",), "copy the finding as text; in the list of apps, the row"),
        ),
    ),
    (
        "In the history",
        (
            (("Return", "Space"), "open the scan; what changed since the one before, or between two"),
            (("F2", "Del"), "write a note on it; delete it, after asking"),
        ),
    ),
    (
        "About an app",
        (
            (("Ctrl+Return", "Ctrl+Shift+Return"), "re-consent; consents to make, one after the other"),
            (("Ctrl+B",), "bind to a profile"),
            (("Space",), "tick a service; Shift+Space ticks the column"),
        ),
    ),
)


class HelpSheet(Sheet):
    """Glyph, word and sentence for every status and verdict."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(theme, "What the words mean", parent, width=720)
        metrics = QFontMetrics(theme.font("body-strong"))
        meanings = (*status_meanings(), *verdict_meanings())
        self._measure = max(metrics.horizontalAdvance(look.label) for look, _ in meanings) + 6
        column = self.add_page("What the words mean")
        self._head(column, "The three columns")
        grid = self._grid(column)
        for row, (word, meaning) in enumerate(_COLUMNS):
            grid.addWidget(Line(theme, word, role="body-strong"), row, 0, 1, 2)
            grid.addWidget(Paragraph(theme, meaning, role="body", ink="text2"), row, 2)
        self._head(column, "One permission")
        grid = self._grid(column)
        for row, (look, meaning) in enumerate(status_meanings()):
            self._row(grid, row, look, meaning)
        self._head(column, "One app")
        grid = self._grid(column)
        for row, (look, meaning) in enumerate(verdict_meanings()):
            self._row(grid, row, look, meaning)
        column.addSpacing(8)
        column.addWidget(
            Paragraph(
                theme,
                "Hatching always means “not read”, and nothing else is ever hatched. In a bar, what stands left of the "
                "line is needed; what stands right of it is granted beyond the need. A hatched line under a verdict "
                "says that what the app holds beyond the need was not fully read.",
                ink="muted",
            )
        )
        column.addStretch(1)
        self.add_button("Close", self.accept, kind="primary", default=True)
        self.resize(720, 620)

    def _head(self, column: QVBoxLayout, title: str) -> None:
        if column.count():
            column.addSpacing(10)
            column.addWidget(rule())
            column.addSpacing(6)
        column.addWidget(Paragraph(self.theme, title, role="section"))

    def _grid(self, column: QVBoxLayout) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 16)
        # One measure for all three, so that what is said begins at one edge.
        grid.setColumnMinimumWidth(1, self._measure)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        return grid

    def _row(self, grid: QGridLayout, row: int, look: Look, meaning: str) -> None:
        grid.addLayout(on_first_line(GlyphLabel(self.theme, look, 16), self.theme, "body"), row, 0)
        grid.addWidget(Paragraph(self.theme, look.label, role="body-strong", ink=look.tone), row, 1)
        grid.addWidget(Paragraph(self.theme, meaning, role="body", ink="text2"), row, 2)


class KeysSheet(Sheet):
    """Every key that does something."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(theme, "Keyboard", parent, width=640)
        column = self.add_page("Keyboard")
        for place, (title, rows) in enumerate(KEYS):
            if place:
                column.addSpacing(10)
            column.addWidget(Paragraph(theme, title, role="section"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(6)
            grid.setColumnMinimumWidth(0, 180)
            grid.setColumnStretch(1, 1)
            for row, (keys, does) in enumerate(rows):
                caps = Flow(tuple(_cap(theme, key) for key in keys))
                # A cap is lower than a line: it stands on the middle of the words beside it.
                air = max(0, theme.line("body") - caps.sizeHint().height())
                caps.setContentsMargins(0, air // 2, 0, air - air // 2)
                grid.addWidget(caps, row, 0)
                grid.addWidget(Paragraph(theme, does, role="body"), row, 1)
            column.addLayout(grid)
        column.addStretch(1)
        self.add_button("Close", self.accept, kind="primary", default=True)
        self.resize(640, 728)


def _cap(theme: Theme, key: str) -> QWidget:
    return Line(theme, key, ink="muted") if key == "to" else KeyCap(theme, key)
