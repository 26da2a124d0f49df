"""Whatever a report says stands on paper once, within the margins, and no text lies on another."""

import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QPainter

from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS
from permdesk.printing.brush import Brush
from permdesk.printing.layout import Pages, layout
from permdesk.printing.table_pieces import Group, Head
from permdesk.printing.text_pieces import Continued
from permdesk.reports.choice import Letterhead, Page, Paper
from permdesk.reports.document import (
    Badge,
    Block,
    Callout,
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    GroupRow,
    Heading,
    Number,
    Paragraph,
    Part,
    Row,
    Run,
    Runs,
    SignOff,
    Steps,
    Table,
    Text,
)
from tests.printing.handmade import made
from tests.printing.paper import Sheet, Written, written_on

pytestmark = pytest.mark.usefixtures("qapp")

_HOSTILE = (
    "<b>bold</b>",
    "=HYPERLINK(1)",
    "BackupRestore-Configuration.ReadWrite.All",
    "5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417",
    "שלום עולם",
    "مرحبا بالعالم",
    "日本語のとても長い名前です",
    "ชื่อแอปพลิเคชัน",
    "naïve café Ångström",
    "a\u0301\u0302\u0303\u0304\u0305\u0306",
    "W" * 300,
    "word " * 60,
    "line\none\ttab\x00nul\u202eback",
)
_words = st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=40)).map(inert)
_runs = st.lists(
    st.builds(Run, _words, bold=st.booleans(), quiet=st.booleans(), raised=st.booleans(), breakable=st.booleans()),
    max_size=3,
).map(tuple)
_looks = st.sampled_from(list(STATUS.values()))


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    kinds = draw(
        st.lists(st.sampled_from([ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.BADGE]), min_size=1, max_size=7)
    )
    columns = tuple(Column(draw(_words)[:60], kind, draw(st.floats(0.1, 5))) for kind in kinds)
    cells = {
        ColumnKind.TEXT: st.builds(Text, _runs, _words),
        ColumnKind.NUMBER: st.builds(Number, st.none() | st.integers(0, 10**7)),
        ColumnKind.BADGE: st.builds(Badge, _looks, st.sampled_from(["", "a", "b"])),
    }
    rows = st.builds(Row, st.tuples(*(cells[kind] for kind in kinds)))
    listed = draw(st.lists(st.one_of(rows, rows, st.builds(GroupRow, _runs)), max_size=15))
    return Table("Table", columns, tuple(listed), tuple(draw(st.lists(_runs, max_size=2))))


_blocks = st.one_of(
    st.builds(Heading, _words),
    st.builds(Paragraph, _runs),
    st.builds(Facts, st.lists(st.builds(Fact, _words, _runs), max_size=5).map(tuple)),
    st.builds(Callout, _looks, _words, st.lists(_runs, max_size=3).map(tuple)),
    _tables(),
    st.builds(Steps, st.lists(_runs, max_size=4).map(tuple)),
    st.builds(SignOff, st.lists(_words, min_size=1, max_size=4).map(tuple)),
)
_parts = st.builds(
    Part, st.just("part"), _words, st.lists(_blocks, max_size=5).map(tuple), below=_words, badge=st.none() | _looks
)
_documents = st.lists(_parts, min_size=1, max_size=3).map(lambda parts: made(*parts))
_pages = st.builds(Page, st.sampled_from(Paper), st.booleans(), st.booleans())


def _letters(*texts: str) -> Counter[str]:
    return Counter(letter for text in texts for letter in text if not letter.isspace())


def _of_runs(runs: Runs) -> Counter[str]:
    return _letters(*(run.text for run in runs))


def _said(block: Block) -> Counter[str]:
    """Return the letters that a block has to say, counted without what this program puts on paper."""
    match block:
        case Heading(text):
            return _letters(text)
        case Paragraph(runs):
            return _of_runs(runs)
        case Facts(facts):
            return sum((_letters(fact.label) + _of_runs(fact.value) for fact in facts), Counter())
        case Callout(_, title, paragraphs):
            return sum(map(_of_runs, paragraphs), _letters(title))
        case Steps(steps):
            return sum(map(_of_runs, steps), _letters(*(str(number + 1) for number in range(len(steps)))))
        case SignOff(labels):
            return _letters(*labels)
        case Table():
            return _said_by_table(block)
    raise AssertionError(block)


def _said_by_table(table: Table) -> Counter[str]:
    said = sum(map(_of_runs, table.notes), Counter[str]())
    if table.rows or table.notes:
        said += _letters(*(column.title for column in table.columns))
    for row in table.rows:
        if isinstance(row, GroupRow):
            said += _of_runs(row.runs)
            continue
        for cell in row.cells:
            match cell:
                case Text(runs, below):
                    said += _of_runs(runs) + _letters(below)
                case Number(value):
                    said += _letters("–" if value is None else str(value))
                case Badge(look, note):
                    said += _letters(look.label, note)
    return said


def _painted(pages: Pages) -> Counter[str]:
    """Return the letters that pages show, without what is there again because a page ended."""
    written: list[Written] = []
    heads: set[int] = set()
    for placed in (placed for sheet in pages.sheets for placed in sheet):
        piece = placed.piece
        if isinstance(piece, Continued) or (isinstance(piece, Group) and piece.short):
            continue
        if isinstance(piece, Head):
            if id(piece) in heads:
                continue
            heads.add(id(piece))
        sheet = Sheet(pages)
        painter = QPainter(sheet)
        piece.paint(Brush(painter, colour=True), pages.sheet.left, placed.y, placed.first, placed.last)
        painter.end()
        written += sheet.engine.written
    return _letters(*(each.text for each in written))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=30)
@given(_documents, _pages)
def test_everything_is_said_once(document: Document, page: Page) -> None:
    said = Counter[str]()
    for part in document.parts:
        said += _letters(part.title, part.below, part.badge.label if part.badge else "")
        said += sum(map(_said, part.blocks), Counter())
    assert _painted(layout(document, page, Letterhead())) == said


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=30)
@given(_documents, _pages)
def test_everything_lies_within_the_margins_and_apart(document: Document, page: Page) -> None:
    pages = layout(document, page, Letterhead("Firm", ("Street",), "Footer"))
    sheet = pages.sheet
    for number in range(pages.count):
        written = written_on(pages, number)
        for each in written:
            if not each.text.strip():
                continue
            assert each.x >= sheet.left - 2, each
            assert each.x + each.width <= sheet.left + sheet.inner + 12, each
            assert 454 <= each.base <= sheet.height - 454, each
        for placed, after in itertools.pairwise(pages.sheets[number]):
            assert placed.y + placed.piece.height(placed.first, placed.last) <= after.y + 0.01
        last = pages.sheets[number][-1]
        assert last.y + last.piece.height(last.first, last.last) <= pages.furniture.bottom + 0.01
        _lie_apart([each for each in written if each.text.strip()])


def _lie_apart(written: list[Written]) -> None:
    """Fail where two texts share a base line and a place."""
    lines: dict[int, list[Written]] = {}
    for each in written:
        lines.setdefault(round(each.base), []).append(each)
    for line in lines.values():
        line.sort(key=lambda each: each.x)
        for one, other in itertools.pairwise(line):
            assert one.x + one.width <= other.x + 12, (one, other)
