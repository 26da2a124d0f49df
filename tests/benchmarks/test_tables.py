"""Workbooks of a large tenant: no slower than XlsxWriter itself by much, and of no more memory than a small one."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
from msgspec.structs import replace
from xlsxwriter.workbook import Workbook

from permdesk.domain.comparison import compare
from permdesk.domain.finding import AppComparison
from permdesk.presentation.appearance import Look
from permdesk.presentation.summary import summarize
from permdesk.reports.choice import Page
from permdesk.reports.subject import Subject
from permdesk.reports.tables.csv_file import csv_lines
from permdesk.reports.tables.sheet import cell_text
from permdesk.reports.tables.sheets import sheets
from permdesk.reports.tables.workbook import write_workbook
from tests.benchmarks.conftest import FULL as AT_FULL_SIZE
from tests.benchmarks.generated_knowledge import TODAY
from tests.benchmarks.generator import REDUCED, make_world

#: Permissions in the workbook.
ROWS = 250_000 if AT_FULL_SIZE else 10_000
_CREATED = datetime(2026, 11, 22, tzinfo=UTC)


@cache
def _subject() -> Subject:
    """A tenant of so many permissions: the apps of a smaller one, again and again."""
    world = make_world(REDUCED)
    comparison = compare(
        world.snapshot, profiles=world.profiles, facts=world.facts, knowledge=world.knowledge, today=TODAY
    )
    chosen: list[AppComparison] = []
    rows = 0
    for app in cycle(comparison.apps):
        if rows == ROWS:
            break
        if rows + len(app.findings) <= ROWS:
            chosen.append(app)
            rows += len(app.findings)
    comparison = replace(comparison, apps=tuple(chosen))
    return Subject(
        comparison=comparison,
        summary=summarize(comparison),
        fingerprint="",
        program_version="1",
        judged_on=TODAY,
    )


def _ours(into: Path) -> None:
    with into.open("w+b") as stream:
        write_workbook(
            sheets([_subject()]),
            stream,
            title="",
            author="",
            created=_CREATED,
            page=Page(),
            progress=lambda _rows: None,
            cancel=threading.Event(),
        )


#: The title of a sheet, and its cells as they are written.
_Prepared = list[tuple[str, list[list[Any]]]]


def _prepared() -> _Prepared:
    """The same cells, looked up and cleaned beforehand."""

    def ready(value: Any) -> Any:
        if isinstance(value, Look):
            return cell_text(value.label)
        if isinstance(value, str):
            return cell_text(value)
        return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value

    return [(sheet.title, [[ready(value) for value in row] for row in sheet.rows]) for sheet in sheets([_subject()])]


def _bare(tables: _Prepared, into: Path) -> None:
    """Write cells as XlsxWriter's documentation does, each by the method of its type."""
    workbook = Workbook(str(into), {"constant_memory": True, "default_date_format": "d mmm yyyy"})
    for title, rows in tables:
        sheet = workbook.add_worksheet(title)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(place, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(place, column, value)
                elif isinstance(value, int):
                    sheet.write_number(place, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(place, column, value)
    workbook.close()


def _grown(work: Callable[[], object]) -> float:
    """Return by how many MB this process grew at most while it worked."""
    process, over, most = psutil.Process(), threading.Event(), 0
    before = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not over.wait(0.02):
            most = max(most, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    return (most - before) / 1e6


def test_a_workbook_takes_little_longer_than_its_cells(
    tmp_path: Path, best_of: Callable[..., Any], ratio: Callable[..., None], state: Callable[[str], None]
) -> None:
    # Memory first: what was prepared for the others would be given back meanwhile.
    grown = _grown(lambda: _ours(tmp_path / "ours.xlsx"))
    tables = _prepared()
    cells = sum(1 for _, rows in tables for row in rows for value in row if value is not None)
    ours, theirs = best_of(
        2 if AT_FULL_SIZE else 3, lambda: _ours(tmp_path / "ours.xlsx"), lambda: _bare(tables, tmp_path / "theirs.xlsx")
    )
    ratio(f"workbook of {ROWS:,} permissions, beside XlsxWriter with its cells at hand", ours, theirs, limit=1.3)
    size = (tmp_path / "ours.xlsx").stat().st_size / 1e6
    state(f"  {cells:,} cells, {size:.1f} MB; memory grew by {grown:.0f} MB at most")
    assert grown < 60


def test_a_table_takes_less_than_a_workbook(state: Callable[[str], None]) -> None:
    start = time.perf_counter()
    written = sum(map(len, csv_lines([_subject()], None, progress=lambda _rows: None, cancel=threading.Event())))
    state(f"CSV of {ROWS:,} permissions: {time.perf_counter() - start:.1f} s, {written / 1e6:.1f} MB")
