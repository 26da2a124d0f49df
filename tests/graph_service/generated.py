"""A tenant of a given size, the same for the same seed, with rows as a real tenant has them.

Most assignments are of Microsoft Graph's roles; most delegated grants are single people's. Some of the apps bear the
names that vendors give theirs, with most of what these document.
"""

import random
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from tests.graph_service.generated_apis import MICROSOFT, Api, make_apis, role
from tests.graph_service.generated_people import NOW, People
from tests.graph_service.objects import GraphObjects, Json

_PROFILES = Path(__file__).parents[2] / "resources" / "catalog" / "profiles"
ZERO = "00000000-0000-0000-0000-000000000000"


class Size(Struct, frozen=True):
    """How large a tenant is; grants are delegated grants and app role assignments together."""

    applications: int
    principals: int
    grants: int
    apis: int
    users: int
    microsoft: int


SIZES = {
    "tiny": Size(10, 40, 120, 6, 20, 6),
    "small": Size(1_000, 3_000, 12_000, 60, 500, 300),
    "large": Size(20_000, 60_000, 250_000, 300, 10_000, 800),
}


def generate(size: Size, *, seed: int) -> GraphObjects:
    """Return a tenant of this size."""
    return _Maker(size, random.Random(seed)).make()  # noqa: S311 - a tenant, not a secret


