"""Accounts: the sign-ins that are kept, which of them a name means, and what was last read with each."""

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from permdesk.domain.ports import (
    Authenticator,
    BrowserWaiting,
    CancelToken,
    CodeWaiting,
)
from permdesk.domain.scan_store import ScanRecord, ScanStore
from permdesk.domain.sign_in import Client, SignIn, SignInRequest, TokenStorage
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.services.target import TokenTarget

_NAME_LIMIT = 80


class KeptAccount(Struct, frozen=True):
    """A sign-in and the newest kept scan of its tenant; None where there is none."""

    sign_in: SignIn
    last: ScanRecord | None

    @property
    def tenant_name(self) -> str:
        """The tenant's name as it was last read, or its id."""
        return self.last.tenant_name if self.last is not None else self.sign_in.tenant_id


class Accounts:
    """Signs in and out; every method may take as long as a network or a keyring does.

    Args:
        authenticator: made when it is first needed.
        scans: the history.
        packaged: the client application that came with this copy of permdesk; None where none did.
    """

    def __init__(
        self, *, authenticator: Callable[[], Authenticator], scans: ScanStore, packaged: Callable[[], Client | None]
    ) -> None:
        self._make = authenticator
        self._made: Authenticator | None = None
        self._closed = False
        self._scans = scans
        self.packaged = packaged

    def close(self) -> None:
        """Let nobody wait any more, for a keyring or for Microsoft; called by the window when it closes.

        It returns at once. Whatever waits ends with Cancelled, and so does whatever begins to wait.
        """
        self._closed = True
        if self._made is not None:
            self._made.close()

    def _authenticator(self) -> Authenticator:
        made = self._made = self._make()
        if self._closed:
            made.close()
        return made

    @property
    def storage(self) -> TokenStorage:
        """How sign-ins are kept between runs, or would be; raises StorageError where nobody can say."""
        return self._authenticator().storage

    @property
    def broker_available(self) -> bool:
        """True where a sign-in may ask for the Web Account Manager of Windows."""
        return self._authenticator().broker_available

    def kept(self) -> tuple[KeptAccount, ...]:
        """Return every kept sign-in with the newest scan of its tenant, ordered by account and tenant.

        Raises:
            StorageError: the kept sign-ins or the history cannot be read.
        """
        sign_ins = self._authenticator().sign_ins()
        newest: dict[tuple[str, str], ScanRecord] = {}
        for record in self._scans.records() if sign_ins else ():
            newest.setdefault((record.cloud, record.tenant_id), record)
        return tuple(KeptAccount(s, newest.get((s.cloud.id, s.tenant_id))) for s in sign_ins)

    def browser(
        self,
        request: SignInRequest,
        *,
        waiting: Callable[[BrowserWaiting], None],
        cancel: CancelToken,
        claims: str | None = None,
        window: int | None = None,
    ) -> SignIn:
        """Sign a person in with the browser, or the broker; as ``Authenticator.browser``."""
        return self._authenticator().browser(request, waiting=waiting, cancel=cancel, claims=claims, window=window)

    def device(self, request: SignInRequest, *, waiting: Callable[[CodeWaiting], None], cancel: CancelToken) -> SignIn:
        """Sign a person in with a code; as ``Authenticator.device``."""
        return self._authenticator().device(request, waiting=waiting, cancel=cancel)

    def sign_out(self, sign_in: SignIn) -> tuple[SignIn, ...]:
        """Forget everything of an account, in whatever tenant; return the sign-ins that are gone."""
        return self._authenticator().forget(sign_in)

    def target(self, sign_in: SignIn) -> TokenTarget:
        """Return what to scan for a sign-in: its tenant, reached with its renewed tokens."""
        ca_file = Path(sign_in.ca_file) if sign_in.ca_file else None
        return TokenTarget(sign_in.cloud, self._authenticator().token(sign_in), ca_file, sign_in.received)

    def named(self, name: str) -> SignIn:
        """Return the one sign-in that a name means.

        Args:
            name: a user name, a tenant's id or name, ``user name/tenant`` where a user name alone means several.

        Raises:
            UsageError: none, or several.
        """
        kept = self.kept()
        wanted = name.strip().casefold()
        found = [account for account in kept if wanted in _names(account)]
        if len(found) == 1:
            return found[0].sign_in
        shown = inert(name, _NAME_LIMIT)
        if found:
            raise UsageError(
                f"{shown!r} is signed in to {len(found)} tenants",
                detail=_listed(found),
                remedy="Name one by its tenant, or as USER/TENANT.",
            )
        raise UsageError(
            f"Nobody is signed in as {shown!r}",
            detail=f"Signed in: {_listed(kept)}" if kept else "Nobody is signed in.",
            remedy="permdesk-cli sign-in signs in; permdesk-cli accounts lists who is.",
        )


def _names(account: KeptAccount) -> frozenset[str]:
    sign_in = account.sign_in
    user = sign_in.username.casefold()
    tenants = {sign_in.tenant_id, account.tenant_name.casefold()}
    return frozenset({user, *tenants, *(f"{user}/{tenant}" for tenant in tenants)})


def _listed(accounts: Iterable[KeptAccount]) -> str:
    lines = [f"{inert(a.sign_in.username, _NAME_LIMIT)}/{inert(a.tenant_name, _NAME_LIMIT)}" for a in accounts]
    return "; ".join(lines) + "."
