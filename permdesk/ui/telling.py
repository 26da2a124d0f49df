"""An error of the world in the pieces a person reads: what is known, what follows, what to do, and the rest to copy."""

import platform
import sys
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from PySide6.QtCore import qVersion

from permdesk import __version__
from permdesk.domain.text import inert
from permdesk.errors import WorldError
from permdesk.redaction import redact

#: A detail of one line that is no longer is read at once; a longer one waits behind its fold.
_LONGEST_SENTENCE: Final = 240
_LONGEST_DETAIL: Final = 4000


class Told(Struct, frozen=True):
    """An error, harmless to show and without tokens.

    Attributes:
        sentence: what follows from the title; empty where nothing short is known.
        details: everything, with versions and time, to be copied for support.
    """

    title: str
    sentence: str
    remedy: str
    details: tuple[str, ...]


def told(error: WorldError) -> Told:
    """Return an error in pieces."""
    detail = redact(error.detail).strip()[:_LONGEST_DETAIL]
    lines = [inert(line, 400) for line in detail.splitlines()[:60]]
    short = len(lines) == 1 and len(lines[0]) <= _LONGEST_SENTENCE
    title, remedy = inert(redact(error.title), 300), inert(redact(error.remedy), 600)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Told(
        title=title,
        sentence=lines[0] if short else "",
        remedy=remedy,
        details=tuple(line for line in (title, *lines, remedy, f"{now}, {versions()}") if line),
    )


def versions() -> str:
    """Return what a report has to name: this program, Python, Qt and the system."""
    return (
        f"permdesk {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.release()}, {sys.platform}"
    )
