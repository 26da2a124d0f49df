"""A scan that fills every kind of fact a snapshot can hold."""

from datetime import UTC, datetime

from permdesk.domain.application import (
    Credential,
    CredentialKind,
    Publisher,
    Registration,
    RequiredAccess,
    ServicePrincipal,
)
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.page import ListName, Page
from permdesk.domain.permission import GRAPH_APP_ID, ApiDefinition, Kind, PublishedPermission
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def make_snapshot(scan_id="scan-1", *, tenant_id=None, cloud="global", read_at=NOON, name="Larkfield Instruments"):
    """A scan that fills every kind of fact a snapshot can hold."""
    role = PublishedPermission(guid(50), Kind.APPLICATION, "Files.Read.All", title="Read files", description="All.")
    return Snapshot(
        scan_id=scan_id,
        tenant=Tenant(tenant_id or guid(1), name, cloud, "larkfield.example"),
        read_at=read_at,
        account=Account("admin@larkfield.example", guid(2), guid(1)),
        program_version="0.1.0",
        registrations=(
            Registration(
                guid(10),
                guid(11),
                "svc-backup",
                required=(RequiredAccess(GRAPH_APP_ID, Kind.APPLICATION, guid(50)),),
                credentials=(Credential(CredentialKind.CERTIFICATE, NOON, None, "CN=backup"),),
                reply_urls=("https://localhost",),
                created=NOON,
            ),
        ),
        service_principals=(
            ServicePrincipal(guid(20), guid(11), "svc-backup", owner_tenant_id=guid(1)),
            ServicePrincipal(guid(21), guid(12), "Vendor \x1b[31m‮app", publisher=Publisher("Vendor Ltd", "1")),
            ServicePrincipal(guid(22), GRAPH_APP_ID, "Microsoft Graph"),
        ),
        apis=(ApiDefinition(GRAPH_APP_ID, guid(22), "Microsoft Graph", (role,)),),
        role_apis=(GRAPH_APP_ID,),
        app_role_assignments=(AppRoleAssignment(guid(20), guid(22), guid(50), NOON),),
        delegated_grants=(DelegatedGrant(guid(21), guid(22), guid(3), " openid  Mail.Read"),),
        directory_roles=(DirectoryRole(guid(20), "Exchange Administrator", guid(60)),),
        users=(User(guid(3), "Sample user", "user@larkfield.example", True),),
        reads=(
            ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, 1, 1),
            ReadCoverage(ReadName.USERS, ReadStatus.REFUSED, detail="403"),
        ),
    )


def pages_of_snapshot(snapshot):
    """Yield the lists of a snapshot, each as one page; assignments and definitions by API."""
    for read, rows in (
        (ReadName.APPLICATIONS, snapshot.registrations),
        (ReadName.SERVICE_PRINCIPALS, snapshot.service_principals),
        (ReadName.USERS, snapshot.users),
    ):
        if rows:
            yield ListName(read), Page({row.object_id: row for row in rows}, count=len(rows))
    for read, rows in (
        (ReadName.APIS, snapshot.role_apis),
        (ReadName.APP_ROLE_ASSIGNMENTS, snapshot.app_role_assignments),
        (ReadName.OAUTH2_PERMISSION_GRANTS, snapshot.delegated_grants),
        (ReadName.DIRECTORY_ROLES, snapshot.directory_roles),
    ):
        if rows:
            yield ListName(read), Page({f"{read}-{place}": row for place, row in enumerate(rows)})
    for api in snapshot.apis:
        yield ListName(ReadName.DEFINITIONS, api.app_id), Page({api.app_id: api})
