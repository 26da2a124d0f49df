"""The words of the timeline: when, how long ago, what stays, and what a filter finds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.retention import Keep, Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.tenant import Account
from permdesk.domain.unfinished import UnfinishedScan
from permdesk.presentation.timeline import age, due_words, narrowed, rule_words, scan_lines, timeline_words, written

NOW = datetime(2026, 11, 22, 9, 42, tzinfo=timezone(timedelta(hours=1)))


def record(number: int, *, hours: float = 0, note: str = "", complete: bool = True, tenant: str = "t") -> ScanRecord:
    return ScanRecord(
        f"scan-{number}",
        tenant,
        "Larkfield Instruments",
        "global",
        NOW - timedelta(hours=hours),
        Account("admin@larkfield.example"),
        complete,
        99,
        note,
    )


def unfinished(number: int, *, minutes: int) -> UnfinishedScan:
    began = NOW - timedelta(minutes=minutes)
    return UnfinishedScan(f"begun-{number}", "global", "t", began, Account("admin@larkfield.example"), 12)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=-5), "just now"),
        (timedelta(hours=-2), "in the future"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=10), "yesterday"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=14), "2 weeks ago"),
        (timedelta(days=60), "2 months ago"),
        (timedelta(days=730), "2 years ago"),
    ],
)
def test_how_long_ago(before: timedelta, words: str) -> None:
    assert age(NOW - before, now=NOW) == words


def test_moments_are_told_in_the_zone_of_now() -> None:
    assert written(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), now=NOW) == "2 Mar 2026 00:30"


def test_a_scan_is_remarked_with_its_beginning_and_end() -> None:
    read = record(1, hours=1)
    (line,) = scan_lines([replace(read, ended_at=read.read_at + timedelta(minutes=3))], [], now=NOW)
    assert line.remark == "Read today from 08:42 to 08:45. 99 apps. Scan scan-1"
    (older,) = scan_lines([read], [], now=NOW)
    assert older.remark.startswith("Read today 08:42; when reading ended was not recorded. 99 apps.")


@given(st.lists(st.integers(0, 5), max_size=8), st.lists(st.integers(0, 300), max_size=4))
def test_lines_are_newest_first_and_each_finished_one_knows_the_one_before(hours: list[int], begun: list[int]) -> None:
    records = [record(at, hours=hour) for at, hour in enumerate(sorted(hours))]
    open_ = [unfinished(at, minutes=minute) for at, minute in enumerate(sorted(begun))]
    lines = scan_lines(records, open_, now=NOW)
    assert len(lines) == len(hours) + len(begun)
    finished = [line for line in lines if line.finished]
    assert [line.scan_id for line in finished] == [one.scan_id for one in records]
    for line, before in zip(finished, [*records[1:], None][: len(finished)], strict=True):
        assert line.before == before
    moments = {one.scan_id: one.read_at for one in records} | {one.scan_id: one.began for one in open_}
    told = [moments[line.scan_id] for line in lines]
    assert told == sorted(told, reverse=True)


def test_what_was_not_finished_says_whether_it_goes_on() -> None:
    fresh, old = scan_lines([], [unfinished(1, minutes=10), unfinished(2, minutes=70)], now=NOW)
    assert (fresh.state, old.state) == ("not finished", "not finished")
    assert "goes on from there until 22 Nov 2026 10:32" in fresh.remark
    assert "begins anew" in old.remark
    (read,) = scan_lines([], [unfinished(1, minutes=1)], now=NOW, reading=True)
    assert read.state == "being read"


def test_a_filter_looks_through_dates_states_accounts_notes_and_ids() -> None:
    lines = scan_lines([record(1, note="Archive"), record(2, hours=48, complete=False)], [], now=NOW)
    assert narrowed(lines, "") == lines
    assert narrowed(lines, "ARCHIVE admin@") == lines[:1]
    assert narrowed(lines, "not fully") == lines[1:]
    assert narrowed(lines, "20 nov scan-2") == lines[1:]
    assert narrowed(lines, "archive not") == []


def test_the_head_counts_what_is_finished() -> None:
    lines = scan_lines([record(1), record(2, hours=48)], [unfinished(1, minutes=10)], now=NOW)
    assert timeline_words(lines, "Larkfield") == "2 scans of Larkfield, since 20 Nov 2026 09:42"
    assert timeline_words([], "Larkfield") == "No scan of Larkfield is kept yet."


def test_what_a_rule_removes() -> None:
    newest = Retention(Keep.NEWEST, 1)
    assert due_words(Retention(), [record(1)], now=NOW) == "Nothing is deleted by itself."
    assert due_words(newest, [], now=NOW).startswith("It removes nothing now.")
    one = due_words(newest, [record(1)], now=NOW)
    assert one == "It removes 1 scan now: the one of 22 Nov 2026 09:42. Nothing brings them back."
    several = due_words(newest, [record(1), record(2, hours=48, tenant="other")], now=NOW)
    assert "2 scans of 2 tenants now: from 20 Nov 2026 09:42 to 22 Nov 2026 09:42." in several
    assert [rule_words(rule) for rule in (Retention(), newest, Retention(Keep.MONTHS, 12))] == [
        "every scan stays",
        "the newest scan stays",
        "the scans of 12 months stay",
    ]
