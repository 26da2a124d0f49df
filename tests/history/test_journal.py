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
from tests.history.model import FIELDS
from tests.history.scans import NOON, guid, make_snapshot, pages_of_snapshot

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
    third = begin(store, "scan-3", now=NOON + timedelta(days=2))
    assert third.base_mark(GRANTS) == "https://graph.example/delta2"
    third.leave()


def test_rows_that_no_page_has_are_our_error(store, snapshot):
    journal = begin(store)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    with pytest.raises(BugError, match="none of its pages"):
        journal.finish(replace(snapshot, delegated_grants=tuple(grants(5).values())))
    assert store.records() == []
    with pytest.raises(BugError, match="ended"):
        journal.finish(snapshot)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ((1, 3), None),
        ((3, 1), None),
        ((1, 2, 3), "1 old, 0 lost"),
        ((1,), "0 old, 1 lost"),
        ((1, 3, 3), None),
    ],
)
def test_a_scan_has_the_rows_that_its_pages_leave(store, snapshot, rows, wrong):
    journal = begin(store)
    empty = replace(snapshot, delegated_grants=())
    for name, page in pages_of_snapshot(empty):
        journal.add(name, page)
    journal.add(GRANTS, Page(grants(1, 2)))
    journal.add(GRANTS, Page(grants(3), removed=("key-2",)))
    scan = replace(snapshot, delegated_grants=tuple(grant for n in rows for grant in grants(n).values()))
    if wrong:
        with pytest.raises(BugError, match=wrong):
            journal.finish(scan)
        assert store.records() == []
    else:
        journal.finish(scan)
        assert store.load("scan-1") == scan


def test_a_row_that_a_later_page_replaced_is_no_row_of_the_scan(store, snapshot):
    journal = begin(store)
    for name, page in pages_of_snapshot(replace(snapshot, delegated_grants=())):
        journal.add(name, page)
    old, new = grants(1), grants(1, client=21)
    journal.add(GRANTS, Page(old))
    journal.add(GRANTS, Page(new))
    with pytest.raises(BugError, match="1 old, 1 lost"):
        journal.finish(replace(snapshot, delegated_grants=tuple(old.values())))


def test_lists_that_nobody_asked_for_again_are_no_part_of_the_scan(store, snapshot):
    journal = begin(store)
    other = ListName(ReadName.APP_ROLE_ASSIGNMENTS, guid(77))
    journal.add(other, Page({"k": snapshot.app_role_assignments[0], "gone": None}))
    journal.leave()
    again = begin(store)
    assert again.resumed == 1
    for name, page in pages_of_snapshot(snapshot):
        again.add(name, page)
    again.finish(snapshot)
    assert store.load("scan-1") == snapshot


def unfinished(store, what=WHAT, now=NOON, name="scan-1"):
    journal = begin(store, name, what=what, now=now)
    journal.add(GRANTS, Page(grants(1)))
    journal.leave()


OTHER = Account("reader@larkfield.example", guid(4), guid(1))


@pytest.mark.parametrize(
    ("what", "minutes", "afresh", "why"),
    [
        (WHAT, 59, False, None),
        (WHAT, 60, False, "more than an hour ago"),
        (WHAT, 5, True, "a full scan was asked for"),
        (replace(WHAT, account=OTHER), 5, False, "another account began it"),
        (replace(WHAT, plan="plan-2"), 5, False, "another version of permdesk began it"),
        (WHAT, -4, False, None),
        (WHAT, -6, False, "the clock of this computer was set back"),
        (replace(WHAT, tenant_id=guid(9)), 5, False, ""),
        (replace(WHAT, cloud="china"), 5, False, ""),
        (replace(WHAT, graph="https://other.example"), 5, False, ""),
        (replace(WHAT, tenant_id=None), 5, False, ""),
    ],
)
def test_a_scan_goes_on_or_says_why_it_does_not(store, what, minutes, afresh, why):
    unfinished(store)
    journal = begin(store, "scan-2", what=what, now=NOON + timedelta(minutes=minutes), afresh=afresh)
    assert (journal.scan_id == "scan-1") == (why is None)
    assert journal.resumed == (why is None)
    assert (why or "") in journal.anew
    assert bool(journal.anew) == bool(why)
    journal.leave()


@pytest.mark.parametrize(
    ("what", "minutes", "left"),
    [
        (replace(WHAT, account=OTHER), 5, True),
        (replace(WHAT, tenant_id=guid(9)), 5, True),
        (replace(WHAT, plan="plan-2"), 5, False),
        (replace(WHAT, tenant_id=guid(9)), 61, False),
    ],
)
def test_what_somebody_may_go_on_with_stays(store, what, minutes, left):
    unfinished(store)
    journal = begin(store, "scan-2", what=what, now=NOON + timedelta(minutes=minutes))
    journal.leave()
    again = begin(store, "scan-3", now=NOON + timedelta(minutes=6))
    assert (again.scan_id == "scan-1") == left
    again.leave()


