"""Writes of grants as Microsoft documents them, for whoever holds a token that may write: scripts, never permdesk.

learn.microsoft.com/graph/api for serviceprincipal-post-approleassignedto, serviceprincipal-delete-approleassignedto,
oauth2permissiongrant-post, oauth2permissiongrant-update and oauth2permissiongrant-delete.
"""

import re
import uuid
from typing import Any

import msgspec

from tests.graph_service.directory import Directory
from tests.graph_service.objects import Json
from tests.graph_service.replies import Refusal, Reply, bad_request, malformed

_ASSIGNED = re.compile(r"/servicePrincipals/([^/()]+)/appRoleAssignedTo(?:/([^/()]+))?")
_GRANTS = re.compile(r"/oauth2PermissionGrants(?:/([^/()]+))?")
_GRANT = {"clientId", "consentType", "principalId", "resourceId", "scope"}
_JSON = "application/json"


def write(directory: Directory, method: str, target: str, content_type: str, body: bytes) -> Reply:
    """Do what a POST, PATCH or DELETE asks; raises Refusal where Graph would."""
    if "?" in target:
        raise bad_request("A write takes no options.")
    if found := _ASSIGNED.fullmatch(target):
        api = directory.find("servicePrincipals", found[1])
        if method == "POST" and found[2] is None:
            return _assign(directory, api, _content(content_type, body))
        if method == "DELETE" and found[2] is not None:
            row = directory.find("appRoleAssignments", found[2])
            if row["resourceId"] != api["id"]:
                raise Refusal(404, "Request_ResourceNotFound", "The assignment belongs to another API.")
            directory.remove("appRoleAssignments", row["id"])
            return Reply(204, b"")
    if found := _GRANTS.fullmatch(target):
        if method == "POST" and found[1] is None:
            return _grant(directory, _content(content_type, body))
        if method == "PATCH" and found[1] is not None:
            values = _content(content_type, body)
            if set(values) != {"scope"} or not isinstance(values["scope"], str):
                raise bad_request("Only scope can be updated.")
            directory.change("oauth2PermissionGrants", found[1], values)
            return Reply(204, b"")
        if method == "DELETE" and found[1] is not None:
            directory.remove("oauth2PermissionGrants", directory.find("oauth2PermissionGrants", found[1])["id"])
            return Reply(204, b"")
    raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def _content(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.partition(";")[0].strip().lower() != _JSON:
        raise malformed("The content type is not JSON.")
    try:
        content = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise malformed("The body is not a JSON object.") from None
    return content


def _assign(directory: Directory, api: Json, values: dict[str, Any]) -> Reply:
    if set(values) != {"principalId", "resourceId", "appRoleId"}:
        raise bad_request("principalId, resourceId and appRoleId are needed, and nothing else.")
    if values["resourceId"] != api["id"]:
        raise bad_request("resourceId is not the API of the path.")
    client = directory.find("servicePrincipals", values["principalId"])
    roles = {role["id"]: role for role in api.get("appRoles", ())}
    if "Application" not in roles.get(values["appRoleId"], {"allowedMemberTypes": ()})["allowedMemberTypes"]:
        raise bad_request("Permission being assigned was not found on application.")
    held = directory.related("appRoleAssignments", "principalId", client["id"]).rows
    if any((row["resourceId"], row["appRoleId"]) == (api["id"], values["appRoleId"]) for row in held):
        raise bad_request("Permission being assigned already exists on the object.")
    row = {
        "id": uuid.uuid4().hex,
        "deletedDateTime": None,
        "appRoleId": values["appRoleId"],
        "createdDateTime": "2026-11-22T12:00:00Z",
        "principalDisplayName": client["displayName"],
        "principalId": client["id"],
        "principalType": "ServicePrincipal",
        "resourceDisplayName": api["displayName"],
        "resourceId": api["id"],
    }
    directory.add("appRoleAssignments", row)
    return Reply(201, msgspec.json.encode(row), content_type=_JSON)


def _grant(directory: Directory, values: dict[str, Any]) -> Reply:
    if not {"clientId", "consentType", "resourceId", "scope"} <= set(values) <= _GRANT:
        raise bad_request("clientId, consentType, resourceId and scope are needed.")
    principal = values.get("principalId")
    if values["consentType"] not in ("AllPrincipals", "Principal") or (
        (values["consentType"] == "Principal") != (principal is not None)
    ):
        raise bad_request("consentType and principalId do not go together.")
    client = directory.find("servicePrincipals", values["clientId"])
    api = directory.find("servicePrincipals", values["resourceId"])
    if principal is not None:
        directory.find("users", principal)
    held = directory.related("oauth2PermissionGrants", "clientId", client["id"]).rows
    if any((row["resourceId"], row["principalId"]) == (api["id"], principal) for row in held):
        raise Refusal(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    row = {"principalId": None, **values, "id": uuid.uuid4().hex}
    directory.add("oauth2PermissionGrants", row)
    return Reply(201, msgspec.json.encode(row), content_type=_JSON)
