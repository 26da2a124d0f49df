"""A tenant with a history: earlier scans of the sample, kept as if they had been read here."""

from datetime import timedelta

from msgspec.structs import replace

from permdesk.domain.coverage import ReadStatus
from permdesk.domain.snapshot import Snapshot
from permdesk.presentation.timeline import ScanLine
from permdesk.ui.views.history.timeline import TimelinePage
from permdesk.ui.window import Window

#: Ids of the scans a month, two and three months before the one that is open.
MONTH, TWO, THREE = (f"{number}0000000-6a49-4a0e-9a53-0d6d3f0f6a01" for number in (1, 2, 3))


def on_screen(window: Window) -> Snapshot:
    """Return the scan that is open."""
    shown = window.workspace.shown
    assert shown is not None
    return shown.snapshot


def earlier(last: Snapshot, months: int, scan_id: str, *, grants: int = 0, whole: bool = True) -> Snapshot:
    """Return the tenant as it was some months before, without the first grants it has now."""
    reads = tuple(replace(read, status=ReadStatus.COMPLETE, detail=None, remedy=None) for read in last.reads)
    return replace(
        last,
        scan_id=scan_id,
        read_at=last.read_at - timedelta(days=30 * months),
        app_role_assignments=last.app_role_assignments[grants:],
        reads=reads if whole else last.reads,
    )


def keep_three(window: Window) -> None:
    """Keep three earlier scans; between the oldest two nothing changed, and the newest of them is not read whole."""
    last, scans = on_screen(window), window.workspace.services.scans
    scans.keep(earlier(last, 3, THREE, grants=3))
    scans.keep(earlier(last, 2, TWO, grants=3))
    scans.keep(earlier(last, 1, MONTH, grants=1, whole=False))
    window.history.changed.emit()


def timeline(window: Window) -> TimelinePage:
    """Open the timeline."""
    window.history.open()
    return window.middle.history.timeline


def line(page: TimelinePage, scan_id: str) -> ScanLine:
    """Return the line of a scan."""
    row = page.table.scans.row(scan_id)
    assert row is not None
    found = page.table.scans.line(row)
    assert found is not None
    return found


def choose(page: TimelinePage, *scan_ids: str) -> None:
    """Select scans."""
    page.table.select(list(scan_ids))
