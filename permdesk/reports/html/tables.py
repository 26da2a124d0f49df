"""Tables as markup: rows that the filter of the page understands, and cells that name themselves on a small screen."""

from typing import Final

from markupsafe import Markup, escape

from permdesk.presentation.appearance import STATUS
from permdesk.reports.document import Badge, Bar, Cell, ColumnKind, GroupRow, Number, Row, Table, Text
from permdesk.reports.drawing import draw_bar
from permdesk.reports.html.characters import made, writable
from permdesk.reports.html.inline import badge_html, runs_html, text_html
from permdesk.reports.html.svg import render_svg
from permdesk.reports.notation import Notation

#: The words of a permission's status; verdicts have words of their own.
STATUS_LABELS: Final = frozenset(look.label for look in STATUS.values())

#: Pixels of a bar within a table.
_BAR_WIDTH: Final = 132.0
_BAR_HEIGHT: Final = 11.0
#: A column of words none of which is longer than a day needs no more than they do.
_SHORT: Final = 14


def row_status(row: Row | GroupRow) -> str | None:
    """Return the word of a permission's status in a row; None for a row about something else.

    A status stands after the name of the permission; where it comes first, the row tells what the word means.
    """
    if isinstance(row, Row) and not isinstance(row.cells[0], Badge):
        for cell in row.cells:
            if isinstance(cell, Badge) and cell.look.label in STATUS_LABELS:
                return cell.look.label
    return None


def is_filtered(table: Table) -> bool:
    """True where each row of a table is a permission with its status."""
    rows = [row for row in table.rows if isinstance(row, Row)]
    return bool(rows) and all(row_status(row) is not None for row in rows)


class TableHtml:
    """What a template asks of one table.

    Attributes:
        filtered: True where each of its rows is a permission, which a reader may filter.
        classes: of the table element.
    """

    def __init__(self, table: Table, notation: Notation) -> None:
        self._columns = table.columns
        self._notation = notation
        self._titles = [escape(writable(column.title)) for column in table.columns]
        # The first column of words names its row.
        self._naming = next((i for i, column in enumerate(table.columns) if column.kind is ColumnKind.TEXT), -1)
        self.filtered = is_filtered(table)
        grouped = any(isinstance(row, GroupRow) for row in table.rows)
        self.classes = " ".join(["filtered"] * self.filtered + ["grouped"] * grouped)
        self._tight = [
            column.kind is not ColumnKind.TEXT or (place != self._naming and _is_short(table, place))
            for place, column in enumerate(table.columns)
        ]
        self._weights = sum(c.weight for c, tight in zip(table.columns, self._tight, strict=True) if not tight)

    def column_class(self, place: int) -> str:
        """Return the class of a column's head."""
        column = self._columns[place]
        if self._tight[place]:
            return "number tight" if column.kind is ColumnKind.NUMBER else "tight"
        return f"share-{max(round(column.weight / self._weights * 10), 1)}"

    def row(self, row: Row | GroupRow) -> Markup:
        """Return the element of a row; one that names a group begins a body of its own."""
        if isinstance(row, GroupRow):
            head = f'<tr class="group"><th scope="rowgroup" colspan="{len(self._columns)}">'
            return made(f"</tbody>\n<tbody>\n{head}{runs_html(row.runs)}</th></tr>")
        cells = "".join(map(self._cell, range(len(row.cells)), row.cells))
        status = row_status(row) if self.filtered else None
        attribute = f' data-status="{escape(status)}"' if status is not None else ""
        return made(f"<tr{attribute}>{cells}</tr>")

    def _cell(self, place: int, cell: Cell) -> Markup:
        title = self._titles[place]
        match cell:
            case Text():
                return self._words(place, cell)
            case Number(value):
                shown = "–" if value is None else self._notation.number(value)
                return made(f'<td class="number" data-title="{title}">{escape(shown)}</td>')
            case Badge(look, note):
                return made(f'<td data-title="{title}">{badge_html(look, note)}</td>')
            case Bar():
                empty = "" if cell.need is not None else ' class="empty"'
                return made(f'<td{empty} data-title="{title}">{_bar(cell)}</td>')

    def _words(self, place: int, cell: Text) -> Markup:
        shown = runs_html(cell.runs)
        if cell.below:
            shown = made(f'{shown}<span class="below">{text_html(cell.below)}</span>')
        if place == self._naming:
            return made(f'<th scope="row">{shown}</th>')
        kind = ' class="empty"' if not shown else ' class="tight"' if self._tight[place] else ""
        return made(f'<td{kind} data-title="{self._titles[place]}">{shown}</td>')


def _is_short(table: Table, place: int) -> bool:
    cells = (row.cells[place] for row in table.rows if isinstance(row, Row))
    return all(
        isinstance(cell, Text) and max(sum(len(run.text) for run in cell.runs), len(cell.below)) <= _SHORT
        for cell in cells
    )


def _bar(cell: Bar) -> Markup:
    drawing = draw_bar(cell.need, cell.most, width=_BAR_WIDTH, height=_BAR_HEIGHT)
    words = escape(writable(drawing.words))
    if not drawing.shapes:
        return made(f'<span class="heard">{words}</span>') if words else words
    return made(f'<span class="drawn" role="img" aria-label="{words}">{render_svg(drawing)}</span>')
