"""Renews access tokens without a person: what is kept is read, Microsoft asked, and what came of it kept."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permdesk.auth.account_token import AccessToken, sign_in_again
from permdesk.auth.broker import BrokerError, broker_account, broker_available, no_broker
from permdesk.auth.caches import cache_key, renewed
from permdesk.auth.explain import busy, explained, passing
from permdesk.auth.http import CancellableClient, HttpClients
from permdesk.auth.vault import Vault, VaultContent
from permdesk.auth.waiting import TooLateError, awaited
from permdesk.domain.ports import CancelToken
from permdesk.domain.sign_in import SignIn, renewed_scopes
from permdesk.domain.text import inert
from permdesk.errors import ReadError, SignInError

if TYPE_CHECKING:
    import msal

#: Seconds that the Web Account Manager may take without a person.
_BROKER_SECONDS = 120.0


class Renewal:
    """Implements ``Acquire``: one renewal at a time in this process, none of which keeps anybody else waiting.

    Two processes that renew at once each get a token, and whoever writes first is left in peace: Entra lets a refresh
    token live on when it is used (learn.microsoft.com/entra/identity-platform/refresh-tokens). A sign-out that happened
    meanwhile, here or in another process, wins over every renewal.

    Args:
        vault: keeps sign-ins and MSAL's caches.
        http: makes HTTP clients.
        version: permdesk's.
        now: seconds since the epoch.
        ending: set once the program ends.
    """

    def __init__(
        self, *, vault: Vault, http: HttpClients, version: str, now: Callable[[], float], ending: CancelToken
    ) -> None:
        self._vault = vault
        self._http = http
        self._version = version
        self._now = now
        self._ending = ending
        # MSAL promises nothing about threads, and two renewals at once would waste one.
        self._lock = threading.Lock()

    def __call__(self, sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
        """Return an access token of a sign-in.

        Raises:
            SignInError: it is signed out, or a person has to sign in again.
            ReadError: Microsoft's sign-in cannot be reached.
            StorageError: the kept sign-ins cannot be read or written.
            Cancelled: the program ends.
        """
        with self._lock, self._vault.turn():
            result = self._renewed(sign_in, claims=claims, afresh=afresh)
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

    def _renewed(self, sign_in: SignIn, *, claims: str | None, afresh: bool) -> Mapping[str, Any] | None:
        from permdesk.auth.microsoft import empty_cache

        key = cache_key(sign_in.cloud, sign_in.client_id)
        content = self._vault.look()
        _check(sign_in, content)
        before = content.caches.get(key)
        cache = empty_cache()
        cache.deserialize(before)
        result = self._silent(sign_in, cache, claims=claims, afresh=afresh)
        with self._vault.open() as content:
            _check(sign_in, content)
            if cache.has_state_changed:
                content.caches[key] = renewed(before, cache.serialize(), content.caches.get(key))
        return result

    def _silent(
        self, sign_in: SignIn, cache: "msal.SerializableTokenCache", *, claims: str | None, afresh: bool
    ) -> Mapping[str, Any] | None:
        from permdesk.auth.microsoft import application, asked

        ca_file = Path(sign_in.ca_file) if sign_in.ca_file else None

        def ask() -> Any:
            http = CancellableClient(self._http(ca_file), self._ending)
            app = application(
                sign_in.cloud,
                sign_in.client_id,
                sign_in.tenant_id,
                cache=cache,
                http=http,
                version=self._version,
                broker=sign_in.broker,
            )
            if sign_in.broker:
                account = broker_account(cache, sign_in)
            else:
                account = next((a for a in app.get_accounts() if a["home_account_id"] == sign_in.account_id), None)
            scopes = renewed_scopes(sign_in)
            return app.acquire_token_silent_with_error(scopes, account, force_refresh=afresh, claims_challenge=claims)

        def ask_broker() -> Any:
            return awaited(ask, name="permdesk-broker", cancel=self._ending, seconds=_BROKER_SECONDS)

        try:
            if sign_in.broker and not broker_available():
                raise no_broker()
            return asked(ask_broker if sign_in.broker else ask, client_id=sign_in.client_id)
        except TooLateError:
            raise busy() from None
        except BrokerError as problem:
            why = f"The Web Account Manager of Windows keeps this sign-in. {problem.title}."
            raise sign_in_again(sign_in, why, claims=claims) from None
        except SignInError as problem:
            # Not Microsoft's word but a network's, such as the page of a proxy: the sign-in may be as good as ever.
            raise ReadError(problem.title, detail=problem.detail, remedy="Check the network, then try again.") from None


def _check(sign_in: SignIn, content: VaultContent) -> None:
    if not any(kept.key == sign_in.key for kept in content.sign_ins):
        raise SignInError(f"{inert(sign_in.username, 80)} is signed out", remedy="Sign in again to read this tenant.")