def test_the_newest_of_several_goes_on_and_the_others_go(store):
    first = begin(store, "scan-1")
    first.add(GRANTS, Page(grants(1)))
    unfinished(store, now=NOON + timedelta(minutes=1), name="scan-2")
    first.leave()
    journal = begin(store, "scan-3", now=NOON + timedelta(minutes=2))
    assert journal.scan_id == "scan-2"
    journal.finish(_of(journal, grants(1)))
    assert begin_and_leave(store, NOON + timedelta(minutes=3)).resumed == 0


def test_a_scan_without_a_tenant_is_never_gone_on_with_and_finds_its_tenant(store, snapshot):
    nobody = replace(WHAT, tenant_id=None)
    unfinished(store, nobody)
    journal = begin(store, "scan-2", what=nobody, now=NOON)
    assert (journal.resumed, journal.anew, journal.base) == (0, "", None)
    for name, page in pages_of_snapshot(snapshot):
        journal.add(name, page)
    journal.mark(GRANTS, "https://graph.example/delta")
    journal.finish(replace(snapshot, scan_id="scan-2"))
    assert store.newest(cloud="global", tenant_id=guid(1)) is not None
    assert begin_and_leave(store, NOON).base.scan_id == "scan-2"


def test_two_scans_of_one_tenant_do_not_share_a_journal(store):
    first, second = begin(store, "scan-1"), begin(store, "scan-2")
    assert (first.scan_id, second.scan_id) == ("scan-1", "scan-2")
    first.add(GRANTS, Page(grants(1)))
    second.add(GRANTS, Page(grants(2)))
    assert list(first.kept(GRANTS)) == [Page(grants(1))]
    assert list(second.kept(GRANTS)) == [Page(grants(2))]
    third = begin(store, "scan-3", now=NOON + timedelta(days=1))
    assert list(first.kept(GRANTS)) == [Page(grants(1))]
    assert (third.resumed, third.anew) == (0, "")
    for journal in (first, second, third):
        journal.leave()


@pytest.mark.parametrize(
    ("what", "days", "afresh", "based"),
    [
        (WHAT, 6, False, True),
        (replace(WHAT, account=OTHER), 6, False, True),
        (WHAT, 7, False, False),
        (WHAT, 6, True, False),
        (replace(WHAT, plan="plan-2"), 6, False, False),
        (replace(WHAT, tenant_id=guid(9)), 6, False, False),
    ],
)
def test_what_can_be_brought_up_to_date(store, snapshot, what, days, afresh, based):
    finished(store, snapshot, marks=[(GRANTS, "https://graph.example/delta")])
    finished(store, replace(snapshot, scan_id="no-marks", read_at=NOON + timedelta(hours=1)))
    journal = begin(store, "scan-2", what=what, now=NOON + timedelta(days=days), afresh=afresh)
    assert (journal.base is not None and journal.base.scan_id == "scan-1") == based
    assert (journal.base_mark(GRANTS) is not None) == based
    assert bool(journal.base_pages(GRANTS)) == based
    if not based:
        with pytest.raises(BugError, match="no base"):
            journal.take_over(GRANTS)
    journal.leave()


def test_a_list_with_pages_takes_nothing_over(store, snapshot):
    finished(store, snapshot, marks=[(GRANTS, "https://graph.example/delta")])
    journal = begin(store, "scan-2", now=NOON + timedelta(days=1))
    journal.add(GRANTS, Page(grants(1)))
    with pytest.raises(BugError, match="has pages already"):
        journal.take_over(GRANTS)
    journal.leave()


def test_a_scan_of_the_same_name_replaces_the_older(store, snapshot):
    finished(store, snapshot)
    finished(store, replace(snapshot, users=()))
    assert store.load("scan-1") == replace(snapshot, users=())
    store.keep(snapshot)
    assert store.load("scan-1") == snapshot
    assert len(store.records()) == 1


def begin_and_leave(store, now):
    journal = begin(store, "another", now=now)
    journal.leave()
    return journal


def _of(journal, rows):
    """The scan of a journal that has these grants alone, asked for as whoever goes on does."""
    journal.kept(GRANTS)
    empty = dict.fromkeys(FIELDS.values(), ())
    return replace(
        make_snapshot(journal.scan_id, read_at=journal.read_at), **{**empty, "delegated_grants": tuple(rows.values())}
    )
