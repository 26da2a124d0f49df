"""A token that was handed in: looked at before it is used, so that a wrong one is explained and goes nowhere."""

import base64
import re
import time
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from permdesk.domain.cloud import CLOUDS, CUSTOM_ID, Cloud
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.tenant import Account
from permdesk.errors import SignInError

#: The environment variable a pipeline hands its token over in.
TOKEN_VARIABLE = "PERMDESK_ACCESS_TOKEN"  # noqa: S105 - a variable's name

_TOKEN = re.compile(r"[\x21-\x7e]+")
#: The home of personal Microsoft accounts: no tenant with apps in it.
_PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
_REMEDY = (
    "Get a fresh one, for example with: "
    "az account get-access-token --resource-type ms-graph --query accessToken --output tsv"
)


class _Claims(Struct):
    exp: int | float | None = None
    aud: str | None = None
    tid: str | None = None
    oid: str | None = None
    upn: str | None = None
    preferred_username: str | None = None
    unique_name: str | None = None
    scp: str | None = None


class StaticToken:
    """Implements ``TokenSource`` with one token that cannot be renewed.

    Args:
        token: a JSON web token, whose claims are looked at, or an opaque one, used as it is.
        cloud: the Graph endpoint it shall be for.
        now: seconds since the epoch.

    Raises:
        SignInError: the token has expired, is for another service, or is no token at all.
    """

    def __init__(self, token: str, *, cloud: Cloud, now: Callable[[], float] = time.time) -> None:
        self._token = token.strip()
        self._now = now
        if _TOKEN.fullmatch(self._token) is None:
            raise SignInError(
                "What was handed in is no access token",
                detail="It is empty, or holds blanks, line breaks or other characters that no token has.",
                remedy=_REMEDY,
            )
        self._claims = _claims(self._token)
        self._check_audience(cloud)
        if self._claims.tid == _PERSONAL_TENANT:
            raise SignInError(
                "The access token belongs to a personal Microsoft account",
                detail="Such an account has no tenant with apps in it.",
                remedy="Sign in with a work or school account.",
            )
        self.token()

    def __repr__(self) -> str:
        return "StaticToken(...)"

    def token(self) -> str:
        """Return the token.

        Raises:
            SignInError: it has expired.
        """
        expires = self._claims.exp
        if expires is not None and expires <= self._now():
            raise SignInError(
                "The access token has expired",
                detail=f"It expired {_moment(expires)}.",
                remedy=_REMEDY,
            )
        return self._token

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        """Return None: what was handed in is all there is."""
        return None

    @property
    def account(self) -> Account:
        """Who is signed in, as far as the token tells."""
        claims = self._claims
        username = claims.preferred_username or claims.upn or claims.unique_name
        return Account(username=username, object_id=claims.oid, home_tenant_id=claims.tid)

    @property
    def tenant_id(self) -> str | None:
        """The tenant the token is for; None where it does not tell."""
        return self._claims.tid.lower() if self._claims.tid else None

    @property
    def permissions(self) -> tuple[str, ...] | None:
        """The delegated permissions in it; None where it names none, as an application's."""
        return tuple(self._claims.scp.split()) if self._claims.scp else None

    def _check_audience(self, cloud: Cloud) -> None:
        audience = self._claims.aud
        if audience is None:
            return
        accepted = {GRAPH_APP_ID, cloud.graph}
        if cloud.id == CUSTOM_ID:
            accepted |= {known.graph for known in CLOUDS.values()}
        if audience.rstrip("/").lower() not in accepted:
            raise SignInError(
                "The access token is not for Microsoft Graph",
                detail=f"permdesk reads {cloud.graph}; this token was made for another service or cloud.",
                remedy=_REMEDY,
            )


def token_from(environment: Mapping[str, str], *, cloud: Cloud) -> StaticToken | None:
    """Return the token of PERMDESK_ACCESS_TOKEN, or None where it is not set.

    Raises:
        SignInError: it is set and of no use.
    """
    token = environment.get(TOKEN_VARIABLE)
    return StaticToken(token, cloud=cloud) if token is not None else None


def _claims(token: str) -> _Claims:
    parts = token.split(".")
    if len(parts) != 3:
        return _Claims()
    payload = parts[1]
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return msgspec.json.decode(text, type=_Claims)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        # Graph's own tokens are not ours to read; an unreadable one is used as it is.
        return _Claims()


def _moment(seconds: float) -> str:
    # Before the epoch nobody issued tokens, and not every system can name the day.
    return time.strftime("on %d %B %Y at %H:%M UTC", time.gmtime(seconds)) if seconds >= 0 else "long ago"
