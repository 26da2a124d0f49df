"""The link below the list of apps that shows or hides Microsoft's own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, literal, rule


class MicrosoftFoot(QWidget):
    """The link below the list that shows or hides Microsoft's own apps."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.link = button(theme, "", icon="eye", kind="link", click=self.pressed.emit)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 8, 4)
        row.addWidget(self.link)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule())
        column.addLayout(row)

    def show_number(self, number: int, *, shown: bool) -> None:
        """Say how many there are; nothing where there are none."""
        words = f"{'Hide' if shown else 'Show'} Microsoft’s own apps"
        self.link.setText(literal(f"{words} ({number:,})"))
        self.link.setAccessibleName(f"{words}, {number}")
        self.setVisible(number > 0)
