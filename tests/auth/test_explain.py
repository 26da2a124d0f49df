"""What Microsoft answers to a failed sign-in: codes become words, and nothing hostile or secret gets through."""

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.auth.explain import _CODES, _STATUSES, _WORDS, explained, passing
from tests.auth.backends import ACCESS_TOKEN, REFRESH_TOKEN

CORRELATION = "7f0d9a1c-2a7b-4d35-a8b4-3e60c9d6f8aa"


def entra(code: int, sentence: str = "Something in English.", error: str = "invalid_grant") -> dict[str, object]:
    """Return an error as the token endpoint sends it."""
    lines = f"AADSTS{code}: {sentence}\r\nTrace ID: {CORRELATION}\r\nCorrelation ID: {CORRELATION}"
    return {"error": error, "error_description": lines, "error_codes": [code], "correlation_id": CORRELATION}


@pytest.mark.parametrize(
    ("code", "title", "remedy"),
    [
        (50020, "not in that tenant", "Name the tenant"),
        (50076, "second factor", "complete it"),
        (50105, "Nobody assigned this account", "Assign it"),
        (53003, "Conditional Access", "which device, place or app"),
        (65001, "Nobody has consented", "Grant admin consent"),
        (65004, "consent was declined", "Start again"),
        (700016, "not in this tenant", "Check client id"),
        (7000218, "not a public client", "Allow public client flows"),
        (50011, "come back to this computer", "http://localhost"),
        (90002, "no such tenant", "Check the tenant"),
    ],
)
def test_a_known_code_has_words_that_lead_on(code: int, title: str, remedy: str) -> None:
    for result in (entra(code), {**entra(code), "error_codes": None}):
        told = explained(result)
        assert title in told.title
        assert remedy in told.remedy
        assert told.detail == f"AADSTS{code}, correlation id {CORRELATION}"


@pytest.mark.parametrize("words", [*_CODES.values(), *_WORDS.values(), *_STATUSES.values()])
def test_every_word_is_a_title_and_a_remedy(words: tuple[str, str]) -> None:
    title, remedy = words
    assert title[0].isupper()
    assert not title.endswith(".")
    assert remedy.endswith(".")


def test_what_the_browser_brings_has_the_code_in_its_sentence_alone() -> None:
    told = explained({"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."})
    assert told.title == "The consent was declined"


def test_a_code_goes_before_the_word() -> None:
    assert "second factor" in explained(entra(50076, error="interaction_required")).title
    assert explained({"error": "interaction_required"}).title == "Microsoft wants to see you again"


def test_a_code_nobody_knows_keeps_the_first_line_for_support() -> None:
    told = explained(entra(999888, "The frobnicator is <b>cold</b>.", error="new_error"))
    assert told.title == "Microsoft did not sign you in"
    assert told.detail == (f"AADSTS999888, AADSTS999888: The frobnicator is <b>cold</b>., correlation id {CORRELATION}")
    assert "Trace ID" not in told.detail


def test_a_code_not_entered_in_time_is_said_so() -> None:
    for error in ("authorization_pending", "expired_token"):
        assert explained({"error": error}).title == "The code was not entered in time"


def test_nothing_at_all_is_words_still() -> None:
    assert explained({}).title == "Microsoft did not sign you in"
    assert explained({"error_description": "\n"}).detail == ""


@pytest.mark.parametrize("token", [ACCESS_TOKEN, REFRESH_TOKEN, f"refresh_token={'vB5s' * 8}"])
def test_a_token_in_it_is_taken_out(token: str) -> None:
    for result in (
        {"error": "new_error", "error_description": f"Could not use {token} here"},
        {"error": f"bad {token}", "error_description": ""},
        {"error": "new_error", "error_description": "y" * 200 + " " + token},
    ):
        assert token not in str(explained(result))
        assert token[-20:] not in str(explained(result))


def test_a_long_one_is_cut_and_costs_no_time() -> None:
    start = time.monotonic()
    told = explained({"error": "e" * 10_000, "error_description": "A sentence, " * 100_000, "correlation_id": "-" * 36})
    assert time.monotonic() - start < 2.0
    assert len(told.detail) < 400


@given(
    error=st.text(),
    description=st.text(max_size=400) | st.text("\u202e\u200b\x1b[2J\r\n\x00<a>&", max_size=50),
    codes=st.none() | st.integers() | st.lists(st.integers() | st.text() | st.none() | st.booleans()),
    correlation=st.none() | st.text() | st.integers(),
)
def test_whatever_comes_the_words_are_harmless(
    error: str, description: str, codes: object, correlation: object
) -> None:
    told = explained(
        {"error": error, "error_description": description, "error_codes": codes, "correlation_id": correlation}
    )
    shown = told.title + told.detail + told.remedy
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert len(told.detail) < 500


PLAIN = st.none() | st.booleans() | st.floats() | st.text()


@given(PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(), PLAIN, max_size=3))
def test_fields_of_any_kind_are_words_still(value: object) -> None:
    told = explained({"error": value, "error_description": value, "error_codes": value, "correlation_id": value})
    assert told.title
    json.dumps(told.detail)


def test_what_passes_is_told_from_what_does_not() -> None:
    assert passing({"error": "temporarily_unavailable"})
    assert passing({"error": "server_error", "error_description": "AADSTS90033: A transient error has occurred."})
    assert not passing({"error": "invalid_grant"})
    assert not passing({"access_token": "x"})


def windows(status: str, context: str = "(pii)") -> dict[str, str]:
    """Return an error as MSAL makes it of the Web Account Manager's (msal/broker.py, _convert_error)."""
    told = f"{context}. Status: Response_Status.Status_{status}, Error code: 3399614466, Tag: 558133255"
    return {"error": "broker_error", "error_description": told}


@pytest.mark.parametrize(
    ("status", "title", "passes"),
    [
        ("UserCanceled", "declined", False),
        ("InteractionRequired", "wants to see you again", False),
        ("AccountUnusable", "cannot use this account", False),
        ("DeviceNotRegistered", "not registered with the tenant", False),
        ("NoNetwork", "reaches no network", True),
        ("ServerTemporarilyUnavailable", "busy", True),
        ("Unexpected", "did not sign you in", False),
    ],
)
def test_what_windows_says_has_words_that_lead_on(status: str, title: str, passes: bool) -> None:
    told = explained(windows(status))
    assert title in told.title
    assert told.detail.startswith(status)
    assert told.remedy
    assert passing(windows(status)) is passes


def test_microsofts_own_code_goes_before_what_windows_makes_of_it() -> None:
    told = explained(windows("InteractionRequired", "AADSTS53003: Access has been blocked by Conditional Access."))
    assert told.title == "A Conditional Access policy of the tenant forbids this sign-in"


def test_what_is_none_of_windows_is_not_read_as_such() -> None:
    assert not passing({"error": "invalid_grant", "error_description": "Status_NoNetwork"})
    assert not passing({"error": ["temporarily_unavailable"]})
