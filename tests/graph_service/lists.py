"""What Graph answers to a GET: lists, single objects, counts and relationships of the identity service."""

import re
from typing import Any

import msgspec
from msgspec import Struct

from tests.graph_service import edm
from tests.graph_service.delta import Delta
from tests.graph_service.directory import TYPES, Directory, Rows
from tests.graph_service.filters import Test, compile_filter
from tests.graph_service.objects import Json
from tests.graph_service.query import LARGEST_TOP, Query, allow, check_select, expanded
from tests.graph_service.rendering import PageToken, context, fingerprint, link, page, project, project_all, read_token
from tests.graph_service.replies import Refusal, Reply, bad_request, malformed, not_found, unsupported
from tests.graph_service.throttling import cost

#: Graph's own bound on what $expand brings of one object (concepts/query-parameters.md).
EXPANDED_AT_MOST = 20

_LISTS = {name.lower(): name for name in ("applications", "servicePrincipals", "oauth2PermissionGrants")}
_RELATIONS = {
    "approleassignedto": ("appRoleAssignments", "resourceId", "appRoleAssignedTo"),
    "approleassignments": ("appRoleAssignments", "principalId", "appRoleAssignments"),
    "oauth2permissiongrants": ("oauth2PermissionGrants", "clientId", "oauth2PermissionGrants"),
}
_ROLES = ("rolemanagement", "directory", "roleassignments")
_AUDITS = ["auditlogs", "directoryaudits"]
_BY_APP_ID = re.compile(r"(\w+)\(appid='([^']*)'\)", re.IGNORECASE)
_LIST_OPTIONS = ("$select", "$filter", "$expand", "$top", "$count", "$orderby", "$search", "$skiptoken", "$format")
#: Filters whose rows are kept.
_MOST_FILTERS = 8
_SINGLE_OPTIONS = ("$select", "$expand", "$format")


class Behaviour(Struct):
    """How this tenant deviates from the plain reading of the documentation; see process.GraphService.set."""

    #: Rows are lost silently at $top below 999 from appRoleAssignedTo and oauth2PermissionGrants.
    lose_rows: bool = False
    #: oauth2PermissionGrants are incomplete without $count=true and ConsistencyLevel: eventual.
    grants_need_eventual: bool = False
    #: Advanced queries and counts are not there, as in Azure AD B2C.
    no_counts: bool = False
    #: Counts that are off by so many rows, as an index is that lags behind.
    counts_off_by: int = 0
    #: The most rows of a page, whatever $top asks for: the service is free to send fewer (concepts/paging.md).
    most_rows: int = LARGEST_TOP


