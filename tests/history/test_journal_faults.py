"""What a scan under way survives: full, slow, locked and write-protected disks, damage, newer and older programs."""

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from permdesk.domain.page import Page
from permdesk.errors import StorageError
from permdesk.history.database import HistoryDatabase
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, pages_of_snapshot
from tests.history.test_journal import GRANTS, begin, finished, grants

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def whole(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return True


FILLING = """
import os, sys
from pathlib import Path
from msgspec.structs import replace
from permdesk.domain.grant import DelegatedGrant
from permdesk.domain.page import Page
from permdesk.errors import StorageError
from permdesk.history.store import HistoryStore
from tests.history.scans import guid, make_snapshot, pages_of_snapshot
from tests.history.test_journal import GRANTS, begin
journal = begin(HistoryStore(Path(sys.argv[1])), "filling")
snapshot = make_snapshot("filling")
pages = list(pages_of_snapshot(replace(snapshot, delegated_grants=())))
for place in range(40):
    rows = {f"{place}-{n}": DelegatedGrant(os.urandom(16).hex(), guid(22), None, "openid") for n in range(500)}
    pages.append((GRANTS, Page(rows)))
for name, page in pages:
    journal.add(name, page)
grants = tuple(row for name, page in pages if name == GRANTS for row in page.rows.values())
print("kept", len(journal.kept(GRANTS)), flush=True)
try:
    journal.finish(replace(snapshot, delegated_grants=grants))
    print("finished", flush=True)
except StorageError as problem:
    print("told:", problem, flush=True)
"""


def _filling(path, before=None):
    command = [sys.executable, "-c", FILLING, str(path)]
    return subprocess.run(
        command, cwd=ROOT, text=True, capture_output=True, timeout=120, check=True, preexec_fn=before
    ).stdout.splitlines()


@pytest.mark.linux
@pytest.mark.parametrize("room", [0, 30_000, 200_000])
def test_a_full_disk_ends_no_scan_and_is_told_at_its_end(path, room, snapshot):
    import resource

    store = HistoryStore(path)
    finished(store, snapshot)
    limit = path.stat().st_size + room

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    kept, told = _filling(path, small_files)
    assert kept == "kept 0"
    assert told.startswith("told: permdesk cannot keep this")
    assert whole(path)
    assert [record.scan_id for record in store.records()] == ["scan-1"]
    assert store.load("scan-1") == snapshot
    # With room again the very same scan is kept, after what the interrupted one left.
    assert _filling(path)[-1] == "finished"
    assert store.load("filling") is not None


@pytest.mark.linux
def test_a_disk_that_really_is_full(tmp_path, snapshot):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk of our own can be made here")
    try:
        store = HistoryStore(disk / "history.sqlite")
        finished(store, snapshot)
        kept, told = _filling(disk / "history.sqlite")
        assert kept == "kept 0"
        assert told.startswith("told: permdesk cannot keep this")
        assert "full" in told
        assert whole(disk / "history.sqlite")
        assert store.load("scan-1") == snapshot
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.linux
def test_a_folder_nobody_may_write_to_ends_no_scan(request, snapshot):
    warm = HistoryStore(None)
    finished(warm, snapshot)
    request.getfixturevalue("unprivileged")
    folder = Path(tempfile.mkdtemp()) / "data"
    try:
        store = HistoryStore(folder / "history.sqlite")
        finished(store, snapshot, marks=[(GRANTS, "https://graph.example/delta")])
        (folder / "history.sqlite").chmod(0o400)
        folder.chmod(0o500)
        journal = begin(store, "second")
        assert (journal.scan_id, journal.read_at, journal.resumed, journal.anew) == ("second", NOON, 0, "")
        journal.add(GRANTS, Page(grants(1)))
        assert journal.kept(GRANTS) == ()
        assert journal.base_mark(GRANTS) is None
        with pytest.raises(StorageError, match="cannot keep"):
            journal.finish(replace(snapshot, scan_id="second"))
        assert [record.scan_id for record in store.records()] == ["scan-1"]
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder.parent)


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr("permdesk.history.database._BUSY_SECONDS", {"read": 0.05, "write": 0.05})


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("freed", [True, False])
def test_another_permdesk_that_holds_the_history(path, snapshot, freed):
    store = HistoryStore(path)
    journal = begin(store)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for name, page in pages_of_snapshot(snapshot):
            journal.add(name, page)
        assert [journal.kept(name) for name, _ in pages_of_snapshot(snapshot)] == [()] * 8
        if freed:
            other.rollback()
            # Its pages are gone; the scan is not.
            journal.finish(snapshot)
        else:
            with pytest.raises(StorageError, match="in use"):
                journal.finish(snapshot)
    assert store.load("scan-1") == (snapshot if freed else None)
    assert whole(path)


