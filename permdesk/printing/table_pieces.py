"""Tables as pieces of a page: widths that suit what columns hold, heads that repeat, rows that lose no word."""

from collections.abc import Iterable
from typing import Final

from permdesk.printing.brush import HATCH, PALE, TINT, Brush
from permdesk.printing.columns import BADGE_INDENT, column_widths, number_words
from permdesk.printing.faces import kept_by_thread
from permdesk.printing.measures import CELL, CELL_QUIET, COLUMN_HEAD, GROUP, SMALL
from permdesk.printing.piece import Piece, Plain
from permdesk.printing.text_pieces import Paragraph, shortened
from permdesk.printing.wrapping import Wrapped, wrap, wrap_plain
from permdesk.reports.document import (
    Badge,
    Bar,
    Cell,
    ColumnKind,
    GroupRow,
    Number,
    Row,
    Run,
    Runs,
    Table,
    Text,
)
from permdesk.reports.drawing import draw_bar

_GAP: Final = 64
_INDENT: Final = 70
#: Titles are words of permdesk's own; a head that repeats must leave room for rows.
_LONGEST_TITLE: Final = 60
_AIR: Final = 29
_GLYPH: Final = 92
_BAR_HEIGHT: Final = 84


class Grid:
    """The columns of a table on paper.

    Attributes:
        places: where each column begins, and how wide its text may be.
    """

    def __init__(self, table: Table, width: int) -> None:
        self.table, self.width = table, width
        self.indent = _INDENT if any(isinstance(row, GroupRow) for row in table.rows) else 0
        inner = width - self.indent - _GAP * (len(table.columns) - 1)
        wide = column_widths(table, inner)
        self.places: list[tuple[int, int]] = []
        at = self.indent
        for each in wide:
            self.places.append((at, each))
            at += each + _GAP
        self.head = Head(self)

    def text_of(self, place: int, cell: Cell) -> tuple[Wrapped, Wrapped | None]:
        """Return the lines of a cell, and those below them."""
        width = self.places[place][1]
        if isinstance(cell, Text):
            below = wrap_plain(cell.below, CELL_QUIET, width) if cell.below else None
            return wrap(cell.runs, CELL, width), below
        if isinstance(cell, Badge):
            return wrap(_badge_runs(cell), CELL, width - BADGE_INDENT), None
        return _counted(cell.value if isinstance(cell, Number) else None, width), None


