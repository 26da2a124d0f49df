"""How a tenant is read while signing in from the window is not there yet: two commands to copy."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from permdesk.ui.theme import Theme
from permdesk.ui.views.cards import Card
from permdesk.ui.views.controls import tool_button
from permdesk.ui.views.paragraph import Paragraph

#: What a person types meanwhile; the token is taken from the environment and never from the command line.
COMMANDS: Final = (
    "export PERMDESK_ACCESS_TOKEN=$(az account get-access-token --resource-type ms-graph --query accessToken -o tsv)",
    "permdesk-cli scan --output tenant.permdesk",
)
COMMANDS_WINDOWS: Final = (
    "$env:PERMDESK_ACCESS_TOKEN = az account get-access-token --resource-type ms-graph --query accessToken -o tsv",
    COMMANDS[1],
)


class SignInPanel(Card):
    """The commands, each in a field with a button that copies it.

    Args:
        windows: the commands are for PowerShell.
    """

    copy_requested = Signal(str, str)

    def __init__(self, theme: Theme, *, windows: bool) -> None:
        super().__init__(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 16, 32, 20)
        column.setSpacing(8)
        column.addWidget(Paragraph(theme, "Read your tenant from the command line", role="section"))
        column.addWidget(
            Paragraph(
                theme,
                "Signing in from this window is not in this version yet. The command line takes a token from the "
                "variable PERMDESK_ACCESS_TOKEN, reads the tenant and writes a file to open here. The Azure CLI can "
                "fetch such a token for you; an account with the right Directory.Read.All, or a role such as "
                "Global Reader, is enough.",
                role="body",
                ink="text2",
            )
        )
        self.fields: list[QLineEdit] = []
        for number, command in enumerate(COMMANDS_WINDOWS if windows else COMMANDS, 1):
            column.addLayout(self._command(theme, number, command))

    def _command(self, theme: Theme, number: int, command: str) -> QHBoxLayout:
        field = QLineEdit(command)
        field.setReadOnly(True)
        field.setFont(theme.font("fixed"))
        field.setAccessibleName(f"Command {number}")
        field.setCursorPosition(0)
        self.fields.append(field)
        copied = tool_button(
            theme,
            f"Copy command {number}",
            icon="copy",
            click=lambda: self.copy_requested.emit(command, "The command"),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(copied)
        return row
