"""One question with two answers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph


class QuestionSheet(Sheet):
    """Asks before something is given up; Return keeps it.

    Args:
        go_on: the answer that changes nothing.
        stop: the answer that does it.
    """

    agreed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, *, title: str, text: str, go_on: str, stop: str) -> None:
        super().__init__(theme, title, parent, width=440)
        self.body.addWidget(Paragraph(theme, text, role="body"))
        self.add_button(stop, self.leaving(self.agreed))
        self.add_button(go_on, self.reject, kind="primary", default=True)
