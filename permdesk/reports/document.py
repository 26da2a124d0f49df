"""A report as a tree of blocks, the same for paper, screen and HTML: what it says, never how it is laid out."""

from enum import StrEnum

from msgspec import Struct

from permdesk.presentation.appearance import Look
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.charts import Chart


class Run(Struct, frozen=True, gc=False):
    """A piece of text in one style.

    Attributes:
        text: as it is; whoever draws it escapes it. Names that a stranger chose are already inert.
        breakable: an id or address that may break anywhere.
    """

    text: str
    bold: bool = False
    quiet: bool = False
    raised: bool = False
    breakable: bool = False


Runs = tuple[Run, ...]


class Heading(Struct, frozen=True, tag=True):
    """A heading within a part; it stays with what follows."""

    text: str


class Paragraph(Struct, frozen=True, tag=True):
    """Running text."""

    runs: Runs


class Fact(Struct, frozen=True):
    """One line of a list of facts: ``Tenant ID`` and its value."""

    label: str
    value: Runs


class Facts(Struct, frozen=True, tag=True):
    """Facts in two columns side by side where there is room; filled row by row."""

    facts: tuple[Fact, ...]


class Callout(Struct, frozen=True, tag=True):
    """A framed box with a bar at its left: what must not be overlooked.

    Attributes:
        look: its glyph; hatched at the bar where it tells of what was not read.
        title: its first line; empty where the paragraphs say it all.
    """

    look: Look
    title: str
    paragraphs: tuple[Runs, ...]


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    BADGE = "badge"
    BAR = "bar"


class Column(Struct, frozen=True):
    """A column of a table.

    Attributes:
        weight: its share of the width that is left when numbers, badges and bars have what they need.
    """

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    weight: float = 1.0


class Text(Struct, frozen=True, tag=True, gc=False):
    """A cell of text; ``below`` is a quiet second line."""

    runs: Runs
    below: str = ""


class Number(Struct, frozen=True, tag=True, gc=False):
    """A cell with a count; None is drawn as a dash: there is nothing to count."""

    value: int | None


class Badge(Struct, frozen=True, tag=True, gc=False):
    """A cell with a glyph and its word; ``note`` follows as raised text, such as the mark of a foot note."""

    look: Look
    note: str = ""


class Bar(Struct, frozen=True, tag=True, gc=False):
    """A bar of what is needed and what goes beyond it, as a cell or across the page; None draws nothing.

    Attributes:
        most: the count that fills the whole width, so that the bars of one table can be compared.
    """

    need: NeedCounts | None
    most: int


Cell = Text | Number | Badge | Bar


class Row(Struct, frozen=True, tag=True, gc=False):
    """One row; as many cells as the table has columns."""

    cells: tuple[Cell, ...]


class GroupRow(Struct, frozen=True, tag=True, gc=False):
    """A tinted line across a table that names the rows after it; it never stands alone at the foot of a page."""

    runs: Runs


class Table(Struct, frozen=True, tag=True):
    """A table; its head repeats on each page.

    Attributes:
        caption: what it holds, for those who hear it.
        notes: foot notes right below it.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row | GroupRow, ...]
    notes: tuple[Runs, ...] = ()


class Legend(Struct, frozen=True, tag=True):
    """What the fills of the bars mean."""


class Drawn(Struct, frozen=True, tag=True):
    """A chart."""

    chart: Chart


class Steps(Struct, frozen=True, tag=True):
    """Numbered things to do, in order."""

    steps: tuple[Runs, ...]


class SignOff(Struct, frozen=True, tag=True):
    """Lines to sign on, side by side, kept together."""

    labels: tuple[str, ...]


Block = Heading | Paragraph | Facts | Callout | Table | Bar | Legend | Drawn | Steps | SignOff


class Part(Struct, frozen=True):
    """A part that begins on a page of its own, and has a bookmark.

    Attributes:
        name: unique in the document, of ASCII letters, digits and hyphens: the target of links.
        title: its first line.
        below: a quiet line below the title; empty for none.
        badge: stands at the right of the title.
        level: 1, or 2 for what the bookmarks show below the part before.
        one_page: paper makes it smaller, within what can be read, rather than begin a second page.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    below: str = ""
    badge: Look | None = None
    level: int = 1
    one_page: bool = False


class Document(Struct, frozen=True):
    """A whole report.

    Attributes:
        title: of the document, in its properties and the title bar of a browser.
        language: BCP 47.
        head: what runs at the top of every page, left and right.
        foot: what runs at the foot, left of "Page x of y".
        parts: in order; at least one.
        region: BCP 47; the counts in tables and charts are written as there.
    """

    title: str
    language: str
    head: tuple[str, str]
    foot: str
    parts: tuple[Part, ...]
    region: str = "en-GB"
