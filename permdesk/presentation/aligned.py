"""Rows of text whose columns stand under each other, for places with letters of one width."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence


def cells(text: str) -> int:
    """Return how many cells a text takes where every letter has one width, wide ones two."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(rows: Iterable[Sequence[str]], *, indent: str = "", width: Callable[[str], int] = cells) -> list[str]:
    """Return rows as lines whose columns stand under each other; the last column may run on.

    Args:
        rows: the cells of each; they need not have the same number.
        indent: before each line.
        width: how many cells a text takes.
    """
    table = [list(row) for row in rows]
    if not table:
        return []
    count = max(len(row) for row in table)
    widths = [max((width(row[place]) for row in table if place < len(row)), default=0) for place in range(count)]
    lines = []
    for row in table:
        padded = [cell + " " * (widths[place] - width(cell)) for place, cell in enumerate(row)]
        lines.append((indent + "  ".join(padded)).rstrip())
    return lines
