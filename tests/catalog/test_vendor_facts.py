"""Every fact of the six vendor pages, written down here once more and independently of the profile files."""

from collections import Counter

import pytest

from permdesk.catalog.store import CatalogStore
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind
from permdesk.domain.profile import ActsFor, Cell, Condition, Profile, Requirement, RouteKind
from tests.catalog.places import DATABASE

APIS = {
    "graph": GRAPH_APP_ID,
    "exchange": EXCHANGE_APP_ID,
    "sharepoint": SHAREPOINT_APP_ID,
    "dataverse": "00000007-0000-0000-c000-000000000000",
    "erp": "00000015-0000-0000-c000-000000000000",
}

# API, kind, value, then what the page adds: "preview", the month, and for whom a delegated one acts.
PAGES = {
    "avepoint-express": """
        exchange application Exchange.ManageAsApp
        sharepoint application Sites.FullControl.All
        sharepoint application User.Read.All
        graph application BackupRestore-Configuration.ReadWrite.All
        graph application BackupRestore-Restore.ReadWrite.All
        graph application BackupRestore-Search.Read.All
        graph application Directory.Read.All
        graph application User.Read.All
        graph application Sites.Read.All
        graph application Group.Read.All 2024-04
        graph application Reports.Read.All 2024-04
        graph delegated BackupRestore-Control.ReadWrite.All 2024-08 one-account
    """,
    "avepoint-azure": """
        graph application AdministrativeUnit.ReadWrite.All
        graph application Application.ReadWrite.All
        graph application AppRoleAssignment.ReadWrite.All
        graph application AuditLog.Read.All 2023-12
        graph application Directory.ReadWrite.All
        graph application Group.ReadWrite.All
        graph application RoleManagement.ReadWrite.Directory
        graph application User.ReadWrite.All
        graph delegated User.Read everyone
        graph delegated BitlockerKey.Read.All 2023-10 one-account
        graph application BitlockerKey.Read.All 2024-12
        graph application Policy.Read.All 2025-04
        graph application Organization.Read.All 2022-11
        graph application Policy.ReadWrite.AuthenticationMethod 2022-11
        graph application Policy.ReadWrite.ConditionalAccess 2023-03
        graph application Policy.ReadWrite.Authorization 2023-06
        graph application UserAuthenticationMethod.ReadWrite.All preview 2022-11
        graph application DeviceManagementConfiguration.ReadWrite.All 2024-02
        graph application DeviceManagementApps.ReadWrite.All 2024-02
        graph delegated DeviceManagementApps.ReadWrite.All 2024-04 one-account
        graph application DeviceManagementRBAC.Read.All 2024-06
        graph application Domain.Read.All 2025-04
        exchange application Exchange.ManageAsApp 2022-11
    """,
    "avepoint-azure-ad-b2c": """
        graph application IdentityUserFlow.ReadWrite.All
        graph application IdentityProvider.ReadWrite.All
        graph application Application.ReadWrite.All
        graph application AuditLog.Read.All
        graph application Directory.Read.All
        graph application AppRoleAssignment.ReadWrite.All
        graph application RoleManagement.ReadWrite.Directory
        graph application User.ReadWrite.All
        graph application UserAuthenticationMethod.ReadWrite.All
        graph application GroupMember.ReadWrite.All
        graph application User.ManageIdentities.All
        graph application User-Mail.ReadWrite.All
        graph application User-Phone.ReadWrite.All
        graph application User.EnableDisableAccount.All
    """,
    "avepoint-dynamics-ce": """
        graph delegated User.Read one-account
        graph application Directory.Read.All
        dataverse delegated user_impersonation one-account
    """,
    "avepoint-dynamics-uo": """
        graph delegated User.Read one-account
        graph application Directory.Read.All
        graph application Group.Read.All
        erp delegated AX.FullAccess one-account
        erp application Connector.FullAccess
        erp delegated CustomService.FullAccess one-account
        erp delegated Odata.FullAccess one-account
    """,
}

WORKLOADS = (
    "Exchange Online",
    "Group Mailbox",
    "OneDrive for Business",
    "SharePoint and Group SharePoint",
    "Teams",
)
OPERATIONS = {"D": "Discovery", "B": "Backup", "R": "Recovery"}

