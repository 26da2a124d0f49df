"""What a consent did: foreseen, not foreseen, awaited, or nobody knows."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.finding import Comparison, Documented, Flag, Granted, Status
from permdesk.domain.proof import Foreseen, Happened, prove
from tests.domain.test_consent import NOBODY, PROFILE, TENANT, finding, plan, satisfied, vendor_app

LATER = datetime(2026, 11, 22, 10, 31, tzinfo=UTC)
BEYOND = {"documented": Documented.NO, "status": Status.EXCESS, "flags": (Flag.MAY_BE_REMOVED_UNCLEAR,)}


def unread(value):
    return finding(value, granted=Granted.UNVERIFIED, status=Status.UNVERIFIED, remedy=())


def proof(before, after, *, watching=False):
    app = vendor_app(findings=tuple(before))
    apps = () if after is None else (replace(app, findings=tuple(after)),)
    now = Comparison("later", TENANT, NOBODY, LATER, (), apps, {}, "1", {PROFILE.id: PROFILE})
    return prove(plan(app), app, now, watching=watching)


def told(found):
    return {row.finding.permission.label: (row.foreseen, row.happened) for row in found.rows}


def test_what_was_foreseen_happened():
    before = [finding("New"), satisfied("Gone", **BEYOND), satisfied("Stays")]
    found = proof(before, [satisfied("New"), satisfied("Stays")])
    assert told(found) == {
        "Gone": (Foreseen.REMOVED, Happened.REMOVED),
        "New": (Foreseen.ADDED, Happened.ADDED),
        "Stays": (Foreseen.STAYS, Happened.UNCHANGED),
    }
    assert not any(row.surprising for row in found.rows)


def test_what_was_not_foreseen_is_told_as_such():
    found = proof([satisfied("Stays"), finding("New")], [satisfied("Extra", **BEYOND), satisfied("New")])
    assert told(found)["Stays"] == (Foreseen.STAYS, Happened.REMOVED)
    assert told(found)["Extra"] == (Foreseen.NOTHING, Happened.ADDED)
    assert [row.finding.permission.label for row in found.rows if row.surprising] == ["Stays", "Extra"]


def test_what_is_not_there_yet_is_awaited_and_only_then_missing():
    before = [finding("New")]
    assert told(proof(before, before, watching=True))["New"][1] is Happened.PENDING
    assert told(proof(before, before))["New"][1] is Happened.STILL_MISSING


def test_what_nobody_read_is_neither_there_nor_gone():
    assert told(proof([satisfied("A")], [unread("A")]))["A"][1] is Happened.UNREAD
    assert told(proof([unread("A")], [satisfied("A")]))["A"] == (Foreseen.UNREAD, Happened.UNREAD)


def test_an_app_that_is_gone_lost_everything():
    found = proof([satisfied("A"), finding("B")], None)
    assert found.after is None
    # Nobody waits for what it was to get.
    assert told(found) == {"A": (Foreseen.STAYS, Happened.REMOVED), "B": (Foreseen.ADDED, Happened.UNCHANGED)}


def test_a_loss_that_is_needed_stands_first():
    before = [finding("New"), satisfied("Gone", **BEYOND), satisfied("Needed")]
    found = proof(before, [satisfied("New"), finding("Needed")])
    assert [row.finding.permission.label for row in found.rows] == ["Needed", "Gone", "New"]


STATES = st.sampled_from(["tenant", "users", "none", "unread"])


def made(value, state):
    kind = {
        "tenant": satisfied,
        "users": lambda name: finding(name, granted=Granted.USERS, status=Status.PARTIAL),
        "none": finding,
        "unread": unread,
    }
    return kind[state](value)


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(STATES, STATES), min_size=1), st.booleans())
def test_before_and_what_happened_make_after(states, watching):
    before = [made(value, was) for value, (was, _) in states.items()]
    after = [made(value, now) for value, (_, now) in states.items()]
    found = proof(before, after, watching=watching)
    held = {value for value, (was, _) in states.items() if was == "tenant"}
    known = {value for value, pair in states.items() if "unread" not in pair}
    added = {row.finding.permission.label for row in found.of(Happened.ADDED)}
    removed = {row.finding.permission.label for row in found.of(Happened.REMOVED)}
    assert ((held & known) | added) - removed == {value for value in known if states[value][1] == "tenant"}
    assert {row.finding.permission.label for row in found.of(Happened.UNREAD)} == set(states) - known
    assert len(found.rows) == len(states)


@pytest.mark.parametrize("watching", [True, False])
def test_nothing_changed_is_said_of_every_row(watching):
    same = [satisfied("A"), satisfied("B", **BEYOND)]
    assert {row.happened for row in proof(same, same, watching=watching).rows} == {Happened.UNCHANGED}
