"""Microsoft Graph's rows to domain types, pure.

Ids are kept in lower case. Names stay as they came, however hostile: making them harmless belongs to whoever
shows them.
"""

from permdesk.domain.application import Registration, RequiredAccess, ServicePrincipal
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.permission import ZERO_ROLE_ID, ApiDefinition, Kind, PublishedPermission
from permdesk.domain.tenant import HeldRole, Tenant
from permdesk.domain.wording import counted, verb
from permdesk.errors import FormatError
from permdesk.graph import whole_pages
from permdesk.graph.pages import Row, object_decoder, page_decoder
from permdesk.graph.remembered import accesses, ids
from permdesk.graph.values import (
    credentials_of,
    has_roles,
    is_for_applications,
    moment_of,
    publisher_of,
    redirects_of,
    switched_off,
)
from permdesk.graph.wire import (
    WireApplication,
    WireAssignment,
    WireDefinition,
    WireGrant,
    WireHeldRole,
    WireOrganization,
    WireRoleAssignment,
    WireRoleDefinition,
    WireServicePrincipal,
    WireUser,
)

_known = ids.get


def _guid(value: str, name: str) -> str:
    known = _known(value)
    if known is not None:
        return known
    try:
        return ids[value]
    except FormatError:
        raise FormatError(f"{name} is not a GUID") from None


def _required(wire: WireApplication) -> tuple[tuple[RequiredAccess, ...], int]:
    """The manifest's entries, each once, and the number of entries whose kind means nothing."""
    # Told by their identity: to compare two of them costs more than to make one.
    entries: dict[int, RequiredAccess] = {}
    nonsense = 0
    for resource in wire.required_resource_access or ():
        app_id = resource.resource_app_id
        for access in resource.resource_access or ():
            entry = accesses[app_id, access.type, access.id]
            if entry is None:
                nonsense += 1
            else:
                entries[id(entry)] = entry
    return tuple(entries.values()), nonsense


def _registration(wire: WireApplication) -> Row[Registration]:
    required, nonsense = _required(wire)
    object_id = _guid(wire.id, "id")
    registration = Registration(
        object_id,
        _guid(wire.app_id, "appId"),
        wire.display_name or "",
        required,
        credentials_of(wire),
        publisher_of(wire.verified_publisher),
        switched_off(wire.is_disabled, wire.disabled_by_microsoft_status),
        redirects_of(wire),
        wire.sign_in_audience,
        moment_of(wire.created_date_time),
    )
    if not nonsense:
        return object_id, registration, None
    entries = counted(nonsense, "manifest entry", "manifest entries")
    return object_id, registration, f"{entries} of a kind that does not exist {verb(nonsense, 'was', 'were')} left out"


def _service_principal(wire: WireServicePrincipal) -> Row[ServicePrincipal]:
    object_id = _guid(wire.id, "id")
    app_id, owner = wire.app_id, wire.app_owner_organization_id
    # Agent identities have no application of their own; everything else has.
    if app_id is None and wire.service_principal_type != "ServiceIdentity":
        raise FormatError("appId is null")
    principal = ServicePrincipal(
        object_id,
        _guid(app_id, "appId") if app_id is not None else object_id,
        wire.display_name or "",
        wire.app_display_name,
        wire.service_principal_type or "Application",
        _shared(owner) if owner else None,
        wire.account_enabled is not False,
        switched_off(wire.is_disabled, wire.disabled_by_microsoft_status),
        publisher_of(wire.verified_publisher),
        tuple(wire.reply_urls or ()),
        moment_of(wire.created_date_time),
        has_roles(wire.app_roles),
    )
    return object_id, principal, None


def _grant(wire: WireGrant) -> Row[DelegatedGrant]:
    consent = wire.consent_type
    principal = None
    if consent != "AllPrincipals":
        consent = consent.casefold()
        if consent == "principal":
            if wire.principal_id is None:
                raise FormatError("principalId is null for one account's grant")
            principal = _guid(wire.principal_id, "principalId")
        elif consent != "allprincipals":
            raise FormatError("consentType is neither AllPrincipals nor Principal")
    client = _known(wire.client_id) or _shared(wire.client_id)
    resource = _known(wire.resource_id) or _shared(wire.resource_id)
    grant = DelegatedGrant(client, resource, principal, wire.scope or "")
    return wire.id or f"{client} {resource} {principal} {grant.scope}", grant, None


