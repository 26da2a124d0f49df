"""The words of the verdict: what is said of one permission, of one app, and of a tenant."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Credential, Origin, Publisher
from permdesk.domain.coverage import ReadCoverage
from permdesk.domain.grant import DirectoryRole, User
from permdesk.domain.knowledge import Acceptance, Binding
from permdesk.domain.permission import Permission
from permdesk.domain.profile import Profile, Requirement, Uses
from permdesk.domain.tenant import Account, Tenant


class Documented(StrEnum):
    """Column one: what the vendor's page says."""

    YES = "yes"
    OTHER_SCOPE = "other-scope"
    NO = "no"
    NONE = "none"


class Declared(StrEnum):
    """Column two: what the app's manifest asks for."""

    YES = "yes"
    NO = "no"
    UNREADABLE = "unreadable"
    UNVERIFIED = "unverified"


class Granted(StrEnum):
    """Column three: what the tenant granted."""

    TENANT = "tenant"
    USERS = "users"
    NONE = "none"
    UNVERIFIED = "unverified"


class Status(StrEnum):
    """What follows from the three columns."""

    BASIC = "BASIC"
    UNVERIFIED = "UNVERIFIED"
    GRANTED = "GRANTED"
    SATISFIED = "SATISFIED"
    PARTIAL = "PARTIAL"
    MISSING = "MISSING"
    EXCESS = "EXCESS"
    DECLARED_ONLY = "DECLARED_ONLY"


class ExcessReason(StrEnum):
    """Why a grant is beyond the need."""

    OTHER_SCOPE = "other-scope"
    DECLARED_UNDOCUMENTED = "declared-undocumented"
    NEITHER = "neither"


class Remedy(StrEnum):
    """What to do about a missing permission, in order of work."""

    PROVISION_API = "provision-api"
    DECLARE = "declare"
    CONSENT = "consent"
    NOT_OFFERED = "not-offered"


class Flag(StrEnum):
    """Remarks on one permission; they change neither status nor verdict, acceptance aside."""

    STALE = "stale"
    RETIRED_API = "retired-api"
    CHANGED_SINCE_LAST_CONSENT = "changed-since-last-consent"
    PROBABLY_COVERED = "probably-covered"
    MAY_BE_REMOVED = "may-be-removed"
    MAY_BE_REMOVED_UNCLEAR = "may-be-removed-unclear"
    ACCEPTED = "accepted"
    TENANT_CONTROL = "tenant-control"
    ALL_MAIL = "all-mail"
    ALL_FILES = "all-files"
    ALL_SITES = "all-sites"
    USER_CONSENTABLE = "user-consentable"
    ACCOUNT_GONE = "account-gone"


#: The flags that say what a permission lets an app do to the tenant.
REACH_FLAGS = frozenset({Flag.TENANT_CONTROL, Flag.ALL_MAIL, Flag.ALL_FILES, Flag.ALL_SITES})


class AppFlag(StrEnum):
    """Remarks on one app."""

    DORMANT = "dormant"
    AMBIGUOUS = "ambiguous"
    UNCONFIRMED = "unconfirmed"
    LOOK_ALIKE = "look-alike"
    CREDENTIAL_EXPIRES = "credential-expires"
    NO_DIRECTORY_ROLE = "no-directory-role"
    SHARED_TOOL = "shared-tool"


class Verdict(StrEnum):
    """What is said of one app; the first that holds."""

    NO_BASELINE = "NO_BASELINE"
    UNVERIFIED = "UNVERIFIED"
    GAPS = "GAPS"
    EXCESSIVE = "EXCESSIVE"
    COMPLIANT = "COMPLIANT"
    NOT_INSTALLED = "NOT_INSTALLED"


class VerdictReason(StrEnum):
    """Why a verdict is UNVERIFIED."""

    NOT_READ = "not-read"
    IDENTITY = "identity"


class Baseline(StrEnum):
    """What an app is held against."""

    PROFILE = "profile"
    MANIFEST = "manifest"
    NONE = "none"


class MatchedBy(StrEnum):
    """How an app came to its profile; a person's word beats appId, appId beats name."""

    PERSON = "person"
    APP_ID = "app-id"
    NAME = "name"


