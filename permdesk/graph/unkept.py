"""The journal of a scan whose pages nobody keeps: the sample tenant's, which is read anew in a moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot


class Unkept:
    """Implements ``ScanJournal``, and keeps no page.

    Args:
        scan_id: the scan's name.
        read_at: when it began, with time zone.
        keep: keeps the finished scan.
    """

    resumed = 0
    anew = ""
    base: ScanRecord | None = None

    def __init__(
        self, scan_id: str, read_at: datetime, *, keep: Callable[[Snapshot], None] = lambda _snapshot: None
    ) -> None:
        self.scan_id = scan_id
        self.read_at = read_at
        self._keep = keep

    def kept(self, name: ListName) -> Sequence[Page[Any]]:
        """Return no page."""
        return ()

    def add(self, name: ListName, page: Page[Any]) -> None:
        """Keep nothing."""

    def drop(self, name: ListName) -> None:
        """Forget nothing."""

    def base_mark(self, name: ListName) -> str | None:
        """Return None."""
        return None

    def base_pages(self, name: ListName) -> Sequence[Page[Any]]:
        """Return no page."""
        return ()

    def take_over(self, name: ListName) -> None:
        """Take over nothing."""

    def mark(self, name: ListName, link: str) -> None:
        """Keep no mark."""

    def finish(self, snapshot: Snapshot) -> None:
        """Keep the scan."""
        self._keep(snapshot)

    def leave(self) -> None:
        """Leave nothing."""
