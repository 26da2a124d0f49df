"""The pieces of the details pane: sections, the status box, rows with a copy button, tags with their reasons."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.permission import PublishedPermission
from permdesk.domain.portal import PortalLink
from permdesk.presentation.appearance import Look, Tag
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import paint_hatch
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, on_first_line, tool_button
from permdesk.ui.views.flow import FlowLayout
from permdesk.ui.views.paragraph import Identifier, Line, Paragraph, coloured
from permdesk.ui.views.tags import TagLabel


class Subject(Struct, frozen=True):
    """What the details pane tells about.

    Attributes:
        finding: None for the app as a whole.
        description: the API's own words on the permission; None where they were not read.
        portal: pages of the app in Microsoft's portal, best first.
        today: ISO day that the age of a page is told from.
    """

    comparison: Comparison
    app: AppComparison
    finding: Finding | None
    description: PublishedPermission | None
    portal: tuple[PortalLink, ...]
    today: str


class DetailsRequests(QWidget):
    """What the details pane may ask for; its sections press these."""

    #: Text for the clipboard, and what it is called.
    copy_requested = Signal(str, str)
    reconsent_requested = Signal()
    hand_over_requested = Signal()
    accept_requested = Signal()
    withdraw_requested = Signal()
    confirm_requested = Signal()
    bind_requested = Signal()
    scan_requested = Signal()
    records_requested = Signal()
    #: An address to open in the browser.
    open_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme


class Section(QWidget):
    """A part of the pane with a line above it.

    Args:
        title: its heading; empty for none.
    """

    def __init__(self, theme: Theme, title: str = "") -> None:
        super().__init__()
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 14)
        self.column.setSpacing(6)
        if title:
            self.column.addWidget(Paragraph(theme, title, role="small-strong", ink="text2"))

    def words(self, text: str, *, ink: str = "text", role: str = "small") -> None:
        """Add a paragraph."""
        self.column.addWidget(Paragraph(self.theme, text, role=role, ink=ink))

    def source(self, icon: str, text: str) -> None:
        """Add a line with an icon before it."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(on_first_line(Icon(self.theme, icon, ink="text2", size=14), self.theme, "small"))
        row.addWidget(Paragraph(self.theme, text, ink="text2"), 1)
        self.column.addLayout(row)

    def buttons(self, *made: QWidget) -> None:
        """Add buttons side by side, and below each other where they do not fit."""
        self.column.addSpacing(4)
        self.column.addWidget(Flow(made))

    def step(self, number: int, text: str) -> None:
        """Add a numbered step."""
        row = QHBoxLayout()
        row.setSpacing(8)
        figure = Line(self.theme, str(number), role="small-strong", least=10)
        figure.setFixedWidth(14)
        row.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Paragraph(self.theme, text), 1)
        self.column.addLayout(row)

    def warning(self, text: str, *, glyph: Look) -> None:
        """Add a sentence with a glyph before it, in the glyph's colour."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(on_first_line(GlyphLabel(self.theme, glyph, 14), self.theme, "small"))
        row.addWidget(Paragraph(self.theme, text, ink=glyph.tone), 1)
        self.column.addLayout(row)

    def fact(self, label: str, value: str) -> None:
        """Add a labelled value that is never cut."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label(label), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Paragraph(self.theme, value), 1)
        self.column.addLayout(row)

    def identifier(self, label: str, value: str, copy: Callable[[str], None]) -> None:
        """Add an id below its label, for beside it there is no room, with the button that copies it."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(Line(self.theme, label, ink="muted"), 0, 0)
        grid.addWidget(Identifier(self.theme, value), 1, 0, Qt.AlignmentFlag.AlignTop)
        copied = tool_button(self.theme, f"Copy {label}", icon="copy", click=lambda: copy(value))
        beside = QVBoxLayout()
        line = self.theme.line("small")
        beside.setContentsMargins(0, line + (line - copied.sizeHint().height()) // 2, 0, 0)
        beside.addWidget(copied)
        beside.addStretch(1)
        grid.addLayout(beside, 0, 1, 2, 1)
        self.column.addLayout(grid)

    def _label(self, label: str) -> Line:
        made = Line(self.theme, label, ink="muted", least=60)
        # The longest of them, so that values begin at one edge in every size of letters.
        made.setFixedWidth(max(84, QFontMetrics(made.font()).horizontalAdvance("Newest grant") + 4))
        return made

    def copy_row(self, label: str, shown: str, value: str, copy: Callable[[str], None], *, fixed: bool = True) -> None:
        """Add a labelled value on one line, cut at the end, with the button that copies the whole."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label(label))
        row.addWidget(Line(self.theme, shown, role="fixed" if fixed else "small"), 1)
        row.addWidget(tool_button(self.theme, f"Copy {label}", icon="copy", click=lambda: copy(value)))
        self.column.addLayout(row)

    def link(self, text: str, icon: str, click: Callable[[], None]) -> None:
        """Add a link with an icon."""
        self.column.addWidget(button(self.theme, text, icon=icon, kind="link", click=click))


class StatusBox(QWidget):
    """What is known of a finding: glyph, word, sentence, on the tint of its status."""

    def __init__(self, theme: Theme, look: Look, sentence: str) -> None:
        super().__init__()
        self._theme, self._look = theme, look
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(GlyphLabel(theme, look, 16))
        top.addWidget(Line(theme, look.label, role="body-strong", ink=look.tone), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(Paragraph(theme, sentence, ink=look.tone if look.hatched else "text"))
        self.setAccessibleName(f"{look.label}. {sentence}")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        if self._look.hatched:
            paint_hatch(painter, self.rect(), self._theme)
        else:
            painter.fillRect(self.rect(), self._theme.tint(self._look.tone))
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        bar = (
            self.rect().adjusted(self.width() - 3, 0, 0, 0)
            if right_to_left
            else self.rect().adjusted(0, 0, 3 - self.width(), 0)
        )
        painter.fillRect(bar, coloured(self._theme, self._look.tone))
        painter.end()


def flag_row(theme: Theme, tag: Tag, reason: str) -> QVBoxLayout:
    """Return a tag with the reason why it stands."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(TagLabel(theme, tag), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Paragraph(theme, reason), 1)
    column = QVBoxLayout()
    column.setContentsMargins(0, 2, 0, 2)
    column.addLayout(row)
    return column


class Flow(QWidget):
    """Widgets in a row that go on in the next row where they do not fit."""

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        super().__init__()
        row = FlowLayout(self, gap=8)
        for widget in widgets:
            row.addWidget(widget)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
