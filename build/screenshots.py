"""Draws the window from the running program on the sample tenant: every screen, light and dark, in several sizes.

    python build/screenshots.py FOLDER          every screen in every size
    python build/screenshots.py --readme        the two pictures of the README alone

Pictures are drawn off screen, so they look alike on every machine that has the same fonts.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "resources" / "screenshots"
#: name -> width, height in logical pixels, and device pixels per logical one.
SIZES = {"1280x720": (1280, 720, 1), "1440x900": (1440, 900, 1), "1440x900@2x": (1440, 900, 2)}
SCHEMES = ("light", "dark")


def main() -> int:
    """Draw what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where the pictures go")
    parser.add_argument("--readme", action="store_true", help="draw resources/screenshots/ and nothing else")
    parser.add_argument("--size", choices=SIZES, help="this size alone")
    parser.add_argument("--scheme", choices=SCHEMES, help="this scheme alone")
    parser.add_argument("--only", help="screens whose name contains this")
    parser.add_argument("--right-to-left", action="store_true", help="lay everything out from right to left")
    asked = parser.parse_args()
    if not asked.readme and asked.folder is None:
        parser.error("name a folder, or --readme")
    folder = README if asked.readme else asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    if asked.size is None and not asked.readme:
        # The scale of a screen is settled before the program starts: one process for each.
        return max(_again(asked, size) for size in SIZES)
    return _draw(folder, asked)


def _again(asked: argparse.Namespace, size: str) -> int:
    import subprocess

    words = [sys.executable, __file__, str(asked.folder), "--size", size]
    words += ["--scheme", asked.scheme] if asked.scheme else []
    words += ["--only", asked.only] if asked.only else []
    words += ["--right-to-left"] if asked.right_to_left else []
    return subprocess.run(words, check=False).returncode


def _draw(folder: Path, asked: argparse.Namespace) -> int:
    size = asked.size or "1440x900"
    width, height, ratio = SIZES[size]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(ratio)
    sys.path.insert(0, str(ROOT))
    from PySide6.QtCore import Qt

    from permdesk.composition import build
    from permdesk.paths import Paths
    from permdesk.ui.app import application, open_window
    from permdesk.ui.tasks import Tasks

    app = application()
    if asked.right_to_left:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for scheme in [asked.scheme] if asked.scheme else SCHEMES:
        with tempfile.TemporaryDirectory() as data:
            paths = Paths.isolated(Path(data))
            paths.ensure()
            _settle(paths, scheme)
            window = open_window(app, build(paths), paths=paths, tasks=Tasks())
            window.resize(width, height)
            window.show()
            # Off screen no window is active by itself, and an idle one shows the grey selection.
            window.activateWindow()
            shooter = Shooter(app, window, paths.history_db)
            for name, screen in SCREENS.items():
                if asked.readme and name != "main":
                    continue
                if asked.only and asked.only not in name:
                    continue
                screen(shooter)
                file = folder / (f"main-{scheme}.png" if asked.readme else f"{name}-{scheme}-{size}.png")
                shooter.save(file)
                print(file)
                shooter.close_sheet()
            window.close()
            window.deleteLater()
            app.processEvents()
    return 0


def _settle(paths: object, scheme: str) -> None:
    from permdesk import settings
    from permdesk.paths import Paths

    assert isinstance(paths, Paths)  # noqa: S101 - for the checker
    kept = settings.Settings.load(paths.settings_file)
    kept.theme = settings.Theme(scheme)
    kept.save()


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

    def app_named(self, part: str, *, flag: str | None = None) -> None:
        """Select an app by a part of its name."""
        self.tenant()
        comparison = self.window.workspace.comparison
        found = next(
            app
            for app in comparison.apps
            if part in app.display_name and (flag in app.flags if flag else "look-alike" not in app.flags)
        )
        self.window.workspace.select_app(found.key)
        self.window.apps.select(found.key)
        self.wait(seconds=0.1)

    def finding(self, status: str, part: str = "") -> None:
        """Select a permission of the selected app."""
        app = self.window.workspace.app
        found = next(f for f in app.findings if f.status == status and part in f.permission.label)
        self.window.permissions.select_finding(found)
        self.wait()

    def close_sheet(self) -> None:
        """Close what lies over the window."""
        if self.window.sheets.sheet is not None:
            self.window.sheets.sheet.reject()
        self.window.results.hide()
        self.window.top_bar.search.clear()
        self.window.apps.set_filter(type(self.window.apps.filter)())
        self.wait(seconds=0.1)

    def save(self, file: Path) -> None:
        """Write the picture of the window, with the sheet that lies over it."""
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
        if not picture.toImage().save(str(file), "PNG", 0):
            raise SystemExit(f"{file} cannot be written")


def _first_run(shooter: Shooter) -> None:
    shooter.wait()


def _first_run_sign_in(shooter: Shooter) -> None:
    shooter.window.first_run.show_sign_in()


