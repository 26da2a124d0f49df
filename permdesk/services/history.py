"""History: the kept scans of a tenant as a timeline, the one before another, and what changed between two."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from permdesk.domain.diffing import diff_scans, same_tenant
from permdesk.domain.let_go import scans_to_let_go
from permdesk.domain.nameless import without_names
from permdesk.domain.ports import Catalog
from permdesk.domain.retention import Retention
from permdesk.domain.scan_diff import ScanDiff
from permdesk.domain.scan_store import ScanKeeper, ScanRecord, ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.unfinished import UnfinishedScan
from permdesk.errors import UsageError

#: A shorter beginning of a scan's id is too easily typed by mistake.
SHORTEST_PREFIX = 4
#: The part of the history's file that has to be free before everything in it is moved together.
_WORTH_THE_TIME = 0.1
#: How many scans a message lists where several are meant.
_LISTED = 4
_LISTS = "permdesk-cli scans lists those it has; a saved scan is named by its file."


class SaveFile(Protocol):
    """Writes a portable scan file."""

    def __call__(self, snapshot: Snapshot, path: Path, *, overwrite: bool = False) -> None:
        """Write the scan whole, or raise StorageError and leave everything as it was."""
        ...


class History:
    """Finds, compares and looks after kept scans; any thread may ask.

    Args:
        scans: the kept scans.
        keeper: what is done with them.
        open_file: opens a saved scan.
        save_file: saves one.
        catalog: names of APIs, and reach.
        now: the present moment, with time zone.
    """

    def __init__(
        self,
        *,
        scans: ScanStore,
        keeper: ScanKeeper,
        open_file: Callable[[Path], Snapshot],
        save_file: SaveFile,
        catalog: Catalog,
        now: Callable[[], datetime],
    ) -> None:
        self._scans = scans
        self._keeper = keeper
        self._open_file = open_file
        self._save_file = save_file
        self._catalog = catalog
        self._now = now

    def timeline(self, *, cloud: str, tenant_id: str) -> list[ScanRecord]:
        """Return the kept scans of a tenant, newest first.

        Raises:
            StorageError: the history cannot be read.
        """
        return [record for record in self._scans.records() if (record.cloud, record.tenant_id) == (cloud, tenant_id)]

    def unfinished(self, *, cloud: str, tenant_id: str) -> list[UnfinishedScan]:
        """Return the scans of a tenant that were begun and not finished, newest first, with pages to go on with.

        Raises:
            StorageError: the history cannot be read.
        """
        place = (cloud, tenant_id)
        return [one for one in self._keeper.unfinished() if (one.cloud, one.tenant_id) == place and one.pages]

    def named(self, word: str) -> ScanRecord:
        """Return the scan of this id, or the one whose id begins so.

        Raises:
            UsageError: there is none, or there are several.
            StorageError: the history cannot be read.
        """
        records = self._scans.records()
        meant = word.casefold()
        exact = [record for record in records if record.scan_id.casefold() == meant]
        if exact:
            return exact[0]
        found = [record for record in records if record.scan_id.casefold().startswith(meant)]
        if len(found) == 1 and len(meant) >= SHORTEST_PREFIX:
            return found[0]
        if not found:
            raise UsageError(f"The history has no scan {word[:80]!r}", remedy=_LISTS)
        if len(found) == 1:
            raise UsageError(
                f"{word[:80]!r} is too short to name a scan", remedy=f"Type {SHORTEST_PREFIX} characters of its id."
            )
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise UsageError(
            f"The ids of several scans begin with {word[:80]!r}",
            detail=f"{_ids(found[:_LISTED])}{more}.",
            remedy="Type more of the id.",
        )

    def load(self, record: ScanRecord) -> Snapshot:
        """Return a kept scan.

        Raises:
            UsageError: it was deleted meanwhile.
            StorageError: the history cannot be read.
            FormatError: the scan is damaged.
        """
        snapshot = self._scans.load(record.scan_id)
        if snapshot is None:
            raise UsageError(f"The history has no scan {record.scan_id[:80]!r} any more", remedy=_LISTS)
        return snapshot

    def open_file(self, path: Path) -> Snapshot:
        """Return a saved scan; raises as ``open_scan`` of the history does."""
        return self._open_file(path)

    def newest(self) -> ScanRecord:
        """Return the newest scan of all, where every kept scan is of one tenant.

        Raises:
            UsageError: nothing is kept, or scans of several tenants are.
            StorageError: the history cannot be read.
        """
        records = self._scans.records()
        if not records:
            raise UsageError("No scan is kept yet", remedy="permdesk-cli scan reads a tenant.")
        if len({(record.cloud, record.tenant_id) for record in records}) > 1:
            raise UsageError("Scans of several tenants are kept", remedy=f"Name the newer scan. {_LISTS}")
        return records[0]

    def before(self, snapshot: Snapshot) -> ScanRecord | None:
        """Return the newest kept scan of the same tenant that is older than this one, or None.

        Of kept scans that began at one moment, the one kept later is the newer, as in the timeline.

        Raises:
            StorageError: the history cannot be read.
        """
        earlier = self.timeline(cloud=snapshot.tenant.cloud, tenant_id=snapshot.tenant.id)
        place = next((at for at, one in enumerate(earlier) if one.scan_id == snapshot.scan_id), None)
        if place is not None:
            return earlier[place + 1] if place + 1 < len(earlier) else None
        return next((one for one in earlier if one.read_at < snapshot.read_at), None)

    def previous(self, snapshot: Snapshot) -> Snapshot | None:
        """Return the scan before this one, or None where none is kept.

        Raises:
            StorageError: the history cannot be read.
            FormatError: the scan is damaged.
        """
        record = self.before(snapshot)
        return self._scans.load(record.scan_id) if record is not None else None

    def diff(self, older: Snapshot, newer: Snapshot) -> ScanDiff:
        """Return what changed from one scan to another.

        Raises:
            UsageError: they are scans of two tenants.
            StorageError: the catalog cannot be opened.
            FormatError: the catalog is not what it should be.
        """
        if not same_tenant(older, newer):
            raise UsageError(
                "These are scans of two tenants",
                detail=f"{_tenant(older)}; {_tenant(newer)}.",
                remedy="Name two scans of one tenant.",
            )
        return diff_scans(older, newer, facts=self._catalog.facts())

    # Looking after scans; each method raises StorageError where the history cannot be read or written.

    def note(self, record: ScanRecord, text: str) -> None:
        """Write a note on a scan; an empty one takes it away.

        Raises:
            UsageError: the scan was deleted meanwhile.
        """
        if not self._keeper.note(record.scan_id, text):
            raise UsageError(f"The history has no scan {record.scan_id[:80]!r} any more", remedy=_LISTS)

    def delete(self, records: Iterable[ScanRecord]) -> int:
        """Delete scans and give their room back to the disk; return how many there were.

        Raises:
            StorageError: also where a scan of one of their tenants is under way, or where they are deleted and their
                room cannot be given back now.
        """
        gone = self._keeper.delete([record.scan_id for record in records])
        self._keeper.compact()
        return gone

    @property
    def retention(self) -> Retention:
        """How long scans stay by themselves."""
        return self._keeper.retention()

    def set_retention(self, rule: Retention) -> None:
        """Keep how long scans stay; what goes by it goes with ``tidy``."""
        self._keeper.set_retention(rule)

    def due(self, rule: Retention) -> list[ScanRecord]:
        """Return the scans that a rule lets go now; never the newest of a tenant, nor its newest complete one."""
        return scans_to_let_go(self._scans.records(), rule, now=self._now())

    def tidy(self) -> int:
        """Delete the scans that the person's rule lets go; return how many there were.

        Their room is given back to the disk once it is a good part of the file; until then later scans use it.
        """
        due = self.due(self.retention)
        gone = self._keeper.delete([record.scan_id for record in due]) if due else 0
        if gone:
            self._keeper.compact(from_share=_WORTH_THE_TIME)
        return gone

    def export(self, snapshot: Snapshot, path: Path, *, nameless: bool = False, overwrite: bool = False) -> None:
        """Save a scan as a file for somebody else.

        Args:
            snapshot: the scan.
            path: the file.
            nameless: without names of people and apps; see ``without_names``. Two files of one history can be compared.
            overwrite: replace the file where it exists.

        Raises:
            StorageError: also where the file exists or cannot be written.
        """
        told = without_names(snapshot, self._keeper.secret()) if nameless else snapshot
        self._save_file(told, path, overwrite=overwrite)

    def take_in(self, path: Path) -> ScanRecord:
        """Keep a saved scan in the history, as if it had been read here; it never replaces one that is there.

        Raises:
            UsageError: the history has a scan of this id.
            StorageError: also where the file cannot be read.
            FormatError: the file is no scan, damaged, too large, or newer than this permdesk.
        """
        snapshot = self._open_file(path)
        if any(record.scan_id == snapshot.scan_id for record in self._scans.records()):
            raise UsageError(
                f"The history has the scan {snapshot.scan_id[:80]!r} already",
                remedy="Delete that one first if the file's is to take its place.",
            )
        self._scans.keep(snapshot)
        return next(record for record in self._scans.records() if record.scan_id == snapshot.scan_id)


def _ids(records: Iterable[ScanRecord]) -> str:
    return ", ".join(record.scan_id for record in records)


def _tenant(snapshot: Snapshot) -> str:
    return f"{snapshot.tenant.name or 'A tenant without a name'} ({snapshot.tenant.id or 'no id'})"
