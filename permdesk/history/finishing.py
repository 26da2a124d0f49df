"""The step that makes a scan one of the history: until then nobody sees it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from permdesk.domain.scan_store import ScanOf
from permdesk.domain.snapshot import Snapshot
from permdesk.history.assembly import head_of, pages_without_keys, parts
from permdesk.history.beginning import new_journal
from permdesk.history.database import HistoryDatabase
from permdesk.history.pages import drop_journals, forget_links, put_chunk, put_page, put_part
from permdesk.history.records import row_of

if TYPE_CHECKING:
    from sqlite_utils import Database


def finish_journal(
    database: "Database", journal: int, snapshot: Snapshot, parts: Mapping[tuple[str, str], int]
) -> None:
    """Make a scan whose pages are kept one of the history; an older one of the same name goes.

    Args:
        database: in a transaction that writes.
        journal: the scan's number.
        snapshot: the scan.
        parts: chunks of what is kept beside its pages, by name and what each is of.
    """
    for (part, of), chunk in parts.items():
        put_part(database, journal, part, chunk=chunk, of=of)
    forget_links(database, journal)
    older = database.conn.execute(
        "SELECT journal FROM journals WHERE scan_id = ? AND finished AND journal <> ?", (snapshot.scan_id, journal)
    ).fetchall()
    drop_journals(database, [number for (number,) in older])
    # The scan may know its tenant where the token did not tell it.
    database.conn.execute(
        "UPDATE journals SET scan_id = ?, tenant_id = ?, finished = 1 WHERE journal = ?",
        (snapshot.scan_id, snapshot.tenant.id, journal),
    )
    database.table("scans").upsert(row_of(snapshot, head_of(snapshot)), pk="scan_id")


def keep_whole(history: HistoryDatabase, snapshot: Snapshot) -> None:
    """Keep a scan that comes without pages; one of the same name is replaced.

    Raises:
        StorageError: it could not be kept.
    """
    pages = list(pages_without_keys(snapshot))
    beside = parts(snapshot, {})
    what = ScanOf(snapshot.tenant.cloud, "", snapshot.tenant.id, snapshot.account, "")

    def work(database: "Database") -> None:
        journal = new_journal(database, snapshot.scan_id, what, snapshot.read_at, finished=True)
        for name, chunk in pages:
            put_page(database, journal, name, chunk=put_chunk(database, chunk, {}), said=None, link=None)
        numbers = {part: put_chunk(database, chunk, {}) for part, chunk in beside.items()}
        finish_journal(database, journal, snapshot, numbers)

    history.write(work)