def _assignment(wire: WireAssignment) -> Row[AppRoleAssignment]:
    client = _known(wire.principal_id) or _shared(wire.principal_id)
    resource = _known(wire.resource_id) or _shared(wire.resource_id)
    role = _known(wire.app_role_id) or _shared(wire.app_role_id)
    key = wire.id or f"{client} {resource} {role}"
    # People and groups hold roles of an app too, and the zero role is none: neither is a permission.
    kind = wire.principal_type
    if role == ZERO_ROLE_ID or (kind != "ServicePrincipal" and kind.casefold() != "serviceprincipal"):
        return key, None, None
    return key, AppRoleAssignment(client, resource, role, moment_of(wire.created_date_time)), None


def _shared(value: str) -> str:
    """The lower-case id, kept once; whatever is no GUID stays as it came, in lower case."""
    lower = value.lower()
    try:
        return ids[value]
    except FormatError:
        return lower


def _published(wire: WireDefinition) -> tuple[PublishedPermission, ...]:
    roles = (
        PublishedPermission(
            id=role.id.lower(),
            kind=Kind.APPLICATION,
            value=role.value,
            enabled=role.is_enabled is not False,
            title=role.display_name or "",
            description=role.description or "",
        )
        for role in wire.app_roles or ()
        if role.value and is_for_applications(role.allowed_member_types)
    )
    scopes = (
        PublishedPermission(
            id=scope.id.lower(),
            kind=Kind.DELEGATED,
            value=scope.value,
            enabled=scope.is_enabled is not False,
            user_consentable=(scope.type or "").casefold() == "user",
            title=scope.admin_consent_display_name or "",
            description=scope.admin_consent_description or "",
        )
        for scope in wire.oauth2_permission_scopes or ()
        if scope.value
    )
    return (*roles, *scopes)


def _definition(wire: WireDefinition) -> ApiDefinition:
    return ApiDefinition(
        app_id=_guid(wire.app_id, "appId"),
        object_id=_guid(wire.id, "id"),
        display_name=wire.display_name or "",
        permissions=_published(wire),
    )


def _role(wire: WireRoleAssignment) -> Row[DirectoryRole]:
    known = wire.role_definition or WireRoleDefinition()
    role = DirectoryRole(
        principal_id=wire.principal_id.lower(),
        role=known.display_name or wire.role_definition_id,
        template_id=(known.template_id or wire.role_definition_id).lower(),
        scope=wire.directory_scope_id or wire.app_scope_id or "/",
    )
    return wire.id or f"{role.principal_id} {role.template_id} {role.scope}", role, None


def _held_role(wire: WireHeldRole) -> Row[HeldRole]:
    template = _guid(wire.role_template_id, "roleTemplateId")
    return template, HeldRole(template, wire.display_name or template), None


def _user(wire: WireUser) -> User:
    return User(_guid(wire.id, "id"), wire.display_name, wire.user_principal_name, wire.account_enabled)


def _organization(wire: WireOrganization) -> Row[Tenant]:
    default = next((domain.name for domain in wire.verified_domains or () if domain.is_default), None)
    # Which cloud it is in, the answer does not tell.
    tenant = Tenant(_guid(wire.id, "id"), wire.display_name or "", "", default)
    return tenant.id, tenant, None


decode_organizations = page_decoder("organization", WireOrganization, _organization)
decode_registrations = page_decoder("applications", WireApplication, _registration, whole_pages.registrations)
decode_service_principals = page_decoder(
    "servicePrincipals", WireServicePrincipal, _service_principal, whole_pages.service_principals
)
decode_grants = page_decoder("oauth2PermissionGrants", WireGrant, _grant, whole_pages.grants)
decode_assignments = page_decoder("appRoleAssignedTo", WireAssignment, _assignment, whole_pages.assignments)
decode_directory_roles = page_decoder("roleManagement/directory/roleAssignments", WireRoleAssignment, _role)
decode_held_roles = page_decoder("me/transitiveMemberOf", WireHeldRole, _held_role)
decode_definitions = page_decoder(
    "servicePrincipals of one appId", WireDefinition, lambda wire: ((one := _definition(wire)).app_id, one, None)
)
decode_definition = object_decoder("a service principal's definitions", WireDefinition, _definition)
decode_user = object_decoder("users", WireUser, _user)
