"""The streams of the program as they are: closed, full, or with nobody at their other end."""

import contextlib
import os
import sys
from typing import TextIO


def provide() -> None:
    """Put something in the place of streams that the program was started without."""
    if sys.stdout is None:
        # A window on Windows has no streams and misses none; elsewhere somebody closed this one, and what a command
        # prints is lost: a file that can only be read answers each write with the error that tells so.
        sys.stdout = _nowhere(os.O_WRONLY if os.name == "nt" else os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _nowhere(os.O_WRONLY)


def deafen(stream: TextIO) -> None:
    """Send what a stream still holds nowhere, so that the interpreter does not fail on it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _nowhere(flags: int) -> TextIO:
    return open(os.open(os.devnull, flags), "w", encoding="utf-8")  # noqa: PTH123 - a descriptor, open to the end
