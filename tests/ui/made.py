"""Comparisons made by hand for the views: small, and with every state a view has to show."""

from datetime import UTC, date, datetime

from permdesk.domain.application import Credential, CredentialKind, Origin, Publisher
from permdesk.domain.finding import (
    AppComparison,
    AppFlag,
    Baseline,
    Comparison,
    Declared,
    Documented,
    ExcessReason,
    Finding,
    Flag,
    Granted,
    MatchedBy,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.knowledge import Binding
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind, Permission
from permdesk.domain.profile import Cell, Condition, Profile, Requirement, Source, Uses
from permdesk.domain.tenant import Account, Tenant

_API = {GRAPH_APP_ID: "Microsoft Graph", SHAREPOINT_APP_ID: "SharePoint Online", EXCHANGE_APP_ID: "Exchange Online"}
_SINCE = date(2024, 3, 12)


def finding(
    value: str,
    status: Status,
    *,
    api: str = GRAPH_APP_ID,
    kind: Kind = Kind.APPLICATION,
    documented: Documented | None = None,
    declared: Declared = Declared.UNREADABLE,
    granted: Granted | None = None,
    flags: tuple[Flag, ...] = (),
    remedy: tuple[Remedy, ...] = (),
    users: int | None = 0,
    since: date | None = None,
    number: int = 0,
) -> Finding:
    """Return a finding whose columns fit its status."""
    columns = {
        Status.MISSING: (Documented.YES, Granted.NONE),
        Status.PARTIAL: (Documented.YES, Granted.USERS),
        Status.SATISFIED: (Documented.YES, Granted.TENANT),
        Status.EXCESS: (Documented.NO, Granted.TENANT),
        Status.UNVERIFIED: (Documented.YES, Granted.UNVERIFIED),
        Status.DECLARED_ONLY: (Documented.NO, Granted.NONE),
        Status.GRANTED: (Documented.NONE, Granted.TENANT),
        Status.BASIC: (Documented.NO, Granted.TENANT),
    }[status]
    granted = granted or columns[1]
    if since is None and granted is Granted.TENANT and kind is Kind.APPLICATION:
        since = _SINCE
    return Finding(
        Permission(
            api, "sp", _API.get(api, api), kind, value, f"{number:08x}-0000-4000-8000-{abs(hash(value)) % 16**12:012x}"
        ),
        documented or columns[0],
        declared,
        granted,
        status,
        ExcessReason.NEITHER if status is Status.EXCESS else None,
        remedy or ((Remedy.CONSENT,) if status is Status.MISSING else ()),
        flags,
        users,
        (),
        since,
        status in (Status.MISSING, Status.PARTIAL),
        status is not Status.BASIC,
        None,
        None,
        None,
    )


def profile(id_: str = "avepoint-express", vendor: str = "AvePoint", **parts: object) -> Profile:
    """Return a profile without requirements."""
    values: dict[str, object] = {
        "id": id_,
        "vendor": vendor,
        "product": "Backup",
        "name": "Cloud Backup Express",
        "edition": "August 2024",
        "source": Source("Permissions", "Guide > Permissions", "2024-08", "2026-10-01"),
        "app_name": None,
        "requirements": (),
    }
    return Profile(**{**values, **parts})  # type: ignore[arg-type]


def app(name: str, verdict: Verdict, *findings: Finding, **parts: object) -> AppComparison:
    """Return an app; ``parts`` replace what is not given."""
    bound = parts.get("profile")
    app_id = parts.pop("app_id", f"{abs(hash(name)) % 16**8:08x}-1111-4000-8000-000000000000")
    values: dict[str, object] = {
        "app_id": app_id,
        "object_id": f"sp-{app_id}",
        "registration_id": None,
        "display_name": name,
        "origin": Origin.EXTERNAL,
        "type": "Application",
        "publisher": None,
        "owner_tenant_id": None,
        "reply_urls": (),
        "profile": None,
        "matched_by": MatchedBy.PERSON if bound else None,
        "binding": Binding(bound.id) if isinstance(bound, Profile) else None,
        "candidates": (),
        "resembles": None,
        "uses": Uses(frozenset()) if bound else None,
        "baseline": Baseline.PROFILE if bound else Baseline.NONE,
        "verdict": verdict,
        "verdict_reason": VerdictReason.NOT_READ if verdict is Verdict.UNVERIFIED else None,
        "missing_profile": None,
        "excess_complete": True,
        "flags": (),
        "directory_roles": (),
        "credentials": None,
        "findings": findings,
        "newest_grant": _SINCE,
    }
    return AppComparison(**{**values, **parts})  # type: ignore[arg-type]


def comparison(*apps: AppComparison) -> Comparison:
    """Return a comparison of these apps."""
    return Comparison(
        scan_id="00000000-0000-4000-8000-000000000001",
        tenant=Tenant("5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417", "Larkfield Instruments", "global", "larkfield.example"),
        account=Account("admin@larkfield.example"),
        read_at=datetime(2026, 11, 22, 9, 42, tzinfo=UTC),
        reads=(),
        apps=apps,
        users={},
        catalog_version="2026.11",
        profiles={},
    )


def express() -> AppComparison:
    """Return a vendor's app with findings of nearly every status on three APIs."""
    graph = [
        finding("Group.Read.All", Status.MISSING, flags=(Flag.CHANGED_SINCE_LAST_CONSENT, Flag.PROBABLY_COVERED)),
        finding("Reports.Read.All", Status.MISSING, flags=(Flag.CHANGED_SINCE_LAST_CONSENT,)),
        finding("Files.Read.All", Status.EXCESS, flags=(Flag.MAY_BE_REMOVED_UNCLEAR, Flag.ALL_FILES)),
        finding("Group.ReadWrite.All", Status.EXCESS),
        *(
            finding(value, Status.SATISFIED)
            for value in (
                "BackupRestore-Configuration.ReadWrite.All",
                "BackupRestore-Restore.ReadWrite.All",
                "BackupRestore-Search.Read.All",
                "Directory.Read.All",
                "Sites.Read.All",
                "User.Read.All",
            )
        ),
        finding(
            "BackupRestore-Control.ReadWrite.All",
            Status.PARTIAL,
            kind=Kind.DELEGATED,
            users=3,
            flags=(Flag.CHANGED_SINCE_LAST_CONSENT,),
        ),
        finding("offline_access", Status.BASIC, kind=Kind.DELEGATED),
    ]
    others = [
        finding("Sites.FullControl.All", Status.UNVERIFIED, api=SHAREPOINT_APP_ID),
        finding("User.Read.All", Status.UNVERIFIED, api=SHAREPOINT_APP_ID),
        finding("Exchange.ManageAsApp", Status.SATISFIED, api=EXCHANGE_APP_ID),
    ]
    return app(
        "AvePoint Cloud Backup Express",
        Verdict.UNVERIFIED,
        *graph,
        *others,
        profile=profile(),
        publisher=Publisher("AvePoint, Inc."),
    )


_WORKLOADS = {
    "Exchange Online": ("Discovery", "Backup", "Recovery"),
    "Group Mailbox": ("Discovery", "Backup", "Recovery"),
    "OneDrive for Business": ("Discovery", "Backup", "Recovery"),
    "SharePoint and Group SharePoint": ("Recovery",),
    "Teams": ("Discovery", "Backup", "Recovery"),
}


def matrix_profile() -> Profile:
    """Return a profile with services to tick and a condition."""
    values = (
        "Mail.Read",
        "Files.Read.All",
        "Calendars.Read",
        "Contacts.ReadWrite",
        "Notes.ReadWrite.All",
        "Team.ReadBasic.All",
    )
    requirements = [
        Requirement(GRAPH_APP_ID, "Microsoft Graph", Kind.APPLICATION, f"{value}", {workload: operations})
        for value, (workload, operations) in zip(values, [*_WORKLOADS.items(), ("Teams", ("Backup",))], strict=True)
    ]
    requirements.append(
        Requirement(
            SHAREPOINT_APP_ID,
            "SharePoint Online",
            Kind.APPLICATION,
            "Sites.FullControl.All",
            {"SharePoint and Group SharePoint": ("Recovery",)},
            condition=Condition.CERTIFICATE_SIGN_IN,
        )
    )
    return profile(
        "nakivo",
        "NAKIVO",
        name="NAKIVO Backup & Replication 10.11.2",
        requirements=tuple(requirements),
    )


def own_app() -> AppComparison:
    """Return an app registered here, bound by hand to a profile with services to tick."""
    bound = matrix_profile()
    cells = frozenset(
        {
            *(Cell("Exchange Online", operation) for operation in ("Discovery", "Backup", "Recovery")),
            *(Cell("OneDrive for Business", operation) for operation in ("Discovery", "Backup")),
        }
    )
    yes, no = Declared.YES, Declared.NO
    return app(
        "svc-m365-backup",
        Verdict.GAPS,
        finding("Files.Read.All", Status.MISSING, declared=yes),
        finding("Notes.ReadWrite.All", Status.MISSING, declared=no, remedy=(Remedy.DECLARE, Remedy.CONSENT)),
        finding("Directory.Read.All", Status.EXCESS, declared=no, flags=(Flag.MAY_BE_REMOVED,)),
        finding("Sites.FullControl.All", Status.EXCESS, declared=yes, documented=Documented.OTHER_SCOPE),
        finding("Sites.Manage.All", Status.DECLARED_ONLY, declared=yes, documented=Documented.OTHER_SCOPE),
        finding("Contacts.ReadWrite", Status.SATISFIED, declared=no, flags=(Flag.MAY_BE_REMOVED,)),
        finding("Mail.Read", Status.SATISFIED, declared=yes),
        profile=bound,
        origin=Origin.REGISTERED_HERE,
        registration_id="reg-1",
        binding=Binding(bound.id, by_hand=True, decided=date(2026, 10, 4)),
        uses=Uses(cells),
    )


def tenant() -> Comparison:
    """Return a tenant with an app in every group and of every verdict."""
    b2c = profile("avepoint-b2c", name="Cloud Backup for Azure AD B2C", not_installed="Belongs in the B2C directory.")
    manifest = {"origin": Origin.REGISTERED_HERE, "baseline": Baseline.MANIFEST, "registration_id": "reg"}
    apps = [
        express(),
        own_app(),
        app(
            "AvePoint Cloud Backup for Dynamics 365 Customer Engagement",
            Verdict.EXCESSIVE,
            finding("user_impersonation", Status.EXCESS),
            profile=profile("avepoint-ce"),
            matched_by=MatchedBy.NAME,
            binding=None,
            flags=(AppFlag.UNCONFIRMED,),
        ),
        app(
            "AvePoint Cloud Backup for Dynamics 365 Unified Operations",
            Verdict.COMPLIANT,
            finding("User.Read.All", Status.SATISFIED),
            profile=profile("avepoint-uo"),
        ),
        app("AvePoint Cloud Backup for Azure AD B2C", Verdict.NOT_INSTALLED, app_id=None, profile=b2c, object_id=None),
        app(
            "Larkfield Intranet Search",
            Verdict.EXCESSIVE,
            finding("Sites.FullControl.All", Status.EXCESS, flags=(Flag.ALL_SITES,), declared=Declared.NO),
            finding("Sites.Read.All", Status.SATISFIED, declared=Declared.YES),
            **manifest,
        ),
        app(
            "Calibration Certificates",
            Verdict.COMPLIANT,
            finding("Mail.Send", Status.SATISFIED, flags=(Flag.ALL_MAIL,), declared=Declared.YES),
            credentials=(Credential(CredentialKind.SECRET, None, datetime(2026, 12, 3, tzinfo=UTC)),),
            flags=(AppFlag.CREDENTIAL_EXPIRES,),
            **manifest,
        ),
        app("Payroll Export Job", Verdict.COMPLIANT, finding("User.Read.All", Status.SATISFIED), **manifest),
        app(
            "AvePolnt Cloud Backup Express",
            Verdict.NO_BASELINE,
            finding("Mail.Read", Status.GRANTED, kind=Kind.DELEGATED, granted=Granted.USERS, users=1),
            flags=(AppFlag.LOOK_ALIKE,),
            resembles="AvePoint Cloud Backup Express",
        ),
        app("Quillnote for Teams", Verdict.NO_BASELINE, publisher=Publisher("Quillnote Ltd.")),
        app("larkfield-vm-01", Verdict.NO_BASELINE, origin=Origin.MANAGED_IDENTITY),
        app("Microsoft Teams Services", Verdict.NO_BASELINE, origin=Origin.MICROSOFT),
        app(
            "Microsoft Graph Command Line Tools",
            Verdict.NO_BASELINE,
            finding("Mail.ReadWrite", Status.GRANTED, kind=Kind.DELEGATED, granted=Granted.USERS, users=4),
            origin=Origin.MICROSOFT,
            flags=(AppFlag.SHARED_TOOL,),
        ),
    ]
    return comparison(*sorted(apps, key=lambda a: a.display_name.casefold()))
