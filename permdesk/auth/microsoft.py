"""MSAL's applications, and what MSAL answers or raises, as permdesk takes it; the only importer of msal."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msal

from permdesk.auth.broker import BrokerError, no_broker
from permdesk.auth.explain import busy
from permdesk.auth.http import HttpClient
from permdesk.auth.tenants import login_of, no_service
from permdesk.domain.client_setup import broker_redirect
from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.errors import BugError, SignInError

_log = logging.getLogger("permdesk.auth")
#: What MSAL raises of its own over answers that are not as they should be.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError)
#: What MSAL raises where the service answers with a status that is no answer.
ServiceError = msal.exceptions.MsalServiceError


def empty_cache() -> msal.SerializableTokenCache:
    """Return a cache without anything in it."""
    return msal.SerializableTokenCache()


def application(
    cloud: Cloud,
    client_id: str,
    tenant_id: str,
    *,
    cache: msal.SerializableTokenCache,
    http: HttpClient,
    version: str,
    broker: bool = False,
) -> msal.PublicClientApplication:
    """Return MSAL's application for one client and tenant; it reads the tenant's discovery document.

    Args:
        cloud: where the tenant is.
        client_id: of the public client.
        tenant_id: the tenant, or the word for any.
        cache: where MSAL keeps tokens.
        http: carries its requests.
        version: permdesk's, told to Microsoft.
        broker: through the Web Account Manager of Windows.

    Raises:
        SignInError: there is no such service.
        BrokerError: there is no Web Account Manager.
        ReadError: the service is busy, or cannot be reached.
    """
    login = login_of(cloud)
    try:
        app = msal.PublicClientApplication(
            client_id,
            authority=f"{login}/{tenant_id}",
            token_cache=cache,
            http_client=http,
            # Hosts of one's own are known to nobody whom MSAL could ask.
            instance_discovery=None if cloud.id in CLOUDS else False,
            client_capabilities=["CP1"],
            app_name="permdesk",
            app_version=version,
            enable_broker_on_windows=broker,
        )
    except ServiceError:
        raise busy() from None
    except (ImportError, OSError):
        # It is no part of MSAL itself, and may be damaged: then a library of the system is missing.
        raise no_broker() from None
    except UNREADABLE as problem:
        _log.info("MSAL refused the authority: %s", type(problem).__name__)
        raise no_service(cloud) from None
    # Where the broker does not come up, MSAL would open a browser of its own accord, and wait for it for ever. Only
    # tokens bound to a key tell whether it is there: nothing but a broker makes them.
    if broker and not app.is_pop_supported():
        raise no_broker()
    return app


def asked(ask: Callable[[], Any], *, client_id: str) -> Mapping[str, Any] | None:
    """Let MSAL ask for a token, and return its answer.

    Raises:
        SignInError: the answer cannot be read.
        BrokerError: the client is not registered for the Web Account Manager.
        ReadError: the service is busy, or cannot be reached.
    """
    try:
        result = ask()
    except ServiceError:
        raise busy() from None
    except UNREADABLE as problem:
        # MSAL's sentences repeat what came, or the claims of a token.
        _log.info("MSAL refused the answer: %s", type(problem).__name__)
        # Of msal.broker, which can be imported on Windows alone.
        if type(problem).__name__ == "RedirectUriError":
            raise BrokerError(
                "The app registration does not allow the Web Account Manager to sign in",
                detail="Windows comes back to an address that is not among those of the registration.",
                remedy=f"Add {broker_redirect(client_id)} under Authentication, Mobile and desktop applications.",
            ) from None
        raise SignInError(
            "The answer of Microsoft’s sign-in cannot be read",
            detail="It is damaged, or not the answer to this sign-in. Nothing was taken from it.",
            remedy="Start the sign-in again; where a proxy answers instead, sign in to it first.",
        ) from None
    if result is not None and not isinstance(result, Mapping):
        raise BugError("MSAL returned neither a token nor an error")
    return result
