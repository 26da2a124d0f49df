"""Small tenants with everything that is odd in real ones, for property tests.

    @given(tenants())
    def test_what_is_read_is_what_is_served(tenant: GraphObjects) -> None:
        service.load(tenant)

Odd are: names that are empty, missing, long or full of strange characters; scopes with blanks in front and between;
manifests that name an API twice or ids in capitals; grants whose people, clients or APIs are gone; the zero role;
roles that nobody publishes; apps without service principals and service principals without apps.
"""

import random
from typing import Any

from hypothesis import strategies as st

from tests.graph_service.generated_apis import EXCHANGE, GRAPH, SHAREPOINT, Guids, role, scope
from tests.graph_service.objects import GraphObjects, Json

ZERO = "00000000-0000-0000-0000-000000000000"
_NAMES: list[str | None] = [
    "Amber Desk",
    "",
    None,
    "  padded  ",
    "=HYPERLINK(1)",
    "<b>&amp;</b>",
    "Zürich Ärger 日本 \u202eabc",
    "line\nbreak\ttab",
    "x" * 300,
    '"quoted" \\ back',
]


def tenants(*, most: int = 12) -> st.SearchStrategy[GraphObjects]:
    """Tenants with at most so many service principals; grants up to four for each."""
    size = st.integers(0, most)
    return st.builds(
        random_tenant, st.integers(0, 2**32), size, size, st.integers(0, most * 4), st.integers(0, most * 4)
    )


