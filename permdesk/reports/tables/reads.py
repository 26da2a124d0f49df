"""The rows of what was not read, and what hangs on it."""

from collections.abc import Iterator

from permdesk.domain.coverage import ReadStatus
from permdesk.domain.finding import Status
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import STATUS, Look
from permdesk.presentation.summary import NEVER_READ
from permdesk.reports.subject import Subject
from permdesk.reports.tables.sheet import Column, Row

COLUMNS = (
    Column("Read", 26),
    Column("API or app", 34),
    Column("How it ended", 16),
    Column("Rows", 10),
    Column("Expected", 10),
    Column("What happened", 60),
    Column("What lacks", 60),
    Column("Permissions left open", 20),
    Column("Apps left open", 16),
)
_UNREAD, _PARTIAL = STATUS[Status.UNVERIFIED], STATUS[Status.PARTIAL]


def unread_rows(subject: Subject) -> Iterator[Row]:
    """Yield a row for each read that left something open, and one for what permdesk never reads."""
    summary = subject.summary
    for gap in summary.gaps:
        read = gap.read
        word = read.status.value.capitalize()
        partial = read.status is ReadStatus.PARTIAL
        yield (
            read.read.value,
            read.resource or read.resource_app_id,
            Look(word, _PARTIAL.glyph if partial else _UNREAD.glyph, _UNREAD.tone, hatched=True),
            read.rows,
            read.expected,
            read.detail,
            read.remedy,
            gap.permissions,
            gap.apps,
        )
    nothing = (None,) * (len(COLUMNS) - 1)
    if not summary.gaps and summary.complete:
        yield (f"All {counted(len(summary.complete), 'read')} are complete.", *nothing)
    elif not subject.comparison.reads:
        yield ("Nothing tells what was read.", *nothing)
    yield (NEVER_READ, *nothing)
