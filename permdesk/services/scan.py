"""Scan: read a tenant, or open a scan that was read before."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.ports import CancelToken, DirectoryReader, Progress
from permdesk.domain.scan_store import ScanJournal, ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import StorageError, UsageError, WorldError
from permdesk.services.target import FileTarget, KeptTarget, ReadTarget, Target, TokenTarget

_log = logging.getLogger("permdesk.scan")


class ScanOutcome(Struct, frozen=True):
    """A scan, and whether it is kept.

    Attributes:
        unkept: why a scan that was just read could not be kept in the history; the scan itself is good.
        resumed: pages that an interrupted scan had read before.
        anew: why an interrupted scan was not gone on with, as a sentence; empty where none was.
    """

    snapshot: Snapshot
    target: Target
    unkept: StorageError | None = None
    resumed: int = 0
    anew: str = ""


class Reading(Struct, frozen=True):
    """What reads a tenant, and what keeps its pages."""

    reader: DirectoryReader
    journal: ScanJournal


class Begin(Protocol):
    """Makes the reading of a tenant."""

    def __call__(self, target: ReadTarget, *, afresh: bool = False) -> Reading:
        """Return it; ``afresh``: go on with no interrupted scan, and bring none up to date."""
        ...


class NeverCancelled:
    """A cancel token that nobody pulls."""

    def is_set(self) -> bool:
        """Return False."""
        return False


def _nothing_to_tidy() -> int:
    return 0


def _no_progress(_progress: Progress) -> None:
    return None


class Scan:
    """Reads or opens what a target names.

    Args:
        begin: makes the reading of a tenant.
        open_file: opens a saved scan.
        scans: the history.
        tidy: lets go the scans that are kept no longer, once another one is kept.
    """

    def __init__(
        self,
        *,
        begin: Begin,
        open_file: Callable[[Path], Snapshot],
        scans: ScanStore,
        tidy: Callable[[], int] = _nothing_to_tidy,
    ) -> None:
        self._tidy = tidy
        self._begin = begin
        self._open_file = open_file
        self._scans = scans

    def __call__(
        self,
        target: Target,
        *,
        progress: Callable[[Progress], None] = _no_progress,
        cancel: CancelToken | None = None,
        afresh: bool = False,
    ) -> ScanOutcome:
        """Return the scan of a target; one that was read is kept in the history.

        Args:
            target: what to read or open.
            progress: told how far it came.
            cancel: asked several times a second.
            afresh: go on with no interrupted scan, and bring none up to date.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: nothing could be read.
            StorageError: a file or the history cannot be opened.
            FormatError: a file is no scan, or damaged.
            UsageError: the history has no such scan.
            Cancelled: the person cancelled; what was read is kept for the next scan to go on with.
        """
        if isinstance(target, FileTarget):
            return ScanOutcome(self._open_file(target.path), target)
        if isinstance(target, KeptTarget):
            return ScanOutcome(self._kept(target.scan_id), target)
        reading = self._begin(target, afresh=afresh)
        journal = reading.journal
        try:
            snapshot = reading.reader.read(journal=journal, progress=progress, cancel=cancel or NeverCancelled())
        except BaseException:
            journal.leave()
            raise
        unkept = None
        try:
            journal.finish(snapshot)
        except StorageError as problem:
            _log.warning("The scan %s could not be kept: %s. %s", snapshot.scan_id, problem.title, problem.detail)
            unkept = problem
        else:
            self._let_go()
        return ScanOutcome(snapshot, target, unkept, journal.resumed, journal.anew)

    def _let_go(self) -> None:
        try:
            gone = self._tidy()
        except StorageError as problem:
            # The scan is kept, and the next one tries again.
            _log.warning("Older scans could not be deleted: %s. %s", problem.title, problem.detail)
        else:
            if gone:
                _log.info("%d older scans were deleted, as the history's rule says", gone)

    def rows_before(self, target: Target) -> Mapping[ReadName, int]:
        """Return how many rows of each kind the last scan of a target's tenant had; none where nothing tells."""
        if not isinstance(target, TokenTarget) or target.token.tenant_id is None:
            return {}
        try:
            return self._scans.rows_of_newest(cloud=target.cloud.id, tenant_id=target.token.tenant_id)
        except WorldError:
            # Whoever keeps or compares the scan says what is wrong with the history.
            return {}

    def _kept(self, scan_id: str) -> Snapshot:
        snapshot = self._scans.load(scan_id)
        if snapshot is None:
            raise UsageError(
                f"The history has no scan {scan_id[:80]!r}",
                remedy="permdesk-cli scans lists those it has; a saved scan is named by its file.",
            )
        return snapshot
