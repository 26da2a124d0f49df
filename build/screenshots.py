"""Draws the window from the running program on the sample tenant: every screen, light and dark, in several sizes.

    python build/screenshots.py FOLDER          every screen in every size
    python build/screenshots.py --readme        the two pictures of the README alone

Pictures are drawn off screen, so they look alike on every machine that has the same fonts.
"""

import argparse
import os
import sys
import tempfile
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
    from screens import SCREENS
    from shooter import Shooter

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
                shooter.save(file, small=asked.readme)
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


if __name__ == "__main__":
    sys.exit(main())
