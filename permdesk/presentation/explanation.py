"""What is known of one finding, what follows, and what to do: sentences for the details pane, the mail and the copy."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from permdesk.domain.coverage import Coverage, ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import (
    AppComparison,
    Baseline,
    Documented,
    ExcessReason,
    Finding,
    Flag,
    Remedy,
    Status,
)
from permdesk.domain.grant import User
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, Kind
from permdesk.domain.profile import ActsFor, Profile
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, long_day, page_date, verb
from permdesk.presentation.appearance import DECLARED, DOCUMENTED, EXCESS_REASON, FLAG, GRANTED, KIND, STATUS

_MAY_GO = frozenset({Flag.MAY_BE_REMOVED, Flag.MAY_BE_REMOVED_UNCLEAR})
#: A person's name on screen is not longer than this.
LONGEST_NAME = 80


class Steps(Struct, frozen=True):
    """What to do about a finding.

    Attributes:
        title: such as "Remedy: declare, then consent"; empty where there is nothing to do.
        steps: in order of work.
    """

    title: str
    steps: tuple[str, ...]


class Grantee(Struct, frozen=True):
    """A person with a grant of their own.

    Attributes:
        mark: "gone", "disabled" or "state not read"; empty for an account in order.
    """

    name: str
    mark: str


def vendor_of(app: AppComparison) -> str:
    """Return the vendor's name, or words that stand for it."""
    return app.profile.vendor if app.profile is not None else "the vendor"


def page_of(profile: Profile) -> str:
    """Return "page of August 2024", or "page" where it bears no date."""
    return f"page of {page_date(profile.source.date)}" if profile.source.date else "page"


def situation(finding: Finding, app: AppComparison, reads: tuple[ReadCoverage, ...] = ()) -> str:
    """Return what is known of a finding, in one or two sentences."""
    match finding.status:
        case Status.MISSING:
            return _missing(finding, app)
        case Status.PARTIAL:
            return _partial(finding)
        case Status.EXCESS:
            return _excess(finding, app)
        case Status.UNVERIFIED:
            return _unread(finding, reads)
        case Status.DECLARED_ONLY:
            return "Nothing here needs it. The app asks for it, so the next consent would add it."
        case Status.SATISFIED:
            return "Needed, and granted to the whole tenant."
        case Status.GRANTED:
            return "Granted. Nothing here says whether the app needs it."
        case Status.BASIC:
            return "Every sign-in brings it along. It is listed and never counted."


def _missing(finding: Finding, app: AppComparison) -> str:
    if app.baseline is Baseline.MANIFEST:
        return "The registration asks for it. Nobody has granted it in this tenant."
    vendor = vendor_of(app)
    if Remedy.NOT_OFFERED in finding.remedy:
        return f"{vendor} documents it, but {inert(finding.permission.resource)} does not offer it in this tenant."
    if Remedy.DECLARE in finding.remedy:
        return f"{vendor} documents it. The app does not ask for it, and nobody has granted it."
    return f"{vendor} documents it. Nobody has granted it in this tenant."


def _partial(finding: Finding) -> str:
    users = len(finding.holders) if finding.users is None else finding.users
    words = f"{counted(users, 'user')} {verb(users, 'has', 'have')} consented for themselves. The tenant has not."
    if finding.gap is False:
        requirement = finding.requirement
        if requirement is not None and requirement.acts_for is ActsFor.ONE_ACCOUNT:
            return f"{words} That is enough: it acts for one stored account."
        return f"{words} That is enough: users may consent to it themselves."
    if finding.gap is None:
        return f"{words} Whether their accounts still work could not be read."
    return words


def _excess(finding: Finding, app: AppComparison) -> str:
    if finding.reason is ExcessReason.OTHER_SCOPE:
        words = f"Granted, but {vendor_of(app)} documents it only for services that are not in use here."
    elif app.baseline is Baseline.MANIFEST or app.profile is None:
        words = "Granted, but the registration does not ask for it."
    else:
        words = f"Granted, but {app.profile.vendor}’s {page_of(app.profile)} does not list it."
    if _MAY_GO & set(finding.flags):
        words += " A re-consent may remove it."
    return words


