"""A history with many scans of one tenant, as a year of daily scans leaves it."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from permdesk.domain.scan_store import ScanOf
from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore
from tests.benchmarks.generated_pages import Pages, make_pages
from tests.benchmarks.generator import Scale, make_world

#: 3,000 apps, with as many grants for each as the largest tenant has; and half of it.
FULL = Scale(1000, 3000, 12_500, 500, 250, 40)
REDUCED = Scale(500, 1500, 6250, 250, 125, 20)
_FEW = 40


def make_history(path: Path, scale: Scale, scans: int) -> tuple[HistoryStore, Snapshot, Snapshot]:
    """Keep scans of one tenant, an hour apart; return the store, the first scan, and the last one, in which a few
    things are another."""
    store = HistoryStore(path)
    first, pages = make_pages(make_world(scale).snapshot)
    scan = first
    for number in range(scans):
        scan = replace(first, scan_id=f"scan-{number:06d}", read_at=first.read_at + timedelta(hours=number))
        if number < scans - 1:
            _keep(store, scan, pages)
    last = replace(
        scan,
        app_role_assignments=scan.app_role_assignments[_FEW:],
        delegated_grants=scan.delegated_grants[:-_FEW],
        registrations=scan.registrations[_FEW:],
    )
    store.keep(last)
    return store, replace(first, scan_id="scan-000000"), last


def _keep(store: HistoryStore, scan: Snapshot, pages: Pages) -> None:
    what = ScanOf(scan.tenant.cloud, "https://graph.microsoft.com", scan.tenant.id, scan.account, "plan")
    journal = store.begin(what, new_scan_id=lambda: scan.scan_id, now=scan.read_at, afresh=True)
    for name, page in pages:
        journal.add(name, page)
    journal.finish(scan)
