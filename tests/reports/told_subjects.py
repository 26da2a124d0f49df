"""Subjects of reports: the sample tenant with a scan before it; and every word of a report, to look for some."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from msgspec import Struct
from msgspec.structs import asdict, replace

from permdesk.domain.diffing import diff_scans
from permdesk.domain.finding import Comparison
from permdesk.domain.snapshot import Snapshot
from permdesk.presentation.summary import summarize
from permdesk.reports.charts import TrendPoint
from permdesk.reports.document import Block, Callout, Document, Facts, GroupRow, Paragraph, Runs, Steps, Table, Text
from permdesk.reports.subject import Subject
from tests.sample import larkfield

JUDGED = date(2026, 11, 22)
FINGERPRINT = "5d0c1f3a" * 8


def subject_of(comparison: Comparison, **more: object) -> Subject:
    """A tenant without a scan before it."""
    subject = Subject(
        comparison=comparison,
        summary=summarize(comparison),
        fingerprint=FINGERPRINT,
        program_version="1.0",
        judged_on=JUDGED,
    )
    return replace(subject, **more)


@cache
def sample(*, complete: bool = False) -> Subject:
    """The sample tenant as it is printed, read a month before as well."""
    now = larkfield.snapshot(complete=complete)
    diff = diff_scans(earlier(now), now, facts=larkfield.catalog().facts())
    trend = (
        TrendPoint(date(2026, 9, 21), 60, 52, 5, 4, 0, complete=True),
        TrendPoint(date(2026, 10, 23), 60, 50, 7, 5, 0, complete=True),
        TrendPoint(JUDGED, 60, 49, 8, 7, 2, complete=complete),
    )
    return subject_of(larkfield.comparison(complete=complete), changes=diff, trend=trend)


def earlier(now: Snapshot) -> Snapshot:
    """The same tenant a month before: some grants, a registration and a credential were not there yet."""
    late = datetime(2026, 6, 1, tzinfo=UTC)
    svc = "c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"
    registrations = tuple(
        replace(one, credentials=()) if one.app_id == svc else one
        for one in now.registrations
        if one.display_name != "Telemetry Ingest"
    )
    return replace(
        now,
        scan_id="5a3b1e00-0000-4000-8000-00000000000f",
        read_at=now.read_at - timedelta(days=30),
        registrations=registrations,
        app_role_assignments=tuple(one for one in now.app_role_assignments if not one.created or one.created < late),
        delegated_grants=now.delegated_grants[3:],
    )


def words_of(blocks: Iterable[Block]) -> str:
    """Every word of some blocks, one line for each piece of text, without styles."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph():
                lines.append(_joined(block.runs))
            case Facts():
                lines += [f"{fact.label}: {_joined(fact.value)}" for fact in block.facts]
            case Callout():
                lines += [block.title, *map(_joined, block.paragraphs)]
            case Steps():
                lines += map(_joined, block.steps)
            case Table():
                for row in block.rows:
                    if isinstance(row, GroupRow):
                        lines.append(_joined(row.runs))
                    else:
                        lines += [f"{_joined(cell.runs)} {cell.below}" for cell in row.cells if isinstance(cell, Text)]
                lines += map(_joined, block.notes)
    return "\n".join(lines)


def _joined(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def texts_of(document: Document) -> list[str]:
    """Every text anywhere in a report, whatever it stands in."""
    found: list[str] = []
    _walk(document, found.append)
    return found


def _walk(value: object, take: Callable[[str], None]) -> None:
    if isinstance(value, str):
        take(str(value))
    elif isinstance(value, Struct):
        for inner in asdict(value).values():
            _walk(inner, take)
    elif isinstance(value, tuple):
        for inner in value:
            _walk(inner, take)
