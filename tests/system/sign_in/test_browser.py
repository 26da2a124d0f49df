"""Signing in with the browser, from permdesk through MSAL, Chromium and a certified OpenID provider and back.

What of the provider is configured by us, to be like Entra, is said at the top of provider.mjs; the pages that the
browser fills in, the codes, PKCE and the tokens are the provider's own.
"""

import http.client
import socket
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from permdesk.domain.ports import BrowserWaiting
from permdesk.domain.sign_in import Reading, StorageKind
from permdesk.errors import Cancelled, ReadError, SignInError
from tests.system.sign_in import parts
from tests.system.sign_in.desk import Desk, Service, closed
from tests.system.sign_in.parts import ADMIN, LARKFIELD, MEAGRE_CLIENT, PRIVATE, STRAY

pytestmark = pytest.mark.linux


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("permdesk")}


def port_of(waiting: BrowserWaiting) -> int:
    """Return the port that the browser will come back to."""
    redirect = parse_qs(urlsplit(waiting.address).query)["redirect_uri"][0]
    return urlsplit(redirect).port or 0


def post(port: int, **fields: str) -> tuple[int, str]:
    """Answer permdesk as somebody else than the provider."""
    connection = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/", urlencode(fields), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_accepted(desk: Desk) -> None:
    sign_in = desk.sign_in(request=desk.service.request(tenant=LARKFIELD[1]))
    assert sign_in.username == ADMIN
    # The domain stands for its tenant.
    assert sign_in.tenant_id == sign_in.home_tenant_id == LARKFIELD[0]
    assert sign_in.received == ("Directory.Read.All", "User.Read")
    assert sign_in.lacking == ()
    assert not sign_in.guest
    assert desk.session.sign_ins() == (sign_in,)
    assert desk.session.storage.kind is StorageKind.ENCRYPTED
    assert desk.page["title"] == "You can close this page · permdesk"
    assert "Return to permdesk" in desk.page["text"]
    # Nothing of the answer stands in the address, where a history would keep it.
    assert urlsplit(desk.page["address"]).query == ""
    asked = parse_qs(urlsplit(desk.addresses[0]).query)
    assert asked["response_mode"] == ["form_post"]
    assert asked["code_challenge_method"] == ["S256"]
    handle = desk.session.token(sign_in)
    assert handle.tenant_id == LARKFIELD[0]
    assert handle.token() in desk.service.provider.ask("issued")["issued"]
    assert threads() == set()


def test_what_was_not_given_is_known(desk: Desk) -> None:
    sign_in = desk.sign_in(request=desk.service.request(tenant=None, client=MEAGRE_CLIENT, reading=Reading.STRICT))
    # Nobody named a tenant: the account decides.
    assert sign_in.tenant_id == LARKFIELD[0]
    assert sign_in.received == ("User.Read",)
    assert [scope.value for scope in sign_in.lacking] == ["Application.Read.All"]


def test_declined(desk: Desk) -> None:
    with pytest.raises(SignInError) as told:
        desk.sign_in(deed="decline")
    assert told.value.title == "The sign-in was declined"
    assert desk.page["title"] == "The sign-in did not go through · permdesk"
    assert desk.session.sign_ins() == ()
    assert not desk.file.exists()


def test_the_browser_is_closed(desk: Desk) -> None:
    with pytest.raises(SignInError) as told:
        desk.sign_in(deed="close", seconds=3.0)
    assert told.value.title == "Nobody signed in in time"
    assert "closed" in told.value.detail
    assert desk.page["title"] == "Sign-in"
    assert threads() == set()
    assert desk.session.sign_ins() == ()


def test_cancelled_while_the_browser_is_open(desk: Desk) -> None:
    cancel = threading.Event()
    ports: list[int] = []
    at: list[float] = []

    def later() -> None:
        at.append(time.monotonic())
        cancel.set()

    def meanwhile(waiting: BrowserWaiting) -> None:
        ports.append(port_of(waiting))
        assert not closed(ports[0])
        timer = threading.Timer(1.0, later)
        timer.start()

    with pytest.raises(Cancelled):
        desk.sign_in(deed="close", cancel=cancel, meanwhile=meanwhile)
    assert time.monotonic() - at[0] < 2.0
    assert closed(ports[0])
    assert threads() == set()
    assert desk.session.sign_ins() == ()


