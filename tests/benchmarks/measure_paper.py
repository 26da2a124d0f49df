"""Run in a process of its own: a large tenant's summary as PDF, by permdesk or by reportlab; ``SIZE WHO TIMES``."""

import gc
import json
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from permdesk.domain.comparison import compare
from permdesk.presentation.summary import summarize
from permdesk.printing.faces import make_ready
from permdesk.printing.pdf import write_pdf
from permdesk.printing.table_pieces import Grid
from permdesk.reports.choice import Choice, Form, Letterhead, Page
from permdesk.reports.compose import compose
from permdesk.reports.document import Badge, Bar, Document, GroupRow, Number, Row, Table, Text
from permdesk.reports.drawing import SEGMENTS
from permdesk.reports.subject import Subject
from tests.benchmarks.generator import FULL, REDUCED, make_world
from tests.benchmarks.memory import peak_memory

_FONTS = "/usr/share/fonts/truetype/noto"
_LEFT, _WIDTH, _TOP, _BOTTOM = 45.4, 504.0, 790.0, 60.0
_SIZE, _PITCH, _AIR = 8.2, 11.5, 2.9


def report(size: str) -> Document:
    """Return the summary of a large tenant, with a part for each app that has a profile."""
    world = make_world(FULL if size == "full" else REDUCED)
    comparison = compare(
        world.snapshot, profiles=world.profiles, facts=world.facts, knowledge=world.knowledge, today=world.today
    )
    subject = Subject(
        comparison=comparison,
        summary=summarize(comparison),
        fingerprint="5d0c1f3a" * 8,
        program_version="1.0",
        judged_on=world.today,
    )
    return compose((subject,), Choice(form=Form.LONG))


def tables_of(document: Document) -> Iterator[Table]:
    """Return every table of a report."""
    for part in document.parts:
        yield from (block for block in part.blocks if isinstance(block, Table))


def by_permdesk(document: Document, target: Path) -> None:
    """Write the whole report, not the tables alone."""
    write_pdf(document, target, Page(), Letterhead())


def by_reportlab(document: Document, target: Path) -> None:
    """Draw the rows of all tables, with repeated heads; reportlab's own layout of tables takes ten times as long.

    The columns are as wide as permdesk makes them, so that both break the same lines; to find that out costs nothing
    here.
    """
    pdfmetrics.registerFont(TTFont("Plain", f"{_FONTS}/NotoSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", f"{_FONTS}/NotoSans-Bold.ttf"))
    canvas = Canvas(str(target), pageCompression=1)
    for table in tables_of(document):
        _Drawer(canvas, table, _columns(table)).draw()
        canvas.showPage()
    canvas.save()


@cache
def _columns(table: Table) -> list[tuple[float, float]]:
    """Return where each column begins and how wide it is, in points."""
    return [(at / 10, width / 10) for at, width in Grid(table, round(_WIDTH * 10)).places]


class _Drawer:
    def __init__(self, canvas: Canvas, table: Table, columns: list[tuple[float, float]]) -> None:
        self._canvas, self._table, self._columns = canvas, table, columns
        self._y = _TOP

    def draw(self) -> None:
        self._head()
        for row in self._table.rows:
            cells = self._lines(row) if isinstance(row, Row) else []
            tall = max((len(lines) for lines in cells), default=1) * _PITCH + 2 * _AIR
            if self._y - tall < _BOTTOM:
                self._canvas.showPage()
                self._y = _TOP
                self._head()
            if isinstance(row, GroupRow):
                self._canvas.setFont("Bold", _SIZE)
                self._canvas.drawString(_LEFT, self._y - 9, "".join(run.text for run in row.runs))
            else:
                self._row(row, cells)
            self._y -= tall
            self._canvas.line(_LEFT, self._y, _LEFT + _WIDTH, self._y)

    def _head(self) -> None:
        self._canvas.setFont("Bold", 7)
        for column, (at, _) in zip(self._table.columns, self._columns, strict=True):
            self._canvas.drawString(_LEFT + at, self._y, column.title)
        self._y -= 14

    def _lines(self, row: Row) -> list[list[str]]:
        lines = []
        for cell, (_, width) in zip(row.cells, self._columns, strict=True):
            found: list[str] = []
            if isinstance(cell, Text):
                for text in ("".join(run.text for run in cell.runs), cell.below):
                    found += simpleSplit(text, "Plain", _SIZE, width) if text else []
            lines.append(found)
        return lines

    def _row(self, row: Row, cells: list[list[str]]) -> None:
        canvas, y = self._canvas, self._y - 9
        canvas.setFont("Plain", _SIZE)
        for cell, lines, (at, width) in zip(row.cells, cells, self._columns, strict=True):
            x = _LEFT + at
            if isinstance(cell, Badge):
                canvas.circle(x + 4, y + 3, 4, fill=1)
                canvas.setFont("Bold", _SIZE)
                canvas.drawString(x + 12, y, cell.look.label)
                canvas.setFont("Plain", _SIZE)
            elif isinstance(cell, Number):
                canvas.drawRightString(x + width, y, "–" if cell.value is None else str(cell.value))
            elif isinstance(cell, Bar):
                for segment in SEGMENTS if cell.need is not None else ():
                    wide = getattr(cell.need, segment.field) * 60 / max(cell.most, 1)
                    if wide:
                        canvas.rect(x, y, wide, 6, fill=segment.field == "granted")
                        x += wide
            else:
                for number, line in enumerate(lines):
                    canvas.drawString(x, y - number * _PITCH, line)


def main(size: str, who: str, times: str) -> None:
    """Print processor seconds, memory and what was written."""
    document = report(size)
    make_ready()
    if who == "reportlab":
        for table in tables_of(document):
            _columns(table)
    gc.collect()
    if sys.platform == "linux":
        # Forgets the peak of comparing and composing (proc_pid_clear_refs(5)).
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = peak_memory()
    work = {"permdesk": by_permdesk, "reportlab": by_reportlab}[who]
    taken = []
    with TemporaryDirectory() as folder:
        target = Path(folder, "summary.pdf")
        for _ in range(int(times)):
            gc.collect()
            start = time.process_time()
            work(document, target)
            taken.append(time.process_time() - start)
        written = target.read_bytes()
    found = {
        "seconds": median(taken),
        "before": before,
        "peak": peak_memory(),
        "bytes": len(written),
        "pages": written.count(b"/Type /Page\n"),
        "parts": len(document.parts),
        "rows": sum(len(table.rows) for table in tables_of(document)),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
