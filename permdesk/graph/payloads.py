"""Microsoft Graph's rows to domain types, pure.

Ids are kept in lower case. Names stay as they came, however hostile: making them harmless belongs to whoever
shows them.
"""

import re
from datetime import UTC, datetime

from permdesk.domain.application import (
    Credential,
    CredentialKind,
    Publisher,
    Registration,
    RequiredAccess,
    ServicePrincipal,
)
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.permission import ZERO_ROLE_ID, ApiDefinition, Kind, PublishedPermission
from permdesk.domain.tenant import Tenant
from permdesk.domain.wording import counted, verb
from permdesk.errors import FormatError
from permdesk.graph.pages import Row, object_decoder, page_decoder
from permdesk.graph.wire import (
    WireApplication,
    WireAssignment,
    WireDefinition,
    WireGrant,
    WireOrganization,
    WireRoleAssignment,
    WireRoleDefinition,
    WireServicePrincipal,
    WireUser,
    WireVerifiedPublisher,
)

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def _guid(value: str, name: str) -> str:
    lower = value.lower()
    if _GUID.fullmatch(lower) is None:
        raise FormatError(f"{name} is not a GUID")
    return lower


def is_guid(value: str) -> bool:
    """True for a lower-case GUID, the only thing that is ever put into a request's path."""
    return _GUID.fullmatch(value) is not None


def _moment(value: str | None) -> datetime | None:
    """A date and time in UTC; None where there is none, or none that a calendar knows."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _publisher(wire: WireVerifiedPublisher | None) -> Publisher | None:
    if wire is None or not wire.display_name:
        return None
    return Publisher(wire.display_name, wire.verified_publisher_id)


def _switched_off(is_disabled: bool | None, by_microsoft: str | None) -> bool:
    return bool(is_disabled) or (by_microsoft is not None and by_microsoft.casefold() != "notdisabled")


_KINDS = {"scope": Kind.DELEGATED, "role": Kind.APPLICATION}


def _required(wire: WireApplication) -> tuple[tuple[RequiredAccess, ...], int]:
    """The manifest's entries, each once, and the number of entries whose kind means nothing."""
    entries: dict[RequiredAccess, None] = {}
    nonsense = 0
    for resource in wire.required_resource_access or ():
        for access in resource.resource_access or ():
            kind = _KINDS.get((access.type or "").strip().casefold())
            if kind is None:
                nonsense += 1
                continue
            entries[RequiredAccess(resource.resource_app_id.strip().lower(), kind, access.id.strip().lower())] = None
    return tuple(entries), nonsense


def _credentials(wire: WireApplication) -> tuple[Credential, ...]:
    return tuple(
        Credential(kind, _moment(one.start_date_time), _moment(one.end_date_time), one.display_name)
        for kind, many in (
            (CredentialKind.SECRET, wire.password_credentials),
            (CredentialKind.CERTIFICATE, wire.key_credentials),
        )
        for one in many or ()
    )


def _registration(wire: WireApplication) -> Row[Registration]:
    required, nonsense = _required(wire)
    redirects = (wire.web, wire.spa, wire.public_client)
    registration = Registration(
        object_id=_guid(wire.id, "id"),
        app_id=_guid(wire.app_id, "appId"),
        display_name=wire.display_name or "",
        required=required,
        credentials=_credentials(wire),
        publisher=_publisher(wire.verified_publisher),
        disabled=_switched_off(wire.is_disabled, wire.disabled_by_microsoft_status),
        reply_urls=tuple(dict.fromkeys(uri for one in redirects if one for uri in one.redirect_uris or ())),
        sign_in_audience=wire.sign_in_audience,
        created=_moment(wire.created_date_time),
    )
    entries = counted(nonsense, "manifest entry", "manifest entries")
    remark = f"{entries} of a kind that does not exist {verb(nonsense, 'was', 'were')} left out" if nonsense else None
    return Row(registration.object_id, registration, remark)


