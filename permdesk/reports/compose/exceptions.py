"""Findings of a whole tenant that a person accepts: those of apps without a part of their own are told here alone."""

from collections.abc import Iterable, Iterator

from permdesk.domain.finding import AppComparison, Finding
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.text import inert
from permdesk.domain.wording import listed
from permdesk.presentation.appearance import KIND, STATUS
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.runs import LONGEST_SENTENCE, bold, capital, named, plain
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

_MOST_NAMED = 3


def exception_blocks(case: Case) -> Iterable[Block]:
    """Yield every accepted finding with reason, person and review date."""
    yield Heading("Accepted exceptions")
    rows: list[Row | GroupRow] = [_row(case, *one) for one in _accepted(case)]
    if lapsed := [_row(case, *one) for one in _lapsed(case)]:
        rows += [GroupRow((bold("Past their review date"), Run(": these findings count again"))), *lapsed]
    if not rows:
        yield Paragraph(plain("None: no finding of this tenant is accepted."))
        return
    columns = (
        Column("App"),
        Column("Permission", weight=1.3),
        Column("Status", ColumnKind.BADGE),
        Column("Reason", weight=1.5),
        Column("Review date", weight=0.7),
    )
    yield Table("Findings of this tenant that a person accepts", columns, tuple(rows))


def exception_line(case: Case) -> Runs:
    """Return the same in a sentence; nothing where none is accepted."""
    found, lapsed = list(_accepted(case)), sum(1 for _ in _lapsed(case))
    past = f" {capital(case.counted(lapsed, 'exception'))} past the review date: counted again." if lapsed else ""
    if not found:
        return (bold("Accepted exceptions:"), Run(f" none.{past}")) if lapsed else ()
    apps = dict.fromkeys(case.app_name(app) for app, _, _ in found)
    days = sorted(accepted.until for _, _, accepted in found if accepted.until is not None)
    review = f"next review date: {case.notation.day(days[0])}" if days else "no review date is set"
    words = f" {case.counted(len(found), 'finding')} of {listed(list(apps), most=_MOST_NAMED)}; {review}."
    return bold("Accepted exceptions:"), Run(f"{words}{past}")


def _accepted(case: Case) -> Iterator[tuple[AppComparison, Finding, Acceptance]]:
    for app in case.shown:
        for finding in app.findings:
            if finding.accepted is not None:
                yield app, finding, finding.accepted


def _lapsed(case: Case) -> Iterator[tuple[AppComparison, Finding, Acceptance]]:
    """Yield what was accepted until its review date came."""
    comparison = case.comparison
    apps = {one.app_id for one in comparison.lapsed}
    for app in case.shown:
        if app.app_id in apps:
            for finding in app.findings:
                lapsed = comparison.lapsed_of(app, finding)
                if lapsed is not None:
                    yield app, finding, lapsed


def _row(case: Case, app: AppComparison, finding: Finding, accepted: Acceptance) -> Row:
    permission = finding.permission
    return Row(
        (
            Text((Run(case.app_name(app)),)),
            Text(
                (Run(named(permission.label), breakable=True),),
                f"{named(permission.resource)}, {KIND[permission.kind].lower()}",
            ),
            Badge(STATUS[finding.status]),
            Text(plain(inert(accepted.reason, LONGEST_SENTENCE)), f"accepted by {named(accepted.by)}"),
            Text(plain(case.notation.day(accepted.until) if accepted.until is not None else "none set")),
        )
    )