def _could_not_read(shooter: Shooter) -> None:
    shooter.window.files.open_path(Path("/nowhere/last-month.permdesk"))


def _reading(shooter: Shooter) -> None:
    from permdesk.domain.ports import Progress

    shooter.tenant()
    reads = shooter.window.workspace.comparison.reads
    shooter.window.workspace.scan_started.emit()
    shooter.window.workspace.scan_progress.emit(Progress("Role assignments, Microsoft Graph", 88, 131, reads[:9]))


def _banner(shooter: Shooter) -> None:
    shooter.window.workspace.scan_ended.emit()
    shooter.app_named("", flag="unconfirmed")
    shooter.window.describing.confirm()
    shooter.wait(lambda: bool(shooter.window.banner.text), 10)


def _menu(shooter: Shooter) -> None:
    shooter.window.banner.hide()
    shooter.tenant()
    shooter.window.top_bar.menu.click()


def _overview(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.workspace.select_app(None)


def _main(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("MISSING", "Reports")
    shooter.window.permissions.focus_tree()


def _workloads(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.finding("MISSING")


def _not_read(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("UNVERIFIED")


def _partial(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("PARTIAL")


def _app(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup for Azure")


def _look_alike(shooter: Shooter) -> None:
    shooter.app_named("", flag="look-alike")


def _not_installed(shooter: Shooter) -> None:
    shooter.app_named("Azure AD B2C")


def _search(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.top_bar.search.setText("Mail.Read")


def _no_match(shooter: Shooter) -> None:
    shooter.tenant()
    from permdesk.presentation.search import AppFilter

    shooter.window.apps.set_filter(AppFilter(text="nothing is called so"))


def _reconsent(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.window.sheets.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _reconsent_vendor(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.window.sheets.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _reconsent_shut(shooter: Shooter) -> None:
    shooter.app_named("", flag="unconfirmed")
    shooter.window.sheets.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _bind(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.window.sheets.bind()


def _identity(shooter: Shooter) -> None:
    shooter.app_named("", flag="ambiguous")
    shooter.window.sheets.identity()


def _compare(shooter: Shooter) -> None:
    shooter.app_named("", flag="look-alike")
    shooter.window.sheets.compare()


def _accept(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("EXCESS")
    shooter.window.sheets.accept()


def _accepted(shooter: Shooter) -> None:
    shooter.app_named("Spare Parts Portal")
    app = shooter.window.workspace.app
    shooter.window.permissions.select_finding(next(f for f in app.findings if f.accepted is not None))
    shooter.window.permissions.focus_tree()


def _settings(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.sheets.settings()


def _tenant_menu(shooter: Shooter) -> None:
    shooter.window.banner.hide()
    shooter.tenant()
    # A menu that a button opens waits for its answer: it is filled and shown without waiting.
    menu = shooter.window.tenant_menu
    shooter.window.files.fill_menu(menu)
    from PySide6.QtCore import QPoint

    menu.popup(QPoint(0, 0))


def _compact(shooter: Shooter) -> None:
    from permdesk.settings import Density

    shooter.window.appearance.choose_density(Density.COMPACT)
    _main(shooter)


def _history_shut(shooter: Shooter) -> None:
    from permdesk.settings import Density

    shooter.window.appearance.choose_density(Density.COMFORTABLE)
    shooter.shut_history()
    shooter.window.workspace.scan()
    shooter.wait(lambda: "Nothing said" in shooter.window.banner.text, 60)


def _help(shooter: Shooter) -> None:
    shooter.window.sheets.help()


def _keys(shooter: Shooter) -> None:
    shooter.window.sheets.keys()


def _about(shooter: Shooter) -> None:
    shooter.window.sheets.about()


def _problem(shooter: Shooter) -> None:
    shooter.window.files.open_path(Path("/nowhere/last-month.permdesk"))
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


SCREENS: dict[str, Callable[[Shooter], None]] = {
    "first-run": _first_run,
    "first-run-sign-in": _first_run_sign_in,
    "could-not-read": _could_not_read,
    "overview": _overview,
    "main": _main,
    "workloads": _workloads,
    "not-read": _not_read,
    "partial": _partial,
    "app": _app,
    "look-alike": _look_alike,
    "not-installed": _not_installed,
    "search": _search,
    "no-match": _no_match,
    "re-consent": _reconsent,
    "re-consent-vendor": _reconsent_vendor,
    "re-consent-shut": _reconsent_shut,
    "bind": _bind,
    "identity": _identity,
    "compare": _compare,
    "accept": _accept,
    "accepted": _accepted,
    "settings": _settings,
    "help": _help,
    "keys": _keys,
    "about": _about,
    "problem": _problem,
    "reading": _reading,
    "banner": _banner,
    "menu": _menu,
    "tenant-menu": _tenant_menu,
    "compact": _compact,
    "history-shut": _history_shut,
}

if __name__ == "__main__":
    sys.exit(main())
