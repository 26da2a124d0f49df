"""Where a scan begins: with what an interrupted one left, or afresh; and what it may bring up to date."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from permdesk.domain.page import ListName
from permdesk.domain.scan_store import ScanOf, ScanRecord
from permdesk.domain.tenant import Account
from permdesk.domain.unfinished import GOES_ON
from permdesk.errors import StorageError
from permdesk.history.owners import Owner, Owners
from permdesk.history.pages import drop_journals, page_counts
from permdesk.history.records import account_text, record_of, sortable

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Microsoft forgets after 7 days what a mark refers to; a scan that relies on one takes its time too.
MARKS_LAST = timedelta(days=7) - timedelta(hours=6)
#: A clock that was set right by less than this is no reason to begin again.
_CLOCK = timedelta(minutes=5)
#: Locks of a history that was put aside may be held still.
_TRIES = 100


class Base(Struct, frozen=True):
    """A finished scan whose lists can be brought up to date."""

    journal: int
    record: ScanRecord


class Beginning(Struct, frozen=True):
    """The scan that was begun or goes on; see ``ScanJournal``."""

    journal: int
    scan_id: str
    read_at: datetime
    owner: Owner
    pages: dict[ListName, int]
    anew: str
    base: Base | None


class _Unfinished(Struct, frozen=True):
    journal: int
    scan_id: str
    what: ScanOf
    began: datetime


def begin(
    database: "Database", owners: Owners, what: ScanOf, *, new_scan_id: Callable[[], str], now: datetime, afresh: bool
) -> Beginning:
    """Return where a scan begins; interrupted ones that nobody can go on with are deleted.

    Args:
        database: in a transaction that writes.
        owners: the locks of scans under way.
        what: whose tenant is read.
        new_scan_id: names a new scan.
        now: the moment it begins, with time zone.
        afresh: go on with nothing, and bring nothing up to date.

    Raises:
        StorageError: no lock can be made.
    """
    base = None if afresh or what.tenant_id is None else _base(database, what, now)
    chosen: Beginning | None = None
    anew: str | None = None
    for found in _unfinished(database):
        owner = owners.own(found.journal)
        if owner is None:
            continue
        kept = dropped = False
        try:
            pages = page_counts(database, found.journal)
            why = _why_not(found, what, now, afresh=afresh, superseded=chosen is not None) if pages else ""
            if why is None:
                kept = True
                chosen = Beginning(found.journal, found.scan_id, found.began, owner, pages, "", base)
            elif pages and _same_tenant(found.what, what) and anew is None and chosen is None:
                anew = why
            if not kept and (not pages or not _may_go_on(found, what, now, afresh=afresh)):
                drop_journals(database, [found.journal])
                dropped = True
        finally:
            if not kept:
                owner.release()
        if dropped:
            owners.forget(found.journal)
    if chosen is not None:
        return chosen
    scan_id = new_scan_id()
    journal, owner = _new(database, owners, scan_id, what, now)
    return Beginning(journal, scan_id, now, owner, {}, anew or "", base)


def _why_not(found: _Unfinished, what: ScanOf, now: datetime, *, afresh: bool, superseded: bool) -> str | None:
    """Return why an interrupted scan is not gone on with, or None where it is."""
    because = "The interrupted scan is not gone on with: "
    if not _same_tenant(found.what, what) or superseded:
        return because
    if afresh:
        return f"{because}a full scan was asked for."
    if found.what.account != what.account:
        return f"{because}another account began it."
    if found.what != what:
        return f"{because}another version of permdesk began it."
    if now - found.began >= GOES_ON:
        return f"{because}it began more than an hour ago."
    if found.began - now > _CLOCK:
        return f"{because}the clock of this computer was set back since it began."
    return None


def _may_go_on(found: _Unfinished, what: ScanOf, now: datetime, *, afresh: bool) -> bool:
    """True where somebody else may still go on with an interrupted scan: in another tenant, or with another account."""
    if found.what.tenant_id is None or not -_CLOCK <= now - found.began < GOES_ON:
        return False
    if not _same_tenant(found.what, what):
        return True
    return found.what.account != what.account and found.what.plan == what.plan and not afresh


def _same_tenant(found: ScanOf, what: ScanOf) -> bool:
    if what.tenant_id is None:
        return False
    return (found.cloud, found.graph, found.tenant_id) == (what.cloud, what.graph, what.tenant_id)


def _unfinished(database: "Database") -> Iterator[_Unfinished]:
    rows = database.conn.execute(
        "SELECT journal, scan_id, cloud, graph, tenant_id, account, plan, began FROM journals "
        "WHERE NOT finished ORDER BY began DESC, journal DESC"
    ).fetchall()
    for journal, scan_id, cloud, graph, tenant_id, account, plan, began in rows:
        what = ScanOf(cloud, graph, tenant_id, Account(*json.loads(account)), plan)
        yield _Unfinished(journal, scan_id, what, datetime.fromisoformat(began))


def _base(database: "Database", what: ScanOf, now: datetime) -> Base | None:
    rows = database.query(
        "SELECT journal, began, scans.* FROM journals JOIN scans USING (scan_id) "
        "WHERE finished AND journals.cloud = ? AND graph = ? AND journals.tenant_id = ? AND plan = ? "
        "AND EXISTS (SELECT 1 FROM marks WHERE marks.journal = journals.journal) "
        "ORDER BY began DESC, journal DESC LIMIT 1",
        [what.cloud, what.graph, what.tenant_id, what.plan],
    )
    for row in rows:
        if -_CLOCK <= now - datetime.fromisoformat(row["began"]) < MARKS_LAST:
            return Base(row["journal"], record_of(row))
    return None


def _new(database: "Database", owners: Owners, scan_id: str, what: ScanOf, now: datetime) -> tuple[int, Owner]:
    for _ in range(_TRIES):
        journal = new_journal(database, scan_id, what, now, finished=False)
        owner = owners.own(journal)
        if owner is not None:
            return journal, owner
        drop_journals(database, [journal])
    raise StorageError(
        "The scan cannot be kept while it is read",
        detail="Other programs hold the locks beside the history.",
        remedy="End other permdesks, or name another folder with --data-dir.",
    )


def new_journal(database: "Database", scan_id: str, what: ScanOf, began: datetime, *, finished: bool) -> int:
    """Make the entry of a scan that is kept page by page, and return its number."""
    row: dict[str, Any] = {
        "scan_id": scan_id,
        "cloud": what.cloud,
        "graph": what.graph,
        "tenant_id": what.tenant_id,
        "account": account_text(what.account),
        "plan": what.plan,
        "began": sortable(began),
        "finished": finished,
    }
    number = database.conn.execute(
        "INSERT INTO journals (scan_id, cloud, graph, tenant_id, account, plan, began, finished) "
        "VALUES (:scan_id, :cloud, :graph, :tenant_id, :account, :plan, :began, :finished)",
        row,
    ).lastrowid
    return int(number or 0)
