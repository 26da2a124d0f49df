"""Every read permdesk makes of Microsoft Graph: its path, its fields, and how its answer is decoded.

Facts: learn.microsoft.com/graph/api for application-list, serviceprincipal-list, oauth2permissiongrant-list,
serviceprincipal-list-approleassignedto, rbacapplication-list-roleassignments, user-get, organization-list,
user-list-transitivememberof.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole
from permdesk.domain.page import ListName, Page
from permdesk.domain.tenant import Tenant
from permdesk.graph import payloads

T = TypeVar("T")

#: The most rows Graph puts on one page; appRoleAssignedTo loses rows at smaller ones.
PAGE_SIZE = 999

#: Names these requests and what is made of their answers: pages kept under another name are not mixed with them.
PLAN = "1"

#: Asks for a count; Graph does not carry it over to the next page, so it goes with each.
COUNTING = {"consistencylevel": "eventual"}

_APPLICATION = (
    "id,appId,displayName,createdDateTime,signInAudience,verifiedPublisher,requiredResourceAccess,"
    "passwordCredentials,keyCredentials,web,spa,publicClient"
)
_SERVICE_PRINCIPAL = (
    "id,appId,displayName,appDisplayName,appOwnerOrganizationId,servicePrincipalType,accountEnabled,"
    "verifiedPublisher,replyUrls,appRoles"
)
#: Younger than the rest; a cloud that lags behind does not know them.
_SWITCHES = ",isDisabled,disabledByMicrosoftStatus"
#: What a service principal tells of the permissions it publishes.
DEFINITION = "id,appId,displayName,appRoles,oauth2PermissionScopes"
_GRANT = "id,clientId,consentType,principalId,resourceId,scope"
_COLLECTION = {
    ReadName.APPLICATIONS: "applications",
    ReadName.SERVICE_PRINCIPALS: "servicePrincipals",
    ReadName.OAUTH2_PERMISSION_GRANTS: "oauth2PermissionGrants",
}
_FIELDS = {
    ReadName.APPLICATIONS: _APPLICATION + _SWITCHES,
    ReadName.SERVICE_PRINCIPALS: _SERVICE_PRINCIPAL + _SWITCHES,
    ReadName.OAUTH2_PERMISSION_GRANTS: _GRANT,
}
_USER = "id,displayName,userPrincipalName,accountEnabled"


class Consent(StrEnum):
    """consentType: whom a delegated grant is for."""

    EVERYBODY = "AllPrincipals"
    ONE = "Principal"


class Variant(Struct, frozen=True):
    """One way of asking for a list."""

    path: str
    headers: Mapping[str, str] = {}


class ListRequest(Struct, Generic[T], frozen=True):
    """A list to be read to its end.

    Attributes:
        read: its name in the coverage.
        label: its name in the progress.
        variants: ways of asking, best first; the next is taken where the service does not offer one (400).
        decode: a page's body to its rows.
        resource_app_id: the API, for lists read once per API.
        resource: what people call the API, or the app where its own side is read.
        client_object_id: the app, where assignments are read from the app's side.
        part: which part of the list, where it is read in parts.
        never_empty: what it means that no row came, for a list that has one in every tenant.
    """

    read: ReadName
    label: str
    variants: tuple[Variant, ...]
    decode: Callable[[bytes], Page[T]]
    resource_app_id: str | None = None
    resource: str | None = None
    client_object_id: str | None = None
    part: str = ""
    never_empty: str | None = None

    @property
    def name(self) -> ListName:
        """What tells this list from every other of a scan."""
        return ListName(self.read, self.resource_app_id or "", self.client_object_id or self.part)


def organization() -> ListRequest[Tenant]:
    """GET /organization: the tenant's id, name and domains."""
    path = "organization?$select=id,displayName,verifiedDomains"
    return ListRequest(
        ReadName.ORGANIZATION,
        "Organization",
        (Variant(path),),
        payloads.decode_organizations,
        never_empty="Microsoft named no organization; every tenant has one",
    )


def registrations() -> ListRequest[Registration]:
    """GET /applications: the app registrations with their manifests and the dates of their credentials."""
    return ListRequest(
        ReadName.APPLICATIONS,
        "App registrations",
        _counted(f"applications?$top={PAGE_SIZE}&$select=", _APPLICATION),
        payloads.decode_registrations,
    )


def service_principals() -> ListRequest[ServicePrincipal]:
    """GET /servicePrincipals, with the roles they publish: so every API is known that an app may hold a role of."""
    return ListRequest(
        ReadName.SERVICE_PRINCIPALS,
        "Service principals",
        _counted(f"servicePrincipals?$top={PAGE_SIZE}&$select=", _SERVICE_PRINCIPAL),
        payloads.decode_service_principals,
        never_empty="Microsoft sent no service principal; every tenant has those of Microsoft's own APIs",
    )