def reads_behind(finding: Finding, reads: Iterable[ReadCoverage]) -> list[ReadCoverage]:
    """Return the incomplete reads for lack of which nobody can say whether a permission is granted."""
    permission = finding.permission
    return [
        read
        for read in reads
        if not read.complete
        and (
            read.read in (ReadName.SERVICE_PRINCIPALS, ReadName.APIS)
            or (read.read is ReadName.OAUTH2_PERMISSION_GRANTS and permission.kind is Kind.DELEGATED)
            or (
                read.read in (ReadName.DEFINITIONS, ReadName.APP_ROLE_ASSIGNMENTS)
                and read.resource_app_id in (permission.resource_app_id, None)
            )
        )
    ]


def _unread(finding: Finding, reads: tuple[ReadCoverage, ...]) -> str:
    if any(read.status is ReadStatus.REFUSED for read in reads_behind(finding, reads)):
        return "Microsoft refused this read, so permdesk cannot say whether it is granted."
    return "This was not read to its end, so permdesk cannot say whether it is granted."


def remedy(finding: Finding, app: AppComparison) -> Steps:
    """Return what to do about a finding; no steps where there is nothing to do."""
    steps: list[str] = []
    vendor = vendor_of(app)
    if finding.accepted is not None and finding.status is not Status.UNVERIFIED:
        return Steps("", ())
    if Flag.RETIRED_API in finding.flags and finding.status is not Status.BASIC:
        retired = finding.permission.resource_app_id == AZURE_AD_GRAPH_APP_ID
        without = "Azure AD Graph" if retired else "Exchange Web Services (EWS)"
        steps.append(f"Ask {vendor} for a version without {without}.")
    match finding.status:
        case Status.MISSING:
            return _missing_steps(finding, app, steps)
        case Status.PARTIAL if finding.gap is not False:
            steps.append(_consent_step(app, first=not steps))
            return Steps("Remedy: consent for the tenant", tuple(steps))
        case Status.EXCESS:
            steps.append("If the app does without it, remove it in the Entra admin center.")
            steps.append("If somebody needs it, accept it with a reason and a date to look again.")
            return Steps("Remedy: remove or accept", tuple(steps))
        case Status.UNVERIFIED:
            steps.append("Scan again with an account that may read it, such as a Global Reader.")
            return Steps("Remedy: read it", tuple(steps))
        case Status.DECLARED_ONLY if app.registration_id is not None:
            steps.append("Take it out of the registration’s API permissions before the next consent.")
            return Steps("Remedy: do not ask for it", tuple(steps))
    return Steps("Remedy: ask the vendor", tuple(steps)) if steps else Steps("", ())


def _missing_steps(finding: Finding, app: AppComparison, steps: list[str]) -> Steps:
    resource = inert(finding.permission.resource)
    words: list[str] = ["ask the vendor"] if steps else []
    for one in finding.remedy:
        match one:
            case Remedy.NOT_OFFERED:
                words = ["ask the vendor"]
                steps.append(f"{resource} publishes no such permission in this tenant or cloud: ask {vendor_of(app)}.")
            case Remedy.PROVISION_API:
                words.append("add the API")
                steps.append(f"Add {resource} to this tenant: its service principal is not here.")
            case Remedy.DECLARE:
                words.append("configure")
                steps.append("Add it to the registration’s API permissions. The link alone would not add it.")
            case Remedy.CONSENT:
                words.append("consent")
                steps.append(_consent_step(app, first=not steps))
    return Steps(f"Remedy: {', then '.join(words)}" if words else "Remedy", tuple(steps))


def _consent_step(app: AppComparison, *, first: bool) -> str:
    if not first:
        return "Scan again, then re-consent."
    routes = app.profile.routes if app.profile is not None else ()
    if not routes:
        return "Grant admin consent."
    route = routes[0]
    return f"{route.label}. {route.note}" if route.note else f"{route.label}."


