"""Reads tables with a header line (CSV) row by row, reporting what does not fit by line."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from permdesk.catalog.content import Known
from permdesk.catalog.outline import read_text
from permdesk.catalog.problem import Problem, Report, nearest, quoted, suggestion
from permdesk.domain.permission import Kind
from permdesk.domain.reach import ApiName

Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Row(Struct, frozen=True):
    """One line of a table: its cells by column, and how to report about it."""

    line: int
    cells: Mapping[str, str]
    report: Report

    def text(self, column: str) -> str:
        """Return a cell that must not be empty; an empty one is reported."""
        if not self.cells[column]:
            self.report.error(self.line, f"{column} is empty")
        return self.cells[column]

    def guid(self, column: str, *, optional: bool = False) -> str | None:
        """Return a cell that holds a GUID in small letters; None for an empty one that may be."""
        cell = self.cells[column]
        if optional and not cell:
            return None
        if not _GUID.fullmatch(cell):
            self.report.error(self.line, f"{column} has to be a GUID in small letters, not {quoted(cell)}")
        return cell

    def word(self, column: str, words: type[Word]) -> Word | None:
        """Return a cell that holds one of a fixed set of words."""
        cell = self.cells[column]
        try:
            return words(cell)
        except ValueError:
            allowed = [word.value for word in words]
            hint = suggestion(cell, allowed)
            self.report.error(self.line, f"unknown {column} {quoted(cell)}; one of {', '.join(allowed)}{hint}")
            return None

    def api(self, known: Known) -> ApiName | None:
        """Return the API a cell names."""
        api = known.api(self.cells["api"])
        if api is None:
            hint = nearest(self.cells["api"], [a.name for a in known.apis])
            self.report.error(self.line, f"unknown api {quoted(self.cells['api'])}{hint}")
        return api

    def published(self, known: Known, api: ApiName, kind: Kind, column: str) -> str:
        """Return a permission's value, reporting one that the facts table does not have."""
        value = self.cells[column]
        values = known.values(api.app_id, kind)
        if value not in values:
            hint = suggestion(value, values, likeness=0.85)
            message = f"{kind.value} {quoted(value)} is not in the facts table of {api.name}{hint}"
            self.report.error(self.line, message)
        return value


def read_table(
    path: Path, columns: tuple[str, ...], make: Callable[[Row], Made | None], problems: list[Problem]
) -> tuple[Made, ...]:
    """Return what ``make`` makes of each line of a CSV file.

    Args:
        path: a UTF-8 file whose first line names exactly ``columns``.
        columns: the names of the columns, in order.
        make: turns one line into a value, or reports through it and returns None.
        problems: receives what is wrong.
    """
    report = Report(path)
    text = read_text(path, report)
    values = [] if text is None else [made for row in _rows(text, columns, report) if (made := make(row)) is not None]
    problems.extend(report.problems)
    return tuple(values)


def _rows(text: str, columns: tuple[str, ...], report: Report) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            report.error(1, f"the first line has to be {','.join(columns)}")
            return
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(columns):
                report.error(line, f"{len(columns)} cells are expected, not {len(cells)}")
                continue
            if tuple(cells) in seen:
                report.error(line, f"the line stands twice; first in line {seen[tuple(cells)]}")
                continue
            seen[tuple(cells)] = line
            yield Row(line, dict(zip(columns, (cell.strip() for cell in cells), strict=True)), report)
    except csv.Error as error:
        report.error(reader.line_num, f"this is not CSV: {error}")