# The columns are WORKLOADS.
NAKIVO = """
    graph application Calendars.Read | DB | - | - | - | -
    graph application Calendars.ReadWrite | R | - | - | - | -
    graph application Notes.Read.All | DB | DB | - | - | -
    graph application Notes.ReadWrite.All | R | R | - | - | -
    graph application Mail.Read | DB | - | - | - | -
    graph application Mail.ReadWrite | R | - | - | - | -
    graph application MailboxSettings.Read | DBR | - | - | - | -
    graph application User.Read.All | DBR | B | D | - | -
    graph application User.ReadWrite.All | - | - | - | - | B
    graph application Contacts.Read | DB | - | - | - | -
    graph application Contacts.ReadWrite | R | - | - | - | -
    graph application Files.Read.All | - | DB | DB | - | -
    graph application Files.ReadWrite.All | - | R | R | - | R
    graph application Group.ReadWrite.All | - | R | - | - | R
    graph delegated Group.ReadWrite.All | - | R | - | - | -
    graph application GroupMember.Read.All | - | DB | - | - | -
    graph application Sites.ReadWrite.All | - | - | - | R | -
    graph application Sites.FullControl.All | - | - | - | R | -
    graph application Sites.Manage.All | - | - | - | R | -
    graph application Team.ReadBasic.All | - | - | - | - | DB
    graph application TeamSettings.ReadWrite.All | - | - | - | - | R
    graph application TeamMember.ReadWrite.All | - | - | - | - | R
    graph application Channel.Create | - | - | - | - | R
    graph application ChannelSettings.ReadWrite.All | - | - | - | - | R
    graph application TeamworkTag.ReadWrite.All | - | - | - | - | BR
    graph application TeamsTab.ReadWrite.All | - | - | - | - | BR
    graph application ChannelMessage.Read.All | - | - | - | - | B
    graph application TeamsAppInstallation.ReadWriteAndConsentForTeam.All | - | - | - | - | R
    exchange application full_access_as_app | R | BR | - | - | -
    sharepoint application Sites.FullControl.All | - | - | - | R | -
"""

COUNTS = {
    "avepoint-express": 12,
    "avepoint-azure": 23,
    "avepoint-azure-ad-b2c": 14,
    "avepoint-dynamics-ce": 3,
    "avepoint-dynamics-uo": 7,
    "nakivo": 30,
}
AVEPOINT = tuple(PAGES)


@pytest.fixture(scope="module")
def profiles() -> dict[str, Profile]:
    return dict(CatalogStore(DATABASE).profiles())


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def key(requirement: Requirement) -> tuple[str, str, str]:
    return (requirement.resource_app_id, requirement.kind.value, requirement.value)


def named(profile: Profile, value: str, kind: Kind, api: str = "graph") -> Requirement:
    (found,) = [r for r in profile.requirements if (r.resource_app_id, r.value, r.kind) == (APIS[api], value, kind)]
    return found


def test_six_profiles_and_89_requirements(profiles: dict[str, Profile]) -> None:
    assert {profile.id: len(profile.requirements) for profile in profiles.values()} == COUNTS
    assert sum(COUNTS.values()) == 89


@pytest.mark.parametrize("profile_id", AVEPOINT)
def test_every_line_of_an_avepoint_page(profiles: dict[str, Profile], profile_id: str) -> None:
    told = []
    for requirement in profiles[profile_id].requirements:
        (api,) = [name for name, app_id in APIS.items() if app_id == requirement.resource_app_id]
        words = [api, requirement.kind.value, requirement.value]
        words += ["preview"] if requirement.preview else []
        words += [requirement.last_update] if requirement.last_update else []
        words += [requirement.acts_for.value] if requirement.acts_for else []
        told.append(" ".join(words))
        assert requirement.workloads == {}
        assert requirement.condition is None
    assert told == lines(PAGES[profile_id])