def random_tenant(seed: int, applications: int, principals: int, assignments: int, grants: int) -> GraphObjects:
    """Return the tenant of these numbers; the three APIs of Microsoft's are always there."""
    return _Maker(random.Random(seed)).make(applications, principals, assignments, grants)  # noqa: S311 - no secret


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.guid = Guids(rng).one

    def make(self, applications: int, principals: int, assignments: int, grants: int) -> GraphObjects:
        rng = self.rng
        tenant = self.guid()
        people = [self._person(number) for number in range(4)]
        apis = [self._api(app_id) for app_id in (GRAPH, SHAREPOINT, EXCHANGE, self.guid())]
        owned = [self._application(apis) for _ in range(applications)]
        others = [self._principal(self.guid(), rng.choice((tenant, self.guid(), None))) for _ in range(principals)]
        others += [self._principal(one["appId"], tenant) for one in owned if rng.random() < 0.8]
        everyone = [*apis, *others]
        held = {self._key(row): row for row in (self._assignment(everyone, apis, people) for _ in range(assignments))}
        given = {self._key(row): row for row in (self._grant(everyone, apis, people) for _ in range(grants))}
        rng.shuffle(everyone)
        organization = {
            "id": tenant,
            "displayName": rng.choice(_NAMES),
            "mobileDeviceManagementAuthority": "unknown",
            "verifiedDomains": [{"name": "northmere.example", "isDefault": True, "isInitial": True}],
        }
        definition = {"id": self.guid(), "templateId": ZERO, "displayName": "Exchange Administrator", "isBuiltIn": True}
        return GraphObjects(
            organization=organization,
            me=people[0]["id"],
            applications=owned,
            service_principals=everyone,
            assignments=list(held.values()),
            grants=list(given.values()),
            users=people[:3],
            memberships=[{"@odata.type": "#microsoft.graph.group", "id": self.guid(), "displayName": "Everyone"}],
            role_definitions=[definition],
            role_assignments=[
                {
                    "id": self.guid() + "-1",
                    "directoryScopeId": rng.choice(("/", "/administrativeUnits/" + self.guid())),
                    "principalId": holder["id"],
                    "roleDefinitionId": definition["id"],
                }
                for holder in everyone
                if rng.random() < 0.1
            ],
        )

    def _key(self, row: Json) -> tuple[Any, ...]:
        names = ("principalId", "resourceId", "appRoleId", "clientId")
        return tuple(row.get(name) for name in names)

    def _person(self, number: int) -> Json:
        """The last of them is gone: nobody finds the user whom grants name."""
        return {
            "id": self.guid(),
            "displayName": self.rng.choice(_NAMES),
            "userPrincipalName": f"person{number}@northmere.example",
            "accountEnabled": number != 2,
            "businessPhones": [],
        }

    def _principal(self, app_id: str, owner: str | None) -> Json:
        rng = self.rng
        kind = "ManagedIdentity" if owner is None else rng.choice(("Application", "Application", "Legacy"))
        row: Json = {
            "id": self.guid(),
            "appId": app_id.upper() if rng.random() < 0.1 else app_id,
            "displayName": rng.choice(_NAMES),
            "appDisplayName": rng.choice(_NAMES),
            "appOwnerOrganizationId": owner,
            "servicePrincipalType": kind,
            "accountEnabled": rng.random() < 0.8,
            "isDisabled": rng.choice((None, True, False)),
            "disabledByMicrosoftStatus": rng.choice((None, "NotDisabled", "DisabledDueToViolationOfServicesAgreement")),
            "tags": rng.sample(["WindowsAzureActiveDirectoryIntegratedApp", "HideApp", "own"], rng.randrange(3)),
            "servicePrincipalNames": [app_id],
            "verifiedPublisher": rng.choice((None, {"displayName": "Verified", "verifiedPublisherId": "1"})),
        }
        if rng.random() < 0.2:
            row["appRoles"] = [role(self.guid(), "msiam_access", users=True)]
        if rng.random() < 0.1:
            row["appRoles"] = [role(self.guid(), "Own.Use.All")]
        return row

    def _api(self, app_id: str) -> Json:
        row = self._principal(app_id, self.guid())
        values = self.rng.sample(("Mail.Read", "User.Read.All", "Sites.Read.All", "Own.Use", "full_access_as_app"), 3)
        return row | {
            "appId": app_id,
            "appRoles": [role(self.guid(), value) | {"isEnabled": self.rng.random() < 0.9} for value in values],
            "oauth2PermissionScopes": [scope(self.guid(), value) for value in ("User.Read", *values)],
        }

    def _application(self, apis: list[Json]) -> Json:
        rng = self.rng
        access = []
        for api in rng.choices(apis, k=rng.randrange(4)):
            published = [("Role", one["id"]) for one in api["appRoles"]]
            published += [("Scope", one["id"]) for one in api["oauth2PermissionScopes"]]
            chosen = [*rng.choices(published, k=rng.randrange(4)), ("Role", self.guid())][: rng.randrange(5)]
            wanted = [{"id": one.upper() if rng.random() < 0.2 else one, "type": kind} for kind, one in chosen]
            app_id = api["appId"] if rng.random() < 0.9 else self.guid()
            access.append({"resourceAppId": app_id, "resourceAccess": wanted})
        secret: Json = {
            "keyId": self.guid(),
            "startDateTime": "2026-01-01T00:00:00Z",
            "endDateTime": "2026-12-01T00:00:00Z",
        }
        return {
            "id": self.guid(),
            "appId": self.guid(),
            "displayName": rng.choice(_NAMES),
            "createdDateTime": rng.choice((None, "2020-02-29T23:59:59.1234567Z", "2026-11-22T00:00:00Z")),
            "signInAudience": rng.choice(("AzureADMyOrg", "AzureADMultipleOrgs")),
            "requiredResourceAccess": access,
            "passwordCredentials": [secret, secret | {"endDateTime": None}][: rng.randrange(3)],
        }

    def _assignment(self, everyone: list[Json], apis: list[Json], people: list[Json]) -> Json:
        rng = self.rng
        api = rng.choice(apis)
        published: list[str] = [one["id"] for one in api["appRoles"]]
        person = rng.random() < 0.1
        principal = rng.choice(people) if person else rng.choice(everyone)
        return {
            "id": self.guid() + "-assigned",
            "appRoleId": rng.choice([*published, *published, ZERO, self.guid()]),
            "createdDateTime": rng.choice((None, "2024-05-06T07:08:09Z", "2024-05-06T07:08:09.0000001Z")),
            "principalDisplayName": principal["displayName"],
            "principalId": principal["id"],
            "principalType": "User" if person else "ServicePrincipal",
            "resourceDisplayName": api["displayName"],
            "resourceId": api["id"],
        }

    def _grant(self, everyone: list[Json], apis: list[Json], people: list[Json]) -> Json:
        rng = self.rng
        api = rng.choice(apis)
        person = rng.choice([None, *people])
        values = [one["value"] for one in api["oauth2PermissionScopes"]] + ["openid", "offline_access", "Gone.Read"]
        chosen = rng.sample(values, rng.randrange(len(values)))
        gone = rng.random()
        return {
            "id": self.guid() + "-granted",
            "clientId": self.guid() if gone < 0.05 else rng.choice(everyone)["id"],
            "consentType": "Principal" if person else "AllPrincipals",
            "principalId": person["id"] if person else None,
            "resourceId": self.guid() if gone > 0.95 else api["id"],
            "scope": rng.choice((None, " " + "  ".join(chosen), " ".join([*chosen, *chosen[:1]]))),
        }
