"""Signing in without Microsoft: an authenticator a test answers for, and services that read the sample through it."""

import dataclasses
import functools
import tempfile
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from permdesk.composition import build
from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.domain.ports import Authenticator, BrowserWaiting, CancelToken, CodeWaiting, Progress
from permdesk.domain.scan_store import ScanJournal
from permdesk.domain.sign_in import SCOPES, Client, SignIn, SignInRequest, StorageKind, TokenStorage
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant
from permdesk.errors import Cancelled, SignInAgainError, WorldError
from permdesk.graph.unkept import Unkept
from permdesk.history.scan_file import open_scan
from permdesk.paths import Paths
from permdesk.services.accounts import Accounts
from permdesk.services.bundle import Services
from permdesk.services.scan import Reading, Scan
from permdesk.services.target import ReadTarget, SampleTarget

CLIENT_ID = "1f0c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5"
TENANT_ID = "7b1de0f2-55aa-4c01-9a0e-3d2c1b0a9f8e"
ADDRESS = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?client_id=x&state=y"
TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJzZWNyZXQiOiJuZXZlciBzaG93biJ9.c2lnbmF0dXJl"
_PATIENCE = 20.0


def signed_in(
    name: str = "admin@larkfield.example",
    *,
    tenant_id: str = TENANT_ID,
    client_id: str = CLIENT_ID,
    cloud: Cloud = CLOUDS["global"],
    home: str | None = None,
    received: tuple[str, ...] = ("Directory.Read.All", "User.Read"),
) -> SignIn:
    """Return a sign-in as the real authenticator makes them."""
    home = home or tenant_id
    return SignIn(
        cloud=cloud,
        client_id=client_id,
        account_id=f"{name}.{home}",
        username=name,
        tenant_id=tenant_id,
        home_tenant_id=home,
        received=received,
    )


class Desk:
    """An authenticator whose person, keyring and Microsoft a test plays; it holds to the port.

    Attributes:
        person: set once the person is done in the browser or with the code.
        errors: raised by the next sign-ins, one each.
        keyring: cleared while the keyring hangs.
        asked: what was asked for, in order.
        claims: claims that were demanded, in order.
        waiting: sign-ins that wait for the person now.
        refused: keys of sign-ins whose tokens are not renewed.
        broker_available: True where this computer has the Web Account Manager.
        windows: native handles that sign-ins were given, in order.
    """

    def __init__(self, *kept: SignIn, storage: TokenStorage | None = None) -> None:
        self._kept = list(kept)
        self._storage = storage or TokenStorage(StorageKind.ENCRYPTED)
        self._lock = threading.Lock()
        self.person = threading.Event()
        self.keyring = threading.Event()
        self.keyring.set()
        self.errors: list[WorldError] = []
        self.asked: list[SignInRequest] = []
        self.claims: list[str | None] = []
        self.waiting = 0
        self.refused: dict[str, str | None] = {}
        self.answer: Callable[[SignInRequest], SignIn] = _plain_answer
        self.names: dict[str, str] = {}
        self.broker_available = False
        self.windows: list[int | None] = []

    @property
    def storage(self) -> TokenStorage:
        return self._storage

    def sign_ins(self) -> tuple[SignIn, ...]:
        self.keyring.wait(_PATIENCE)
        with self._lock:
            return tuple(self._kept)

    def browser(
        self,
        request: SignInRequest,
        *,
        waiting: Callable[[BrowserWaiting], None],
        cancel: CancelToken,
        claims: str | None = None,
        window: int | None = None,
    ) -> SignIn:
        self.claims.append(claims)
        self.windows.append(window)
        if request.broker:
            # The broker shows a window of its own: nobody has to open an address.
            return self._sign_in(request, cancel, lambda: None)
        return self._sign_in(request, cancel, lambda: waiting(BrowserWaiting(ADDRESS, 300.0)))

    def device(self, request: SignInRequest, *, waiting: Callable[[CodeWaiting], None], cancel: CancelToken) -> SignIn:
        told = CodeWaiting("H7XK2MQPL", "https://microsoft.com/devicelogin", 900.0)
        return self._sign_in(request, cancel, lambda: waiting(told))

    def _sign_in(self, request: SignInRequest, cancel: CancelToken, tell: Callable[[], None]) -> SignIn:
        self.asked.append(request)
        if self.errors:
            raise self.errors.pop(0)
        tell()
        with self._lock:
            self.waiting += 1
        try:
            while not self.person.wait(0.02):
                if cancel.is_set():
                    raise Cancelled
        finally:
            with self._lock:
                self.waiting -= 1
        if cancel.is_set():
            raise Cancelled
        signed = self.answer(request)
        with self._lock:
            self._kept = [*(one for one in self._kept if one.key != signed.key), signed]
            self.refused.pop(signed.key, None)
        return signed

    def token(self, sign_in: SignIn) -> "DeskToken":
        return DeskToken(self, sign_in)

    def forget(self, sign_in: SignIn) -> tuple[SignIn, ...]:
        with self._lock:
            gone = tuple(one for one in self._kept if one.account_id == sign_in.account_id)
            self._kept = [one for one in self._kept if one not in gone]
        return gone

    def close(self) -> None:
        """Nobody waits for the keyring any more."""
        self.keyring.set()


