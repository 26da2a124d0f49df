"""The scans that were begun and not finished, listed; nothing of them is touched."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from permdesk.domain.tenant import Account
from permdesk.domain.unfinished import UnfinishedScan
from permdesk.history.pages import PART

if TYPE_CHECKING:
    from sqlite_utils import Database

_UNFINISHED = (
    "SELECT journals.scan_id, cloud, tenant_id, began, account, (SELECT COUNT(*) FROM pages JOIN lists USING (list) "
    "WHERE pages.journal = journals.journal AND read NOT LIKE ?) FROM journals "
    "WHERE NOT finished ORDER BY began DESC, journal DESC"
)


def unfinished_scans(database: "Database") -> list[UnfinishedScan]:
    """Return the scans that were begun and not finished, newest first: interrupted ones, and those under way."""
    rows = database.conn.execute(_UNFINISHED, (f"{PART}%",)).fetchall()
    return [
        UnfinishedScan(scan_id, cloud, tenant_id, datetime.fromisoformat(began), Account(*json.loads(account)), pages)
        for scan_id, cloud, tenant_id, began, account, pages in rows
    ]
