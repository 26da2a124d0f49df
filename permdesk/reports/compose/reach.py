"""Who can take control of the tenant, or read all mail, files or sites, whatever the verdict says."""

from collections.abc import Iterable

from permdesk.domain.finding import Status
from permdesk.domain.text import inert
from permdesk.domain.wording import listed
from permdesk.presentation.appearance import FLAG, STATUS
from permdesk.presentation.summary import Holder, ReachLine
from permdesk.reports.compose.case import Case, look_of
from permdesk.reports.compose.runs import bold, capital, lowered, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Block,
    Column,
    ColumnKind,
    GroupRow,
    Heading,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
    Text,
)

_TITLE = "Can take control of the tenant, or read all mail, files or sites, whatever the verdict"
#: So many apps are named for each reach where all has to stay on one page.
_MOST_NAMED = 2
_LONGEST_VALUE = 120
_EMPTY = (Text(()), Text(()))


def reach_blocks(case: Case) -> Iterable[Block]:
    """Yield who has reach."""
    lines = case.subject.summary.reach
    yield Heading(_TITLE)
    if not any(line.holders or line.unread for line in lines):
        yield Paragraph(plain(_nobody(case)))
    else:
        yield _table(case, lines)
        if not case.complete:
            yield Paragraph((quiet("Only what was read is listed: where a read is not complete, others may have it."),))


def reach_line(case: Case) -> Runs:
    """Return who has reach, in a sentence for each."""
    lines = case.subject.summary.reach
    if not any(line.holders or line.unread for line in lines):
        return bold("Control of the tenant, all mail, files or sites: "), Run(lowered(_nobody(case)))
    return _in_short(case, lines)


def _nobody(case: Case) -> str:
    if case.complete:
        return "No app holds a permission that is known to do so."
    return "No app is known to hold such a permission; not everything was read, so nobody can say that none does."


def _in_short(case: Case, lines: Iterable[ReachLine]) -> Runs:
    runs: list[Run] = []
    for line in lines:
        names = [named(holder.name, case.longest_name) for holder in line.holders]
        told = listed(names, most=_MOST_NAMED) if names else "nobody known"
        if line.unread:
            told += f", {case.counted(line.unread, 'app')} not read"
        runs += [bold(f"{capital(FLAG[line.flag].label)}:"), Run(f" {told}. ")]
    return tuple(runs)


def _table(case: Case, lines: Iterable[ReachLine]) -> Table:
    rows: list[Row | GroupRow] = []
    for line in lines:
        tag = FLAG[line.flag]
        rows.append(GroupRow((bold(capital(tag.label)), Run(f": {lowered(tag.meaning).rstrip('.')}"))))
        rows += [_row(case, holder) for holder in line.holders]
        if line.unread:
            words = f"{case.counted(line.unread, 'app')} of which it could not be read"
            rows.append(Row((Text((quiet(words),)), Text(()), Badge(STATUS[Status.UNVERIFIED]))))
        elif not line.holders:
            rows.append(Row((Text((quiet("no app" if case.complete else "no app, as far as was read"),)), *_EMPTY)))
    columns = (Column("App"), Column("By these permissions", weight=1.6), Column("Verdict", ColumnKind.BADGE))
    return Table("Apps with reach, and the permissions that give it", columns, tuple(rows))


def _row(case: Case, holder: Holder) -> Row:
    app = case.by_key.get(holder.app_key)
    values = ", ".join(inert(value, _LONGEST_VALUE) for value in holder.values)
    below = "granted by single accounts only" if holder.single else ""
    return Row(
        (
            Text((Run(named(holder.name, case.longest_name)),)),
            Text((Run(values, breakable=True),), below),
            Badge(look_of(app)) if app is not None else Text(()),
        )
    )
