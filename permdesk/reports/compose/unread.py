"""Tenants that belong to a report and of which nothing is told: named with the reason, never left out."""

from collections.abc import Sequence
from datetime import UTC

from permdesk.domain.finding import Verdict
from permdesk.domain.text import inert
from permdesk.presentation.appearance import VERDICT, Look
from permdesk.reports.compose.runs import LONGEST_SENTENCE, an_id, bold, named, plain, sentence, spaced
from permdesk.reports.document import Badge, Column, ColumnKind, Row, Table, Text
from permdesk.reports.notation import Notation
from permdesk.reports.subject import UnreadTenant

_LOOK = VERDICT[Verdict.UNVERIFIED]
#: A tenant of which nothing was read.
NOT_READ_LOOK = Look("Not read", _LOOK.glyph, _LOOK.tone, hatched=True)
_LONGEST_NAME = 120


def unread_name(one: UnreadTenant) -> str:
    """Return what a tenant that was not read is called."""
    return named(one.name or one.tenant_id or "Tenant not known", _LONGEST_NAME)


def why_words(one: UnreadTenant) -> str:
    """Return why a tenant was not read, and what would help, as sentences."""
    return inert(spaced(*(sentence(part) for part in (one.reason, one.remedy) if part)), LONGEST_SENTENCE)


def unread_table(unread: Sequence[UnreadTenant], notation: Notation) -> Table:
    """Return a row for each tenant that was not read."""
    columns = (
        Column("Tenant", weight=1.0),
        Column("Read", ColumnKind.BADGE),
        Column("Account", weight=1.0),
        Column("Why nothing is told of it", weight=2.4),
    )
    return Table("Tenants of this report that were not read", columns, tuple(_row(one, notation) for one in unread))


def _row(one: UnreadTenant, notation: Notation) -> Row:
    last = ""
    if one.last_read_at is not None:
        last = f"Its newest kept scan, of {notation.moment(one.last_read_at.astimezone(UTC))}, is not told of here."
    tenant_id = one.tenant_id if one.tenant_id != one.name else ""
    return Row(
        (
            Text((bold(unread_name(one)),), inert(tenant_id, 80)),
            Badge(NOT_READ_LOOK),
            Text((an_id(one.account, _LONGEST_NAME),) if one.account else plain("not known")),
            Text(plain(why_words(one)), last),
        )
    )
