"""What was consented to: the records of consents, and the list of those that are still to be made."""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec import Struct

from permdesk.domain.consent_list import ConsentList
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.consent_store import KeptConsents
from permdesk.domain.retention import Keep, Retention
from permdesk.history.database import HistoryDatabase
from permdesk.history.records import sortable

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")

RECORD_FORMAT: Final = "permdesk.kept-consent/1"
LIST_FORMAT: Final = "permdesk.kept-consent-list/1"
#: Bytes of one record or list when unpacked: an app has some hundred permissions, a list some thousand apps.
_MOST: Final = 64 * 2**20
_NEWEST: Final = "ended DESC, rowid DESC"
#: Records that a preview looks back on: each takes about a millisecond.
_TO_LEARN: Final = 100


class _RecordDocument(Struct, frozen=True):
    format: str
    record: ConsentRecord


class _ListDocument(Struct, frozen=True):
    format: str
    list: ConsentList


class ConsentTables:
    """Keeps the records and lists of one history; every method may be called from any thread.

    Args:
        history: the file.
    """

    def __init__(self, history: HistoryDatabase) -> None:
        self._history = history

    # Records

    def keep(self, record: ConsentRecord) -> None:
        """Keep a record; a later one of the same name replaces it.

        Raises:
            StorageError: it could not be kept.
        """
        row = {
            "record_id": record.record_id,
            "cloud": record.tenant.cloud,
            "tenant_id": record.tenant.id,
            "app_id": record.app_id,
            "profile_id": record.profile_id,
            "ended": sortable(record.ended),
            "content": _packed(_RecordDocument(RECORD_FORMAT, record)),
        }
        self._history.write(lambda database: database.table("consents").insert(row, pk="record_id", replace=True))

    def of_tenant(self, *, cloud: str, tenant_id: str, app_id: str | None = None) -> KeptConsents:
        """Return the records of a tenant, or of one of its apps, newest first.

        Raises:
            StorageError: the history cannot be read.
        """
        where, values = "cloud = ? AND tenant_id = ?", [cloud, tenant_id]
        if app_id is not None:
            where, values = f"{where} AND app_id = ?", [*values, app_id]
        return self._found(where, values)

    def all(self) -> KeptConsents:
        """Return the records of every tenant, newest first; raises as ``of_tenant`` does."""
        return self._found("1", [])

    def like(self, *, cloud: str, tenant_id: str, app_id: str | None, profile_id: str) -> KeptConsents:
        """Return the records of an app in any tenant of a cloud, and those of other apps of its profile.

        Those of this app come first, those of this tenant among them, and of each the newest; so many as one can learn
        from.

        Raises:
            StorageError: the history cannot be read.
        """
        return self._found(
            "cloud = ? AND ((app_id IS NOT NULL AND app_id = ?) OR (profile_id <> '' AND profile_id = ?))",
            [cloud, app_id, profile_id, app_id, tenant_id],
            order=f"app_id IS ? DESC, tenant_id = ? DESC, {_NEWEST} LIMIT {_TO_LEARN}",
        )

    def delete(self, record_ids: Sequence[str]) -> int:
        """Delete records; return how many there were.

        Raises:
            StorageError: they could not be deleted.
        """

        def work(database: "Database") -> int:
            return sum(
                database.conn.execute("DELETE FROM consents WHERE record_id = ?", (one,)).rowcount for one in record_ids
            )

        return self._history.write(work)

    def tidy(self, rule: Retention, *, now: datetime) -> int:
        """Delete the records that a rule for scans does not keep; of each app the newest stays.

        Args:
            rule: what a person set for the scans of each tenant.
            now: the moment months are counted from, with time zone.

        Raises:
            StorageError: they could not be deleted.
        """
        if rule.keep is Keep.ALL:
            return 0
        oldest = rule.before(now)
        before = sortable(oldest) if oldest is not None else None

        def due(database: "Database") -> list[str]:
            rows = database.conn.execute(
                "SELECT record_id, cloud, tenant_id, app_id, ended FROM consents ORDER BY ended DESC, rowid DESC"
            )
            places: dict[tuple[str, str], int] = {}
            apps, found = set(), []
            for record_id, cloud, tenant_id, app_id, ended in rows:
                place = places.get((cloud, tenant_id), 0)
                places[cloud, tenant_id] = place + 1
                newest = (cloud, tenant_id, app_id) not in apps
                apps.add((cloud, tenant_id, app_id))
                late = place >= rule.number if before is None else ended < before
                if late and not newest:
                    found.append(record_id)
            return found

        ids = self._history.read(due)
        return self.delete(ids) if ids else 0

    def _found(self, where: str, values: Sequence[str | None], *, order: str = _NEWEST) -> KeptConsents:
        sql = f"SELECT content FROM consents WHERE {where} ORDER BY {order}"  # noqa: S608 - our own words
        rows = self._history.read(lambda database: database.conn.execute(sql, values).fetchall())
        found = [_unpacked(content, _RecordDocument, RECORD_FORMAT) for (content,) in rows]
        records = tuple(one.record for one in found if one is not None)
        return KeptConsents(records, len(found) - len(records))

    # The list of consents to make

    def list_of(self, *, cloud: str, tenant_id: str) -> ConsentList | None:
        """Return the list of a tenant; None for none, and for one that a newer permdesk wrote.

        Raises:
            StorageError: the history cannot be read.
        """
        sql = "SELECT content FROM consent_lists WHERE cloud = ? AND tenant_id = ?"
        row = self._history.read(lambda database: database.conn.execute(sql, (cloud, tenant_id)).fetchone())
        found = _unpacked(row[0], _ListDocument, LIST_FORMAT) if row is not None else None
        return found.list if found is not None else None

    def keep_list(self, made: ConsentList) -> None:
        """Keep the list of a tenant in place of the one it had; an empty one is forgotten.

        Raises:
            StorageError: it could not be kept.
        """
        key = {"cloud": made.cloud, "tenant_id": made.tenant_id}

        def work(database: "Database") -> None:
            if made.items:
                content = _packed(_ListDocument(LIST_FORMAT, made))
                database.table("consent_lists").insert({**key, "content": content}, pk=list(key), replace=True)
            else:
                database.conn.execute(
                    "DELETE FROM consent_lists WHERE cloud = ? AND tenant_id = ?", (made.cloud, made.tenant_id)
                )

        self._history.write(work)


