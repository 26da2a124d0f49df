"""The place a chart is drawn at, and how text fits there."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from msgspec import Struct

from permdesk.domain import dates

#: The width of a text: its words, the size of the font, and whether it is bold.
Measure = Callable[[str, float, bool], float]


def estimated_width(text: str, size: float, bold: bool) -> float:
    """Return about how wide a text is in a common sans serif, rather too much than too little.

    For places where no font can be asked, such as a page that another computer will show.
    """
    return sum(map(_share, text)) * size * (1.07 if bold else 1.0)


class Place(Struct, frozen=True):
    """Where a chart is drawn.

    Attributes:
        width: of the whole chart, in the caller's unit.
        em: size of its type, same unit.
        measure: how wide a text is.
        number: how a count is written.
        day: how a day is written.
    """

    width: float
    em: float
    measure: Measure = estimated_width
    number: Callable[[int], str] = str
    day: Callable[[date], str] = dates.day


def wrapped(text: str, width: float, place: Place, *, bold: bool = False, lines: int | None = None) -> list[str]:
    """Return a text in lines no wider than ``width``: broken at blanks, or anywhere where a word is too long.

    Args:
        text: of any length.
        width: in the unit of the place.
        place: whose type it is set in.
        bold: set in bold.
        lines: the most there may be; what does not fit ends in an ellipsis.
    """
    done: list[str] = []
    rest = text
    while rest and (lines is None or len(done) < lines):
        end = _fitting(rest, width, place, bold)
        if end >= len(rest):
            return [*done, rest]
        if lines is not None and len(done) == lines - 1:
            return [*done, rest[: max(_fitting(rest[:end], width - place.em, place, bold), 1)].rstrip() + "…"]
        blank = rest.rfind(" ", 1, end + 1)
        cut = blank if blank > 0 else end
        done.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return done or [""]


def _fitting(text: str, width: float, place: Place, bold: bool) -> int:
    """Return how many leading characters fit, at least one; found by halving, for names may be very long."""
    low, high = 1, len(text)
    # Nothing narrower than a tenth of the type is drawn in numbers.
    high = min(high, max(int(width / place.em * 10), 1))
    while low < high:
        middle = (low + high + 1) // 2
        if place.measure(text[:middle], place.em, bold) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _share(character: str) -> float:
    """Return the width of a character as a share of the size of the type."""
    code = ord(character)
    if code < 0x7F:
        return _NARROW_LETTERS.get(character) or (0.68 if character.isupper() else 0.58)
    if unicodedata.combining(character):
        return 0.0
    return 1.05 if unicodedata.east_asian_width(character) in "WF" or code > 0x1F000 else 0.68


_NARROW_LETTERS: Final = (
    dict.fromkeys("ijl.,:;'|!", 0.28) | dict.fromkeys(" frtI()[]-/\\", 0.4) | dict.fromkeys("mwMW@%", 0.95)
)