def _plain_answer(request: SignInRequest) -> SignIn:
    tenant = request.tenant if request.tenant and "-" in request.tenant else TENANT_ID
    signed = signed_in(
        request.hint or "admin@larkfield.example", tenant_id=tenant, client_id=request.client_id, cloud=request.cloud
    )
    received = tuple(sorted(scope.value for scope in SCOPES[request.reading]))
    return msgspec.structs.replace(signed, reading=request.reading, received=received, broker=request.broker)


class DeskToken:
    """A token of the desk, until the test refuses it."""

    def __init__(self, desk: Desk, sign_in: SignIn) -> None:
        self._desk, self._sign_in = desk, sign_in

    @property
    def account(self) -> Account:
        return self._sign_in.account

    @property
    def tenant_id(self) -> str | None:
        return self._sign_in.tenant_id

    def token(self) -> str:
        key = self._sign_in.key
        if key in self._desk.refused:
            raise SignInAgainError(
                f"{self._sign_in.username} has to sign in again",
                detail="The sign-in was withdrawn.",
                remedy="Sign in again.",
                sign_in=key,
                claims=self._desk.refused[key],
            )
        return TOKEN

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        return self.token()


@functools.cache
def _sample() -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Paths.isolated(Path(folder))
        shelf.ensure()
        return build(shelf).scan(SampleTarget()).snapshot


def services_at(paths: Paths, desk: Desk, *, packaged: Callable[[], Client | None]) -> Services:
    """Return real services whose accounts are the desk's, and whose tenants all look like the sample."""
    made = build(paths)
    authenticator: Authenticator = desk

    def begin(target: ReadTarget, *, afresh: bool = False) -> Reading:
        scan_id = _sample().scan_id if isinstance(target, SampleTarget) else str(uuid.uuid4())
        return Reading(_Tenant(desk, target), Unkept(scan_id, datetime.now(UTC), keep=made.scans.keep))

    scan = Scan(begin=begin, open_file=open_scan, scans=made.scans)
    accounts = Accounts(authenticator=lambda: authenticator, scans=made.scans, packaged=packaged)
    return dataclasses.replace(made, accounts=accounts, scan=scan)


class _Tenant:
    """Reads the sample under another tenant's name, once the token is there."""

    def __init__(self, desk: Desk, target: ReadTarget) -> None:
        self._desk, self._target = desk, target

    def read(self, *, journal: ScanJournal, progress: Callable[[Progress], None], cancel: CancelToken) -> Snapshot:
        target, snapshot = self._target, _sample()
        if isinstance(target, SampleTarget):
            return snapshot
        target.token.token()
        progress(Progress("Applications", 12, 40))
        if cancel.is_set():
            raise Cancelled
        tenant_id = target.token.tenant_id or ""
        return msgspec.structs.replace(
            snapshot,
            tenant=Tenant(tenant_id, self._desk.names.get(tenant_id, "Larkfield Works"), target.cloud.id),
            account=target.token.account,
            scan_id=journal.scan_id,
            read_at=journal.read_at,
        )
