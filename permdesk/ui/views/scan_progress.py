"""How far a scan under way has come, in the top bar."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.presentation.progress import Pace, so_far, speed, time_left, waits
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Line
from permdesk.ui.views.ring import Ring

#: A line with counts keeps all of them.
WHOLE: Final = 400


class ScanProgress(QWidget):
    """How far a scan has come, in two short lines that keep their width."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = Ring(theme)
        self._first = Line(theme, role="body", least=WHOLE)
        self._second = Line(theme, role="small", ink="text2", least=WHOLE)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._first)
        words.addWidget(self._second)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._ring)
        row.addLayout(words, 1)
        self._widest = 0

    def show_pace(self, pace: Pace | None) -> None:
        """Show how far it has come; None at its beginning."""
        if pace is None:
            self._widest = 0
            self._say("Reading", "Asking Microsoft Graph", "")
            return
        waiting = pace.progress.waiting if pace.progress is not None else None
        if waiting is not None:
            second = "Waiting as Microsoft asks" if waiting.asked else "Waiting to ask again"
        else:
            second = time_left(pace) or speed(pace) or "Reading"
        self._say(so_far(pace), second, waits(pace))

    def _say(self, first: str, second: str, more: str) -> None:
        for line, text in ((self._first, first), (self._second, second)):
            if line.text() != text:
                line.set_text(text)
        # It grows where it must, and does not shrink again while it is read: nothing beside it jumps to and fro.
        width = self._first.sizeHint().width()
        if not self._widest or width > self._widest:
            self._widest = max(width, self._second.sizeHint().width())
            self._first.setMinimumWidth(self._widest)
        told = f"{first}. {second}. {more}".rstrip(". ") + "."
        self.setAccessibleName(told)
        self.setToolTip(tool_tip(told))
