"""The journal of a scan that another process keeps: it has no pages, and tells what that process told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from permdesk.apart.messages import Done, error_of
from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot


class ElsewhereJournal:
    """Implements ``ScanJournal``, and keeps no page.

    Args:
        read_at: the moment the scan was asked for, with time zone.
    """

    base: ScanRecord | None = None

    def __init__(self, read_at: datetime) -> None:
        self.read_at = read_at
        self._done = Done("")

    def learn(self, done: Done) -> None:
        """Take what the process said at its end."""
        self._done = done

    @property
    def scan_id(self) -> str:
        """The scan's name; empty until it is read."""
        return self._done.scan_id

    @property
    def resumed(self) -> int:
        """Pages that an interrupted scan had read before."""
        return self._done.resumed

    @property
    def anew(self) -> str:
        """Why an interrupted scan was not gone on with."""
        return self._done.anew

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
        """Say why the process could not keep the scan, where it could not.

        Raises:
            StorageError: it is not kept.
        """
        if self._done.unkept is not None:
            raise error_of(self._done.unkept)

    def leave(self) -> None:
        """Leave nothing: the process left its pages."""
