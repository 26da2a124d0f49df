"""Writes a file in one step: whole, or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PART = ".part"


def write_whole(file: Path, content: bytes) -> None:
    """Put ``content`` in the file's place, readable for this person alone.

    A full disk, a killed process or a power cut leaves the old file whole, and nothing beside it but what was killed.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    with writing_whole(file) as stream:
        stream.write(content)


def remove_parts(file: Path, pid: int) -> None:
    """Remove what a process that was killed had begun to write for a file."""
    prefix = _prefix(file, pid)
    with contextlib.suppress(OSError):
        for part in file.parent.iterdir():
            if part.name.startswith(prefix) and part.suffix == _PART:
                part.unlink(missing_ok=True)


def _prefix(file: Path, pid: int) -> str:
    return f".{file.name[:40]}-{pid}-"


@contextlib.contextmanager
def writing_whole(file: Path) -> Iterator[BinaryIO]:
    """Let a caller write piece by piece what takes the file's place once the ``with`` block ends without an error.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    # A name may be as long as the system allows; that of the part must not be longer. It tells the process, so that
    # whoever killed that knows what is left of it.
    handle, name = tempfile.mkstemp(prefix=_prefix(file, os.getpid()), suffix=_PART, dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
