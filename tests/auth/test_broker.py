"""The Web Account Manager of Windows: whether it can be used, what it is asked, and what is done where it is missing.

Its own part runs on Windows alone. Here MSAL itself is asked for it, and has none.
"""

import inspect
import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msal
import msgspec
import pytest

from permdesk.auth import renewal, session
from permdesk.auth.broker import BrokerError, ask_broker, broker_account, broker_available, check_broker
from permdesk.auth.microsoft import asked, empty_cache
from permdesk.domain.cloud import CLOUDS, custom_cloud
from permdesk.domain.sign_in import SignIn, SignInRequest
from permdesk.errors import Cancelled, SignInAgainError, SignInError
from tests.auth.backends import CLIENT, OTHER_TENANT, TENANT, a_sign_in
from tests.auth.entra import GRAPH, NEVER, Entra
from tests.auth.vaults import Place

REQUEST = SignInRequest(CLOUDS["global"], CLIENT, TENANT, broker=True)


@pytest.fixture
def entra() -> Entra:
    return Entra()


def nobody(*_: object) -> None:
    pytest.fail("a browser was to be opened")


@pytest.mark.linux
def test_elsewhere_than_on_windows_there_is_none(entra: Entra) -> None:
    assert not broker_available()
    assert not entra.session.broker_available
    with pytest.raises(SignInError, match="no Web Account Manager") as told:
        entra.session.browser(REQUEST, waiting=nobody, cancel=NEVER)
    assert "browser" in told.value.remedy
    assert entra.http.asked == []


@pytest.mark.parametrize("cloud", list(CLOUDS.values()), ids=list(CLOUDS))
def test_where_it_is_there_it_signs_in_to_every_cloud_of_microsofts(cloud: Any) -> None:
    check_broker(cloud, available=True)
    with pytest.raises(BrokerError):
        check_broker(cloud, available=False)


def test_a_cloud_of_ones_own_it_does_not_know() -> None:
    cloud = custom_cloud("https://graph.larkfield.example", "https://login.larkfield.example")
    with pytest.raises(BrokerError, match="own clouds alone") as told:
        check_broker(cloud, available=True)
    assert "login.larkfield.example" in told.value.detail