def delegated_grants() -> ListRequest[DelegatedGrant]:
    """GET /oauth2PermissionGrants: every delegated grant, tenant-wide and of single accounts."""
    path = f"oauth2PermissionGrants?$top={PAGE_SIZE}"
    return ListRequest(
        ReadName.OAUTH2_PERMISSION_GRANTS,
        "Delegated grants",
        (Variant(f"{path}&$count=true", COUNTING), Variant(path)),
        payloads.decode_grants,
    )


def grants_of(consent: Consent) -> ListRequest[DelegatedGrant]:
    """GET /oauth2PermissionGrants of one consent type: both side by side take half as long as one after the other."""
    path = f"oauth2PermissionGrants?$top={PAGE_SIZE}&$filter=consentType eq '{consent}'".replace(" ", "%20")
    return replace(delegated_grants(), variants=(Variant(f"{path}&$count=true", COUNTING), Variant(path)), part=consent)


def mark_path(read: ReadName) -> str:
    """Path of the address from which later changes of a list are told: GET .../delta?$deltatoken=latest."""
    return f"{_COLLECTION[read]}/delta?$select={_FIELDS[read]}&$deltatoken=latest"


def count_path(read: ReadName) -> str:
    """Path that tells how many rows a list has; it needs ``COUNTING``."""
    return f"{_COLLECTION[read]}?$top=1&$select=id&$count=true"


def held_roles_path() -> str:
    """Path of the directory roles that are active for whoever signed in; it needs ``COUNTING``, as every cast does.

    learn.microsoft.com/graph/api/user-list-transitivememberof
    """
    fields = "id,displayName,roleTemplateId"
    return f"me/transitiveMemberOf/microsoft.graph.directoryRole?$select={fields}&$top={PAGE_SIZE}&$count=true"


def object_path(read: ReadName, object_id: str) -> str:
    """Path of one row of a list."""
    return f"{_COLLECTION[read]}/{object_id}?$select={_FIELDS[read]}"


def assigned_to(app_id: str, object_id: str | None, name: str) -> ListRequest[AppRoleAssignment]:
    """GET /servicePrincipals/{api}/appRoleAssignedTo: who holds application permissions of one API."""
    return ListRequest(
        ReadName.APP_ROLE_ASSIGNMENTS,
        f"Role assignments, {name}",
        (Variant(f"{_service_principal(app_id, object_id)}/appRoleAssignedTo?$top={PAGE_SIZE}"),),
        payloads.decode_assignments,
        resource_app_id=app_id,
        resource=name,
    )


def assignments_of(object_id: str, name: str) -> ListRequest[AppRoleAssignment]:
    """GET /servicePrincipals/{app}/appRoleAssignments: which application permissions one app holds, of any API."""
    return ListRequest(
        ReadName.APP_ROLE_ASSIGNMENTS,
        f"Role assignments of {name}",
        (Variant(f"servicePrincipals/{object_id}/appRoleAssignments?$top={PAGE_SIZE}"),),
        payloads.decode_assignments,
        resource=name,
        client_object_id=object_id,
    )


def directory_roles(principals: Collection[str]) -> ListRequest[DirectoryRole]:
    """GET /roleManagement/directory/roleAssignments: those of people are left out.

    Args:
        principals: object ids of the tenant's service principals.
    """
    path = "roleManagement/directory/roleAssignments?$expand=roleDefinition"

    def decode(body: bytes) -> Page[DirectoryRole]:
        page = payloads.decode_directory_roles(body)
        rows = {key: row if row and row.principal_id in principals else None for key, row in page.rows.items()}
        return replace(page, rows=rows)

    return ListRequest(ReadName.DIRECTORY_ROLES, "Directory roles", (Variant(path),), decode)


def definition_path(app_id: str, object_id: str | None) -> str:
    """Path of what one API publishes."""
    return f"{_service_principal(app_id, object_id)}?$select={DEFINITION}"


def user_path(object_id: str) -> str:
    """Path of one person's name and state."""
    return f"users/{object_id}?$select={_USER}"


def _service_principal(app_id: str, object_id: str | None) -> str:
    return f"servicePrincipals/{object_id}" if object_id else f"servicePrincipals(appId='{app_id}')"


def _counted(path: str, fields: str) -> tuple[Variant, ...]:
    """With a count; without, where the tenant allows none (Azure AD B2C); without the young fields."""
    return (
        Variant(f"{path}{fields}{_SWITCHES}&$count=true", COUNTING),
        Variant(f"{path}{fields}{_SWITCHES}"),
        Variant(f"{path}{fields}"),
    )