class _Maker(People):
    def __init__(self, size: Size, rng: random.Random) -> None:
        super().__init__(rng)
        self.size = size
        self.people: list[Json] = [self._user(number) for number in range(size.users)]
        self.applications: list[Json] = []
        self.principals: list[Json] = []
        self.grants: dict[tuple[str, str, str | None], Json] = {}
        self.assignments: dict[tuple[str, str, str], Json] = {}
        self.apis = make_apis(rng, size.apis, self._principal)
        self.api_of = {api.row["appId"]: api for api in self.apis}
        self.scope_of = {one["id"]: one["value"] for api in self.apis for one in api.row["oauth2PermissionScopes"]}

    def make(self) -> GraphObjects:
        size, rng = self.size, self.rng
        for number in range(size.applications):
            self._registration(number)
        for number in range(size.principals // 12):
            self._managed_identity(number)
        for number in range(size.microsoft):
            name = f"Microsoft component {number}"
            self._principal(app_id=self.guid(), name=name, owner=rng.choice(MICROSOFT))
        named = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(_PROFILES.glob("*.yaml"))]
        vendors = [profile for profile in named if profile.get("app_name")]
        owners = [self.guid() for _ in range(max(3, size.principals // 40))]
        for profile in vendors:
            self._vendor(profile, rng.choice(owners))
        for number in range(size.principals - len(self.principals)):
            row = self._principal(app_id=self.guid(), name=self._name(number), owner=rng.choice(owners))
            if number % 5 == 0:
                row["appRoles"] = [role(self.guid(), "msiam_access", users=True), role(self.guid(), "", users=True)]
        self._assign_all(size.grants * 2 // 5 - len(self.assignments))
        self._delegate_all(size.grants - len(self.assignments) - len(self.grants))
        for rows in (self.applications, self.principals):
            rng.shuffle(rows)
        definitions, roles = self._directory_roles(self.principals, self.people)
        return GraphObjects(
            organization=self._organization(),
            me=self.people[0]["id"],
            applications=self.applications,
            service_principals=self.principals,
            grants=self._shuffled(self.grants.values()),
            assignments=self._shuffled(self.assignments.values()),
            # One in a hundred who consented is gone.
            users=[person for number, person in enumerate(self.people) if number % 100 != 99],
            memberships=self._memberships(),
            role_definitions=definitions,
            role_assignments=roles,
        )

    # Apps ---------------------------------------------------------------------------------------------------------

    def _principal(self, *, app_id: str, name: str, owner: str | None, kind: str = "Application") -> Json:
        rng = self.rng
        verified = owner is not None and rng.random() < 0.3
        row: Json = {
            "id": self.guid(),
            "accountEnabled": rng.random() > 0.02,
            "alternativeNames": [],
            "appDisplayName": name if kind == "Application" else None,
            "appId": app_id,
            "applicationTemplateId": self.guid() if rng.random() < 0.1 else None,
            "appOwnerOrganizationId": owner,
            "appRoleAssignmentRequired": rng.random() < 0.1,
            "appRoles": [],
            "displayName": name,
            "disabledByMicrosoftStatus": None,
            "isDisabled": None,
            "keyCredentials": [],
            "oauth2PermissionScopes": [],
            "passwordCredentials": [],
            "replyUrls": [f"https://app{n}.{app_id[:8]}.example/signin-oidc" for n in range(rng.randrange(4))],
            "servicePrincipalNames": [app_id, f"api://{app_id}"],
            "servicePrincipalType": kind,
            "signInAudience": "AzureADMultipleOrgs" if owner != self.tenant else "AzureADMyOrg",
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"] if rng.random() < 0.7 else ["HideApp"],
            "verifiedPublisher": {
                "addedDateTime": self._moment(900) if verified else None,
                "displayName": f"{name.split()[0]} Software" if verified else None,
                "verifiedPublisherId": str(rng.randrange(10**6, 10**7)) if verified else None,
            },
        }
        self.principals.append(row)
        return row

    def _credential(self, *, certificate: bool) -> Json:
        start = NOW - timedelta(days=self.rng.randrange(30, 700))
        credential: Json = {
            "customKeyIdentifier": None,
            "displayName": "set by the pipeline",
            "endDateTime": f"{start + timedelta(days=730):%Y-%m-%dT%H:%M:%S}Z",
            "keyId": self.guid(),
            "startDateTime": f"{start:%Y-%m-%dT%H:%M:%S}Z",
        }
        if certificate:
            return credential | {
                "key": b64encode(self.rng.randbytes(300)).decode(),
                "type": "AsymmetricX509Cert",
                "usage": "Verify",
            }
        return credential | {"hint": "a1b", "secretText": None}

    def _registration(self, number: int) -> None:
        rng, app_id, name = self.rng, self.guid(), self._name(number)
        access: dict[str, list[Json]] = {}
        for _ in range(0 if rng.random() < 0.12 else 1 + int(rng.expovariate(1 / 5))):
            api = self._api()
            if rng.random() < 0.5 or not api.row["oauth2PermissionScopes"]:
                wanted = {"id": self._popular(api.roles), "type": "Role"}
            else:
                wanted = {"id": self._popular(api.row["oauth2PermissionScopes"])["id"], "type": "Scope"}
            if wanted not in access.setdefault(api.row["appId"], []):
                access[api.row["appId"]].append(wanted)
        row = {
            "id": self.guid(),
            "api": {
                "acceptMappedClaims": None,
                "knownClientApplications": [],
                "oauth2PermissionScopes": [],
                "preAuthorizedApplications": [],
                "requestedAccessTokenVersion": 2,
            },
            "appId": app_id,
            "createdDateTime": self._moment(3000),
            "displayName": name,
            "identifierUris": [f"api://{app_id}"] if rng.random() < 0.3 else [],
            "keyCredentials": [self._credential(certificate=True)] if rng.random() < 0.25 else [],
            "passwordCredentials": [self._credential(certificate=False) for _ in range(rng.choice((0, 0, 1, 1, 2)))],
            "publicClient": {"redirectUris": []},
            "publisherDomain": "larkfield.example",
            "requiredResourceAccess": [
                {"resourceAppId": resource, "resourceAccess": wanted} for resource, wanted in access.items()
            ],
            "signInAudience": "AzureADMyOrg",
            "spa": {"redirectUris": []},
            "verifiedPublisher": {"addedDateTime": None, "displayName": None, "verifiedPublisherId": None},
            "web": {
                "homePageUrl": None,
                "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": True},
                "logoutUrl": None,
                "redirectUriSettings": [],
                "redirectUris": [f"https://{app_id[:8]}.larkfield.example/signin-oidc"],
            },
        }
        self.applications.append(row)
        if rng.random() < 0.93:
            principal = self._principal(app_id=app_id, name=name, owner=self.tenant)
            self._grant_manifest(principal, access)

    def _grant_manifest(self, principal: Json, access: dict[str, list[Json]]) -> None:
        """Grant most of what a manifest asks for."""
        for app_id, wished in access.items():
            api, values = self.api_of[app_id], []
            for wanted in wished:
                if self.rng.random() < 0.15:
                    continue
                if wanted["type"] == "Role":
                    self._assign(principal, api, wanted["id"])
                else:
                    values.append(self.scope_of[wanted["id"]])
            if values:
                self._delegate(principal, api, None, values)

    def _managed_identity(self, number: int) -> None:
        row = self._principal(app_id=self.guid(), name=f"mi-larkfield-{number}", owner=None, kind="ManagedIdentity")
        group = f"/subscriptions/{self.guid()}/resourcegroups/rg-{number % 40}"
        resource = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi-larkfield-{number}"
        row |= {"alternativeNames": ["isExplicit=True", resource], "replyUrls": [], "tags": []}

    def _vendor(self, profile: dict[str, Any], owner: str) -> None:
        """Install a vendor's app under its own name with nine tenths of what its page documents."""
        principal = self._principal(app_id=self.guid(), name=profile["app_name"], owner=owner)
        for api in self.apis[:3]:
            ids = {one["value"]: one["id"] for one in api.row["appRoles"]}
            values = []
            for line in profile["requirements"]:
                if line["api"] != api.row["displayName"] or self.rng.random() < 0.1:
                    continue
                if line.get("kind", "application") == "application" and line["value"] in ids:
                    self._assign(principal, api, ids[line["value"]])
                elif line.get("kind") == "delegated":
                    values.append(line["value"])
            if values:
                self._delegate(principal, api, None, values)
                self._delegate(principal, api, self.people[1]["id"], values[:2])

    # Grants -------------------------------------------------------------------------------------------------------

    def _api(self) -> Api:
        place = self.rng.random()
        if place < 0.76:
            return self.apis[0]
        return self.apis[1] if place < 0.82 else self.apis[2] if place < 0.88 else self.rng.choice(self.apis[3:])

    def _popular(self, things: Sequence[Any]) -> Any:
        return things[int(self.rng.random() ** 3 * len(things))]

    def _assign(self, principal: Json, api: Api, role_id: str, kind: str = "ServicePrincipal") -> None:
        self.assignments[principal["id"], api.row["id"], role_id] = {
            "id": self._identity(32),
            "deletedDateTime": None,
            "appRoleId": role_id,
            "createdDateTime": self._moment(2000),
            "principalDisplayName": principal["displayName"],
            "principalId": principal["id"],
            "principalType": kind,
            "resourceDisplayName": api.row["displayName"],
            "resourceId": api.row["id"],
        }

    def _assign_all(self, count: int) -> None:
        """Give roles to service principals, and a few to people, up to the full number."""
        target = len(self.assignments) + count
        clients = self.principals[3 + self.size.apis :]
        while len(self.assignments) < target:
            api, place = self._api(), self.rng.random()
            if place < 0.01:
                self._assign(self.rng.choice(self.people), self.rng.choice(self.apis[3:]), ZERO, "User")
            elif place < 0.02:
                self._assign(self.rng.choice(clients), api, self.rng.choice((ZERO, self.guid())))
            else:
                self._assign(self._popular(clients), api, self._popular(api.roles))

    def _delegate(self, principal: Json, api: Api, person: str | None, values: Sequence[str]) -> None:
        blank = " " if self.rng.random() < 0.05 else ""
        self.grants[principal["id"], api.row["id"], person] = {
            "id": self._identity(48 if person else 32),
            "clientId": principal["id"],
            "consentType": "Principal" if person else "AllPrincipals",
            "principalId": person,
            "resourceId": api.row["id"],
            "scope": blank + " ".join(values),
        }

    def _delegate_all(self, count: int) -> None:
        """Let people consent, to few apps often and to many rarely, up to the full number."""
        target = len(self.grants) + count
        clients = self.principals[3 + self.size.apis :]
        while len(self.grants) < target:
            api = self._api()
            values = list(dict.fromkeys(self._popular(api.scopes) for _ in range(self.rng.choice((1, 2, 3, 4, 6, 10)))))
            person = self.rng.choice(self.people)["id"] if self.rng.random() < 0.75 else None
            self._delegate(self._popular(clients), api, person, values)
