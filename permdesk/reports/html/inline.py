"""Texts, runs and badges as markup: the one place where the words of a report become HTML."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from permdesk.presentation.appearance import Look
from permdesk.reports.document import Run, Runs
from permdesk.reports.html.characters import made, writable
from permdesk.reports.html.svg import glyph_id, ink_class

_LONG_WORD: Final = re.compile(r"(\S{20,})")
#: Where a long name breaks well: after a dot, a hyphen and their like.
_JOINT: Final = re.compile(r"(?<=[./_@:-])(?=[^./_@:-])")
_MOST_UNBROKEN: Final = 28
_MOST_KEPT: Final = 80
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def text_html(text: str, *, breakable: bool = False) -> Markup:
    """Return a text as markup that shows exactly it: escaped, and kept from reordering what stands beside it.

    Args:
        text: of any length, in any script.
        breakable: it may break anywhere.
    """
    return (_short if len(text) <= _MOST_KEPT else _text_html)(text, breakable)


def _text_html(text: str, breakable: bool) -> Markup:
    clean = writable(text)
    shown = made("".join(_word(piece) if long else escape(piece) for long, piece in _words(clean)))
    if breakable:
        shown = _anywhere(shown)
    if not clean.isascii() and any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in clean):
        return made(f"<bdi>{shown}</bdi>")
    return shown


#: Most words of a report come again and again.
_short = lru_cache(maxsize=8192)(_text_html)


def runs_html(runs: Runs) -> Markup:
    """Return running text as markup."""
    return made("".join(map(_run, runs)))


def plain(runs: Runs) -> str:
    """Return running text without its styles."""
    return "".join(run.text for run in runs)


def glyph_html(look: Look) -> Markup:
    """Return the glyph of a look in its colour; silent, for its word stands beside it."""
    return made(
        f'<svg class="glyph {ink_class(look.tone)}" aria-hidden="true" focusable="false">'
        f'<use href="#{glyph_id(look.glyph)}"/></svg>'
    )


@lru_cache(maxsize=256)
def badge_html(look: Look, note: str = "") -> Markup:
    """Return a glyph with its word; ``note`` follows as raised text."""
    classes = f"badge {ink_class(look.tone)}{' is-quiet' if look.quiet else ''}{' hatched' if look.hatched else ''}"
    raised = f"<sup>{text_html(note)}</sup>" if note else ""
    word = f'<span class="word">{text_html(look.label)}{raised}</span>'
    return made(f'<span class="{classes}">{glyph_html(look)}{word}</span>')


def _run(run: Run) -> Markup:
    shown = text_html(run.text, breakable=run.breakable)
    if run.bold:
        shown = made(f"<strong>{shown}</strong>")
    if run.raised:
        shown = made(f"<sup>{shown}</sup>")
    return made(f'<span class="quiet">{shown}</span>') if run.quiet else shown


def _words(text: str) -> Iterator[tuple[bool, str]]:
    """Yield a text in pieces, and of each whether it is one long word."""
    # What a split captures stands between the rest.
    for place, piece in enumerate(_LONG_WORD.split(text)):
        yield place % 2 == 1, piece


def _word(text: str) -> Markup:
    pieces = _JOINT.split(text)
    shown = made("<wbr>".join(map(escape, pieces)))
    return _anywhere(shown) if max(map(len, pieces)) > _MOST_UNBROKEN else shown


def _anywhere(shown: Markup) -> Markup:
    return made(f'<span class="long">{shown}</span>')
