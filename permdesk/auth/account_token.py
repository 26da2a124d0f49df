"""An account's access token: held in memory, renewed in time, replaced when Microsoft refuses it."""

import threading
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from permdesk.domain.sign_in import SignIn
from permdesk.domain.tenant import Account
from permdesk.domain.text import inert
from permdesk.errors import SignInAgainError, SignInError, WorldError

#: Seconds before its end at which an access token is renewed.
_MARGIN = 300.0


class AccessToken(Struct, frozen=True):
    """A token and the second of the epoch at which it ends."""

    value: str
    ends: float

    def __repr__(self) -> str:
        return "AccessToken(...)"


class Acquire(Protocol):
    """Asks Microsoft for an access token without a person."""

    def __call__(self, sign_in: SignIn, *, claims: str | None, afresh: bool) -> AccessToken:
        """Return one; ``afresh``: none that was handed out before. Raises SignInError, ReadError, StorageError."""
        ...


class AccountToken:
    """Implements ``SignedIn``: hands out an account's access token and renews it in time; any thread may ask."""

    def __init__(self, sign_in: SignIn, acquire: Acquire, *, now: Callable[[], float]) -> None:
        self._sign_in = sign_in
        self._acquire = acquire
        self._now = now
        self._lock = threading.Lock()
        self._held: AccessToken | None = None

    def __repr__(self) -> str:
        return "AccountToken(...)"

    @property
    def account(self) -> Account:
        """Who is signed in."""
        return self._sign_in.account

    @property
    def tenant_id(self) -> str | None:
        """The tenant the token is for."""
        return self._sign_in.tenant_id

    def token(self) -> str:
        """Return a token that is valid now.

        Raises:
            SignInError: a person has to sign in again.
            ReadError: Microsoft's sign-in cannot be reached.
        """
        with self._lock:
            held = self._held
            if held is None or held.ends - self._now() < _MARGIN:
                held = self._held = self._renewed(held)
            return held.value

    def renew(self, *, refused: str, claims: str | None = None) -> str:
        """Return a token in place of one that Microsoft refused, and that meets its claims challenge.

        Raises:
            SignInError: a person has to sign in again.
        """
        with self._lock:
            # Another thread may have renewed it meanwhile; where that does not meet the claims, it is refused in turn.
            if self._held is not None and self._held.value != refused:
                return self._held.value
            fresh = self._acquire(self._sign_in, claims=claims, afresh=True)
            if fresh.value == refused:
                raise sign_in_again(self._sign_in, "Microsoft does not accept the access token any more.")
            self._held = fresh
            return fresh.value

    def _renewed(self, held: AccessToken | None) -> AccessToken:
        try:
            return self._acquire(self._sign_in, claims=None, afresh=False)
        except SignInError:
            raise
        except WorldError:
            # Offline for a moment: what is held may still be good.
            if held is not None and held.ends > self._now():
                return held
            raise


def sign_in_again(sign_in: SignIn, why: str, *, claims: str | None = None) -> SignInAgainError:
    """Return the error that sends a person back to Microsoft, and why."""
    return SignInAgainError(
        f"{inert(sign_in.username, 80)} has to sign in again",
        detail=why,
        remedy="Sign in again.",
        sign_in=sign_in.key,
        claims=claims,
    )
