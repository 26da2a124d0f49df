"""Shows the drawings of reports in the window: charts as wide as their place, and the samples of a legend."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from permdesk.domain.text import inert
from permdesk.printing.drawn import paint_drawing
from permdesk.reports.chart_drawing import draw_chart
from permdesk.reports.charts import Chart
from permdesk.reports.drawing import Drawing, Segment, Spot, draw_swatch
from permdesk.reports.place import Place
from permdesk.reports.placing import aligned, mirrored
from permdesk.ui.painting import chart_colours, tool_tip
from permdesk.ui.theme import Theme

#: A chart is never laid out for less.
_LEAST_WIDTH = 200
_ROLE = "small"


def whole(value: int) -> str:
    """Return a count as the window writes it."""
    return f"{value:,}"


class ChartView(QWidget):
    """One chart, redrawn for each width; what it shows is its accessible description, and each part has a tool tip."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chart: Chart | None = None
        self._drawings: dict[tuple[int, bool], Drawing] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._forget)

    @property
    def chart(self) -> Chart | None:
        """What it shows."""
        return self._chart

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        self._chart = chart
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(chart.words)
        self._forget()

    def drawing(self, width: int) -> Drawing:
        """Return the drawing for a width in logical pixels; that of the same width is made once."""
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        found = self._drawings.get((width, right_to_left))
        if found is None:
            found = self._drawn(width)
            found = aligned(mirrored(found) if right_to_left else found, 1 / self.devicePixelRatioF())
            if len(self._drawings) > 4:
                self._drawings.clear()
            self._drawings[width, right_to_left] = found
        return found

    def _drawn(self, width: int) -> Drawing:
        if self._chart is None:
            return Drawing(width, 0, (), "")
        wide = max(width, _LEAST_WIDTH)
        return draw_chart(self._chart, Place(wide, self._em, self._measure, number=whole))

    def spot_at(self, place: QPoint) -> Spot | None:
        """Return the part of the chart at a place of the widget, or None."""
        for spot in self.drawing(self.width()).spots:
            if spot.x <= place.x() <= spot.x + spot.width and spot.y <= place.y() <= spot.y + spot.height:
                return spot
        return None

    @property
    def _em(self) -> float:
        return self._theme.font(_ROLE).pointSizeF() * self.logicalDpiY() / 72

    def font_of(self, size: float, bold: bool) -> QFont:
        """Return the font of words of a drawing."""
        font = self._theme.font(_ROLE)
        font.setPointSizeF(font.pointSizeF() * size / self._em)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def _measure(self, text: str, size: float, bold: bool) -> float:
        return QFontMetricsF(self.font_of(size, bold)).horizontalAdvance(text)

    def _forget(self) -> None:
        self._drawings.clear()
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Qt: labels wrap where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the drawing."""
        return int(self.drawing(width).height + 0.999)

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room."""
        return QSize(480, self.heightForWidth(480))

    def minimumSizeHint(self) -> QSize:
        """Qt: the least width it is laid out for, and the height it has now."""
        return QSize(_LEAST_WIDTH, self.heightForWidth(max(self.width(), _LEAST_WIDTH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: fonts and directions change the layout."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.FontChange):
            self._forget()

    def event(self, event: QEvent) -> bool:
        """Qt: a tool tip tells of the part under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = self.spot_at(event.pos())
            if spot is None:
                QToolTip.hideText()
                event.ignore()
            else:
                QToolTip.showText(event.globalPos(), tool_tip(inert(spot.words, 400)), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        # The drawing is turned already: days and counts of Latin letters keep their own order.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        paint_drawing(painter, self.drawing(self.width()), chart_colours(self._theme), self.font_of)
        painter.end()


class Swatch(QWidget):
    """The sample of a fill, for the legend."""

    def __init__(self, theme: Theme, segment: Segment) -> None:
        super().__init__()
        self._theme, self._segment = theme, segment
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Qt: a short piece of a bar."""
        return QSize(16, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint."""
        painter = QPainter(self)
        drawing = draw_swatch(self._segment, width=self.width(), height=self.height())
        paint_drawing(painter, aligned(drawing, 1 / self.devicePixelRatioF()), chart_colours(self._theme), _no_words)
        painter.end()


def _no_words(_size: float, _bold: bool) -> QFont:
    return QFont()
