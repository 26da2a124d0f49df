"""The APIs of the invented tenant and what they publish; which of it apps ask for often."""

import random
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.permission import (
    AZURE_AD_GRAPH_APP_ID,
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    SHAREPOINT_APP_ID,
    Kind,
    PublishedPermission,
)

# fmt: off
# Directory objects of Microsoft Graph: each becomes a family of permissions as Graph words them.
_NOUNS = (
    "Mail", "Calendars", "Contacts", "Files", "Sites", "User", "Group", "Directory", "Application", "Device",
    "Team", "Channel", "ChannelMessage", "Chat", "ChatMessage", "Notes", "Tasks", "People", "Presence", "Reports",
    "AuditLog", "Policy", "Domain", "Organization", "RoleManagement", "Place", "IdentityProvider",
    "IdentityRiskEvent", "IdentityRiskyUser", "SecurityEvents", "SecurityActions", "SecurityAlert",
    "SecurityIncident", "ThreatIndicators", "ThreatHunting", "ThreatAssessment", "InformationProtectionPolicy",
    "Agreement", "AgreementAcceptance", "AccessReview", "EntitlementManagement", "LifecycleWorkflows",
    "ProgramControl", "CustomSecAttributeAssignment", "CustomSecAttributeDefinition", "DelegatedAdminRelationship",
    "DelegatedPermissionGrant", "AppRoleAssignment", "AdministrativeUnit", "AppCatalog", "Bookings", "Printer",
    "PrintJob", "PrinterShare", "PrintConnector", "PrintSettings", "OnlineMeetings", "OnlineMeetingTranscript",
    "OnlineMeetingRecording", "Calls", "CallRecords", "CrossTenantInformation", "CrossTenantUserProfileSharing",
    "DeviceManagementApps", "DeviceManagementConfiguration", "DeviceManagementManagedDevices",
    "DeviceManagementRBAC", "DeviceManagementServiceConfig", "DeviceLocalCredential", "BitlockerKey", "CloudPC",
    "ConsentRequest", "Analytics", "APIConnectors", "AuthenticationContext", "BackupRestore", "BrowserSiteLists",
    "BusinessScenarioConfig", "BusinessScenarioData", "Community", "EduAdministration", "EduAssignments",
    "EduCurricula", "EduRoster", "EventListener", "ExternalConnection", "ExternalItem", "ExternalUserProfile",
    "FileStorageContainer", "Family", "Financials", "IMAP", "InboxRules", "IndustryData", "LearningContent",
    "LearningProvider", "LearningAssignedCourse", "LicenseAssignment", "ListItems", "ManagedTenants", "Member",
    "MultiTenantOrganization", "MutualTlsOauthConfiguration", "NetworkAccess", "NetworkAccessBranch",
    "NetworkAccessPolicy", "OnPremDirectorySynchronization", "OnPremisesPublishingProfiles", "OrgContact",
    "OrgSettings", "OrganizationalBranding", "PartnerBilling", "PendingExternalUserProfile", "PlaceDevice",
    "PrivilegedAccess", "PrivilegedAssignmentSchedule", "PrivilegedEligibilitySchedule", "ProfilePhoto",
    "PublicKeyInfrastructure", "QnA", "RecordsManagement", "ReportSettings", "ResourceSpecificPermissionGrant",
    "RiskPreventionProviders", "Schedule", "SchedulePermissions", "SearchConfiguration", "ServiceHealth",
    "ServiceMessage", "ServicePrincipalEndpoint", "SharePointTenantSettings", "ShortNotes", "SpiffeTrustDomain",
    "SubjectRightsRequest", "Subscription", "Synchronization", "SynchronizationData", "TeamMember", "TeamSettings",
    "TeamTemplates", "TeamsActivity", "TeamsAppInstallation", "TeamsTab", "TeamsUserConfiguration",
    "TeamworkAppSettings", "TeamworkDevice", "TeamworkTag", "TermStore", "Topic", "TrustFrameworkKeySet",
    "UserActivity", "UserAuthenticationMethod", "UserNotification", "UserShiftPreferences", "UserTimelineActivity",
    "VirtualAppointment", "VirtualEvent", "WindowsUpdates", "WorkforceIntegration",
)
# fmt: on
_FORMS = (
    ".Read",
    ".Read.All",
    ".ReadWrite",
    ".ReadWrite.All",
    ".Manage.All",
    ".Create",
    ".Read.Shared",
    ".ReadWrite.Shared",
    ".Selected",
    ".FullControl.All",
    ".Send",
    ".ReadBasic.All",
)
# fmt: off
_POPULAR = (
    "User.Read.All", "Mail.Read", "Mail.ReadWrite", "Mail.Send", "Directory.Read.All", "Group.Read.All",
    "Files.Read.All", "Sites.Read.All", "Calendars.Read", "Calendars.ReadWrite", "Files.ReadWrite.All",
    "Sites.ReadWrite.All", "Sites.FullControl.All", "User.ReadWrite.All", "Group.ReadWrite.All",
    "Directory.ReadWrite.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
    "RoleManagement.ReadWrite.All", "Contacts.Read", "AuditLog.Read.All", "Reports.Read.All", "Files.Read",
    "Sites.Selected",
)
# fmt: on
_SCOPES_FIRST = ("User.Read", "openid", "profile", "email", "offline_access")


