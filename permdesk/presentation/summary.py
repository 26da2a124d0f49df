"""What a whole tenant comes to: totals, requirements met by vendor, what to look at first, reach, what was not read."""

from collections.abc import Iterable

from msgspec import Struct

from permdesk.domain.application import Origin
from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.finding import (
    REACH_FLAGS,
    AppComparison,
    AppFlag,
    Baseline,
    Comparison,
    Declared,
    Finding,
    Flag,
    Granted,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.permission import Kind
from permdesk.presentation.appearance import ATTENTION_ORDER
from permdesk.presentation.attention import Attention, attention
from permdesk.presentation.requirement import NeedCounts, app_need_counts

#: The order in which reach is told: what takes the tenant comes first.
REACH_ORDER = (Flag.TENANT_CONTROL, Flag.ALL_MAIL, Flag.ALL_FILES, Flag.ALL_SITES)

#: Never asked by permdesk, whatever the account may read.
NEVER_READ = (
    "Never looked at by permdesk: mailbox limits set in Exchange, sites chosen for Sites.Selected, "
    "permissions inside single teams."
)


class VendorLine(Struct, frozen=True):
    """One bar of the overview.

    Attributes:
        vendor: None for the apps held against their own manifest.
        not_installed: expected apps that are not in the tenant, not in ``apps``.
        by_name: apps nobody has confirmed.
    """

    vendor: str | None
    apps: int
    not_installed: int
    by_name: int
    need: NeedCounts


class Holder(Struct, frozen=True):
    """An app with reach.

    Attributes:
        values: the granted permissions that give it, by name.
        single: True where only single people granted it to the app.
    """

    app_key: str
    name: str
    values: tuple[str, ...]
    single: bool


class ReachLine(Struct, frozen=True):
    """Who can do one of the things that reach names.

    Attributes:
        holders: apps of this tenant, Microsoft's own left out, vendors' included; by name.
        unread: apps that need or ask for such a permission, whose grant could not be read.
    """

    flag: Flag
    holders: tuple[Holder, ...]
    unread: int


class Gap(Struct, frozen=True):
    """A read that left something open, and what hangs on it.

    Attributes:
        permissions: findings that could not be decided for lack of it.
        apps: apps these belong to.
    """

    read: ReadCoverage
    permissions: int
    apps: int

    @property
    def own_side(self) -> bool:
        """True where an app's role assignments were asked for from its own side: a second way to the same grants."""
        return self.read.client_object_id is not None


class Summary(Struct, frozen=True):
    """A tenant in numbers.

    Attributes:
        apps: apps that were compared, Microsoft's own left out.
        microsoft: Microsoft's own, not counted above.
        verdicts: apps held against a profile, by verdict; those that only wait for a person's word left out.
        unconfirmed: apps held against a profile that wait for a person's word, with nothing else wrong.
        missing: missing permissions of the apps with gaps.
        excess: permissions beyond the need of the apps held against a profile.
        own: apps held against their own manifest.
        own_to_look: how many of these are not as configured.
        excess_open: verdicts among whose apps there is one whose excess was not read to the end.
        own_excess_open: True where that holds for an app held against its own manifest.
        excess_unread: apps held against a profile whose grants beyond the need were not read to the end.
        gaps: reads that left something open.
        complete: reads that left nothing open.
        rows, expected: rows read, and rows announced where the service announced any.
        statuses: findings of the apps held against a profile that are in the tenant, gravest first; what every sign-in
            brings along is no finding.
    """

    apps: int
    microsoft: int
    verdicts: dict[Verdict, int]
    unconfirmed: int
    missing: int
    excess: int
    own: int
    own_to_look: int
    excess_open: frozenset[Verdict]
    own_excess_open: bool
    excess_unread: int
    vendors: tuple[VendorLine, ...]
    attention: tuple[Attention, ...]
    reach: tuple[ReachLine, ...]
    gaps: tuple[Gap, ...]
    complete: tuple[ReadCoverage, ...]
    rows: int
    expected: int
    statuses: dict[Status, int]


def summarize(comparison: Comparison) -> Summary:
    """Return what a compared tenant comes to."""
    apps = [app for app in comparison.apps if not is_hidden(app)]
    matched = [app for app in apps if app.baseline is Baseline.PROFILE]
    own = [app for app in apps if app.baseline is Baseline.MANIFEST]
    verdicts: dict[Verdict, int] = {}
    unconfirmed = 0
    for app in matched:
        if app.verdict_reason is VerdictReason.IDENTITY:
            unconfirmed += 1
        else:
            verdicts[app.verdict] = verdicts.get(app.verdict, 0) + 1
    needs = {id(app): app_need_counts(app) for app in (*matched, *own)}
    total = sum((needs[id(app)] for app in matched), NeedCounts())
    gaps = tuple(_gaps(comparison))
    return Summary(
        apps=sum(1 for app in apps if app.verdict is not Verdict.NOT_INSTALLED),
        microsoft=len(comparison.apps) - len(apps),
        verdicts=verdicts,
        unconfirmed=unconfirmed,
        missing=total.missing,
        excess=total.beyond,
        own=len(own),
        own_to_look=sum(1 for app in own if app.verdict is not Verdict.COMPLIANT),
        excess_open=frozenset(app.verdict for app in matched if not app.excess_complete),
        own_excess_open=any(not app.excess_complete for app in own),
        excess_unread=sum(1 for app in matched if not app.excess_complete and app.verdict is not Verdict.NOT_INSTALLED),
        vendors=tuple(_vendors(matched, own, needs)),
        attention=attention(apps, users=comparison.users, today=comparison.read_at.date()),
        reach=_reach(apps),
        gaps=gaps,
        complete=tuple(read for read in comparison.reads if read.complete),
        rows=sum(read.rows for read in comparison.reads),
        expected=sum(_announced(read) for read in comparison.reads),
        statuses=_statuses(matched),
    )


def is_hidden(app: AppComparison) -> bool:
    """True for Microsoft's own; a shared tool of Microsoft's is looked at, for grants pile up on it."""
    return app.origin is Origin.MICROSOFT and app.profile is None and AppFlag.SHARED_TOOL not in app.flags


def _statuses(matched: Iterable[AppComparison]) -> dict[Status, int]:
    counts = dict.fromkeys(ATTENTION_ORDER, 0)
    for app in matched:
        if app.verdict is not Verdict.NOT_INSTALLED:
            for finding in app.findings:
                counts[finding.status] += 1
    del counts[Status.BASIC]
    return counts


def _announced(read: ReadCoverage) -> int:
    return read.rows if read.expected is None else max(read.expected, read.rows)


def _vendors(
    matched: list[AppComparison], own: list[AppComparison], needs: dict[int, NeedCounts]
) -> Iterable[VendorLine]:
    by_vendor: dict[str, list[AppComparison]] = {}
    for app in matched:
        vendor = app.profile.vendor if app.profile is not None else "Vendor not known: profile not found"
        by_vendor.setdefault(vendor, []).append(app)
    for vendor in sorted(by_vendor, key=str.casefold):
        yield _line(vendor, by_vendor[vendor], needs)
    if own:
        yield _line(None, own, needs)


def _line(vendor: str | None, apps: list[AppComparison], needs: dict[int, NeedCounts]) -> VendorLine:
    installed = [app for app in apps if app.app_id is not None]
    return VendorLine(
        vendor=vendor,
        apps=len(installed),
        not_installed=len(apps) - len(installed),
        by_name=sum(1 for app in installed if app.binding is None and app.baseline is Baseline.PROFILE),
        need=sum((needs[id(app)] for app in apps), NeedCounts()),
    )


def _reach(apps: list[AppComparison]) -> tuple[ReachLine, ...]:
    holders: dict[Flag, list[Holder]] = {flag: [] for flag in REACH_ORDER}
    unread: dict[Flag, int] = dict.fromkeys(REACH_ORDER, 0)
    for app in apps:
        granted: dict[Flag, list[Finding]] = {}
        open_flags: set[Flag] = set()
        for finding in app.findings:
            if not finding.flags:
                continue
            for flag in finding.flags:
                if flag not in REACH_FLAGS:
                    continue
                if finding.granted in (Granted.TENANT, Granted.USERS):
                    granted.setdefault(flag, []).append(finding)
                elif finding.granted is Granted.UNVERIFIED:
                    open_flags.add(flag)
        for flag, findings in granted.items():
            holders[flag].append(
                Holder(
                    app_key=app.key,
                    name=app.display_name,
                    values=tuple(dict.fromkeys(finding.permission.label for finding in findings)),
                    single=all(finding.granted is Granted.USERS for finding in findings),
                )
            )
        for flag in open_flags - granted.keys():
            unread[flag] += 1
    return tuple(ReachLine(flag, tuple(holders[flag]), unread[flag]) for flag in REACH_ORDER)


def _gaps(comparison: Comparison) -> Iterable[Gap]:
    """Yield the incomplete reads with the findings that hang on each."""
    incomplete = [read for read in comparison.reads if not read.complete]
    if not incomplete:
        return
    open_findings = [
        (place, finding)
        for place, app in enumerate(comparison.apps)
        for finding in app.findings
        if finding.granted is Granted.UNVERIFIED
    ]
    for read in incomplete:
        hanging = [
            (place, finding)
            for place, finding in open_findings
            if _hangs_on(finding, read) and read.client_object_id in (None, comparison.apps[place].object_id)
        ]
        apps = {place for place, _ in hanging}
        if read.read is ReadName.APPLICATIONS:
            apps |= {
                place
                for place, app in enumerate(comparison.apps)
                if any(finding.declared is Declared.UNVERIFIED for finding in app.findings)
            }
        elif read.read is ReadName.DIRECTORY_ROLES:
            apps |= {place for place, app in enumerate(comparison.apps) if app.directory_roles is None and app.findings}
        yield Gap(read, len(hanging), len(apps))


def _hangs_on(finding: Finding, read: ReadCoverage) -> bool:
    permission = finding.permission
    match read.read:
        case ReadName.SERVICE_PRINCIPALS | ReadName.APIS:
            return True
        case ReadName.OAUTH2_PERMISSION_GRANTS:
            return permission.kind is Kind.DELEGATED
        case ReadName.APP_ROLE_ASSIGNMENTS:
            return permission.kind is Kind.APPLICATION and read.resource_app_id in (permission.resource_app_id, None)
        case ReadName.DEFINITIONS:
            return permission.resource_app_id == read.resource_app_id
        case _:
            return False
