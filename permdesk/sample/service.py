"""A small Microsoft Graph inside the program: it answers the reads permdesk makes, from the sample tenant's objects."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from permdesk.domain.permission import SHAREPOINT_APP_ID
from permdesk.domain.ports import Answer, CancelToken
from permdesk.sample.auditing import asked_for
from permdesk.sample.objects import GraphObjects
from permdesk.sample.shapes import Row

ORIGIN = "https://graph.microsoft.com"
_ROOT = "/v1.0/"

#: Rows on a page, however many are asked for: small enough that a small tenant has pages.
_PAGE = 40
_LARGEST_TOP = 999
_BATCH = 20

_JSON = {"content-type": "application/json"}
_PRINCIPAL = re.compile(r"servicePrincipals(?:/(?P<id>[^/()]+)|\(appId='(?P<app>[^']+)'\))(?:/(?P<list>\w+))?")
_ROLE_ASSIGNMENTS = "roleManagement/directory/roleAssignments"
_USER = re.compile(r"users/(?P<id>[^/]+)")


class SampleService:
    """Implements ``Transport``: requests go to objects in memory, by the rules of the real service.

    Args:
        objects: the tenant, Graph-shaped.
        complete: permits the one read that the sample otherwise refuses, who holds roles of SharePoint Online.
    """

    def __init__(self, objects: GraphObjects, *, complete: bool) -> None:
        self._objects = objects
        self._complete = complete
        self._principals = {str(row["id"]): row for row in objects.service_principals}
        self._by_app_id = {str(row["appId"]): row for row in objects.service_principals}
        self._lists: dict[str, Callable[[], Sequence[Row]]] = {
            "organization": lambda: objects.organization,
            "applications": lambda: objects.applications,
            "servicePrincipals": self._with_definitions,
            "oauth2PermissionGrants": lambda: objects.grants,
            "me/transitiveMemberOf/microsoft.graph.directoryRole": lambda: objects.held_roles,
        }

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        cancel: CancelToken | None = None,
    ) -> Answer:
        """Answer one request; ``url`` is absolute."""
        address = urlsplit(url)
        path = address.path.removeprefix(_ROOT)
        if f"{address.scheme}://{address.netloc}" != ORIGIN or path == address.path:
            return _error(404, "ResourceNotFound", "No such address.")
        if method == "POST" and path == "$batch":
            return self._batch(body or b"")
        if method != "GET":
            return _error(405, "Request_MethodNotAllowed", "The sample tenant can only be read.")
        return self._get(path, address.query, {name.lower(): value for name, value in headers.items()})

    def _get(self, path: str, query_text: str, headers: Mapping[str, str]) -> Answer:
        query = dict(parse_qsl(query_text, keep_blank_values=True))
        if path in self._lists:
            return _page(path, self._lists[path](), query, headers)
        if path == _ROLE_ASSIGNMENTS:
            return _page(path, self._role_assignments(query), query, headers)
        if path == "auditLogs/directoryAudits":
            rows = asked_for(self._objects.audits, query.pop("$filter", ""))
            if rows is None:
                return _error(400, "BadRequest", "Invalid filter clause.")
            return _page(path, rows, query, headers)
        if user := _USER.fullmatch(path):
            return _one(self._objects.users.get(user["id"]), query)
        if principal := _PRINCIPAL.fullmatch(path):
            return self._principal(principal, path, query, headers)
        return _error(400, "BadRequest", "Resource not found for the segment.")

    def _principal(
        self, match: re.Match[str], path: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Answer:
        row = self._principals.get(match["id"]) if match["id"] else self._by_app_id.get(match["app"])
        if row is None:
            return _one(None, query)
        if match["list"] is None:
            return _one({**row, **self._objects.definitions.get(row["id"], {})}, query)
        if match["list"] == "appRoleAssignedTo":
            if row["appId"] == SHAREPOINT_APP_ID and not self._complete:
                return _denied()
            return _page(path, self._objects.assigned_to.get(row["id"], []), query, headers)
        if match["list"] == "appRoleAssignments":
            # What is refused from one side is refused from the other.
            if not self._complete:
                return _denied()
            held = [a for rows in self._objects.assigned_to.values() for a in rows if a["principalId"] == row["id"]]
            return _page(path, held, query, headers)
        return _error(400, "BadRequest", "Resource not found for the segment.")

    def _role_assignments(self, query: Mapping[str, str]) -> Sequence[Row]:
        rows = self._objects.role_assignments
        if query.get("$expand") != "principal":
            return rows
        known = self._objects.holders
        return [
            {
                **{name: value for name, value in row.items() if name != "roleDefinition"},
                "principal": known[row["principalId"]],
            }
            for row in rows
        ]

    def _with_definitions(self) -> list[Row]:
        definitions = self._objects.definitions
        return [{**row, **definitions.get(row["id"], {})} for row in self._objects.service_principals]

    def _batch(self, body: bytes) -> Answer:
        requests = msgspec.json.decode(body)["requests"]
        if len(requests) > _BATCH:
            return _error(400, "BadRequest", "Number of batch request steps exceeds the maximum value of 20.")
        responses = [self._inner(request) for request in requests]
        # Answers come in any order: here, the last first.
        return Answer(200, _JSON, msgspec.json.encode({"responses": responses[::-1]}))

    def _inner(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["method"] != "GET":
            answer = _error(405, "Request_MethodNotAllowed", "The sample tenant can only be read.")
        else:
            path, _, query = request["url"].removeprefix("/").partition("?")
            headers = {name.lower(): value for name, value in request.get("headers", {}).items()}
            answer = self._get(path, query, headers)
        return {
            "id": request["id"],
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": msgspec.Raw(answer.body),
        }


def _page(path: str, rows: Sequence[Row], query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    try:
        top = int(query.get("$top", "100"))
        start = int(base64.urlsafe_b64decode(query["$skiptoken"]).decode()) if "$skiptoken" in query else 0
    except ValueError:
        return _error(400, "BadRequest", "Invalid paging option.")
    if not 1 <= top <= _LARGEST_TOP:
        return _error(400, "Request_UnsupportedQuery", "Invalid page size specified.")
    counted = query.get("$count") == "true"
    if counted and headers.get("consistencylevel", "").casefold() != "eventual":
        return _error(400, "Request_UnsupportedQuery", "$count needs the header ConsistencyLevel.")
    rows = _filtered(rows, query.get("$filter"))
    end = start + min(top, _PAGE)
    try:
        body: Row = {"value": [_selected(row, query) for row in rows[start:end]]}
    except KeyError as unknown:
        return _error(400, "BadRequest", f"Could not find a property named {unknown}.")
    if counted and not start:
        body["@odata.count"] = len(rows)
    if end < len(rows):
        token = base64.urlsafe_b64encode(str(end).encode()).decode()
        kept = [f"{name}={quote(value, safe='$,')}" for name, value in query.items() if name != "$skiptoken"]
        body["@odata.nextLink"] = f"{ORIGIN}{_ROOT}{path}?{'&'.join([*kept, f'$skiptoken={token}'])}"
    return Answer(200, _JSON, msgspec.json.encode(body))


def _filtered(rows: Sequence[Row], condition: str | None) -> Sequence[Row]:
    """The one filter Graph allows on these lists: a field equal to a text."""
    if condition is None:
        return rows
    field, _, value = condition.partition(" eq ")
    return [row for row in rows if row.get(field) == value.strip("'")]


def _one(row: Row | None, query: Mapping[str, str]) -> Answer:
    if row is None:
        return _error(404, "Request_ResourceNotFound", "Resource does not exist.")
    try:
        return Answer(200, _JSON, msgspec.json.encode(_selected(row, query)))
    except KeyError as unknown:
        return _error(400, "BadRequest", f"Could not find a property named {unknown}.")


def _selected(row: Row, query: Mapping[str, str]) -> Row:
    if "$select" not in query:
        return row
    return {field: row[field] for field in query["$select"].split(",")}


def _denied() -> Answer:
    return _error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def _error(status: int, code: str, message: str) -> Answer:
    error = {"code": code, "message": message, "innerError": {"date": "2026-11-22T09:42:00", "request-id": "sample"}}
    return Answer(status, _JSON, msgspec.json.encode({"error": error}))
