"""One of two scans as their difference asks it: what an app has by identity, and whether what it lacks is known."""

from datetime import date

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.binding import App, join_app
from permdesk.domain.coverage import ReadName
from permdesk.domain.diff_scope import OBJECT, unlisted
from permdesk.domain.directory import Api, Directory, Entry
from permdesk.domain.grant import DirectoryRole
from permdesk.domain.permission import ZERO_ROLE_ID, Kind
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot

#: API (appId, or ``object:`` and an object id), kind, case-folded value or None, and the id where there is no value.
PermissionKey = tuple[str, str, str | None, str | None]


class Side:
    """One scan, with what the other one knows of the objects and ids that both name.

    Ids are resolved by the scan's own definitions first. Where those do not know one, the other scan's may: an object
    id or a permission's id in a tenant stands for one thing only.
    """

    def __init__(self, snapshot: Snapshot, facts: CatalogFacts) -> None:
        self.snapshot = snapshot
        self.directory = Directory(snapshot, facts)
        self.roles_complete = self.directory.coverage.list_complete(ReadName.DIRECTORY_ROLES)
        self._other = self
        self._keys: dict[Entry, tuple[PermissionKey, Entry]] = {}
        self._clients: dict[str, list[str]] = {}
        self._roles: dict[str, list[DirectoryRole]] = {}

    def meet(self, other: "Side") -> None:
        """Make the other scan known to this one; nothing may be asked before."""
        self._other = other
        directory = self.directory
        for row in self.snapshot.directory_roles:
            self._roles.setdefault(row.principal_id, []).append(row)
        clients = {
            *directory.principals,
            *directory.assignments,
            *directory.tenant_grants,
            *directory.personal_grants,
            *self._roles,
        }
        for client in sorted(clients):
            self._clients.setdefault(self._app_key(client), []).append(client)

    def app(self, key: str) -> "AppSide":
        """Return one app as this scan has it, or lacks it."""
        # What neither scan lists is told by its grants alone: their lists decide.
        alone = unlisted(key)
        clients = [key.removeprefix(OBJECT)] if alone else self._clients.get(key, [])
        app = None if alone else join_app(self.directory, self.snapshot.tenant, key)
        return AppSide(self, app, clients, alone=alone)

    def roles_of(self, client: str) -> list[DirectoryRole]:
        """Return the directory roles of a service principal."""
        return self._roles.get(client, [])

    def other_defines(self, api: Api) -> bool:
        """True where all that the other scan could tell of an API's ids is known."""
        theirs = self._other.directory.api(api.app_id) if api.app_id is not None else api
        return theirs.complete or not (theirs.here or theirs.unknown)

    def identify(self, entry: Entry) -> tuple[PermissionKey, Entry]:
        """Return what names a permission in both scans, and the entry that knows most of it."""
        found = self._keys.get(entry)
        if found is None:
            best = self._best(entry)
            api = best.api.app_id or f"{OBJECT}{best.api.object_id}"
            name = best.ids[0] if best.folded is None else None
            found = self._keys[entry] = (api, best.kind.value, best.folded, name), best
        return found

    def _best(self, entry: Entry) -> Entry:
        api, other = entry.api, self._other.directory
        known = api.app_id is not None
        theirs = other.api(api.app_id) if api.app_id is not None else other.api_of_object(api.object_id or "")
        if theirs.app_id is None:
            return entry
        if entry.value is None:
            resolved = theirs.by_id(entry.kind, entry.ids[0])
            return resolved if resolved.value is not None or not known else entry
        return entry if known else theirs.by_value(entry.kind, entry.value)

    def _app_key(self, object_id: str) -> str:
        mine, theirs = self.directory.principals, self._other.directory.principals
        principal = mine.get(object_id) or theirs.get(object_id)
        return principal.app_id if principal is not None else f"{OBJECT}{object_id}"


