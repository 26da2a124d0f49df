"""Sentences about a finding: what is known, what follows, what to do."""

from datetime import date

import pytest
from msgspec.structs import replace

from permdesk.domain.application import Origin
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import Baseline, Declared, ExcessReason, Flag, Granted, Remedy, Status, Verdict
from permdesk.domain.grant import User
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, EXCHANGE_APP_ID, GRAPH_APP_ID, Kind
from permdesk.domain.profile import ActsFor, Requirement, Route, RouteKind
from permdesk.presentation.appearance import STATUS
from permdesk.presentation.explanation import completeness, finding_text, flag_reason, grantee, remedy, situation
from tests.ui.made import app, express, finding, own_app, profile

_VENDORS = app("Express", Verdict.GAPS, profile=profile())
_OWN = app("Own", Verdict.GAPS, baseline=Baseline.MANIFEST, origin=Origin.REGISTERED_HERE, registration_id="r")


@pytest.mark.parametrize("status", Status)
def test_every_status_says_something(status: Status) -> None:
    for one in (_VENDORS, _OWN, app("None", Verdict.NO_BASELINE)):
        said = situation(finding("Mail.Read", status), one)
        assert said.endswith(".")
        assert "!" not in said


def test_the_words_of_the_look() -> None:
    assert situation(finding("A", Status.MISSING), _VENDORS) == (
        "AvePoint documents it. Nobody has granted it in this tenant."
    )
    declare = finding("A", Status.MISSING, remedy=(Remedy.DECLARE, Remedy.CONSENT))
    assert situation(declare, own_app()) == (
        "NAKIVO documents it. The app does not ask for it, and nobody has granted it."
    )
    excess = finding("A", Status.EXCESS, flags=(Flag.MAY_BE_REMOVED_UNCLEAR,))
    assert situation(excess, _VENDORS) == (
        "Granted, but AvePoint’s page of August 2024 does not list it. A re-consent may remove it."
    )
    partial = finding("A", Status.PARTIAL, kind=Kind.DELEGATED, users=3)
    assert situation(partial, _VENDORS) == "3 users have consented for themselves. The tenant has not."


def test_one_stored_account_is_enough() -> None:
    needed = Requirement(GRAPH_APP_ID, "Graph", Kind.DELEGATED, "A", acts_for=ActsFor.ONE_ACCOUNT)
    partial = replace(finding("A", Status.PARTIAL, kind=Kind.DELEGATED, users=1), gap=False, requirement=needed)
    assert situation(partial, _VENDORS).endswith("That is enough: it acts for one stored account.")
    assert remedy(partial, _VENDORS).steps == ()


def test_why_it_was_not_read() -> None:
    unread = finding("A", Status.UNVERIFIED)
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource_app_id=GRAPH_APP_ID)
    elsewhere = replace(refused, resource_app_id=EXCHANGE_APP_ID)
    assert situation(unread, _VENDORS, (refused,)).startswith("Microsoft refused this read")
    assert situation(unread, _VENDORS, (elsewhere,)).startswith("This was not read to its end")


def test_remedies_come_in_order_of_work() -> None:
    needed = finding("A", Status.MISSING, remedy=(Remedy.PROVISION_API, Remedy.DECLARE, Remedy.CONSENT))
    steps = remedy(needed, own_app())
    assert steps.title == "Remedy: add the API, then configure, then consent"
    assert len(steps.steps) == 3
    assert steps.steps[-1] == "Scan again, then re-consent."


def test_the_first_route_is_the_remedy() -> None:
    routed = profile(routes=(Route(RouteKind.VENDOR_CONSOLE, "Re-authorize in AvePoint", note="The link does less."),))
    steps = remedy(finding("A", Status.MISSING), app("Express", Verdict.GAPS, profile=routed))
    assert steps.steps == ("Re-authorize in AvePoint. The link does less.",)


def test_not_offered_sends_to_the_vendor() -> None:
    steps = remedy(finding("A", Status.MISSING, remedy=(Remedy.NOT_OFFERED,)), _VENDORS)
    assert steps.title == "Remedy: ask the vendor"
    assert "ask AvePoint" in steps.steps[0]


@pytest.mark.parametrize(
    ("api", "word"), [(AZURE_AD_GRAPH_APP_ID, "Azure AD Graph"), (EXCHANGE_APP_ID, "Exchange Web Services (EWS)")]
)
def test_a_retired_api_begins_with_the_vendor(api: str, word: str) -> None:
    old = finding("full_access_as_app", Status.MISSING, api=api, flags=(Flag.RETIRED_API,))
    steps = remedy(old, _VENDORS)
    assert steps.steps[0] == f"Ask AvePoint for a version without {word}."
    assert len(steps.steps) == 2
    satisfied = finding("full_access_as_app", Status.SATISFIED, api=api, flags=(Flag.RETIRED_API,))
    assert remedy(satisfied, _VENDORS).steps == steps.steps[:1]


