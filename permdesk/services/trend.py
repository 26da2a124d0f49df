"""Trend: the kept scans of a tenant over time, each loaded and compared anew."""

from permdesk.domain.finding import Baseline, Comparison, Verdict
from permdesk.domain.ports import CancelToken
from permdesk.domain.scan_store import ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import Cancelled, FormatError
from permdesk.presentation.requirement import NeedCounts, app_need_counts
from permdesk.reports.charts import TrendPoint
from permdesk.services.compare import Compare
from permdesk.services.history import History
from permdesk.services.letting_go import let_go
from permdesk.services.scan import NeverCancelled

#: Days of a trend, this one's included.
MOST_POINTS = 12
#: Apps of all earlier scans of a trend together: each scan is loaded and compared. Two points come whatever it costs.
MOST_APPS = 60_000


class Trend:
    """Looks at the earlier scans of a tenant; any thread may ask.

    Args:
        compare: compares each of them.
        scans: the kept scans.
        history: which there are.
    """

    def __init__(self, *, compare: Compare, scans: ScanStore, history: History) -> None:
        self._compare = compare
        self._scans = scans
        self._history = history

    def __call__(
        self, snapshot: Snapshot, comparison: Comparison, *, cancel: CancelToken | None = None
    ) -> tuple[TrendPoint, ...]:
        """Return the last scan of each day on which one was kept, oldest first, this scan last; () for it alone.

        Args:
            snapshot: the scan.
            comparison: of this scan.
            cancel: asked between two scans.

        Raises:
            StorageError: history or catalog cannot be read.
            Cancelled: the person cancelled.
        """
        hurry = cancel or NeverCancelled()
        points = {snapshot.read_at.date(): _point(comparison)}
        tenant, apps = snapshot.tenant, 0
        for record in self._history.timeline(cloud=tenant.cloud, tenant_id=tenant.id):
            day = record.read_at.date()
            if record.read_at >= snapshot.read_at or day in points:
                continue
            apps += record.apps
            if len(points) == MOST_POINTS or (apps > MOST_APPS and len(points) > 1):
                break
            if hurry.is_set():
                raise Cancelled
            if (point := self._point_of(record.scan_id, hurry)) is not None:
                points[day] = point
        return tuple(points[day] for day in sorted(points)) if len(points) > 1 else ()

    def _point_of(self, scan_id: str, hurry: CancelToken) -> TrendPoint | None:
        """Return what a kept scan comes to; None where it was deleted meanwhile, or is damaged."""
        try:
            snapshot = self._scans.load(scan_id)
        except FormatError:
            return None
        if snapshot is None:
            return None
        comparison = self._compare(snapshot)
        point = _point(comparison)
        # Freed at once, a large tenant would hold every other thread.
        held: list[object] = [comparison, snapshot]
        del comparison, snapshot
        let_go(held, hurry=hurry)
        return point


def _point(comparison: Comparison) -> TrendPoint:
    """Return what a scan came to: apps held against a vendor's page that are, or may be, in the tenant."""
    matched = [
        app for app in comparison.apps if app.baseline is Baseline.PROFILE and app.verdict is not Verdict.NOT_INSTALLED
    ]
    need = sum(map(app_need_counts, matched), NeedCounts())
    return TrendPoint(
        day=comparison.read_at.date(),
        needed=need.needed,
        granted=need.granted,
        missing=need.missing,
        excess=need.beyond,
        unread=need.unread,
        complete=bool(comparison.reads) and all(read.complete for read in comparison.reads),
    )
