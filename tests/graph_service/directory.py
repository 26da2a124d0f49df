"""The tenant that is served: its rows in a lasting order, found by id and by owner, and the log of what changed."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from tests.graph_service.objects import GraphObjects, Json
from tests.graph_service.replies import not_found

#: Collections of the tenant by Graph's name, with the type of their rows.
TYPES = {
    "applications": "application",
    "servicePrincipals": "servicePrincipal",
    "oauth2PermissionGrants": "oAuth2PermissionGrant",
    "appRoleAssignments": "appRoleAssignment",
    "users": "user",
    "roleAssignments": "unifiedRoleAssignment",
    "roleDefinitions": "unifiedRoleDefinition",
    "groups": "group",
    "directoryAudits": "directoryAudit",
}


class Rows:
    """Rows in order; each keeps its place while others come and go, so that a page can start after a place."""

    def __init__(self, rows: Iterable[Json] = ()) -> None:
        self.rows = list(rows)
        self.places = [float(place) for place in range(len(self.rows))]

    def add(self, row: Json, place: float) -> None:
        at = bisect_right(self.places, place)
        if at and self.places[at - 1] == place:
            # Between the two: a page that ends at a place ends after one row.
            place = (place + (self.places[at] if at < len(self.places) else place + 1)) / 2
        self.rows.insert(at, row)
        self.places.insert(at, place)

    def page(self, after: float | None, size: int) -> tuple[list[Json], float | None]:
        """Return the rows after a place, at most so many, and the place to go on from, None at the end."""
        start = 0 if after is None else bisect_right(self.places, after)
        end = start + size
        return self.rows[start:end], self.places[end - 1] if end < len(self.rows) else None


class Change(Struct, frozen=True):
    """What happened to one object; ``names`` the properties that changed, None where it came or went."""

    number: int
    collection: str
    id: str
    names: frozenset[str] | None
    #: 'changed' (can be restored) or 'deleted' where it went.
    removed: str = ""


class Directory:
    """A tenant and its history."""

    def __init__(self, objects: GraphObjects) -> None:
        self.objects = objects
        self.collections = {
            "applications": Rows(objects.applications),
            "servicePrincipals": Rows(objects.service_principals),
            "oauth2PermissionGrants": Rows(objects.grants),
            "appRoleAssignments": Rows(objects.assignments),
            "users": Rows(objects.users),
            "roleAssignments": Rows(objects.role_assignments),
            "roleDefinitions": Rows(objects.role_definitions),
            "groups": Rows(objects.groups),
            "directoryAudits": Rows(objects.audits),
        }
        self.changes: list[Change] = []
        self._numbers = itertools.count(1)
        self._by_id: dict[str, dict[str, Json]] = {}
        self._by_app_id: dict[str, dict[str, Json]] = {}
        self._views: dict[tuple[str, str], dict[str, Rows]] = {}

    # Looking up ---------------------------------------------------------------------------------------------------

    def by_id(self, collection: str) -> dict[str, Json]:
        if collection not in self._by_id:
            self._by_id[collection] = {row["id"].lower(): row for row in self.collections[collection].rows}
        return self._by_id[collection]

    def find(self, collection: str, identity: str) -> Json:
        """Return an object by its id; raises Graph's 404."""
        row = self.by_id(collection).get(identity.lower())
        if row is None:
            raise not_found(identity)
        return row

    def find_app_id(self, collection: str, app_id: str) -> Json:
        """Return an application or service principal by its appId; raises Graph's 404."""
        if collection not in self._by_app_id:
            self._by_app_id[collection] = {row["appId"].lower(): row for row in self.collections[collection].rows}
        row = self._by_app_id[collection].get(app_id.lower())
        if row is None:
            raise not_found(app_id)
        return row

    def related(self, collection: str, name: str, owner: str) -> Rows:
        """Return the rows of a collection whose property ``name`` is the owner's id."""
        view = self._views.get((collection, name))
        if view is None:
            view = self._views[collection, name] = {}
            whole = self.collections[collection]
            for row, place in zip(whole.rows, whole.places, strict=True):
                rows = view.get(row[name])
                if rows is None:
                    rows = view[row[name]] = Rows()
                rows.rows.append(row)
                rows.places.append(place)
        return view.get(owner) or Rows()

    # Changing -----------------------------------------------------------------------------------------------------

    def add(self, collection: str, row: Json, *, position: float = 1.0) -> None:
        """Let an object appear, somewhere between the first (0) and the last (1) of its collection."""
        rows = self.collections[collection]
        last = rows.places[-1] if rows.places else 0.0
        rows.add(row, last + 1 if position >= 1 else last * position + 0.25)
        self._changed(Change(next(self._numbers), collection, row["id"], None))

    def remove(self, collection: str, identity: str) -> None:
        """Let an object go; applications and service principals can be restored."""
        row = self.find(collection, identity)
        rows = self.collections[collection]
        at = next(number for number, other in enumerate(rows.rows) if other is row)
        del rows.rows[at], rows.places[at]
        reason = "changed" if collection in ("applications", "servicePrincipals") else "deleted"
        self._changed(Change(next(self._numbers), collection, row["id"], None, reason))

    def change(self, collection: str, identity: str, values: dict[str, Any]) -> None:
        """Set properties of an object."""
        row = self.find(collection, identity)
        row.update(values)
        self._changed(Change(next(self._numbers), collection, row["id"], frozenset(values)))

    def _changed(self, change: Change) -> None:
        self.changes.append(change)
        self._by_id.pop(change.collection, None)
        self._by_app_id.pop(change.collection, None)
        for key in [key for key in self._views if key[0] == change.collection]:
            del self._views[key]
