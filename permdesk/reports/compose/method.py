"""The page on method and limits: what the words mean, what is not covered, what was read, and how to match the scan."""

from collections.abc import Iterable

from permdesk.domain.fingerprint import grouped_fingerprint
from permdesk.domain.profile import Profile, ProfileOrigin
from permdesk.domain.text import inert
from permdesk.presentation.appearance import Look
from permdesk.presentation.meaning import status_meanings, verdict_meanings
from permdesk.reports.compose.case import AS_CONFIGURED, Case
from permdesk.reports.compose.completeness import outside_blocks, reads_table
from permdesk.reports.compose.result import AS_DOCUMENTED
from permdesk.reports.compose.runs import an_id, bold, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Block,
    Column,
    ColumnKind,
    Fact,
    Facts,
    Heading,
    Legend,
    Paragraph,
    Part,
    Row,
    Run,
    Table,
    Text,
)

_AS_CONFIGURED = "It is held against its own manifest alone, and holds what that asks for and nothing beyond."


def method_part(*, level: int = 1) -> Part:
    """Return how to read the report: the same for every tenant."""
    return Part("method", "Method and limits", tuple(_method()), level=level, one_page=True)


def _method() -> Iterable[Block]:
    yield Heading("How the comparison is made")
    yield Paragraph(
        (
            Run(
                "permdesk reads a tenant through Microsoft Graph and changes nothing in it. For each app it puts three "
                "things beside each other: what the vendor’s page documents, what the app’s own manifest asks for "
                "(configured), and what this tenant granted. "
            ),
            bold(AS_DOCUMENTED),
        )
    )
    yield Paragraph(
        plain(
            "What could not be read is counted neither as granted nor as missing; it is shown as not read, and an app "
            "that hangs on it is never called as documented. Application permissions and delegated ones are "
            "different permissions, even where they bear one name."
        )
    )
    yield Paragraph(
        plain(
            "Microsoft Graph keeps a date for application permissions only, so no date is told of delegated ones. "
            "Directory roles of apps are told as far as they were read; roles given for a while or through groups, "
            "and custom roles, may let an app do more than these pages say."
        )
    )
    yield Heading("What is not covered")
    yield from outside_blocks()
    yield Heading("What is said of an app")
    yield _meanings("Verdicts and what they mean", (*verdict_meanings(), (AS_CONFIGURED, _AS_CONFIGURED)))
    yield Heading("What is said of a permission")
    yield _meanings("Statuses and what they mean", status_meanings())
    yield Heading("What the bars show")
    yield Legend()
    yield Paragraph(
        plain("A bar shows what an app needs, in shares of its need; right of the line stands what it holds beyond it.")
    )


def _meanings(caption: str, meanings: Iterable[tuple[Look, str]]) -> Table:
    rows = tuple(Row((Badge(look), Text(plain(meaning)))) for look, meaning in meanings)
    return Table(caption, (Column("Word", ColumnKind.BADGE), Column("Meaning")), rows)


def sources_part(case: Case, *, level: int) -> Part:
    """Return what a tenant was compared with, every read, and the fingerprint of the scan."""
    return Part(
        f"{case.prefix}sources", "Sources and reads", tuple(_sources(case)), below=case.name_and_domain, level=level
    )


def _sources(case: Case) -> Iterable[Block]:
    yield Heading("The scan")
    yield Facts(tuple(scan_facts(case)))
    yield Paragraph(
        (
            quiet(
                "A kept scan or a scan file is the one of this paper where the fingerprints are equal, digit by digit; "
                "permdesk-cli report --scan tells that of a scan."
            ),
        )
    )
    profiles = {app.profile.id: app.profile for app in case.matched if app.profile is not None}
    if profiles:
        yield Heading("Vendors’ pages")
        columns = (
            Column("Profile", weight=1.1),
            Column("Page", weight=2.6),
            Column("Page date", weight=0.7),
            Column("Read", weight=0.7),
            Column("Fingerprint", weight=0.8),
        )
        rows = tuple(_profile_row(case, profiles[key]) for key in sorted(profiles))
        yield Table("The vendors’ pages that apps were compared with", columns, rows)
    yield Heading("Every read")
    yield reads_table(case)


def scan_facts(case: Case) -> Iterable[Fact]:
    """Yield what names a scan."""
    comparison = case.comparison
    yield Fact("Scan", (an_id(comparison.scan_id),))
    yield read_fact(case)
    yield fingerprint_fact(case)
    yield Fact("Catalog", plain(inert(comparison.catalog_version, 60)))


def read_fact(case: Case) -> Fact:
    """Return from when to when the tenant was read."""
    return Fact("Read", plain(case.notation.period(case.comparison.read_at, case.comparison.ended_at)))


def fingerprint_fact(case: Case) -> Fact:
    """Return what matches the paper with the scan file, in groups that a person can compare."""
    return Fact("Fingerprint", plain(grouped_fingerprint(case.subject.fingerprint) or "none taken"))


def _profile_row(case: Case, profile: Profile) -> Row:
    source, notation = profile.source, case.notation
    origin = "" if profile.origin is ProfileOrigin.SHIPPED else "a profile of the user’s own"
    return Row(
        (
            Text(plain(named(profile.name, 120)), origin),
            Text(plain(named(source.title, 200)), inert(source.breadcrumb, 300)),
            Text(plain(notation.page_date(inert(source.date, 20)) if source.date else "none on the page")),
            Text(plain(notation.page_date(inert(source.retrieved, 20)))),
            Text((an_id(profile.fingerprint[:16]),)),
        )
    )
