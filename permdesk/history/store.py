"""The user's history: scans, bindings, services in use, acceptances and expectations, in one SQLite file."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Cell, Condition, Uses
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.history.database import HistoryDatabase
from permdesk.history.scan_format import decode, encode

if TYPE_CHECKING:
    from sqlite_utils import Database

_RECORD = "scan_id, tenant_id, tenant_name, cloud, read_at, account, complete, apps"
Row = dict[str, Any]


class HistoryStore:
    """Keeps scans and what people said; every method may be called from any thread.

    Args:
        path: the file; None for a history in memory.
        tell: called with a sentence when a broken file was kept aside.
    """

    def __init__(self, path: Path | None, *, tell: Callable[[str], None] = lambda _sentence: None) -> None:
        self._database = HistoryDatabase(path, tell=tell)

    # Scans

    def keep(self, snapshot: Snapshot) -> None:
        """Keep a scan; keeping the same scan twice keeps it once.

        Raises:
            StorageError: it could not be kept.
        """
        row = {
            "scan_id": snapshot.scan_id,
            "cloud": snapshot.tenant.cloud,
            "tenant_id": snapshot.tenant.id,
            "tenant_name": snapshot.tenant.name,
            "read_at": _sortable(snapshot.read_at),
            "account": json.dumps(
                [snapshot.account.username, snapshot.account.object_id, snapshot.account.home_tenant_id]
            ),
            "complete": snapshot.coverage.all_complete,
            "apps": len(_app_ids(snapshot)),
            "content": encode(snapshot),
        }
        self._database.write(lambda database: database.table("scans").upsert(row, pk="scan_id"))

    def load(self, scan_id: str) -> Snapshot | None:
        """Return a kept scan, or None.

        Raises:
            FormatError: the kept scan is damaged.
        """
        rows = self._rows("SELECT scan_id, content FROM scans WHERE scan_id = ?", [scan_id])
        return _opened(rows)

    def newest(self, *, cloud: str, tenant_id: str) -> Snapshot | None:
        """Return the newest scan of a tenant, or None."""
        rows = self._rows(
            "SELECT scan_id, content FROM scans WHERE cloud = ? AND tenant_id = ? "
            "ORDER BY read_at DESC, rowid DESC LIMIT 1",
            [cloud, tenant_id],
        )
        return _opened(rows)

    def records(self) -> list[ScanRecord]:
        """Return all kept scans, newest first."""
        rows = self._rows(f"SELECT {_RECORD} FROM scans ORDER BY read_at DESC, rowid DESC", [])  # noqa: S608
        return [_record(row) for row in rows]

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

    def _rows(self, sql: str, values: list[str]) -> list[Row]:
        return self._database.read(lambda database: list(database.query(sql, values)))

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


def _opened(rows: list[Row]) -> Snapshot | None:
    if not rows:
        return None
    return decode(rows[0]["content"], name=f"Scan {rows[0]['scan_id']} of the history")


def _record(row: Row) -> ScanRecord:
    username, object_id, home_tenant_id = json.loads(row["account"])
    return ScanRecord(
        scan_id=row["scan_id"],
        tenant_id=row["tenant_id"],
        tenant_name=row["tenant_name"],
        cloud=row["cloud"],
        read_at=datetime.fromisoformat(row["read_at"]),
        account=Account(username, object_id, home_tenant_id),
        complete=bool(row["complete"]),
        apps=row["apps"],
    )


def _app_ids(snapshot: Snapshot) -> set[str]:
    apps = {registration.app_id for registration in snapshot.registrations}
    return apps | {principal.app_id for principal in snapshot.service_principals}


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


def _sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
