"""What changed since the previous scan: of a whole tenant, and of one app."""

from collections.abc import Iterable

from permdesk.domain.finding import AppComparison, Status
from permdesk.domain.scan_diff import AppDiff, Outcome, ScanDiff
from permdesk.presentation.appearance import STATUS, Glyph, Look, Tone
from permdesk.presentation.difference import (
    ACCOUNT_STATE,
    OUTCOME,
    ChangeRow,
    app_word,
    change_rows,
    gap_words,
    summary_words,
)
from permdesk.presentation.explanation import grantee
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.runs import LONGEST_SENTENCE, bold, capital, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Block,
    Column,
    ColumnKind,
    GroupRow,
    Heading,
    Paragraph,
    Part,
    Row,
    Run,
    Runs,
    Table,
    Text,
)

_UNREAD = STATUS[Status.UNVERIFIED]
#: What changed is neither good nor bad: the glyphs tell the direction, the tone stays calm.
_LOOK: dict[Outcome | None, Look] = {
    Outcome.ADDED: Look("Added", Glyph.DECLARED_ONLY, Tone.GRANTED, quiet=True),
    Outcome.REMOVED: Look("Removed", Glyph.NO_BASELINE, Tone.GRANTED, quiet=True),
    Outcome.NOT_READ_BEFORE: Look("Not read before", _UNREAD.glyph, _UNREAD.tone, hatched=True),
    Outcome.NOT_READ_NOW: Look("Not read now", _UNREAD.glyph, _UNREAD.tone, hatched=True),
    None: Look("Changed", Glyph.GRANTED, Tone.GRANTED, quiet=True),
}
_COLUMNS = (
    Column("Change", ColumnKind.BADGE),
    Column("What", weight=0.8),
    Column("Which", weight=1.8),
    Column("Remark"),
)
_TITLE = "Changes since the previous scan"
_NONE = "No earlier scan of this tenant was at hand to compare with."
#: So many apps with changes are told line by line; of the others there is a line each.
_MOST_APPS = 200


def _since(case: Case, changes: ScanDiff) -> str:
    return f"Since the scan of {case.notation.moment(changes.older.read_at)}"


def app_change_blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    """Yield what changed about one app since the previous scan."""
    changes = case.subject.changes
    if changes is None:
        # The tenant's own pages say so, once.
        return
    yield Heading(_TITLE)
    found = case.diff_by_key.get(app.key)
    since = _since(case, changes)
    if found is None:
        words = "nothing about it changed." if changes.certain else "nothing about it changed in what both scans read."
        yield Paragraph(plain(f"{since}, {words}"))
        return
    yield Paragraph(plain(f"{since}{f': the app is {app_word(found)}' if app_word(found) else ''}."))
    yield Table(f"What changed about {case.app_name(app)}", _COLUMNS, tuple(_rows(case, found)))


def _rows(case: Case, app: AppDiff) -> Iterable[Row]:
    users = case.subject.changes.users if case.subject.changes is not None else {}
    for change in change_rows(app, users=users, limit=LONGEST_SENTENCE, written=case.notation.day):
        yield Row(
            (
                Badge(_LOOK[change.outcome]),
                Text(plain(capital(change.what))),
                Text((Run(change.name, breakable=True),)),
                Text(plain(_remark(change))),
            )
        )


def _remark(change: ChangeRow) -> str:
    # The badge says it already.
    told = OUTCOME[change.outcome] if change.outcome is not None else ""
    return "; ".join(part for part in change.remark.split("; ") if part != told and part not in told.split("; "))


def change_line(case: Case, changes: ScanDiff) -> Runs:
    """Return what changed in the whole tenant in a sentence."""
    open_ends = "" if changes.certain else " Not everything was read both times, so there may be more."
    return Run(f"{_since(case, changes)}: "), bold(summary_words(changes)), quiet(open_ends)


def change_blocks(case: Case) -> Iterable[Block]:
    """Yield whether anything changed in the whole tenant since the previous scan."""
    changes = case.subject.changes
    yield Heading(_TITLE)
    yield Paragraph(change_line(case, changes) if changes is not None else plain(_NONE))


def change_parts(case: Case, *, level: int) -> Iterable[Part]:
    """Yield every change since the previous scan; nothing where there is none to tell of."""
    changes = case.subject.changes
    if changes is not None and (changes.apps or changes.accounts or changes.gaps):
        blocks = tuple(_every_change(case, changes))
        yield Part(f"{case.prefix}changes", _TITLE, blocks, below=case.name, level=level)


def _every_change(case: Case, changes: ScanDiff) -> Iterable[Block]:
    yield Paragraph(change_line(case, changes))
    rows: list[Row | GroupRow] = []
    for app in changes.apps[:_MOST_APPS]:
        word = app_word(app)
        rows.append(GroupRow((bold(named(app.display_name)), Run(f", {word}" if word else ""))))
        rows += _rows(case, app)
    for account in changes.accounts:
        name = grantee(account.object_id, changes.users).name
        states = f"{ACCOUNT_STATE[account.before]} before, {ACCOUNT_STATE[account.after]} now"
        rows.append(
            Row((Badge(_LOOK[None]), Text(plain("Account with a grant")), Text(plain(name)), Text(plain(states))))
        )
    for gap in changes.gaps:
        look = _LOOK[Outcome.NOT_READ_NOW]
        rows.append(Row((Badge(look), Text(plain("Read")), Text(plain(capital(gap_words(gap)))), Text(()))))
    if rows:
        yield Table("What changed since the previous scan", _COLUMNS, tuple(rows))
    left = len(changes.apps) - _MOST_APPS
    if left > 0:
        yield Paragraph(plain(f"{capital(case.counted(left, 'more app'))} changed; permdesk-cli diff names them."))
