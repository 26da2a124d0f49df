"""What a person does with kept scans: notes on them, deleting them, and how long they stay by themselves."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from permdesk.domain.retention import Retention
from permdesk.domain.unfinished import UnfinishedScan
from permdesk.errors import StorageError
from permdesk.history.consents import forget_without_scans
from permdesk.history.database import HistoryDatabase
from permdesk.history.owners import Owners
from permdesk.history.pages import drop_journals
from permdesk.history.unfinished import unfinished_scans

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Characters; a note is a few sentences, and everything longer belongs elsewhere.
LONGEST_NOTE = 2000
_RETENTION, _SECRET = "retention", "secret"
_SECRET_BYTES = 32
_RUNNING = (
    "FROM journals AS running JOIN journals AS base "
    "ON running.cloud = base.cloud AND running.tenant_id = base.tenant_id"
)
#: SQLite takes so many values at once.
_AT_ONCE = 500


class Keeping:
    """Looks after the kept scans of one history.

    Args:
        history: the file.
        owners: the locks of scans under way.
    """

    def __init__(self, history: HistoryDatabase, owners: Owners) -> None:
        self._history = history
        self._owners = owners

    def note(self, scan_id: str, text: str) -> bool:
        """Write a note on a scan, or take it away with an empty text; False where there is no such scan.

        Raises:
            StorageError: it could not be written.
        """
        kept = text.strip()[:LONGEST_NOTE]

        def work(database: "Database") -> bool:
            if database.conn.execute("SELECT 1 FROM scans WHERE scan_id = ?", (scan_id,)).fetchone() is None:
                return False
            if kept:
                database.conn.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (scan_id, kept))
            else:
                database.conn.execute("DELETE FROM notes WHERE scan_id = ?", (scan_id,))
            return True

        return self._history.write(work)

    def delete(self, scan_ids: Sequence[str]) -> int:
        """Delete scans with everything that no other scan needs; return how many there were.

        With the last scan of a tenant go the records of its consents and the list of those to make.

        The room they leave is given back by ``compact``.

        Raises:
            StorageError: a scan of one of their tenants is under way, or they could not be deleted.
        """

        def work(database: "Database") -> int:
            gone = 0
            for start in range(0, len(scan_ids), _AT_ONCE):
                gone += self._delete(database, list(scan_ids[start : start + _AT_ONCE]))
            return gone

        return self._history.write(work)

    def compact(self, *, from_share: float = 0.0) -> bool:
        """Give the room that deleted scans left back to the disk; see ``HistoryDatabase.compact``."""
        return self._history.compact(from_share=from_share)

    def unfinished(self) -> list[UnfinishedScan]:
        """Return the scans that were begun and not finished, newest first.

        Raises:
            StorageError: the history cannot be read.
        """
        return self._history.read(unfinished_scans)

    def retention(self) -> Retention:
        """Return how long scans stay; for ever where nobody said anything, or a newer permdesk said something else.

        Raises:
            StorageError: the history cannot be read.
        """
        text = self._history.read(lambda database: _setting(database, _RETENTION))
        try:
            return Retention.parse(text.decode()) if text is not None else Retention()
        except (ValueError, UnicodeDecodeError):
            return Retention()

    def set_retention(self, rule: Retention) -> None:
        """Keep how long scans stay; nothing is deleted by it.

        Raises:
            StorageError: it could not be kept.
        """
        self._history.write(lambda database: _set(database, _RETENTION, str(rule).encode()))

    def secret(self) -> bytes:
        """Return random bytes of this history's own, the same for ever.

        Raises:
            StorageError: there are none yet, and none can be kept.
        """
        found = self._history.read(lambda database: _setting(database, _SECRET))
        if found is not None:
            return found

        def work(database: "Database") -> bytes:
            made = _setting(database, _SECRET)
            if made is None:
                made = secrets.token_bytes(_SECRET_BYTES)
                _set(database, _SECRET, made)
            return made

        return self._history.write(work)

    def _delete(self, database: "Database", scan_ids: list[str]) -> int:
        marks = ", ".join("?" * len(scan_ids))
        self._refuse_bases(database, marks, scan_ids)
        chosen = f"scan_id IN ({marks})"
        journals = database.conn.execute(
            f"SELECT journal FROM journals WHERE finished AND {chosen}",  # noqa: S608 - our own words
            scan_ids,
        ).fetchall()
        drop_journals(database, [number for (number,) in journals])
        tenants = database.conn.execute(
            f"SELECT DISTINCT cloud, tenant_id FROM scans WHERE {chosen}",  # noqa: S608 - our own words
            scan_ids,
        ).fetchall()
        database.conn.execute(f"DELETE FROM notes WHERE {chosen}", scan_ids)  # noqa: S608 - our own words
        gone = int(database.conn.execute(f"DELETE FROM scans WHERE {chosen}", scan_ids).rowcount)  # noqa: S608
        forget_without_scans(database, tenants)
        return gone

    def _refuse_bases(self, database: "Database", marks: str, scan_ids: list[str]) -> None:
        """Refuse where a scan under way may be taking pages over from one of these."""
        under_way = database.conn.execute(
            f"SELECT DISTINCT running.journal {_RUNNING} WHERE NOT running.finished "
            f"AND base.finished AND base.scan_id IN ({marks})",
            scan_ids,
        ).fetchall()
        for (journal,) in under_way:
            owner = self._owners.own(journal)
            if owner is None:
                raise StorageError(
                    "A scan of this tenant is under way",
                    detail="It may rely on the one to be deleted. Nothing was deleted.",
                    remedy="Wait until it is done, then delete again.",
                )
            owner.release()


def _setting(database: "Database", name: str) -> bytes | None:
    found = database.conn.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return bytes(found[0]) if found is not None else None


def _set(database: "Database", name: str, value: bytes) -> None:
    database.conn.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
