"""The rules of the verdict: one row to its status and flags, all findings of an app to its verdict."""

from collections.abc import Iterable, Mapping
from datetime import date

from permdesk.domain.application import Registration
from permdesk.domain.directory import Api, Directory, Entry
from permdesk.domain.finding import (
    Baseline,
    Declared,
    Documented,
    ExcessReason,
    Finding,
    Flag,
    Granted,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.permission import Kind, Permission
from permdesk.domain.profile import ActsFor
from permdesk.domain.reach import CoverRow
from permdesk.domain.rows import Row

_NO_HOLDERS: tuple[str, ...] = ()
_NO_FLAGS: tuple[Flag, ...] = ()
_NO_REMEDY: tuple[Remedy, ...] = ()
_REACH_FLAG = {flag.value: flag for flag in (Flag.TENANT_CONTROL, Flag.ALL_MAIL, Flag.ALL_FILES, Flag.ALL_SITES)}


class Broader:
    """The curated covers table, closed over its chains: which broader permissions do what a narrower one does."""

    def __init__(self, covers: Iterable[CoverRow]) -> None:
        self._direct: dict[tuple[str, Kind, str], list[str]] = {}
        for row in covers:
            key = (row.resource_app_id, row.kind, row.narrower.casefold())
            self._direct.setdefault(key, []).append(row.broader.casefold())

    def of(self, entry: Entry) -> list[str]:
        """Return the case-folded values of all broader permissions, nearest first."""
        app_id, kind, folded = entry.api.app_id, entry.kind, entry.folded
        if app_id is None or folded is None:
            return []
        found: dict[str, None] = {}
        level = [folded]
        while level:
            level = sorted({b for n in level for b in self._direct.get((app_id, kind, n), ())} - found.keys())
            found.update(dict.fromkeys(level))
        found.pop(folded, None)
        return list(found)


class AppFacts:
    """What the rows of one app share while they are judged.

    Args:
        undeclared: what the second column says of a permission that no manifest entry names.
        vendors: a vendor's own app, whose manifest lies elsewhere.
        granted: permissions granted tenant-wide.
        unresolved: APIs and kinds of which the manifest names ids that nobody can resolve.
        documented_unread: APIs and kinds of which the profile documents values that have no id here.
        acceptances: acceptances in force, by API, kind and case-folded value or id.
    """

    __slots__ = (
        "acceptances",
        "baseline",
        "broader",
        "directory",
        "documented_unread",
        "granted",
        "holders_read",
        "newest_grant",
        "object_id",
        "registration",
        "undeclared",
        "unresolved",
        "vendors",
    )

    def __init__(
        self,
        *,
        directory: Directory,
        baseline: Baseline,
        object_id: str | None,
        registration: Registration | None,
        undeclared: Declared,
        vendors: bool,
        newest_grant: date | None,
        granted: frozenset[Entry],
        unresolved: frozenset[tuple[Api, Kind]],
        documented_unread: frozenset[tuple[Api, Kind]],
        broader: Broader,
        acceptances: Mapping[tuple[str | None, Kind, str], Acceptance],
    ) -> None:
        self.directory = directory
        self.baseline = baseline
        self.object_id = object_id
        self.holders_read = directory.grants_complete and (object_id is not None or directory.principals_complete)
        self.registration = registration
        self.undeclared = undeclared
        self.vendors = vendors
        self.newest_grant = newest_grant
        self.granted = granted
        self.unresolved = unresolved
        self.documented_unread = documented_unread
        self.broader = broader
        self.acceptances = acceptances


def judge(row: Row, app: AppFacts) -> Finding | None:
    """Return the finding of a row, or None for a permission of services not in use that nobody declared or granted.

    Notes on the row whether it leaves open what is granted beyond the need.
    """
    entry = row.entry
    api = entry.api
    requirement = row.requirement
    baseline = app.baseline
    if baseline is not Baseline.PROFILE:
        documented = Documented.NONE
    elif requirement is None:
        documented = Documented.NO
    else:
        documented = Documented.YES if row.needed_here else Documented.OTHER_SCOPE
    declared = _declared(row, app)
    granted = _granted(row, app)
    basic = entry.basic or (entry.read_scope and requirement is None)
    needed = documented is Documented.YES or (baseline is Baseline.MANIFEST and declared is Declared.YES)
    if documented is Documented.OTHER_SCOPE and declared is not Declared.YES and granted is Granted.NONE:
        return None
    # A grant that nobody can name, because its API or what that publishes was not read.
    unnamed = (api.unknown or (entry.value is None and not api.complete)) and bool(row.tenant or row.holders)
    undecided = unnamed or row.undecided or (baseline is Baseline.MANIFEST and declared is Declared.UNVERIFIED)
    status = _status(app, basic=basic, needed=needed, undecided=undecided, granted=granted)
    gap: bool | None = False
    if status is Status.MISSING:
        gap = None if app.acceptances and _acceptance_unread(entry, app) else True
    elif status is Status.PARTIAL:
        gap = _partial_gap(row, app)
    counts = not basic
    users: int | None = 0
    holders = _NO_HOLDERS
    if entry.kind is Kind.DELEGATED:
        if row.holders:
            holders = tuple(sorted(row.holders))
        if not app.holders_read or (
            api.unknown if api.app_id is not None and not api.here else entry.value is None and not api.complete
        ):
            users = None
        else:
            users = len(holders)
        if baseline is Baseline.MANIFEST:
            # What users consent to themselves is no concern of housekeeping, and whether they may is known from
            # the API's definitions alone.
            if granted is Granted.USERS or (entry.user_consentable and api.complete):
                counts = False
            elif status is Status.EXCESS and not api.complete:
                counts = False
                row.beyond_unread = True
    if status is Status.UNVERIFIED:
        row.beyond_unread = not needed
    elif undecided and status is Status.GRANTED:
        row.beyond_unread = True
    covered_by = None
    if status is Status.MISSING or status is Status.PARTIAL:
        covered_by = _covered_by(row, app)
    accepted = _accepted(entry, app) if app.acceptances else None
    return Finding(
        _permission(row),
        documented,
        declared,
        granted,
        status,
        _reason(documented, declared) if status is Status.EXCESS else None,
        _remedy(row, app, declared) if status is Status.MISSING else _NO_REMEDY,
        _flags(
            row,
            app,
            status=status,
            documented=documented,
            declared=declared,
            granted=granted,
            covered=covered_by is not None,
            accepted=accepted is not None,
            unnamed=unnamed,
        ),
        users,
        holders,
        row.since,
        gap,
        counts,
        requirement,
        covered_by,
        accepted,
    )


def _permission(row: Row) -> Permission:
    entry = row.entry
    if entry.published or row.requirement is None:
        return entry.permission
    # Nobody publishes it here: the vendor's spelling is the one people know.
    shared = entry.permission
    return Permission(
        shared.resource_app_id,
        shared.resource_object_id,
        shared.resource,
        shared.kind,
        row.requirement.value,
        shared.id,
    )


def _declared(row: Row, app: AppFacts) -> Declared:
    if row.declared:
        return Declared.YES
    if app.undeclared is Declared.NO and app.unresolved:
        # The manifest names ids that unread definitions would resolve: one of them may be this permission.
        api, kind = row.entry.api, row.entry.kind
        if api.app_id is None:
            doubtful = api.unknown and any(other.unknown and of is kind for other, of in app.unresolved)
        else:
            doubtful = not api.complete and (api, kind) in app.unresolved
        if doubtful:
            return Declared.UNVERIFIED
    return app.undeclared


def _granted(row: Row, app: AppFacts) -> Granted:
    if row.tenant:
        return Granted.TENANT
    entry, directory = row.entry, app.directory
    api = entry.api
    if app.object_id is None:
        # Nothing can be granted to it; but what an id stands for decides whether that matters.
        known = entry.value is not None or api.complete or not api.here or _meaning_matters_not(row, app)
        return Granted.NONE if directory.principals_complete and known else Granted.UNVERIFIED
    if api.app_id is not None and not api.here:
        return Granted.UNVERIFIED if api.unknown else Granted.NONE
    if entry.kind is Kind.DELEGATED:
        if not (directory.grants_complete and api.complete):
            return Granted.UNVERIFIED
        return Granted.USERS if row.holders else Granted.NONE
    if not directory.coverage.assignments_complete(api.app_id or "", app.object_id):
        return Granted.UNVERIFIED
    return Granted.NONE if api.complete or _absence_known(row, app) else Granted.UNVERIFIED


def _absence_known(row: Row, app: AppFacts) -> bool:
    """True where an application permission is not held for certain, though its API's definitions were not all read.

    Grants name it by id: its id has to be known, no grant without a value may be the same permission under another
    id, and no documented value may be what its own id stands for.
    """
    entry = row.entry
    api = entry.api
    if not entry.ids:
        return False
    if any(held.value is None and held.api is api for held in app.granted):
        return False
    return entry.value is not None or _meaning_matters_not(row, app)


def _meaning_matters_not(row: Row, app: AppFacts) -> bool:
    """True where an id without value is neither one of the documented values nor one that users consent to."""
    entry = row.entry
    return entry.kind is Kind.APPLICATION and (entry.api, entry.kind) not in app.documented_unread


def _acceptance_unread(entry: Entry, app: AppFacts) -> bool:
    """True where an acceptance may be meant for this id, whose value was not read."""
    if entry.value is not None or entry.api.complete:
        return False
    here = (entry.api.app_id, entry.kind)
    return any((app_id, kind) == here and word not in entry.ids for app_id, kind, word in app.acceptances)


def _status(app: AppFacts, *, basic: bool, needed: bool, undecided: bool, granted: Granted) -> Status:
    if basic:
        return Status.BASIC
    if granted is Granted.UNVERIFIED:
        return Status.UNVERIFIED
    held = granted is not Granted.NONE
    if app.baseline is Baseline.NONE:
        return Status.GRANTED if held else Status.DECLARED_ONLY
    if needed:
        if granted is Granted.TENANT:
            return Status.SATISFIED
        return Status.PARTIAL if held else Status.MISSING
    if not held:
        return Status.DECLARED_ONLY
    # Where nobody can say whether it is needed, it is listed without judgement.
    return Status.GRANTED if undecided else Status.EXCESS


def _partial_gap(row: Row, app: AppFacts) -> bool | None:
    if app.baseline is not Baseline.PROFILE:
        return False
    requirement = row.requirement
    if requirement is not None and requirement.acts_for is ActsFor.EVERYONE and not row.entry.user_consentable:
        return True
    users = [app.directory.users.get(holder) for holder in row.holders or ()]
    if any(user is not None and user.enabled and not user.gone for user in users):
        return False
    if all(user is not None and (user.gone or user.enabled is False) for user in users):
        return True
    return None


def _reason(documented: Documented, declared: Declared) -> ExcessReason | None:
    if documented is Documented.OTHER_SCOPE:
        return ExcessReason.OTHER_SCOPE
    if declared is Declared.YES:
        return ExcessReason.DECLARED_UNDOCUMENTED
    return None if declared is Declared.UNVERIFIED else ExcessReason.NEITHER


def _remedy(row: Row, app: AppFacts, declared: Declared) -> tuple[Remedy, ...]:
    api, entry = row.entry.api, row.entry
    if api.here and api.complete and not (entry.published and entry.enabled):
        return (Remedy.NOT_OFFERED,)
    steps = []
    if not api.here and not api.unknown:
        steps.append(Remedy.PROVISION_API)
    if app.registration is not None and declared is Declared.NO:
        steps.append(Remedy.DECLARE)
    steps.append(Remedy.CONSENT)
    return tuple(steps)


def _covered_by(row: Row, app: AppFacts) -> str | None:
    api, kind = row.entry.api, row.entry.kind
    for value in app.broader.of(row.entry):
        broader = api.by_value(kind, value)
        if broader in app.granted:
            return broader.value
    return None


def _accepted(entry: Entry, app: AppFacts) -> Acceptance | None:
    # It may have been accepted by its id, while nobody could read its value.
    keys = (*entry.ids, entry.folded) if entry.folded is not None else entry.ids
    return next((a for k in keys if (a := app.acceptances.get((entry.api.app_id, entry.kind, k)))), None)


def _flags(
    row: Row,
    app: AppFacts,
    *,
    status: Status,
    documented: Documented,
    declared: Declared,
    granted: Granted,
    covered: bool,
    accepted: bool,
    unnamed: bool,
) -> tuple[Flag, ...]:
    entry = row.entry
    flags: list[Flag] = []
    if _stale(row):
        flags.append(Flag.STALE)
    if entry.retired:
        flags.append(Flag.RETIRED_API)
    if status is Status.MISSING or status is Status.PARTIAL:
        requirement, newest = row.requirement, app.newest_grant
        if requirement and requirement.last_update and newest and requirement.last_update > newest.strftime("%Y-%m"):
            flags.append(Flag.CHANGED_SINCE_LAST_CONSENT)
        if covered:
            flags.append(Flag.PROBABLY_COVERED)
    if granted is Granted.TENANT and status is not Status.BASIC:
        if app.registration is not None:
            if declared is Declared.NO:
                flags.append(Flag.MAY_BE_REMOVED)
        elif app.vendors and documented is Documented.NO and not unnamed:
            flags.append(Flag.MAY_BE_REMOVED_UNCLEAR)
    if accepted:
        flags.append(Flag.ACCEPTED)
    if entry.reach:
        flags.extend(flag for word, flag in _REACH_FLAG.items() if word in entry.reach)
    if entry.user_consentable and entry.kind is Kind.DELEGATED:
        flags.append(Flag.USER_CONSENTABLE)
    if row.holders:
        users = app.directory.users
        if any((user := users.get(holder)) is not None and user.gone for holder in row.holders):
            flags.append(Flag.ACCOUNT_GONE)
    return tuple(flags) if flags else _NO_FLAGS


def _stale(row: Row) -> bool:
    """True for what was declared or granted and is no longer published, or is switched off by its API."""
    entry = row.entry
    if entry.published:
        return not entry.enabled
    if not (row.declared or row.tenant or row.holders):
        return False
    api = entry.api
    gone = api.app_id is None and not api.unknown
    return gone or (api.here and api.complete and not entry.basic)


def verdict_of(
    findings: Iterable[Finding], *, baseline: Baseline, need_unread: bool, doubtful: bool
) -> tuple[Verdict, VerdictReason | None]:
    """Return the app's verdict, the first that holds, and why it is unverified.

    Args:
        findings: every finding of the app.
        baseline: what it is held against.
        need_unread: what it needs depends on its registration here, which was not read.
        doubtful: it is unconfirmed or ambiguous.
    """
    if baseline is Baseline.NONE:
        return Verdict.NO_BASELINE, None
    unread = gaps = excess = False
    for finding in findings:
        if not finding.counts:
            continue
        status = finding.status
        if status is Status.UNVERIFIED:
            unread = unread or _is_needed(finding, baseline)
        elif finding.gap is None:
            unread = unread or finding.accepted is None
        elif finding.accepted is None:
            gaps = gaps or finding.gap
            excess = excess or status is Status.EXCESS
    if unread or need_unread:
        return Verdict.UNVERIFIED, VerdictReason.NOT_READ
    if gaps:
        return Verdict.GAPS, None
    if excess:
        return Verdict.EXCESSIVE, None
    if doubtful:
        return Verdict.UNVERIFIED, VerdictReason.IDENTITY
    return Verdict.COMPLIANT, None


def _is_needed(finding: Finding, baseline: Baseline) -> bool:
    if baseline is Baseline.PROFILE:
        return finding.documented is Documented.YES
    return finding.declared is Declared.YES
