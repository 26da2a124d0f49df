"""Signing in through the Web Account Manager of Windows, MSAL's broker: it keeps the tokens, and proves the device."""

import json
import logging
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from permdesk.auth.explain import nobody_in_time
from permdesk.auth.waiting import TooLateError, awaited
from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.domain.ports import CancelToken
from permdesk.domain.sign_in import SignIn, SignInRequest, scope_addresses
from permdesk.errors import BugError, Cancelled, SignInError, WorldError

if TYPE_CHECKING:
    import msal

_log = logging.getLogger("permdesk.auth")

#: Seconds that Windows may take to forget an account.
_LEAVING_SECONDS = 10.0


class BrokerError(SignInError):
    """The Web Account Manager cannot be used; another way of signing in may work."""


def broker_available() -> bool:
    """True on Windows where the part of MSAL that speaks to the Web Account Manager is installed."""
    return sys.platform == "win32" and find_spec("pymsalruntime") is not None


def no_broker() -> BrokerError:
    """Return the error for a computer without a Web Account Manager."""
    return BrokerError(
        "This computer has no Web Account Manager that permdesk can use",
        detail="It is a part of Windows; permdesk needs its package pymsalruntime to speak to it.",
        remedy="Sign in with the browser, or on Windows.",
    )


def check_broker(cloud: Cloud, *, available: bool) -> None:
    """Raise BrokerError where the Web Account Manager cannot sign in to this cloud on this computer."""
    if not available:
        raise no_broker()
    if cloud.id not in CLOUDS:
        raise BrokerError(
            "The Web Account Manager signs in to Microsoft’s own clouds alone",
            detail=f"{cloud.login} is none of them.",
            remedy="Sign in with the browser.",
        )


def ask_broker(
    app: "msal.PublicClientApplication",
    request: SignInRequest,
    *,
    claims: str | None,
    window: int | None,
    cancel: CancelToken,
    seconds: float,
) -> Any:
    """Have the Web Account Manager sign a person in, and return MSAL's answer.

    Windows gives no way to close its window: after a cancel it stays until the person closes it, and what it answers
    then is dropped.

    Args:
        app: made for the broker.
        request: what to sign in to.
        claims: what Microsoft demands besides.
        window: native handle of the window that the broker's belongs to; None for the console's.
        cancel: asked while waiting.
        seconds: how long to wait for the person.

    Raises:
        SignInError: nobody signed in in time.
        Cancelled: the person cancelled.
    """

    def ask() -> Any:
        return app.acquire_token_interactive(
            scope_addresses(request.cloud, request.reading),
            # Without a prompt MSAL takes the account that is signed in to Windows, if it is the one hinted at.
            prompt=None if request.hint else "select_account",
            login_hint=request.hint,
            claims_challenge=claims,
            parent_window_handle=app.CONSOLE_WINDOW_HANDLE if window is None else window,
        )

    try:
        return awaited(ask, name="permdesk-broker", cancel=cancel, seconds=seconds)
    except TooLateError:
        raise nobody_in_time(seconds) from None


def broker_account(cache: "msal.SerializableTokenCache", sign_in: SignIn) -> dict[str, Any] | None:
    """Return the account that the Web Account Manager made known for a sign-in, as MSAL wants it; None where none is.

    MSAL's own list has one entry for all tenants of an account, whichever way it signed in to them.
    """
    query = {"home_account_id": sign_in.account_id, "account_source": "broker"}
    found = list(cache.search(cache.CredentialType.ACCOUNT, query=query))
    return max(found, key=lambda account: account.get("realm") == sign_in.tenant_id, default=None)


def leave_broker(sign_in: SignIn, cache: "msal.SerializableTokenCache", *, version: str, ending: CancelToken) -> None:
    """Sign an account out of the Web Account Manager for this client; where that fails, only the log tells.

    Args:
        sign_in: as it was kept.
        cache: as it was kept, with the account still in it.
        version: permdesk's.
        ending: set once the program ends.
    """
    from permdesk.auth.microsoft import UNREADABLE, application

    def leave() -> None:
        # No network: who is offline signs out, too.
        http = _Discovered(sign_in)
        app = application(
            sign_in.cloud, sign_in.client_id, sign_in.tenant_id, cache=cache, http=http, version=version, broker=True
        )
        account = broker_account(cache, sign_in)
        if account is not None:
            app.remove_account(account)

    try:
        awaited(leave, name="permdesk-broker", cancel=ending, seconds=_LEAVING_SECONDS)
    except (WorldError, Cancelled, TooLateError, *UNREADABLE) as problem:
        _log.info("The Web Account Manager may still know the account: %s", type(problem).__name__)


class _Document(Struct, frozen=True):
    """An answer as MSAL reads it."""

    text: str
    status_code: int = 200
    headers: Mapping[str, str] = {}

    def raise_for_status(self) -> None:
        """All is well."""


class _Discovered:
    """Implements ``HttpClient`` with the discovery document of a tenant that was signed in to before."""

    def __init__(self, sign_in: SignIn) -> None:
        base = f"{sign_in.cloud.login}/{sign_in.tenant_id}"
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        document = {name: f"{base}/oauth2/v2.0/{end}" for name, end in ends.items()}
        self._document = _Document(json.dumps({"issuer": f"{base}/v2.0", **document}))

    def get(self, url: str, **_more: Any) -> _Document:
        """Return the document."""
        return self._document

    def post(self, url: str, **_more: Any) -> _Document:
        """Nothing is sent."""
        raise BugError("Signing out asks nothing of Microsoft")

    def close(self) -> None:
        """Nothing is open."""
