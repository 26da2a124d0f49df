"""Questions to one tenant between two scans: one client, and one reader for each question."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from permdesk.domain.audit import AuditTrail
from permdesk.domain.one_app import AppReading, WantedApp
from permdesk.domain.ports import CancelToken
from permdesk.domain.role_holders import HoldersRead, RolesRead
from permdesk.domain.tenant import HeldRole
from permdesk.graph.audit_log import AuditLog
from permdesk.graph.client import GraphClient
from permdesk.graph.one_app import OneApp
from permdesk.graph.role_reads import RoleReads


class TenantQuestions:
    """Implements ``Questions`` over Microsoft Graph.

    Args:
        client: of one tenant's Graph endpoint.
        permissions: the delegated permissions of the token; None where it does not tell.
        clock: the present moment, with time zone.
        new_id: names a reading of one app.
    """

    def __init__(
        self,
        client: GraphClient,
        *,
        permissions: Collection[str] | None,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._roles = RoleReads(client, permissions=permissions, clock=clock)
        self._app = OneApp(client, permissions=permissions, clock=clock, new_id=new_id)
        self._log = AuditLog(client, permissions=permissions, clock=clock)

    def my_roles(self, *, cancel: CancelToken) -> RolesRead:
        """Return the directory roles that are active now."""
        return self._roles.mine(cancel=cancel)

    def holders(self, roles: Sequence[HeldRole], *, cancel: CancelToken) -> HoldersRead:
        """Return who is assigned to some roles."""
        return self._roles.holders(roles, cancel=cancel)

    def app(self, wanted: WantedApp, *, cancel: CancelToken) -> AppReading:
        """Return one app as it is now."""
        return self._app.read(wanted, cancel=cancel)

    def trail(self, object_id: str, *, since: datetime, cancel: CancelToken) -> AuditTrail:
        """Return what the directory audit log tells of an app's grants."""
        return self._log.of_app(object_id, since=since, cancel=cancel)
