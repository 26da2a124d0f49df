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
    Table,
    Text,
)

_MOST_NAMED = 8


def overview_part(cases: Sequence[Case], *, title: str) -> Part:
    """Return the table of all tenants."""
    return Part("overview", title, tuple(_blocks(cases)), below=cases[0].counted(len(cases), "tenant"))


def _blocks(cases: Sequence[Case]) -> Iterable[Block]:
    yield _completeness(cases)
    yield Heading("Result")
    yield Paragraph(_sentence(cases))
    yield _table(cases)
    yield Legend()
    bars = tuple(NeedBar(case.name, case.need) for case in cases if case.need.needed + case.need.beyond)
    if bars and not cases[0].short:
        yield Heading("At a glance")
        yield Drawn(need_chart("Requirements met per tenant", bars))


def _completeness(cases: Sequence[Case]) -> Callout:
    case = cases[0]
    left = [one for one in cases if not one.complete]
    if not left:
        return Callout(COMPLETE_LOOK, f"Complete: {case.counted(len(cases), 'tenant')} read to the end.", ())
    of = f"{case.notation.number(len(left))} of {case.counted(len(cases), 'tenant')}"
    names = listed([one.name for one in left], most=_MOST_NAMED)
    told = f"{names}. What each leaves open stands on its own page; it is counted neither as granted nor as missing."
    return Callout(
        INCOMPLETE_LOOK, f"Not complete: {of} {verb(len(left), 'was', 'were')} not read to the end.", (plain(told),)
    )


def _sentence(cases: Sequence[Case]) -> tuple[Run, ...]:
    case = cases[0]
    fine = sum(one.subject.summary.verdicts.get(Verdict.COMPLIANT, 0) for one in cases)
    apps = sum(_apps(one) for one in cases)
    return (
        Run(f"Of {case.counted(apps, 'app')} with a vendor’s page in {case.counted(len(cases), 'tenant')}, "),
        bold(f"{case.notation.number(fine)} {verb(fine, 'is', 'are')} as documented"),
        Run(". "),
        quiet(AS_DOCUMENTED),
    )


def _apps(case: Case) -> int:
    return sum(1 for app in case.matched if app.verdict is not Verdict.NOT_INSTALLED)


def _table(cases: Sequence[Case]) -> Table:
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
    return Table("The tenants of this report", columns, tuple(_row(case, max(most, 1)) for case in cases))


def _row(case: Case, most: int) -> Row:
    need = case.need
    return Row(
        (
            Text((bold(case.name),), case.notation.moment(case.comparison.read_at)),
            Badge(COMPLETE_LOOK if case.complete else INCOMPLETE_LOOK),
            Bar(need, most),
            Number(_apps(case)),
            Number(case.subject.summary.verdicts.get(Verdict.COMPLIANT, 0)),
            Number(need.missing),
            Number(need.unread),
            Number(need.beyond),
        )
    )
