"""What scrolls fades out at an edge behind which there is more, so that no line looks cut."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from permdesk.ui.theme import Theme

_HEIGHT = 28


class _Fade(QWidget):
    """Lies over the foot of an area while there is more below."""

    def __init__(self, theme: Theme, area: QScrollArea) -> None:
        super().__init__(area)
        self._theme, self._area = theme, area
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        area.viewport().installEventFilter(self)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: self._follow())
        bar.rangeChanged.connect(lambda _least, _most: self._follow())
        self._follow()

    def _follow(self) -> None:
        bar, port = self._area.verticalScrollBar(), self._area.viewport().geometry()
        self.setGeometry(port.left(), port.bottom() + 1 - _HEIGHT, port.width(), _HEIGHT)
        self.setVisible(bar.value() < bar.maximum())
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: it stays at the foot, whatever the height."""
        if event.type() is QEvent.Type.Resize:
            self._follow()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        ground = self._theme.color("panel")
        clear = QColor(ground)
        clear.setAlpha(0)
        shade = QLinearGradient(0, 0, 0, self.height())
        shade.setColorAt(0, clear)
        shade.setColorAt(0.8, ground)
        painter = QPainter(self)
        painter.fillRect(self.rect(), shade)
        painter.end()


def faded(theme: Theme, area: QScrollArea) -> QScrollArea:
    """Return an area that fades out at its foot while there is more below."""
    _Fade(theme, area)
    return area
