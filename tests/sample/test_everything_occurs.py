"""Every word of the verdict is spoken over the sample tenant, refused or complete."""

from enum import StrEnum

import pytest

from permdesk.domain.application import Origin
from permdesk.domain.finding import (
    AppFlag,
    Baseline,
    Declared,
    Documented,
    ExcessReason,
    Flag,
    Granted,
    MatchedBy,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from tests.sample.larkfield import comparison

APPS = [app for complete in (False, True) for app in comparison(complete=complete).apps]
FINDINGS = [finding for app in APPS for finding in app.findings]

OCCURRING: dict[type[StrEnum], set[object]] = {
    Status: {f.status for f in FINDINGS},
    Documented: {f.documented for f in FINDINGS},
    Granted: {f.granted for f in FINDINGS},
    ExcessReason: {f.reason for f in FINDINGS},
    Remedy: {step for f in FINDINGS for step in f.remedy},
    Flag: {flag for f in FINDINGS for flag in f.flags},
    AppFlag: {flag for a in APPS for flag in a.flags},
    Verdict: {a.verdict for a in APPS},
    VerdictReason: {a.verdict_reason for a in APPS},
    Baseline: {a.baseline for a in APPS},
    Origin: {a.origin for a in APPS},
    MatchedBy: {a.matched_by for a in APPS},
}


@pytest.mark.parametrize("word", [word for words in OCCURRING for word in words], ids=repr)
def test_every_word_occurs(word: StrEnum) -> None:
    assert word in OCCURRING[type(word)]


def test_declared_has_every_word_but_the_one_of_an_unread_list() -> None:
    assert {f.declared for f in FINDINGS} == set(Declared) - {Declared.UNVERIFIED}


@pytest.mark.parametrize(
    "remedy",
    [
        (Remedy.CONSENT,),
        (Remedy.DECLARE, Remedy.CONSENT),
        (Remedy.PROVISION_API, Remedy.CONSENT),
        (Remedy.NOT_OFFERED,),
    ],
)
def test_every_remedy_occurs(remedy: tuple[Remedy, ...]) -> None:
    assert any(f.remedy == remedy and f.status is Status.MISSING for f in FINDINGS)


def test_excess_is_complete_only_where_everything_was_read() -> None:
    assert {a.excess_complete for a in comparison(complete=True).apps} == {True}
    assert False in {a.excess_complete for a in comparison(complete=False).apps}


def test_acceptances_hold_until_their_date() -> None:
    accepted = [f for f in FINDINGS if f.accepted is not None]
    assert {f.permission.value for f in accepted} == {"User.Read.All"}
    assert all(f.status is Status.EXCESS for f in accepted)


def test_the_complete_sample_leaves_no_app_with_a_profile_unverified() -> None:
    assert [
        a.display_name for a in comparison(complete=True).apps if a.profile and a.verdict is Verdict.UNVERIFIED
    ] == []
    assert [f for a in comparison(complete=True).apps for f in a.findings if f.status is Status.UNVERIFIED] == []
