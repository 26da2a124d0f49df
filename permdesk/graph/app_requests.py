"""The reads of one app by itself: its two objects, its grants from its own side, and what the APIs in use publish.

Facts: learn.microsoft.com/graph/api for application-list and serviceprincipal-list ($filter by appId),
oauth2permissiongrant-list ($filter by clientId, which lags less behind a consent than the whole list),
serviceprincipal-list-approleassignments and serviceprincipal-list-approleassignedto.
"""

from typing import TypeVar

from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import DelegatedGrant
from permdesk.domain.permission import ApiDefinition
from permdesk.graph import payloads, requests
from permdesk.graph.requests import ListRequest, Variant

T = TypeVar("T")


def registration_of(app_id: str) -> ListRequest[Registration]:
    """GET /applications of one appId: the app's registration in this tenant, or no row."""
    return _alone(requests.registrations(), app_id, "App registration")


def principal_of(app_id: str) -> ListRequest[ServicePrincipal]:
    """GET /servicePrincipals of one appId: the app's service principal in this tenant, or no row."""
    return replace(_alone(requests.service_principals(), app_id, "Service principal"), never_empty=None)


def grants_of_client(object_id: str) -> ListRequest[DelegatedGrant]:
    """GET /oauth2PermissionGrants of one client: for everybody and for single people."""
    path = f"oauth2PermissionGrants?$top={requests.PAGE_SIZE}&$filter=clientId%20eq%20'{object_id}'"
    return replace(
        requests.delegated_grants(), label="Delegated grants of the app", variants=(Variant(path),), part=object_id
    )


def definition_of(app_id: str, name: str) -> ListRequest[ApiDefinition]:
    """GET /servicePrincipals of one API's appId with all it publishes: no row where the tenant has no such API."""
    path = f"servicePrincipals?$filter=appId%20eq%20'{app_id}'&$select={requests.DEFINITION}"
    return ListRequest(
        ReadName.DEFINITIONS,
        f"Permissions of {name}",
        (Variant(path),),
        payloads.decode_definitions,
        resource_app_id=app_id,
        resource=name,
    )


def _alone(whole: ListRequest[T], app_id: str, label: str) -> ListRequest[T]:
    """Return the request for the row of one appId, asked in the ways that the whole list is, none with a count."""
    ways = dict.fromkeys(variant.path.replace("&$count=true", "") for variant in whole.variants)
    paths = (f"{path}&$filter=appId%20eq%20'{app_id}'" for path in ways)
    return replace(whole, label=label, variants=tuple(Variant(path) for path in paths), part=app_id)
