"""What people read: aligned lines, a glyph and a word for each status, colour only where it is welcome."""

import os
import sys
from collections.abc import Iterable, Sequence

import click

from permdesk.cli.streams import deafen
from permdesk.domain.text import inert
from permdesk.errors import WorldError
from permdesk.presentation.aligned import aligned, cells
from permdesk.presentation.appearance import Glyph, Look, Tone

NAME_LIMIT = 60
#: The most characters of a sentence that may repeat what somebody typed, and of the words that explain it.
_TITLE_LIMIT, _DETAIL_LIMIT = 300, 3000

_GLYPHS = {
    Glyph.MISSING: "✕",
    Glyph.PARTIAL: "◐",
    Glyph.EXCESS: "+",
    Glyph.UNREAD: "?",
    Glyph.SATISFIED: "✓",
    Glyph.DECLARED_ONLY: "□",
    Glyph.GRANTED: "·",
    Glyph.BASIC: "·",
    Glyph.NO_BASELINE: "–",
    Glyph.NOT_INSTALLED: "○",
    Glyph.WARNING: "!",
}
_PLAIN_GLYPHS = {
    Glyph.MISSING: "x",
    Glyph.PARTIAL: "~",
    Glyph.SATISFIED: "v",
    Glyph.DECLARED_ONLY: "#",
    Glyph.GRANTED: ".",
    Glyph.BASIC: ".",
    Glyph.NO_BASELINE: "-",
    Glyph.NOT_INSTALLED: "o",
}
_COLOURS = {
    Tone.MISSING: "red",
    Tone.PARTIAL: "yellow",
    Tone.EXCESS: "magenta",
    Tone.UNREAD: "bright_black",
    Tone.SATISFIED: "green",
    Tone.DECLARED_ONLY: "cyan",
}


def say(text: str = "") -> None:
    """Print a line of data."""
    click.echo(_encodable(text))


def note(text: str, *, newline: bool = True) -> None:
    """Print a line for the person, beside the data; where nobody can read it, that changes nothing."""
    try:
        click.echo(_encodable(text, err=True), err=True, nl=newline)
    except OSError:
        deafen(sys.stderr)


def complain(problem: WorldError) -> None:
    """Print a fault of the world: what is known, what follows, what to do."""
    note(f"permdesk: {shortened(sentence(problem.title), _TITLE_LIMIT)}")
    for part in (problem.detail, problem.remedy):
        if part:
            note(f"  {shortened(inert(part), _DETAIL_LIMIT)}")


def shortened(text: str, limit: int = _TITLE_LIMIT) -> str:
    """Return a text without its middle where it is too long: what is wrong may stand at either end."""
    if len(text) <= limit:
        return text
    kept = (limit - 3) // 2
    return f"{text[:kept].rstrip()} … {text[-kept:].lstrip()}"


def sentence(text: str) -> str:
    """Return the text, inert, with its full stop."""
    clean = inert(text)
    return clean if clean.endswith((".", "?", "!", ":")) else f"{clean}."


def name(text: str, limit: int = NAME_LIMIT) -> str:
    """Return a name of somebody else's choosing, inert and of a length that fits a line."""
    return inert(text, limit)


def glyph(look: Look) -> str:
    """Return the glyph of a look as the terminal can show it."""
    drawn = _GLYPHS[look.glyph]
    return drawn if _can_show(drawn) else _PLAIN_GLYPHS.get(look.glyph, drawn)


def marked(look: Look) -> str:
    """Return glyph and word of a look, coloured where colour is welcome."""
    return tinted(f"{glyph(look)} {look.label}", look.tone)


def tinted(text: str, tone: Tone) -> str:
    """Return the text in a tone's colour, where standard output is a terminal and NO_COLOR is not set."""
    colour = _COLOURS.get(tone)
    if colour is None or os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return click.style(text, fg=colour)


def bold(text: str) -> str:
    """Return the text in bold, where that is welcome."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return click.style(text, bold=True)


def columns(rows: Iterable[Sequence[str]], *, indent: str = "") -> list[str]:
    """Return rows as lines whose columns stand under each other; the last column may run on."""
    return aligned(rows, indent=indent, width=width)


def width(text: str) -> int:
    """Return how many cells a text takes on a terminal, colour codes aside."""
    return cells(click.unstyle(text))


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _encodable(text: str, *, err: bool = False) -> str:
    """Return the text with question marks for what the stream's encoding does not have."""
    encoding = (sys.stderr if err else sys.stdout).encoding or "ascii"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return text.encode("ascii" if encoding == "ascii" else encoding, "replace").decode(encoding)
    return text
