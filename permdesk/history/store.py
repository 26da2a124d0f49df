"""The user's history: scans, bindings, services in use, acceptances and expectations, in one SQLite file."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from permdesk.domain.coverage import ReadName
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Cell, Condition, Uses
from permdesk.domain.scan_store import ScanJournal, ScanOf, ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.history.consents import ConsentTables
from permdesk.history.database import HistoryDatabase
from permdesk.history.finishing import keep_whole
from permdesk.history.keeping import Keeping
from permdesk.history.loading import load_scan, rows_of_newest
from permdesk.history.opening import open_journal
from permdesk.history.owners import Owners
from permdesk.history.records import COLUMNS, Row, records_of

if TYPE_CHECKING:
    from sqlite_utils import Database

_RECORDS = f"SELECT {COLUMNS}, note, scans.rowid FROM scans LEFT JOIN notes USING (scan_id)"  # noqa: S608


class HistoryStore:
    """Keeps scans and what people said; every method may be called from any thread.

    Args:
        path: the file; None for a history in memory.
        tell: called with a sentence when a broken file was kept aside.
    """

    def __init__(self, path: Path | None, *, tell: Callable[[str], None] = lambda _sentence: None) -> None:
        self._database = HistoryDatabase(path, tell=tell)
        self._owners = Owners(path)
        self.keeping = Keeping(self._database, self._owners)
        self.consents = ConsentTables(self._database)

    # Scans

    def begin(
        self, what: ScanOf, *, new_scan_id: Callable[[], str], now: datetime, afresh: bool = False
    ) -> ScanJournal:
        """Return the journal of a scan: the interrupted one of the same tenant, or a new one.

        A history that cannot be written to ends no scan: the journal keeps nothing then, and its ``finish`` tells.
        """
        return open_journal(
            self._database, self._owners, what, new_scan_id=new_scan_id, now=now, afresh=afresh, keep=self.keep
        )

    def keep(self, snapshot: Snapshot) -> None:
        """Keep a scan; keeping the same scan twice keeps it once.

        Raises:
            StorageError: it could not be kept.
        """
        keep_whole(self._database, snapshot)

    def load(self, scan_id: str) -> Snapshot | None:
        """Return a kept scan, or None.

        Raises:
            FormatError: the kept scan is damaged.
        """
        return load_scan(self._database, "scans.scan_id = ?", [scan_id])

    def newest(self, *, cloud: str, tenant_id: str) -> Snapshot | None:
        """Return the newest scan of a tenant, or None; raises as ``load`` does."""
        return load_scan(self._database, "scans.cloud = ? AND scans.tenant_id = ?", [cloud, tenant_id])

    def rows_of_newest(self, *, cloud: str, tenant_id: str) -> dict[ReadName, int]:
        """Return how many rows of each kind the newest scan of a tenant has; none where nothing tells."""
        return rows_of_newest(self._database, cloud=cloud, tenant_id=tenant_id)

    def records(self) -> list[ScanRecord]:
        """Return all kept scans, newest first."""
        return records_of(self._database.read(lambda database: database.conn.execute(_RECORDS).fetchall()))

    # Knowledge

    def knowledge(self, *, cloud: str, tenant_id: str) -> Knowledge:
        """Return everything said that bears on one tenant."""
        return self._database.read(lambda database: _knowledge(database, cloud=cloud, tenant_id=tenant_id))

    def bind(self, *, cloud: str, tenant_id: str, app_id: str, binding: Binding | None) -> None:
        """Keep a person's word about an app; None forgets it."""
        key = {"cloud": cloud, "tenant_id": tenant_id, "app_id": app_id}
        if binding is None:
            self._forget("bindings", key)
            return
        said = {"profile_id": binding.profile_id, "by_hand": binding.by_hand, "decided": _day(binding.decided)}
        self._keep("bindings", key, said)

    def set_uses(self, *, cloud: str, tenant_id: str, app_id: str, profile_id: str, uses: Uses | None) -> None:
        """Keep the services in use; None returns to the assumption."""
        key = {"cloud": cloud, "tenant_id": tenant_id, "app_id": app_id, "profile_id": profile_id}
        if uses is None:
            self._forget("uses", key)
        else:
            self._keep("uses", key, {"uses": _uses_text(uses)})

    def accept(self, *, cloud: str, tenant_id: str, acceptance: Acceptance) -> None:
        """Keep an acceptance; one for the same finding replaces the older."""
        key = {"cloud": cloud, "tenant_id": tenant_id, **_finding_key(acceptance.app_id, acceptance.permission)}
        said = {"reason": acceptance.reason, "by": acceptance.by, "until": _day(acceptance.until)}
        self._keep("acceptances", key, said)

    def withdraw(self, *, cloud: str, tenant_id: str, app_id: str, permission: PermissionKey) -> None:
        """Forget the acceptance of a finding."""
        self._forget("acceptances", {"cloud": cloud, "tenant_id": tenant_id, **_finding_key(app_id, permission)})

    def expect(self, *, cloud: str, tenant_id: str, profile_id: str, expected: bool) -> None:
        """Keep or forget that a profile is expected in this tenant."""
        key = {"cloud": cloud, "tenant_id": tenant_id, "profile_id": profile_id}
        if expected:
            self._keep("expectations", key, {})
        else:
            self._forget("expectations", key)

    def _keep(self, table: str, key: Row, said: Row) -> None:
        self._database.write(lambda database: database.table(table).insert({**key, **said}, pk=list(key), replace=True))

    def _forget(self, table: str, key: Row) -> None:
        where = " AND ".join(f"{name} = ?" for name in key)
        self._database.write(lambda database: database.table(table).delete_where(where, list(key.values())))


