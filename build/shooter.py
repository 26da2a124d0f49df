"""Drives the window for its pictures: opens, selects, waits and saves, as a person would."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from permdesk.domain.finding import AppComparison, Comparison


class Shooter:
    """Drives the window as a person would, and takes its picture."""

    def __init__(self, app: object, window: object, history: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from permdesk.ui.window import Window

        assert isinstance(app, QApplication)  # noqa: S101
        assert isinstance(window, Window)  # noqa: S101
        self.app, self.window, self.history = app, window, history

    def shut_history(self) -> None:
        """Put a folder where the history should be, so that it cannot be opened."""
        for file in self.history.parent.glob(f"{self.history.name}*"):
            file.unlink()
        self.history.mkdir()

    def wait(self, until: Callable[[], bool] = lambda: False, seconds: float = 0.25) -> None:
        """Let the program go on until something holds, or for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self.app.processEvents()
            time.sleep(0.01)

    def tenant(self) -> None:
        """Open the sample tenant, if it is not open."""
        if self.window.workspace.shown is None:
            self.window.files.open_sample()
            self.wait(lambda: self.window.workspace.shown is not None, 60)
            if self.window.workspace.shown is None:
                raise SystemExit("the sample tenant did not open")
        self.wait()

    @property
    def comparison(self) -> "Comparison":
        """The comparison that the window shows."""
        shown = self.window.workspace.comparison
        if shown is None:
            raise SystemExit("no tenant is open")
        return shown

    @property
    def selected(self) -> "AppComparison":
        """The selected app."""
        app = self.window.workspace.app
        if app is None:
            raise SystemExit("no app is selected")
        return app

    def app_named(self, part: str, *, flag: str | None = None) -> None:
        """Select an app by a part of its name."""
        self.tenant()
        found = next(
            app
            for app in self.comparison.apps
            if part in app.display_name and (flag in app.flags if flag else "look-alike" not in app.flags)
        )
        self.window.workspace.select_app(found.key)
        self.window.apps.select(found.key)
        self.wait(seconds=0.1)

    def finding(self, status: str, part: str = "") -> None:
        """Select a permission of the selected app."""
        found = next(f for f in self.selected.findings if f.status == status and part in f.permission.label)
        self.window.permissions.select_finding(found)
        self.wait()

    def close_sheet(self) -> None:
        """Close what lies over the window."""
        if self.window.sheets.sheet is not None:
            # Not as Esc would: that gives up waiting first.
            self.window.sheets.sheet.done(0)
        self.window.results.hide()
        self.window.top_bar.search.clear()
        self.window.apps.set_filter(type(self.window.apps.filter)())
        self.wait(seconds=0.1)

    def save(self, file: Path, *, small: bool = False) -> None:
        """Write the picture of the window, with the sheet that lies over it; a small one has 256 colours."""
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QPainter

        self.wait()
        picture = self.window.grab()
        sheet = self.window.sheets.sheet
        if sheet is not None:
            corner = QPoint((self.window.width() - sheet.width()) // 2, (self.window.height() - sheet.height()) // 2)
            painter = QPainter(picture)
            painter.drawPixmap(corner, sheet.grab())
            painter.end()
        for menu, owner in (
            (self.window.main_menu, self.window.top_bar.menu),
            (self.window.tenant_menu, self.window.top_bar.tenant),
        ):
            if menu.isVisible():
                # Off screen there is no room at the edges, and the menu was pushed elsewhere.
                corner = owner.mapTo(self.window, QPoint(0, owner.height()))
                corner.setX(max(8, min(corner.x(), self.window.width() - menu.width() - 8)))
                painter = QPainter(picture)
                painter.drawPixmap(corner, menu.grab())
                painter.end()
                menu.close()
        image = picture.toImage()
        if not (few_colours(image) if small else image).save(str(file), quality=0):
            raise SystemExit(f"{file} cannot be written")


def few_colours(image: "QImage") -> "QImage":
    """Return a picture in its 256 most frequent colours: a window has few, and the edges of letters the rest."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    # Neighbouring shades share a place, so that no colour of the window loses its own to letters' edges.
    shades: dict[int, int] = {}
    for colour, number in counted.most_common():
        place = colour & 0xF8F8F8
        shades.setdefault(place, colour | 0xFF000000)
        if len(shades) == 256 or number == 1:
            break
    table = sorted(shades.values())
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.AvoidDither)
