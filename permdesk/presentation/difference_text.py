"""The difference of two scans as plain text: what the terminal prints, and what the window copies and saves."""

from collections.abc import Callable, Iterator
from datetime import UTC

from permdesk.domain.dates import day
from permdesk.domain.scan_diff import AppDiff, ScanDiff, ScanPoint
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.aligned import aligned
from permdesk.presentation.difference import (
    ACCOUNT_STATE,
    SIGN,
    app_word,
    change_rows,
    credential_words,
    gap_words,
    person,
    summary_words,
)

#: The most characters of a name that somebody else chose.
NAME_LIMIT = 60

Bold = Callable[[str], str]


def difference_text(diff: ScanDiff, *, bold: Bold = str) -> Iterator[str]:
    """Yield the lines of a difference.

    Args:
        diff: the difference.
        bold: sets headings off.
    """
    yield bold(f"{inert(diff.tenant.name, NAME_LIMIT)}: from {_when(diff.older)} to {_when(diff.newer)}")
    yield summary_words(diff)
    for app in diff.apps:
        if app.changed:
            yield ""
            yield from app_text(app, diff, bold=bold)
    if diff.accounts:
        yield ""
        yield "Accounts behind grants to single accounts"
        rows = []
        for change in diff.accounts:
            who = person(diff.users.get(change.object_id), change.object_id, NAME_LIMIT)
            rows.append((who, f"{ACCOUNT_STATE[change.before]} → {ACCOUNT_STATE[change.after]}"))
        yield from aligned(rows, indent="  ")
    yield from _ending(diff)
    yield from _unsure(diff)


def app_text(app: AppDiff, diff: ScanDiff, *, bold: Bold = str) -> Iterator[str]:
    """Yield the lines of one app, its heading first."""
    word = app_word(app)
    title = inert(app.display_name, NAME_LIMIT) or app.app_id or app.key
    yield f"{bold(title)}{f'  {word}' if word else ''}  {app.app_id or ''}".rstrip()
    rows = (
        (SIGN[row.outcome] if row.outcome is not None else "~", row.what, row.name, row.remark)
        for row in change_rows(app, users=diff.users, limit=NAME_LIMIT)
    )
    yield from aligned(rows, indent="  ")


def _ending(diff: ScanDiff) -> Iterator[str]:
    if not diff.ending:
        return
    yield ""
    yield "Credentials that ended since, or end within 30 days"
    rows = []
    for ending in diff.ending:
        kind, told = credential_words(ending.credential, NAME_LIMIT)
        rows.append((inert(ending.display_name, NAME_LIMIT), kind, told, "ended" if ending.ended else ""))
    yield from aligned(rows, indent="  ")


def _unsure(diff: ScanDiff) -> Iterator[str]:
    unsure = [app for app in diff.apps if app.unsure and not app.changed]
    if diff.certain:
        return
    yield ""
    yield "Whether this changed cannot be said, because a scan did not read it:"
    for gap in diff.gaps:
        yield f"  {gap_words(gap)}"
    if unsure:
        yield f"  {counted(len(unsure), 'app')} of which nothing changed for certain: --json lists what is unsure."


def _when(point: ScanPoint) -> str:
    moment = point.read_at.astimezone(UTC)
    return f"{day(moment.date())} {moment:%H:%M} UTC"
