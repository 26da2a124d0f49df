"""An account's access token: renewed in time, once, and never thrown away while it is good."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from permdesk.auth.account_token import AccessToken, AccountToken, sign_in_again
from permdesk.domain.sign_in import SignIn
from permdesk.errors import ReadError, SignInAgainError, SignInError
from tests.auth.backends import ACCESS_TOKEN, TENANT, a_sign_in


class Microsoft:
    """Hands out tokens that are good for an hour, unless it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.life = 3600.0
        self.problem: Exception | None = None
        self.same = False
        self.slow = 0.0
        self.asked: list[tuple[str | None, bool]] = []
        self.sign_outs = 0

    def __call__(self, sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
        self.asked.append((claims, afresh))
        time.sleep(self.slow)
        if self.problem is not None:
            raise self.problem
        return AccessToken("token-1" if self.same else f"token-{len(self.asked)}", self.now + self.life)

    def handle(self) -> AccountToken:
        return AccountToken(a_sign_in(), self, now=lambda: self.now, sign_outs=lambda: self.sign_outs)


@pytest.fixture
def microsoft() -> Microsoft:
    return Microsoft()


def test_it_tells_whose_it_is(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    assert handle.account.username == "admin1@larkfield.example"
    assert handle.tenant_id == TENANT
    assert microsoft.asked == []


def test_it_is_asked_for_once_and_renewed_five_minutes_before_its_end(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    assert [handle.token() for _ in range(3)] == ["token-1"] * 3
    microsoft.now += 3600 - 300
    assert handle.token() == "token-1"
    microsoft.now += 1
    assert handle.token() == "token-2"
    assert microsoft.asked == [(None, False)] * 2


def test_a_refused_one_is_renewed_afresh_with_the_claims_demanded(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    assert handle.renew(refused=handle.token()) == "token-2"
    assert handle.renew(refused="token-2", claims='{"access_token":{}}') == "token-3"
    assert handle.token() == "token-3"
    assert microsoft.asked[1:] == [(None, True), ('{"access_token":{}}', True)]


def test_the_same_one_again_sends_a_person_back(microsoft: Microsoft) -> None:
    microsoft.same = True
    handle = microsoft.handle()
    with pytest.raises(SignInAgainError, match=r"admin1@larkfield\.example has to sign in again"):
        handle.renew(refused=handle.token())


@pytest.mark.parametrize("claims", [None, '{"access_token":{"nbf":{"essential":true}}}'])
def test_several_threads_renew_it_once(microsoft: Microsoft, claims: str | None) -> None:
    handle = microsoft.handle()
    first = handle.token()
    microsoft.slow = 0.05
    together = threading.Barrier(8)

    def renew() -> str:
        together.wait()
        return handle.renew(refused=first, claims=claims)

    with ThreadPoolExecutor(8) as pool:
        renewed = [task.result() for task in [pool.submit(renew) for _ in range(8)]]
    assert renewed == ["token-2"] * 8
    assert len(microsoft.asked) == 2


def test_one_that_another_thread_renewed_can_be_refused_in_turn(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    first = handle.token()
    assert handle.renew(refused=first) == "token-2"
    assert handle.renew(refused=first, claims="{}") == "token-2"
    assert handle.renew(refused="token-2", claims="{}") == "token-3"


def test_several_threads_ask_for_the_first_one_once(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    microsoft.slow = 0.05
    with ThreadPoolExecutor(8) as pool:
        tokens = {task.result() for task in [pool.submit(handle.token) for _ in range(8)]}
    assert tokens == {"token-1"}


def test_offline_one_that_is_still_good_is_kept(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    handle.token()
    microsoft.problem = ReadError("The server could not be reached, or broke off")
    microsoft.now += 3600 - 10
    assert handle.token() == "token-1"
    microsoft.now += 10
    with pytest.raises(ReadError):
        handle.token()
    microsoft.problem = None
    assert handle.token() == "token-4"


def test_one_that_was_revoked_is_not_used_to_its_end(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    handle.token()
    microsoft.problem = SignInError("signed out")
    microsoft.now += 3600 - 10
    with pytest.raises(SignInError, match="signed out"):
        handle.token()


class TestSigningOut:
    def test_what_is_held_is_not_handed_out_again(self, microsoft: Microsoft) -> None:
        handle = microsoft.handle()
        first = handle.token()
        microsoft.sign_outs, microsoft.problem = 1, SignInError("admin1 is signed out")
        for ask in (handle.token, lambda: handle.renew(refused=first), lambda: handle.renew(refused="another")):
            with pytest.raises(SignInError, match="is signed out"):
                ask()

    def test_nor_while_microsoft_cannot_be_reached(self, microsoft: Microsoft) -> None:
        handle = microsoft.handle()
        handle.token()
        microsoft.sign_outs, microsoft.problem = 1, ReadError("The server could not be reached, or broke off")
        microsoft.now += 3600 - 10
        with pytest.raises(ReadError):
            handle.token()

    def test_nor_where_it_happens_while_a_renewal_fails(self, microsoft: Microsoft) -> None:
        handle = microsoft.handle()
        handle.token()
        microsoft.now += 3600 - 10

        def meanwhile(sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
            microsoft.sign_outs = 1
            raise ReadError("The server could not be reached, or broke off")

        handle._acquire = meanwhile
        with pytest.raises(ReadError):
            handle.token()

    @pytest.mark.parametrize("again", [False, True], ids=["out", "out and in again"])
    def test_one_that_comes_while_the_person_signs_out_is_none(self, microsoft: Microsoft, *, again: bool) -> None:
        handle = microsoft.handle()
        handle.token()
        microsoft.now += 3600
        answer = microsoft.__call__

        def meanwhile(sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
            token = answer(sign_in, claims=claims, afresh=afresh)
            microsoft.sign_outs, handle._acquire = 1, answer
            microsoft.problem = None if again else SignInError("admin1 is signed out")
            return token

        handle._acquire = meanwhile
        if again:
            assert handle.token() == "token-3"
        else:
            for _ in range(2):
                with pytest.raises(SignInError, match="is signed out"):
                    handle.token()

    def test_a_sign_in_made_anew_serves_whoever_still_asks(self, microsoft: Microsoft) -> None:
        handle = microsoft.handle()
        handle.token()
        microsoft.sign_outs = 1
        assert [handle.token(), handle.token()] == ["token-2", "token-2"]


def test_refused_and_offline_is_offline(microsoft: Microsoft) -> None:
    handle = microsoft.handle()
    first = handle.token()
    microsoft.problem = ReadError("The server could not be reached, or broke off")
    with pytest.raises(ReadError):
        handle.renew(refused=first)


def test_none_of_it_shows_the_token() -> None:
    token = AccessToken(ACCESS_TOKEN, 0.0)
    handle = AccountToken(a_sign_in(), lambda *_, **__: token, now=lambda: 0.0, sign_outs=lambda: 0)
    handle.token()
    assert ACCESS_TOKEN not in repr(token) + repr(handle) + str(token) + f"{vars(handle)}"


def test_who_has_to_sign_in_again_is_told_and_harmless() -> None:
    problem = sign_in_again(a_sign_in(), "Because.", claims="{}")
    assert (problem.sign_in, problem.claims) == (a_sign_in().key, "{}")
    assert problem.remedy == "Sign in again."
