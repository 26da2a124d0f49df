"""Portable scan files: one scan of one tenant, to keep, send and open anywhere."""

from pathlib import Path

from permdesk.domain.snapshot import Snapshot
from permdesk.errors import FormatError, StorageError
from permdesk.history.scan_format import MAX_COMPRESSED, decode, encode
from permdesk.whole_file import write_whole

SUFFIX = ".permdesk"


def open_scan(path: Path, *, max_compressed: int = MAX_COMPRESSED) -> Snapshot:
    """Return the scan in a file, which may come from a stranger.

    Raises:
        StorageError: the file cannot be read.
        FormatError: it is no scan, damaged, too large, or newer than this permdesk.
    """
    try:
        with path.open("rb") as file:
            content = file.read(max_compressed + 1)
    except OSError as problem:
        raise StorageError(
            f"{path} cannot be read", detail=f"{problem.strerror}.", remedy="Check the name and its permissions."
        ) from problem
    except ValueError as problem:  # a NUL in the name
        raise StorageError(f"{str(path)!r} is no file name") from problem
    if len(content) > max_compressed:
        raise FormatError(
            f"{path.name} is larger than any scan: more than {max_compressed:,} bytes",
            remedy="Do not open it unless you know who made it.",
        )
    return decode(content, name=path.name)


def save_scan(snapshot: Snapshot, path: Path, *, overwrite: bool = False) -> None:
    """Write a scan to a file, whole or not at all.

    Raises:
        StorageError: the file is there already and ``overwrite`` is False, or it cannot be written.
    """
    target = path.resolve()
    if target.exists() and not overwrite:
        raise StorageError(
            f"{path} exists already", remedy="Choose another name, or allow it to be replaced (--force)."
        )
    try:
        write_whole(target, encode(snapshot))
    except OSError as problem:
        raise StorageError(
            f"{path} cannot be written",
            detail=f"{problem.strerror}. Nothing was saved, and an older file of that name is unchanged.",
            remedy="Choose a folder you may write to, with enough room.",
        ) from problem
