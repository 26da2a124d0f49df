"""A small ring that turns while something is read."""

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from permdesk.ui.theme import Theme


class Ring(QWidget):
    """A small ring that turns while something is read; it stands still where nothing may move."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._turn = 60
        self.setFixedSize(16, 16)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._step)
        theme.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._theme.less_motion:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _step(self) -> None:
        if self.isVisible():
            self._turn = (self._turn - 30) % 360
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2, 2, 12, 12)
        painter.setPen(QPen(self._theme.color("line"), 1.75))
        painter.drawEllipse(box)
        painter.setPen(QPen(self._theme.color("accent"), 1.75))
        painter.drawArc(box, self._turn * 16, -100 * 16)
        painter.end()
