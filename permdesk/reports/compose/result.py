"""What a tenant comes to: the sentence, the table of verdicts, and the charts."""

from collections.abc import Iterable, Sequence

from permdesk.domain.finding import AppComparison, AppFlag, Baseline, Verdict
from permdesk.domain.wording import listed, verb
from permdesk.presentation.app_rows import EXCESS_OPEN, matched_words
from permdesk.presentation.appearance import WARNING
from permdesk.presentation.attention import look_alike_sentence
from permdesk.reports.charting import status_chart, trend_chart, vendor_chart
from permdesk.reports.compose.case import Case, installed, look_of
from permdesk.reports.compose.runs import bold, capital, dotted, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Bar,
    Block,
    Callout,
    Cell,
    Column,
    ColumnKind,
    Drawn,
    Heading,
    Legend,
    Number,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
    Text,
)

AS_DOCUMENTED = (
    "As documented means equal to the vendor’s page of its date; it does not say that the access is harmless."
)
#: In the short form so many apps have a line of their own on a page upright, and on one on its side.
_MOST_LINES = {False: 10, True: 3}
#: In the short form so many apps that resemble a vendor's are named; the others are counted.
_MOST_LOOK_ALIKES = 2
_LEFT_OPEN = "What it holds beyond the need was not read to the end."
_WORDS: dict[str, tuple[str, str]] = {
    "as-documented": ("is as documented", "are as documented"),
    "excessive": ("holds more than documented", "hold more than documented"),
    "gaps": ("lacks something it needs", "lack something they need"),
    "unread": ("could not be read in full", "could not be read in full"),
    "unconfirmed": ("waits for a person to confirm who it is", "wait for a person to confirm who they are"),
}


def result_blocks(case: Case, *, landscape: bool = False) -> Iterable[Block]:
    """Yield the sentence, the table of the apps with a vendor's page, and what its bars mean."""
    yield Heading("Result")
    yield Paragraph(_sentence(case))
    if case.matched:
        most = _MOST_LINES[landscape] if case.short else len(case.matched)
        yield verdict_table(case, case.matched[:most], "Apps held against a vendor’s page")
        left = case.matched[most:]
        if left:
            yield Paragraph((Run(_left_out(case, left)),))
        yield Legend()


def look_alike_blocks(case: Case) -> Iterable[Block]:
    """Yield what to know of apps that resemble a vendor's."""
    found = [app for app in case.shown if AppFlag.LOOK_ALIKE in app.flags]
    if found and case.short:
        names = listed([f"{case.app_name(app)} ({named(app.app_id, 80)})" for app in found], most=_MOST_LOOK_ALIKES)
        title = f"{case.counted(len(found), 'app')} {verb(len(found), 'resembles', 'resemble')} a vendor’s app:"
        yield Paragraph((bold(title), Run(f" {names}.")))
    elif found:
        yield _look_alikes(case, found)


def _look_alikes(case: Case, found: Sequence[AppComparison]) -> Callout:
    title = f"{case.counted(len(found), 'app')} {verb(len(found), 'resembles', 'resemble')} a vendor’s app."
    told = (f"{case.app_name(app)} ({named(app.app_id, 80)}): {look_alike_sentence(app)}." for app in found)
    return Callout(WARNING, title, tuple(plain(one) for one in told))


def _sentence(case: Case) -> Runs:
    summary, notation = case.subject.summary, case.notation
    here = sum(1 for app in case.matched if installed(app))
    absent = len(case.matched) - here
    if not case.matched:
        text = "No app of this tenant is held against a vendor’s page"
        if not case.complete:
            return (bold(text), Run(" as far as it was read. Nothing can be said of apps that were not read."))
        return (bold(text), Run(", so there is nothing to be compliant with."))
    counts = {
        "as-documented": summary.verdicts.get(Verdict.COMPLIANT, 0),
        "excessive": summary.verdicts.get(Verdict.EXCESSIVE, 0),
        "gaps": summary.verdicts.get(Verdict.GAPS, 0),
        "unread": summary.verdicts.get(Verdict.UNVERIFIED, 0),
        "unconfirmed": summary.unconfirmed,
    }
    parts = [
        Run(f"{notation.number(number)} {verb(number, *_WORDS[key])}", bold=key == "as-documented")
        for key, number in counts.items()
        if number or (key == "as-documented" and here)
    ]
    runs: list[Run] = []
    if here:
        runs.append(Run(f"Of {case.counted(here, 'app')} with a vendor’s page, "))
        for place, part in enumerate(parts):
            runs += [Run(", "), part] if place else [part]
    if absent:
        words = f"{case.counted(absent, 'expected app')} {verb(absent, 'is', 'are')} not installed"
        runs.append(Run(f"; {words}" if here else words))
    runs.append(Run(". "))
    if summary.excess_unread and not case.short:
        number = summary.excess_unread
        runs.append(
            Run(
                f"Of {case.counted(number, 'app')}, what {verb(number, 'it holds', 'they hold')} beyond the need was "
                "not read to the end. "
            )
        )
    runs.append(quiet(AS_DOCUMENTED))
    return tuple(runs)


