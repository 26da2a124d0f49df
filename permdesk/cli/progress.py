"""How far a scan has come, on one line of a terminal that a person watches."""

import contextlib
import sys
from collections.abc import Callable, Iterator

import click

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
        click.echo(_CLEAR, err=True, nl=False, color=True)


def _nothing(_progress: Progress) -> None:
    return None


def _show(progress: Progress) -> None:
    of = f" of {progress.expected:,}" if progress.expected is not None else ""
    text = inert(f"Reading {progress.current}: {progress.rows:,}{of}", _LIMIT)
    click.echo(_CLEAR + text, err=True, nl=False, color=True)
