"""A scan: everything read from a tenant at one time, with its coverage."""

from datetime import datetime

from msgspec import Struct

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import Coverage, ReadCoverage
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.tenant import Account, Tenant


class Snapshot(Struct, frozen=True, dict=True):
    """What was read, and how completely.

    Attributes:
        scan_id: stable name of this scan (UUID).
        read_at: when reading began, with time zone.
        apis: definitions of the APIs in use, one per API.
        role_apis: appIds of every API that publishes an application role, as the list of APIs tells.
        ended_at: when the last answer was read, with time zone; None where nobody wrote it down, as in older scans.
    """

    scan_id: str
    tenant: Tenant
    read_at: datetime
    account: Account
    program_version: str
    registrations: tuple[Registration, ...] = ()
    service_principals: tuple[ServicePrincipal, ...] = ()
    apis: tuple[ApiDefinition, ...] = ()
    role_apis: tuple[str, ...] = ()
    app_role_assignments: tuple[AppRoleAssignment, ...] = ()
    delegated_grants: tuple[DelegatedGrant, ...] = ()
    directory_roles: tuple[DirectoryRole, ...] = ()
    users: tuple[User, ...] = ()
    reads: tuple[ReadCoverage, ...] = ()
    ended_at: datetime | None = None

    @property
    def coverage(self) -> Coverage:
        """The questions one can ask about ``reads``."""
        return Coverage(self.reads)
