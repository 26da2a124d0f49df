"""The formats a report can be saved in, each with what it is for."""

from typing import Final

from msgspec import Struct
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from permdesk.reports.file_format import FileFormat
from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme

_RING: Final = 14
_LEFT: Final = 36
_AIR: Final = 7


class FormatFacts(Struct, frozen=True):
    """What is said of a format.

    Attributes:
        kind: its name in a file dialog.
        purpose: what it is for, in one sentence.
    """

    name: str
    kind: str
    purpose: str


FORMATS: Final[dict[FileFormat, FormatFacts]] = {
    FileFormat.PDF: FormatFacts(
        "PDF", "PDF documents", "For the auditor: the printed summary as a file, searchable and fit for archives."
    ),
    FileFormat.HTML: FormatFacts(
        "Web page (HTML)",
        "Web pages",
        "For reading on screen: one file for any browser, with filters, that loads nothing else.",
    ),
    FileFormat.XLSX: FormatFacts(
        "Excel (XLSX)",
        "Excel workbooks",
        "For working through it: sorted, filtered rows of every permission, no formulas.",
    ),
    FileFormat.CSV: FormatFacts("CSV", "Comma-separated tables", "For other programs: one plain table of permissions."),
    FileFormat.JSON: FormatFacts(
        "JSON", "JSON documents", "For scripts: everything this summary knows, in a documented form."
    ),
}


class _Row(QRadioButton):
    """A format: its name, and below it what it is for."""

    def __init__(self, theme: Theme, facts: FormatFacts) -> None:
        super().__init__()
        self._theme, self._facts = theme, facts
        self.setAccessibleName(facts.name)
        self.setAccessibleDescription(facts.purpose)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def _words_box(self, width: int) -> QRect:
        metrics = QFontMetrics(self._theme.font("small"))
        room = QRect(0, 0, max(width - _LEFT - 12, 60), 1000)
        return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._facts.purpose)

    def hasHeightForWidth(self) -> bool:
        """Qt: narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the name and the sentence."""
        return 2 * _AIR + self._theme.line("body") + self._words_box(width).height()

    def sizeHint(self) -> QSize:
        """Qt: a sentence in two lines."""
        return QSize(300, self.heightForWidth(300))

    def minimumSizeHint(self) -> QSize:
        """Qt: the same, narrower."""
        return QSize(200, self.heightForWidth(200))

    def hitButton(self, position: object) -> bool:
        """Qt: anywhere."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        whole = self.rect()
        if self.isChecked():
            painter.fillRect(whole, theme.color("selection"))
            painter.fillRect(QRect(whole.right() - 2 if mirrored else 0, 0, 3, whole.height()), theme.color("accent"))
        elif self.underMouse():
            painter.fillRect(whole, theme.color("hover"))
        ring = QRect(12, _AIR + (theme.line("body") - _RING) // 2, _RING, _RING)
        if mirrored:
            ring.moveRight(whole.right() - 12)
        painter.setBrush(theme.color("panel"))
        painter.setPen(QPen(theme.color("accent" if self.isChecked() else "edge"), 1.5))
        painter.drawEllipse(ring)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(ring.adjusted(4, 4, -3, -3))
        inner = whole.adjusted(12, _AIR, -_LEFT, -_AIR) if mirrored else whole.adjusted(_LEFT, _AIR, -12, -_AIR)
        name = QRect(inner.left(), inner.top(), inner.width(), theme.line("body"))
        painter.setFont(theme.font("body-strong"))
        painter.setPen(theme.color("text"))
        draw_words(painter, name, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, self._facts.name)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        rest = inner.adjusted(0, theme.line("body"), 0, 4)
        draw_words(painter, rest, Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextWordWrap, self._facts.purpose)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(whole.adjusted(1, 1, -1, -1))
        painter.end()


class FormatList(QWidget):
    """One of the formats is chosen; the arrows go from one to the next."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, begun: FileFormat) -> None:
        super().__init__()
        self.setAccessibleName("Format")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._group = QButtonGroup(self)
        self.rows: dict[FileFormat, QRadioButton] = {}
        for kind in FileFormat:
            made = _Row(theme, FORMATS[kind])
            self.rows[kind] = made
            self._group.addButton(made)
            column.addWidget(made)
            made.setChecked(kind is begun)
            made.toggled.connect(lambda on, kind=kind: self.chosen.emit(kind) if on else None)

    @property
    def current(self) -> FileFormat:
        """The one that is chosen."""
        return next(kind for kind, made in self.rows.items() if made.isChecked())
