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
    """The scopes, each with what it unlocks; one list for each way of reading."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Paragraph(theme, "Microsoft will ask you to allow", role="body-strong"))
        self._lists = {reading: _scopes(theme, reading) for reading in Reading}
        for made in self._lists.values():
            column.addWidget(made)
        column.addWidget(Paragraph(theme, _AND_THEN, ink="muted"))
        column.addStretch(1)

    def show_scopes(self, reading: Reading) -> None:
        """Show what is asked for."""
        for each, made in self._lists.items():
            made.setVisible(each is reading)
        said = "; ".join(f"{scope.value}: {scope.unlocks}" for scope in SCOPES[reading])
        self.setAccessibleName(f"Microsoft will ask you to allow {said}")


def _scopes(theme: Theme, reading: Reading) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for scope in SCOPES[reading]:
        column.addWidget(Paragraph(theme, scope.value, role="fixed"))
        column.addWidget(Paragraph(theme, f"reads {scope.unlocks}", ink="text2"))
        column.addSpacing(8)
    return made