def _service_principal(wire: WireServicePrincipal) -> Row[ServicePrincipal]:
    object_id = _guid(wire.id, "id")
    # Agent identities have no application of their own; everything else has.
    if wire.app_id is None and wire.service_principal_type != "ServiceIdentity":
        raise FormatError("appId is null")
    owner = wire.app_owner_organization_id
    principal = ServicePrincipal(
        object_id=object_id,
        app_id=_guid(wire.app_id, "appId") if wire.app_id is not None else object_id,
        display_name=wire.display_name or "",
        app_display_name=wire.app_display_name,
        type=wire.service_principal_type or "Application",
        owner_tenant_id=owner.lower() if owner else None,
        enabled=wire.account_enabled is not False,
        disabled=_switched_off(wire.is_disabled, wire.disabled_by_microsoft_status),
        publisher=_publisher(wire.verified_publisher),
        reply_urls=tuple(wire.reply_urls or ()),
        created=_moment(wire.created_date_time),
        has_app_roles=any(_for_applications(role.allowed_member_types) for role in wire.app_roles or ()),
    )
    return Row(object_id, principal)


def _grant(wire: WireGrant) -> Row[DelegatedGrant]:
    consent = wire.consent_type.casefold()
    if consent == "principal":
        if wire.principal_id is None:
            raise FormatError("principalId is null for one account's grant")
        principal = _guid(wire.principal_id, "principalId")
    elif consent == "allprincipals":
        principal = None
    else:
        raise FormatError("consentType is neither AllPrincipals nor Principal")
    grant = DelegatedGrant(wire.client_id.lower(), wire.resource_id.lower(), principal, wire.scope or "")
    key = wire.id or f"{grant.client_id} {grant.resource_id} {principal} {grant.scope}"
    return Row(key, grant)


def _assignment(wire: WireAssignment) -> Row[AppRoleAssignment]:
    assignment = AppRoleAssignment(
        client_id=wire.principal_id.lower(),
        resource_id=wire.resource_id.lower(),
        role_id=wire.app_role_id.lower(),
        created=_moment(wire.created_date_time),
    )
    key = wire.id or f"{assignment.client_id} {assignment.resource_id} {assignment.role_id}"
    # People and groups hold roles of an app too, and the zero role is none: neither is a permission.
    permission = wire.principal_type.casefold() == "serviceprincipal" and assignment.role_id != ZERO_ROLE_ID
    return Row(key, assignment if permission else None)


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
        if role.value and _for_applications(role.allowed_member_types)
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


def _for_applications(member_types: list[str] | None) -> bool:
    return any(member.casefold() == "application" for member in member_types or ())


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
    return Row(wire.id or f"{role.principal_id} {role.template_id} {role.scope}", role)


def _user(wire: WireUser) -> User:
    return User(_guid(wire.id, "id"), wire.display_name, wire.user_principal_name, wire.account_enabled)


def _organization(wire: WireOrganization) -> Row[Tenant]:
    default = next((domain.name for domain in wire.verified_domains or () if domain.is_default), None)
    # Which cloud it is in, the answer does not tell.
    tenant = Tenant(_guid(wire.id, "id"), wire.display_name or "", "", default)
    return Row(tenant.id, tenant)


decode_organizations = page_decoder("organization", WireOrganization, _organization)
decode_registrations = page_decoder("applications", WireApplication, _registration)
decode_service_principals = page_decoder("servicePrincipals", WireServicePrincipal, _service_principal)
decode_grants = page_decoder("oauth2PermissionGrants", WireGrant, _grant)
decode_assignments = page_decoder("appRoleAssignedTo", WireAssignment, _assignment)
decode_directory_roles = page_decoder("roleManagement/directory/roleAssignments", WireRoleAssignment, _role)
decode_definition = object_decoder("a service principal's definitions", WireDefinition, _definition)
decode_user = object_decoder("users", WireUser, _user)