class AppSide:
    """One app in one scan.

    Attributes:
        app: its joined objects; None where the scan lists neither.
        declared: what its manifest names; empty without one.
        granted: tenant-wide grants, with the day of the oldest dated one.
        single: grants to single accounts, with the people who hold them.
    """

    def __init__(self, side: Side, app: App | None, clients: list[str], *, alone: bool) -> None:
        self._side = side
        self._alone = alone
        self.app = app
        self._clients = clients
        self.declared: dict[PermissionKey, Entry] = {}
        self.granted: dict[PermissionKey, tuple[Entry, date | None]] = {}
        self.single: dict[PermissionKey, tuple[Entry, set[str]]] = {}
        self.roles: dict[tuple[str, str], DirectoryRole] = {}
        # APIs and kinds of which it has ids that stand for any value, as the definitions were not all read.
        self._declared_open: set[tuple[str, str]] = set()
        self._granted_open: set[tuple[str, str]] = set()
        if self.registration is not None:
            for access in self.registration.required:
                entry = side.directory.api(access.resource_app_id).by_id(access.kind, access.id)
                key, best = side.identify(entry)
                self.declared.setdefault(key, best)
                self._note(self._declared_open, key, entry)
        for client in clients:
            self._take(client)

    @property
    def registration(self) -> Registration | None:
        """Its registration here, where this scan has it."""
        return self.app.registration if self.app is not None else None

    @property
    def principal(self) -> ServicePrincipal | None:
        """Its service principal, where this scan has it."""
        return self.app.principal if self.app is not None else None

    @property
    def registration_known(self) -> bool:
        """True where the scan tells whether it is registered here."""
        return self.registration is not None or self._side.directory.registrations_complete

    @property
    def principal_known(self) -> bool:
        """True where the scan tells whether it has a service principal."""
        return self.principal is not None or self._side.directory.principals_complete

    def lacks_declared(self, key: PermissionKey) -> bool:
        """True where its manifest is known not to name a permission that it was not seen to name."""
        return self.registration_known and (key[2] is None or key[:2] not in self._declared_open)

    def lacks_granted(self, key: PermissionKey) -> bool:
        """True where it is known not to hold a permission tenant-wide that it was not seen to hold."""
        decided = self._decided(key)
        if decided is not None:
            return decided
        directory = self._side.directory
        if key[1] == Kind.DELEGATED:
            return directory.grants_complete
        if key[2] is not None and key[:2] in self._granted_open:
            return False
        api = "" if unlisted(key[0]) else key[0]
        return all(directory.coverage.assignments_complete(api, client) for client in self._clients)

    def lacks_single(self, key: PermissionKey) -> bool:
        """True where single accounts are known not to have granted a permission that was not seen to be granted."""
        decided = self._decided(key)
        return self._side.directory.grants_complete if decided is None else decided

    @property
    def lacks_roles(self) -> bool:
        """True where it is known to hold no directory role but those that were seen."""
        if self.principal is None and not self._alone:
            return self._side.directory.principals_complete
        return self._side.roles_complete

    def _decided(self, key: PermissionKey) -> bool | None:
        """Return whether a grant is known to be absent, where app and API decide that; None where its list does."""
        directory = self._side.directory
        if self.principal is None and not self._alone:
            # Nothing can be granted to what is not there; and what was not listed may be there under another id.
            return directory.principals_complete
        if unlisted(key[0]):
            return None
        api = directory.api(key[0])
        if not api.here:
            return not api.unknown
        return None

    def _take(self, client: str) -> None:
        directory = self._side.directory
        for resource_id, role_id, created in directory.assignments.get(client, ()):
            if role_id == ZERO_ROLE_ID:
                continue
            entry = directory.api_of_object(resource_id).by_id(Kind.APPLICATION, role_id)
            key = self._grant(entry, created.date() if created is not None else None)
            self._note(self._granted_open, key, entry)
        for resource_id, scope in directory.tenant_grants.get(client, ()):
            for entry in directory.api_of_object(resource_id).by_scope(scope):
                self._grant(entry, None)
        for (resource_id, scope), people in directory.personal_grants.get(client, {}).items():
            for entry in directory.api_of_object(resource_id).by_scope(scope):
                key, best = self._side.identify(entry)
                self.single.setdefault(key, (best, set()))[1].update(people)
        for role in self._side.roles_of(client):
            self.roles.setdefault((role.template_id or role.role, role.scope), role)

    def _grant(self, entry: Entry, day: date | None) -> PermissionKey:
        key, best = self._side.identify(entry)
        _, since = self.granted.get(key, (best, None))
        self.granted[key] = best, min((d for d in (since, day) if d is not None), default=None)
        return key

    def _note(self, opened: set[tuple[str, str]], key: PermissionKey, entry: Entry) -> None:
        if key[2] is None and not (entry.api.complete and self._side.other_defines(entry.api)):
            opened.add(key[:2])
