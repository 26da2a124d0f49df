"""An access token that somebody else obtained: handed in by environment variable, never by argument."""

import base64
import binascii
import re
from collections.abc import Mapping

import msgspec

from permdesk.domain.tenant import Account
from permdesk.errors import SignInError

VARIABLE = "PERMDESK_ACCESS_TOKEN"

#: What a bearer token may consist of (RFC 6750, section 2.1); anything else would break the header it travels in.
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_LONGEST = 65_536


class AccessToken:
    """A token of the environment; it is never shown, logged or kept."""

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "AccessToken | None":
        """Return the token handed in, or None where there is none.

        Raises:
            SignInError: the variable holds something that cannot be a token.
        """
        text = environ.get(VARIABLE, "").strip()
        if not text:
            return None
        if len(text) > _LONGEST or not _TOKEN.fullmatch(text):
            raise SignInError(
                f"{VARIABLE} does not hold an access token",
                detail="It has characters that no token has, or is far too long.",
                remedy="Hand in the token alone, such as: az account get-access-token --resource-type ms-graph "
                "--query accessToken --output tsv",
            )
        return cls(text)

    def __repr__(self) -> str:
        return "AccessToken(...)"

    def token(self) -> str:
        """Return the token."""
        return self._token


class TokenFacts(msgspec.Struct, frozen=True):
    """What a token says of itself, unverified: good for names, never for decisions about trust."""

    account: Account
    tenant_id: str | None


class _Claims(msgspec.Struct, frozen=True):
    tid: str | None = None
    oid: str | None = None
    preferred_username: str | None = None
    upn: str | None = None
    unique_name: str | None = None
    app_displayname: str | None = None


def token_facts(token: str) -> TokenFacts:
    """Return who a token was made for, as its claims tell; an opaque token tells nothing."""
    parts = token.split(".")
    if len(parts) != 3:
        return TokenFacts(Account(), None)
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=_Claims)
    except (binascii.Error, msgspec.MsgspecError, ValueError, RecursionError):
        return TokenFacts(Account(), None)
    name = claims.upn or claims.preferred_username or claims.unique_name or claims.app_displayname
    tenant_id = claims.tid.lower() if claims.tid else None
    return TokenFacts(Account(name, claims.oid, tenant_id), tenant_id)
