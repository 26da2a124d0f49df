"""Where pages end: what stays together, what is repeated, what a page is numbered."""

import itertools
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from permdesk.domain.finding import Status
from permdesk.errors import Cancelled
from permdesk.presentation.appearance import STATUS
from permdesk.printing.layout import Pages, Placed, layout
from permdesk.printing.table_pieces import Group, Head, Line
from permdesk.printing.text_pieces import Heading, Paragraph
from permdesk.reports.choice import Letterhead, Page, Paper
from permdesk.reports.document import (
    Badge,
    Block,
    Callout,
    Column,
    ColumnKind,
    Fact,
    Facts,
    GroupRow,
    Number,
    Part,
    Row,
    Run,
    SignOff,
    Table,
    Text,
)
from permdesk.reports.document import Heading as HeadingBlock
from permdesk.reports.document import Paragraph as ParagraphBlock
from tests.printing.handmade import made, one_app, overview, plain
from tests.printing.paper import written_on

PAPERS = [Page(paper, landscape=landscape) for paper in Paper for landscape in (False, True)]

pytestmark = pytest.mark.usefixtures("qapp")


def laid(*blocks: Block, page: Page | None = None, letterhead: Letterhead | None = None) -> Pages:
    return layout(made(Part("part", "Part", blocks)), page or Page(), letterhead or Letterhead())


def table(rows: int, *, every: int = 0, notes: int = 0, words: str = "Word") -> Table:
    columns = (Column("Name", weight=2), Column("Count", ColumnKind.NUMBER), Column("Status", ColumnKind.BADGE))
    made_rows: list[Row | GroupRow] = []
    for number in range(rows):
        if every and number % every == 0:
            made_rows.append(GroupRow(plain(f"Group {number // every}")))
        made_rows.append(Row((Text(plain(f"{words} {number}")), Number(number), Badge(STATUS[Status.MISSING]))))
    return Table("Rows", columns, tuple(made_rows), tuple(plain(f"Note {number}") for number in range(notes)))


def kinds(pages: Pages) -> list[list[str]]:
    return [[type(placed.piece).__name__ for placed in sheet] for sheet in pages.sheets]


@pytest.mark.parametrize(
    "page", PAPERS, ids=lambda page: f"{page.paper}-{'landscape' if page.landscape else 'portrait'}"
)
def test_pages_are_numbered_and_named(page: Page) -> None:
    pages = layout(made(), page, Letterhead(footer="Northmere Ltd, registered in England"))
    for number in range(pages.count):
        words = [written.text for written in written_on(pages, number)]
        assert words.count(f"Page {number + 1} of {pages.count}") == 1
        assert "Read on 22 November 2026, 09:42 UTC" in words
        assert "Northmere Ltd, registered in England" in words


def test_each_part_begins_a_page_and_has_a_bookmark() -> None:
    pages = layout(made(overview(), one_app(), one_app()), Page(Paper.LETTER, landscape=True), Letterhead())
    titles = ["App permissions: summary of compliance", *2 * ["AvePoint Cloud Backup Express"]]
    assert [mark.title for mark in pages.bookmarks] == titles
    assert [mark.level for mark in pages.bookmarks] == [1, 2, 2]
    for mark in pages.bookmarks:
        assert type(pages.sheets[mark.number][0].piece).__name__ == "Title"
        assert mark.title in [written.text for written in written_on(pages, mark.number)]


def test_later_pages_of_a_part_say_which() -> None:
    pages = laid(table(200))
    assert pages.count > 3
    for number in range(1, pages.count):
        assert "Part, continued" in [written.text for written in written_on(pages, number)]


def test_the_head_of_a_table_stands_on_each_of_its_pages() -> None:
    pages = laid(table(150))
    for number in range(pages.count):
        words = [written.text for written in written_on(pages, number)]
        assert [words.count(title) for title in ("Name", "Count", "Status")] == [1, 1, 1]


@pytest.mark.parametrize("before", range(0, 40, 1))
def test_groups_headings_and_rows_are_never_alone(before: int) -> None:
    filler = tuple(ParagraphBlock(plain("Line")) for _ in range(before))
    pages = laid(
        *filler, HeadingBlock("Heading"), table(90, every=7, notes=1), HeadingBlock("Last"), SignOff(("A", "B"))
    )
    for sheet in pages.sheets:
        assert not isinstance(sheet[-1].piece, (Group, Heading, Head))
        rows = [index for index, placed in enumerate(sheet) if isinstance(placed.piece, Line)]
        if rows:
            assert rows[-1] - rows[0] >= 1
        for one, other in itertools.pairwise(sheet):
            assert other.y >= one.y + one.piece.height(one.first, one.last) - 0.01
    last = pages.sheets[-1]
    assert [type(placed.piece).__name__ for placed in last[-2:]] == ["Heading", "SignLines"]


