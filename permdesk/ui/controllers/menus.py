"""The menu behind the three lines, and the keys of the window: one table of actions for both."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu

from permdesk import settings as kept
from permdesk.presentation.tree import Segment
from permdesk.ui import icons

if TYPE_CHECKING:
    from permdesk.ui.window import Window

_T = TypeVar("_T")
_THEMES = {
    kept.Theme.SYSTEM: "As the system",
    kept.Theme.LIGHT: "Light",
    kept.Theme.DARK: "Dark",
}
_DENSITIES = {kept.Density.COMFORTABLE: "Comfortable", kept.Density.COMPACT: "Compact"}


def build_main_menu(menu: QMenu, window: "Window") -> None:
    """Fill the menu, and give the window its keys."""
    theme, sheets, files = window.theme, window.sheets, window.files
    _add(menu, window, "Overview", window.show_overview, "Alt+Home", icon=icons.icon("home", theme))
    _add(menu, window, "Open a saved scan…", files.ask_open, "Ctrl+O", icon=icons.icon("folder", theme))
    _add(menu, window, "Save this scan…", files.ask_save, "Ctrl+S", icon=icons.icon("save-script", theme))
    menu.addSeparator()
    _choices(menu, window, "Colours", _THEMES, window.appearance.choose_theme, window.appearance.settings.theme)
    _choices(menu, window, "Rows", _DENSITIES, window.appearance.choose_density, window.appearance.settings.density)
    menu.addSeparator()
    _add(menu, window, "What the words mean", sheets.help, "F1", icon=icons.icon("help", theme))
    _add(menu, window, "Keyboard", sheets.keys, "Ctrl+F1")
    _add(menu, window, "Licences", sheets.licences)
    _add(menu, window, "About permdesk", sheets.about, icon=icons.icon("info", theme))
    menu.addSeparator()
    _add(menu, window, "Quit", window.close, QKeySequence(QKeySequence.StandardKey.Quit).toString() or "Ctrl+Q")
    _add_keys(window)


def _add_keys(window: "Window") -> None:
    """Add what has no place in the menu."""
    sheets, permissions, workspace = window.sheets, window.permissions_control, window.workspace
    keys: tuple[tuple[str, str, Callable[[], object]], ...] = (
        ("Ctrl+K", "Find an app, ID or permission", window.search.focus),
        ("Ctrl+F", "Filter in this pane", window.focus_filter),
        ("F5", "Scan", workspace.scan),
        ("Ctrl+Return", "Re-consent", sheets.reconsent),
        ("F6", "Next pane", partial(window.next_pane, 1)),
        ("Shift+F6", "Previous pane", partial(window.next_pane, -1)),
        ("F8", "Next row that needs attention", permissions.next_attention),
        ("Shift+F8", "Previous row that needs attention", partial(permissions.next_attention, backwards=True)),
        ("F4", "Show or hide the details", window.panes.toggle_right),
        ("Ctrl+B", "Bind to a profile", sheets.bind),
        ("Ctrl+T", "Switch tenant", window.open_tenant_menu),
        *(
            (f"Ctrl+{number}", segment.value, partial(window.permissions.set_segment, segment))
            for number, segment in enumerate(Segment, 1)
        ),
    )
    for key, words, do in keys:
        action = QAction(words, window)
        action.setShortcut(QKeySequence(key))
        if key == "Ctrl+Return":
            action.setShortcuts([QKeySequence(key), QKeySequence("Ctrl+Enter")])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False, do=do: do())
        window.addAction(action)


def _add(
    menu: QMenu,
    window: "Window",
    words: str,
    do: Callable[[], object],
    key: str = "",
    *,
    icon: QIcon | None = None,
) -> None:
    action = QAction(words, window)
    if icon is not None:
        action.setIcon(icon)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: do())
    menu.addAction(action)
    window.addAction(action)


def _choices(
    menu: QMenu, window: "Window", title: str, choices: Mapping[_T, str], choose: Callable[[_T], None], now: _T
) -> None:
    inner = menu.addMenu(title)
    group = QActionGroup(window)
    for value, words in choices.items():
        action = inner.addAction(words)
        action.setCheckable(True)
        action.setChecked(value is now)
        action.triggered.connect(lambda _checked=False, value=value: choose(value))
        group.addAction(action)