def test_answers_of_others_are_turned_away_and_the_right_one_is_taken(desk: Desk) -> None:
    answers: list[tuple[int, str]] = []

    def meanwhile(waiting: BrowserWaiting) -> None:
        port = port_of(waiting)
        answers.append(post(port, code="stolen", state="another-state"))
        answers.append(post(port, code="stolen"))
        answers.append(post(port, error="access_denied", state="another-state"))

    assert desk.sign_in(meanwhile=meanwhile).username == ADMIN
    assert [status for status, _ in answers] == [400, 400, 400]
    assert all("not the sign-in that permdesk started" in page for _, page in answers)
    assert not any("stolen" in page for _, page in answers)


def test_a_forged_code_with_the_right_state_is_refused_by_the_provider(desk: Desk) -> None:
    """Whoever sees the address knows the state, but not the code's verifier: nothing is signed in."""

    def meanwhile(waiting: BrowserWaiting) -> None:
        state = parse_qs(urlsplit(waiting.address).query)["state"][0]
        assert post(port_of(waiting), code="forged", state=state)[0] == 200

    with pytest.raises(SignInError) as told:
        desk.sign_in(deed="close", meanwhile=meanwhile)
    assert told.value.title == "The sign-in is not good any more"
    assert desk.session.sign_ins() == ()


class TestTenants:
    @pytest.mark.parametrize("login", [STRAY, PRIVATE])
    def test_the_wrong_tenant_is_refused_and_nothing_is_kept(self, desk: Desk, login: str) -> None:
        with pytest.raises(SignInError) as told:
            desk.sign_in(login)
        titles = {STRAY: "Microsoft signed you in to another tenant", PRIVATE: "This is a personal Microsoft account"}
        assert told.value.title.startswith(titles[login])
        assert desk.session.sign_ins() == ()
        assert not desk.file.exists()

    @pytest.mark.parametrize("tenant", ["nowhere.example", "6f1d2c3b-0000-4000-8000-000000000000"])
    def test_a_tenant_that_does_not_exist(self, desk: Desk, tenant: str) -> None:
        with pytest.raises(SignInError) as told:
            desk.sign_in(request=desk.service.request(tenant=tenant))
        assert "no such tenant" in told.value.title or "There is no tenant nowhere.example" in told.value.title
        assert desk.addresses == []


class TestProviderDown:
    def test_before(self, desk: Desk, service: Service) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            first = {"port": unused.getsockname()[1]}
            dead = Service(service.trust, Dead(first), service.browser)
            for tenant in (None, *LARKFIELD):
                with pytest.raises(ReadError) as told:
                    desk.sign_in(request=dead.request(tenant=tenant))
                assert "could not be reached" in told.value.title
        assert desk.addresses == []

    def test_between_the_page_and_the_token(self, desk: Desk, service: Service, tmp_path: Path) -> None:
        with parts.provider(service.trust, tmp_path) as provider:
            mortal = Service(service.trust, provider, service.browser)

            def meanwhile(waiting: BrowserWaiting) -> None:
                deed = desk.deeds[-1]
                deed.wait_until_held()
                provider.kill()
                service.browser.ask("letGo", which=deed.number)

            with pytest.raises(ReadError) as told:
                desk.sign_in(deed="hold", request=mortal.request(), meanwhile=meanwhile)
        assert "could not be reached" in told.value.title
        assert desk.page["title"] == "You can close this page · permdesk"
        assert desk.session.sign_ins() == ()
        assert not desk.file.exists()

    def test_an_untrusted_certificate_is_no_sign_in(self, desk: Desk) -> None:
        request = desk.service.request()
        untrusting = type(request)(request.cloud, request.client_id, request.tenant)
        with pytest.raises(ReadError) as told:
            desk.sign_in(request=untrusting)
        assert told.value.title == "The server's certificate is not trusted here"


class Dead(parts.Child):
    """A provider that never was."""

    def __init__(self, first: dict[str, int]) -> None:
        self.first = first