class Api(Struct, frozen=True):
    """An API of the tenant with everything it publishes, by kind."""

    app_id: str
    object_id: str
    name: str
    roles: tuple[PublishedPermission, ...]
    scopes: tuple[PublishedPermission, ...]

    def of(self, kind: Kind) -> tuple[PublishedPermission, ...]:
        """Return what it publishes of one kind."""
        return self.roles if kind is Kind.APPLICATION else self.scopes


def guid(rng: random.Random) -> str:
    """Return the next GUID."""
    word = f"{rng.getrandbits(128):032x}"
    return f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"


def popular_api(apis: Sequence[Api], rng: random.Random) -> Api:
    """Return one of the APIs: Microsoft Graph three times out of four."""
    place = rng.random()
    if place < 0.76:
        return apis[0]
    return apis[1] if place < 0.82 else apis[2] if place < 0.88 else rng.choice(apis[3:])


def popular(permissions: Sequence[PublishedPermission], rng: random.Random) -> PublishedPermission:
    """Return one of the permissions: few are asked for by most apps, most by few."""
    return permissions[int(rng.random() ** 3.5 * len(permissions))]


def make_apis(rng: random.Random) -> list[Api]:
    """Return 40 APIs, Microsoft Graph with 1,500 permissions first."""
    names = [
        (GRAPH_APP_ID, "Microsoft Graph", 700, 800),
        (SHAREPOINT_APP_ID, "Office 365 SharePoint Online", 20, 30),
        (EXCHANGE_APP_ID, "Office 365 Exchange Online", 28, 56),
        (AZURE_AD_GRAPH_APP_ID, "Windows Azure Active Directory", 8, 10),
    ]
    names += [(guid(rng), f"Larkfield service {n}", rng.randint(2, 40), n % 9) for n in range(36)]
    apis = [_api(rng, *name) for name in names]
    # One id under two APIs, and one value that an API publishes twice.
    shared = next(p for p in apis[0].roles if p.value == "User.Read.All")
    sharepoint = apis[1]
    twice = replace(sharepoint.scopes[0], id=guid(rng), enabled=False)
    apis[1] = replace(sharepoint, roles=(*sharepoint.roles, shared), scopes=(*sharepoint.scopes, twice))
    return apis


def _api(rng: random.Random, app_id: str, name: str, roles: int, scopes: int) -> Api:
    if app_id == GRAPH_APP_ID:
        values = list(dict.fromkeys((*_POPULAR, *(noun + form for form in _FORMS for noun in _NOUNS))))
        role_values, scope_values = values[:roles], [*_SCOPES_FIRST, *values[: scopes - len(_SCOPES_FIRST)]]
    elif app_id == EXCHANGE_APP_ID:
        role_values = ["full_access_as_app", "Exchange.ManageAsApp", *(f"Mailbox{n}.Read" for n in range(roles - 2))]
        scope_values = [f"EWS.Area{n}" for n in range(scopes)]
    else:
        role_values = [f"{noun}.Read.All" for noun in _NOUNS[:roles] if noun != "User"]
        scope_values = [f"{noun}.Read" for noun in _NOUNS[:scopes]]
    return Api(
        app_id,
        guid(rng),
        name,
        tuple(_published(rng, Kind.APPLICATION, value) for value in role_values),
        tuple(_published(rng, Kind.DELEGATED, value) for value in scope_values),
    )


def _published(rng: random.Random, kind: Kind, value: str) -> PublishedPermission:
    consentable = kind is Kind.DELEGATED and (value in _SCOPES_FIRST or rng.random() < 0.3)
    enabled = value in _SCOPES_FIRST or rng.random() > 0.01
    return PublishedPermission(guid(rng), kind, value, enabled, consentable, title=f"May use {value}")
