"""The menu behind the three lines, and the keys of the window: one table of actions for both."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from permdesk.presentation.tree import Segment
from permdesk.ui import icons
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme

Do = Callable[[], object]

_HISTORY = "Every kept scan of this tenant, and what changed between them"
_ANEW = "Reads every list from its start: nothing of an interrupted scan or of the last one is gone on with"


class Commands(Struct, frozen=True):
    """Everything that has a key or stands in the menu; the names say what each does."""

    overview: Do
    history: Do
    accounts: Do
    open_scan: Do
    save_scan: Do
    print: Do
    export: Do
    settings: Do
    help: Do
    keys: Do
    licences: Do
    about: Do
    close: Do
    find: Do
    filter: Do
    scan: Do
    scan_afresh: Do
    reconsent: Do
    records: Do
    consents: Do
    next_pane: Do
    previous_pane: Do
    next_attention: Do
    previous_attention: Do
    toggle_details: Do
    bind: Do
    switch_tenant: Do
    segment: Callable[[Segment], object]


def build_main_menu(menu: QMenu, window: QWidget, theme: Theme, do: Commands) -> tuple[QAction, ...]:
    """Fill the menu, and give the window its keys; return the actions that make reports of a tenant."""
    add = partial(_add, menu, window)
    add("Overview", do.overview, "Alt+Home", icon=icons.icon("home", theme))
    add("History", do.history, "Ctrl+H", icon=icons.icon("clock", theme), tip=_HISTORY)
    add("Accounts…", do.accounts, icon=icons.icon("users", theme))
    add("Open a saved scan…", do.open_scan, "Ctrl+O", icon=icons.icon("folder", theme))
    add("Save this scan…", do.save_scan, "Ctrl+S", icon=icons.icon("save-script", theme))
    reports = (
        add("Print…", do.print, "Ctrl+P", icon=icons.icon("print", theme)),
        add("Export…", do.export, "Ctrl+E", icon=icons.icon("export", theme)),
    )
    menu.addSeparator()
    menu.setToolTipsVisible(True)
    add("Scan everything anew", do.scan_afresh, "Ctrl+F5", icon=icons.icon("scan", theme), tip=_ANEW)
    menu.addSeparator()
    add("Consents to make…", do.consents, "Ctrl+Shift+Return", icon=icons.icon("re-consent", theme))
    add("Consents on record…", do.records, icon=icons.icon("clock", theme))
    menu.addSeparator()
    add("Settings…", do.settings, "Ctrl+,", icon=icons.icon("settings", theme))
    menu.addSeparator()
    add("What the words mean", do.help, "F1", icon=icons.icon("help", theme))
    add("Keyboard", do.keys, "Ctrl+F1")
    add("Licences", do.licences)
    add("About permdesk", do.about, icon=icons.icon("info", theme))
    menu.addSeparator()
    add("Quit", do.close, QKeySequence(QKeySequence.StandardKey.Quit).toString() or "Ctrl+Q")
    _add_keys(window, do)
    return reports


def _add_keys(window: QWidget, do: Commands) -> None:
    """Add what has no place in the menu."""
    keys: tuple[tuple[str, str, Do], ...] = (
        ("Ctrl+K", "Find an app, ID or permission", do.find),
        ("Ctrl+F", "Filter in this pane", do.filter),
        ("F5", "Scan", do.scan),
        ("Ctrl+Return", "Re-consent", do.reconsent),
        ("F6", "Next pane", do.next_pane),
        ("Shift+F6", "Previous pane", do.previous_pane),
        ("F8", "Next row that needs attention", do.next_attention),
        ("Shift+F8", "Previous row that needs attention", do.previous_attention),
        ("F4", "Show or hide the details", do.toggle_details),
        ("Ctrl+B", "Bind to a profile", do.bind),
        ("Ctrl+T", "Switch tenant", do.switch_tenant),
        *((f"Ctrl+{number}", segment.value, partial(do.segment, segment)) for number, segment in enumerate(Segment, 1)),
    )
    for key, words, deed in keys:
        action = QAction(words, window)
        action.setShortcut(QKeySequence(key))
        if key == "Ctrl+Return":
            action.setShortcuts([QKeySequence(key), QKeySequence("Ctrl+Enter")])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False, deed=deed: deed())
        window.addAction(action)


def _add(
    menu: QMenu, window: QWidget, words: str, deed: Do, key: str = "", *, icon: QIcon | None = None, tip: str = ""
) -> QAction:
    action = QAction(words, window)
    # Without words of its own, a tip would repeat the entry.
    action.setToolTip(tool_tip(tip) if tip else "")
    action.setStatusTip(tip)
    if icon is not None:
        action.setIcon(icon)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: deed())
    menu.addAction(action)
    window.addAction(action)
    return action
