"""The scans that are kept no longer than a person said."""

from collections.abc import Iterable
from datetime import datetime

from permdesk.domain.retention import Keep, Retention
from permdesk.domain.scan_store import ScanRecord


def scans_to_let_go(records: Iterable[ScanRecord], rule: Retention, *, now: datetime) -> list[ScanRecord]:
    """Return the scans that a rule does not keep, newest first.

    Of every tenant the newest scan and the newest complete one stay whatever the rule, and so does every scan with a
    note: somebody had a reason to write it.

    Args:
        records: kept scans, in any order.
        rule: what a person set.
        now: the moment months are counted from, with time zone.
    """
    if rule.keep is Keep.ALL:
        return []
    oldest = rule.before(now)
    tenants: dict[tuple[str, str], list[ScanRecord]] = {}
    for record in sorted(records, key=lambda one: (one.read_at, one.scan_id), reverse=True):
        tenants.setdefault((record.cloud, record.tenant_id), []).append(record)
    found = []
    for scans in tenants.values():
        whole = next((scan for scan in scans if scan.complete), None)
        for place, scan in enumerate(scans):
            due = place >= rule.number if oldest is None else scan.read_at < oldest
            if due and place and scan is not whole and not scan.note:
                found.append(scan)
    return found