def forget_without_scans(database: "Database", tenants: Iterable[tuple[str, str]]) -> None:
    """Let go what is kept of consents of those tenants that have no scan any more: a tenant goes with all its data.

    Args:
        database: in a transaction.
        tenants: cloud and tenant id of scans that were deleted just now.
    """
    for tenant in tenants:
        for table in ("consents", "consent_lists"):
            database.conn.execute(
                f"DELETE FROM {table} WHERE cloud = ? AND tenant_id = ? AND NOT EXISTS "  # noqa: S608 - our own words
                f"(SELECT 1 FROM scans WHERE scans.cloud = {table}.cloud AND scans.tenant_id = {table}.tenant_id)",
                tenant,
            )


def _packed(document: Struct) -> bytes:
    return gzip.compress(msgspec.json.encode(document), compresslevel=6, mtime=0)


def _unpacked(content: bytes, kind: type[T], known: str) -> T | None:
    """Return what was kept; None where it is damaged or a newer permdesk wrote it."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        text = unpack.decompress(content, _MOST)
        if not unpack.eof or msgspec.json.decode(text, type=_Head).format != known:
            return None
        return msgspec.json.decode(text, type=kind)
    except (zlib.error, msgspec.MsgspecError, ValueError, RecursionError):
        return None


class _Head(Struct, frozen=True):
    format: str
