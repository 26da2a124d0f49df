"""The contract of a scan under way, held by the file and by the history in memory."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import DelegatedGrant
from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanOf
from permdesk.domain.tenant import Account
from permdesk.errors import BugError
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid, pages_of_snapshot

GRANTS = ListName(ReadName.OAUTH2_PERMISSION_GRANTS)
APPS = ListName(ReadName.APPLICATIONS)
WHAT = ScanOf(
    "global", "https://graph.example", guid(1), Account("admin@larkfield.example", guid(2), guid(1)), "plan-1"
)


def grants(*numbers, client=20):
    return {f"key-{n}": DelegatedGrant(guid(client), guid(22), guid(n), "openid") for n in numbers}


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    return HistoryStore(tmp_path / "data" / "history.sqlite" if request.param == "file" else None)


def begin(store, name="scan-1", *, what=WHAT, now=NOON, afresh=False):
    return store.begin(what, new_scan_id=lambda: name, now=now, afresh=afresh)


def finished(store, snapshot, *, marks=(), what=WHAT):
    journal = begin(store, snapshot.scan_id, what=what, now=snapshot.read_at)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    for name, link in marks:
        journal.mark(name, link)
    journal.finish(snapshot)
    return journal


def test_a_finished_scan_comes_back_as_it_was(store, snapshot):
    finished(store, snapshot)
    assert store.load("scan-1") == snapshot
    assert store.newest(cloud="global", tenant_id=guid(1)) == snapshot
    assert [record.scan_id for record in store.records()] == ["scan-1"]


def test_an_unfinished_scan_is_no_scan(store, snapshot):
    journal = begin(store)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    journal.leave()
    assert store.records() == []
    assert store.load("scan-1") is None
    assert store.newest(cloud="global", tenant_id=guid(1)) is None
    again = begin(store, "scan-2", now=NOON + timedelta(minutes=59))
    assert (again.scan_id, again.read_at, again.anew) == ("scan-1", NOON, "")
    assert again.resumed == len(list(pages_of_snapshot(snapshot)))
    for name, page in pages_of_snapshot(snapshot):
        assert list(again.kept(name)) == [page]
    again.finish(snapshot)
    assert store.load("scan-1") == snapshot


def test_pages_come_back_with_everything_they_say(store):
    page = Page(
        grants(1, 2) | {"nothing": None},
        "https://graph.example/next",
        count=7,
        lost=1,
        problem="Row 3",
        remarks=("a", "b"),
        removed=("key-9",),
    )
    journal = begin(store)
    journal.add(GRANTS, page)
    journal.add(GRANTS, Page({}))
    assert list(journal.kept(GRANTS)) == [page, Page({})]
    journal.leave()
    again = begin(store)
    assert list(again.kept(GRANTS)) == [page, Page({})]
    again.add(GRANTS, Page(grants(3)))
    assert list(again.kept(GRANTS)) == [page, Page({}), Page(grants(3))]
    again.drop(GRANTS)
    assert list(again.kept(GRANTS)) == []
    again.leave()


def later(snapshot, **changes):
    return replace(snapshot, scan_id="scan-2", read_at=NOON + timedelta(days=1), **changes)


def test_a_second_scan_begins_with_what_the_first_had(store, snapshot):
    first = tuple(grants(1, 2, 3).values())
    finished(store, replace(snapshot, delegated_grants=first), marks=[(GRANTS, "https://graph.example/delta")])
    journal = begin(store, "scan-2", now=NOON + timedelta(days=1))
    assert journal.base is not None
    assert journal.base.scan_id == "scan-1"
    assert journal.base_mark(GRANTS) == "https://graph.example/delta"
    assert journal.base_mark(APPS) is None
    pages = journal.base_pages(GRANTS)
    keys = [key for page in pages for key in page.rows]
    journal.take_over(GRANTS)
    new = Page(grants(9), removed=(keys[1],))
    journal.add(GRANTS, new)
    journal.mark(GRANTS, "https://graph.example/delta2")
    second = later(snapshot, delegated_grants=(first[0], first[2], *new.rows.values()))
    for name, page in pages_of_snapshot(replace(second, delegated_grants=())):
        journal.add(name, page)
    journal.finish(second)
    assert store.load("scan-2") == second
    assert begin(store, "scan-3", now=NOON + timedelta(days=2)).base_mark(GRANTS) == "https://graph.example/delta2"


def test_rows_that_no_page_has_are_our_error(store, snapshot):
    journal = begin(store)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    with pytest.raises(BugError, match="none of its pages"):
        journal.finish(replace(snapshot, delegated_grants=tuple(grants(5).values())))
    assert store.records() == []
