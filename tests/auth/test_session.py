"""The session around MSAL itself, over answers that a network may really bring; true services are in tests/system."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.sign_in import SignIn, SignInRequest
from permdesk.errors import Cancelled, ReadError, SignInAgainError, SignInError, WorldError
from permdesk.graph.form_client import FormAnswer
from tests.auth.answers import Answers, ok
from tests.auth.backends import ACCESS_TOKEN, CLIENT, REFRESH_TOKEN, TENANT
from tests.auth.entra import GRAPH, NEVER, Entra, Token


@pytest.fixture
def entra() -> Entra:
    return Entra()


def failing(status: int, content: object) -> Token:
    text = content if isinstance(content, str) else json.dumps(content)
    return lambda _form: FormAnswer(status, {}, text)


def test_what_is_asked_for_is_what_the_window_lists(entra: Entra) -> None:
    sign_in = entra.sign_in()
    assert sign_in.received == ("Directory.Read.All", "User.Read")
    redeemed = next(form for form in entra.http.forms if form.get("grant_type") == "authorization_code")
    asked = set(redeemed["scope"].split())
    assert asked == {f"{GRAPH}/User.Read", f"{GRAPH}/Directory.Read.All", "openid", "profile", "offline_access"}
    assert json.loads(redeemed["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}
    assert "client_secret" not in redeemed


def test_claims_that_microsoft_demands_are_sent_with_the_next_sign_in(entra: Entra) -> None:
    addresses: list[str] = []

    def waiting(told: BrowserWaiting) -> None:
        addresses.append(told.address)

    demanded = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    request = SignInRequest(CLOUDS["global"], CLIENT, TENANT, hint="admin@larkfield.example")
    with pytest.raises(SignInError):
        entra.session.browser(request, waiting=waiting, cancel=NEVER, seconds=0.1, claims=demanded)
    asked = parse_qs(urlsplit(addresses[0]).query)
    assert json.loads(asked["claims"][0])["access_token"]["acrs"] == {"essential": True, "value": "c1"}
    assert asked["login_hint"] == ["admin@larkfield.example"]
    # Whoever is asked to prove more is not asked again who they are.
    assert "prompt" not in asked


PORTAL = FormAnswer(302, {"location": "https://portal.example"}, "")
UNREADABLE = [
    PORTAL,
    FormAnswer(200, {}, "<html>Accept the terms of this network</html>"),
    FormAnswer(200, {}, "[]"),
    FormAnswer(200, {}, "null"),
    FormAnswer(200, {}, "{}"),
    FormAnswer(200, {}, '"text"'),
    FormAnswer(200, {}, "[" * 100_000),
    FormAnswer(404, {}, "not here"),
    FormAnswer(407, {}, "proxy"),
]


@pytest.mark.parametrize("answer", UNREADABLE, ids=lambda answer: f"{answer.status_code} {answer.text[:12]}")
@pytest.mark.parametrize("tenant", [None, TENANT, "larkfield.example"])
def test_what_is_no_sign_in_service_is_said_so(entra: Entra, answer: FormAnswer, tenant: str | None) -> None:
    entra.discovery = answer
    with pytest.raises(SignInError, match=r"no sign-in service|There is no tenant"):
        entra.sign_in(tenant)


@pytest.mark.parametrize("tenant", [None, TENANT, "larkfield.example"])
def test_a_service_that_is_down_is_to_be_tried_again(entra: Entra, tenant: str | None) -> None:
    entra.discovery = FormAnswer(503, {}, "busy")
    with pytest.raises(ReadError, match="busy"):
        entra.sign_in(tenant)


@pytest.mark.parametrize(
    ("token", "kind", "words"),
    [
        (failing(503, "busy"), ReadError, "busy"),
        (failing(200, "<html>portal</html>"), SignInError, "cannot be read"),
        (failing(302, ""), SignInError, "cannot be read"),
        (failing(200, "[]"), SignInError, "cannot be read"),
        (failing(200, {"access_token": "x", "id_token": "not a token", "expires_in": 1}), SignInError, "cannot be"),
        (failing(400, {"error": "invalid_grant", "error_codes": [50076]}), SignInError, "second factor"),
        (failing(400, {"error": "invalid_client", "error_codes": [7000218]}), SignInError, "not a public client"),
        (failing(200, {"access_token": "x", "expires_in": 10}), SignInError, "did not say who signed in"),
    ],
)
def test_a_token_answer_that_is_none_is_said_so(entra: Entra, token: Token, kind: type[WorldError], words: str) -> None:
    entra.token = token
    with pytest.raises(kind, match=words):
        entra.sign_in()
    assert entra.session.sign_ins() == ()


def test_a_token_for_another_sign_in_is_refused(entra: Entra) -> None:
    def tokens(form: Mapping[str, str]) -> FormAnswer:
        entra.nonce = "of another"
        return entra.tokens(form)

    entra.token = tokens
    with pytest.raises(SignInError, match="cannot be read"):
        entra.sign_in()
    assert entra.session.sign_ins() == ()


class TestCancelling:
    def test_before_the_browser_opens_none_is_opened(self, entra: Entra) -> None:
        cancel = threading.Event()
        opened: list[object] = []
        discover = entra._answer

        def discovered(url: str, form: Mapping[str, str]) -> FormAnswer:
            cancel.set()
            return discover(url, form)

        entra.http = Answers(by=discovered)
        request = SignInRequest(CLOUDS["global"], CLIENT, TENANT)
        with pytest.raises(Cancelled):
            entra.session.browser(request, waiting=opened.append, cancel=cancel)
        cancel.clear()
        with pytest.raises(Cancelled):
            entra.session.device(request, waiting=opened.append, cancel=cancel)
        assert opened == []

    def test_while_the_token_comes_nothing_is_kept(self, entra: Entra) -> None:
        cancel = threading.Event()

        def tokens(form: Mapping[str, str]) -> FormAnswer:
            cancel.set()
            return entra.tokens(form)

        entra.token = tokens
        with pytest.raises(Cancelled):
            entra.sign_in(cancel=cancel)
        assert entra.session.sign_ins() == ()


class TestRenewing:
    def test_silently(self, entra: Entra) -> None:
        handle = entra.session.token(entra.sign_in())
        assert handle.token() == f"{ACCESS_TOKEN}1"

    def test_afresh_though_the_kept_one_says_it_is_good(self, entra: Entra) -> None:
        handle = entra.session.token(entra.sign_in())
        assert handle.renew(refused=handle.token()) == f"{ACCESS_TOKEN}2"
        assert entra.http.forms[-1]["grant_type"] == "refresh_token"
        assert handle.token() == f"{ACCESS_TOKEN}2"

    def test_with_the_claims_that_microsoft_demands(self, entra: Entra) -> None:
        handle = entra.session.token(entra.sign_in())
        demanded = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}'
        handle.renew(refused=handle.token(), claims=demanded)
        sent = json.loads(entra.http.forms[-1]["claims"])["access_token"]
        assert sent == {"xms_cc": {"values": ["CP1"]}, "nbf": {"essential": True, "value": "1700000000"}}

    @pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
    def test_a_busy_service_sends_nobody_back(self, entra: Entra, error: str) -> None:
        handle = entra.session.token(entra.sign_in())
        token = handle.token()
        entra.token = failing(429, {"error": error, "error_description": "AADSTS90033: A transient error."})
        with pytest.raises(ReadError, match="busy"):
            handle.renew(refused=token)
        # And nobody waits a minute once it is better.
        entra.token = entra.tokens
        assert handle.renew(refused=token) == f"{ACCESS_TOKEN}2"

    def test_a_revoked_one_sends_a_person_back_with_what_is_demanded(self, entra: Entra) -> None:
        sign_in = entra.sign_in()
        handle = entra.session.token(sign_in)
        demanded = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}'
        problem = {"error": "interaction_required", "error_codes": [50076], "claims": demanded}
        entra.token = failing(400, problem)
        with pytest.raises(SignInAgainError, match="has to sign in again") as told:
            handle.renew(refused=handle.token())
        assert told.value.claims == demanded
        assert told.value.sign_in == sign_in.key
        assert "A second factor is demanded (AADSTS50076)." in told.value.detail

    @pytest.mark.parametrize("where", ["token", "discovery"])
    def test_the_page_of_a_proxy_sends_nobody_back(self, entra: Entra, where: str) -> None:
        handle = entra.session.token(entra.sign_in())
        token = handle.token()
        if where == "token":
            entra.token = failing(200, "<html>portal</html>")
        else:
            entra.discovery = PORTAL
        with pytest.raises(ReadError, match=r"cannot be read|no sign-in service"):
            handle.renew(refused=token)
        entra.token, entra.discovery = entra.tokens, None
        assert handle.renew(refused=token) == f"{ACCESS_TOKEN}2"

    def test_after_signing_out_nothing_is_left_to_ask_with(self, entra: Entra) -> None:
        sign_in = entra.sign_in()
        handle = entra.session.token(sign_in)
        handle.token()
        assert entra.session.forget(sign_in) == (sign_in,)
        assert entra.session.sign_ins() == ()
        for ask in (entra.session.token(sign_in).token, lambda: handle.renew(refused=f"{ACCESS_TOKEN}1")):
            with pytest.raises(SignInError, match="is signed out"):
                ask()
        assert REFRESH_TOKEN not in repr(entra.session._vault._memory)


class TestDeviceCode:
    @pytest.mark.parametrize("answer", [*UNREADABLE[:-2], ok({"user_code": "A"}), ok({"expires_in": "soon"})])
    def test_what_is_no_code_is_said_so(self, entra: Entra, answer: FormAnswer) -> None:
        entra.device = answer
        with pytest.raises(SignInError, match="no sign-in service"):
            self.sign_in(entra)

    def test_a_client_that_may_not(self, entra: Entra) -> None:
        entra.device = FormAnswer(400, {}, json.dumps({"error": "invalid_client", "error_codes": [7000218]}))
        with pytest.raises(SignInError, match="not a public client"):
            self.sign_in(entra)

    def test_not_entered_in_time(self, entra: Entra) -> None:
        entra.device = ok({**json.loads(entra.device.text), "expires_in": 0})
        entra.token = failing(400, {"error": "authorization_pending", "error_codes": [70016]})
        with pytest.raises(SignInError, match="The code was not entered in time"):
            self.sign_in(entra)

    def test_it_is_told_with_the_time_that_is_left(self, entra: Entra) -> None:
        entra.device = ok({**json.loads(entra.device.text), "expires_in": 900})
        told: list[CodeWaiting] = []
        entra.token = failing(400, {"error": "expired_token"})
        with pytest.raises(SignInError, match="not entered in time"):
            self.sign_in(entra, told)
        assert (told[0].code, told[0].address) == ("ABCD", "https://x.example")
        assert 890 < told[0].seconds <= 900

    def sign_in(self, entra: Entra, told: list[CodeWaiting] | None = None) -> SignIn:
        request = SignInRequest(CLOUDS["global"], CLIENT, TENANT)
        waiting = (told if told is not None else []).append
        return entra.session.device(request, waiting=waiting, cancel=NEVER)


def test_an_answer_with_tokens_that_is_damaged_is_not_logged(entra: Entra, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    entra.token = lambda form: FormAnswer(200, {}, entra.tokens(form).text[:-1])
    with pytest.raises(SignInError) as told:
        entra.sign_in()
    entra.token = entra.tokens
    handle = entra.session.token(entra.sign_in())
    handle.renew(refused=handle.token())
    assert ACCESS_TOKEN not in caplog.text + str(told.value) + repr(told.value.__context__)
    assert REFRESH_TOKEN not in caplog.text


def test_nor_is_it_printed_where_nobody_set_up_logs() -> None:
    program = "import permdesk.auth.session, logging\nlogging.getLogger('msal.oauth2cli.oauth2').error('a token')\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
