"""A table to be written: columns, and rows that are made as they are written."""

import functools
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from permdesk.domain.text import MARK, inert
from permdesk.presentation.appearance import Look

#: A date, a number or a boolean stays one; a Look is its word in its colour; None is an empty cell.
Value = str | int | bool | date | datetime | Look | None
Row = Sequence[Value]

#: Letters that Excel holds in one cell, counted in UTF-16 (support.microsoft.com, "Excel specifications and limits").
MOST_LETTERS = 32_767


class Column(Struct, frozen=True):
    """A column.

    Attributes:
        width: in letters, as spreadsheets count it.
    """

    title: str
    width: float = 16


class Sheet(Struct, frozen=True):
    """One table.

    Attributes:
        title: at most 25 letters, of those that spreadsheets permit in the name of a sheet.
        rows: each with as many values as there are columns.
        frozen: columns that stay where they are while the others move.
        filtered: its head offers filters.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    frozen: int = 1
    filtered: bool = True


@functools.lru_cache(maxsize=2**15)
def cell_text(text: str) -> str:
    """Return a text as a cell may hold it: inert, storable as XML, and no longer than a cell; what is cut says so."""
    clean = inert(text)
    if clean.isascii():
        return clean if len(clean) <= MOST_LETTERS else inert(clean, MOST_LETTERS)
    # No characters (Unicode 23.7), and none that XML 1.0 permits.
    clean = clean.replace("\ufffe", MARK).replace("\uffff", MARK)
    if len(clean) > MOST_LETTERS // 2 and len(units := clean.encode("utf-16-le")) > 2 * MOST_LETTERS:
        return f"{units[: 2 * (MOST_LETTERS - 1)].decode('utf-16-le', 'ignore').rstrip()}…"
    return clean
