"""The smallest rows of each list that make sense."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from permdesk.domain.page import Page
from permdesk.graph import payloads

ID = "0b4f1c2d-1111-4222-8333-444455556666"
OTHER = "1c5a2d3e-1111-4222-8333-444455556666"
GRAPH = "00000003-0000-0000-c000-000000000000"

APPLICATION: dict[str, Any] = {
    "id": ID,
    "appId": OTHER,
    "displayName": "Calibration",
    "requiredResourceAccess": [],
    "passwordCredentials": [],
    "keyCredentials": [],
}
PRINCIPAL: dict[str, Any] = {
    "id": ID,
    "appId": OTHER,
    "displayName": "Calibration",
    "accountEnabled": True,
    "servicePrincipalType": "Application",
    "appOwnerOrganizationId": None,
    "appRoles": [],
}
GRANT = {
    "id": "g",
    "clientId": ID,
    "resourceId": OTHER,
    "consentType": "AllPrincipals",
    "scope": "a",
    "principalId": None,
}
ASSIGNMENT = {"id": "a", "appRoleId": ID, "principalId": OTHER, "principalType": "ServicePrincipal", "resourceId": ID}
DEFINITION = {"id": ID, "appId": GRAPH, "displayName": "Graph", "appRoles": [], "oauth2PermissionScopes": []}

LISTS: list[tuple[Callable[[bytes], Page[Any]], dict[str, Any]]] = [
    (payloads.decode_registrations, APPLICATION),
    (payloads.decode_service_principals, PRINCIPAL),
    (payloads.decode_grants, GRANT),
    (payloads.decode_assignments, ASSIGNMENT),
    (payloads.decode_directory_roles, {"principalId": ID, "roleDefinitionId": OTHER}),
    (payloads.decode_organizations, {"id": ID, "displayName": "Larkfield"}),
]
DECODERS = [decode for decode, _ in LISTS] + [payloads.decode_definition, payloads.decode_user]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def body(*rows: object, **more: object) -> bytes:
    return json.dumps({"value": list(rows), **more}).encode()


def one(decode: Callable[[bytes], Page[Any]], row: dict[str, Any]) -> Any:
    page = decode(body(row))
    assert (page.lost, page.problem) == (0, None)
    (value,) = page.rows.values()
    return value
