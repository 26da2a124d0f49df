"""How long scans stay: never less than the newest of a tenant, its newest complete one, and those with a note."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.let_go import scans_to_let_go
from permdesk.domain.retention import Keep, Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.tenant import Account

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def record(name, days_ago, *, complete=True, tenant="one", note=""):
    return ScanRecord(name, tenant, "", "global", NOW - timedelta(days=days_ago), Account(), complete, 1, note)


def gone(records, rule):
    return [one.scan_id for one in scans_to_let_go(records, Retention.parse(rule), now=NOW)]


def test_nothing_goes_unless_a_person_says_so():
    assert Retention() == Retention.parse("all")
    assert gone([record("a", 1), record("b", 9000)], "all") == []


def test_the_newest_of_each_tenant_stay():
    records = [record("old", 9), record("new", 1), record("mid", 5), record("other", 99, tenant="two")]
    assert gone(records, "newest:2") == ["old"]
    assert gone(records, "newest:1") == ["mid", "old"]


@pytest.mark.parametrize(("days", "goes"), [(30, False), (31, False), (32, True)])
def test_months_are_counted_by_the_calendar(days, goes):
    # A month before 31 March is 28 February: of a day that a month lacks, the last one that all months have.
    assert gone([record("new", 0), record("old", days)], "months:1") == (["old"] if goes else [])


def test_the_newest_complete_scan_stays_however_old():
    records = [record("cut", 1, complete=False), record("whole", 900), record("older", 901)]
    assert gone(records, "newest:1") == gone(records, "months:1") == ["older"]


def test_the_newest_scan_stays_though_it_is_old():
    assert gone([record("only", 9000, complete=False)], "months:1") == []


def test_a_scan_with_a_note_stays():
    assert gone([record("new", 1), record("noted", 2, note="before"), record("plain", 3)], "newest:1") == ["plain"]


@pytest.mark.parametrize(
    "text", ["", "some", "newest", "newest:0", "newest:-1", "newest:x", "months:10000", "all:3", "newest:٣"]
)
def test_what_is_no_rule(text):
    with pytest.raises(ValueError):
        Retention.parse(text)


@pytest.mark.parametrize("text", ["all", "newest:1", "months:9999"])
def test_a_rule_is_written_as_it_is_read(text):
    assert str(Retention.parse(f" {text.upper()} ")) == text
    assert gone([record("new", 0), record("old", 5)], "months:9999") == []


_records = st.lists(
    st.builds(
        record,
        st.uuids().map(str),
        st.integers(0, 900),
        complete=st.booleans(),
        tenant=st.sampled_from(["one", "two"]),
        note=st.sampled_from(["", "", "", "kept"]),
    ),
    max_size=12,
)


@given(_records, st.builds(Retention, st.sampled_from([Keep.NEWEST, Keep.MONTHS]), st.integers(1, 12)))
def test_whatever_the_rule_something_complete_is_left(records, rule):
    let_go = scans_to_let_go(records, rule, now=NOW)
    left = [one for one in records if one not in let_go]
    for tenant in ("one", "two"):
        there = [one for one in records if one.tenant_id == tenant]
        kept = [one for one in left if one.tenant_id == tenant]
        if there:
            newest = max(one.read_at for one in there)
            assert newest in {one.read_at for one in kept}
        if whole := [one.read_at for one in there if one.complete]:
            assert max(whole) in {one.read_at for one in kept if one.complete}
    assert not any(one.note for one in let_go)
    if rule.keep is Keep.MONTHS:
        assert scans_to_let_go(left, rule, now=NOW) == []
