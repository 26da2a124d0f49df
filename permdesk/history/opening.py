"""Opens the journal of a scan; where the history cannot be written to, one that keeps nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanJournal, ScanOf, ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import StorageError
from permdesk.history.beginning import Beginning, begin
from permdesk.history.database import HistoryDatabase
from permdesk.history.journal import Journal
from permdesk.history.owners import Owners

if TYPE_CHECKING:
    from sqlite_utils import Database


def open_journal(
    history: HistoryDatabase,
    owners: Owners,
    what: ScanOf,
    *,
    new_scan_id: Callable[[], str],
    now: datetime,
    afresh: bool,
    keep: Callable[[Snapshot], None],
) -> ScanJournal:
    """Return the journal of a scan; see ``ScanJournals``."""
    kept_open = history.kept_open()
    begun: list[Beginning] = []

    def work(database: "Database") -> Beginning:
        begun.append(begin(database, owners, what, new_scan_id=new_scan_id, now=now, afresh=afresh))
        return begun[-1]

    try:
        beginning = kept_open.write(work)
    except BaseException as problem:
        for one in begun:
            one.owner.release()
        kept_open.close()
        if not isinstance(problem, StorageError):
            raise
        return UnkeptJournal(new_scan_id(), now, keep)
    return Journal(kept_open, beginning, owners=owners, keep=keep)


class UnkeptJournal:
    """The journal of a scan whose pages cannot be kept.

    Args:
        scan_id: the scan's name.
        read_at: when it began.
        keep: tried once more at the end, when the scan is whole.
    """

    resumed = 0
    anew = ""
    base: ScanRecord | None = None

    def __init__(self, scan_id: str, read_at: datetime, keep: Callable[[Snapshot], None]) -> None:
        self.scan_id = scan_id
        self.read_at = read_at
        self._keep = keep

    def kept(self, name: ListName) -> Sequence[Page[Any]]:
        """Return nothing."""
        return ()

    def add(self, name: ListName, page: Page[Any]) -> None:
        """Keep nothing."""

    def drop(self, name: ListName) -> None:
        """Forget nothing."""

    def base_mark(self, name: ListName) -> str | None:
        """Return None."""
        return None

    def base_pages(self, name: ListName) -> Sequence[Page[Any]]:
        """Return nothing."""
        return ()

    def take_over(self, name: ListName) -> None:
        """Keep nothing."""

    def mark(self, name: ListName, link: str) -> None:
        """Keep nothing."""

    def finish(self, snapshot: Snapshot) -> None:
        """Keep the scan, if that has become possible.

        Raises:
            StorageError: it has not.
        """
        self._keep(snapshot)

    def leave(self) -> None:
        """Leave nothing behind."""
