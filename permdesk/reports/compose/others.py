"""The apps outside the compliance counts: those held against their own manifest, and those against nothing."""

from collections.abc import Iterable

from permdesk.domain.finding import REACH_FLAGS, AppComparison, Granted, Status, Verdict
from permdesk.domain.wording import listed, verb
from permdesk.presentation.appearance import APP_FLAG, FLAG, ORIGIN
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.result import verdict_table
from permdesk.reports.compose.runs import an_id, bold, capital, named, plain, quiet, spaced
from permdesk.reports.document import (
    Block,
    Column,
    ColumnKind,
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

_MOST_NAMED = 3


def own_blocks(case: Case) -> Iterable[Block]:
    """Yield the sentence about the apps outside the compliance counts."""
    yield Heading("Compared with their own manifest only")
    yield Paragraph(own_line(case))


def own_line(case: Case) -> Runs:
    """Return how many apps are held against their own manifest or nothing, and what came of it."""
    lead = (bold("Own manifest only: "),) if case.short else ()
    return (*lead, Run(spaced(_own_words(case), _unmeasured_words(case))))


def _own_words(case: Case) -> str:
    own = case.own
    if not own:
        return "No app registration is compared with its own manifest."
    fine = [app for app in own if app.verdict is Verdict.COMPLIANT]
    words = f"{capital(case.counted(len(own), 'app registration'))}, outside the counts above: "
    words += f"{case.notation.number(len(fine))} {verb(len(fine), 'holds', 'hold')} what "
    words += f"{verb(len(fine), 'it configures', 'they configure')}"
    for verdict, one, many in (
        (Verdict.GAPS, "lacks something", "lack something"),
        (Verdict.EXCESSIVE, "holds more", "hold more"),
        (Verdict.UNVERIFIED, "was not fully read", "were not fully read"),
    ):
        apps = [app for app in own if app.verdict is verdict]
        if apps:
            names = listed([named(app.display_name, case.longest_name) for app in apps], most=_MOST_NAMED)
            words += f"; {case.notation.number(len(apps))} {verb(len(apps), one, many)} ({names})"
    open_ends = sum(1 for app in own if not app.excess_complete)
    if open_ends:
        words += f". What {case.counted(open_ends, 'of them holds', 'of them hold')} beyond was not read to the end"
    return f"{words}."


def _unmeasured_words(case: Case) -> str:
    number = len(case.unmeasured)
    microsoft = case.subject.summary.microsoft
    words = ""
    if number:
        words = (
            f"{capital(case.counted(number, 'further app'))} {verb(number, 'has', 'have')} nothing to be compared with."
        )
    if microsoft:
        words += f" {case.counted(microsoft, 'app')} of Microsoft’s own {verb(microsoft, 'is', 'are')} not listed."
    return words.strip()


def other_parts(case: Case, *, level: int) -> Iterable[Part]:
    """Yield the tables of the apps outside the compliance counts."""
    if case.own:
        yield Part(
            f"{case.prefix}own-manifest",
            "Compared with their own manifest only",
            (
                Paragraph(
                    plain(
                        "Nobody documents what these apps need. Each is held against what its own registration asks "
                        "for: that is housekeeping, not compliance, and it is in none of the counts of the summary."
                    )
                ),
                verdict_table(case, case.own, "Apps held against their own manifest"),
                Legend(),
            ),
            below=case.name,
            level=level,
        )
    if case.unmeasured:
        yield Part(
            f"{case.prefix}nothing-to-compare",
            "Nothing to be compared with",
            tuple(_unmeasured(case)),
            below=case.name,
            level=level,
        )


def _unmeasured(case: Case) -> Iterable[Block]:
    yield Paragraph(
        plain(
            "No vendor’s page is bound to these apps, and their manifest is not in this tenant or is empty. What they "
            "hold is listed without judgement."
        )
    )
    columns = (
        Column("App", weight=1.2),
        Column("App ID", weight=1.1),
        Column("Origin", weight=0.9),
        Column("Granted", ColumnKind.NUMBER),
        Column("Not read", ColumnKind.NUMBER),
        Column("Remark"),
    )
    yield Table("Apps with nothing to be compared with", columns, tuple(_row(case, app) for app in case.unmeasured))


def _row(case: Case, app: AppComparison) -> Row:
    granted = unread = 0
    reach: dict[str, None] = {}
    for finding in app.findings:
        if finding.status is Status.BASIC:
            continue
        if finding.granted is Granted.UNVERIFIED:
            unread += 1
        elif finding.granted is not Granted.NONE:
            granted += 1
            if finding.flags:
                reach.update((FLAG[flag].label, None) for flag in finding.flags if flag in REACH_FLAGS)
    remarks = [*reach, *(APP_FLAG[flag].label for flag in app.flags)]
    publisher = f"{named(app.publisher.name, 120)}, verified" if app.publisher is not None else ""
    return Row(
        (
            Text((Run(case.app_name(app)),), publisher),
            Text((an_id(app.app_id),)),
            Text(plain(ORIGIN[app.origin])),
            Number(granted),
            Number(unread),
            Text((quiet(", ".join(remarks)),) if remarks else ()),
        )
    )
