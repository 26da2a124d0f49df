"""Reads a tenant with Microsoft's own SDK and its page iterator; runs in the SDK's environment, not in permdesk's.

One JSON object on standard input says where: ``origin``, ``ca_file``, ``token``, ``apis`` (object ids of those
whose assignments are read), ``select`` (properties by list), ``top``, ``show`` (tell the objects too) and ``batch``
(addresses to ask for at once). One on standard output says what was found, and the CPU seconds that
reading took, without starting and importing.
"""

import asyncio
import json
import sys
import time
from typing import Any

import httpx
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider as Bearer
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.serialization import Parsable
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder as Applications
from msgraph.generated.oauth2_permission_grants.oauth2_permission_grants_request_builder import (
    Oauth2PermissionGrantsRequestBuilder as Grants,
)
from msgraph.generated.service_principals.item.app_role_assigned_to.app_role_assigned_to_request_builder import (
    AppRoleAssignedToRequestBuilder as AssignedTo,
)
from msgraph.generated.service_principals.service_principals_request_builder import (
    ServicePrincipalsRequestBuilder as Principals,
)
from msgraph_core import GraphClientFactory
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

ALL = 999


class _Token(AccessTokenProvider):
    def __init__(self, token: str) -> None:
        self.token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator(["localhost"])


def connect(asked: dict[str, Any]) -> GraphServiceClient:
    plain = httpx.AsyncClient(verify=asked["ca_file"], timeout=60)
    client = GraphClientFactory.create_with_default_middleware(client=plain, host=asked["origin"])
    adapter = GraphRequestAdapter(Bearer(_Token(asked["token"])), client=client)
    adapter.base_url = asked["origin"] + "/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def read_all(
    graph: GraphServiceClient, asked: dict[str, Any], *, first_pages: bool = False
) -> dict[str, list[Any]]:
    """Return the objects of each list, page by page as the SDK does it; or five of each."""
    select = asked.get("select", {})

    async def pages(first: Any) -> list[Any]:
        if first_pages:
            return list(first.value)
        found: list[Any] = []
        iterator = PageIterator(response=first, request_adapter=graph.request_adapter)

        def keep(item: Any) -> bool:
            found.append(item)
            return True

        await iterator.iterate(keep)
        return found

    def options(builder: Any, name: str, query: str) -> RequestConfiguration[Any]:
        parameters = getattr(builder, query)(top=5 if first_pages else asked.get("top", ALL), select=select.get(name))
        return RequestConfiguration(query_parameters=parameters)

    query = "ApplicationsRequestBuilderGetQueryParameters"
    applications = await graph.applications.get(options(Applications, "applications", query))
    query = "ServicePrincipalsRequestBuilderGetQueryParameters"
    principals = await graph.service_principals.get(options(Principals, "servicePrincipals", query))
    query = "Oauth2PermissionGrantsRequestBuilderGetQueryParameters"
    grants = await graph.oauth2_permission_grants.get(options(Grants, "oauth2PermissionGrants", query))
    query = "AppRoleAssignedToRequestBuilderGetQueryParameters"
    found = {
        "applications": await pages(applications),
        "servicePrincipals": await pages(principals),
        "oauth2PermissionGrants": await pages(grants),
        "appRoleAssignedTo": [],
    }
    for identity in asked.get("apis", ()):
        builder = graph.service_principals.by_service_principal_id(identity).app_role_assigned_to
        found["appRoleAssignedTo"] += await pages(await builder.get(options(AssignedTo, "appRoleAssignedTo", query)))
    return found


async def read_batch(graph: GraphServiceClient, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the status of each of some requests sent as one batch."""
    batch = BatchRequestContent()
    for number, url in enumerate(asked["batch"]):
        item = BatchRequestItem(graph.me.to_get_request_information(), id=str(number))
        # The documentation wants relative addresses; the SDK would send whole ones.
        item.set_url(url)
        batch.add_request(item.id, item)
    answer = await graph.batch.post(batch)
    responses = {identity: answer.get_response_by_id(identity) for identity in batch.requests}
    return {asked["batch"][int(identity)]: response.status for identity, response in responses.items()}


def shown(value: Any) -> Any:
    """Return what the SDK made of a value, as JSON has it."""
    if isinstance(value, Parsable):
        names = [name for name in vars(value) if name not in ("backing_store", "additional_data")]
        return {name: shown(getattr(value, name)) for name in names if getattr(value, name) is not None}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value if isinstance(value, (str, int, bool, float)) else str(value)


async def main() -> None:
    asked = json.load(sys.stdin)
    graph = connect(asked)
    # The SDK imports what it needs when it needs it: that is not reading.
    await read_all(graph, asked | {"apis": asked.get("apis", [])[:1]}, first_pages=True)
    start = time.process_time(), time.perf_counter()
    found = await read_all(graph, asked)
    cpu, wall = time.process_time() - start[0], time.perf_counter() - start[1]
    told: dict[str, Any] = {"cpu_seconds": cpu, "wall_seconds": wall}
    told["rows"] = {name: len(rows) for name, rows in found.items()}
    if asked.get("show"):
        told["objects"] = {name: [shown(row) for row in rows] for name, rows in found.items()}
        told["undeclared"] = sorted({key for rows in found.values() for row in rows for key in row.additional_data})
    if asked.get("batch"):
        told["batch"] = await read_batch(graph, asked)
    json.dump(told, sys.stdout)


asyncio.run(main())
