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
    """Implements ``SignedIn``: hands out an account's access token and renews it in time; any thread may ask.

    After a sign-out in this process the token that is held is not handed out again; after one in another process, not
    beyond its next renewal.

    Args:
        sign_in: whose token.
        acquire: asks Microsoft for one; refuses where the account is signed out.
        now: seconds since the epoch.
        sign_outs: how often this process has signed the account out.
    """

    def __init__(
        self, sign_in: SignIn, acquire: Acquire, *, now: Callable[[], float], sign_outs: Callable[[], int]
    ) -> None:
        self._sign_in = sign_in
        self._acquire = acquire
        self._now = now
        self._sign_outs = sign_outs
        self._lock = threading.Lock()
        #: A token, and how often the account had been signed out when it came.
        self._held: tuple[AccessToken, int] | None = None

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
            held = self._good()
            if held is None or held.ends - self._now() < _MARGIN:
                held = self._renewed(held)
            return held.value

    def renew(self, *, refused: str, claims: str | None = None) -> str:
        """Return a token in place of one that Microsoft refused, and that meets its claims challenge.

        Raises:
            SignInError: a person has to sign in again.
        """
        with self._lock:
            # Another thread may have renewed it meanwhile; where that does not meet the claims, it is refused in turn.
            held = self._good()
            if held is not None and held.value != refused:
                return held.value
            fresh = self._fresh(claims=claims, afresh=True)
            if fresh.value == refused:
                raise sign_in_again(self._sign_in, "Microsoft does not accept the access token any more.")
            return fresh.value

    def _good(self) -> AccessToken | None:
        """Return what is held, unless the account was signed out since."""
        if self._held is None or self._held[1] != self._sign_outs():
            return None
        return self._held[0]

    def _fresh(self, *, claims: str | None, afresh: bool) -> AccessToken:
        """Return a token that is held from now on; one that came while the account was signed out is none."""
        while True:
            sign_outs = self._sign_outs()
            fresh = self._acquire(self._sign_in, claims=claims, afresh=afresh)
            if sign_outs == self._sign_outs():
                self._held = fresh, sign_outs
                return fresh

    def _renewed(self, held: AccessToken | None) -> AccessToken:
        try:
            return self._fresh(claims=None, afresh=False)
        except SignInError:
            raise
        except WorldError:
            # Offline for a moment: what is held may still be good.
            if held is not None and held.ends > self._now() and self._good() is held:
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