@pytest.mark.usefixtures("hasty")
def test_a_history_that_is_held_when_the_scan_begins(path, snapshot):
    store = HistoryStore(path)
    finished(store, replace(snapshot, scan_id="first"))
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        journal = begin(store)
        journal.add(GRANTS, Page(grants(1)))
    journal.finish(snapshot)
    assert store.load("scan-1") == snapshot


class StuckDisk:
    """Lets writes through only when it is told to."""

    def __init__(self, monkeypatch):
        self.free = threading.Event()
        self.free.set()
        self.waiting = threading.Event()
        real = HistoryDatabase.write

        def write(database, work):
            if not self.free.is_set():
                self.waiting.set()
                self.free.wait(30)
            return real(database, work)

        monkeypatch.setattr(HistoryDatabase, "write", write)


def test_a_slow_disk_makes_pages_wait_and_memory_stay(path, monkeypatch):
    disk = StuckDisk(monkeypatch)
    journal = begin(HistoryStore(path))
    disk.free.clear()
    page = Page(grants(*range(999)))
    added = []

    def read():
        for _ in range(60):
            journal.add(GRANTS, page)
            added.append(1)

    reading = threading.Thread(target=read)
    reading.start()
    assert disk.waiting.wait(10)
    time.sleep(0.3)
    assert 10 < len(added) < 40
    disk.free.set()
    reading.join(30)
    assert len(journal.kept(GRANTS)) == 60
    journal.leave()


def test_a_disk_that_stands_still_is_given_up(path, monkeypatch, snapshot):
    monkeypatch.setattr("permdesk.history.journal._PATIENCE", 0.2)
    monkeypatch.setattr("permdesk.history.journal._MOST_ROWS", 1500)
    disk = StuckDisk(monkeypatch)
    store = HistoryStore(path)
    journal = begin(store)
    disk.free.clear()
    start = time.monotonic()
    for _ in range(10):
        journal.add(GRANTS, Page(grants(*range(999))))
    assert time.monotonic() - start < 5
    disk.free.set()
    journal.finish(snapshot)
    assert store.load("scan-1") == snapshot


def test_leaving_does_not_wait_for_the_disk(path, monkeypatch):
    disk = StuckDisk(monkeypatch)
    journal = begin(HistoryStore(path))
    journal.add(GRANTS, Page(grants(1)))
    journal.kept(GRANTS)
    disk.free.clear()
    journal.add(GRANTS, Page(grants(2)))
    assert disk.waiting.wait(10)
    stuck = threading.Thread(
        target=lambda: [journal.add(GRANTS, Page(grants(*range(999)))) for _ in range(40)], daemon=True
    )
    stuck.start()
    start = time.monotonic()
    journal.leave()
    assert time.monotonic() - start < 1
    stuck.join(10)
    assert not stuck.is_alive()
    disk.free.set()
    journal._writer.end()
    again = begin(HistoryStore(path))
    assert list(again.kept(GRANTS))[:2] == [Page(grants(1)), Page(grants(2))]
    again.leave()
