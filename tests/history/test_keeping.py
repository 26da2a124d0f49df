"""Notes, deleting scans, and how long they stay; with files and in memory."""

import sqlite3
import stat
from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.grant import AppRoleAssignment
from permdesk.domain.retention import Retention
from permdesk.domain.scan_store import ScanOf
from permdesk.errors import StorageError
from permdesk.history.keeping import LONGEST_NOTE
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid, make_snapshot, pages_of_snapshot


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    return HistoryStore(tmp_path / "history.sqlite" if request.param == "file" else None)


def large(scan_id, *, first=0, rows=20_000, day=0):
    """A scan whose rows take a megabyte or so; nothing makes random ids shorter."""
    scan = make_snapshot(scan_id, read_at=NOON + timedelta(days=day))
    held = tuple(AppRoleAssignment(guid(first + row), guid(22), guid(50)) for row in range(rows))
    return replace(scan, app_role_assignments=held)


def count(path, table):
    with sqlite3.connect(path) as database:
        return database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def test_a_note_stays_with_its_scan(store, snapshot):
    store.keep(snapshot)
    assert store.keeping.note("scan-1", "  Before the <b>new</b>\nversion ")
    assert [record.note for record in store.records()] == ["Before the <b>new</b>\nversion"]
    store.keep(snapshot)
    assert store.records()[0].note, "kept again"
    assert store.keeping.note("scan-1", "")
    assert store.records()[0].note == ""


def test_there_is_no_note_without_a_scan(store):
    assert not store.keeping.note("nothing", "text")


def test_a_note_has_an_end(store, snapshot):
    store.keep(snapshot)
    store.keeping.note("scan-1", "x" * 100_000)
    assert len(store.records()[0].note) == LONGEST_NOTE


def test_a_deleted_scan_is_gone_with_its_note_and_the_others_are_whole(store):
    scans = [large(f"scan-{day}", first=day * 100, day=day, rows=300) for day in range(3)]
    for scan in scans:
        store.keep(scan)
        store.keeping.note(scan.scan_id, "noted")
    assert store.keeping.delete(["scan-1", "scan-1", "nothing"]) == 1
    assert store.load("scan-1") is None
    assert [record.scan_id for record in store.records()] == ["scan-2", "scan-0"]
    for scan in (scans[0], scans[2]):
        assert store.load(scan.scan_id) == scan
    store.keep(scans[1])
    assert store.records()[1].note == ""


def test_the_room_is_given_back(tmp_path):
    path = tmp_path / "history.sqlite"
    store = HistoryStore(path)
    store.keep(large("scan-0"))
    alone = path.stat().st_size
    store.keep(large("scan-1", first=1_000_000, day=1))
    both = path.stat().st_size
    assert both > 1.5 * alone
    store.keeping.delete(["scan-1"])
    assert path.stat().st_size == both
    assert not store.keeping.compact(from_share=0.9)
    assert store.keeping.compact(from_share=0.1)
    assert path.stat().st_size <= alone * 1.1
    assert store.load("scan-0") == large("scan-0")
    assert not store.keeping.compact()
    assert count(path, "chunks") == count(path, "(SELECT DISTINCT chunk FROM pages)")


def test_what_two_scans_share_stays_until_both_are_gone(tmp_path):
    path = tmp_path / "history.sqlite"
    store = HistoryStore(path)
    for day in range(2):
        store.keep(large(f"scan-{day}", rows=300, day=day))
    shared = count(path, "chunks")
    store.keeping.delete(["scan-0"])
    assert count(path, "chunks") >= shared - 2
    assert store.load("scan-1") == large("scan-1", rows=300, day=1)
    store.keeping.delete(["scan-1"])
    assert (count(path, "chunks"), count(path, "pages"), count(path, "journals")) == (0, 0, 0)


def test_many_scans_at_once(tmp_path):
    path = tmp_path / "history.sqlite"
    store = HistoryStore(path)
    for number in range(40):
        store.keep(make_snapshot(f"scan-{number}"))
    assert store.keeping.delete([f"scan-{number}" for number in range(1, 40)] + ["nothing"] * 1200) == 39
    assert store.load("scan-0") == make_snapshot("scan-0")


def test_a_scan_that_another_one_under_way_relies_on_is_not_deleted(store, snapshot):
    what = ScanOf(snapshot.tenant.cloud, "https://graph.microsoft.com", snapshot.tenant.id, snapshot.account, "plan")
    first = store.begin(what, new_scan_id=lambda: snapshot.scan_id, now=NOON)
    for name, page in pages_of_snapshot(snapshot):
        first.add(name, page)
    first.finish(snapshot)
    second = store.begin(what, new_scan_id=lambda: "scan-2", now=NOON + timedelta(hours=1))
    try:
        with pytest.raises(StorageError, match="under way"):
            store.keeping.delete([snapshot.scan_id])
        assert store.load(snapshot.scan_id) is not None
    finally:
        second.leave()
    assert store.keeping.delete([snapshot.scan_id]) == 1


def test_the_rule_is_kept(store):
    assert store.keeping.retention() == Retention()
    store.keeping.set_retention(Retention.parse("months:6"))
    assert store.keeping.retention() == Retention.parse("months:6")


def test_a_rule_of_a_newer_permdesk_deletes_nothing(tmp_path):
    path = tmp_path / "history.sqlite"
    store = HistoryStore(path)
    store.keeping.set_retention(Retention.parse("months:6"))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE settings SET value = ? WHERE name = 'retention'", (b"phases-of-the-moon:3",))
    assert store.keeping.retention() == Retention()


def test_the_secret_is_made_once(store, tmp_path):
    secret = store.keeping.secret()
    assert len(secret) >= 16
    assert store.keeping.secret() == secret
    assert HistoryStore(tmp_path / "other.sqlite").keeping.secret() != secret


def test_a_copy_of_the_history_is_nobody_else_s_to_read(tmp_path):
    path = tmp_path / "history.sqlite"
    HistoryStore(path).keep(make_snapshot())
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM _sqlite_migrations WHERE name = '0013-settings'")
        database.execute("DROP TABLE settings")
    HistoryStore(path).keeping.set_retention(Retention.parse("newest:3"))
    (copy,) = tmp_path.glob("history.before-*.sqlite")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
