"""permdesk-cli report: the compliance summary, as a file or on standard output."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import Struct

from permdesk.cli.exits import Exit, FailOn, check_exit, counting, every_app_seen, exit_of, first_that_holds
from permdesk.cli.files import Place, to_write
from permdesk.cli.options import FULL, Command, session_options
from permdesk.cli.session import Session
from permdesk.cli.terminal import complain, note, say
from permdesk.cli.views import heading, verdict_counts
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.fingerprint import grouped_fingerprint
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.errors import UsageError, WorldError
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.reports.file_format import FileFormat
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.settings import ReportHead

_PIPE = Path("-")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
#: Letters of a line of the letterhead, and lines of an address: what a sheet of paper has room for.
_LONGEST_LINE, _MOST_LINES = 300, 8
_CLEAR = "\r\x1b[K"

_CSV = (
    "one row for each permission (RFC 4180, UTF-8; a file begins with a byte order mark, for Excel; text that a "
    "spreadsheet could take for a formula begins with an apostrophe)"
)
_FORMATS = (
    ("pdf", "PDF/A-1b for the archive: real text, fonts embedded"),
    ("html", "one page for a browser: light and dark, filters, nothing loaded from outside"),
    ("xlsx", "a workbook: typed cells, filters, a sheet for each group of apps; no formula and no link from data"),
    ("csv", _CSV),
    ("json", "the document of `check` with exceptions, changes, trend and fingerprint (schema permdesk.report/1)"),
)


class _Told(Struct, frozen=True):
    """One tenant: what the report tells of it, and the apps in it that a person named."""

    subject: Subject
    named: tuple[AppComparison, ...]


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli report --sample --output summary.pdf",
        "permdesk-cli report --sample --output summary.html --form short --overwrite",
        'permdesk-cli report "AvePoint Cloud Backup Express" --sample --output express.xlsx',
        "permdesk-cli report --scan larkfield.permdesk --format csv",
        'permdesk-cli report --sample --output northmere.pdf --firm "Northmere Consulting" --address "7 Mill Lane"',
        "permdesk-cli report --sample --json",
    ),
    tables=(("Formats", _FORMATS),),
)
@click.argument("apps", metavar="[APP...]", nargs=-1)
@click.option(
    "--format",
    "file_format",
    type=click.Choice([one.value for one in FileFormat]),
    help="What to make (default: what FILE ends in).",
)
@click.option("--output", type=Place(path_type=Path), metavar="FILE", help="Where to; - prints html, csv and json.")
@click.option("--overwrite", is_flag=True, help="Replace FILE where it exists.")
@click.option(
    "--form",
    type=click.Choice([one.value for one in Form]),
    default=Form.LONG.value,
    help="For pdf and html: everything (default), or one page for each tenant.",
)
@click.option(
    "--paper", type=click.Choice([one.value for one in Paper]), default=Paper.A4.value, help="Paper (default: a4)."
)
@click.option("--landscape", is_flag=True, help="Turn the paper.")
@click.option("--black-and-white", is_flag=True, help="Draw glyphs and charts in black and grey alone.")
@click.option("--locale", default="en-GB", metavar="TAG", help="How days and numbers are written (default: en-GB).")
@click.option("--firm", metavar="NAME", help="The letterhead's first line (default for all of it: what is set).")
@click.option("--address", multiple=True, metavar="LINE", help="A line below the firm (repeatable).")
@click.option("--footer", metavar="LINE", help="A line at the foot of every page.")
@click.option("--logo", type=Place(path_type=Path), metavar="FILE", help="The firm's logo, PNG or SVG.")
@click.option("--uses", multiple=True, metavar="PROFILE:CELL", help="Services in use for this run (repeatable).")
@click.option("--expect", multiple=True, metavar="PROFILE", help="An app of this profile belongs here (repeatable).")
@click.option("--all-apps", is_flag=True, help="Apps held against their own manifest count too.")
@FULL
@session_options(several=True, together=True)
def report(
    session: Session,
    apps: tuple[str, ...],
    file_format: str | None,
    output: Path | None,
    form: str,
    paper: str,
    locale: str,
    uses: tuple[str, ...],
    expect: tuple[str, ...],
    *,
    firm: str | None,
    address: tuple[str, ...],
    footer: str | None,
    logo: Path | None,
    overwrite: bool,
    landscape: bool,
    black_and_white: bool,
    all_apps: bool,
    full: bool,
) -> int:
    """Make the compliance summary for an auditor.

    It tells what was read and what was not, the verdict of each app with a vendor's page, what is missing and what is
    too much, who can take control of the tenant, what changed since the scan before, and the fingerprint that matches
    paper and scan file. --json is short for --format json, printed.

    APP is an app ID, an object ID or an exact name; named apps alone get a part of their own then. Several accounts,
    or --all-accounts, give one report with a part for each tenant; one that cannot be read is named in it as not read,
    with the reason, and keeps no other from it.
    The exit code is that of `check`.
    """
    target, kind = _where_to(output, file_format, as_json=session.as_json)
    if target != _PIPE:
        to_write(target, replace=overwrite, option="--overwrite")
    if not _LOCALE.fullmatch(locale):
        raise UsageError(f"{locale[:40]!r} is no locale", remedy="Name one as en-GB or de-DE.")
    page = Page(paper=Paper(paper), landscape=landscape, colour=not black_and_white)
    letterhead = letterhead_of(session.settings.report_head, firm, address, footer, logo)
    told, unread, codes = _gathered(session, apps, uses, expect, full=full)
    if not told:
        return first_that_holds(codes)
    keys = tuple(dict.fromkeys(app.key for one in told for app in one.named)) if apps else None
    choice = Choice(form=Form(form), apps=keys, letterhead=letterhead, page=page, locale=locale)
    subjects = [one.subject for one in told]
    if target == _PIPE:
        _print(session.services.report.pieces(subjects, choice, kind, unread=unread))
    else:
        with _shown(target) as progress:
            session.services.report.write(
                subjects, choice, kind, target, unread=unread, overwrite=overwrite, progress=progress
            )
        _say_what_was_saved(told, unread, target, all_apps=all_apps)
    codes += [_exit(one, all_apps=all_apps) for one in told]
    return first_that_holds(codes)


def _where_to(output: Path | None, word: str | None, *, as_json: bool) -> tuple[Path, FileFormat]:
    """Return the file, or ``_PIPE``, and the format.

    Raises:
        UsageError: the words say too little, or contradict each other.
    """
    if as_json and word not in (None, FileFormat.JSON):
        raise UsageError(f"--json and --format {word} name two formats", remedy="Leave one out.")
    kind = FileFormat.JSON if as_json else FileFormat(word) if word else None
    if kind is None and output is not None and output != _PIPE:
        kind = FileFormat.of(output)
    if kind is None:
        raise UsageError(
            "Nothing says which format the report shall have",
            remedy=f"Add --format ({', '.join(FileFormat)}), or a file with such an ending.",
        )
    target = output if output is not None else _PIPE
    if target == _PIPE and not kind.text:
        raise UsageError(f"{kind.upper()} is no text to be printed", remedy=f"Add --output summary.{kind}.")
    return target, kind


def letterhead_of(
    kept: ReportHead, firm: str | None, address: Sequence[str], footer: str | None, logo: Path | None
) -> Letterhead:
    """Return the letterhead of the settings, with what a person typed in the place of its parts."""
    from permdesk.reports.letterhead import read_logo

    if len(address) > _MOST_LINES:
        raise UsageError(f"An address has at most {_MOST_LINES} lines", remedy="Leave some out.")
    return Letterhead(
        firm=inert(kept.firm if firm is None else firm, _LONGEST_LINE),
        address=tuple(inert(line, _LONGEST_LINE) for line in address or kept.address),
        footer=inert(kept.footer if footer is None else footer, _LONGEST_LINE),
        logo=read_logo(logo) if logo is not None else kept.logo,
    )


def _gathered(
    session: Session, apps: tuple[str, ...], uses: tuple[str, ...], expect: tuple[str, ...], *, full: bool
) -> tuple[list[_Told], list[UnreadTenant], list[int]]:
    """Return what is told of each tenant, those that could not be read, and the exit codes of these.

    Raises:
        UsageError: a word means nothing, also an app that none of the tenants has.
        WorldError: the one tenant that is meant could not be read.
    """
    if not session.names_several:
        comparison, make = _read(session, uses, expect, full=full)
        return [_Told(make(), tuple(_named(session, comparison, apps, expect)))], [], []
    told: list[_Told] = []
    unread: list[UnreadTenant] = []
    codes: list[int] = []
    missing: dict[str, UsageError] = {}
    found: set[str] = set()
    for one in session.each():
        try:
            comparison, make = _read(one, uses, expect, full=full)
            named: list[AppComparison] = []
            for app in apps:
                try:
                    named += _named(one, comparison, (app,), expect)
                    found.add(app)
                except UsageError as problem:
                    missing[app] = problem
            told.append(_Told(make(), tuple(named)))
        except UsageError:
            raise
        except WorldError as problem:
            complain(problem)
            codes.append(exit_of(problem))
            unread.append(_unread(one, problem))
    for app, unknown in missing.items():
        if app not in found:
            raise unknown
    return told, unread, codes


def _unread(session: Session, problem: WorldError) -> UnreadTenant:
    """Return the tenant of an account, of which nothing could be read."""
    from permdesk.services.unread import unread_tenant

    why = f"{problem.title}. {problem.detail}" if problem.detail else problem.title
    signed = session.sign_in
    return unread_tenant(
        session.services.scans,
        cloud=signed.cloud.id,
        tenant_id=signed.tenant_id,
        account=signed.username,
        reason=why,
        remedy=problem.remedy,
    )


def _read(
    session: Session, uses: tuple[str, ...], expect: tuple[str, ...], *, full: bool
) -> tuple[Comparison, Callable[[], Subject]]:
    """Return a tenant, compared, and what makes its subject: apps are looked for before earlier scans are loaded."""
    services = session.services
    overrides = session.overrides(uses, expect)
    # What people said is needed at the end: that it cannot be read is better known before a tenant is.
    services.scans.records()
    snapshot = session.scan(full=full).snapshot
    comparison = services.compare(snapshot, uses=overrides, expect=expect)
    return comparison, lambda: services.report.subject(snapshot, comparison)


def _named(
    session: Session, comparison: Comparison, names: tuple[str, ...], expect: tuple[str, ...]
) -> Iterator[AppComparison]:
    """Yield the apps a person named, profiles expected in this very run included."""
    for name in names:
        yield session.services.find_app(comparison, name)
    if names:
        yield from (app for app in comparison.apps if app.app_id is None and app.profile and app.profile.id in expect)


def _print(pieces: Iterator[bytes]) -> None:
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


@contextmanager
def _shown(target: Path) -> Iterator[Callable[[float], None]]:
    """Yield what shows how much is written, on one line that goes again, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    shown = -1

    def tell(done: float) -> None:
        nonlocal shown
        percent = int(done * 100)
        if percent != shown:
            shown = percent
            note(f"{_CLEAR}Writing {inert(target.name, 40)}: {percent} %", newline=False)

    try:
        yield tell
    finally:
        note(_CLEAR, newline=False)


def _say_what_was_saved(told: list[_Told], unread: list[UnreadTenant], target: Path, *, all_apps: bool) -> None:
    for one in told:
        comparison = one.subject.comparison
        for line in heading(comparison.tenant, comparison.read_at, comparison.reads):
            say(line)
        apps = counting(comparison.apps, named=one.named, all_apps=all_apps)
        say(f"{counted(len(apps), 'app')}: {verdict_counts(apps)}." if apps else "No app counts here.")
        say(f"Fingerprint of the scan: {grouped_fingerprint(one.subject.fingerprint)}")
        say()
    for tenant in unread:
        say(f"{inert(tenant.name, 120)} · not read; the report says why")
    if unread:
        say()
    say(f"Saved as {inert(str(target))}")


def _exit(one: _Told, *, all_apps: bool) -> Exit:
    comparison = one.subject.comparison
    apps = counting(comparison.apps, named=one.named, all_apps=all_apps)
    return check_exit(apps, FailOn.ANY, every_app_seen=every_app_seen(comparison))