@pytest.mark.parametrize("before", [3, 60])
def test_lines_to_sign_on_stand_in_their_place_or_at_the_end_of_their_part(before: int) -> None:
    filler = tuple(ParagraphBlock(plain("Line")) for _ in range(before))
    fits = laid(*filler)
    room = len(fits.sheets[0])
    # One page that has room for no lines to sign on, or a part whose beginning has.
    lines = filler if before == 3 else filler[: room - 1]
    after = tuple(ParagraphBlock(plain("After")) for _ in range(8))
    pages = laid(*lines, HeadingBlock("Sign-off"), SignOff(("A", "B")), *after)
    kinds = [type(placed.piece).__name__ for sheet in pages.sheets for placed in sheet]
    signed = kinds.index("SignLines")
    assert kinds[signed - 1] == "Heading"
    if before == 3:
        assert pages.count == 1
        assert len(kinds) - signed == 1 + len(after)
    else:
        assert signed == len(kinds) - 1
        assert [type(placed.piece).__name__ for placed in pages.sheets[1][-2:]] == ["Heading", "SignLines"]


def test_a_group_that_goes_on_is_named_again() -> None:
    pages = laid(table(100, every=100))
    words = [written.text for written in written_on(pages, 1)]
    assert "Group 0, continued" in words


def test_a_foot_note_keeps_the_last_row() -> None:
    for rows in range(30, 60):
        pages = laid(table(rows, notes=2))
        last = [type(placed.piece).__name__ for placed in pages.sheets[-1]]
        assert last[-4:] == ["Line", "Line", "Paragraph", "Paragraph"], rows


def test_paragraphs_leave_no_line_alone() -> None:
    text = "word " * 400
    for before in range(30, 60):
        filler = tuple(ParagraphBlock(plain("Line")) for _ in range(before))
        pages = laid(*filler, ParagraphBlock(plain(text)))
        for sheet in pages.sheets:
            for placed in sheet:
                if isinstance(placed.piece, Paragraph) and placed.piece.lines > 1:
                    assert placed.last - placed.first >= 2


def _names(sheets: tuple[tuple[Placed, ...], ...], kind: type) -> Iterator[Placed]:
    for sheet in sheets:
        yield from (placed for placed in sheet if isinstance(placed.piece, kind))


def test_a_row_taller_than_a_page_goes_on() -> None:
    pages = laid(table(3, words="long name " * 1000))
    assert pages.count > 3
    lines = list(_names(pages.sheets, Line))
    assert sum(placed.last - placed.first for placed in lines) == sum(
        placed.piece.lines for placed in lines if placed.first == 0
    )
    for sheet in pages.sheets:
        for placed in sheet:
            assert placed.y + placed.piece.height(placed.first, placed.last) <= pages.furniture.bottom + 0.01


def test_very_long_words_in_every_place_stay_on_the_paper() -> None:
    word = "W" * 10_000
    blocks: tuple[Block, ...] = (
        HeadingBlock(word),
        Facts((Fact(word, plain(word)), Fact("B", plain(word)))),
        Callout(STATUS[Status.UNVERIFIED], word, (plain(word),)),
        Table(
            word,
            (Column(word[:60]), Column(word[:60]), Column("C")),
            (
                GroupRow(plain(word)),
                Row((Text(plain(word), word), Text((Run(word, breakable=True),)), Text(plain("x")))),
            ),
            (plain(word),),
        ),
        SignOff((word[:300],)),
    )
    pages = layout(made(Part("part", word, blocks, below=word)), Page(), Letterhead(firm=word[:200], footer=word))
    for number in range(pages.count):
        for written in written_on(pages, number):
            assert written.x >= pages.sheet.left - 1
            assert written.x + written.width <= pages.sheet.left + pages.sheet.inner + 1


def test_an_empty_report_has_a_page() -> None:
    pages = laid()
    assert pages.count == 1
    assert laid(table(0)).count == 1


def test_a_letterhead_stands_on_the_first_page_alone() -> None:
    pages = laid(table(100), letterhead=Letterhead("Northmere Ltd", ("1 High Street", "Larkfield")))
    found = [
        [written.text for written in written_on(pages, number) if written.text in ("Northmere Ltd", "1 High Street")]
        for number in range(pages.count)
    ]
    assert found == [["Northmere Ltd", "1 High Street"], *[[] for _ in range(pages.count - 1)]]


def test_it_can_be_given_up_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    cancel = threading.Event()

    def progress(done: float) -> None:
        told.append(done)
        if len(told) == 5:
            cancel.set()

    document = made(Part("part", "Part", (table(2000),)))
    with pytest.raises(Cancelled):
        layout(document, Page(), Letterhead(), progress=progress, cancel=cancel)
    assert len(told) == 5
    assert told == sorted(told)
    assert all(0 <= done <= 1 for done in told)


def test_threads_lay_out_alike(qapp: QGuiApplication) -> None:
    here = layout(made(), Page(), Letterhead())
    found: list[tuple[list[list[str]], list[str]]] = []

    def work() -> None:
        pages = layout(made(), Page(), Letterhead())
        found.append((kinds(pages), [written.text for written in written_on(pages, 0)]))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(kinds(here), [written.text for written in written_on(here, 0)])] * 3