def test_nothing_to_do_where_all_is_well() -> None:
    for status in (Status.SATISFIED, Status.BASIC, Status.GRANTED):
        assert remedy(finding("A", status), _VENDORS).steps == ()


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_has_a_reason(flag: Flag) -> None:
    reason = flag_reason(flag, finding("A", Status.MISSING, flags=(flag,)), _VENDORS, {})
    assert reason
    assert reason.endswith((".", "proof.", ": .")) or "exist" in reason


def test_flags_tell_their_facts() -> None:
    needed = Requirement(GRAPH_APP_ID, "Graph", Kind.APPLICATION, "A", last_update="2024-04")
    changed = replace(finding("A", Status.MISSING), requirement=needed)
    assert flag_reason(Flag.CHANGED_SINCE_LAST_CONSENT, changed, _VENDORS, {}) == (
        "Changed since the last consent. AvePoint’s page marks it: last update April 2024; "
        "newest dated grant 12 March 2024."
    )
    acceptance = Acceptance("x", PermissionKey(None, Kind.APPLICATION, "A"), "it is fine", "admin", date(2027, 1, 2))
    accepted = replace(finding("A", Status.EXCESS), accepted=acceptance)
    assert flag_reason(Flag.ACCEPTED, accepted, _VENDORS, {}) == "Accepted by admin until 2 January 2027: it is fine"
    gone = replace(finding("A", Status.GRANTED), holders=("u1",))
    users = {"u1": User("u1", gone=True)}
    assert flag_reason(Flag.ACCOUNT_GONE, gone, _VENDORS, users) == "Granted to 1 account that does not exist: u1."


def test_people_and_their_accounts() -> None:
    users = {
        "u1": User("u1", "Larkfield user 01", enabled=True),
        "u2": User("u2", None, "user02@larkfield.example", enabled=False),
        "u3": User("u3", gone=True),
        "u4": User("u4", "Larkfield user 04"),
    }
    told = [(grantee(u, users).name, grantee(u, users).mark) for u in ("u1", "u2", "u3", "u4", "u5")]
    assert told == [
        ("Larkfield user 01", ""),
        ("user02@larkfield.example", "disabled"),
        ("u3", "gone"),
        ("Larkfield user 04", "state not read"),
        ("u5", "account not read"),
    ]


def test_a_finding_as_text_says_all_and_is_inert() -> None:
    evil = replace(express(), display_name="Back\u202eup\x1b[31m")
    text = finding_text(evil.findings[0], evil, tenant="Larkfield\nInstruments")
    assert "Status: Missing." in text
    assert "Documented: Yes. Configured: Vendor’s. Granted: None." in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Larkfield Instruments" in text
    assert STATUS[Status.MISSING].label in text


def test_granted_to_some_is_counted_in_text() -> None:
    some = finding("A", Status.PARTIAL, kind=Kind.DELEGATED, users=3)
    assert some.granted is Granted.USERS
    assert "Granted: 3 users." in finding_text(some, _VENDORS, tenant="L")


def test_excess_for_services_not_in_use() -> None:
    other = replace(finding("A", Status.EXCESS), reason=ExcessReason.OTHER_SCOPE)
    assert "only for services that are not in use here" in situation(other, _VENDORS)
    beyond = finding("A", Status.EXCESS, declared=Declared.NO)
    assert situation(beyond, _OWN) == "Granted, but the registration does not ask for it."


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ((ReadStatus.COMPLETE,) * 9, ("9 of 9 reads complete", True)),
        ((ReadStatus.COMPLETE,) * 8 + (ReadStatus.REFUSED,), ("1 of 9 reads refused", False)),
        ((ReadStatus.REFUSED, ReadStatus.FAILED), ("2 of 2 reads not complete", False)),
        ((), ("0 of 0 reads complete", False)),
    ],
)
def test_completeness(statuses: tuple[ReadStatus, ...], said: tuple[str, bool]) -> None:
    reads = tuple(ReadCoverage(ReadName.USERS, status, rows=2, expected=3) for status in statuses)
    rows, words, complete = completeness(reads)
    assert (words, complete) == said
    assert rows == f"read {2 * len(reads)} of {3 * len(reads)}"
