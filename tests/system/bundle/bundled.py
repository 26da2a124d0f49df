"""A bundle's two programs, started as a person would start them: without Python, without this source tree."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
_PATIENCE = 120.0


def plain_environment(**more: str) -> dict[str, str]:
    """Return an environment without anything of Python's, Qt's or a keyring's."""
    hidden = ("PYTHON", "QT_", "VIRTUAL_ENV", "DBUS_", "LD_", "DISPLAY", "WAYLAND", "PERMDESK")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return kept | more


class Bundle:
    """The folder with both programs.

    Attributes:
        folder: where it is.
        window: the program ``permdesk``.
        console: the program ``permdesk-cli``.
        inside: what belongs to the programs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.window = folder / "permdesk"
        self.console = folder / "permdesk-cli"
        self.inside = folder / "_internal"

    def files(self) -> list[str]:
        """Return the place of everything inside that is no link and no folder, sorted."""
        found = (path for path in self.inside.rglob("*") if path.is_file() and not path.is_symlink())
        return sorted(path.relative_to(self.inside).as_posix() for path in found)

    def run(self, *words: str, data: Path) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, on a data folder of its own, in that folder."""
        data.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [str(self.console), *words, "--data-dir", str(data)],
            cwd=data,
            env=plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
