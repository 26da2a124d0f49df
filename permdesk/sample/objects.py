"""The sample tenant as Microsoft Graph would serve it: the sources, expanded into Graph-shaped rows."""

from msgspec import Struct

from permdesk.domain.permission import ZERO_ROLE_ID, Kind
from permdesk.errors import BugError
from permdesk.sample.shapes import (
    Row,
    app_id_of,
    credential_row,
    object_id,
    role_row,
    scope_row,
    user_id,
    verified_publisher,
)
from permdesk.sample.source import SampleApi, SampleApp, Source

_GRAPH_KINDS = {Kind.APPLICATION: "Role", Kind.DELEGATED: "Scope"}


class GraphObjects(Struct):
    """Rows by the list Graph serves them in; ``assigned_to`` by the object id of the API, ``definitions`` likewise."""

    organization: list[Row]
    applications: list[Row]
    service_principals: list[Row]
    definitions: dict[str, Row]
    grants: list[Row]
    assigned_to: dict[str, list[Row]]
    role_assignments: list[Row]
    users: dict[str, Row]
    held_roles: list[Row] = []
    #: Whoever a directory role was given to, by object id, with the type.
    holders: dict[str, Row] = {}
    #: Entries of the directory audit log.
    audits: list[Row] = []


def graph_objects(source: Source) -> GraphObjects:
    """Return the whole tenant, Graph-shaped."""
    return _Builder(source).build()


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.objects = GraphObjects([], [], [], {}, [], {}, [], {})
        self.principal_of_api: dict[str, str] = {}

    def build(self) -> GraphObjects:
        source, objects = self.source, self.objects
        self._organization()
        self._users()
        own = {app_id_of(app) for app in source.registrations}
        for api in source.apis:
            self._api(api, principal=api.app_id not in own)
        for app in source.registrations:
            self._registered(app)
        for app in source.vendors:
            if app.registered:
                self._registered(app)
            else:
                self._enterprise(app)
        for app in source.enterprise:
            self._enterprise(app)
        for app in source.identities:
            self._principal(app, owner=None, type_="ManagedIdentity")
            self._grants(app)
        for app in source.microsoft:
            self._principal(app, owner=source.tenant.owners[app.owner or "microsoft"])
            self._grants(app)
        self._directory_roles()
        self._roles_of_people()
        # Graph serves its lists in no order a person would choose.
        objects.applications.sort(key=lambda row: str(row["id"]))
        objects.service_principals.sort(key=lambda row: str(row["id"]))
        objects.grants.sort(key=lambda row: str(row["id"]))
        return objects

    def _organization(self) -> None:
        tenant = self.source.tenant
        domains = [
            {"name": "larkfield.onmicrosoft.example", "isDefault": False, "isInitial": True},
            {"name": tenant.domain, "isDefault": True, "isInitial": False},
        ]
        self.objects.organization.append({"id": tenant.id, "displayName": tenant.name, "verifiedDomains": domains})

    def _users(self) -> None:
        people, domain = self.source.tenant.people, self.source.tenant.domain
        for number in range(1, people.count + 1):
            word = f"u{number:02}"
            if word in people.deleted:
                continue
            self.objects.users[user_id(word)] = {
                "id": user_id(word),
                "displayName": f"Larkfield user {number:02}",
                "userPrincipalName": f"user{number:02}@{domain}",
                "accountEnabled": word not in people.off,
            }

    # ---- apps -----------------------------------------------------------------------------------------------------

    def _registered(self, app: SampleApp) -> None:
        self.objects.applications.append(
            {
                "id": object_id("application", app_id_of(app)),
                "appId": app_id_of(app),
                "displayName": app.name,
                "createdDateTime": app.created.isoformat() if app.created else "2024-01-08T08:00:00Z",
                "signInAudience": "AzureADMyOrg",
                "publisherDomain": self.source.tenant.domain,
                "verifiedPublisher": verified_publisher(None),
                "requiredResourceAccess": self._manifest(app),
                "passwordCredentials": [credential_row(text) for text in app.secrets],
                "keyCredentials": [credential_row(text) for text in app.certificates],
                "isDisabled": None,
                "disabledByMicrosoftStatus": None,
                "web": {"redirectUris": app.reply_urls},
                "spa": {"redirectUris": []},
                "publicClient": {"redirectUris": []},
            }
        )
        if app.service_principal:
            self._principal(app, owner=self.source.tenant.id)
        self._grants(app)

    def _enterprise(self, app: SampleApp) -> None:
        owners = self.source.tenant.owners
        owner = owners[app.owner] if app.owner else object_id("tenant", app.publisher or app.name)
        self._principal(app, owner=owner, publisher=app.publisher)
        self._grants(app)

    def _principal(
        self, app: SampleApp, *, owner: str | None, type_: str = "Application", publisher: str | None = None
    ) -> None:
        self.objects.service_principals.append(
            {
                "id": self._principal_id(app),
                "appId": app_id_of(app),
                "displayName": app.name,
                "appDisplayName": app.name if type_ == "Application" else None,
                "appOwnerOrganizationId": owner,
                "servicePrincipalType": type_,
                "accountEnabled": app.enabled,
                "isDisabled": None,
                "disabledByMicrosoftStatus": None,
                "verifiedPublisher": verified_publisher(publisher),
                "replyUrls": app.reply_urls,
                "appRoles": [],
                "oauth2PermissionScopes": [],
            }
        )

    def _principal_id(self, app: SampleApp) -> str:
        return object_id("servicePrincipal", app_id_of(app))

    def _manifest(self, app: SampleApp) -> list[Row]:
        resources: dict[str, list[Row]] = {}
        for line in app.manifest:
            word, kind_word, *values = line.split()
            kind, api = Kind(kind_word), self.source.api(word)
            entries = resources.setdefault(api.app_id if api else word, [])
            entries += [
                {"id": api.id_of(kind, value) if api else value, "type": _GRAPH_KINDS[kind]} for value in values
            ]
        rows = [{"resourceAppId": resource, "resourceAccess": entries} for resource, entries in resources.items()]
        raw = [
            {
                "resourceAppId": resource.resource_app_id,
                "resourceAccess": [{"id": entry.id, "type": entry.type} for entry in resource.resource_access],
            }
            for resource in app.raw_manifest
        ]
        return rows + raw

    # ---- grants ---------------------------------------------------------------------------------------------------

    def _grants(self, app: SampleApp) -> None:
        if not app.service_principal:
            return
        for line in app.application:
            day, word, *values = line.split()
            api = self._known(word)
            for value in values:
                self._assign(app, api, api.id_of(Kind.APPLICATION, value), day)
        for line in app.everyone:
            self._delegate(app, line, None)
        for line in app.people:
            words, _, grant = line.partition(": ")
            for word in words.split():
                self._delegate(app, grant, word)

    def _known(self, word: str) -> SampleApi:
        api = self.source.api(word)
        if api is None:
            raise BugError(f"the sample has no API {word}")
        return api

    def _assign(self, app: SampleApp, api: SampleApi, role_id: str, day: str) -> None:
        resource = self.principal_of_api[api.short]
        self._assignment(resource, api, role_id, self._principal_id(app), app.name, "ServicePrincipal", day)

    def _assignment(
        self, resource: str, api: SampleApi, role_id: str, principal: str, name: str, type_: str, day: str
    ) -> None:
        self.objects.assigned_to.setdefault(resource, []).append(
            {
                "id": object_id("assignment", f"{principal} {resource} {role_id}"),
                "appRoleId": role_id,
                "createdDateTime": f"{day}T09:15:27.1234567Z",
                "principalId": principal,
                "principalDisplayName": name,
                "principalType": type_,
                "resourceId": resource,
                "resourceDisplayName": api.name,
            }
        )

    def _delegate(self, app: SampleApp, line: str, person: str | None) -> None:
        word, *scopes = line.split()
        api = self.source.api(word)
        resource = self.principal_of_api[api.short] if api else word
        client = self._principal_id(app)
        if api:
            for scope in scopes:
                api.id_of(Kind.DELEGATED, scope)
        self.objects.grants.append(
            {
                "id": object_id("grant", f"{client} {resource} {person}"),
                "clientId": client,
                "consentType": "Principal" if person else "AllPrincipals",
                "principalId": user_id(person) if person else None,
                "resourceId": resource,
                # Real tenants keep the blank that some portals put in front.
                "scope": " " + " ".join(scopes),
            }
        )

    def _directory_roles(self) -> None:
        source = self.source
        apps = [*source.vendors, *source.registrations, *source.enterprise, *source.identities]
        account = source.tenant.account
        self.objects.held_roles.append(
            {
                "id": object_id("directoryRole", account.template_id),
                "displayName": account.role,
                "roleTemplateId": account.template_id,
            }
        )
        for holder in source.tenant.directory_role:
            if holder.person:
                principal = user_id(holder.person)
                self._holder("user", self.objects.users[principal])
            elif holder.group:
                principal = object_id("group", holder.group)
                self._holder("group", {"id": principal, "displayName": holder.group})
            else:
                found = next(app for app in apps if app.name == holder.app)
                principal = self._principal_id(found)
                self._holder("servicePrincipal", {"id": principal, "displayName": found.name, "accountEnabled": True})
            self.objects.role_assignments.append(
                {
                    "id": object_id("roleAssignment", f"{principal} {holder.template_id}"),
                    "principalId": principal,
                    "roleDefinitionId": holder.template_id,
                    "directoryScopeId": "/",
                    "roleDefinition": {
                        "id": holder.template_id,
                        "templateId": holder.template_id,
                        "displayName": holder.role,
                    },
                }
            )

    def _holder(self, kind: str, row: Row) -> None:
        self.objects.holders[row["id"]] = {"@odata.type": f"#microsoft.graph.{kind}", **row}

    # ---- APIs -----------------------------------------------------------------------------------------------------

    def _api(self, api: SampleApi, *, principal: bool) -> None:
        id_ = object_id("servicePrincipal", api.app_id)
        self.principal_of_api[api.short] = id_
        roles = [role_row(row, "Application") for row in api.published(Kind.APPLICATION)]
        roles += [role_row(row, "User") for row in api.roles_for_people()]
        self.objects.definitions[id_] = {
            "appRoles": roles,
            "oauth2PermissionScopes": [scope_row(row) for row in api.published(Kind.DELEGATED)],
        }
        if principal:
            owner = self.source.tenant.owners["microsoft"]
            self._principal(SampleApp(name=api.name, app_id=api.app_id), owner=owner)

    def _roles_of_people(self) -> None:
        """Assignments that are no permissions: a person's role, a group's, and one without a role."""
        for api in self.source.apis:
            resource = self.principal_of_api[api.short]
            for row in api.roles_for_people():
                self._assignment(resource, api, row.id, user_id("u05"), "Larkfield user 05", "User", "2025-01-20")
                group = object_id("group", "metrology")
                self._assignment(resource, api, row.id, group, "Metrology", "Group", "2025-01-20")
                client = object_id("servicePrincipal", app_id_of(self.source.registrations[0]))
                name = self.source.registrations[0].name
                self._assignment(resource, api, ZERO_ROLE_ID, client, name, "ServicePrincipal", "2025-01-20")