class Finding(Struct, frozen=True, gc=False):
    """One permission of one app with its status.

    Attributes:
        users: distinct people with a grant of their own; 0 for application; None if not completely read.
        holders: object ids of those people, sorted.
        since: day of the oldest dated grant that is in force; None where Graph keeps no date.
        gap: True for MISSING and PARTIAL findings that leave the app short of its need; None for a PARTIAL one
            whose holders' accounts could not be read.
        counts: False where this row can never spoil a verdict (basic, or beyond a manifest baseline's care).
        requirement: what the vendor documents, where it does.
        covered_by: value of the broader granted permission behind *probably-covered*.
        accepted: the acceptance in force.
    """

    permission: Permission
    documented: Documented
    declared: Declared
    granted: Granted
    status: Status
    reason: ExcessReason | None
    remedy: tuple[Remedy, ...]
    flags: tuple[Flag, ...]
    users: int | None
    holders: tuple[str, ...]
    since: date | None
    gap: bool | None
    counts: bool
    requirement: Requirement | None
    covered_by: str | None
    accepted: Acceptance | None


class AppComparison(Struct, frozen=True, gc=False):
    """One app held against its baseline.

    Attributes:
        app_id: lower-case GUID; None for a profile that no app bears (NOT_INSTALLED).
        object_id: the service principal's; None where there is none.
        registration_id: object id of the registration here; None where it is not registered here.
        owner_tenant_id: the tenant the app is registered in, where known.
        profile: what it is held against; None without.
        missing_profile: id of the profile it is bound to or expected by, which is not here; None otherwise.
        candidates: ids of profiles a person might bind it to.
        resembles: name of the vendor app it resembles without being it; None otherwise.
        uses: services in use of the profile; None without a profile.
        excess_complete: False where grants beyond the need could not be read completely.
        directory_roles: roles it holds; None where they were not read.
        credentials: secrets and certificates of a registration here; None elsewhere or where not read.
        findings: ordered by API, kind and value.
        newest_grant: day of its newest dated grant.
        asked_together: of a vendor's app, what it was granted within a minute of a documented permission.
    """

    app_id: str | None
    object_id: str | None
    registration_id: str | None
    display_name: str
    origin: Origin
    type: str
    publisher: Publisher | None
    owner_tenant_id: str | None
    reply_urls: tuple[str, ...]
    profile: Profile | None
    missing_profile: str | None
    matched_by: MatchedBy | None
    binding: Binding | None
    candidates: tuple[str, ...]
    resembles: str | None
    uses: Uses | None
    baseline: Baseline
    verdict: Verdict
    verdict_reason: VerdictReason | None
    excess_complete: bool
    flags: tuple[AppFlag, ...]
    directory_roles: tuple[DirectoryRole, ...] | None
    credentials: tuple[Credential, ...] | None
    findings: tuple[Finding, ...]
    newest_grant: date | None
    asked_together: tuple[Permission, ...] = ()

    @property
    def key(self) -> str:
        """What names this app in a window's selection: its appId, or the profile that is not installed."""
        if self.app_id is not None:
            return self.app_id
        return f"profile:{self.profile.id if self.profile is not None else self.missing_profile}"

    @property
    def against_profile(self) -> bool:
        """True where a vendor's documented permissions are its measure, be they at hand or not."""
        return self.baseline is Baseline.PROFILE


class Comparison(Struct, frozen=True):
    """A whole tenant, compared.

    Attributes:
        apps: ordered by display name, then appId.
        users: people who hold single-account grants, by object id.
        catalog_version: version of the shipped catalog.
        profiles: every profile that could be bound, by id.
        ended_at: of the scan; None where it was not recorded.
        lapsed: acceptances whose review date is past: their findings are open again.
    """

    scan_id: str
    tenant: Tenant
    account: Account
    read_at: datetime
    reads: tuple[ReadCoverage, ...]
    apps: tuple[AppComparison, ...]
    users: dict[str, User]
    catalog_version: str
    profiles: dict[str, Profile]
    ended_at: datetime | None = None
    lapsed: tuple[Acceptance, ...] = ()

    def lapsed_of(self, app: AppComparison, finding: Finding) -> Acceptance | None:
        """Return the acceptance that a finding had until its review date came; None for none."""
        if not self.lapsed or finding.accepted is not None:
            return None
        permission = finding.permission
        names = {name.casefold() for name in (permission.value, permission.id) if name is not None}
        place = (app.app_id, permission.resource_app_id, permission.kind)
        return next(
            (
                one
                for one in self.lapsed
                if (one.app_id, one.permission.resource_app_id, one.permission.kind) == place
                and one.permission.value.casefold() in names
            ),
            None,
        )
