"""Offers to read a tenant that an account is signed in to and nobody has read yet."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.text import inert
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph


class FirstScanSheet(Sheet):
    """Return reads the tenant: it changes nothing there.

    Args:
        account: who reads.
        tenant: name or id of the tenant.
    """

    agreed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None, *, account: str, tenant: str) -> None:
        super().__init__(theme, "No scan of this tenant yet", parent, width=480)
        who, where = inert(account, 80), inert(tenant, 80)
        self.body.addWidget(
            Paragraph(
                theme,
                f"{who} is signed in to {where}, and it was never read. A scan reads apps and grants. It takes about "
                "a minute for a thousand apps and changes nothing.",
                role="body",
            )
        )
        self.add_button("Not now", self.reject)
        self.add_button("Scan now", self.leaving(self.agreed), kind="primary", icon="scan", default=True)
