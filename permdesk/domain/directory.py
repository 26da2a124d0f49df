"""An index over a scan: apps joined from their two objects, permissions resolved through their API."""

from collections.abc import Iterable
from datetime import datetime

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import REACH_FLAGS, Flag
from permdesk.domain.grant import DelegatedGrant, User
from permdesk.domain.permission import (
    AZURE_AD_GRAPH_APP_ID,
    BASIC_READ_SCOPE,
    BASIC_SCOPES,
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    ApiDefinition,
    Kind,
    Permission,
    PublishedPermission,
)
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot

_EWS_FULL_ACCESS = "full_access_as_app"
_MANAGE_AS_APP = "exchange.manageasapp"
_KIND_ORDER = {Kind.APPLICATION: "0", Kind.DELEGATED: "1"}


class Entry:
    """One permission of one API, shared by every app that needs, declares or holds it.

    Attributes:
        ids: every id the API publishes it under, those switched on first; empty where it is known by value alone.
        published: the API publishes it here.
        enabled: some published id of it is enabled.
        user_consentable: every enabled id of it may be consented to by a user.
        flags: what is said of it whoever holds it: retired, reach, consent by users.
        manages_exchange: it lets an app manage Exchange, within a directory role it holds.
        sort_key: order within an app's findings.
    """

    __slots__ = (
        "api",
        "basic",
        "enabled",
        "flags",
        "folded",
        "ids",
        "kind",
        "manages_exchange",
        "permission",
        "published",
        "read_scope",
        "sort_key",
        "user_consentable",
        "value",
    )

    def __init__(self, api: "Api", kind: Kind, *, value: str | None, entry_id: str | None) -> None:
        self.api = api
        self.kind = kind
        self.value = value
        self.folded = value.casefold() if value is not None else None
        self.ids: tuple[str, ...] = (entry_id,) if entry_id is not None else ()
        self.published = False
        self.enabled = True
        self.user_consentable = False
        delegated_graph = kind is Kind.DELEGATED and api.app_id == GRAPH_APP_ID
        self.basic = delegated_graph and self.folded in BASIC_SCOPES
        self.read_scope = delegated_graph and self.folded == BASIC_READ_SCOPE
        self._identify()

    def publish(self, permission: PublishedPermission) -> None:
        """Take in one published id of this permission; those switched on come first."""
        first = not self.published
        enabled = permission.enabled
        if first:
            self.value, self.ids, self.enabled = permission.value, (permission.id,), enabled
            self.user_consentable = permission.user_consentable
        else:
            if enabled == self.enabled:
                self.user_consentable = self.user_consentable and permission.user_consentable
            elif enabled:
                self.user_consentable = permission.user_consentable
            self.enabled = self.enabled or enabled
            if permission.id not in self.ids:
                self.ids = (*self.ids, permission.id)
        self.published = True
        self._identify()

    def spell(self, value: str) -> None:
        """Settle, whatever the order of rows, on one spelling of a value that the API does not publish."""
        if not self.published and self.value is not None and value < self.value:
            self.value = value
            self._identify()

    def _identify(self) -> None:
        api = self.api
        self.permission = Permission(
            api.app_id, api.object_id, api.name, self.kind, self.value, self.ids[0] if self.ids else None
        )
        self.sort_key = "\x00".join(
            (api.app_id or "~", api.object_id or "", _KIND_ORDER[self.kind], self.folded or "~", *self.ids[:1])
        )
        retired = api.app_id == AZURE_AD_GRAPH_APP_ID or (
            api.app_id == EXCHANGE_APP_ID and self.kind is Kind.APPLICATION and self.folded == _EWS_FULL_ACCESS
        )
        self.manages_exchange = (
            api.app_id == EXCHANGE_APP_ID and self.kind is Kind.APPLICATION and self.folded == _MANAGE_AS_APP
        )
        consentable = self.user_consentable and self.kind is Kind.DELEGATED
        self.flags = (
            *((Flag.RETIRED_API,) if retired else ()),
            *api.reach_of(self.kind, self.folded),
            *((Flag.USER_CONSENTABLE,) if consentable else ()),
        )


