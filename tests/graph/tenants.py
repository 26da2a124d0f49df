"""Small random tenants, Graph-shaped, and what a reader has to make of them."""

import random
from typing import Any
from uuid import UUID

from msgspec import Struct

from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID
from permdesk.sample.objects import GraphObjects
from permdesk.sample.shapes import Row

TENANT_ID = "77777777-0000-4000-8000-000000000001"
ZERO = "00000000-0000-0000-0000-000000000000"


class Expected(Struct):
    """What a complete reading finds, as comparable sets."""

    registrations: set[str]
    principals: set[str]
    grants: set[tuple[str, str, str | None, str]]
    assignments: set[tuple[str, str, str]]
    users: set[str]
    gone: set[str]
    roles: set[tuple[str, str]]


def tenant(chance: random.Random, *, apps: int) -> tuple[GraphObjects, Expected]:
    """Return a tenant with about so many apps, and what is to be read of it."""

    def guid() -> str:
        return str(UUID(int=chance.getrandbits(128), version=4))

    objects = GraphObjects(
        [{"id": TENANT_ID, "displayName": "Random", "verifiedDomains": []}], [], [], {}, [], {}, [], {}
    )
    apis = [_principal(guid(), app_id, "API") for app_id in (GRAPH_APP_ID, SHAREPOINT_APP_ID, guid(), guid())]
    roles = {api["id"]: [guid() for _ in range(3)] for api in apis}
    for api in apis:
        publishes = [
            {"id": role, "value": f"R{number}", "allowedMemberTypes": ["Application"], "isEnabled": True}
            for number, role in enumerate(roles[api["id"]])
        ]
        objects.definitions[api["id"]] = {"appRoles": publishes, "oauth2PermissionScopes": []}
    names = ["App", "", None, "x" * 300, "\u202ename"]
    clients = [_principal(guid(), guid(), chance.choice(names)) for _ in range(apps)]
    objects.service_principals += [*apis, *clients]
    objects.applications += [
        {
            "id": guid(),
            "appId": client["appId"],
            "displayName": client["displayName"],
            "createdDateTime": None,
            "signInAudience": None,
            "verifiedPublisher": None,
            "requiredResourceAccess": [
                {"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": guid(), "type": "Role"}]}
            ],
            "passwordCredentials": [],
            "keyCredentials": [],
            "isDisabled": None,
            "disabledByMicrosoftStatus": None,
            "web": None,
            "spa": None,
            "publicClient": None,
        }
        for client in clients
        if chance.random() < 0.3
    ]
    people = [guid() for _ in range(8)]
    gone = set(people[:2])
    for person in people[2:]:
        objects.users[person] = {"id": person, "displayName": None, "userPrincipalName": "u", "accountEnabled": True}
    for client in clients:
        for api in chance.sample(apis, chance.randrange(len(apis))):
            holder = chance.choice([None, *people])
            kind = "Principal" if holder else "AllPrincipals"
            objects.grants.append(
                {
                    "id": guid(),
                    "clientId": client["id"],
                    "consentType": kind,
                    "principalId": holder,
                    "resourceId": api["id"],
                    "scope": " a b",
                }
            )
            role = chance.choice([*roles[api["id"]], ZERO])
            type_ = chance.choice(["ServicePrincipal", "ServicePrincipal", "User"])
            objects.assigned_to.setdefault(api["id"], []).append(
                {
                    "id": guid(),
                    "appRoleId": role,
                    "createdDateTime": "2026-01-01T00:00:00Z",
                    "principalId": client["id"],
                    "principalType": type_,
                    "resourceId": api["id"],
                }
            )
    for holder in [*people, *(client["id"] for client in clients[:3])]:
        objects.role_assignments.append(
            {"id": guid(), "principalId": holder, "roleDefinitionId": guid(), "directoryScopeId": "/"}
        )
    return objects, _expected(objects, gone)


def _principal(object_id: str, app_id: str, name: str | None) -> Row:
    return {
        "id": object_id,
        "appId": app_id,
        "displayName": name,
        "appDisplayName": name,
        "appOwnerOrganizationId": TENANT_ID,
        "servicePrincipalType": "Application",
        "accountEnabled": True,
        "isDisabled": None,
        "disabledByMicrosoftStatus": None,
        "verifiedPublisher": None,
        "replyUrls": [],
        "appRoles": [],
        "oauth2PermissionScopes": [],
    }


def _expected(objects: GraphObjects, gone: set[str]) -> Expected:
    principals = {row["id"] for row in objects.service_principals}
    assignments: list[Any] = [row for rows in objects.assigned_to.values() for row in rows]
    holders = {row["principalId"] for row in objects.grants if row["principalId"]}
    return Expected(
        registrations={row["id"] for row in objects.applications},
        principals=principals,
        grants={(g["clientId"], g["resourceId"], g["principalId"], g["scope"]) for g in objects.grants},
        assignments={
            (a["principalId"], a["resourceId"], a["appRoleId"])
            for a in assignments
            if a["principalType"] == "ServicePrincipal" and a["appRoleId"] != ZERO
        },
        users=holders,
        gone=gone & holders,
        roles={
            (row["principalId"], row["roleDefinitionId"])
            for row in objects.role_assignments
            if row["principalId"] in principals
        },
    )
