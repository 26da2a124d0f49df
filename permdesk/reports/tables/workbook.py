"""Writes sheets as an XLSX workbook, row by row: its memory does not grow with the tenant."""

import contextlib
import functools
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled
from permdesk.presentation.appearance import TONES, Look, Tone
from permdesk.reports.choice import Page, Paper
from permdesk.reports.tables.output import Output
from permdesk.reports.tables.sheet import MOST_LETTERS, Row, Sheet, cell_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Rows of one sheet, its head among them (support.microsoft.com, "Excel specifications and limits").
MOST_ROWS = 1_048_576
#: Rows between two looks at whether to go on.
_EVERY = 500
_DAY, _MOMENT = "d mmm yyyy", "d mmm yyyy hh:mm"
_PAPER = {Paper.A4: 9, Paper.LETTER: 1}
#: Letters that a page holds across and a person can still read; wider sheets go on beside it, so much smaller.
_WIDEST, _SCALE = 260, 60
#: Points: the head has air for fonts taller than the one it was made with.
_HEAD_HEIGHT = 21
#: No spreadsheet has days before it.
_FIRST_YEAR = 1900
#: Thin lines from the lower left to the upper right, as the format numbers its fills.
_HATCH = 14


def write_workbook(
    sheets: Sequence[Sheet],
    into: BinaryIO,
    *,
    title: str,
    author: str,
    created: datetime,
    page: Page,
    progress: Callable[[int], None],
    cancel: CancelToken,
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a workbook; the same sheets give the same cells.

    Dates, numbers and booleans are written as such, everything else as text: never as formula or link.

    Args:
        sheets: in order.
        into: a file that can be moved about in.
        title: of the document's properties.
        author: of the document's properties.
        created: the time that the document's properties name.
        page: the paper a sheet is printed on.
        progress: told every so often how many rows are written.
        cancel: asked as often.
        most_rows: of one sheet; what is beyond goes on in another.

    Raises:
        OSError: the disk of ``into``, or that of temporary files, is full.
        Cancelled: the person cancelled.
    """
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.workbook import Workbook

    output = Output(into)
    # Rows wait in files until the workbook is closed; whatever happens, nothing of them stays.
    with tempfile.TemporaryDirectory(prefix="permdesk-") as parts:
        options = {"constant_memory": True, "tmpdir": parts, "default_date_format": _DAY}
        workbook = Workbook(output, options)
        workbook.set_properties(
            {
                "title": cell_text(title),
                "author": cell_text(author),
                "comments": "Made by permdesk.",
                "created": _without_zone(created),
            }
        )
        writer = _Writer(workbook, page, _Pace(progress, cancel), most_rows)
        try:
            for sheet in sheets:
                writer.write(sheet)
            workbook.close()
        except (OSError, FileCreateError) as problem:
            raise output.problem or _of_parts(problem) from problem
        finally:
            _let_go(workbook)


def _of_parts(problem: Exception) -> OSError:
    """Return what the system says of the folder of temporary files; XlsxWriter wraps it."""
    behind = problem if isinstance(problem, OSError) else next(filter(_is_system, problem.args), None)
    if not isinstance(behind, OSError) or behind.errno is None:
        return OSError(str(problem))
    return OSError(behind.errno, behind.strerror, tempfile.gettempdir())


def _is_system(part: object) -> bool:
    return isinstance(part, OSError)


def _let_go(workbook: "Workbook") -> None:
    """Close the files of rows, which a workbook leaves open where it could not be written."""
    for sheet in workbook.worksheets():
        with contextlib.suppress(OSError):
            sheet.row_data_fh.close()


class _Pace:
    """Tells of rows, and lets a person stop."""

    def __init__(self, progress: Callable[[int], None], cancel: CancelToken) -> None:
        self._progress = progress
        self._cancel = cancel
        self._rows = 0

    def row(self) -> None:
        self._rows += 1
        if self._rows % _EVERY == 0:
            if self._cancel.is_set():
                raise Cancelled
            self._progress(self._rows)


class _Writer:
    """Writes sheets into one workbook."""

    def __init__(self, workbook: "Workbook", page: Page, pace: _Pace, most_rows: int) -> None:
        self._workbook = workbook
        self._page = page
        self._pace = pace
        self._most = most_rows
        self._head = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#F8F9FA", "valign": "vcenter"})
        self._left = workbook.add_format({"align": "left"})
        self._dates = {
            date: workbook.add_format({"num_format": _DAY, "align": "left"}),
            datetime: workbook.add_format({"num_format": _MOMENT, "align": "left"}),
        }
        self._looks: dict[tuple[Tone, bool], Format] = {}

    def write(self, sheet: Sheet) -> None:
        """Write a table; where one sheet does not hold it, into several."""
        rows = iter(sheet.rows)
        number = 1
        first = next(rows, None)
        while first is not None or number == 1:
            written = self._begin(sheet, sheet.title if number == 1 else f"{sheet.title} ({number})")
            place = 0
            while first is not None:
                place += 1
                self._row(written, place, first, sheet)
                self._pace.row()
                first = next(rows, None)
                if place + 1 == self._most:
                    break
            if sheet.filtered:
                written.autofilter(0, 0, place, len(sheet.columns) - 1)
            number += 1

    def _begin(self, sheet: Sheet, title: str) -> "Worksheet":
        written = self._workbook.add_worksheet(title)
        written.set_row(0, _HEAD_HEIGHT)
        for place, column in enumerate(sheet.columns):
            written.set_column(place, place, column.width)
            written.write_string(0, place, _stored(column.title), self._head)
        written.freeze_panes(1, sheet.frozen)
        written.repeat_rows(0)
        written.set_landscape()
        written.set_paper(_PAPER[self._page.paper])
        if sum(column.width for column in sheet.columns) <= _WIDEST:
            written.fit_to_pages(1, 0)
        else:
            written.set_print_scale(_SCALE)
            written.repeat_columns(0, sheet.frozen - 1)
        written.set_footer("&R&P / &N")
        return written

    def _row(self, sheet: "Worksheet", place: int, row: Row, of: Sheet) -> None:
        write_string = sheet.write_string
        for column, value in enumerate(row):
            # Most cells are text or nothing; bool is a kind of int, datetime a kind of date.
            if value is None:
                continue
            if isinstance(value, str):
                write_string(place, column, _stored(value))
            elif isinstance(value, Look):
                write_string(place, column, _stored(value.label), self._look(value))
            elif isinstance(value, bool):
                sheet.write_boolean(place, column, value)
            elif isinstance(value, int):
                sheet.write_number(place, column, value, None if of.filtered else self._left)
            elif value.year < _FIRST_YEAR:
                sheet.write_string(place, column, value.isoformat())
            elif isinstance(value, datetime):
                sheet.write_datetime(place, column, _without_zone(value), self._dates[datetime])
            else:
                sheet.write_datetime(place, column, value, self._dates[date])

    def _look(self, look: Look) -> "Format":
        key = (look.tone, look.hatched)
        if key not in self._looks:
            colours = TONES[look.tone].light
            style: dict[str, Any] = {"font_color": colours.foreground if self._page.colour else "#000000"}
            if look.hatched:
                style |= {"pattern": _HATCH, "fg_color": "#C6CFDA", "bg_color": "#FFFFFF"}
            self._looks[key] = self._workbook.add_format(style)
        return self._looks[key]


@functools.lru_cache(maxsize=2**15)
def _stored(text: str) -> str:
    """Return a text as XlsxWriter takes it for text; it writes what looks like a rich string of its own as XML."""
    clean = cell_text(text)
    if clean.startswith("<r>") and clean.endswith("</r>"):
        return f"{clean[: MOST_LETTERS - 1]} "
    return clean


def _without_zone(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo is not None else value
