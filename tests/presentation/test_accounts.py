"""Accounts as a list shows them."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.sign_in import SignIn, StorageKind, TokenStorage
from permdesk.presentation.accounts import AccountRow, LastScan, TokenState, account_rows, age

NOW = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
KEPT = TokenStorage(StorageKind.ENCRYPTED)
TENANT = "7b1de0f2-55aa-4c01-9a0e-3d2c1b0a9f8e"


def signed(name: str = "admin@larkfield.example", home: str = TENANT) -> SignIn:
    return SignIn(CLOUDS["usgov"], "client", f"{name}.{home}", name, TENANT, home_tenant_id=home)


def row(
    sign_in: SignIn,
    last: LastScan | None = None,
    *,
    storage: TokenStorage = KEPT,
    state: TokenState | None = None,
) -> AccountRow:
    states = {sign_in.key: state} if state is not None else {}
    return account_rows([(sign_in, last)], storage=storage, states=states, now=NOW)[0]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (60, "60 days ago"),
        (61, "2 months ago"),
        (400, "13 months ago"),
        (800, "2 years ago"),
    ],
)
def test_age(days: int, words: str) -> None:
    assert age(NOW - timedelta(days=days), now=NOW) == words


def test_age_of_a_clock_that_runs_ahead() -> None:
    assert age(NOW + timedelta(days=3), now=NOW) == "today"


def test_a_row_that_was_never_read() -> None:
    made = row(signed())
    assert (made.tenant, made.last, made.age, made.reads, made.apps) == (TENANT, "", "never read", "", None)
    assert made.state == "kept"
    assert not made.expired


def test_a_row_that_was_read_in_part() -> None:
    last = LastScan("Larkfield", NOW - timedelta(days=1), complete=False, apps=99)
    made = row(signed(), last, state=TokenState.WORKS)
    assert (made.tenant, made.last, made.reads, made.apps) == ("Larkfield", "21 Nov 2026 09:42", "not fully read", 99)
    assert "not fully read, 99 apps" in made.spoken
    assert made.period == "Read 21 Nov 2026 09:42; when reading ended was not recorded"
    ended = replace(last, ended_at=last.read_at + timedelta(minutes=5))
    assert row(signed(), ended).period == "Read 21 Nov 2026 from 09:42 to 09:47"
    assert made.spoken.endswith("sign-in: works")


def test_a_guest_is_heard_as_one() -> None:
    assert "guest" in row(signed(home="0c9b8a7d-1111-4222-8333-944455556666")).spoken
    assert "guest" not in row(signed()).spoken


def test_a_sign_in_that_ended_is_said_over_how_it_is_kept() -> None:
    memory = TokenStorage(StorageKind.MEMORY, "no keyring")
    assert row(signed(), storage=memory).state == "until permdesk closes"
    ended = row(signed(), storage=memory, state=TokenState.AGAIN)
    assert ended.state == "sign in again"
    assert ended.expired


def test_hostile_names_are_inert() -> None:
    made = row(signed("a\u202eb\n"), LastScan("x\u0000y", NOW, complete=True, apps=1))
    assert "\u202e" not in made.account
    assert "\n" not in made.account
    assert "\u0000" not in made.tenant
    assert row(signed("")).account == "(no name)"
