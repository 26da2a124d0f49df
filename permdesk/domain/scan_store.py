"""What a scan needs of whoever keeps it: a place for the pages of one under way, and for those that are finished."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName, Page
from permdesk.domain.retention import Retention
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.domain.unfinished import UnfinishedScan


class ScanRecord(Struct, frozen=True, gc=False):
    """One line of the history: a scan without its content.

    Attributes:
        note: what a person wrote on it; empty for nothing.
        ended_at: when the last answer was read; None where it was not recorded.
    """

    scan_id: str
    tenant_id: str
    tenant_name: str
    cloud: str
    read_at: datetime
    account: Account
    complete: bool
    apps: int
    note: str = ""
    ended_at: datetime | None = None


class ScanOf(Struct, frozen=True):
    """Whose tenant a scan reads, through which requests: an interrupted scan goes on only where all of it is the same.

    Attributes:
        graph: ``https://host[:port]`` of Microsoft Graph.
        tenant_id: None where the token does not tell it; such a scan cannot be gone on with.
        account: the person, as the token tells.
        plan: names the requests and fields, so that pages of another version are not mixed in.
    """

    cloud: str
    graph: str
    tenant_id: str | None
    account: Account
    plan: str


class ScanJournal(Protocol):
    """Keeps what a scan under way has read, page by page, so that it can go on after an interruption.

    Pages are written in the background; any thread may add. A fault of the disk never ends the scan: ``finish`` tells.
    From the first fault on nothing is kept, and ``kept`` and ``base_mark`` have nothing to offer.
    """

    @property
    def scan_id(self) -> str:
        """The scan's name."""
        ...

    @property
    def read_at(self) -> datetime:
        """When the scan began; an interrupted one keeps its beginning."""
        ...

    @property
    def resumed(self) -> int:
        """Pages that an interrupted scan left here; 0 for a scan that starts afresh."""
        ...

    @property
    def anew(self) -> str:
        """Why an interrupted scan is not gone on with, as a sentence; empty where none was, or where it goes on."""
        ...

    def kept(self, name: ListName) -> Sequence[Page[Any]]:
        """Return the pages of a list that are kept, in order; none where they cannot be read again.

        Pages that were taken over come first. They have no next_link, wherever they stand in the list.
        """
        ...

    def add(self, name: ListName, page: Page[Any]) -> None:
        """Keep the next page of a list; waits only while more rows wait for the disk than memory should hold."""
        ...

    def drop(self, name: ListName) -> None:
        """Forget the pages of a list: it is read again from its start."""
        ...

    @property
    def base(self) -> ScanRecord | None:
        """The newest finished scan of the same tenant whose lists can be brought up to date; None for none."""
        ...

    def base_mark(self, name: ListName) -> str | None:
        """Return the link from which on the base's list can be brought up to date, or None.

        None also where its pages cannot be read again: after a link, ``base_pages`` has them all.
        """
        ...

    def base_pages(self, name: ListName) -> Sequence[Page[Any]]:
        """Return the pages of the base's list, in order; none where it has no mark."""
        ...

    def take_over(self, name: ListName) -> None:
        """Begin a list with the pages of the base's, at no further cost on disk.

        They are kept together with the next page or mark of the list, or when the scan is finished: an interrupted
        scan never goes on with pages that nobody has brought up to date.
        """
        ...

    def mark(self, name: ListName, link: str) -> None:
        """Keep the link from which on a later scan can bring this list up to date."""
        ...

    def finish(self, snapshot: Snapshot) -> None:
        """Keep the scan as finished: from now on it may be compared.

        Its rows are those that the pages leave, in any order: of equal keys the later row of a list, none that was
        removed later, none that is no use; of directory roles any part of them. Lists that an interrupted scan left
        and that were neither asked for nor added to are forgotten. Where the pages could not be kept, the scan is
        kept without them if that is possible by now; it is no base for a later one then.

        Raises:
            StorageError: it could not be kept.
            BugError: the scan's rows are not those of its pages.
        """
        ...

    def leave(self) -> None:
        """Leave the scan unfinished, so that a later one can go on with it; returns within a second."""
        ...


class ScanStore(Protocol):
    """Keeps scans."""

    def keep(self, snapshot: Snapshot) -> None:
        """Keep a scan; keeping the same scan twice keeps it once."""
        ...

    def load(self, scan_id: str) -> Snapshot | None:
        """Return a kept scan, or None."""
        ...

    def newest(self, *, cloud: str, tenant_id: str) -> Snapshot | None:
        """Return the newest scan of a tenant, or None."""
        ...

    def rows_of_newest(self, *, cloud: str, tenant_id: str) -> Mapping[ReadName, int]:
        """Return how many rows of each kind the newest scan of a tenant has; none where nothing tells."""
        ...

    def records(self) -> list[ScanRecord]:
        """Return all kept scans, newest first."""
        ...


class ScanKeeper(Protocol):
    """Looks after kept scans; every method raises StorageError where the history cannot be read or written."""

    def note(self, scan_id: str, text: str) -> bool:
        """Write a note on a scan, or take it away with an empty text; False where there is no such scan."""
        ...

    def delete(self, scan_ids: Sequence[str]) -> int:
        """Delete scans with all that no other scan needs; return how many there were.

        Raises:
            StorageError: also where a scan of one of their tenants is under way.
        """
        ...

    def compact(self, *, from_share: float = 0.0) -> bool:
        """Give the room that deleted scans left back to the disk; True where there was some.

        Args:
            from_share: the part of the file that has to be free for it to be worth the time.
        """
        ...

    def unfinished(self) -> list[UnfinishedScan]:
        """Return the scans that were begun and not finished, newest first: interrupted ones, and those under way."""
        ...

    def retention(self) -> Retention:
        """Return how long scans stay by themselves."""
        ...

    def set_retention(self, rule: Retention) -> None:
        """Keep how long scans stay; nothing is deleted by it."""
        ...

    def secret(self) -> bytes:
        """Return random bytes of this history's own, the same for ever."""
        ...


class ScanJournals(Protocol):
    """Opens the journals of scans under way."""

    def begin(
        self, what: ScanOf, *, new_scan_id: Callable[[], str], now: datetime, afresh: bool = False
    ) -> ScanJournal:
        """Return the journal of a scan: the interrupted one of the same tenant, or a new one.

        Args:
            what: whose tenant is read.
            new_scan_id: names a new scan.
            now: the moment it begins, with time zone.
            afresh: go on with nothing, and bring nothing up to date.
        """
        ...
