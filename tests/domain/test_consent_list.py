"""Several consents in a row: what the list remembers, and what a newer scan does to it."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from permdesk.domain.consent_list import (
    ConsentList,
    ItemState,
    foresight,
    in_need,
    list_rows,
    needs_consent,
)
from permdesk.domain.consent_record import Outcome
from permdesk.domain.finding import Documented, Flag, Remedy, Status
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.presentation.records import item_below, item_look, list_sentence
from tests.domain.test_consent import APP_ID, finding, plan, satisfied, vendor_app

MADE = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
BEYOND = {"documented": Documented.NO, "status": Status.EXCESS, "flags": (Flag.MAY_BE_REMOVED_UNCLEAR,)}


def app(name="Vendor App", app_id=APP_ID, *findings):
    return vendor_app(display_name=name, app_id=app_id, findings=findings or (finding("A"), satisfied("B", **BEYOND)))


APPS = [app("One", APP_ID), app("Two", "2" + APP_ID[1:]), app("Three", "3" + APP_ID[1:])]
PLANS = {one.key: plan(one) for one in APPS}
ONE, TWO, THREE = (one.key for one in APPS)


def made():
    return ConsentList("global", "tenant", MADE).with_apps(APPS, PLANS)


def states(found):
    return [item.state for item in found.items]


def test_apps_are_put_on_it_once_with_what_was_foreseen():
    found = made().with_apps(APPS[:1], PLANS)
    assert [item.name for item in found.items] == ["One", "Two", "Three"]
    assert len(found.items[0].foresight.adds) == 1
    assert len(found.items[0].foresight.may_lose) == 1
    assert set(states(found)) == {ItemState.WAITING}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_proof_marks_its_app_and_no_other(outcome):
    found = made().checked(TWO, outcome, "record")
    assert states(found) == [ItemState.WAITING, ItemState(outcome.value), ItemState.WAITING]
    assert found.items[1].record_id == "record"
    assert found.done == (outcome is not Outcome.PENDING)


def test_the_next_one_is_below_then_from_the_top():
    found = made().checked(TWO, Outcome.AS_FORESEEN, "r")
    assert found.after(ONE).app_key == THREE
    assert found.after(THREE).app_key == ONE
    assert found.after(None).app_key == ONE
    done = found.skip(ONE).checked(THREE, Outcome.DIFFERS, "r")
    assert done.after(ONE) is None
    assert done.done == 3


def test_skipping_is_undone_to_what_it_was():
    opened = made().opened(PLANS[ONE], ONE)
    assert states(opened)[0] is ItemState.OPENED
    skipped = opened.skip(ONE).skip(ONE)
    assert states(skipped)[0] is ItemState.SKIPPED
    assert skipped.unskip(ONE) == opened
    assert made().unskip(ONE) == made()


def test_looking_again_undoes_no_proof():
    found = made().checked(ONE, Outcome.PENDING, "r").opened(PLANS[ONE], ONE)
    assert states(found)[0] is ItemState.PENDING


def test_a_newer_scan_that_changes_a_preview_is_said_until_it_is_looked_at():
    later = replace(app("One", APP_ID, finding("A"), finding("C")))
    newer = replace(plan(later), scan_id="later")
    rows = list_rows(made(), {**PLANS, ONE: newer})
    assert [row.changed for row in rows] == [True, False, False]
    assert len(rows[0].shown.adds) == 2
    assert "changed its preview" in item_below(rows[0], now=MADE)
    assert "1 preview changed since it was looked at" in list_sentence(made(), rows)
    looked = made().opened(newer, ONE)
    assert not list_rows(looked, {**PLANS, ONE: newer})[0].changed


def test_another_scan_with_the_same_preview_changes_nothing():
    again = replace(PLANS[ONE], scan_id="later", read_at=MADE.replace(year=2027))
    assert not any(row.changed for row in list_rows(made(), {**PLANS, ONE: again}))


def test_what_came_of_a_consent_is_no_changed_preview():
    found = made().checked(ONE, Outcome.AS_FORESEEN, "r")
    done = plan(app("One", APP_ID, satisfied("A")))
    row = list_rows(found, {**PLANS, ONE: done})[0]
    assert not row.changed
    assert len(row.shown.adds) == 1


def test_an_app_that_is_gone_is_said_to_be():
    rows = list_rows(made(), {TWO: PLANS[TWO], THREE: PLANS[THREE]})
    assert [row.gone for row in rows] == [True, False, False]
    assert item_look(rows[0]).label == "Not in the tenant"
    assert "1 app is not in the tenant any more" in list_sentence(made(), rows)


def test_apps_are_taken_off():
    assert [item.app_key for item in made().without([ONE, THREE]).items] == [TWO]


ACCEPTED = Acceptance(APP_ID, PermissionKey(None, finding("A").permission.kind, "A"), "why", "who")


@pytest.mark.parametrize(
    ("findings", "needs"),
    [
        ((finding("A"),), True),
        ((satisfied("A"),), False),
        ((replace(finding("A"), remedy=(Remedy.DECLARE, Remedy.CONSENT)),), False),
        ((replace(finding("A"), remedy=(Remedy.NOT_OFFERED,)),), False),
        ((replace(finding("A"), accepted=ACCEPTED),), False),
        ((satisfied("A"), satisfied("B", **BEYOND)), False),
    ],
)
def test_who_needs_a_consent(findings, needs):
    assert needs_consent(vendor_app(findings=findings)) is needs


def test_those_in_need_are_found_in_a_tenant():
    from permdesk.domain.finding import Comparison
    from permdesk.domain.tenant import Account, Tenant

    calm = app("Calm", "4" + APP_ID[1:], satisfied("A"))
    tenant = Comparison("s", Tenant("t", "T", "global"), Account(), MADE, (), (*APPS, calm), {}, "1", {})
    assert [one.display_name for one in in_need(tenant)] == ["One", "Two", "Three"]


def test_a_foresight_tells_the_same_name_of_two_apis_apart():
    first = finding("Sites.FullControl.All")
    other = replace(first, permission=replace(first.permission, resource_app_id="other"))
    assert len(set(foresight(plan(app("X", APP_ID, first, other))).adds)) == 2
