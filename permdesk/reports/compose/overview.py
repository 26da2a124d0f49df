"""The first part of a report over several tenants: one line for each."""

from collections.abc import Iterable, Sequence

from permdesk.domain.finding import Verdict
from permdesk.domain.wording import listed, verb
from permdesk.presentation.appearance import VERDICT
from permdesk.reports.charting import need_chart
from permdesk.reports.charts import NeedBar
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.completeness import COMPLETE_LOOK, INCOMPLETE_LOOK
from permdesk.reports.compose.result import AS_DOCUMENTED
from permdesk.reports.compose.runs import bold, plain, quiet
from permdesk.reports.compose.unread import NOT_READ_LOOK, unread_name, unread_table
from permdesk.reports.document import (
    Badge,
    Bar,
    Block,
    Callout,
    Column,
    ColumnKind,
    Drawn,
    Heading,
    Legend,
    Number,
    Paragraph,
    Part,
    Row,
    Run,
    Runs,
    Table,
    Text,
)
from permdesk.reports.subject import UnreadTenant

_MOST_NAMED = 8


def overview_part(cases: Sequence[Case], unread: Sequence[UnreadTenant] = (), *, title: str) -> Part:
    """Return the table of all tenants, those that were not read among them."""
    below = cases[0].counted(len(cases) + len(unread), "tenant")
    return Part("overview", title, tuple(_blocks(cases, unread)), below=below)


def _blocks(cases: Sequence[Case], unread: Sequence[UnreadTenant]) -> Iterable[Block]:
    yield _completeness(cases, unread)
    yield Heading("Result")
    yield Paragraph(_sentence(cases, unread))
    yield _table(cases, unread)
    yield Legend()
    if unread:
        yield Heading("Tenants that were not read")
        yield unread_table(unread, cases[0].notation)
    bars = tuple(NeedBar(case.name, case.need) for case in cases if case.need.needed + case.need.beyond)
    if bars and not cases[0].short:
        yield Heading("At a glance")
        yield Drawn(need_chart("Requirements met per tenant", bars))


def _completeness(cases: Sequence[Case], unread: Sequence[UnreadTenant]) -> Callout:
    case, number = cases[0], len(cases) + len(unread)
    left = [one for one in cases if not one.complete]
    if not left and not unread:
        return Callout(COMPLETE_LOOK, f"Complete: {case.counted(number, 'tenant')} read to the end.", ())
    told: list[Runs] = []
    if unread:
        names = listed([unread_name(one) for one in unread], most=_MOST_NAMED)
        told.append((bold(f"Not read at all: {names}."), Run(" Nothing else on these pages speaks of them.")))
    if left:
        names = listed([one.name for one in left], most=_MOST_NAMED)
        words = "What each leaves open stands on its own page; it is counted neither as granted nor as missing."
        told.append(plain(f"{names}. {words}"))
    of, short = case.counted(number, "tenant"), case.notation.number(len(left))
    title = f"{short} of {of} {verb(len(left), 'was', 'were')} not read to the end"
    if unread:
        title = f"of {of}, {case.notation.number(len(unread))} {verb(len(unread), 'was', 'were')} not read at all"
        title += f" and {short} {verb(len(left), 'was', 'were')} not read to the end" if left else ""
    return Callout(INCOMPLETE_LOOK, f"Not complete: {title}.", tuple(told))


def _sentence(cases: Sequence[Case], unread: Sequence[UnreadTenant]) -> tuple[Run, ...]:
    case = cases[0]
    fine = sum(one.subject.summary.verdicts.get(Verdict.COMPLIANT, 0) for one in cases)
    apps = sum(_apps(one) for one in cases)
    where = f"{case.counted(len(cases), 'tenant')}{' that could be read' if unread else ''}"
    return (
        Run(f"Of {case.counted(apps, 'app')} with a vendor’s page in {where}, "),
        bold(f"{case.notation.number(fine)} {verb(fine, 'is', 'are')} as documented"),
        Run(". "),
        quiet(AS_DOCUMENTED),
    )


def _apps(case: Case) -> int:
    return sum(1 for app in case.matched if app.verdict is not Verdict.NOT_INSTALLED)


def _table(cases: Sequence[Case], unread: Sequence[UnreadTenant]) -> Table:
    most = max((case.need.needed + case.need.beyond for case in cases), default=1)
    columns = (
        Column("Tenant", weight=1.0),
        Column("Read", ColumnKind.BADGE),
        Column("Needed, and beyond", ColumnKind.BAR),
        Column("Apps", ColumnKind.NUMBER),
        Column(VERDICT[Verdict.COMPLIANT].label, ColumnKind.NUMBER),
        Column("Missing", ColumnKind.NUMBER),
        Column("Not read", ColumnKind.NUMBER),
        Column("Excess", ColumnKind.NUMBER),
    )
    rows = (*(_row(case, max(most, 1)) for case in cases), *map(_unread_row, unread))
    return Table("The tenants of this report", columns, rows)


def _unread_row(one: UnreadTenant) -> Row:
    nothing = (Number(None),) * 5
    return Row((Text((bold(unread_name(one)),)), Badge(NOT_READ_LOOK), Bar(None, 1), *nothing))


def _row(case: Case, most: int) -> Row:
    need = case.need
    return Row(
        (
            Text((bold(case.name),), case.notation.period(case.comparison.read_at, case.comparison.ended_at)),
            Badge(COMPLETE_LOOK if case.complete else INCOMPLETE_LOOK),
            Bar(need, most),
            Number(_apps(case)),
            Number(case.subject.summary.verdicts.get(Verdict.COMPLIANT, 0)),
            Number(need.missing),
            Number(need.unread),
            Number(need.beyond),
        )
    )
