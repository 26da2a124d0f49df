"""What a history file survives: kills, full disks, folders nobody may write to, damage, newer and older programs."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from permdesk.domain.knowledge import Binding
from permdesk.errors import FormatError, StorageError
from permdesk.history.database import HistoryDatabase
from permdesk.history.migrations import STEPS
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid, make_snapshot

HERE = {"cloud": "global", "tenant_id": guid(1)}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def test_the_file_is_readable_for_its_owner_alone(tmp_path):
    path = tmp_path / "new" / "history.sqlite"
    HistoryStore(path).keep(make_snapshot())
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_a_new_step_runs_once_after_a_copy(path):
    HistoryStore(path).keep(make_snapshot())
    steps = {**STEPS, "0099-extra": lambda database: database.execute("CREATE TABLE extra (x)")}
    newer = HistoryDatabase(path, steps=steps)
    tables = newer.read(lambda database: database.table_names())
    assert "extra" in tables
    assert len(newer.read(lambda database: list(database.table("scans").rows))) == 1
    copy = path.with_name("history.before-0099-extra.sqlite")
    with contextlib.closing(sqlite3.connect(copy)) as before:
        names = {name for (name,) in before.execute("SELECT name FROM sqlite_master")}
        assert "scans" in names
        assert "extra" not in names


def test_a_failing_step_leaves_the_file_as_it_was(path):
    HistoryStore(path).keep(make_snapshot())

    def half(database):
        database.execute("CREATE TABLE extra (x)")
        database.execute("INSERT INTO nowhere VALUES (1)")

    broken = HistoryDatabase(path, steps={**STEPS, "0099-half": half})
    with pytest.raises(StorageError):
        broken.read(lambda database: None)
    assert "extra" not in HistoryDatabase(path).read(lambda database: database.table_names())
    assert HistoryStore(path).load("scan-1") is not None


def test_a_newer_file_is_refused_and_unchanged(path):
    steps = {**STEPS, "0099-extra": lambda database: database.execute("CREATE TABLE extra (x)")}
    HistoryDatabase(path, steps=steps).write(lambda database: None)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer permdesk"):
        HistoryStore(path).keep(make_snapshot())
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_file_is_kept_aside_and_said(path, content):
    path.write_bytes(content)
    said = []
    store = HistoryStore(path, tell=said.append)
    assert store.records() == []
    store.keep(make_snapshot())
    assert len(store.records()) == 1
    assert len(said) == 1
    (aside,) = path.parent.glob("history.broken-*.sqlite")
    assert aside.read_bytes() == content
    assert str(aside) in said[0]


def test_damage_in_the_middle_of_a_scan_is_told(path):
    store = HistoryStore(path)
    store.keep(make_snapshot())
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        (content,) = database.execute("SELECT content FROM scans").fetchone()
        middle = len(content) // 2
        database.execute("UPDATE scans SET content = ?", (content[:middle] + b"\0\0\0\0" + content[middle + 4 :],))
    with pytest.raises(FormatError, match="damaged"):
        store.load("scan-1")


def test_a_folder_in_place_of_the_file_is_told(path):
    path.mkdir()
    with pytest.raises(StorageError, match="cannot keep"):
        HistoryStore(path).keep(make_snapshot())


def test_a_file_in_place_of_the_folder_is_told(path):
    path.write_text("here already")
    with pytest.raises(StorageError, match="cannot keep"):
        HistoryStore(path / "history.sqlite").keep(make_snapshot())
    assert path.read_text() == "here already"


def test_a_locked_file_is_told(path, monkeypatch):
    store = HistoryStore(path)
    store.keep(make_snapshot())
    monkeypatch.setattr("permdesk.history.database._BUSY_SECONDS", {"read": 0.05, "write": 0.05})
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="in use"):
            store.bind(**HERE, app_id=guid(11), binding=Binding("p"))
        with pytest.raises(StorageError, match="in use"):
            store.knowledge(**HERE)


def test_a_history_that_cannot_be_read_is_not_called_full(path):
    path.mkdir()
    with pytest.raises(StorageError, match="cannot be read") as told:
        HistoryStore(path).records()
    assert "what was said of apps" in told.value.detail
    assert "space" not in told.value.remedy


WRITER = """
import sys
from pathlib import Path
from permdesk.domain.knowledge import Binding
from permdesk.history.store import HistoryStore
from tests.history.scans import make_snapshot, guid
store = HistoryStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 100000):
    print(number, flush=True)
    store.keep(make_snapshot(f"scan-{number}", name="Larkfield " * 200))
    store.bind(cloud="global", tenant_id=guid(1), app_id=guid(number), binding=Binding("p"))
"""


def _python(code, *arguments, **options):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, text=True, **options)


@pytest.mark.linux
def test_a_killed_writer_leaves_whole_scans(path):
    for attempt in range(8):
        writer = _python(WRITER, path, attempt * 100000, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _ in range(3):
            assert writer.stdout.readline()
        # Somewhere in the midst of writing the third.
        time.sleep(0.0007 * attempt)
        writer.kill()
        writer.wait()
        writer.stdout.close()
    said = []
    store = HistoryStore(path, tell=said.append)
    records = store.records()
    assert len(records) >= 16
    assert all(store.load(record.scan_id) is not None for record in records)
    assert abs(len(records) - len(store.knowledge(**HERE).bindings)) <= 8
    assert said == []
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.linux
def test_a_full_disk_loses_nothing(path):
    store = HistoryStore(path)
    store.keep(make_snapshot("kept"))
    limit = path.stat().st_size + 8192
    code = """
import os, sys
from pathlib import Path
from permdesk.errors import StorageError
from permdesk.history.store import HistoryStore
from tests.history.scans import make_snapshot
store = HistoryStore(Path(sys.argv[1]))
try:
    store.keep(make_snapshot("large", name=os.urandom(200000).hex()))
except StorageError as problem:
    print("told:", problem, flush=True)
"""

    import resource

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    writer = _python(code, path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=small_files)
    out, err = writer.communicate(timeout=60)
    assert out.startswith("told: permdesk cannot keep this"), err
    assert [record.scan_id for record in store.records()] == ["kept"]
    assert store.load("kept") == make_snapshot("kept")


@pytest.mark.linux
def test_a_folder_nobody_may_write_to_can_be_read(request):
    # Whatever is imported on the way is imported first: not everybody may read where this Python lives.
    HistoryStore(None).keep(make_snapshot())
    request.getfixturevalue("unprivileged")
    folder = Path(tempfile.mkdtemp()) / "data"
    try:
        store = HistoryStore(folder / "history.sqlite")
        store.keep(make_snapshot())
        folder.chmod(0o500)
        (folder / "history.sqlite").chmod(0o400)
        assert store.load("scan-1") == make_snapshot()
        with pytest.raises(StorageError, match="cannot keep"):
            store.keep(make_snapshot("second", read_at=NOON + timedelta(days=1)))
        with pytest.raises(StorageError, match="cannot keep"):
            HistoryStore(folder / "deeper" / "history.sqlite").keep(make_snapshot())
        assert [record.scan_id for record in store.records()] == ["scan-1"]
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder.parent)
