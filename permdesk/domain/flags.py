"""Remarks on one permission: they change neither status nor verdict, acceptance aside."""

from permdesk.domain.columns import AppFacts
from permdesk.domain.finding import Declared, Documented, Flag, Granted, Status
from permdesk.domain.rows import Row

_FLAG_ORDER = {flag: place for place, flag in enumerate(Flag)}


def flags_of(
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
    """Return the remarks on a judged row, in the order of ``Flag``.

    Args:
        row: the row.
        app: what the rows of its app share.
        status: as judged.
        documented: first column.
        declared: second column.
        granted: third column.
        covered: a broader permission is granted.
        accepted: an acceptance is in force.
        unnamed: a grant that nobody can name, because its API or what that publishes was not read.
    """
    flags: list[Flag] = []
    if _stale(row):
        flags.append(Flag.STALE)
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
    if row.holders and not app.directory.gone.isdisjoint(row.holders):
        flags.append(Flag.ACCOUNT_GONE)
    # Most rows have none of their own: they share the flags of their permission.
    return tuple(sorted((*flags, *row.entry.flags), key=_FLAG_ORDER.__getitem__)) if flags else row.entry.flags


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