class Api:
    """An API as this scan knows it: in the tenant, absent from it, or gone.

    Attributes:
        app_id: None where only the object id of a grant is known.
        object_id: None where the tenant has no service principal of it.
        here: its service principal was read, or what it publishes.
        unknown: nobody can say whether it is here: servicePrincipals is not complete.
        complete: everything it publishes was read.
    """

    def __init__(
        self,
        *,
        app_id: str | None,
        object_id: str | None,
        name: str,
        here: bool,
        unknown: bool,
        complete: bool,
        reach: dict[tuple[str, Kind, str], tuple[Flag, ...]],
    ) -> None:
        self.app_id = app_id
        self.object_id = object_id
        self.name = name
        self.here = here
        self.unknown = unknown
        self.complete = complete
        self._reach = reach
        self._by_id: dict[tuple[Kind, str], Entry] = {}
        self._by_value: dict[tuple[Kind, str], Entry] = {}
        self._scopes: dict[str, tuple[Entry, ...]] = {}
        self._spelt: dict[str, Entry] = {}

    @property
    def readable(self) -> bool:
        """False where its service principal is gone for certain: there is nothing more of it that could be read."""
        return self.app_id is not None or self.unknown

    def reach_of(self, kind: Kind, folded: str | None) -> tuple[Flag, ...]:
        """Return the reach of a permission of this API, as the curated table states it."""
        if self.app_id is None or folded is None:
            return ()
        return self._reach.get((self.app_id, kind, folded), ())

    def define(self, permissions: Iterable[PublishedPermission]) -> None:
        """Take in what the API publishes; a value published twice is one permission."""
        for permission in sorted(permissions, key=lambda p: (not p.enabled, p.id)):
            by_value = (permission.kind, permission.value.casefold())
            entry = self._by_value.get(by_value)
            if entry is None:
                entry = Entry(self, permission.kind, value=permission.value, entry_id=permission.id)
                self._by_value[by_value] = entry
            entry.publish(permission)
            self._by_id[permission.kind, permission.id] = entry

    def by_id(self, kind: Kind, entry_id: str) -> Entry:
        """Return the permission with this id; one without value where the API publishes no such id."""
        entry = self._by_id.get((kind, entry_id))
        if entry is None:
            entry = self._by_id[kind, entry_id] = Entry(self, kind, value=None, entry_id=entry_id)
        return entry

    def by_value(self, kind: Kind, value: str) -> Entry:
        """Return the permission of this value, case folded; one without id where the API publishes none."""
        key = (kind, value.casefold())
        entry = self._by_value.get(key)
        if entry is None:
            entry = self._by_value[key] = Entry(self, kind, value=value, entry_id=None)
        else:
            entry.spell(value)
        return entry

    def by_scope(self, scope: str) -> tuple[Entry, ...]:
        """Return the delegated permissions of a grant's scope text, whatever its blanks."""
        entries = self._scopes.get(scope)
        if entries is None:
            found = [self._spelt.get(value) or self._scope(value) for value in scope.split()]
            entries = self._scopes[scope] = tuple(dict.fromkeys(found))
        return entries

    def _scope(self, value: str) -> Entry:
        entry = self._spelt[value] = self.by_value(Kind.DELEGATED, value)
        return entry


