"""Everything that the service answers keeps to the table that is cut from Microsoft's metadata."""

import msgspec
import pytest
from hypothesis import given, settings

from tests.graph_service import edm
from tests.graph_service.client import Client
from tests.graph_service.generated import SIZES, generate
from tests.graph_service.generated_apis import GRAPH
from tests.graph_service.objects import GraphObjects
from tests.graph_service.process import GraphService
from tests.graph_service.random_tenants import tenants
from tests.graph_service.service import Request, Service

_ADDRESSES = {
    "/applications": "application",
    "/applications?$select=id,displayName,requiredResourceAccess,passwordCredentials,keyCredentials": "application",
    "/servicePrincipals": "servicePrincipal",
    "/servicePrincipals?$top=999&$select=id,appRoles,verifiedPublisher,oauth2PermissionScopes": "servicePrincipal",
    "/servicePrincipals?$expand=appRoleAssignments": "servicePrincipal",
    f"/servicePrincipals(appId='{GRAPH}')": "servicePrincipal",
    f"/servicePrincipals(appId='{GRAPH}')/appRoleAssignedTo": "appRoleAssignment",
    "/oauth2PermissionGrants": "oAuth2PermissionGrant",
    "/oauth2PermissionGrants/delta": "oAuth2PermissionGrant",
    "/applications/delta": "application",
    "/servicePrincipals/delta?$select=displayName,accountEnabled": "servicePrincipal",
    "/roleManagement/directory/roleAssignments?$expand=roleDefinition": "unifiedRoleAssignment",
    "/roleManagement/directory/roleAssignments?$expand=principal": "unifiedRoleAssignment",
    "/organization": "organization",
    "/me": "user",
    "/me?$select=id,displayName,userPrincipalName,accountEnabled": "user",
    "/me/transitiveMemberOf": "directoryObject",
}


@pytest.mark.parametrize("address", _ADDRESSES)
def test_answers_keep_to_the_metadata(client: Client, address: str) -> None:
    answer = client.get(address).json
    rows = answer.get("value", [answer])
    assert rows
    assert [fault for row in rows for fault in edm.faults(row, _ADDRESSES[address])] == []
    assert answer["@odata.context"].startswith(f"{client.service.origin}/v1.0/$metadata#")


@settings(max_examples=25)
@given(tenants())
def test_random_tenants_keep_to_the_metadata(tenant: GraphObjects) -> None:
    """In this process: the answers are the same, and a process for each tenant would take too long."""
    service = Service(tenant, "https://localhost:1")
    headers = {"authorization": "Bearer token-of-larkfield"}
    for address, type_name in _ADDRESSES.items():
        reply = service.handle(Request("GET", "/v1.0" + address, headers, b"")).reply
        answer = msgspec.json.decode(reply.body)
        assert reply.status == 200, answer
        rows = answer.get("value", [answer])
        assert [fault for row in rows for fault in edm.faults(row, type_name)] == []


@pytest.mark.parametrize("changed", ["appId", "accountEnabled", "appOwnerOrganizationId", "tags", "verifiedPublisher"])
def test_a_wrong_value_is_found(changed: str) -> None:
    """The check itself: a number fits none of these."""
    row = generate(SIZES["tiny"], seed=1).service_principals[0]
    assert edm.faults(row, "servicePrincipal") == []
    assert len(edm.faults(row | {changed: 7}, "servicePrincipal")) == 1
    assert edm.faults(row | {"nothing": 7}, "servicePrincipal") == ["servicePrincipal.nothing is not declared"]


def test_the_table_is_microsofts() -> None:
    """Facts that the metadata is known for."""
    assert "requiredResourceAccess" in edm.properties("application")
    assert "requiredResourceAccess" not in edm.properties("servicePrincipal")
    assert "createdDateTime" not in edm.properties("servicePrincipal")
    assert edm.properties("appRoleAssignment")["appRoleId"].nullable is False
    assert "appRoleAssignedTo" in edm.navigation("servicePrincipal")
    assert {"id", "deletedDateTime"} < set(edm.properties("user"))


def test_a_generated_tenant_is_the_same_each_time_and_of_its_size() -> None:
    size = SIZES["small"]
    tenant = generate(size, seed=3)
    assert len(tenant.applications) == size.applications
    assert len(tenant.service_principals) == size.principals
    assert len(tenant.grants) + len(tenant.assignments) == size.grants
    graph = next(row["id"] for row in tenant.service_principals if row["appId"] == GRAPH)
    held = [row for row in tenant.assignments if row["resourceId"] == graph]
    assert 0.6 < len(held) / len(tenant.assignments) < 0.9
    assert msgspec.json.encode(tenant) == msgspec.json.encode(generate(size, seed=3))
    for rows in (tenant.applications, tenant.service_principals, tenant.grants, tenant.assignments):
        assert len({row["id"] for row in rows}) == len(rows)


def test_a_tenant_is_loaded_while_the_service_runs(service: GraphService, client: Client) -> None:
    before = generate(SIZES["tiny"], seed=7)
    service.load(generate(SIZES["tiny"], seed=8))
    other = client.rows("/applications?$select=id")
    service.load(before)
    assert [row["id"] for row in client.rows("/applications?$select=id")] == [row["id"] for row in before.applications]
    assert other != client.rows("/applications?$select=id")
