"""Who is in a generated tenant, and what its organization and directory roles are; names, moments and identifiers."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tests.graph_service.generated_apis import Guids
from tests.graph_service.objects import Json

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_COLOURS = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbour", "Iris", "Juniper")
_TASKS = ("Billing", "Archive", "Reports", "Intranet", "Sync", "Portal", "Telemetry", "Desk", "Planner", "Backup")


class People:
    """Makes what does not depend on apps."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.guid = Guids(rng).one
        self.tenant = self.guid()

    def _shuffled(self, rows: Iterable[Json]) -> list[Json]:
        listed = list(rows)
        self.rng.shuffle(listed)
        return listed

    def _name(self, number: int) -> str:
        return f"{self.rng.choice(_COLOURS)} {self.rng.choice(_TASKS)} {number}"

    def _identity(self, size: int) -> str:
        return urlsafe_b64encode(self.rng.randbytes(size)).decode().rstrip("=")

    def _moment(self, days: int) -> str:
        ago = timedelta(seconds=self.rng.randrange(days * 86_400))
        return f"{NOW - ago:%Y-%m-%dT%H:%M:%S}Z"

    def _user(self, number: int) -> Json:
        name = f"{_COLOURS[number % 10]} {_TASKS[number // 10 % 10]}"
        return {
            "id": self.guid(),
            "displayName": f"{name} {number}",
            "userPrincipalName": f"user{number}@larkfield.example",
            "mail": f"user{number}@larkfield.example",
            "accountEnabled": number % 31 != 30,
            "businessPhones": [],
            "userType": "Member",
        }

    def _organization(self) -> Json:
        domain = {"capabilities": "Email", "isDefault": True, "isInitial": False, "type": "Managed"}
        return {
            "id": self.tenant,
            "displayName": "Larkfield Instruments",
            "createdDateTime": "2016-03-01T09:30:00Z",
            "countryLetterCode": "GB",
            "mobileDeviceManagementAuthority": "unknown",
            "tenantType": "AAD",
            "verifiedDomains": [domain | {"name": "larkfield.example"}],
        }

    def _memberships(self) -> list[Json]:
        reader = {"displayName": "Global Reader", "roleTemplateId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"}
        return [
            {"@odata.type": "#microsoft.graph.directoryRole", "id": self.guid(), **reader},
            {"@odata.type": "#microsoft.graph.group", "id": self.guid(), "displayName": "Everyone at Larkfield"},
        ]

    def _directory_roles(self, principals: list[Json], people: list[Json]) -> tuple[list[Json], list[Json]]:
        names = {
            "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
            "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
            "f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
        }
        definitions = [
            {
                "id": identity,
                "displayName": name,
                "description": f"What a {name} may do.",
                "isBuiltIn": True,
                "isEnabled": True,
                "resourceScopes": ["/"],
                "rolePermissions": [],
                "templateId": identity,
                "version": "1",
            }
            for identity, name in names.items()
        ]
        holders = self.rng.sample(principals, max(2, len(principals) // 500)) + people[:5]
        rows = [
            {
                "id": f"{self._identity(32)}-1",
                "directoryScopeId": "/",
                "principalId": holder["id"],
                "roleDefinitionId": self.rng.choice(list(names)),
            }
            for holder in holders
        ]
        return definitions, rows
