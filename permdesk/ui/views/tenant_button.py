"""Tenant and account at the beginning of the top bar, and the menu behind them."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, Initials
from permdesk.ui.views.paragraph import Line

#: Widths of the tenant: as in the picture, and where the window is narrow.
_TENANT: Final = 258
_TENANT_LEAST: Final = 150


class TenantButton(QPushButton):
    """Tenant and account, and the menu behind them.

    Args:
        menu: opened below it.
    """

    def __init__(self, theme: Theme, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "flat")
        self.setMenu(menu)
        self._initials = Initials(theme, self)
        self._name = Line(theme, role="body-strong", parent=self)
        self._account = Line(theme, role="smallest", ink="muted", parent=self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._account)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._initials)
        row.addLayout(words, 1)
        row.addWidget(Icon(theme, "chevron-down"))
        for child in (self._initials, self._name, self._account):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_TENANT)
        self.setAccessibleName("Tenant")

    def set_tenant(self, name: str, account: str, *, letters: bool = True) -> None:
        """Show another tenant and who read it; ``letters`` of its name stand before it."""
        self._initials.set_name(name if letters else "–")
        self._name.set_text(name)
        self._account.set_text(account)
        self.setAccessibleName(f"Tenant {name}, {account}. Opens a menu.")
        self.setToolTip(tool_tip(f"{name}\n{account}"))

    def sizeHint(self) -> QSize:
        """Qt: as wide as its pane of the picture."""
        return QSize(_TENANT, 44)

    def minimumSizeHint(self) -> QSize:
        """Qt: the beginning of a name; what was read, beside it, is never cut."""
        return QSize(_TENANT_LEAST, 44)
