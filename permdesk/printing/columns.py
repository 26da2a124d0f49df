"""How wide the columns of a table are: what they must have, then where most lines are saved, then their shares."""

import math
from collections import Counter
from itertools import islice
from typing import Final

from msgspec import Struct

from permdesk.printing.faces import face, kept_by_thread
from permdesk.printing.measures import CELL, CELL_BOLD, CELL_QUIET, COLUMN_HEAD, Style
from permdesk.printing.wrapping import widest_word
from permdesk.reports.document import Badge, Cell, Column, ColumnKind, Number, Row, Table, Text

#: Room of a badge for its glyph.
BADGE_INDENT: Final = 130
_BAR: Final = 660
#: Rows that say how wide columns should be; the others are set in the same widths.
_MEASURED: Final = 300
#: No column insists on more than this share of the page.
_INSISTS: Final = 0.3
_ID_INSISTS: Final = 1.2
#: Characters of a cell that say how wide its column should be; longer texts wrap anyway.
_LOOKED_AT: Final = 160
#: Widths are told apart no finer; that keeps the search for the best ones short.
_STEP: Final = 48
_AIR: Final = 8
_NONE: Final = "–"


class _Need(Struct, frozen=True):
    """What a column needs.

    Attributes:
        least: width below which words break.
        liked: width at which nothing wraps.
        texts: how many texts have which width on one line.
    """

    least: float
    liked: float
    texts: tuple[tuple[float, int], ...] = ()

    def lines(self, width: float) -> int:
        """Return about how many lines all its texts have."""
        return sum(math.ceil(wide / width) * count for wide, count in self.texts)


def column_widths(table: Table, inner: int) -> list[int]:
    """Return the width of each column; together they are ``inner`` or a little less.

    Args:
        table: of any length; of a long one some rows are measured.
        inner: of the table without the gaps between columns.
    """
    rows = _sample(table)
    needs = [
        _need(column, [row.cells[place] for row in rows], inner * _INSISTS, _digits(table, place, column))
        for place, column in enumerate(table.columns)
    ]
    widths = [need.least for need in needs]
    if sum(widths) > inner:
        return [max(1, int(each)) for each in _shared(widths, inner)]
    _save_lines(widths, needs, inner - sum(widths))
    shares = [column.weight if column.kind is ColumnKind.TEXT else 0.0 for column in table.columns]
    if not sum(shares):
        shares = [1.0] * len(shares)
    left = inner - sum(widths)
    return [int(width + left * share / sum(shares)) for width, share in zip(widths, shares, strict=True)]


def number_words(value: int | None) -> str:
    """Return a count as it is printed."""
    return _NONE if value is None else str(value)


def _save_lines(widths: list[float], needs: list[_Need], room: float) -> None:
    """Widen columns, each time the one in which the fewest tenths of a point save a line."""
    while True:
        best: tuple[float, int, float] | None = None
        for place, need in enumerate(needs):
            lines = need.lines(widths[place])
            for wide in {part for text, _ in need.texts for part in (text, text / 2)}:
                more = wide - widths[place]
                if not 0 < more <= room:
                    continue
                rate = (lines - need.lines(wide)) / more
                if rate > 0 and (best is None or rate > best[0]):
                    best = rate, place, wide
        if best is None:
            return
        _, place, wide = best
        room -= wide - widths[place]
        widths[place] = wide


def _shared(wants: list[float], room: float) -> list[float]:
    """Share room out so that whoever wants little gets it all."""
    given = [0.0] * len(wants)
    waiting = sorted(range(len(wants)), key=lambda place: wants[place])
    for done, place in enumerate(waiting):
        given[place] = min(wants[place], room / (len(waiting) - done))
        room -= given[place]
    return given


def _sample(table: Table) -> list[Row]:
    """Return rows from the whole of a table."""
    rows = [row for row in islice(table.rows, _MEASURED) if isinstance(row, Row)]
    step = max(1, len(table.rows) // _MEASURED)
    return rows + [row for row in table.rows[_MEASURED::step] if isinstance(row, Row)]


def _digits(table: Table, place: int, column: Column) -> int:
    """Return how many digits the largest number has; numbers do not wrap, so that every row is asked."""
    if column.kind is not ColumnKind.NUMBER:
        return 0
    cells = (row.cells[place] for row in table.rows if isinstance(row, Row))
    return max((len(number_words(cell.value)) for cell in cells if isinstance(cell, Number)), default=1)


def _need(column: Column, cells: list[Cell], most: float, digits: int) -> _Need:
    title = widest_word(column.title, COLUMN_HEAD) + _AIR
    if column.kind is ColumnKind.BAR:
        return _Need(max(title, _BAR), _BAR)
    if column.kind is ColumnKind.NUMBER:
        wide = max(title, _width("0" * (digits + 1), CELL))
        return _Need(wide, wide)
    if column.kind is ColumnKind.BADGE:
        labels = {(cell.look.label, cell.note) for cell in cells if isinstance(cell, Badge)}
        label = max((_width(f"{word} {note}", CELL_BOLD) for word, note in labels), default=0.0)
        wide = max(title, min(most, label + BADGE_INDENT + _AIR + 4))
        return _Need(wide, wide)
    return _text_need(title, [cell for cell in cells if isinstance(cell, Text)], most)


def _text_need(title: float, cells: list[Text], most: float) -> _Need:
    low = title
    texts: Counter[float] = Counter()
    for cell in cells:
        wide = 0.0
        for run in cell.runs:
            style = CELL_BOLD if run.bold else CELL
            shown = run.text[:_LOOKED_AT]
            wide += _width(shown, style)
            # An id that is broken is not found by who searches for it: it insists on more than other words.
            limit = most * _ID_INSISTS if run.breakable else most
            low = max(low, min(limit, max((_width(word, style) for word in shown.split()), default=0.0) + _AIR))
        texts[_rounded(wide)] += 1
        if cell.below:
            texts[_rounded(_width(cell.below[:_LOOKED_AT], CELL_QUIET))] += 1
    return _Need(low, max([low, *texts]), tuple(texts.items()))


def _rounded(width: float) -> float:
    """Return a width that a text surely fits into."""
    return math.ceil((width + _AIR) / _STEP) * _STEP


@kept_by_thread
def _width(text: str, style: Style) -> float:
    return face(style).width(text)
