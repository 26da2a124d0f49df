"""What services need from the outside: one protocol per outside thing, each held by a real adapter and a small fake."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.profile import Profile, Uses
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.scan_store import ScanJournal
from permdesk.domain.sign_in import SignIn, SignInRequest, TokenStorage
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account


class Waiting(Struct, frozen=True):
    """What a scan waits for before it asks again.

    Attributes:
        seconds: left, rounded up.
        asked: True where Microsoft named the time.
    """

    seconds: int
    asked: bool


class StepProgress(Struct, frozen=True):
    """How far all lists of one kind have come.

    Attributes:
        rows: rows so far; APIs and people count as one each.
        expected: rows in all; None while a list under way has announced none.
        lists: how many were begun; 0 for what is asked for object by object.
        ended: how many of them came to an end, whole or not.
        over: nothing more of this kind is under way by now.
    """

    read: ReadName
    rows: int
    expected: int | None
    lists: int
    ended: int
    over: bool


class Progress(Struct, frozen=True):
    """How far a scan has come, over all its lists: many of them are read side by side.

    Attributes:
        current: the list that came further just now, in words.
        rows: rows so far; never fewer than before.
        expected: rows in all; None while not every list is known, or has told how many rows it has.
        finished: the reads that came to an end.
        steps: every kind of list that was begun.
        kept: how many of the rows were not read just now: an interrupted scan left them, or the one before has them.
        waiting: the longest wait under way; None where no list waits.
        over: everything is read.
    """

    current: str
    rows: int
    expected: int | None
    finished: tuple[ReadCoverage, ...] = ()
    steps: tuple[StepProgress, ...] = ()
    kept: int = 0
    waiting: Waiting | None = None
    over: bool = False


class CancelToken(Protocol):
    """Asked between requests; ``threading.Event`` fits."""

    def is_set(self) -> bool:
        """True once the person cancelled."""
        ...


class DirectoryReader(Protocol):
    """Reads a whole tenant over Microsoft Graph."""

    def read(self, *, journal: ScanJournal, progress: Callable[[Progress], None], cancel: CancelToken) -> Snapshot:
        """Return everything that could be read, with its coverage.

        Args:
            journal: keeps each page as it comes; what an interrupted scan left in it is not read again.
            progress: told how far it came, from any thread.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: nothing at all could be read.
            Cancelled: the person cancelled.
        """
        ...


class Answer(Struct, frozen=True):
    """An HTTP answer: status, headers with lower-case names, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries one request to Microsoft Graph; the sample tenant is one in-process."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Return the service's answer, whatever its status; any thread may ask.

        Raises:
            ReadError: no answer came.
            Cancelled: the person cancelled meanwhile.
        """
        ...


class TokenSource(Protocol):
    """Hands out the access token for Microsoft Graph."""

    def token(self) -> str:
        """Return a token that is valid now.

        Raises:
            SignInError: there is none, and a person has to sign in.
        """
        ...

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        """Return a token in place of one that Graph refused, or None where there is no other to be had.

        Args:
            refused: the token that was refused; another thread may have replaced it already.
            claims: what Graph demands besides, as JSON (a claims challenge of continuous access evaluation).

        Raises:
            SignInError: a person has to sign in again.
        """
        ...


class SignedIn(TokenSource, Protocol):
    """A token and whom it was made for, as far as it tells."""

    @property
    def account(self) -> Account:
        """The person."""
        ...

    @property
    def tenant_id(self) -> str | None:
        """The tenant."""
        ...


class BrowserWaiting(Struct, frozen=True):
    """A browser has to be opened at this address; the person has so many seconds."""

    address: str
    seconds: float


class CodeWaiting(Struct, frozen=True):
    """This code has to be entered at this address, on whatever device, within so many seconds."""

    code: str
    address: str
    seconds: float


class Authenticator(Protocol):
    """Signs people in to Microsoft and keeps their sign-ins; every method may take as long as a network does."""

    @property
    def storage(self) -> TokenStorage:
        """How sign-ins are kept between runs, or would be where none is kept; may take as long as a keyring does.

        Raises:
            StorageError: the kept sign-ins cannot be read.
        """
        ...

    @property
    def broker_available(self) -> bool:
        """True where a request may ask for the Web Account Manager: on Windows, where its part of MSAL is installed."""
        ...

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return every sign-in that is kept."""
        ...

    def browser(
        self,
        request: SignInRequest,
        *,
        waiting: Callable[[BrowserWaiting], None],
        cancel: CancelToken,
        claims: str | None = None,
        window: int | None = None,
    ) -> SignIn:
        """Sign a person in with the system's browser, which whoever is told by ``waiting`` opens.

        A request for the broker opens a window of Windows itself instead, and ``waiting`` is not called.

        Args:
            request: what to sign in to.
            waiting: called once with the address to open.
            cancel: asked while waiting.
            claims: what Microsoft demands besides, from a claims challenge.
            window: native handle of the window that the broker's belongs to; None for the console's.

        Raises:
            SignInError: declined, refused, too late, or another tenant than the one asked for.
            ReadError: Microsoft's sign-in cannot be reached.
            StorageError: the sign-in cannot be kept.
            Cancelled: the person cancelled.
        """
        ...

    def device(self, request: SignInRequest, *, waiting: Callable[[CodeWaiting], None], cancel: CancelToken) -> SignIn:
        """Sign a person in with a code to enter on another device; raises as ``browser`` does."""
        ...

    def token(self, sign_in: SignIn) -> SignedIn:
        """Return what hands out this sign-in's access tokens, renewed as needed."""
        ...

    def forget(self, sign_in: SignIn) -> tuple[SignIn, ...]:
        """Forget everything of an account, in whatever tenant; return the sign-ins that are gone.

        No token that was handed out for it in this process is handed out again.
        """
        ...

    def close(self) -> None:
        """Let nobody wait any more, for a keyring or for Microsoft: the program ends. Whoever does gets Cancelled."""
        ...


class Catalog(Protocol):
    """The vendors' requirements and the curated tables; read-only."""

    def profiles(self) -> Mapping[str, Profile]:
        """Return every profile by id, shipped ones first, then the user's own."""
        ...

    def facts(self) -> CatalogFacts:
        """Return version, reach, covers and API names."""
        ...


class KnowledgeStore(Protocol):
    """Keeps what people said about apps, per cloud and tenant."""

    def knowledge(self, *, cloud: str, tenant_id: str) -> Knowledge:
        """Return everything said that bears on one tenant."""
        ...

    def bind(self, *, cloud: str, tenant_id: str, app_id: str, binding: Binding | None) -> None:
        """Keep a person's word about an app; None forgets it."""
        ...

    def set_uses(self, *, cloud: str, tenant_id: str, app_id: str, profile_id: str, uses: Uses | None) -> None:
        """Keep the services in use; None returns to the assumption."""
        ...

    def accept(self, *, cloud: str, tenant_id: str, acceptance: Acceptance) -> None:
        """Keep an acceptance; one for the same finding replaces the older."""
        ...

    def withdraw(self, *, cloud: str, tenant_id: str, app_id: str, permission: PermissionKey) -> None:
        """Forget the acceptance of a finding."""
        ...

    def expect(self, *, cloud: str, tenant_id: str, profile_id: str, expected: bool) -> None:
        """Keep or forget that a profile is expected in this tenant."""
        ...
