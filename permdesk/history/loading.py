"""A kept scan, read back: put together from its pages, or opened whole where an older permdesk kept it."""

from typing import TYPE_CHECKING

from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import FormatError
from permdesk.history.assembly import ROWS_OF, Parts, is_head, put_together, rows_of_head
from permdesk.history.database import HistoryDatabase
from permdesk.history.pages import KeptPage, pages_of_read, parts_of
from permdesk.history.scan_format import decode

if TYPE_CHECKING:
    from sqlite_utils import Database


_SCANS = (
    "SELECT scans.scan_id, content, journal FROM scans "
    "LEFT JOIN journals ON journals.scan_id = scans.scan_id AND finished"
)


class _Found(Struct):
    scan_id: str
    content: bytes
    pages: dict[ReadName, list[KeptPage]]
    parts: Parts


def load_scan(history: HistoryDatabase, where: str, values: list[str]) -> Snapshot | None:
    """Return the newest of the scans that a condition names, or None.

    Raises:
        StorageError: the history cannot be read.
        FormatError: the kept scan is damaged.
    """
    found = history.read(lambda database: _found(database, where, values))
    if found is None:
        return None
    try:
        if not is_head(found.content):
            return decode(found.content, name=f"Scan {found.scan_id} of the history")
        return put_together(found.content, found.pages, found.parts, {})
    except FormatError:
        # Somebody may have deleted it while its pages were fetched one kind after the other.
        if _is_there(history, found.scan_id):
            raise
        return load_scan(history, where, values)


def _is_there(history: HistoryDatabase, scan_id: str) -> bool:
    find = "SELECT 1 FROM scans WHERE scan_id = ?"
    return history.read(lambda database: bool(database.conn.execute(find, (scan_id,)).fetchone()))


def rows_of_newest(history: HistoryDatabase, *, cloud: str, tenant_id: str) -> dict[ReadName, int]:
    """Return how many rows of each kind a tenant's newest scan has; none where there is none, or it does not tell.

    Raises:
        StorageError: the history cannot be read.
        FormatError: the kept scan is damaged.
    """

    def head(database: "Database") -> bytes | None:
        newest = "SELECT content FROM scans WHERE cloud = ? AND tenant_id = ? ORDER BY read_at DESC, rowid DESC LIMIT 1"
        return next((row["content"] for row in database.query(newest, [cloud, tenant_id])), None)

    content = history.read(head)
    return rows_of_head(content) if content is not None and is_head(content) else {}


def _found(database: "Database", where: str, values: list[str]) -> _Found | None:
    newest = f"{_SCANS} WHERE {where} ORDER BY read_at DESC, scans.rowid DESC LIMIT 1"
    for row in database.query(newest, values):
        if row["journal"] is None or not is_head(row["content"]):
            return _Found(row["scan_id"], row["content"], {}, {})
        pages = {read: [page for _, page in pages_of_read(database, row["journal"], read)] for read in ROWS_OF}
        return _Found(row["scan_id"], row["content"], pages, parts_of(database, row["journal"]))
    return None
