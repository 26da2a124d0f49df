"""Tenants of which a report can tell nothing, with what is known of them all the same."""

from permdesk.domain.scan_store import ScanRecord, ScanStore
from permdesk.errors import WorldError
from permdesk.reports.subject import UnreadTenant


def unread_tenant(
    scans: ScanStore, *, cloud: str, tenant_id: str, account: str, reason: str, remedy: str
) -> UnreadTenant:
    """Return a tenant that could not be read.

    Args:
        scans: the kept scans: an older one knows the tenant's name.
        cloud: id of its cloud.
        tenant_id: its id.
        account: who was to read it.
        reason: why nothing is told of it.
        remedy: what would help; empty where nobody knows.
    """
    last = _newest(scans, cloud, tenant_id)
    return UnreadTenant(
        name=last.tenant_name if last is not None and last.tenant_name else tenant_id,
        tenant_id=tenant_id,
        cloud=cloud,
        account=account,
        reason=reason,
        remedy=remedy,
        last_read_at=last.read_at if last is not None else None,
    )


def _newest(scans: ScanStore, cloud: str, tenant_id: str) -> ScanRecord | None:
    try:
        records = scans.records()
    except WorldError:
        # That the history cannot be read is said elsewhere; the tenant is named by its id then.
        return None
    return next((one for one in records if (one.cloud, one.tenant_id) == (cloud, tenant_id)), None)
