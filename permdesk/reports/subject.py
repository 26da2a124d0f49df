"""What a report is about: one compared tenant, with everything that belongs on its paper."""

from datetime import date

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
