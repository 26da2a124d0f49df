"""How far a scan has come, on one line of a terminal that a person watches."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from permdesk.cli.terminal import note
from permdesk.domain.ports import Progress
from permdesk.domain.text import inert

_CLEAR = "\r\x1b[K"
_LIMIT = 70


@contextlib.contextmanager
def showing() -> Iterator[Callable[[Progress], None]]:
    """Yield what shows progress; nothing is shown where nobody watches."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    try:
        yield _show
    finally:
        note(_CLEAR, newline=False)


def _nothing(_progress: Progress) -> None:
    return None


def _show(progress: Progress) -> None:
    of = f" of {progress.expected:,}" if progress.expected is not None else ""
    text = inert(f"Reading {progress.current}: {progress.rows:,}{of}", _LIMIT)
    note(_CLEAR + text, newline=False)
