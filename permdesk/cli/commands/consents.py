"""permdesk-cli consents: the records of consents that were proved, to be read, filed, printed or deleted."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from permdesk.cli.commands.report import letterhead_of
from permdesk.cli.exits import Exit
from permdesk.cli.files import Place, to_write
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import columns, name, note, say
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.consent_store import KeptConsents
from permdesk.domain.names import folded
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb
from permdesk.errors import UsageError
from permdesk.presentation.proof import OUTCOME, filed, outcome_words
from permdesk.reports.choice import Page, Paper
from permdesk.reports.file_format import FileFormat
from permdesk.reports.record_document import record_document, records_document


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli consents",
        "permdesk-cli consents --app svc-m365-backup --json",
        "permdesk-cli consents --show 6f1f",
        "permdesk-cli consents --show 6f1f --output consent.pdf",
        "permdesk-cli consents --delete 6f1f --yes",
    ),
)
@click.option("--app", metavar="APP", help="Those of one app alone: its appId or exact name.")
@click.option("--show", "shown", metavar="ID", help="Print a whole record.")
@click.option(
    "--output", type=Place(path_type=Path), metavar="FILE", help="With --show: save it as .pdf, .html or .json instead."
)
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@click.option(
    "--paper", type=click.Choice([one.value for one in Paper]), default=Paper.A4.value, help="Paper (default: a4)."
)
@click.option("--locale", default="en-GB", metavar="REGION", help="Region of dates and numbers (default: en-GB).")
@click.option("--delete", "deleted", multiple=True, metavar="ID", help="Delete a record (repeatable); asks first.")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@session_options(tenant=False)
def consents(
    session: Session,
    app: str | None,
    shown: str | None,
    output: Path | None,
    paper: str,
    locale: str,
    deleted: tuple[str, ...],
    *,
    force: bool,
    yes: bool,
) -> int:
    """List the records of consents, and look after them.

    The newest comes first. A record says what a consent added and removed, what was foreseen, by whom and when; the
    window writes one whenever an app is checked again after a consent. ID is a record's id or its first characters.
    """
    if shown is not None and (deleted or app is not None):
        raise UsageError("One thing at a time", remedy="Leave the other options out.")
    if (output or force) and shown is None:
        raise UsageError("--output and --force belong to --show", remedy="Add --show ID.")
    if yes and not deleted:
        raise UsageError("--yes belongs to --delete", remedy="Leave it out.")
    known = session.services.consents
    if shown is not None:
        _show(session, known.named(shown), output, page=Page(paper=Paper(paper)), locale=locale, replace=force)
        return Exit.DONE
    if deleted:
        records = list({record.record_id: record for record in map(known.named, deleted)}.values())
        if not _confirmed(records, yes=yes):
            note("Nothing was deleted.")
            return Exit.DONE
        note(f"{counted(known.delete(records), 'record')} deleted.")
    _list(session, app)
    return Exit.DONE


def _show(
    session: Session, record: ConsentRecord, output: Path | None, *, page: Page, locale: str, replace: bool
) -> None:
    if output is None:
        if session.as_json:
            emit(record_document(record))
        else:
            say(filed(record).rstrip("\n"))
        return
    kind = FileFormat.of(output)
    if kind is None:
        raise UsageError(f"{inert(str(output))} has no ending that tells its format", remedy="Use pdf, html or json.")
    to_write(output, replace=replace)
    head = letterhead_of(session.settings.report_head, None, (), None, None)
    session.services.consents.write(record, output, kind, page=page, letterhead=head, locale=locale, overwrite=replace)
    note(f"Saved as {inert(str(output))}.")


def _list(session: Session, app: str | None) -> None:
    kept = session.services.consents.all()
    if app is not None:
        records = [
            one for one in kept.records if app.casefold() == one.app_id or folded(one.display_name) == folded(app)
        ]
        kept = KeptConsents(tuple(records), kept.unreadable)
    if session.as_json:
        emit(records_document(kept))
        return
    if not kept.records:
        say("No consent is on record yet." if app is None else f"No consent to {name(app)} is on record.")
    for line in columns(map(_row, kept.records)):
        say(line)
    if kept.unreadable:
        left = kept.unreadable
        note(f"{counted(left, 'more record')} cannot be read: {verb(left, 'it is', 'they are')} damaged or newer.")


def _row(record: ConsentRecord) -> tuple[str, ...]:
    return (
        _when(record.ended),
        name(record.display_name, 60),
        OUTCOME[record.outcome].label.casefold(),
        outcome_words(record),
        name(record.record_id),
        name(record.tenant.name, 60),
    )


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _confirmed(records: list[ConsentRecord], *, yes: bool) -> bool:
    if yes or not records:
        return True
    for line in columns(map(_row, records), indent="  "):
        note(line)
    try:
        return click.confirm(f"Delete {counted(len(records), 'record')}? Nothing brings them back", err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageError("Nobody is there to be asked", remedy="Add --yes to delete without asking.") from None