class Head(Plain):
    """The titles of the columns."""

    above = 60
    keep = True

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._lines = max(words.lines for words in self._words())

    def _words(self) -> list[Wrapped]:
        columns = zip(self._grid.table.columns, self._grid.places, strict=True)
        return [wrap_plain(column.title[:_LONGEST_TITLE], COLUMN_HEAD, width) for column, (_, width) in columns]

    def height(self, first: int, last: int) -> float:
        """Return the height of all titles and the rule below them."""
        return self._lines * COLUMN_HEAD.pitch + 36

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint the titles, all ending on the same line; numbers at the right."""
        grid = self._grid
        for column, (at, width), words in zip(grid.table.columns, grid.places, self._words(), strict=True):
            begin = x + (at if at > grid.indent else 0)
            top = y + (self._lines - words.lines) * COLUMN_HEAD.pitch
            if column.kind is ColumnKind.NUMBER:
                words.draw_right(brush.painter, begin + width, top)
            else:
                words.draw(brush.painter, begin, top, 0, words.lines)
        brush.rule(x, y + self._lines * COLUMN_HEAD.pitch + 22, grid.width, thick=9)


class Group(Plain):
    """A tinted line across the table."""

    keep = True

    def __init__(self, grid: Grid, runs: Runs, *, short: bool = False) -> None:
        self._grid, self._width = grid, grid.width - 2 * 60
        if short:
            text = "".join(run.text for run in runs)
            runs = (Run(shortened(text, GROUP, self._width - 60, after=", continued"), quiet=True),)
        self._runs, self.short = runs, short
        self.lines = wrap(runs, GROUP, self._width).lines

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines and the air around them."""
        return (last - first) * GROUP.pitch + 2 * _AIR

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint the tint and these lines."""
        height = self.height(first, last)
        brush.fill(x, y, self._grid.width, height, TINT)
        brush.rule(x, y + height - 4, self._grid.width, ink=PALE)
        wrap(self._runs, GROUP, self._width).draw(brush.painter, x + 60, y + _AIR, first, last)

    def again(self) -> tuple[Piece, ...]:
        """Return the head of the table."""
        return (self._grid.head,)


class Line(Plain):
    """One row."""

    __slots__ = ("_grid", "_group", "_row", "keep", "lines", "split")

    def __init__(self, grid: Grid, row: Row, group: GroupRow | None) -> None:
        self._grid, self._row, self._group = grid, row, group
        self.keep = self.split = False
        most = 1
        for place, cell in enumerate(row.cells):
            if isinstance(cell, (Text, Badge)):
                words, below = grid.text_of(place, cell)
                most = max(most, words.lines + (below.lines if below else 0))
        self.lines = most

    def height(self, first: int, last: int) -> float:
        """Return the height of these lines and the air around them."""
        return (last - first) * CELL.pitch + 2 * _AIR

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines of all cells, and the rule below them."""
        grid, painter = self._grid, brush.painter
        for place, cell in enumerate(self._row.cells):
            at, width = grid.places[place]
            if isinstance(cell, Bar):
                if first == 0:
                    bar = draw_bar(cell.need, cell.most, width=width, height=_BAR_HEIGHT)
                    brush.drawing(bar, x + at, y + _AIR + (CELL.pitch - _BAR_HEIGHT) / 2)
                continue
            words, below = grid.text_of(place, cell)
            if isinstance(cell, Number):
                if first == 0:
                    words.draw_right(painter, x + at + width, y + _AIR)
            elif isinstance(cell, Badge):
                if cell.look.hatched:
                    air = _GAP / 2 - 8
                    brush.hatch(x + at - 12, y + 8, width + air, self.height(first, last) - 16, ink=HATCH)
                if first == 0:
                    brush.glyph(cell.look, x + at, y + _AIR + (CELL.pitch - _GLYPH) / 2, _GLYPH)
                words.draw(painter, x + at + BADGE_INDENT, y + _AIR, first, last)
            else:
                words.draw(painter, x + at, y + _AIR, first, last)
                if below is not None and last > words.lines:
                    skipped = max(0, words.lines - first)
                    begin = max(0, first - words.lines)
                    below.draw(painter, x + at, y + _AIR + skipped * CELL.pitch, begin, last - words.lines)
        brush.rule(x, y + self.height(first, last) - 4, grid.width, ink=PALE)

    def again(self) -> tuple[Piece, ...]:
        """Return the head of the table, and the group that the row is in."""
        head = self._grid.head
        return (head, Group(self._grid, self._group.runs, short=True)) if self._group else (head,)


def table_pieces(table: Table, width: int, *, keep: bool = False) -> Iterable[Piece]:
    """Return a table piece by piece.

    The head keeps with two rows, the last row with the one before it, a group with its first row, and foot notes with
    the last row: nothing stands alone at the head or the foot of a page.

    Args:
        table: of any length.
        width: of the text on the page.
        keep: True where what follows belongs to its end.
    """
    grid = Grid(table, width)
    if table.rows or table.notes:
        yield grid.head
    group: GroupRow | None = None
    last = len(table.rows) - 1
    begun = 0
    for number, row in enumerate(table.rows):
        if isinstance(row, GroupRow):
            group, begun = row, 0
            yield Group(grid, row.runs)
            continue
        line = Line(grid, row, group)
        begun += 1
        ends = number == last or isinstance(table.rows[number + 1], GroupRow)
        line.keep = (begun == 1 and not ends) or number == last - 1 or (number == last and (keep or bool(table.notes)))
        yield line
    for place, note in enumerate(table.notes):
        yield Paragraph(note, width, style=SMALL, above=20 if place else 50, keep=keep or place < len(table.notes) - 1)


def _badge_runs(cell: Badge) -> Runs:
    word = Run(cell.look.label, bold=not cell.look.quiet)
    return (word, Run(" "), Run(cell.note, raised=True)) if cell.note else (word,)


@kept_by_thread
def _counted(value: int | None, width: int) -> Wrapped:
    return wrap_plain(number_words(value), CELL, width)
