"""The pieces of the details pane: sections, the status box, rows with a copy button, tags with their reasons."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.permission import PublishedPermission
from permdesk.domain.portal import PortalLink
from permdesk.presentation.appearance import Look, Tag
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import paint_hatch, paint_tag, tag_size, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, on_first_line, tool_button
from permdesk.ui.views.paragraph import Line, Paragraph, coloured


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

    def fact(self, label: str, value: str, *, copy: Callable[[str], None] | None = None, fixed: bool = False) -> None:
        """Add a labelled value that is never cut, with a button that copies it."""
        row = QHBoxLayout()
        row.setSpacing(8)
        name = Line(self.theme, label, ink="muted", least=72)
        name.setFixedWidth(84)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Paragraph(self.theme, value, role="fixed" if fixed else "small"), 1)
        if copy is not None:
            row.addWidget(
                tool_button(self.theme, f"Copy {label}", icon="copy", click=lambda: copy(value)),
                0,
                Qt.AlignmentFlag.AlignTop,
            )
        self.column.addLayout(row)

    def copy_row(self, label: str, shown: str, value: str, copy: Callable[[str], None], *, fixed: bool = True) -> None:
        """Add a labelled value on one line, cut at the end, with the button that copies the whole."""
        row = QHBoxLayout()
        row.setSpacing(8)
        name = Line(self.theme, label, ink="muted", least=60)
        name.setFixedWidth(84)
        row.addWidget(name)
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


class TagLabel(QWidget):
    """A short framed word in a layout."""

    def __init__(self, theme: Theme, tag: Tag) -> None:
        super().__init__()
        self._theme, self._tag = theme, tag
        self.setFixedSize(tag_size(tag.label, theme))
        self.setAccessibleName(tag.label)
        self.setToolTip(tool_tip(tag.meaning))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        paint_tag(painter, self.rect(), self._tag.label, self._tag.tone, self._theme)
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

    _GAP = 8

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        super().__init__()
        self._widgets = widgets
        for widget in widgets:
            widget.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _place(self, width: int, *, move: bool) -> int:
        x = y = line = 0
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for widget in self._widgets:
            size = widget.sizeHint()
            if x and x + size.width() > width:
                x, y, line = 0, y + line + self._GAP, 0
            if move:
                shown = min(size.width(), width)
                widget.setGeometry(width - x - shown if right_to_left else x, y, shown, size.height())
            x += size.width() + self._GAP
            line = max(line, size.height())
        return y + line

    def hasHeightForWidth(self) -> bool:
        """Qt: narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of all rows."""
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        """Qt: one row."""
        width = sum(widget.sizeHint().width() + self._GAP for widget in self._widgets)
        return QSize(width, max((widget.sizeHint().height() for widget in self._widgets), default=0))

    def minimumSizeHint(self) -> QSize:
        """Qt: the widest of them."""
        return QSize(60, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Qt: lay out again."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place(self.width(), move=True)