def _left_out(case: Case, left: tuple[AppComparison, ...]) -> str:
    counts: dict[str, int] = {}
    for app in left:
        label = look_of(app).label.lower()
        counts[label] = counts.get(label, 0) + 1
    told = ", ".join(f"{case.notation.number(number)} {label}" for label, number in counts.items())
    return f"{capital(case.counted(len(left), 'more app'))} in the long form: {told}."


def verdict_table(case: Case, apps: tuple[AppComparison, ...], caption: str) -> Table:
    """Return the apps with verdict, bar and counts; all bars to one scale."""
    own = bool(apps) and apps[0].baseline is Baseline.MANIFEST
    most = max((case.needs[app.key].needed + case.needs[app.key].beyond for app in apps), default=1)
    needed = "Configured" if own else "Needed"
    columns = (
        Column("Verdict", ColumnKind.BADGE),
        Column("App", weight=1.0),
        Column(f"{needed}, and beyond", ColumnKind.BAR),
        Column(needed, ColumnKind.NUMBER),
        Column("Granted", ColumnKind.NUMBER),
        Column("In part", ColumnKind.NUMBER),
        Column("Missing", ColumnKind.NUMBER),
        Column("Not read", ColumnKind.NUMBER),
        Column("Excess", ColumnKind.NUMBER),
    )
    rows = tuple(Row(_cells(case, app, max(most, 1))) for app in apps)
    noted = case.short and not all(app.excess_complete for app in apps)
    return Table(caption, columns, rows, ((Run("a", raised=True), Run(f" {_LEFT_OPEN}")),) if noted else ())


def _cells(case: Case, app: AppComparison, most: int) -> tuple[Cell, ...]:
    need = case.needs[app.key]
    here = installed(app)
    title = Run(case.app_name(app), bold=here)
    numbers = (need.granted, need.partial, need.missing, need.unread, need.beyond)
    return (
        Badge(look_of(app), "" if app.excess_complete or not case.short else "a"),
        Text((title,), _below(case, app)),
        Bar(need if here else None, most),
        Number(need.needed if here else _documented(app)),
        *(Number(number if here else None) for number in numbers),
    )


def _documented(app: AppComparison) -> int | None:
    """Return what an app that is not there would need, as far as its profile is at hand."""
    profile, uses = app.profile, app.uses
    if profile is None:
        return None
    return sum(1 for requirement in profile.requirements if uses is None or uses.needs(requirement))


def _below(case: Case, app: AppComparison) -> str:
    if not installed(app):
        return ""
    if case.short:
        # A line for each app is what one page has room for: what is in order goes without words.
        matched = vendor_and_match(app)
        return "" if matched == matched_words(app, by_reader=False) and app.binding is not None else matched
    accepted = sum(1 for finding in app.findings if finding.accepted is not None)
    return dotted(
        (
            vendor_and_match(app),
            "" if app.excess_complete else EXCESS_OPEN,
            f"{accepted} accepted" if accepted else "",
        )
    )


def vendor_and_match(app: AppComparison) -> str:
    """Return whose page an app is held against where its own name does not say it, and how it came to it."""
    if app.missing_profile is not None:
        return f"its profile {named(app.missing_profile, 80)} is not found"
    if app.profile is None:
        return ""
    matched = matched_words(app, by_reader=False)
    vendor = named(app.profile.vendor, 80)
    return matched if vendor.casefold() in app.display_name.casefold() else f"{vendor}, {matched}"


def charts(case: Case) -> Iterable[Block]:
    """Yield what is better looked at than read."""
    summary, notation = case.subject.summary, case.notation
    made = (
        vendor_chart(line for line in summary.vendors if line.vendor is not None),
        status_chart(summary.statuses, notation.number),
        trend_chart(case.subject.trend, notation.number, notation.day),
    )
    drawn = [chart for chart in made if chart is not None]
    if drawn:
        yield Heading("At a glance")
        yield from (Drawn(chart) for chart in drawn)
