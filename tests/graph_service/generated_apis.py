"""The APIs of a generated tenant: Microsoft's own with their real ids where the catalog has them, and others."""

import csv
import random
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.graph_service.objects import Json

_CATALOG = Path(__file__).parents[2] / "resources" / "catalog" / "apis"
GRAPH = "00000003-0000-0000-c000-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
#: The tenants that Microsoft's own applications are registered in.
MICROSOFT = ("f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47")
# fmt: off
_NOUNS = (
    "AccessReview", "Agreement", "Analytics", "ApprovalSolution", "AppCatalog", "AttackSimulation", "AuditLog",
    "AuthenticationContext", "BackupRestore", "BitlockerKey", "Bookings", "BrowserSiteLists", "Calendars",
    "CallRecords", "Calls", "Channel", "ChannelMember", "Chat", "ChatMessage", "CloudPC", "Community",
    "ConsentRequest", "Contacts", "CustomAuthenticationExtension", "Device", "DeviceLocalCredential",
    "DeviceManagementApps", "Domain", "EduRoster", "EntitlementManagement", "EventListener", "ExternalConnection",
    "ExternalItem", "FileStorageContainer", "Files", "Group", "GroupMember", "HealthMonitoringAlert",
    "IdentityProvider", "IdentityRiskEvent", "IndustryData", "LearningContent", "LicenseAssignment",
    "LifecycleWorkflows", "Mail", "MailboxFolder", "MailboxSettings", "MultiTenantOrganization", "NetworkAccess",
    "Notes", "OnlineMeetings", "OrgContact", "OrgSettings", "Organization", "People", "Place", "Policy", "Presence",
    "PrintJob", "Printer", "Reports", "RoleManagement", "Schedule", "SecurityAlert", "SecurityIncident",
    "ServiceHealth", "Sites", "Subscription", "Synchronization", "Tasks", "Team", "TeamMember", "TeamsActivity",
    "TeamsTab", "TermStore", "ThreatHunting", "Topic", "User", "UserNotification", "VirtualEvent", "WindowsUpdates",
)
# fmt: on
_FORMS = ("Read.All", "ReadWrite.All", "ReadBasic.All", "Manage.All", "Read", "ReadWrite", "Create", "Send", "Selected")


class Api(Struct, frozen=True):
    """An API with what it publishes; ``roles`` are for applications."""

    row: Json
    roles: list[str]
    scopes: list[str]


class Guids:
    """GUIDs and other identifiers in a lasting order."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def one(self) -> str:
        word = f"{self.rng.getrandbits(128):032x}"
        return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:]}"


def role(identity: str, value: str, *, users: bool = False) -> Json:
    """Return an appRole as a service principal publishes it."""
    return {
        "allowedMemberTypes": ["User"] if users else ["Application"],
        "description": f"Allows the app to use {value} in the organization without a signed-in user, on its own.",
        "displayName": f"Use {value} in the whole organization",
        "id": identity,
        "isEnabled": True,
        "origin": "Application",
        "value": value,
    }


def scope(identity: str, value: str) -> Json:
    """Return a permissionScope as a service principal publishes it."""
    return {
        "adminConsentDescription": f"Allows the app to use {value} on behalf of the signed-in user and nobody else.",
        "adminConsentDisplayName": f"Use {value} as the signed-in user",
        "id": identity,
        "isEnabled": True,
        "origin": "Application",
        "type": "Admin" if value.endswith(".All") else "User",
        "userConsentDescription": f"Allows the app to use {value} on your behalf, as far as you may yourself.",
        "userConsentDisplayName": f"Use {value} as you",
        "value": value,
    }


def _published(rng: random.Random, file: str, more: int) -> tuple[list[Json], list[Json]]:
    """Return roles and scopes: those of the catalog, then invented ones up to ``more`` of each kind."""
    guids = Guids(rng)
    known: dict[str, dict[str, str]] = {"application": {}, "delegated": {}}
    with (_CATALOG / file).open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            known[line["kind"]].setdefault(line["value"], line["id"] or guids.one())
    for values in known.values():
        for value in (f"{noun}.{form}" for form in _FORMS for noun in _NOUNS):
            if len(values) >= more:
                break
            values.setdefault(value, guids.one())
    return (
        [role(identity, value) for value, identity in known["application"].items()],
        [scope(identity, value) for value, identity in known["delegated"].items()],
    )


def make_apis(rng: random.Random, count: int, principal: Any) -> list[Api]:
    """Return Microsoft Graph, SharePoint and Exchange, then ``count`` others; ``principal`` makes their rows."""
    apis = []
    for app_id, name, file, more in (
        (GRAPH, "Microsoft Graph", "microsoft-graph.csv", 700 if count > 50 else 60),
        (SHAREPOINT, "Office 365 SharePoint Online", "sharepoint-online.csv", 20),
        (EXCHANGE, "Office 365 Exchange Online", "exchange-online.csv", 40),
    ):
        roles, scopes = _published(rng, file, more)
        row = principal(app_id=app_id, name=name, owner=MICROSOFT[0])
        apis.append(_api(row, roles, scopes))
    guids = Guids(rng)
    for number in range(count):
        nouns = rng.sample(_NOUNS, rng.randint(1, 12))
        row = principal(app_id=guids.one(), name=f"Larkfield service {number}", owner=guids.one())
        roles = [role(guids.one(), f"{noun}.{rng.choice(_FORMS)}") for noun in nouns]
        scopes = [scope(guids.one(), "user_impersonation"), *(scope(guids.one(), f"{noun}.Read") for noun in nouns[1:])]
        if number % 5 == 0:
            roles.append(role(guids.one(), "Approver", users=True))
        apis.append(_api(row, roles, scopes))
    return apis


def _api(row: Json, roles: list[Json], scopes: list[Json]) -> Api:
    row["appRoles"], row["oauth2PermissionScopes"] = roles, scopes
    ours = [one["id"] for one in roles if "Application" in one["allowedMemberTypes"]]
    return Api(row, ours, [one["value"] for one in scopes])
