"""What a report is about: compared tenants, with everything that belongs on their paper, and those not read."""

from datetime import date, datetime

from msgspec import Struct

from permdesk.domain.finding import Comparison
from permdesk.domain.scan_diff import ScanDiff
from permdesk.presentation.summary import Summary
from permdesk.reports.charts import TrendPoint


class Subject(Struct, frozen=True, kw_only=True):
    """One tenant of a report.

    Attributes:
        summary: of the same comparison.
        fingerprint: of the scan, hexadecimal, so that paper and scan file can be matched; empty where none was taken.
        program_version: version of the permdesk that makes the report.
        judged_on: the day on which review dates and ends of credentials were judged.
        changes: since the newest kept scan before this one; None where there is no such scan.
        trend: kept scans of the tenant, oldest first, this one last; empty where there is only this one.
    """

    comparison: Comparison
    summary: Summary
    fingerprint: str
    program_version: str
    judged_on: date
    changes: ScanDiff | None = None
    trend: tuple[TrendPoint, ...] = ()


class UnreadTenant(Struct, frozen=True, kw_only=True):
    """A tenant that belongs to a report and of which nothing can be told.

    Attributes:
        name: as it was called when it was last read; its id where it never was.
        tenant_id: empty where nobody knows it.
        cloud: id of its cloud.
        account: who was to read it; empty where that is not known.
        reason: why nothing is told of it, in sentences.
        remedy: what would help, in sentences; empty where nobody knows.
        last_read_at: when the newest kept scan began, which is not told of; None where none is kept.
    """

    name: str
    tenant_id: str
    cloud: str
    reason: str
    account: str = ""
    remedy: str = ""
    last_read_at: datetime | None = None
