"""A quiet line below the top bar: what was just done, with its undo, or what should not be overlooked."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from permdesk.presentation.appearance import WARNING, Tone
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, tool_button
from permdesk.ui.views.paragraph import Paragraph

#: How long what was just done is shown, in milliseconds; a warning stays until it is closed.
_STAYS = 15_000


class Banner(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._undo: Callable[[], None] | None = None
        self._warns = False
        self._glyph = GlyphLabel(theme, WARNING, 14)
        self._words = Paragraph(theme)
        self.undo_button = button(theme, "Undo", kind="link", click=self._take_back)
        close = tool_button(theme, "Close this line", icon="close", click=self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 3, 8, 3)
        row.setSpacing(8)
        row.addWidget(self._glyph)
        row.addWidget(self._words, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, text: str, *, undo: Callable[[], None] | None = None, warning: bool = False) -> None:
        """Say something; an older line gives way."""
        self._undo, self._warns = undo, warning
        self._words.set_text(text, Tone.PARTIAL if warning else "text")
        self._glyph.setVisible(warning)
        self.undo_button.setVisible(undo is not None)
        self.setAccessibleName(text)
        self._timer.stop()
        if not warning:
            self._timer.start(_STAYS)
        self.show()
        self.update()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.tint(Tone.PARTIAL) if self._warns else self._theme.color("selection"))
        painter.end()