class Lists:
    """Answers GETs from a directory."""

    def __init__(self, directory: Directory, origin: str, behaviour: Behaviour) -> None:
        self.directory, self.origin, self.behaviour = directory, origin, behaviour
        self.delta = Delta(directory, origin)
        #: How often the page tokens of a path were made worthless.
        self.generations: dict[str, int] = {}
        self._passed: dict[tuple[str, str, int, int], Rows] = {}

    def answer(self, query: Query) -> Reply:
        """Return the answer to a GET; raises Refusal."""
        if self.behaviour.no_counts and (query.eventual or "$count" in query.segments):
            raise unsupported("Advanced queries are not available in this tenant.")
        reply = self._route(query)
        reply.cost = cost(query)
        return reply

    def _route(self, query: Query) -> Reply:
        first, *rest = [segment.lower() for segment in query.segments]
        addressed = _BY_APP_ID.fullmatch(query.segments[0])
        if addressed and addressed[1].lower() in ("applications", "serviceprincipals"):
            collection = _LISTS[addressed[1].lower()]
            return self._of_object(query, collection, self.directory.find_app_id(collection, addressed[2]), rest)
        if tuple([first, *rest][:3]) == _ROLES:
            return self._collection(query, "roleAssignments", "roleManagement/directory/roleAssignments", rest[2:])
        if [first, *rest] == _AUDITS:
            # api-reference/v1.0/api/directoryaudit-list.md; counts and $select are not among its options.
            allow(query, "$filter", "$top", "$orderby", "$skiptoken", "$format")
            rows = self.directory.collections["directoryAudits"]
            return self._list(query, rows, "directoryAudit", "auditLogs/directoryAudits", [])
        if first in _LISTS:
            collection = _LISTS[first]
            if not rest or rest[0] == "$count":
                return self._collection(query, collection, collection, rest)
            if rest[0].removeprefix("microsoft.graph.").removesuffix("()") == "delta" and len(rest) == 1:
                return self.delta.answer(query, collection)
            return self._of_object(query, collection, self.directory.find(collection, query.segments[1]), rest[1:])
        if first == "organization" and len(rest) <= 1:
            return self._organization(query, rest)
        if first == "me":
            return self._me(query, rest)
        if first == "users" and len(rest) == 1:
            return self._single(query, "user", "users", self._user(query.segments[1]))
        raise malformed(f"Resource not found for the segment '{query.segments[0]}'.")

    def _user(self, identity: str) -> Json:
        for row in self.directory.collections["users"].rows if "@" in identity else ():
            if row.get("userPrincipalName", "").lower() == identity.lower():
                return row
        return self.directory.find("users", identity)

    # Single objects -----------------------------------------------------------------------------------------------

    def _of_object(self, query: Query, collection: str, row: Json, rest: list[str]) -> Reply:
        if not rest:
            return self._single(query, TYPES[collection], collection, row)
        if collection != "servicePrincipals" or rest[0] not in _RELATIONS:
            raise malformed(f"Resource not found for the segment '{query.segments[-1]}'.")
        target, name, written = _RELATIONS[rest[0]]
        rows = self.directory.related(target, name, row["id"])
        path = f"servicePrincipals('{row['id']}')/{written}"
        return self._list(query, rows, TYPES[target], path, rest[1:], loses=written == "appRoleAssignedTo")

    def _single(self, query: Query, type_name: str, path: str, row: Json) -> Reply:
        allow(query, *_SINGLE_OPTIONS)
        check_select(query, type_name)
        expansion = expanded(query, type_name)
        shown = project(row, type_name, query.selected) | self._expansion(row, expansion)
        head = {"@odata.context": context(self.origin, path, query, expansion[0] if expansion else "", single=True)}
        return Reply(200, msgspec.json.encode(head | shown), lasting=True)

    def _organization(self, query: Query, rest: list[str]) -> Reply:
        organization = self.directory.objects.organization
        if rest and rest[0] != organization["id"]:
            raise not_found(rest[0])
        if rest:
            return self._single(query, "organization", "organization", organization)
        return self._list(query, Rows([organization]), "organization", "organization", [])

    def _me(self, query: Query, rest: list[str]) -> Reply:
        me = self.directory.find("users", self.directory.objects.me)
        if not rest:
            return self._single(query, "user", "users", me)
        if rest[0] not in ("transitivememberof", "memberof"):
            raise malformed(f"Resource not found for the segment '{query.segments[1]}'.")
        rows, rest = self.directory.objects.memberships, rest[1:]
        if rest and rest[0].startswith("microsoft.graph."):
            # A cast is an advanced query (concepts/aad-advanced-queries.md).
            if not query.eventual or not (query.counts or rest[1:] == ["$count"]):
                raise unsupported("The specified cast needs the header ConsistencyLevel: eventual and $count=true.")
            cast, rest = query.segments[2].rpartition(".")[2], rest[1:]
            rows = [row for row in rows if row["@odata.type"].lower() == f"#microsoft.graph.{cast.lower()}"]
            return self._list(query, Rows(rows), cast, "directoryObjects", rest)
        return self._list(query, Rows(rows), "directoryObject", "directoryObjects", rest)

    # Lists --------------------------------------------------------------------------------------------------------

    def _collection(self, query: Query, collection: str, path: str, rest: list[str]) -> Reply:
        if collection == "roleAssignments":
            allow(query, "$select", "$filter", "$expand", "$top", "$skiptoken", "$format")
        rows = self.directory.collections[collection]
        loses = collection == "oauth2PermissionGrants"
        return self._list(query, rows, TYPES[collection], path, rest, loses=loses)

    def _list(
        self, query: Query, rows: Rows, type_name: str, path: str, rest: list[str], *, loses: bool = False
    ) -> Reply:
        test = compile_filter(query, type_name)
        if test is not None:
            rows = self._filtered(query, rows, test)
        if rest == ["$count"]:
            return self._count(query, len(rows.rows))
        if rest:
            raise malformed(f"Resource not found for the segment '{query.segments[-1]}'.")
        allow(query, *_LIST_OPTIONS)
        check_select(query, type_name)
        expansion = expanded(query, type_name)
        rows = self._ordered(query, rows)
        generation = self.generations.get(query.path.lower(), 0)
        token = read_token(query, generation)
        size = min(query.page_size, self.behaviour.most_rows)
        found, place = rows.page(token.place if token else None, size)
        head: dict[str, Any] = {"@odata.context": context(self.origin, path, query, expansion[0] if expansion else "")}
        if token is None and query.advanced:
            head["@odata.count"] = max(0, len(rows.rows) + self.behaviour.counts_off_by)
        if place is not None:
            following = PageToken(place, generation, fingerprint(query)).encoded()
            head["@odata.nextLink"] = link(self.origin, query, "$skiptoken", following)
        shown = project_all(found, type_name, query.selected)
        if expansion is not None:
            shown = [one | self._expansion(row, expansion) for row, one in zip(found, shown, strict=True)]
        return Reply(200, page(head, self._without_lost(query, shown, loses=loses)), lasting=True)

    def _without_lost(self, query: Query, rows: list[Json], *, loses: bool) -> list[Json]:
        few = self.behaviour.lose_rows and query.page_size < LARGEST_TOP
        stale = self.behaviour.grants_need_eventual and query.segments[0].lower() == "oauth2permissiongrants"
        if loses and len(rows) > 1 and (few or (stale and not query.advanced)):
            return rows[: -max(1, len(rows) // 20)]
        return rows

    def _filtered(self, query: Query, rows: Rows, test: Test) -> Rows:
        """Return the rows that pass; those of the last filters are kept, as each page asks for them again."""
        key = (query.path.lower(), query.options["$filter"], len(self.directory.changes), len(rows.rows))
        found = self._passed.get(key)
        if found is None:
            kept = [(row, place) for row, place in zip(rows.rows, rows.places, strict=True) if test(row)]
            found = Rows()
            found.rows, found.places = [row for row, _ in kept], [place for _, place in kept]
            if len(self._passed) >= _MOST_FILTERS:
                self._passed.clear()
            self._passed[key] = found
        return found

    def _count(self, query: Query, count: int) -> Reply:
        allow(query, "$filter", "$search")
        if not query.eventual:
            raise bad_request("$count is not currently supported.")
        text = str(max(0, count + self.behaviour.counts_off_by))
        return Reply(200, text.encode(), content_type="text/plain", lasting=True)

    def _ordered(self, query: Query, rows: Rows) -> Rows:
        text = query.options.get("$orderby")
        if text is None:
            return rows
        name, _, direction = text.partition(" ")
        if not query.advanced or name != "displayName" or direction not in ("", "asc", "desc"):
            raise unsupported("Sorting not supported for current query.")
        return Rows(sorted(rows.rows, key=lambda row: row.get(name) or "", reverse=direction == "desc"))

    def _expansion(self, row: Json, expansion: tuple[str, list[str]] | None) -> dict[str, Any]:
        if expansion is None:
            return {}
        name, selected = expansion
        if name.lower() in _RELATIONS:
            target, owner, _ = _RELATIONS[name.lower()]
            related = self.directory.related(target, owner, row["id"]).rows[:EXPANDED_AT_MOST]
            return {name: [project(other, TYPES[target], selected) for other in related]}
        if name == "roleDefinition":
            definition = self.directory.find("roleDefinitions", row["roleDefinitionId"])
            return {name: project(definition, "unifiedRoleDefinition", selected)}
        if name == "principal":
            for collection in ("users", "servicePrincipals", "groups"):
                found = self.directory.by_id(collection).get(row["principalId"].lower())
                if found is not None:
                    kind = TYPES[collection]
                    # As the example of rbacapplication-list-roleassignments.md shows: whatever is set, of a user too.
                    names = [known for known in edm.properties(kind) if known in found]
                    shown = project(found, kind, selected or names)
                    return {name: {"@odata.type": f"#microsoft.graph.{kind}"} | shown}
            return {name: None}
        if edm.navigation("servicePrincipal").get(name) is None and name != "owners":
            raise Refusal(501, "NotImplemented", "This operation target is not yet supported.")
        return {name: []}
