"""Permissions: what an API publishes, and how one permission is identified."""

from enum import StrEnum

from msgspec import Struct

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
AZURE_AD_GRAPH_APP_ID = "00000002-0000-0000-c000-000000000000"
EXCHANGE_APP_ID = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT_APP_ID = "00000003-0000-0ff1-ce00-000000000000"

#: An assignment without a specific role: no permission.
ZERO_ROLE_ID = "00000000-0000-0000-0000-000000000000"

#: Delegated permissions of Microsoft Graph that every sign-in brings along.
BASIC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
BASIC_READ_SCOPE = "user.read"


class Kind(StrEnum):
    """Application (app role for applications) or delegated (OAuth2 scope); one never stands in for the other."""

    APPLICATION = "application"
    DELEGATED = "delegated"


class PublishedPermission(Struct, frozen=True, gc=False):
    """One permission as an API's service principal publishes it in this tenant.

    Attributes:
        id: lower-case GUID this service principal gives it.
        kind: application or delegated.
        value: the claim value, as published.
        enabled: False where the API has switched it off.
        user_consentable: True for a delegated permission of type User.
        title: the tenant's own short text (adminConsentDisplayName or the role's displayName).
        description: the tenant's own long text.
    """

    id: str
    kind: Kind
    value: str
    enabled: bool = True
    user_consentable: bool = False
    title: str = ""
    description: str = ""


class ApiDefinition(Struct, frozen=True):
    """The permissions one API publishes: servicePrincipals/{id}?$select=appRoles,oauth2PermissionScopes."""

    app_id: str
    object_id: str
    display_name: str
    permissions: tuple[PublishedPermission, ...]


class Permission(Struct, frozen=True, gc=False):
    """One permission of one API in one tenant: the identity of a finding.

    Attributes:
        resource_app_id: the API's appId; None only for a grant whose API is gone.
        resource_object_id: the API's service principal here; None where it is not in the tenant.
        resource: the API's display name, in the tenant's words where it is there.
        kind: application or delegated.
        value: claim value; None where the API publishes no such id here.
        id: lower-case GUID in this tenant; None where the tenant knows none.
    """

    resource_app_id: str | None
    resource_object_id: str | None
    resource: str
    kind: Kind
    value: str | None
    id: str | None

    @property
    def label(self) -> str:
        """The value, or the bare id where no value is published."""
        return self.value if self.value is not None else (self.id or "?")
