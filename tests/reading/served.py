"""What a complete reading of a tenant has to find, worked out from the served objects alone, and what one found.

Nothing here is permdesk's but the types of what it found: rows are compared as plain tuples of what Graph shows.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from permdesk.domain.application import Credential, Registration, ServicePrincipal
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.snapshot import Snapshot
from tests.graph_service.objects import GraphObjects, Json

ZERO = "00000000-0000-0000-0000-000000000000"


class Found(Struct):
    """A tenant as comparable sets."""

    tenant: tuple[str, str]
    registrations: set[Any]
    principals: set[Any]
    grants: set[Any]
    assignments: set[Any]
    roles: set[Any]
    role_apis: set[str]

    def differences(self, other: "Found") -> dict[str, tuple[Any, Any]]:
        """Return, by list, what only one of the two has; short where they agree, and fit to read where not."""
        found = {}
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                sets = isinstance(mine, set)
                found[name] = (list(mine - theirs)[:3], list(theirs - mine)[:3]) if sets else (mine, theirs)
        return found


def served(objects: GraphObjects) -> Found:
    """Return what there is to find."""
    principals = {row["id"] for row in objects.service_principals}
    return Found(
        tenant=(objects.organization["id"], objects.organization.get("displayName") or ""),
        registrations={_application(row) for row in objects.applications},
        principals={_principal(row) for row in objects.service_principals},
        grants={(row["clientId"], row["resourceId"], row["principalId"], row["scope"] or "") for row in objects.grants},
        assignments={
            (row["principalId"], row["resourceId"], row["appRoleId"], _second(row["createdDateTime"]))
            for row in objects.assignments
            if row["principalType"] == "ServicePrincipal" and row["appRoleId"] != ZERO
        },
        roles={
            (row["principalId"], row["roleDefinitionId"], row["directoryScopeId"])
            for row in objects.role_assignments
            if row["principalId"] in principals
        },
        role_apis={row["appId"].lower() for row in objects.service_principals if _has_roles(row)},
    )


def found(snapshot: Snapshot, objects: GraphObjects) -> Found:
    """Return what was found; directory roles by the definition that bears their name."""
    definitions = {row["templateId"]: row["id"] for row in objects.role_definitions}
    return Found(
        tenant=(snapshot.tenant.id, snapshot.tenant.name),
        registrations={_registration(one) for one in snapshot.registrations},
        principals={_service_principal(one) for one in snapshot.service_principals},
        grants={(g.client_id, g.resource_id, g.principal_id, g.scope) for g in snapshot.delegated_grants},
        assignments={
            (a.client_id, a.resource_id, a.role_id, a.created.replace(microsecond=0) if a.created else None)
            for a in snapshot.app_role_assignments
        },
        roles={(r.principal_id, definitions.get(r.template_id), r.scope) for r in snapshot.directory_roles},
        role_apis=set(snapshot.role_apis),
    )


def people(objects: GraphObjects) -> dict[str, tuple[Any, ...]]:
    """Return whoever holds a grant of their own: name, sign-in name, may sign in; nothing for those who are gone."""
    known = {row["id"]: row for row in objects.users}
    holders = {row["principalId"] for row in objects.grants if row["principalId"]}
    return {
        holder: (row["displayName"], row["userPrincipalName"], row["accountEnabled"])
        if (row := known.get(holder))
        else ()
        for holder in holders
    }


def people_found(snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    return {one.object_id: () if one.gone else (one.display_name, one.username, one.enabled) for one in snapshot.users}


def apis_in_use(objects: GraphObjects, watched: Iterable[str] = ()) -> dict[str, set[Any]]:
    """Return what the APIs publish that are watched, or that a manifest, a grant or an assignment names."""
    by_id = {row["id"]: row for row in objects.service_principals}
    by_app_id = {row["appId"].lower(): row for row in objects.service_principals}
    named = set(watched) | {
        entry["resourceAppId"].lower()
        for row in objects.applications
        for entry in row["requiredResourceAccess"]
        if entry["resourceAccess"]
    }
    for row in (*objects.grants, *(one for one in objects.assignments if _counts(one))):
        resource = by_id.get(row["resourceId"])
        named |= {resource["appId"].lower()} if resource else set()
    return {app_id: _published(by_app_id[app_id]) for app_id in named if app_id in by_app_id}


def apis_found(snapshot: Snapshot) -> dict[str, set[Any]]:
    return {api.app_id: _permissions(api) for api in snapshot.apis}


def _counts(row: Json) -> bool:
    return bool(row["principalType"] == "ServicePrincipal" and row["appRoleId"] != ZERO)


def _second(text: str | None) -> datetime | None:
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC) if text else None


def _whole(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment else None


def _off(row: Mapping[str, Any]) -> bool:
    return bool(row.get("isDisabled")) or row.get("disabledByMicrosoftStatus") not in (None, "NotDisabled")


def _has_roles(row: Json) -> bool:
    return any("Application" in role["allowedMemberTypes"] for role in row.get("appRoles", ()))


def _uris(row: Json) -> frozenset[str]:
    return frozenset(
        uri for name in ("web", "spa", "publicClient") for uri in row.get(name, {}).get("redirectUris", ())
    )


def _application(row: Json) -> tuple[Any, ...]:
    wanted = frozenset(
        (entry["resourceAppId"].lower(), {"Role": "application", "Scope": "delegated"}[one["type"]], one["id"].lower())
        for entry in row["requiredResourceAccess"]
        for one in entry["resourceAccess"]
    )
    ends = [("secret", one["endDateTime"]) for one in row.get("passwordCredentials", ())]
    ends += [("certificate", one["endDateTime"]) for one in row.get("keyCredentials", ())]
    return (
        row["id"],
        row["appId"].lower(),
        row["displayName"] or "",
        wanted,
        tuple(sorted((kind, str(_second(end))) for kind, end in ends)),
        _off(row),
        _uris(row),
        row.get("signInAudience"),
        _second(row.get("createdDateTime")),
    )


def _registration(one: Registration) -> tuple[Any, ...]:
    def end(credential: Credential) -> tuple[str, str]:
        return str(credential.kind), str(_whole(credential.ends))

    return (
        one.object_id,
        one.app_id,
        one.display_name,
        frozenset((entry.resource_app_id, str(entry.kind), entry.id) for entry in one.required),
        tuple(sorted(end(credential) for credential in one.credentials)),
        one.disabled,
        frozenset(one.reply_urls),
        one.sign_in_audience,
        _whole(one.created),
    )


def _principal(row: Json) -> tuple[Any, ...]:
    publisher = row.get("verifiedPublisher") or {}
    return (
        row["id"],
        row["appId"].lower(),
        row["displayName"] or "",
        row["appDisplayName"],
        row["servicePrincipalType"],
        row["appOwnerOrganizationId"],
        row["accountEnabled"],
        _off(row),
        publisher.get("displayName"),
        frozenset(row.get("replyUrls", ())),
        _has_roles(row),
    )


def _service_principal(one: ServicePrincipal) -> tuple[Any, ...]:
    return (
        one.object_id,
        one.app_id,
        one.display_name,
        one.app_display_name,
        one.type,
        one.owner_tenant_id,
        one.enabled,
        one.disabled,
        one.publisher.name if one.publisher else None,
        frozenset(one.reply_urls),
        one.has_app_roles,
    )


def _published(row: Json) -> set[Any]:
    roles = {
        ("application", role["id"], role["value"], role["isEnabled"])
        for role in row.get("appRoles", ())
        if role["value"] and "Application" in role["allowedMemberTypes"]
    }
    return roles | {
        ("delegated", scope["id"], scope["value"], scope["isEnabled"])
        for scope in row.get("oauth2PermissionScopes", ())
        if scope["value"]
    }


def _permissions(api: ApiDefinition) -> set[Any]:
    return {(str(one.kind), one.id, one.value, one.enabled) for one in api.permissions}


def objects_of(told: Mapping[str, Any]) -> GraphObjects:
    """Return the tenant that ``GraphService.objects`` tells of."""
    return msgspec.convert(
        {
            "organization": told["organization"],
            "me": told["me"],
            "applications": told["applications"],
            "service_principals": told["servicePrincipals"],
            "grants": told["oauth2PermissionGrants"],
            "assignments": told["appRoleAssignments"],
            "users": told["users"],
            "memberships": told["memberships"],
            "role_definitions": told["roleDefinitions"],
            "role_assignments": told["roleAssignments"],
        },
        GraphObjects,
    )
