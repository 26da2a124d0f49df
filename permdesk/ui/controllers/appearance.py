"""Colours, row height and the arrangement of the window: applied at once, kept for the next start."""

import base64
import binascii
import logging
import sys

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from permdesk import settings as kept
from permdesk.errors import StorageError
from permdesk.settings import Settings, WindowLayout
from permdesk.ui.theme import Theme, system_scheme
from permdesk.ui.tokens import Density, Scheme
from permdesk.ui.views.drawer import Panes
from permdesk.ui.views.permission_pane import PermissionPane

_log = logging.getLogger("permdesk.ui.window")
_WINDOW, _PANES, _TREE = "main", "panes", "tree"


def scheme_of(settings: Settings) -> Scheme:
    """Return the scheme that holds: the person's choice, unless the system asks for high contrast."""
    system = system_scheme()
    if system is Scheme.HIGH_CONTRAST or settings.theme is kept.Theme.SYSTEM:
        return system
    return Scheme.DARK if settings.theme is kept.Theme.DARK else Scheme.LIGHT


def density_of(settings: Settings) -> Density:
    """Return the height of rows."""
    return Density.COMPACT if settings.density is kept.Density.COMPACT else Density.COMFORTABLE


def less_motion_of(settings: Settings) -> bool:
    """Return whether nothing may move."""
    if settings.less_motion is kept.LessMotion.SYSTEM:
        # Elsewhere Qt answers no wherever no desktop tells it anything.
        return sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    return settings.less_motion is kept.LessMotion.ON


class AppearanceController(QObject):
    """Between settings, theme and window."""

    def __init__(self, app: QApplication, theme: Theme, settings: Settings) -> None:
        super().__init__(app)
        self._app, self._theme, self.settings = app, theme, settings
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._apply())

    def choose_theme(self, choice: kept.Theme) -> None:
        """Take light, dark, or what the system says."""
        self.settings.theme = choice
        self._apply()
        self.save()

    def choose_density(self, choice: kept.Density) -> None:
        """Take comfortable or compact rows."""
        self.settings.density = choice
        self._apply()
        self.save()

    def choose_motion(self, choice: kept.LessMotion) -> None:
        """Take usual motion, less, or what the system says."""
        self.settings.less_motion = choice
        self._theme.set_motion(less=less_motion_of(self.settings))
        self.save()

    def choose_microsoft(self, shown: bool) -> None:
        """List Microsoft's own apps too, or not."""
        self.settings.show_microsoft = shown
        self.save()

    def _apply(self) -> None:
        scheme, density = scheme_of(self.settings), density_of(self.settings)
        if scheme is self._theme.scheme and density is self._theme.density:
            return
        self._theme.set_appearance(scheme, density)
        self._theme.apply(self._app)

    def save(self) -> None:
        """Keep the settings; a read-only folder costs them, and nothing else."""
        try:
            self.settings.save()
        except StorageError as error:
            _log.warning("settings were not kept: %s", error.title)

    def restore(self, window: QWidget, panes: Panes, tree: PermissionPane) -> None:
        """Arrange the window as it was left."""
        layout = self.settings.window(_WINDOW)
        if layout.geometry:
            window.restoreGeometry(QByteArray(_decoded(layout.geometry)))
        if _PANES in layout.panes:
            panes.restore(_decoded(layout.panes[_PANES]))
        numbers = layout.columns.get(_TREE, [])
        names = layout.panes.get(_TREE, "").split()
        if numbers and len(numbers) == len(names):
            tree.restore_layout(dict(zip(names, numbers, strict=True)))

    def remember(self, window: QWidget, panes: Panes, tree: PermissionPane) -> None:
        """Keep how the window is arranged."""
        state = tree.layout_state()
        self.settings.remember_window(
            _WINDOW,
            WindowLayout(
                geometry=_encoded(bytes(window.saveGeometry().data())),
                panes={_PANES: _encoded(panes.sizes()), _TREE: " ".join(state)},
                columns={_TREE: list(state.values())},
            ),
        )
        self.save()


def _encoded(state: bytes) -> str:
    return base64.b64encode(state).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
