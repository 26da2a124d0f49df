"""Histories that are damaged, older or newer than this permdesk: what can be had of them, and what is said."""

import contextlib
import os
import sqlite3
from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.page import Page
from permdesk.errors import FormatError, StorageError
from permdesk.history.database import HistoryDatabase
from permdesk.history.migrations import STEPS
from permdesk.history.scan_format import encode
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid, make_snapshot, pages_of_snapshot
from tests.history.test_journal import GRANTS, begin, finished, grants, unfinished


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def damage(path):
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "UPDATE chunks SET content = CAST(substr(content, 1, 40) || x'00010203' || substr(content, 45) AS BLOB)"
        )


def test_damaged_pages_are_read_again(path, snapshot):
    store = HistoryStore(path)
    unfinished(store)
    damage(path)
    journal = begin(store)
    assert journal.resumed == 1
    assert journal.kept(GRANTS) == ()
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    journal.finish(snapshot)
    assert store.load("scan-1") == snapshot


def test_a_damaged_base_is_none_and_its_scan_is_told_as_damaged(path, snapshot):
    store = HistoryStore(path)
    finished(store, snapshot, marks=[(GRANTS, "https://graph.example/delta")])
    damage(path)
    journal = begin(store, "second", now=NOON + timedelta(days=1))
    assert journal.base_mark(GRANTS) is None
    assert journal.base_pages(GRANTS) == ()
    journal.leave()
    with pytest.raises(FormatError, match="damaged"):
        store.load("scan-1")


@pytest.mark.parametrize("table", ["chunks", "pages", "journals"])
def test_a_scan_that_lacks_something_is_told_as_damaged(path, snapshot, table):
    store = HistoryStore(path)
    finished(store, snapshot)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        where = "chunk = (SELECT chunk FROM pages LIMIT 1)" if table != "journals" else "1"
        database.execute(f"DELETE FROM {table} WHERE {where}")
    with pytest.raises(FormatError, match="damaged"):
        store.load("scan-1")


def test_a_newer_history_ends_no_scan_and_stays_as_it_is(path, snapshot):
    HistoryDatabase(path, steps={**STEPS, "0099-extra": lambda database: None}).write(lambda database: None)
    before = path.read_bytes()
    journal = begin(HistoryStore(path))
    journal.add(GRANTS, Page(grants(1)))
    with pytest.raises(StorageError, match="newer permdesk"):
        journal.finish(snapshot)
    assert path.read_bytes() == before


def test_the_history_of_the_version_before_is_taken_along(path):
    """Scans were kept whole, one after the other, before they were kept page by page."""
    earlier = {name: step for name, step in STEPS.items() if name <= "0005"} | {
        "0005-expectations": STEPS["0005-expectations"]
    }
    scans = [make_snapshot(f"scan-{number}", read_at=NOON + timedelta(days=number)) for number in range(3)]

    def fill(database):
        for scan in scans:
            row = (scan.scan_id, "global", guid(1), "Larkfield", scan.read_at.isoformat(timespec="microseconds"))
            account = '["admin@larkfield.example", null, null]'
            database.execute("INSERT INTO scans VALUES (?, ?, ?, ?, ?, ?, 0, 3, ?)", (*row, account, encode(scan)))

    HistoryDatabase(path, steps=earlier).write(fill)
    store = HistoryStore(path)
    assert [store.load(scan.scan_id) for scan in scans] == scans
    assert store.newest(cloud="global", tenant_id=guid(1)) == scans[2]
    assert [record.scan_id for record in store.records()] == ["scan-2", "scan-1", "scan-0"]
    copy = path.with_name("history.before-0006-journals.sqlite")
    assert HistoryDatabase(copy, steps=earlier).read(lambda database: "journals" in database.table_names()) is False
    # Old and new live side by side, and what is kept again goes the new way.
    latest = replace(scans[0], scan_id="scan-9", read_at=NOON + timedelta(days=9))
    finished(store, latest)
    store.keep(scans[1])
    assert store.newest(cloud="global", tenant_id=guid(1)) == latest
    assert [store.load(scan.scan_id) for scan in scans] == scans
    assert len(store.records()) == 4


def test_no_token_and_no_link_of_a_page_stays_in_a_finished_scan(path, snapshot):
    store = HistoryStore(path)
    journal = begin(store)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, replace(page, next_link="https://graph.example/page?$skiptoken=secret-place"))
    journal.finish(snapshot)
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT COUNT(*) FROM links").fetchone() == (0,)
        assert "secret-place" not in "\n".join(database.iterdump())
    assert os.listdir(path.parent) == ["history.sqlite"]  # noqa: PTH208
