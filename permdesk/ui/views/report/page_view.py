"""The pages of a report one below the other, as large as a person wants them."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from permdesk.ui.painting import draw_words
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.page_images import PageImages

_GAP: Final = 16
#: Screens show 96 pixels where paper has 72 points.
_ACTUAL: Final = 96 / 72
#: Smaller, the type of a page is a blur.
_READABLE: Final = 0.6
STEPS: Final = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class Fit(StrEnum):
    """What the zoom follows."""

    WIDTH = "width"
    PAGE = "page"
    FREE = "free"


class PageView(QAbstractScrollArea):
    """Scrolls through pages; Ctrl with the wheel, plus and minus change their size."""

    #: The page a person looks at, from 0.
    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, theme: Theme, images: PageImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._images = theme, images
        self.fit, self._zoom, self._page = Fit.PAGE, 1.0, 0
        self._message = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Pages")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        images.changed.connect(self._renew)
        images.arrived.connect(lambda _page: self.viewport().update())
        theme.changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    # Size

    @property
    def zoom(self) -> float:
        """1 is the size of the paper."""
        return self._zoom

    @property
    def page(self) -> int:
        """The page a person looks at, from 0."""
        return self._page

    def set_fit(self, fit: Fit) -> None:
        """Let the zoom follow the room there is."""
        self.fit = fit
        self._arrange()

    def set_zoom(self, zoom: float) -> None:
        """Show pages at a size of a person's own."""
        self.fit, self._zoom = Fit.FREE, max(STEPS[0], min(zoom, STEPS[-1]))
        self._arrange()

    def step(self, way: int) -> None:
        """Show pages one step larger (1) or smaller (-1)."""
        if way > 0:
            self.set_zoom(next((step for step in STEPS if step > self._zoom + 0.01), STEPS[-1]))
        else:
            self.set_zoom(next((step for step in reversed(STEPS) if step < self._zoom - 0.01), STEPS[0]))

    def _room(self) -> tuple[int, int]:
        return max(self.viewport().width() - 2 * _GAP, 40), max(self.viewport().height() - 2 * _GAP, 40)

    def _fitted(self) -> float:
        wide, high = self._room()
        across = wide / (self._images.size[0] * _ACTUAL)
        if self.fit is Fit.WIDTH:
            return max(STEPS[0], min(across, STEPS[-1]))
        down = high / (self._images.size[1] * _ACTUAL)
        return max(0.1, min(across, down, STEPS[-1]))

    def _page_size(self) -> tuple[int, int]:
        width = max(1, round(self._images.size[0] * _ACTUAL * self._zoom))
        return width, round(self._images.height_at(width))

    def _pitch(self) -> int:
        """Return the way from the top of a page to that of the next."""
        high = self._page_size()[1] + _GAP
        return max(high, self.viewport().height() - _GAP) if self.fit is Fit.PAGE else high

    def fit_sensibly(self) -> None:
        """Show the whole page where it can be read so, else the whole width of it."""
        self.fit = Fit.PAGE
        self.set_fit(Fit.PAGE if self._fitted() >= _READABLE else Fit.WIDTH)

    def _arrange(self) -> None:
        page, bar = self._page, self.verticalScrollBar()
        into = bar.value() - page * self._pitch()
        share = into / self._pitch()
        if self.fit is not Fit.FREE:
            self._zoom = self._fitted()
        width, _ = self._page_size()
        pitch = self._pitch()
        whole = self._images.count * pitch + _GAP
        bar.blockSignals(True)
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(40)
        bar.setValue(round((page + share) * pitch))
        bar.blockSignals(False)
        across = self.horizontalScrollBar()
        across.setRange(0, max(0, width + 2 * _GAP - self.viewport().width()))
        across.setPageStep(self.viewport().width())
        self.viewport().update()
        self.zoom_changed.emit(self._zoom)
        self._scrolled()

    def set_message(self, text: str) -> None:
        """Say why there is no page."""
        self._message = text
        self._describe()
        self.viewport().update()

    # Where

    def _renew(self) -> None:
        self._page = min(self._page, max(0, self._images.count - 1))
        self._arrange()
        self._describe()

    def show_page(self, page: int) -> None:
        """Scroll to the top of a page."""
        page = max(0, min(page, self._images.count - 1))
        self.verticalScrollBar().setValue(page * self._pitch())
        self._take(page)

    def _scrolled(self) -> None:
        bar = self.verticalScrollBar()
        middle = bar.value() + self.viewport().height() // 2
        self._take(max(0, min(middle // self._pitch(), self._images.count - 1)))
        self.viewport().update()

    def _take(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self._describe()
            self.page_changed.emit(page)

    def _describe(self) -> None:
        count = self._images.count
        self.setAccessibleDescription(f"Page {self._page + 1:,} of {count:,}" if count else self._message)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the zoom follows where it shall."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: pages with Page Up and Page Down, their size with plus, minus and 0."""
        key = event.key()
        if key == Qt.Key.Key_PageDown:
            self.show_page(self._page + 1)
        elif key == Qt.Key.Key_PageUp:
            self.show_page(self._page - 1)
        elif key == Qt.Key.Key_Home:
            self.show_page(0)
        elif key == Qt.Key.Key_End:
            self.show_page(self._images.count - 1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.step(1)
        elif key == Qt.Key.Key_Minus:
            self.step(-1)
        elif key == Qt.Key.Key_0:
            self.set_fit(Fit.PAGE)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: with Ctrl it changes the size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the pages that are in sight."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._theme.color("window"))
        width, height = self._page_size()
        pitch, top = self._pitch(), self.verticalScrollBar().value()
        first = max(0, (top - _GAP) // pitch)
        left = max(_GAP, (self.viewport().width() - width) // 2) - self.horizontalScrollBar().value()
        # The one a person looks at is asked for last, and so drawn first.
        last = min(self._images.count, (top + self.viewport().height() - _GAP) // pitch + 1)
        for page in sorted(range(first, last), key=lambda page: page == self._page):
            y = page * pitch + _GAP - top
            if self.fit is Fit.PAGE:
                y += max(0, (pitch - _GAP - height) // 2) if pitch > height + _GAP else 0
            self._paint_page(painter, page, QRect(left, y, width, height))
        if not self._images.count:
            painter.setPen(self._theme.color("muted"))
            painter.setFont(self._theme.font("body"))
            box = self.viewport().rect().adjusted(_GAP, _GAP, -_GAP, -_GAP)
            draw_words(painter, box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_page(self, painter: QPainter, page: int, box: QRect) -> None:
        paint_page(painter, self._theme, self._images, page, box)


def paint_page(painter: QPainter, theme: Theme, images: PageImages, page: int, box: QRect) -> None:
    """Paint the picture of a page, or the bare paper until there is one, with an edge around it."""
    ratio = painter.device().devicePixelRatioF()
    width = round(box.width() * ratio)
    image = images.image(page, width)
    if image is None:
        painter.fillRect(box, Qt.GlobalColor.white)
    if image is not None and image.width() == width:
        # Dot for dot: to scale by a fraction costs ten times as much.
        image.setDevicePixelRatio(ratio)
        painter.drawImage(box.topLeft(), image)
    elif image is not None:
        painter.drawImage(box, image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("sheet-edge"), 1))
    painter.drawRect(box.adjusted(-1, -1, 0, 0))