def test_every_cell_of_the_nakivo_page(profiles: dict[str, Profile]) -> None:
    expected = []
    for line in lines(NAKIVO):
        name, *cells = (part.strip() for part in line.split("|"))
        api, kind, value = name.split()
        workloads = {
            workload: tuple(OPERATIONS[letter] for letter in cell)
            for workload, cell in zip(WORKLOADS, cells, strict=True)
            if cell != "-"
        }
        expected.append(((APIS[api], kind, value), workloads))
    assert [(key(r), r.workloads) for r in profiles["nakivo"].requirements] == expected


def test_the_nakivo_matrix_counts_what_the_page_shows(profiles: dict[str, Profile]) -> None:
    nakivo = profiles["nakivo"]
    counts = Counter(
        cell for r in nakivo.requirements if r.condition is not Condition.CERTIFICATE_SIGN_IN for cell in r.cells
    )
    table = [[counts[Cell(workload, operation)] for operation in OPERATIONS.values()] for workload in WORKLOADS]
    assert table == [[6, 6, 7], [3, 5, 5], [2, 1, 1], [0, 0, 3], [1, 5, 9]]
    assert nakivo.workloads == WORKLOADS
    assert nakivo.operations == tuple(OPERATIONS.values())


def test_the_matrix_keeps_the_order_of_the_page(profiles: dict[str, Profile]) -> None:
    matrix = profiles["nakivo"].matrix
    places = [(WORKLOADS.index(c.workload), list(OPERATIONS.values()).index(c.operation)) for c in matrix]
    assert places == sorted(places)
    assert len(matrix) == 13
    assert all(profiles[name].matrix == () for name in AVEPOINT)


def test_nakivo_conditions(profiles: dict[str, Profile]) -> None:
    nakivo = profiles["nakivo"]
    conditions = {key(r): r.condition for r in nakivo.requirements if r.condition}
    assert conditions == {
        (APIS["graph"], "delegated", "Group.ReadWrite.All"): Condition.GROUP_MAILBOX_ONLY,
        (APIS["sharepoint"], "application", "Sites.FullControl.All"): Condition.CERTIFICATE_SIGN_IN,
    }
    assert nakivo.choosable_conditions == (Condition.CERTIFICATE_SIGN_IN,)
    assert all(not profiles[name].choosable_conditions for name in AVEPOINT)
    assert named(nakivo, "Group.ReadWrite.All", Kind.DELEGATED).acts_for is ActsFor.ONE_ACCOUNT
    assert not any(r.preview or r.last_update or r.newly_required is not None for r in nakivo.requirements)


def test_the_line_that_lost_its_cells_is_said_to_be_inferred(profiles: dict[str, Profile]) -> None:
    nakivo = profiles["nakivo"]
    value = "TeamsAppInstallation.ReadWriteAndConsentForTeam.All"
    requirement = named(nakivo, value, Kind.APPLICATION)
    assert requirement.workloads == {"Teams": ("Recovery",)}
    assert "inferred" in requirement.note
    assert any(value in note and "inferred" in note for note in nakivo.notes)
    assert [r.value for r in nakivo.requirements if "inferred" in r.note] == [value]


def test_newly_required_is_said_by_the_dynamics_pages_alone(profiles: dict[str, Profile]) -> None:
    for profile in profiles.values():
        expected = False if "dynamics" in profile.id else None
        assert {r.newly_required for r in profile.requirements} == {expected}


def test_every_delegated_permission_says_for_whom_and_why(profiles: dict[str, Profile]) -> None:
    for profile in profiles.values():
        for requirement in profile.requirements:
            delegated = requirement.kind is Kind.DELEGATED
            assert (requirement.acts_for is not None) == delegated
            assert not delegated or requirement.note


