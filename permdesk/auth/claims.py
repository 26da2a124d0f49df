"""Who signed in, and what Microsoft gave: read from the answer of the token endpoint."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from permdesk.auth.tenants import is_guid
from permdesk.domain.sign_in import PERSONAL_TENANT, SignIn, SignInRequest
from permdesk.errors import SignInError


class _Home(Struct):
    uid: str
    utid: str


def sign_in_of(request: SignInRequest, result: Mapping[str, Any]) -> SignIn:
    """Return the sign-in that an answer with a token stands for.

    Args:
        request: what was asked for.
        result: MSAL's answer: ``id_token_claims``, ``client_info`` and ``scope`` are looked at.

    Raises:
        SignInError: a personal account, or nobody in particular.
    """
    claims = result.get("id_token_claims")
    if not isinstance(claims, Mapping):
        raise SignInError("Microsoft did not say who signed in", remedy="Start the sign-in again.")
    tenant_id = str(claims.get("tid") or "").lower()
    object_id = str(claims.get("oid") or claims.get("sub") or "")
    home = _home(result.get("client_info"))
    if PERSONAL_TENANT in (tenant_id, home.utid.lower() if home else None):
        raise SignInError(
            "This is a personal Microsoft account",
            detail="Such an account has no tenant with apps in it. Nothing of the sign-in is kept.",
            remedy="Sign in with a work or school account.",
        )
    if not is_guid(tenant_id) or not object_id:
        raise SignInError("Microsoft did not say who signed in, or where", remedy="Start the sign-in again.")
    prefix = f"{request.cloud.graph}/".casefold()
    scopes = str(result.get("scope") or "").split()
    values = {scope[len(prefix) :] if scope.casefold().startswith(prefix) else scope for scope in scopes}
    return SignIn(
        cloud=request.cloud,
        client_id=request.client_id,
        account_id=f"{home.uid}.{home.utid}" if home else f"{object_id}.{tenant_id}",
        username=str(claims.get("preferred_username") or claims.get("upn") or object_id),
        tenant_id=tenant_id,
        object_id=object_id,
        home_tenant_id=home.utid.lower() if home else tenant_id,
        reading=request.reading,
        received=tuple(sorted(values)),
        ca_file=str(request.ca_file) if request.ca_file else None,
        broker=request.broker,
    )


def _home(client_info: object) -> _Home | None:
    if not isinstance(client_info, str):
        return None
    try:
        text = base64.urlsafe_b64decode(client_info + "=" * (-len(client_info) % 4))
        return msgspec.json.decode(text, type=_Home)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
