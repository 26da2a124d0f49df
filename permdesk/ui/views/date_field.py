"""A day, typed or taken from a calendar."""

from datetime import date

from PySide6.QtCore import QDate, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit

from permdesk.ui import icons
from permdesk.ui.theme import Theme


class DateField(QDateEdit):
    """A field for a day, with the calendar's icon at its end.

    Args:
        name: what the day is for.
        day: the day at first.
        least: the first day that may be chosen.
    """

    def __init__(self, theme: Theme, name: str, *, day: date, least: date) -> None:
        super().__init__(_qdate(max(day, least)))
        self._theme = theme
        self.setAccessibleName(name)
        self.setFont(theme.font("body"))
        self.setMinimumDate(_qdate(least))
        # Where the window is mirrored Qt would turn the day round, too.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        # Qt adds room for arrows that are not drawn.
        self.setFixedHeight(theme.size("button"))

    @property
    def day(self) -> date:
        """The chosen day."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint."""
        super().paintEvent(event)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        box = QRect(8 if mirrored else self.width() - 24, 0, 16, self.height())
        painter = QPainter(self)
        icons.paint(painter, "calendar", box, self._theme.color("text2" if self.isEnabled() else "muted"))
        painter.end()


def _qdate(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)
