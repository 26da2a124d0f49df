"""The rules of the verdict: one row to its status and flags, all findings of an app to its verdict."""

from collections.abc import Iterable

from permdesk.domain.columns import AppFacts, declared_of, documented_of, granted_of
from permdesk.domain.directory import Entry
from permdesk.domain.finding import (
    Baseline,
    Declared,
    Documented,
    ExcessReason,
    Finding,
    Granted,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.flags import flags_of
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.permission import Kind, Permission
from permdesk.domain.profile import ActsFor
from permdesk.domain.rows import Row

_NO_HOLDERS: tuple[str, ...] = ()
_NO_REMEDY: tuple[Remedy, ...] = ()


def judge(row: Row, app: AppFacts) -> Finding | None:
    """Return the finding of a row, or None for a permission of services not in use that nobody declared or granted.

    Notes on the row whether it leaves open what is granted beyond the need.
    """
    entry = row.entry
    api = entry.api
    requirement = row.requirement
    baseline = app.baseline
    documented = documented_of(row, app)
    declared = declared_of(row, app)
    granted = granted_of(row, app)
    basic = entry.basic or (entry.read_scope and requirement is None)
    needed = documented is Documented.YES or (baseline is Baseline.MANIFEST and declared is Declared.YES)
    if documented is Documented.OTHER_SCOPE and declared is not Declared.YES and granted is Granted.NONE:
        return None
    # A grant that nobody can name, because its API or what that publishes was not read.
    unnamed = (api.unknown or (entry.value is None and not api.complete)) and bool(row.tenant or row.holders)
    need_unread = row.undecided or (baseline is Baseline.MANIFEST and declared is Declared.UNVERIFIED)
    undecided = unnamed or need_unread
    status = _status(app, basic=basic, needed=needed, undecided=undecided, granted=granted)
    gap: bool | None = False
    if status is Status.MISSING:
        # What users may consent to themselves is no gap of a manifest; whether they may was not all read.
        consent_unread = (
            baseline is Baseline.MANIFEST and entry.kind is Kind.DELEGATED and api.here and not api.complete
        )
        gap = None if consent_unread or (app.acceptances and _acceptance_unread(entry, app)) else True
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
            elif status is Status.EXCESS and not api.complete and api.readable:
                counts = False
                row.beyond_unread = True
    if status is Status.UNVERIFIED:
        row.beyond_unread = not needed
    elif undecided and status is Status.GRANTED:
        row.beyond_unread = api.readable or need_unread
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
        flags_of(
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
