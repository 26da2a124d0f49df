"""Files and folders that a person names: looked at before anything is read, so that no hour of work ends in a slip."""

import os
import stat
from pathlib import Path
from typing import Any

import click

from permdesk.errors import StorageError, UsageError

#: Where a scan file lies, by its name alone.
SUFFIX = ".permdesk"


class Place(click.Path):
    """A path on the command line; an empty one, as of a variable that is not set, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path.

        Raises:
            click.BadParameter: it is empty, or not what the options of click.Path ask for.
        """
        if not os.fspath(value):
            self.fail("it is empty.", param, ctx)
        return super().convert(value, param, ctx)


def names_file(word: str) -> bool:
    """Return whether a word names a file rather than a scan of the history.

    Raises:
        StorageError: the system has no such names.
    """
    return word.endswith(SUFFIX) or os.sep in word or not is_text(word) or _mode(Path(word)) is not None


def to_open(path: Path) -> Path:
    """Return a path that can be opened without waiting; whether anything is there is told by opening it.

    Raises:
        StorageError: it is a folder, a pipe or a device, or the system has no such names.
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        raise StorageError(f"{path} is no file but {_kind(mode)}", remedy="Name a file that permdesk saved.")
    return path


def to_write(path: Path, *, replace: bool, option: str = "--force") -> None:
    """Make sure that a file can be written, as far as that can be told beforehand.

    Args:
        path: where it goes.
        replace: what is there may go.
        option: what a person types to say so.

    Raises:
        UsageError: it exists and shall not be replaced, or what is there is no file.
        StorageError: its folder is not there or cannot be written, or the system has no such names.
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        raise UsageError(f"{path} is no file but {_kind(mode)}", remedy="Choose another name.")
    if mode is not None and not replace:
        raise UsageError(f"{path} exists already", remedy=f"Choose another name, or add {option} to replace it.")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise StorageError(f"{path} cannot be written", detail=f"There is no folder {folder}.", remedy=_FOLDER)
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        raise StorageError(f"{path} cannot be written", detail="Permission denied.", remedy=_FOLDER)


_FOLDER = "Choose a folder that is there and that you may write to."


def _mode(path: Path) -> int | None:
    """Return type and permissions of what is there; None where nothing is."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unusable(path, error) from error


def unusable(path: str | bytes | os.PathLike[Any], error: OSError) -> StorageError:
    """Return the error to raise where the system refuses a file or folder."""
    return StorageError(
        f"{os.fsdecode(path)} cannot be used",
        detail=f"{error.strerror or error}.",
        remedy="Check the name, and what you may do there.",
    )


def is_text(word: str) -> bool:
    """Return whether a word of the command line is text; a file's name may hold bytes that are none."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
