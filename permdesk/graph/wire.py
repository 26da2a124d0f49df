"""The rows of Microsoft Graph as they come over the wire: only the fields that permdesk asks for.

Fields are those of the v1.0 metadata. Unknown ones are ignored; one without a default has to be there.
"""

from msgspec import Struct, field


class Wire(Struct, rename="camel", gc=False):
    """A row as Graph sends it. A field without a default has to be there."""


class WireVerifiedPublisher(Wire):
    """verifiedPublisher: an object of nulls where nobody is verified."""

    display_name: str | None = None
    verified_publisher_id: str | None = None


class WireResourceAccess(Struct, rename="camel", gc=False, frozen=True):
    """One permission in a manifest: id and Scope or Role."""

    id: str
    type: str | None = None


class WireRequiredResourceAccess(Wire):
    """One API in a manifest."""

    resource_app_id: str
    resource_access: list[WireResourceAccess] | None


class WireHeldRole(Wire):
    """GET /me/transitiveMemberOf/microsoft.graph.directoryRole."""

    id: str
    display_name: str | None
    role_template_id: str


class WireCredential(Wire):
    """passwordCredentials and keyCredentials alike: dates, never values."""

    display_name: str | None = None
    start_date_time: str | None = None
    end_date_time: str | None = None


class WireRedirectUris(Wire):
    """web, spa and publicClient alike."""

    redirect_uris: list[str] | None = None


class WireApplication(Wire):
    """GET /applications."""

    id: str
    app_id: str
    display_name: str | None
    required_resource_access: list[WireRequiredResourceAccess] | None
    password_credentials: list[WireCredential] | None
    key_credentials: list[WireCredential] | None
    created_date_time: str | None = None
    sign_in_audience: str | None = None
    verified_publisher: WireVerifiedPublisher | None = None
    is_disabled: bool | None = None
    disabled_by_microsoft_status: str | None = None
    web: WireRedirectUris | None = None
    spa: WireRedirectUris | None = None
    public_client: WireRedirectUris | None = None


class WireRoleKind(Wire):
    """As much of an app role as tells whom it is for."""

    allowed_member_types: list[str] | None


class WireServicePrincipal(Wire):
    """GET /servicePrincipals."""

    id: str
    app_id: str | None
    display_name: str | None
    account_enabled: bool | None
    service_principal_type: str | None
    app_owner_organization_id: str | None
    app_roles: list[WireRoleKind] | None
    app_display_name: str | None = None
    is_disabled: bool | None = None
    disabled_by_microsoft_status: str | None = None
    verified_publisher: WireVerifiedPublisher | None = None
    reply_urls: list[str] | None = None
    created_date_time: str | None = None


class WireGrant(Wire):
    """GET /oauth2PermissionGrants."""

    client_id: str
    resource_id: str
    consent_type: str
    scope: str | None
    id: str | None = None
    principal_id: str | None = None


class WireAssignment(Wire):
    """GET /servicePrincipals/{id}/appRoleAssignedTo."""

    app_role_id: str
    principal_id: str
    principal_type: str
    resource_id: str
    id: str | None = None
    created_date_time: str | None = None


class WireAppRole(Wire):
    """An application permission, or a role for people."""

    id: str
    value: str | None
    allowed_member_types: list[str] | None
    is_enabled: bool | None = None
    display_name: str | None = None
    description: str | None = None


class WireScope(Wire):
    """A delegated permission."""

    id: str
    value: str | None
    type: str | None = None
    is_enabled: bool | None = None
    admin_consent_display_name: str | None = None
    admin_consent_description: str | None = None


class WireDefinition(Wire):
    """GET /servicePrincipals/{id} with what it publishes."""

    id: str
    app_id: str
    display_name: str | None
    app_roles: list[WireAppRole] | None
    oauth2_permission_scopes: list[WireScope] | None = field(name="oauth2PermissionScopes")


class WireRoleDefinition(Wire):
    """A directory role's name."""

    display_name: str | None = None
    template_id: str | None = None


class WireRoleAssignment(Wire):
    """GET /roleManagement/directory/roleAssignments."""

    principal_id: str
    role_definition_id: str
    id: str | None = None
    directory_scope_id: str | None = None
    app_scope_id: str | None = None
    role_definition: WireRoleDefinition | None = None


class WireUser(Wire):
    """GET /users/{id}."""

    id: str
    account_enabled: bool | None
    display_name: str | None = None
    user_principal_name: str | None = None


class WireDomain(Wire):
    """A verified domain of the tenant."""

    name: str
    is_default: bool | None = None


class WireOrganization(Wire):
    """GET /organization."""

    id: str
    display_name: str | None
    verified_domains: list[WireDomain] | None = None
