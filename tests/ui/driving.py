"""Ways to find things in the window, as a person's eye does."""

from PySide6.QtWidgets import QAbstractButton, QWidget

from permdesk.domain.finding import AppComparison, Finding, Status
from permdesk.ui.window import Window


def app_named(window: Window, part: str = "", *, flag: str | None = None) -> AppComparison:
    """Return an app by a part of its name and a flag; look-alikes only where they are asked for."""
    comparison = window.workspace.comparison
    assert comparison is not None
    return next(
        app
        for app in comparison.apps
        if part in app.display_name and (flag in app.flags if flag else "look-alike" not in app.flags)
    )


def show(window: Window, part: str = "", *, flag: str | None = None) -> AppComparison:
    """Select an app."""
    app = app_named(window, part, flag=flag)
    window.workspace.select_app(app.key)
    return app


def choose(window: Window, status: Status, part: str = "") -> Finding:
    """Select a permission of the selected app in the tree, and let the details settle."""
    app = window.workspace.app
    assert app is not None
    found = next(f for f in app.findings if f.status is status and part in f.permission.label)
    assert window.permissions.select_finding(found)
    window.details_control.show_now()
    return found


def button(parent: QWidget, name: str) -> QAbstractButton:
    """Return the button of that accessible name that can be seen."""
    found = [b for b in parent.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisibleTo(parent)]
    assert found, [b.accessibleName() for b in parent.findChildren(QAbstractButton)]
    return found[0]


def texts(parent: QWidget) -> str:
    """Return everything that labels below a widget say."""
    from PySide6.QtWidgets import QApplication, QLabel

    QApplication.processEvents()
    return "\n".join(label.text() for label in parent.findChildren(QLabel) if label.isVisibleTo(parent))