@pytest.mark.linux
def test_where_msal_has_none_no_browser_of_its_own_is_opened(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    """MSAL falls back to a browser that waits for ever wherever its broker does not come up."""
    monkeypatch.setattr(session, "broker_available", lambda: True)
    monkeypatch.setattr("webbrowser.get", nobody)
    with pytest.raises(SignInError, match="no Web Account Manager"):
        entra.session.browser(REQUEST, waiting=nobody, cancel=NEVER)
    assert [url for url in entra.http.asked if url.startswith("POST")] == []
    assert entra.session.sign_ins() == ()


def test_a_broken_part_of_msal_is_told_as_none(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Windows without pymsalruntime, or with a damaged one, MSAL raises as it is made."""

    def damaged(*_: object, **__: object) -> None:
        raise OSError("msalruntime.dll")

    monkeypatch.setattr(session, "broker_available", lambda: True)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("msal.application._init_broker", damaged)
    with pytest.raises(SignInError, match="no Web Account Manager"):
        entra.session.browser(REQUEST, waiting=nobody, cancel=NEVER)


class TestKeeping:
    def test_who_was_signed_in_by_it_is_kept_so(self, tmp_path: Path) -> None:
        place = Place(tmp_path)
        signed = msgspec.structs.replace(a_sign_in(1), broker=True)
        with place.vault().open() as content:
            content.sign_ins = [signed, a_sign_in(2)]
        assert [kept.broker for kept in place.vault().look().sign_ins] == [True, False]

    def test_what_was_kept_before_there_was_one_was_signed_in_by_the_browser(self) -> None:
        before = msgspec.to_builtins(a_sign_in(1))
        del before["broker"]
        assert msgspec.convert(before, SignIn).broker is False

    def test_it_is_the_same_sign_in_whichever_way_it_was_made(self) -> None:
        assert msgspec.structs.replace(a_sign_in(1), broker=True).key == a_sign_in(1).key


class TestRenewing:
    def kept(self, entra: Entra) -> SignIn:
        """Sign in, and keep it as the broker's."""
        signed = msgspec.structs.replace(entra.sign_in(), broker=True)
        with entra.session._vault.open() as content:
            content.sign_ins = [signed]
        return signed

    @pytest.mark.linux
    @pytest.mark.parametrize("said", [False, True], ids=["none", "one that does not come up"])
    def test_without_it_the_person_signs_in_again(
        self, entra: Entra, monkeypatch: pytest.MonkeyPatch, *, said: bool
    ) -> None:
        signed = self.kept(entra)
        monkeypatch.setattr(renewal, "broker_available", lambda: said)
        asked, forms = len(entra.http.asked), len([form for form in entra.http.forms if form])
        with pytest.raises(SignInAgainError, match="has to sign in again") as told:
            entra.session.token(signed).token()
        assert "Web Account Manager" in told.value.detail
        assert told.value.sign_in == signed.key
        # The refresh token of an earlier sign-in is not used in its place: it proves no device.
        assert len([form for form in entra.http.forms if form]) == forms
        if not said:
            # Nobody has to be reached for that.
            assert len(entra.http.asked) == asked
        assert entra.session.sign_ins() == (signed,)

    @pytest.mark.linux
    def test_signing_out_forgets_it_here_even_if_windows_cannot_be_told(
        self, entra: Entra, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        signed = self.kept(entra)
        before = list(entra.http.asked)
        assert entra.session.forget(signed) == (signed,)
        assert entra.session.sign_ins() == ()
        assert "may still know the account" in caplog.text
        # Whoever is offline signs out, too.
        assert entra.http.asked == before

    def test_the_account_it_made_known_in_this_tenant_is_asked_for(self) -> None:
        cache = empty_cache()
        for realm, source in [(OTHER_TENANT, "broker"), (TENANT, "broker"), ("organizations", "authorization_code")]:
            account = {"home_account_id": a_sign_in(1).account_id, "environment": "login.microsoftonline.com"}
            account |= {"realm": realm, "local_account_id": f"of {realm}", "account_source": source}
            cache.modify(cache.CredentialType.ACCOUNT, account, account)
        for tenant in (TENANT, OTHER_TENANT):
            found = broker_account(cache, a_sign_in(1, tenant=tenant))
            assert found is not None
            assert found["local_account_id"] == f"of {tenant}"
        elsewhere = broker_account(cache, a_sign_in(1, tenant="another"))
        assert elsewhere is not None
        assert elsewhere["account_source"] == "broker"
        assert broker_account(cache, a_sign_in(2)) is None


class Asked:
    """Stands where MSAL's application does, and takes nothing that the true one would not."""

    CONSOLE_WINDOW_HANDLE = msal.PublicClientApplication.CONSOLE_WINDOW_HANDLE

    def __init__(self) -> None:
        self.go = threading.Event()
        self.words: dict[str, Any] = {}

    def acquire_token_interactive(self, *words: Any, **more: Any) -> Any:
        true = inspect.signature(msal.PublicClientApplication.acquire_token_interactive)
        self.words = dict(true.bind(self, *words, **more).arguments)
        self.go.wait(30)
        return {"error": "broker_error"}


class TestAsking:
    def ask(self, app: Asked, request: SignInRequest = REQUEST, **more: Any) -> Any:
        words: dict[str, Any] = {"claims": None, "window": None, "cancel": NEVER, "seconds": 20.0} | more
        return ask_broker(app, request, **words)  # type: ignore[arg-type]

    def test_it_is_asked_for_what_the_window_lists_below_that_window(self) -> None:
        app = Asked()
        app.go.set()
        assert self.ask(app, claims="{}", window=4711) == {"error": "broker_error"}
        assert app.words["scopes"] == [f"{GRAPH}/User.Read", f"{GRAPH}/Directory.Read.All"]
        assert (app.words["parent_window_handle"], app.words["claims_challenge"]) == (4711, "{}")
        # Whoever names nobody chooses: Windows would take the account that is signed in to it.
        assert (app.words["prompt"], app.words["login_hint"]) == ("select_account", None)

    def test_a_hint_is_followed_and_the_console_has_a_window_of_its_own(self) -> None:
        app = Asked()
        app.go.set()
        self.ask(app, msgspec.structs.replace(REQUEST, hint="admin@larkfield.example"))
        # MSAL drops the hint where it is to let the person choose.
        assert (app.words["prompt"], app.words["login_hint"]) == (None, "admin@larkfield.example")
        assert app.words["parent_window_handle"] is msal.PublicClientApplication.CONSOLE_WINDOW_HANDLE

    def test_a_cancel_leaves_it_to_itself(self) -> None:
        app, cancel = Asked(), threading.Event()
        threading.Timer(0.2, cancel.set).start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            self.ask(app, cancel=cancel)
        assert time.monotonic() - begin < 2.0
        app.go.set()

    def test_so_does_a_person_who_never_comes(self) -> None:
        app = Asked()
        with pytest.raises(SignInError, match="Nobody signed in in time"):
            self.ask(app, seconds=0.2)
        app.go.set()


class RedirectUriError(ValueError):
    """Named as MSAL names its own, which can be imported on Windows alone."""


def test_a_registration_without_its_address_is_told_which() -> None:
    def ask() -> None:
        raise RedirectUriError("MsalRuntime needs the current app to register these redirect_uri")

    with pytest.raises(BrokerError, match="does not allow the Web Account Manager") as told:
        asked(ask, client_id=CLIENT)
    assert f"ms-appx-web://Microsoft.AAD.BrokerPlugin/{CLIENT}" in told.value.remedy
