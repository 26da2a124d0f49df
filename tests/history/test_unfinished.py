"""Scans that were begun and not finished: listed, newest first, and left alone."""

from datetime import timedelta

from permdesk.domain.scan_store import ScanOf
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, make_snapshot, pages_of_snapshot


def _begun(store, scan_id, when, *, tenant_id="t-1", pages=3):
    snapshot = make_snapshot(scan_id)
    what = ScanOf("global", "https://graph.microsoft.com", tenant_id, snapshot.account, "plan")
    journal = store.begin(what, new_scan_id=lambda: scan_id, now=when)
    for name, page in list(pages_of_snapshot(snapshot))[:pages]:
        journal.add(name, page)
    return journal, snapshot


def test_interrupted_scans_are_listed_and_the_next_one_goes_on(tmp_path):
    store = HistoryStore(tmp_path / "history.sqlite")
    assert store.keeping.unfinished() == []
    first, snapshot = _begun(store, "scan-1", NOON)
    first.leave()
    other, _ = _begun(store, "scan-2", NOON + timedelta(minutes=5), tenant_id="t-2", pages=1)
    other.leave()
    newest, older = store.keeping.unfinished()
    assert (newest.scan_id, newest.tenant_id, newest.pages) == ("scan-2", "t-2", 1)
    assert (older.scan_id, older.began, older.pages) == ("scan-1", NOON, 3)
    assert older.account == snapshot.account
    assert older.goes_on_until() == NOON + timedelta(hours=1)
    again, _ = _begun(store, "scan-3", NOON + timedelta(minutes=10), pages=0)
    try:
        assert again.scan_id == "scan-1"
        assert again.resumed == 3
    finally:
        again.leave()


def test_finished_scans_are_not_among_them(tmp_path):
    store = HistoryStore(tmp_path / "history.sqlite")
    snapshot = make_snapshot("scan-1")
    store.keep(snapshot)
    journal, whole = _begun(store, "scan-2", NOON, pages=99)
    journal.finish(whole)
    assert store.keeping.unfinished() == []
