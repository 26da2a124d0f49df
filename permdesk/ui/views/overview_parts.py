"""The pieces of the overview: tiles, and the hatched box of what was not read."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.finding import Status, Verdict, VerdictReason
from permdesk.presentation.app_rows import EXCESS_OPEN
from permdesk.presentation.appearance import STATUS, VERDICT, WARNING, Look, Tone, verdict_look
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import paint_hatch, paint_hatch_lines, tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Line, Paragraph, coloured

_READ_STATE = {
    ReadStatus.COMPLETE: "complete",
    ReadStatus.PARTIAL: "not to its end",
    ReadStatus.REFUSED: "refused (403)",
    ReadStatus.FAILED: "failed",
    ReadStatus.SKIPPED: "left out",
}
_CONCERN = {
    "not_read": VERDICT[Verdict.UNVERIFIED],
    "gaps": VERDICT[Verdict.GAPS],
    "own_gaps": VERDICT[Verdict.GAPS],
    "excessive": VERDICT[Verdict.EXCESSIVE],
    "not_installed": VERDICT[Verdict.NOT_INSTALLED],
    "unconfirmed": verdict_look(Verdict.UNVERIFIED, VerdictReason.IDENTITY),
}


def concern_look(name: str) -> Look:
    """Return how a reason to look at an app is drawn."""
    return _CONCERN.get(name, WARNING)


def read_state(read: ReadCoverage) -> str:
    """Return how a read ended, in words."""
    return _READ_STATE[read.status]


def cleared(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            cleared(inner)


class OverviewSection(QWidget):
    """A part of the overview: a heading, and what stands below it."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Line(theme, title, role="section"))
        self._body = QVBoxLayout()
        self._body.setSpacing(0)
        column.addLayout(self._body)

    def emptied(self) -> QVBoxLayout:
        """Return the layout below the heading, with nothing in it."""
        cleared(self._body)
        return self._body


class Tile(QWidget):
    """One total: a number, what it counts, and a remark.

    Args:
        excess_open: what some of these hold beyond the need was not read to the end; hatched.
    """

    def __init__(
        self, theme: Theme, look: Look, number: int, label: str, remark: str, *, excess_open: bool = False
    ) -> None:
        super().__init__()
        self._theme = theme
        self._hatched = excess_open and number > 0 and not look.hatched
        quiet = number == 0
        figure = Line(theme, f"{number:,}", role="number", ink="muted" if quiet else "text", least=20)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(GlyphLabel(theme, look, 16), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(figure, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 8, 10)
        column.setSpacing(0)
        column.addLayout(top)
        loud = not quiet and look.tone in (Tone.MISSING, Tone.EXCESS, Tone.PARTIAL, Tone.UNREAD)
        column.addWidget(Line(theme, label, role="small-strong", ink=look.tone if loud else "text2"))
        column.addWidget(Line(theme, remark, role="smallest", ink="muted"))
        said = f"{number} {label}, {remark}"
        if self._hatched:
            said += "" if remark == EXCESS_OPEN else f", {EXCESS_OPEN}"
            self.setToolTip(tool_tip(f"{label}: {EXCESS_OPEN}"))
        self.setAccessibleName(said)
        self.setMinimumWidth(96)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: a frame that joins that of the next tile."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1 if self._at_edge() else 0, -1))
        if self._hatched:
            paint_hatch(painter, self.rect().adjusted(1, self.height() - 5, -1, -1), self._theme, strong=True)
        painter.end()

    def _at_edge(self) -> bool:
        parent = self.parentWidget()
        return parent is None or self.geometry().right() >= parent.width() - 1


class Hatched(QWidget):
    """What one read left open, framed and marked with the hatching that means "not read".

    Args:
        title: which read.
        state: how it ended.
        told: what follows from it.
        action: what to do about it.
    """

    def __init__(self, theme: Theme, title: str, state: str, told: str, action: QPushButton) -> None:
        super().__init__()
        self._theme = theme
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(GlyphLabel(theme, STATUS[Status.UNVERIFIED], 16), 0, Qt.AlignmentFlag.AlignTop)
        top.setAlignment(Qt.AlignmentFlag.AlignTop)
        top.addWidget(Paragraph(theme, title, role="small-strong"), 1)
        top.addWidget(Line(theme, state, role="small", ink="text2", least=90), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(24, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Paragraph(theme, told, role="small", ink="text2"))
        column.addWidget(action)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 8, 12, 10)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addLayout(column)
        self.setAccessibleName(f"{title}, {state}. {told}")
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        colour = coloured(self._theme, Tone.UNREAD)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        strip = self.rect().adjusted(0, 0, 8 - self.width(), 0)
        if right_to_left:
            strip.translate(self.width() - 8, 0)
        painter.fillRect(strip, self._theme.tint(Tone.UNREAD))
        paint_hatch_lines(painter, strip.toRectF(), colour, strip.toRectF().topLeft(), 4.5)
        painter.setPen(QPen(colour, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.drawLine(
            strip.topRight() if not right_to_left else strip.topLeft(),
            strip.bottomRight() if not right_to_left else strip.bottomLeft(),
        )
        painter.end()
