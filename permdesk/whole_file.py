"""Writes a file in one step: whole, or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def write_whole(file: Path, content: bytes) -> None:
    """Put ``content`` in the file's place, readable for this person alone.

    A full disk, a killed process or a power cut leaves the old file whole, and nothing beside it but what was killed.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    with writing_whole(file) as stream:
        stream.write(content)


@contextlib.contextmanager
def writing_whole(file: Path) -> Iterator[BinaryIO]:
    """Let a caller write piece by piece what takes the file's place once the ``with`` block ends without an error.

    Raises:
        OSError: it could not be written; the old file is as it was.
    """
    # A name may be as long as the system allows; that of the part must not be longer.
    handle, name = tempfile.mkstemp(prefix=f".{file.name[:40]}-", suffix=".part", dir=file.parent)
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
