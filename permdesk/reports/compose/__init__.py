"""Turns what is known of one tenant or several into the tree of a report."""

from collections.abc import Iterable, Sequence
from datetime import UTC

from permdesk.domain.finding import AppComparison
from permdesk.domain.fingerprint import short_fingerprint
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.reports.choice import Choice, Form
from permdesk.reports.compose.app_part import app_part
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.changes import change_parts
from permdesk.reports.compose.method import method_part, sources_part
from permdesk.reports.compose.others import other_parts
from permdesk.reports.compose.overview import overview_part
from permdesk.reports.compose.tenant_part import tenant_part
from permdesk.reports.document import Document, Part
from permdesk.reports.notation import Notation, notation_of
from permdesk.reports.subject import Subject, UnreadTenant

TITLE = "App permissions: summary of compliance"
_OVERVIEW_TITLE = "App permissions: overview of tenants"
#: The words of a report are British, whatever region its numbers are written for.
LANGUAGE = "en-GB"


def compose(subjects: Sequence[Subject], choice: Choice, unread: Sequence[UnreadTenant] = ()) -> Document:
    """Return the report about one tenant or several.

    Args:
        subjects: the tenants, in the order in which they are told of; at least one.
        choice: form, apps and region; paper counts for the short form, which keeps to one page for each tenant.
        unread: tenants that belong to the report and were not read; the overview names them, with the reason.

    Raises:
        UsageError: there is no tenant, or an app was chosen that none of the tenants has.
    """
    if not subjects:
        raise UsageError("There is no scan to report on", remedy="Scan a tenant, or name a scan.")
    notation = notation_of(choice.locale)
    number = len(subjects) + len(unread)
    several = number > 1
    cases = [
        Case(subject, notation, choice.form, f"t{place}-" if several else "")
        for place, subject in enumerate(subjects, 1)
    ]
    _check_apps(cases, choice)
    parts: list[Part] = []
    if several:
        parts.append(overview_part(cases, unread, title=_OVERVIEW_TITLE))
    for case in cases:
        title = case.name if several else TITLE
        parts.append(tenant_part(case, title=title, landscape=choice.page.landscape))
        if choice.form is Form.LONG:
            parts += _long_parts(case, choice)
    if choice.form is Form.LONG:
        parts.append(method_part())
    names = notation.counted(number, "tenant") if several else cases[0].name
    return Document(
        title=f"{names} · {TITLE}",
        language=LANGUAGE,
        head=(f"{names} · {TITLE}", _when(cases, notation)),
        foot=_foot(cases, several=several),
        parts=tuple(parts),
        region=choice.locale,
    )


def _long_parts(case: Case, choice: Choice) -> Iterable[Part]:
    for number, app in enumerate(_chosen(case, choice), 1):
        yield app_part(case, app, name=f"{case.prefix}app-{number}", level=2)
    yield from other_parts(case, level=2)
    yield from change_parts(case, level=2)
    yield sources_part(case, level=2)


def _chosen(case: Case, choice: Choice) -> Iterable[AppComparison]:
    if choice.apps is None:
        return case.matched
    # Gravest verdict first, as in the table; then those without a vendor's page.
    keys = dict.fromkeys(choice.apps)
    matched = [app for app in case.matched if app.key in keys]
    told = {app.key for app in matched}
    return [*matched, *(case.by_key[key] for key in keys if key in case.by_key and key not in told)]


def _check_apps(cases: Sequence[Case], choice: Choice) -> None:
    for key in choice.apps or ():
        if not any(key in case.by_key for case in cases):
            raise UsageError(
                f"There is no app {inert(key, 80)} in this report",
                remedy="Choose apps of the tenants that are reported on.",
            )


def _when(cases: Sequence[Case], notation: Notation) -> str:
    if len(cases) == 1:
        comparison = cases[0].comparison
        return f"Read on {notation.period(comparison.read_at, comparison.ended_at)}"
    times = sorted(case.comparison.read_at for case in cases)
    first, last = times[0].astimezone(UTC), times[-1].astimezone(UTC)
    if first == last:
        return f"Read on {notation.moment(last)}"
    if first.date() == last.date():
        return f"Read on {notation.long_day(last.date())}"
    return f"Read from {notation.long_day(first.date())} to {notation.long_day(last.date())}"


def _foot(cases: Sequence[Case], *, several: bool) -> str:
    subject = cases[0].subject
    words = f"permdesk {inert(subject.program_version, 40)}"
    catalogs = dict.fromkeys(inert(case.comparison.catalog_version, 40) for case in cases)
    words += f" · catalog {', '.join(catalogs)}" if len(catalogs) < 3 else ""
    if not several and subject.fingerprint:
        words += f" · scan {short_fingerprint(subject.fingerprint)}"
    return words