def test_names_editions_and_dates(profiles: dict[str, Profile]) -> None:
    told = {p.id: (p.vendor, p.product, p.app_name, p.edition, p.source.date) for p in profiles.values()}
    assert told == {
        "avepoint-express": (
            "AvePoint",
            "Cloud Backup Express",
            "AvePoint Cloud Backup Express",
            "page of August 2024",
            "2024-08",
        ),
        "avepoint-azure": (
            "AvePoint",
            "Cloud Backup for Azure",
            "AvePoint Cloud Backup for Azure",
            "page of April 2025",
            "2025-04",
        ),
        "avepoint-azure-ad-b2c": (
            "AvePoint",
            "Cloud Backup for Azure AD B2C",
            "AvePoint Cloud Backup for Azure AD B2C",
            "undated page",
            None,
        ),
        "avepoint-dynamics-ce": (
            "AvePoint",
            "Cloud Backup for Dynamics 365",
            "AvePoint Cloud Backup for Dynamics Customer Engagement",
            "undated page",
            None,
        ),
        "avepoint-dynamics-uo": (
            "AvePoint",
            "Cloud Backup for Dynamics 365",
            "AvePoint Online Services Administration for Dynamics Unified Operations",
            "undated page",
            None,
        ),
        "nakivo": ("NAKIVO", "Backup & Replication", None, "10.11.2", "2024-05-28"),
    }
    assert {p.source.retrieved for p in profiles.values()} == {"2026-11"}
    assert {p.app_id for p in profiles.values()} == {None}
    assert all(p.source.breadcrumb.startswith("Home > ") for p in profiles.values() if p.vendor == "AvePoint")


def test_the_newest_month_of_a_page_is_its_date(profiles: dict[str, Profile]) -> None:
    for name in AVEPOINT:
        months = [r.last_update for r in profiles[name].requirements if r.last_update]
        assert profiles[name].source.date == (max(months) if months else None)


@pytest.mark.parametrize("profile_id", AVEPOINT)
def test_avepoint_is_reauthorized_in_its_own_console_first(profiles: dict[str, Profile], profile_id: str) -> None:
    first, *_, last = profiles[profile_id].routes
    assert first.kind is RouteKind.VENDOR_CONSOLE
    steps = " / ".join(first.steps)
    for word in ("AvePoint Online Services", "Management > App management", "Re-authorize"):
        assert word in steps
    assert last.kind is RouteKind.ADMIN_CONSENT_LINK
    for word in ("Entra ID only", "renews no account", "Invalid", "an hour"):
        assert word in last.note
    assert last.roles == ("Privileged Role Administrator", "Global Administrator")


def test_express_tells_who_creates_and_who_reauthorizes(profiles: dict[str, Profile]) -> None:
    routes = [(r.label, r.roles) for r in profiles["avepoint-express"].routes if r.kind is RouteKind.VENDOR_CONSOLE]
    assert routes == [
        ("Re-authorize in AvePoint", ("Microsoft 365 Backup Administrator",)),
        ("Create in AvePoint", ("Global Administrator",)),
    ]


def test_nakivo_goes_to_its_registration_first(profiles: dict[str, Profile]) -> None:
    kinds = [route.kind for route in profiles["nakivo"].routes]
    assert kinds == [RouteKind.REGISTRATION, RouteKind.ADMIN_CONSENT_LINK]


def test_where_an_app_that_is_not_here_belongs(profiles: dict[str, Profile]) -> None:
    assert "belongs in the Azure AD B2C directory: sign in there" in profiles["avepoint-azure-ad-b2c"].not_installed
    gone = "cannot be created any more since 8 January 2023"
    assert gone in profiles["avepoint-dynamics-uo"].not_installed
    assert any(gone in note and "active subscription" in note for note in profiles["avepoint-dynamics-uo"].notes)
    assert all(profile.not_installed for profile in profiles.values())


def test_a_page_that_names_no_directory_role_is_said_to_name_none(profiles: dict[str, Profile]) -> None:
    for profile in profiles.values():
        assert profile.directory_roles == ()
        manages = any(r.value == "Exchange.ManageAsApp" for r in profile.requirements)
        assert any("directory role" in note and "Exchange.ManageAsApp" in note for note in profile.notes) == manages


def test_purposes_are_short_and_one_per_requirement(profiles: dict[str, Profile]) -> None:
    for profile in profiles.values():
        purposes = [requirement.purpose for requirement in profile.requirements]
        assert all(10 <= len(purpose) <= 60 for purpose in purposes), profile.id
        assert len(set(purposes)) == len(purposes), profile.id
        assert not any(purpose.endswith(".") for purpose in purposes)
