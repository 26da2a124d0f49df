"""The rows of tenants of which nothing is told: that they belong to the report, and why they were not read."""

from collections.abc import Iterator, Sequence

from permdesk.reports.compose.unread import why_words
from permdesk.reports.subject import UnreadTenant
from permdesk.reports.tables.permissions import NOT_READ
from permdesk.reports.tables.sheet import Column, Row, Sheet

COLUMNS = (
    Column("Tenant", 32),
    Column("Tenant ID", 38),
    Column("Account", 32),
    Column("Status", 14),
    Column("Why", 80),
    Column("Newest kept scan (UTC)", 22),
)


def unread_sheet(unread: Sequence[UnreadTenant]) -> Sheet:
    """Return a row for each tenant that was not read."""
    return Sheet("Tenants not read", COLUMNS, _rows(unread))


def _rows(unread: Sequence[UnreadTenant]) -> Iterator[Row]:
    for one in unread:
        yield (one.name, one.tenant_id or None, one.account, NOT_READ, why_words(one), one.last_read_at)
