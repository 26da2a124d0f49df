"""A report as plain text that a person can read beside the paper: for golden files."""

from collections.abc import Iterable

from permdesk.reports.charts import Chart, NeedChart, StatusChart
from permdesk.reports.document import (
    Badge,
    Bar,
    Block,
    Callout,
    Cell,
    Document,
    Drawn,
    Facts,
    GroupRow,
    Heading,
    Legend,
    Number,
    Paragraph,
    Part,
    Runs,
    SignOff,
    Steps,
    Table,
)


def document_text(document: Document) -> str:
    """Return every word and number of a report, one block after the other; bold as *this*, quiet as (this)."""
    lines = [f"{document.title} [{document.language}]", f"head: {document.head[0]} | {document.head[1]}"]
    lines += [f"foot: {document.foot}", ""]
    for part in document.parts:
        lines += [*_part(part), ""]
    return "\n".join(lines)


def _part(part: Part) -> Iterable[str]:
    badge = f"   [{part.badge.label}{' hatched' if part.badge.hatched else ''}]" if part.badge is not None else ""
    title = f"{'=' * (3 - part.level)} {part.title}{badge}  #{part.name}"
    yield title
    if part.below:
        yield f"   {part.below}"
    for block in part.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterable[str]:
    match block:
        case Heading():
            yield from ("", f"-- {block.text}")
        case Paragraph():
            yield runs_text(block.runs)
        case Facts():
            yield from (f"{fact.label}: {runs_text(fact.value)}" for fact in block.facts)
        case Callout():
            yield f"| [{block.look.glyph}{' hatched' if block.look.hatched else ''}] {block.title}"
            yield from (f"| {runs_text(runs)}" for runs in block.paragraphs)
        case Table():
            yield from _table(block)
        case Bar():
            yield _bar(block)
        case Legend():
            yield "(legend)"
        case Drawn():
            yield from _chart(block.chart)
        case Steps():
            yield from (f"{number}. {runs_text(runs)}" for number, runs in enumerate(block.steps, 1))
        case SignOff():
            yield "   ".join(f"__________ {label}" for label in block.labels)


def _table(table: Table) -> Iterable[str]:
    yield f"[{table.caption}]"
    rows = [tuple(column.title for column in table.columns)]
    groups: dict[int, str] = {}
    for row in table.rows:
        if isinstance(row, GroupRow):
            groups[len(rows)] = runs_text(row.runs)
            rows.append(("",) * len(table.columns))
        else:
            rows.append(tuple(_cell(cell) for cell in row.cells))
    widths = [min(max(len(row[place]) for row in rows), 60) for place in range(len(table.columns))]
    for place, cells in enumerate(rows):
        if place in groups:
            yield f"  ~ {groups[place]}"
        else:
            yield "  " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
    yield from (f"  {runs_text(note)}" for note in table.notes)


def _cell(cell: Cell) -> str:
    match cell:
        case Number():
            return "–" if cell.value is None else str(cell.value)
        case Badge():
            return f"[{cell.look.label}{' hatched' if cell.look.hatched else ''}]{cell.note}"
        case Bar():
            return _bar(cell)
    return f"{runs_text(cell.runs)}{f' / {cell.below}' if cell.below else ''}"


def _bar(bar: Bar) -> str:
    if bar.need is None:
        return ""
    need = bar.need
    drawn = "#" * need.granted + "=" * need.partial + "." * need.missing + "?" * need.unread
    return f"{drawn}{'|' * need.beyond and '>' + '|' * need.beyond} /{bar.most}"


def _chart(chart: Chart) -> Iterable[str]:
    yield f"<{chart.title}> {chart.words}"
    match chart:
        case NeedChart():
            yield from (f"  {bar.label}: {bar.need.sentence}" for bar in chart.bars)
        case StatusChart():
            yield from (f"  {one.status}: {one.count}" for one in chart.counts)
        case _:
            yield from (f"  {point}" for point in chart.points)


def runs_text(runs: Runs) -> str:
    """Return text with its styles as marks."""
    told = ""
    for run in runs:
        text = f"*{run.text}*" if run.bold else f"({run.text.strip()})" if run.quiet else run.text
        told += f"^{text}" if run.raised else f" {text}" if run.quiet and run.text.startswith(" ") else text
    return told
