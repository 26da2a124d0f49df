"""Filter chips: small framed buttons that open a menu, and show what they narrow to while they do."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import literal


class Chip(QToolButton):
    """A filter beside the text: inactive it opens its menu, active it is cleared by a click.

    Args:
        label: its word while it narrows nothing.
        clear: called by a click while it is active.
        choose: called by a click while it is not, if it has no menu.
    """

    def __init__(
        self,
        theme: Theme,
        label: str,
        *,
        clear: Callable[[], None],
        choose: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._label, self._clear, self._choose = theme, label, clear, choose
        self._menu: QMenu | None = None
        self._state = ""
        self.setProperty("kind", "chip")
        self.setFont(theme.font("small"))
        self.setIconSize(QSize(12, 12))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._pressed)
        theme.changed.connect(self._restyle)
        self._dress()

    @property
    def active(self) -> bool:
        """True while it narrows the list."""
        return bool(self._state)

    def set_menu(self, menu: QMenu) -> None:
        """Give it the menu it opens."""
        self._menu = menu
        self._dress()

    def set_label(self, label: str) -> None:
        """Change its word while it narrows nothing."""
        if label != self._label:
            self._label = label
            self._dress()

    def show_state(self, state: str) -> None:
        """Show what it narrows to; an empty text for nothing."""
        if state != self._state:
            self._state = state
            self._dress()

    def _pressed(self) -> None:
        if self.active:
            self._clear()
        elif self._menu is not None:
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        elif self._choose is not None:
            self._choose()

    def _restyle(self) -> None:
        self.setFont(self._theme.font("small"))
        self._dress()

    def _dress(self) -> None:
        words = self._state or self._label
        self.setText(literal(words if len(words) <= 24 else words[:23] + "…"))
        self.setAccessibleName(f"{words}, filter on, press to clear" if self.active else f"{words}, filter")
        icon = "close" if self.active else "chevron-down" if self._menu is not None else None
        self.setIcon(icons.icon(icon, self._theme, "accent" if self.active else "text2") if icon else QIcon())
        # The icon follows the word: the button alone is laid out the other way round.
        mirrored = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight if mirrored else Qt.LayoutDirection.RightToLeft)
        if self.property("active") != self.active:
            self.setProperty("active", self.active)
            self.style().unpolish(self)
            self.style().polish(self)

    def sizeHint(self) -> QSize:
        """Qt: its word and its sign, closer together than a tool button's."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 16
        if not self.icon().isNull():
            width += self.iconSize().width() + 5
        return QSize(width, super().sizeHint().height())
