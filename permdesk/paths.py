"""Where things are: what ships with the program, and what belongs to the person who runs it."""

import os
import sys
import tempfile
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from permdesk.errors import StorageError

_PACKAGE = Path(__file__).resolve().parent


class Home(StrEnum):
    """From where the program runs."""

    SOURCE = "source"
    INSTALLED = "installed"
    FROZEN = "frozen"


class Paths(Struct, frozen=True):
    """The folders of one person, or of one isolated run; nothing is created before ``ensure``.

    Attributes:
        data: history and own profiles.
        config: settings.
        logs: log files.
    """

    data: Path
    config: Path
    logs: Path

    @classmethod
    def default(cls) -> "Paths":
        """Return the folders that the operating system has for this person."""
        import platformdirs

        return cls(
            data=platformdirs.user_data_path("permdesk", appauthor=False),
            config=platformdirs.user_config_path("permdesk", appauthor=False),
            logs=platformdirs.user_log_path("permdesk", appauthor=False),
        )

    @classmethod
    def isolated(cls, root: Path) -> "Paths":
        """Return folders below ``root`` alone: what ``--data-dir`` asks for."""
        root = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow links that a person chose
        return cls(data=root, config=root / "config", logs=root / "logs")

    @property
    def history_db(self) -> Path:
        """The person's own SQLite file: scans, bindings, services in use, acceptances."""
        return self.data / "history.sqlite"

    @property
    def sign_ins_file(self) -> Path:
        """Kept sign-ins with their tokens, encrypted."""
        return self.data / "sign-ins.bin"

    @property
    def settings_file(self) -> Path:
        """The person's settings, JSON."""
        return self.config / "settings.json"

    @property
    def own_profiles(self) -> Path:
        """Folder for profiles of the person's own; it need not exist."""
        return self.data / "profiles"

    def ensure(self) -> None:
        """Create the folders, readable for this person alone, and try to write into the one for data.

        Raises:
            StorageError: a folder cannot be created or written: read-only, full, or something else is in its place.
        """
        for folder in (self.data, self.config, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise unwritable(folder, error) from error
        try:
            # A full disk makes folders gladly; only bytes tell.
            with tempfile.TemporaryFile(dir=self.data) as probe:
                probe.write(b"permdesk" * 512)
        except OSError as error:
            raise unwritable(self.data, error) from error


def unwritable(path: Path, error: OSError) -> StorageError:
    """Return the error to raise where ``path`` could not be created or written."""
    return StorageError(
        f"permdesk cannot write to {path}",
        detail=f"{error.strerror or error}.",
        remedy="Free some space, allow writing there, or name another folder with --data-dir.",
    )


def home() -> Home:
    """Return from where the program runs."""
    if getattr(sys, "frozen", False):
        return Home.FROZEN
    if (_PACKAGE / "_data").is_dir():
        return Home.INSTALLED
    return Home.SOURCE


def _shipped() -> Path:
    match home():
        case Home.FROZEN:
            return Path(getattr(sys, "_MEIPASS", _PACKAGE.parent))
        case Home.INSTALLED:
            return _PACKAGE / "_data"
        case _:
            return _PACKAGE.parent


def resources() -> Path:
    """Return the folder ``resources`` that ships with the program.

    Raises:
        StorageError: it is missing, so the installation is damaged.
    """
    return _existing(_shipped() / "resources")


def catalog_file(*, missing_ok: bool = False) -> Path:
    """Return the shipped ``catalog.sqlite``.

    Args:
        missing_ok: it is about to be made.

    Raises:
        StorageError: it is missing, so the installation is damaged.
    """
    path = _shipped() / "catalog.sqlite"
    return path if missing_ok else _existing(path)


def repair() -> str:
    """Return what to do, in one sentence, where something that ships with the program is missing or damaged."""
    if home() is Home.SOURCE:
        return "Run python3 build/dev.py catalog; if that does not help, fetch the source tree again."
    return "Install permdesk again."


def _existing(path: Path) -> Path:
    if not path.exists():
        raise StorageError(f"{path} is missing", detail="It ships with permdesk.", remedy=repair())
    return path
