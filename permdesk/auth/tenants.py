"""Which tenant a name stands for, as Microsoft's discovery document tells."""

import re
from urllib.parse import quote

import msgspec
from msgspec import Struct

from permdesk.auth.explain import busy
from permdesk.auth.http import HttpClient
from permdesk.domain.cloud import Cloud
from permdesk.domain.text import inert
from permdesk.errors import SignInError

#: Whoever has a work or school account, in whatever tenant.
ANY_TENANT = "organizations"
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TENANT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_ISSUER = re.compile(r"https://[^/]+/(?:[^/]+/)*([0-9a-f-]{36})/v2\.0/?", re.IGNORECASE)


class _Discovery(Struct):
    issuer: str


def is_guid(text: str) -> bool:
    """True for the id of a tenant in lower case."""
    return _GUID.fullmatch(text) is not None


def tenant_id_of(tenant: str | None, *, cloud: Cloud, http: HttpClient) -> str:
    """Return the id of a tenant named by id or domain, or the word that stands for any.

    Raises:
        SignInError: the cloud has no sign-in, or knows no such tenant.
        ReadError: it cannot be reached.
    """
    if tenant is None:
        return ANY_TENANT
    login = login_of(cloud)
    named = tenant.strip().lower()
    if is_guid(named):
        return named
    unknown = SignInError(
        f"There is no tenant {inert(named, 80)} in this cloud",
        detail=f"{login} does not know it.",
        remedy="Give its id, or a domain that belongs to it, such as example.onmicrosoft.com.",
    )
    if not _TENANT.fullmatch(named):
        raise unknown
    answer = http.get(f"{login}/{quote(named)}/v2.0/.well-known/openid-configuration")
    if answer.status_code in (400, 404):
        raise unknown
    if answer.status_code >= 500:
        raise busy()
    try:
        issuer = msgspec.json.decode(answer.text, type=_Discovery).issuer
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise no_service(cloud) from None
    found = _ISSUER.fullmatch(issuer)
    if found is None:
        raise no_service(cloud)
    return found[1].lower()


def login_of(cloud: Cloud) -> str:
    """Return the cloud's sign-in host, or raise SignInError where it has none."""
    if cloud.login is None:
        raise SignInError("This cloud has no sign-in", remedy="Name one with --login-endpoint, or hand in a token.")
    return cloud.login


def no_service(cloud: Cloud) -> SignInError:
    """Return the error for a host that answers otherwise than Microsoft does."""
    return SignInError(
        "There is no sign-in service of Microsoft’s at this address, or it knows no such tenant",
        detail=f"{cloud.login}",
        remedy="Check the tenant and the cloud; where a proxy answers instead, sign in to it first.",
    )
