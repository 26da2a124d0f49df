"""Turns the blocks of a report into pieces of a page, in order."""

from collections.abc import Iterator

from permdesk.printing.drawn_pieces import DrawnChart, LegendLine, SignLines, WideBar
from permdesk.printing.piece import Piece
from permdesk.printing.table_pieces import table_pieces
from permdesk.printing.text_pieces import Box, FactLine, Heading, Paragraph, Title, label_width
from permdesk.reports.charts import Chart
from permdesk.reports.document import (
    Bar,
    Block,
    Callout,
    Drawn,
    Facts,
    Legend,
    Part,
    Run,
    SignOff,
    Steps,
    Table,
)
from permdesk.reports.document import (
    Heading as HeadingBlock,
)
from permdesk.reports.document import (
    Paragraph as ParagraphBlock,
)


def pieces_of(part: Part, width: int) -> Iterator[Piece]:
    """Return a part piece by piece, its title first."""
    yield Title(part, width)
    for place, block in enumerate(part.blocks, 1):
        if isinstance(block, Table):
            # The legend of its bars stays with its end.
            after = part.blocks[place] if place < len(part.blocks) else None
            yield from table_pieces(block, width, keep=isinstance(after, Legend))
        else:
            yield from _pieces(block, width)


def _chart_pieces(chart: Chart, width: int) -> Iterator[Piece]:
    drawn = DrawnChart(chart, width)
    if drawn.tall:
        yield Paragraph((Run(chart.title, bold=True),), width, above=70, keep=True)
        yield drawn


def _pieces(block: Block, width: int) -> Iterator[Piece]:
    match block:
        case HeadingBlock(text):
            yield Heading(text, width)
        case ParagraphBlock(runs):
            yield Paragraph(runs, width, above=45)
        case Facts(facts):
            label = label_width(facts, width)
            for place in range(0, len(facts), 2):
                yield FactLine(facts[place : place + 2], width, label=label, above=30 if place == 0 else 0)
        case Callout(_, title, paragraphs):
            if title or paragraphs:
                yield Box(block, width)
        case Bar():
            yield WideBar(block, width)
        case Legend():
            yield LegendLine(width)
        case Steps(steps):
            for number, runs in enumerate(steps, 1):
                # As with rows, the first two stand together, and the last two.
                keep = number in (1, len(steps) - 1) and number < len(steps)
                yield Paragraph(runs, width, above=30 if number > 1 else 10, mark=str(number), keep=keep)
        case SignOff(labels):
            yield SignLines(labels, width)
        case Drawn(chart):
            yield from _chart_pieces(chart, width)
