"""A strip at the foot of the window that tells of printing and saving under way, and of how it ended."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, rule, tool_button
from permdesk.ui.views.paragraph import Line
from permdesk.ui.views.ring import Ring


class JobStrip(QWidget):
    """One line: what is done, how far, and a way to stop it; afterwards what can be done with what came of it."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        ground(self, "raised")
        self.setAccessibleName("Printing and saving")
        self._ring = Ring(theme)
        self._done = Icon(theme, "tick", ink="text2")
        self.words = Line(theme, role="small", least=120)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self._bar.setAccessibleName("How far it came")
        self.cancel = button(theme, "Cancel", small=True, click=self.cancel_requested.emit)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        self._made: list[QPushButton] = []
        self.close_button = tool_button(theme, "Close this line", icon="close", click=self.clear)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._ring)
        row.addWidget(self._done)
        row.addWidget(self.words, 1)
        row.addWidget(self._bar)
        row.addLayout(self._ways)
        row.addWidget(self.cancel)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule())
        column.addWidget(line)
        self.hide()

    def show_work(self, words: str, done: int = 0, total: int = 0) -> None:
        """Tell what is being done.

        Args:
            words: what.
            done: how many of ``total`` parts are behind it.
            total: 0 where that is not known: no bar then.
        """
        self._show_ways(())
        for widget, wanted in (
            (self._ring, True),
            (self._done, False),
            (self._bar, total > 0),
            (self.cancel, True),
            (self.close_button, False),
        ):
            widget.setVisible(wanted)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self.words.set_text(words)
        self.show()

    def show_done(self, words: str, ways: Sequence[tuple[str, str, Callable[[], object]]] = ()) -> None:
        """Tell how it ended.

        Args:
            words: in a sentence.
            ways: words, icon and deed of what can be done now.
        """
        for widget, wanted in (
            (self._ring, False),
            (self._done, True),
            (self._bar, False),
            (self.cancel, False),
            (self.close_button, True),
        ):
            widget.setVisible(wanted)
        self.words.set_text(words)
        self._show_ways(ways)
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        self._show_ways(())
        self.hide()

    def _show_ways(self, ways: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        for made in self._made:
            self._ways.removeWidget(made)
            made.deleteLater()
        self._made = [button(self._theme, words, icon=icon, small=True, click=do) for words, icon, do in ways]
        for made in self._made:
            self._ways.addWidget(made)