def _finding_key(app_id: str, permission: PermissionKey) -> Row:
    return {
        "app_id": app_id,
        "resource_app_id": permission.resource_app_id or "",
        "kind": permission.kind.value,
        "value": permission.value,
    }


def _knowledge(database: "Database", *, cloud: str, tenant_id: str) -> Knowledge:
    place = [cloud, tenant_id]
    here = "cloud = ? AND tenant_id = ?"

    def rows(table: str) -> Iterable[Row]:
        return database.table(table).rows_where(here, place)

    elsewhere = database.table("bindings").rows_where(
        "cloud = ? AND tenant_id <> ? AND profile_id IS NOT NULL", place, order_by="decided, tenant_id"
    )
    return Knowledge(
        bindings={
            row["app_id"]: Binding(row["profile_id"], bool(row["by_hand"]), _date(row["decided"]))
            for row in rows("bindings")
        },
        # Later days overwrite earlier ones: the newest word is the suggestion.
        elsewhere={row["app_id"]: row["profile_id"] for row in elsewhere},
        uses={(row["app_id"], row["profile_id"]): _uses(row["uses"]) for row in rows("uses")},
        acceptances=tuple(
            Acceptance(
                row["app_id"],
                PermissionKey(row["resource_app_id"] or None, Kind(row["kind"]), row["value"]),
                row["reason"],
                row["by"],
                _date(row["until"]),
            )
            for row in rows("acceptances")
        ),
        expected=frozenset(row["profile_id"] for row in rows("expectations")),
    )


def _uses_text(uses: Uses) -> str:
    cells = [[cell.workload, cell.operation] for cell in sorted(uses.cells)]
    return json.dumps({"cells": cells, "conditions": sorted(uses.conditions)}, ensure_ascii=False)


def _uses(text: str) -> Uses:
    kept = json.loads(text)
    known = {condition.value for condition in Condition}
    return Uses(
        frozenset(Cell(workload, operation) for workload, operation in kept["cells"]),
        frozenset(Condition(condition) for condition in kept["conditions"] if condition in known),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