def flag_reason(flag: Flag, finding: Finding, app: AppComparison, users: Mapping[str, User]) -> str:
    """Return why a flag stands on a finding."""
    match flag:
        case Flag.CHANGED_SINCE_LAST_CONSENT:
            requirement = finding.requirement
            updated = page_date(requirement.last_update) if requirement and requirement.last_update else "unknown"
            granted = long_day(app.newest_grant) if app.newest_grant else "unknown"
            return (
                f"Changed since the last consent. {vendor_of(app)}’s page marks it: last update {updated}; "
                f"newest dated grant {granted}."
            )
        case Flag.PROBABLY_COVERED if finding.covered_by:
            return f"{inert(finding.covered_by)} is granted, is broader, and probably does the same: a hint, no proof."
        case Flag.ACCEPTED if finding.accepted is not None:
            accepted = finding.accepted
            until = f" until {long_day(accepted.until)}" if accepted.until else ""
            return f"Accepted by {inert(accepted.by)}{until}: {inert(accepted.reason)}"
        case Flag.ACCOUNT_GONE:
            gone = [h for h in finding.holders if h in users and users[h].gone]
            names = listed([grantee(h, users).name for h in gone])
            return (
                f"Granted to {counted(len(gone), 'account')} that {verb(len(gone), 'does', 'do')} not exist: {names}."
            )
    return FLAG[flag].meaning


def grantee(holder: str, users: Mapping[str, User]) -> Grantee:
    """Return how a person with a grant of their own is named, and what is wrong with the account."""
    user = users.get(holder)
    if user is None:
        return Grantee(holder, "account not read")
    name = inert(user.display_name or user.username or holder, LONGEST_NAME)
    if user.gone:
        return Grantee(name, "gone")
    if user.enabled is None:
        return Grantee(name, "state not read")
    return Grantee(name, "" if user.enabled else "disabled")


def finding_text(finding: Finding, app: AppComparison, *, tenant: str, reads: tuple[ReadCoverage, ...] = ()) -> str:
    """Return a finding with its reasons as plain lines: what "copy as text" puts on the clipboard."""
    permission = finding.permission
    lines = [
        f"{inert(permission.label)} ({inert(permission.resource)}, {KIND[permission.kind].casefold()} permission)",
        f"App: {inert(app.display_name)} ({app.app_id or 'not installed'}), tenant {inert(tenant)}",
        (
            f"Documented: {DOCUMENTED[finding.documented]}. Configured: {DECLARED[finding.declared]}. "
            f"Granted: {granted_words(finding)}."
        ),
        f"Status: {STATUS[finding.status].label}. {situation(finding, app, reads)}",
    ]
    if finding.reason is not None and finding.documented is not Documented.NONE:
        lines.append(f"Reason: {EXCESS_REASON[finding.reason]}.")
    steps = remedy(finding, app)
    lines += [f"{steps.title}."] if steps.title else []
    lines += [f"{number}. {step}" for number, step in enumerate(steps.steps, 1)]
    if permission.id:
        lines.append(f"Permission id: {permission.id}")
    return "\n".join(lines)


def granted_words(finding: Finding) -> str:
    """Return "Tenant", "3 users", "None" or "Not read"."""
    if finding.granted.value == "users" and finding.users is not None:
        return counted(finding.users, "user")
    return GRANTED[finding.granted]


def completeness(reads: tuple[ReadCoverage, ...]) -> tuple[str, str, bool]:
    """Return "read 839 of 839", then "9 of 9 reads complete" or what was refused, and whether all is complete."""
    rows = sum(read.rows for read in reads)
    expected = sum(read.rows if read.expected is None else max(read.expected, read.rows) for read in reads)
    refused = sum(1 for read in reads if read.status is ReadStatus.REFUSED)
    open_reads = len(Coverage(reads).incomplete)
    first = f"read {rows:,} of {expected:,}"
    if not open_reads:
        return first, f"{len(reads):,} of {len(reads):,} reads complete", bool(reads)
    if refused == open_reads:
        return first, f"{refused:,} of {len(reads):,} reads refused", False
    return first, f"{open_reads:,} of {len(reads):,} reads not complete", False
