"""The rows of permissions: one for each finding, the same in the workbook and in CSV."""

from collections.abc import Iterator
from enum import Enum

from permdesk.domain.finding import (
    REACH_FLAGS,
    AppComparison,
    Baseline,
    Declared,
    Finding,
    Flag,
    Granted,
    Status,
    Verdict,
)
from permdesk.domain.permission import Kind
from permdesk.presentation.app_rows import EXCESS_OPEN
from permdesk.presentation.appearance import (
    ACCEPTED_STATUS,
    DECLARED,
    DOCUMENTED,
    EXCESS_REASON,
    FLAG,
    GRANTED,
    KIND,
    NEEDS_ATTENTION,
    STATUS,
    Look,
)
from permdesk.presentation.explanation import remedy
from permdesk.presentation.tree_rows import tags_of
from permdesk.reports.compose.case import look_of
from permdesk.reports.tables.sheet import Column, Row, Value

#: What nobody could read, in whatever cell.
NOT_READ = STATUS[Status.UNVERIFIED]
#: No manifest anywhere.
_NO_MANIFEST = "–"
_DECLARED: dict[Declared, Value] = {**DECLARED, Declared.UNVERIFIED: NOT_READ}
_GRANTED: dict[Granted, Value] = {**GRANTED, Granted.UNVERIFIED: NOT_READ}
_SAYS_NOTHING_OF_EXCESS = frozenset({Verdict.NO_BASELINE, Verdict.NOT_INSTALLED})
_REACH_LABELS = frozenset(FLAG[flag].label for flag in REACH_FLAGS)


class Section(Enum):
    """What an app is held against: each has a sheet of its own."""

    VENDORS = "Permissions, vendors"
    MANIFESTS = "Permissions, own manifest"
    OTHERS = "Permissions, others"


SECTION = {
    Baseline.PROFILE: Section.VENDORS,
    Baseline.MANIFEST: Section.MANIFESTS,
    Baseline.NONE: Section.OTHERS,
}

APP_COLUMNS = (Column("App", 40), Column("App ID", 38), Column("Verdict", 36))
COLUMNS = (
    Column("API", 26),
    Column("Permission", 40),
    Column("Kind", 12),
    Column("Status", 17),
    Column("Counts", 9),
    Column("Documented", 13),
    Column("Configured", 13),
    Column("Granted", 11),
    Column("Accounts", 10),
    Column("Granted since", 14),
    Column("Reason", 34),
    Column("Remedy", 44),
    Column("Reach", 24),
    Column("Remarks", 28),
    Column("Purpose", 44),
    Column("Page changed", 14),
    Column("Accepted", 10),
    Column("Review date", 13),
    Column("Permission ID", 38),
    Column("API ID", 38),
)


def app_cells(app: AppComparison) -> tuple[Value, Value, Value]:
    """Return what each row of an app begins with."""
    return app.display_name or "(no name)", app.app_id, verdict(app)


def verdict(app: AppComparison) -> Value:
    """Return the look of an app's verdict, with "excess not fully read" where that is so."""
    look = look_of(app)
    if app.excess_complete or look.hatched or app.verdict in _SAYS_NOTHING_OF_EXCESS:
        return look
    return Look(f"{look.label}, {EXCESS_OPEN}", look.glyph, look.tone)


def permission_rows(app: AppComparison) -> Iterator[Row]:
    """Yield a row for each finding of an app: its own cells, and those of the finding."""
    begin = app_cells(app)
    manifest = DECLARED[Declared.UNREADABLE] if app.owner_tenant_id else _NO_MANIFEST
    for finding in app.findings:
        yield (*begin, *permission_cells(finding, app, manifest))


def permission_cells(finding: Finding, app: AppComparison, unreadable: str) -> tuple[Value, ...]:
    """Return what is told of a finding, as many values as ``COLUMNS``.

    Args:
        finding: one permission.
        app: the app it belongs to.
        unreadable: stands for a manifest out of reach.
    """
    permission, accepted, requirement = finding.permission, finding.accepted, finding.requirement
    status, flags = finding.status, finding.flags
    return (
        permission.resource,
        permission.label,
        KIND[permission.kind],
        STATUS[status] if accepted is None else ACCEPTED_STATUS[status],
        finding.counts,
        DOCUMENTED[finding.documented],
        unreadable if finding.declared is Declared.UNREADABLE else _DECLARED[finding.declared],
        _GRANTED[finding.granted],
        _accounts(finding),
        finding.since,
        EXCESS_REASON[finding.reason] if finding.reason is not None else None,
        " ".join(remedy(finding, app).steps) or None if status in NEEDS_ATTENTION or flags else None,
        ", ".join(FLAG[flag].label for flag in flags if flag in REACH_FLAGS) or None if flags else None,
        _remarks(finding) if flags or finding.remedy or requirement else None,
        requirement.purpose or None if requirement is not None else None,
        requirement.last_update if requirement is not None else None,
        accepted is not None,
        accepted.until if accepted is not None else None,
        permission.id,
        permission.resource_app_id,
    )


def _accounts(finding: Finding) -> Value:
    if finding.permission.kind is Kind.APPLICATION:
        return None
    if finding.users is None:
        return NOT_READ
    return finding.users if finding.users or finding.granted is not Granted.NONE else None


def _remarks(finding: Finding) -> Value:
    hidden = [FLAG[Flag.USER_CONSENTABLE].label] if Flag.USER_CONSENTABLE in finding.flags else []
    return ", ".join([*(tag.label for tag in tags_of(finding) if tag.label not in _REACH_LABELS), *hidden]) or None
