"""The record of a consent: what it takes over from the proof, and what it comes to."""

import pytest

from permdesk.domain.consent_record import Outcome, record_of
from permdesk.domain.finding import Documented, Flag, Status
from permdesk.domain.proof import Foreseen, Happened
from permdesk.domain.repair import Deed, undoes_consent
from permdesk.domain.tenant import Account
from tests.consent_records import BEFORE, LINK, record, row
from tests.domain.test_consent import finding, satisfied
from tests.domain.test_proof import proof, unread

BEYOND = {"documented": Documented.NO, "status": Status.EXCESS, "flags": (Flag.MAY_BE_REMOVED_UNCLEAR,)}


def recorded(before, after, *, watching=False):
    found = proof(before, after, watching=watching)
    account = Account("admin@larkfield.example")
    return record_of(found, record_id="r", account=account, started=BEFORE, complete=(True, False), route=LINK)


def test_it_takes_over_what_the_proof_says():
    made = recorded([finding("New"), satisfied("Gone", **BEYOND)], [satisfied("New")])
    told = {one.permission.label: (one.foreseen, one.happened) for one in made.rows}
    assert told == {"Gone": (Foreseen.REMOVED, Happened.REMOVED), "New": (Foreseen.ADDED, Happened.ADDED)}
    gone = made.of(Happened.REMOVED)[0]
    assert gone.before is not None
    assert gone.before.status is Status.EXCESS
    assert gone.after is None
    assert (made.profile_name, made.route, made.after.complete) == ("Vendor Product", LINK, False)
    assert made.before.scan_id != made.after.scan_id


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([row("A", Happened.ADDED), row("B", Happened.REMOVED)], Outcome.AS_FORESEEN),
        ([row("A", Happened.UNCHANGED)], Outcome.AS_FORESEEN),
        ([row("A", Happened.UNCHANGED, Foreseen.REMOVED)], Outcome.AS_FORESEEN),
        ([row("A", Happened.REMOVED, Foreseen.STAYS)], Outcome.DIFFERS),
        ([row("A", Happened.ADDED, Foreseen.NOTHING)], Outcome.DIFFERS),
        ([row("A", Happened.STILL_MISSING, Foreseen.ADDED)], Outcome.DIFFERS),
        ([row("A", Happened.STILL_MISSING)], Outcome.AS_FORESEEN),
        ([row("A", Happened.UNREAD)], Outcome.NOT_READ),
        ([row("A", Happened.UNREAD, Foreseen.UNREAD)], Outcome.AS_FORESEEN),
        ([row("A", Happened.UNREAD), row("B", Happened.REMOVED, Foreseen.STAYS)], Outcome.DIFFERS),
        ([row("A", Happened.PENDING), row("B", Happened.REMOVED, Foreseen.STAYS)], Outcome.PENDING),
    ],
)
def test_what_it_comes_to(rows, outcome):
    assert record(*rows).outcome is outcome


def test_an_app_that_is_gone_is_said_to_be():
    made = recorded([satisfied("A"), finding("B")], None)
    assert made.gone
    assert [one.permission.label for one in made.of(Happened.REMOVED)] == ["A"]


def test_what_was_unread_before_and_after_differs_from_nothing():
    assert recorded([unread("A")], [unread("A")]).outcome is Outcome.AS_FORESEEN
    assert recorded([satisfied("A")], [unread("A")]).outcome is Outcome.NOT_READ


def test_the_way_back_is_made_from_the_record_alone():
    made = record(row("Directory.Read.All", Happened.REMOVED), row("Files.Read.All", Happened.ADDED))
    repair = undoes_consent(made)
    assert repair is not None
    assert [(move.deed, move.permission.label) for move in repair.moves] == [(Deed.GIVE, "Directory.Read.All")]
    assert repair.tenant == made.tenant
