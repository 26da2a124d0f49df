"""Signs people in through MSAL, keeps their sign-ins, and hands out access tokens."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from permdesk.auth.account_token import AccountToken
from permdesk.auth.broker import ask_broker, broker_available, check_broker, leave_broker
from permdesk.auth.caches import account_of, cache_key, joined, without
from permdesk.auth.explain import busy, explained
from permdesk.auth.http import CancellableClient, HttpClients
from permdesk.auth.renewal import Renewal
from permdesk.auth.tenants import ANY_TENANT, no_service, tenant_id_of
from permdesk.auth.vault import Vault
from permdesk.auth.waiting import Either
from permdesk.domain.ports import BrowserWaiting, CancelToken, CodeWaiting, SignedIn
from permdesk.domain.sign_in import SignIn, SignInRequest, TokenStorage, scope_addresses
from permdesk.domain.text import inert
from permdesk.errors import BugError, Cancelled, SignInError

if TYPE_CHECKING:
    import msal

# MSAL itself takes its time to load: it is imported by what asks Microsoft something, and by nothing else.

_log = logging.getLogger("permdesk.auth")
# MSAL logs an answer that is no JSON as it came, tokens and all: nothing of its own is logged.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)

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
        self._ending = threading.Event()
        self._acquire = Renewal(vault=vault, http=http, version=version, now=now, ending=self._ending)
        #: How often each account was signed out here: a token that was handed out before is not handed out again.
        self._sign_outs: Counter[tuple[str | None, str, str]] = Counter()

    @property
    def storage(self) -> TokenStorage:
        """How sign-ins are kept, or would be; raises StorageError where that cannot be said."""
        return self._vault.storage

    @property
    def broker_available(self) -> bool:
        """True where the Web Account Manager of Windows can sign people in."""
        return broker_available()

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return every sign-in that is kept, ordered by name and tenant."""
        kept = self._vault.look().sign_ins
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

        With the Web Account Manager of Windows in its place, if the request says so.

        Args:
            request: what to sign in to.
            waiting: called once with the address to open.
            cancel: asked while waiting, for the person and for Microsoft alike.
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
        begun = self._begin(request, cancel)
        if request.broker:
            return self._finish(
                begun,
                lambda: ask_broker(
                    begun.app, request, claims=claims, window=window, cancel=begun.cancel, seconds=seconds
                ),
            )
        from permdesk.auth.receiver import LoopbackReceiver

        with LoopbackReceiver() as receiver:
            flow = begun.app.initiate_auth_code_flow(
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
            if begun.cancel.is_set():
                raise Cancelled
            waiting(BrowserWaiting(flow["auth_uri"], seconds))
            answer = receiver.wait(cancel=begun.cancel, seconds=seconds)
        return self._finish(begun, lambda: begun.app.acquire_token_by_auth_code_flow(flow, answer))

    def device(self, request: SignInRequest, *, waiting: Callable[[CodeWaiting], None], cancel: CancelToken) -> SignIn:
        """Sign a person in with a code to enter on another device; raises as ``browser`` does."""
        from permdesk.auth.microsoft import UNREADABLE, ServiceError

        begun = self._begin(request, cancel)
        try:
            flow = begun.app.initiate_device_flow(scope_addresses(request.cloud, request.reading))
            if "error" in flow:
                raise explained(flow)
            ends = float(flow["expires_at"])
            told = CodeWaiting(str(flow["user_code"]), str(flow["verification_uri"]), max(0.0, ends - self._now()))
        except ServiceError:
            raise busy() from None
        except UNREADABLE as problem:
            _log.info("MSAL refused the device code: %s", type(problem).__name__)
            raise no_service(request.cloud) from None
        if begun.cancel.is_set():
            raise Cancelled
        waiting(told)

        def poll() -> Any:
            return begun.app.acquire_token_by_device_flow(
                flow, exit_condition=lambda _flow: begun.cancel.is_set() or self._now() >= ends
            )

        return self._finish(begun, poll)

    def token(self, sign_in: SignIn) -> SignedIn:
        """Return what hands out this sign-in's access tokens."""
        return AccountToken(
            sign_in, self._acquire, now=self._now, sign_outs=lambda: self._sign_outs[account_of(sign_in)]
        )

    def close(self) -> None:
        """Let nobody wait any more, for a keyring, Microsoft or another process: whoever does gets Cancelled."""
        self._ending.set()
        self._vault.close()

    def forget(self, sign_in: SignIn) -> tuple[SignIn, ...]:
        """Forget an account altogether: its tokens for every tenant of this client; return what was forgotten.

        Raises:
            StorageError: the kept sign-ins cannot be changed.
        """
        leaving, key = account_of(sign_in), cache_key(sign_in.cloud, sign_in.client_id)
        with self._vault.open() as content:
            gone = tuple(other for other in content.sign_ins if account_of(other) == leaving)
            content.sign_ins = [other for other in content.sign_ins if account_of(other) != leaving]
            kept = content.caches.get(key)
            if not any(cache_key(o.cloud, o.client_id) == key for o in content.sign_ins):
                content.caches.pop(key, None)
            elif kept is not None:
                content.caches[key] = without(kept, sign_in.account_id)
        self._sign_outs[leaving] += 1
        brokered = next((other for other in gone if other.broker), None)
        if brokered is not None:
            from permdesk.auth.microsoft import empty_cache

            cache = empty_cache()
            cache.deserialize(kept)
            leave_broker(brokered, cache, version=self._version, ending=self._ending)
        return gone

    def _begin(self, request: SignInRequest, cancel: CancelToken) -> "_Begun":
        """Look the tenant up, and return what signs a person in to it."""
        from permdesk.auth.microsoft import application, empty_cache

        either = Either(cancel, self._ending)
        http = CancellableClient(self._http(request.ca_file), either)
        tenant_id = tenant_id_of(request.tenant, cloud=request.cloud, http=http)
        cache = empty_cache()
        app = application(
            request.cloud,
            request.client_id,
            tenant_id,
            cache=cache,
            http=http,
            version=self._version,
            broker=request.broker,
        )
        return _Begun(request, tenant_id, app, cache, either)

    def _finish(self, begun: "_Begun", redeem: Callable[[], Any]) -> SignIn:
        """Turn Microsoft's answer into a sign-in that is kept; where it is not the right one, nothing is."""
        from permdesk.auth.claims import sign_in_of
        from permdesk.auth.microsoft import asked

        request, tenant_id = begun.request, begun.tenant_id
        result = asked(redeem, client_id=request.client_id)
        if begun.cancel.is_set():
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
        key = cache_key(request.cloud, request.client_id)
        fresh = begun.cache.serialize()
        with self._vault.open() as content:
            content.caches[key] = joined(content.caches.get(key), fresh)
            content.sign_ins = [*(kept for kept in content.sign_ins if kept.key != sign_in.key), sign_in]
        return sign_in


class _Begun:
    """A sign-in under way: what was asked for, at which tenant, and what asks Microsoft."""

    def __init__(
        self,
        request: SignInRequest,
        tenant_id: str,
        app: "msal.PublicClientApplication",
        cache: "msal.SerializableTokenCache",
        cancel: CancelToken,
    ) -> None:
        self.request = request
        self.tenant_id = tenant_id
        self.app = app
        self.cache = cache
        self.cancel = cancel
