"""One line of the history: how it is kept."""

import json
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, HeldRole

Row = dict[str, Any]


def row_of(snapshot: Snapshot, content: bytes) -> Row:
    """Return what the list of scans shows of a scan, and its content."""
    return {
        "scan_id": snapshot.scan_id,
        "cloud": snapshot.tenant.cloud,
        "tenant_id": snapshot.tenant.id,
        "tenant_name": snapshot.tenant.name,
        "read_at": sortable(snapshot.read_at),
        "account": _with_roles(snapshot.account),
        "complete": snapshot.coverage.all_complete,
        "apps": len(_app_ids(snapshot)),
        "content": content,
        "ended_at": sortable(snapshot.ended_at) if snapshot.ended_at is not None else None,
    }


#: Of two scans of one moment the one kept later is the newer.
_newest = itemgetter(4, 10)
#: The columns of a line; the first eight in the order of the fields of ``ScanRecord``.
COLUMNS = "scan_id, tenant_id, tenant_name, cloud, read_at, account, complete, apps, ended_at"


def record_of(row: Row) -> ScanRecord:
    """Return the line that a row of the table holds."""
    (record,) = records_of([(*(row[name] for name in COLUMNS.split(", ")), None, 0)])
    return record


def records_of(rows: list[tuple[Any, ...]]) -> list[ScanRecord]:
    """Return the lines that rows of ``COLUMNS``, a note and a number hold, newest first; there may be thousands."""
    rows.sort(key=_newest, reverse=True)
    accounts: dict[str, Account] = {}
    records = []
    for scan_id, tenant_id, tenant_name, cloud, read_at, account, complete, apps, ended_at, note, _ in rows:
        known = accounts.get(account)
        if known is None:
            known = accounts[account] = _account(account)
        began = datetime.fromisoformat(read_at)
        ended = datetime.fromisoformat(ended_at) if ended_at is not None else None
        records.append(
            ScanRecord(scan_id, tenant_id, tenant_name, cloud, began, known, complete != 0, apps, note or "", ended)
        )
    return records


def account_text(account: Account) -> str:
    """Return what tells a person from others, as the tables keep it."""
    return json.dumps([account.username, account.object_id, account.home_tenant_id])


def _with_roles(account: Account) -> str:
    if account.roles is None:
        return account_text(account)
    return json.dumps([*json.loads(account_text(account)), [[role.template_id, role.name] for role in account.roles]])


def _account(text: str) -> Account:
    username, object_id, home_tenant_id, *roles = json.loads(text)
    held = tuple(HeldRole(*role) for role in roles[0]) if roles else None
    return Account(username, object_id, home_tenant_id, held)


def sortable(moment: datetime) -> str:
    """Return a moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _app_ids(snapshot: Snapshot) -> set[str]:
    apps = {registration.app_id for registration in snapshot.registrations}
    return apps | {principal.app_id for principal in snapshot.service_principals}
