"""Signs people in through MSAL, keeps their sign-ins, and hands out access tokens; the only importer of msal."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msal

from permdesk.auth.account_token import AccessToken, AccountToken, sign_in_again
from permdesk.auth.broker import broker_available, check_broker
from permdesk.auth.caches import cache_key, joined, same_account, without
from permdesk.auth.claims import sign_in_of
from permdesk.auth.explain import busy, explained, passing
from permdesk.auth.http import HttpClient, HttpClients
from permdesk.auth.receiver import LoopbackReceiver
from permdesk.auth.tenants import ANY_TENANT, login_of, no_service, tenant_id_of
from permdesk.auth.vault import Vault
from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.domain.ports import BrowserWaiting, CancelToken, CodeWaiting, SignedIn
from permdesk.domain.sign_in import SignIn, SignInRequest, TokenStorage, renewed_scopes, scope_addresses
from permdesk.domain.text import inert
from permdesk.errors import BugError, Cancelled, ReadError, SignInError

_log = logging.getLogger("permdesk.auth")
# MSAL logs an answer that is no JSON as it came, tokens and all: nothing of its own is logged.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)
#: What MSAL raises of its own over answers that are not as they should be.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError)

#: Seconds that a person has to sign in.
BROWSER_SECONDS = 300.0


class MsalSession:
    """Implements the port ``Authenticator``.

    Args:
        vault: keeps sign-ins and MSAL's caches.
        http: makes HTTP clients.
        version: permdesk's, told to Microsoft.
        now: seconds since the epoch.
    """

    def __init__(self, *, vault: Vault, http: HttpClients, version: str, now: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._http = http
        self._version = version
        self._now = now
        # MSAL promises nothing about threads, and two renewals at once would waste one.
        self._lock = threading.Lock()

    @property
    def storage(self) -> TokenStorage:
        """How sign-ins are kept."""
        return self._vault.storage

    @property
    def broker_available(self) -> bool:
        """True where the Web Account Manager of Windows can sign people in."""
        return broker_available()

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return every sign-in that is kept, ordered by name and tenant."""
        with self._vault.open() as content:
            kept = tuple(content.sign_ins)
        return tuple(sorted(kept, key=lambda s: (s.username.casefold(), s.cloud.id, s.tenant_id, s.client_id)))

    def browser(
        self,
        request: SignInRequest,
        *,
        waiting: Callable[[BrowserWaiting], None],
        cancel: CancelToken,
        seconds: float = BROWSER_SECONDS,
        claims: str | None = None,
        window: int | None = None,
    ) -> SignIn:
        """Sign a person in with the system's browser: authorization code with PKCE, answered to a loopback port.

        Args:
            request: what to sign in to.
            waiting: called once with the address to open.
            cancel: asked while waiting.
            seconds: how long to wait for the person.
            claims: what Microsoft demands besides, from a claims challenge.
            window: native handle of the window that the broker's belongs to; None for the console's.

        Raises:
            SignInError: declined, refused, too late, or another tenant than the one asked for.
            ReadError: Microsoft's sign-in cannot be reached.
            StorageError: the sign-in cannot be kept.
            Cancelled: the person cancelled.
        """
        if request.broker:
            check_broker(request.cloud, available=self.broker_available)
        http = self._http(request.ca_file)
        tenant_id = tenant_id_of(request.tenant, cloud=request.cloud, http=http)
        if cancel.is_set():
            raise Cancelled
        cache = msal.SerializableTokenCache()
        app = self._application(request.cloud, request.client_id, tenant_id, cache, http)
        with LoopbackReceiver() as receiver:
            flow = app.initiate_auth_code_flow(
                scope_addresses(request.cloud, request.reading),
                redirect_uri=receiver.redirect,
                response_mode="form_post",
                prompt=None if claims else "select_account",
                login_hint=request.hint,
                claims_challenge=claims,
            )
            if "auth_uri" not in flow:
                raise explained(flow)
            receiver.expect(flow["state"])
            if cancel.is_set():
                raise Cancelled
            waiting(BrowserWaiting(flow["auth_uri"], seconds))
            answer = receiver.wait(cancel=cancel, seconds=seconds)
        return self._finish(
            request, tenant_id, app, cache, lambda: app.acquire_token_by_auth_code_flow(flow, answer), cancel
        )

    def device(self, request: SignInRequest, *, waiting: Callable[[CodeWaiting], None], cancel: CancelToken) -> SignIn:
        """Sign a person in with a code to enter on another device; raises as ``browser`` does."""
        http = self._http(request.ca_file)
        tenant_id = tenant_id_of(request.tenant, cloud=request.cloud, http=http)
        cache = msal.SerializableTokenCache()
        app = self._application(request.cloud, request.client_id, tenant_id, cache, http)
        try:
            flow = app.initiate_device_flow(scope_addresses(request.cloud, request.reading))
            if "error" in flow:
                raise explained(flow)
            ends = float(flow["expires_at"])
            told = CodeWaiting(str(flow["user_code"]), str(flow["verification_uri"]), max(0.0, ends - self._now()))
        except msal.exceptions.MsalServiceError:
            raise busy() from None
        except _UNREADABLE as problem:
            _log.info("MSAL refused the device code: %s", type(problem).__name__)
            raise no_service(request.cloud) from None
        if cancel.is_set():
            raise Cancelled
        waiting(told)

        def poll() -> Any:
            return app.acquire_token_by_device_flow(
                flow, exit_condition=lambda _flow: cancel.is_set() or self._now() >= ends
            )

        return self._finish(request, tenant_id, app, cache, poll, cancel)

    def token(self, sign_in: SignIn) -> SignedIn:
        """Return what hands out this sign-in's access tokens."""
        return AccountToken(sign_in, self._acquire, now=self._now)

    def forget(self, sign_in: SignIn) -> tuple[SignIn, ...]:
        """Forget an account altogether: its tokens for every tenant of this client; return what was forgotten.

        Raises:
            StorageError: the kept sign-ins cannot be changed.
        """
        with self._lock, self._vault.open() as content:
            gone = tuple(other for other in content.sign_ins if same_account(other, sign_in))
            content.sign_ins = [other for other in content.sign_ins if not same_account(other, sign_in)]
            key = cache_key(sign_in.cloud, sign_in.client_id)
            if not any(cache_key(o.cloud, o.client_id) == key for o in content.sign_ins):
                content.caches.pop(key, None)
            elif key in content.caches:
                content.caches[key] = without(content.caches[key], sign_in.account_id)
        return gone

    def _acquire(self, sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
        with self._lock, self._vault.open() as content:
            if not any(kept.key == sign_in.key for kept in content.sign_ins):
                raise SignInError(
                    f"{inert(sign_in.username, 80)} is signed out", remedy="Sign in again to read this tenant."
                )
            key = cache_key(sign_in.cloud, sign_in.client_id)
            cache = msal.SerializableTokenCache()
            cache.deserialize(content.caches.get(key))
            result = self._silent(sign_in, cache, claims=claims, afresh=afresh)
            if cache.has_state_changed:
                content.caches[key] = cache.serialize()
        if result is None:
            raise sign_in_again(sign_in, "Nothing of the sign-in is left on this computer.", claims=claims)
        if passing(result):
            raise busy()
        if "access_token" not in result:
            problem = explained(result)
            demanded = result.get("claims")
            why = f"{problem.title} ({problem.detail})."
            raise sign_in_again(sign_in, why, claims=demanded if isinstance(demanded, str) else claims)
        return AccessToken(str(result["access_token"]), self._now() + float(result.get("expires_in") or 0))

    def _silent(
        self, sign_in: SignIn, cache: msal.SerializableTokenCache, *, claims: str | None, afresh: bool
    ) -> Mapping[str, Any] | None:
        ca_file = Path(sign_in.ca_file) if sign_in.ca_file else None

        def ask() -> Any:
            http = self._http(ca_file)
            app = self._application(sign_in.cloud, sign_in.client_id, sign_in.tenant_id, cache, http)
            account = next((a for a in app.get_accounts() if a["home_account_id"] == sign_in.account_id), None)
            scopes = renewed_scopes(sign_in)
            return app.acquire_token_silent_with_error(scopes, account, force_refresh=afresh, claims_challenge=claims)

        try:
            return self._asked(ask)
        except SignInError as problem:
            # Not Microsoft's word but a network's, such as the page of a proxy: the sign-in may be as good as ever.
            raise ReadError(problem.title, detail=problem.detail, remedy="Check the network, then try again.") from None

    def _finish(
        self,
        request: SignInRequest,
        tenant_id: str,
        app: msal.PublicClientApplication,
        cache: msal.SerializableTokenCache,
        redeem: Callable[[], Any],
        cancel: CancelToken,
    ) -> SignIn:
        """Turn Microsoft's answer into a sign-in that is kept; where it is not the right one, nothing is."""
        key = cache_key(request.cloud, request.client_id)
        result = self._asked(redeem)
        if cancel.is_set():
            raise Cancelled
        if result is None:
            raise BugError("MSAL returned neither a token nor an error")
        if "access_token" not in result:
            raise explained(result)
        sign_in = sign_in_of(request, result)
        if tenant_id != ANY_TENANT and sign_in.tenant_id != tenant_id:
            raise SignInError(
                "Microsoft signed you in to another tenant than the one asked for",
                detail=f"Asked for {tenant_id}, signed in to {inert(sign_in.tenant_id, 60)}. Nothing of it is kept.",
                remedy="Sign in with an account of that tenant, or name the other tenant.",
            )
        fresh = cache.serialize()
        with self._lock, self._vault.open() as content:
            content.caches[key] = joined(content.caches.get(key), fresh)
            content.sign_ins = [*(kept for kept in content.sign_ins if kept.key != sign_in.key), sign_in]
        return sign_in

    def _asked(self, ask: Callable[[], Any]) -> Mapping[str, Any] | None:
        """Let MSAL ask for a token, and return its answer."""
        try:
            result = ask()
        except msal.exceptions.MsalServiceError:
            raise busy() from None
        except _UNREADABLE as problem:
            # MSAL's sentences repeat what came, or the claims of a token.
            _log.info("MSAL refused the answer: %s", type(problem).__name__)
            raise SignInError(
                "The answer of Microsoft’s sign-in cannot be read",
                detail="It is damaged, or not the answer to this sign-in. Nothing was taken from it.",
                remedy="Start the sign-in again; where a proxy answers instead, sign in to it first.",
            ) from None
        if result is not None and not isinstance(result, Mapping):
            raise BugError("MSAL returned neither a token nor an error")
        return result

    def _application(
        self, cloud: Cloud, client_id: str, tenant_id: str, cache: msal.SerializableTokenCache, http: HttpClient
    ) -> msal.PublicClientApplication:
        login = login_of(cloud)
        try:
            return msal.PublicClientApplication(
                client_id,
                authority=f"{login}/{tenant_id}",
                token_cache=cache,
                http_client=http,
                # Hosts of one's own are known to nobody whom MSAL could ask.
                instance_discovery=None if cloud.id in CLOUDS else False,
                client_capabilities=["CP1"],
                app_name="permdesk",
                app_version=self._version,
            )
        except msal.exceptions.MsalServiceError:
            raise busy() from None
        except _UNREADABLE as problem:
            _log.info("MSAL refused the authority: %s", type(problem).__name__)
            raise no_service(cloud) from None