class Directory:
    """Everything of a scan by the key that the comparison asks for.

    Attributes:
        gone: object ids of the people who do not exist any more.
        assignments: by client: API's object id, role and date.
        tenant_grants: by client: the API's object id and scope text of grants to everyone.
        personal_grants: by client: the API's object id and scope text, and the people who hold it.
    """

    def __init__(self, snapshot: Snapshot, facts: CatalogFacts) -> None:
        self.coverage = snapshot.coverage
        self.principals_complete = self.coverage.list_complete(ReadName.SERVICE_PRINCIPALS)
        self.registrations_complete = self.coverage.list_complete(ReadName.APPLICATIONS)
        self.grants_complete = self.coverage.list_complete(ReadName.OAUTH2_PERMISSION_GRANTS)
        self.apps_complete = self.principals_complete and self.registrations_complete
        self.registrations: dict[str, Registration] = {r.app_id: r for r in snapshot.registrations}
        self.principals: dict[str, ServicePrincipal] = {p.object_id: p for p in snapshot.service_principals}
        self.principal_of: dict[str, ServicePrincipal] = {
            self.principals[object_id].app_id: self.principals[object_id]
            for object_id in sorted(self.principals, reverse=True)
        }
        self.users: dict[str, User] = {u.object_id: u for u in snapshot.users}
        self.gone = frozenset(u.object_id for u in snapshot.users if u.gone)
        self.assignments = self._assignments(snapshot)
        self.tenant_grants: dict[str, dict[tuple[str, str], None]] = {}
        self.personal_grants: dict[str, dict[tuple[str, str], set[str]]] = {}
        self._take_grants(snapshot.delegated_grants)
        self._names = {api.app_id: api.name for api in facts.apis}
        self._reach = _reach_table(facts)
        self._definitions: dict[str, ApiDefinition] = {d.app_id: d for d in snapshot.apis}
        self._defined_objects: dict[str, str] = {d.object_id: d.app_id for d in snapshot.apis}
        self._by_app_id: dict[str, Api] = {}
        self._by_object_id: dict[str, Api] = {}

    def api(self, app_id: str) -> Api:
        """Return an API by its appId, whether the tenant has it or not."""
        api = self._by_app_id.get(app_id)
        if api is None:
            api = self._by_app_id[app_id] = self._make(app_id)
        return api

    def api_of_object(self, object_id: str) -> Api:
        """Return the API that a grant's resourceId names."""
        api = self._by_object_id.get(object_id)
        if api is None:
            principal = self.principals.get(object_id)
            app_id = principal.app_id if principal is not None else self._defined_objects.get(object_id)
            if app_id is None:
                api = Api(
                    app_id=None,
                    object_id=object_id,
                    name="An API that is gone" if self.principals_complete else "An API that was not read",
                    here=False,
                    unknown=not self.principals_complete,
                    complete=False,
                    reach=self._reach,
                )
            else:
                api = self.api(app_id)
            self._by_object_id[object_id] = api
        return api

    def _make(self, app_id: str) -> Api:
        # Definitions are read by appId too: they tell of an API that a cut list of service principals lacks.
        definition = self._definitions.get(app_id)
        found = self.principal_of.get(app_id) or definition
        api = Api(
            app_id=app_id,
            object_id=found.object_id if found else None,
            name=(found.display_name if found else "") or self._names.get(app_id, app_id),
            here=found is not None,
            unknown=found is None and not self.principals_complete,
            complete=found is not None and self.coverage.definitions_complete(app_id),
            reach=self._reach,
        )
        if definition is not None:
            api.define(definition.permissions)
        return api

    @staticmethod
    def _assignments(snapshot: Snapshot) -> dict[str, list[tuple[str, str, datetime | None]]]:
        table: dict[str, list[tuple[str, str, datetime | None]]] = {}
        for row in snapshot.app_role_assignments:
            rows = table.get(row.client_id)
            if rows is None:
                rows = table[row.client_id] = []
            rows.append((row.resource_id, row.role_id, row.created))
        return table

    def _take_grants(self, grants: Iterable[DelegatedGrant]) -> None:
        everyone, single = self.tenant_grants, self.personal_grants
        for row in grants:
            client_id, key, person = row.client_id, (row.resource_id, row.scope), row.principal_id
            if person is None:
                everyone.setdefault(client_id, {})[key] = None
            elif (scopes := single.get(client_id)) is None:
                single[client_id] = {key: {person}}
            elif (people := scopes.get(key)) is None:
                scopes[key] = {person}
            else:
                people.add(person)


def _reach_table(facts: CatalogFacts) -> dict[tuple[str, Kind, str], tuple[Flag, ...]]:
    stated: dict[tuple[str, Kind, str], set[str]] = {}
    for row in facts.reach:
        stated.setdefault((row.resource_app_id, row.kind, row.value.casefold()), set()).add(row.reach.value)
    flags = [flag for flag in Flag if flag in REACH_FLAGS]
    return {key: tuple(flag for flag in flags if flag.value in words) for key, words in stated.items()}
