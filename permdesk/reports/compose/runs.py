"""Pieces of text for a report, and the length to which a stranger's name is told."""

from collections.abc import Iterable

from permdesk.domain.text import inert
from permdesk.presentation.app_rows import LONGEST_NAME
from permdesk.reports.document import Run, Runs

#: No sentence of a stranger's, such as a reason or a note, is told longer.
LONGEST_SENTENCE = 1200
_NO_NAME = "(no name)"


def plain(text: str) -> Runs:
    """Return text of ours as one run."""
    return (Run(text),)


def bold(text: str) -> Run:
    """Return text of ours that stands out."""
    return Run(text, bold=True)


def quiet(text: str) -> Run:
    """Return text of ours that stands back."""
    return Run(text, quiet=True)


def named(text: str | None, limit: int = LONGEST_NAME) -> str:
    """Return a stranger's name, harmless, or words that stand for it."""
    return inert(text or "", limit) or _NO_NAME


def an_id(text: str | None, limit: int = LONGEST_NAME) -> Run:
    """Return an id or a permission's value: it may break anywhere."""
    return Run(inert(text or "", limit) or "–", breakable=True)


def sentence(text: str) -> str:
    """Return a stranger's sentence, harmless and ended by a full stop."""
    clean = inert(text, LONGEST_SENTENCE)
    return clean if not clean or clean[-1] in ".!?…" else f"{clean}."


def capital(text: str) -> str:
    """Return a clause as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Return a sentence of ours as a clause."""
    return text[:1].lower() + text[1:]


def spaced(*parts: str) -> str:
    """Return the parts that say something, with a blank between them."""
    return " ".join(part for part in parts if part)


def dotted(parts: Iterable[str]) -> str:
    """Return the parts that say something, with a dot between them."""
    return " · ".join(part for part in parts if part)


def mark(place: int) -> str:
    """Return the mark of a foot note: a to z, then aa and on; places are counted from 0."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters
