"""What Microsoft will ask a person to allow, said before the browser opens."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from permdesk.domain.sign_in import SCOPES, Reading
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Paragraph

#: What each way of reading means for what is shown afterwards.
READING_WORDS: Final[dict[Reading, str]] = {
    Reading.BASIC: "All that permdesk can show.",
    Reading.STRICT: "Less is asked for. Delegated grants are then not read, and shown so.",
}
_AND_THEN: Final = (
    "Nothing that writes. With them comes what every sign-in brings: who you are, and leave to renew the sign-in. "
    "Where your tenant demands an administrator’s approval, it is given once."
)


class AskedFor(QWidget):
    """The scopes, each with what it unlocks."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_scopes(self, reading: Reading) -> None:
        """Show what is asked for."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        theme, column = self._theme, self._column
        column.addWidget(Paragraph(theme, "Microsoft will ask you to allow", role="body-strong"))
        column.addSpacing(8)
        for scope in SCOPES[reading]:
            column.addWidget(Paragraph(theme, scope.value, role="fixed"))
            column.addWidget(Paragraph(theme, f"reads {scope.unlocks}", ink="text2"))
            column.addSpacing(10)
        column.addWidget(Paragraph(theme, _AND_THEN, ink="muted"))
        column.addStretch(1)
        said = "; ".join(f"{scope.value}: {scope.unlocks}" for scope in SCOPES[reading])
        self.setAccessibleName(f"Microsoft will ask you to allow {said}")
