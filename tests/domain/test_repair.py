"""What a script may move: exact grants by recorded ids; what it cannot move is said."""

import pytest
from msgspec.structs import replace

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.finding import Baseline, Documented, Granted, Remedy, Status
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, Kind, Permission
from permdesk.domain.repair import Deed, gives_what_is_missing, takes_what_is_beyond, undoes
from permdesk.domain.scan_diff import AccountsChange, AppDiff, Outcome, PermissionChange
from tests.domain.test_consent import OBJECT_ID, TENANT, finding, satisfied, vendor_app

HERE = {"tenant": TENANT, "cloud": CLOUDS["global"]}
PERSON = "0f67ef30-480c-5b94-ad07-58e1aca477cb"
SCOPE = Permission(GRAPH_APP_ID, OBJECT_ID, "Microsoft Graph", Kind.DELEGATED, "Mail.Read", OBJECT_ID)
ROLE = Permission(GRAPH_APP_ID, OBJECT_ID, "Microsoft Graph", Kind.APPLICATION, "Files.Read.All", OBJECT_ID)


def moves(repair):
    return [(move.deed, move.permission.label, move.account) for move in repair.moves]


def test_what_is_missing_is_given_and_nothing_else():
    partial = finding("Partial", status=Status.PARTIAL, granted=Granted.USERS)
    harmless = finding("Enough", status=Status.PARTIAL, granted=Granted.USERS, gap=False)
    app = vendor_app(findings=(finding("Missing"), partial, harmless, satisfied()))
    assert moves(gives_what_is_missing(app, **HERE)) == [(Deed.GIVE, "Missing", None), (Deed.GIVE, "Partial", None)]


def test_what_no_script_can_give_is_said():
    nowhere = finding("Away", permission=replace(ROLE, resource_object_id=None, id=None))
    unknown = finding("NoId", permission=replace(ROLE, id=None))
    unoffered = finding("NotHere", remedy=(Remedy.NOT_OFFERED,))
    repair = gives_what_is_missing(vendor_app(findings=(nowhere, unknown, unoffered)), **HERE)
    assert repair.moves == ()
    assert [why for _, why in repair.left_out] == [
        "its API is not in the tenant",
        "its id is not known",
        "the API does not offer it in this tenant",
    ]


def test_what_is_beyond_the_need_is_taken_from_everybody_who_has_it():
    beyond = {"documented": Documented.NO, "status": Status.EXCESS}
    both = satisfied(permission=SCOPE, holders=(PERSON,), users=1, **beyond)
    single = satisfied(permission=replace(SCOPE, value="Single"), granted=Granted.USERS, holders=(PERSON,), **beyond)
    accepted = satisfied(
        permission=replace(SCOPE, value="Accepted"),
        accepted=Acceptance("x", PermissionKey(GRAPH_APP_ID, Kind.DELEGATED, "Accepted"), "why", "who", None),
        **beyond,
    )
    app = vendor_app(findings=(both, single, accepted, finding()))
    assert moves(takes_what_is_beyond(app, **HERE)) == [
        (Deed.TAKE, "Mail.Read", None),
        (Deed.TAKE, "Mail.Read", PERSON),
        (Deed.TAKE, "Single", PERSON),
    ]


def test_without_a_measure_nothing_is_beyond_it():
    app = vendor_app(baseline=Baseline.NONE, findings=(satisfied(status=Status.EXCESS),))
    assert takes_what_is_beyond(app, **HERE) is None


def test_an_app_that_is_not_here_has_no_script():
    assert gives_what_is_missing(vendor_app(object_id=None), **HERE) is None
    assert gives_what_is_missing(vendor_app(object_id="no id'"), **HERE) is None


def change(**changes):
    values = {"key": "a", "app_id": "a", "object_id": OBJECT_ID, "registration_id": None, "display_name": "A"}
    return AppDiff(**{**values, "origin": None, **changes})


def test_what_was_lost_comes_back_and_what_came_goes_if_wanted():
    lost = PermissionChange(ROLE, Outcome.REMOVED)
    came = PermissionChange(replace(ROLE, value="Came"), Outcome.ADDED)
    people = AccountsChange(SCOPE, Outcome.REMOVED, (PERSON,))
    app = change(granted=(lost, came), single=(people,))
    back = [(Deed.GIVE, "Files.Read.All", None), (Deed.GIVE, "Mail.Read", PERSON)]
    assert moves(undoes(app, take_back=False, **HERE)) == back
    assert moves(undoes(app, take_back=True, **HERE)) == [(Deed.TAKE, "Came", None), *back]


def test_what_was_not_read_is_not_taken_for_lost():
    unread = PermissionChange(ROLE, Outcome.NOT_READ_NOW)
    unknown = PermissionChange(ROLE, Outcome.NOT_READ_BEFORE)
    repair = undoes(change(granted=(unread, unknown)), take_back=True, **HERE)
    assert repair.moves == ()
    assert [why for _, why in repair.left_out] == ["whether it changed could not be read"]


@pytest.mark.parametrize("value", ["two words", "Zoë", "", "a\nb"])
def test_a_name_that_is_no_scope_is_left_out(value):
    lost = PermissionChange(replace(SCOPE, value=value), Outcome.REMOVED)
    repair = undoes(change(granted=(lost,)), take_back=False, **HERE)
    assert repair.moves == ()
    assert len(repair.left_out) == 1
