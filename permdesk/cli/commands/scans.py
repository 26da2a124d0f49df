"""permdesk-cli scans: the history, and what a person does with it."""

import sys
from datetime import UTC
from pathlib import Path

import click

from permdesk.cli.documents import fingerprint_document, scans_document
from permdesk.cli.exits import Exit
from permdesk.cli.files import Place, names_file, to_open, to_write
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import columns, name, note, say
from permdesk.domain.fingerprint import fingerprint, grouped_fingerprint, short_fingerprint
from permdesk.domain.retention import Keep, Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.errors import UsageError
from permdesk.presentation.timeline import rule_words
from permdesk.services.history import History

_NOTE_LIMIT = 120

_REPLACED = (
    "names and domain of the tenant; names, addresses and ids of people; names of apps, publishers and credentials; "
    "reply addresses; texts of permissions of APIs that are not Microsoft's; messages of reads"
)
_LEFT = (
    "the tenant's id; app ids and object ids of apps; permissions, grants, directory roles, dates; what was not read"
)
_ALIKE = "the same person, and the same app, in every file from this history: two of them can be compared"
_REDACTED = (("replaced", _REPLACED), ("left", _LEFT), ("alike", _ALIKE))


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli scans",
        "permdesk-cli scans --json --data-dir ./run-1",
        'permdesk-cli scans --note 6f1f "Before the vendor\'s new version"',
        "permdesk-cli scans --export 6f1f --output for-the-vendor.permdesk --redact",
        "permdesk-cli scans --delete 6f1f --yes",
        "permdesk-cli scans --keep newest:30 --yes",
        "permdesk-cli scans --fingerprint larkfield.permdesk",
    ),
    tables=(("What --redact replaces and leaves", _REDACTED),),
)
@click.option("--note", "noted", nargs=2, metavar="ID TEXT", help='Write a note on a scan; "" takes it away.')
@click.option(
    "--delete",
    "deleted",
    multiple=True,
    metavar="ID",
    help="Delete a scan (repeatable); asks first. With the last scan of a tenant go the records of its consents.",
)
@click.option(
    "--keep",
    metavar="RULE",
    help="How long scans stay: all, newest:N or months:N. Holds from now on, for each tenant; asks before it deletes. "
    "A tenant's newest scan, its newest complete one, and scans with a note stay always.",
)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--export", "exported", metavar="ID", help="Save a scan as the .permdesk file that --output names.")
@click.option("--output", type=Place(path_type=Path), metavar="FILE", help="The file of --export.")
@click.option("--redact", is_flag=True, help="Leave names of people and apps out of it; see below.")
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@click.option("--import", "taken", type=Place(path_type=Path), metavar="FILE", help="Keep a saved scan in the history.")
@click.option(
    "--fingerprint", "matched", metavar="FILE_OR_ID", help="Print the fingerprint of a scan, to match it with a paper."
)
@session_options(tenant=False)
def scans(
    session: Session,
    noted: tuple[str, str] | None,
    deleted: tuple[str, ...],
    keep: str | None,
    exported: str | None,
    output: Path | None,
    taken: Path | None,
    matched: str | None,
    *,
    yes: bool,
    redact: bool,
    force: bool,
) -> int:
    """List the scans kept in the history, and look after them.

    The newest comes first. `check --scan ID` opens one again, `diff A B` tells what changed between two. ID is a scan's
    id or its first characters.
    """
    chosen = [noted is not None, bool(deleted), keep is not None, exported is not None, taken is not None]
    chosen.append(matched is not None)
    if sum(chosen) > 1:
        raise UsageError("One thing at a time", remedy="Leave the other options out, or call scans once for each.")
    if (output or redact or force) and exported is None:
        raise UsageError("--output, --redact and --force belong to --export", remedy="Add --export ID.")
    if yes and not (deleted or keep):
        raise UsageError("--yes belongs to --delete and --keep", remedy="Leave it out.")
    history = session.services.history
    if matched is not None:
        return _print_fingerprint(session, matched)
    if noted is not None:
        history.note(history.named(noted[0]), noted[1])
    elif deleted:
        records = list({record.scan_id: record for record in map(history.named, deleted)}.values())
        if not _confirmed(records, yes=yes):
            return _nothing_deleted()
        note(f"{counted(history.delete(records), 'scan')} deleted.")
    elif keep is not None:
        if not _keep(history, keep, yes=yes):
            return _nothing_deleted()
    elif exported is not None:
        _export(history, exported, output, nameless=redact, replace=force)
    elif taken is not None:
        record = history.take_in(to_open(taken))
        note(f"Scan {inert(record.scan_id)} is kept.")
    _list(session)
    return Exit.DONE


def _print_fingerprint(session: Session, word: str) -> int:
    history = session.services.history
    file = names_file(word)
    snapshot = history.open_file(to_open(Path(word))) if file else history.load(history.named(word))
    whole = fingerprint(snapshot)
    if session.as_json:
        emit(fingerprint_document(snapshot, whole))
    else:
        say(grouped_fingerprint(whole))
        say(f"{short_fingerprint(whole)} in small print; scan {name(snapshot.scan_id)} of {name(snapshot.tenant.name)}")
    return Exit.DONE


def _list(session: Session) -> None:
    records = session.services.records()
    rule = session.services.history.retention
    if session.as_json:
        emit(scans_document(records, rule))
        return
    if not records:
        say("No scan is kept yet.")
    for line in columns(_row(record) for record in records):
        say(line)
    if rule.keep is not Keep.ALL:
        note(f"Of each tenant {rule_words(rule)}; older ones are deleted (--keep).")


def _row(record: ScanRecord) -> tuple[str, ...]:
    row = (
        f"{record.read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "complete" if record.complete else "not complete",
        counted(record.apps, "app"),
        name(record.scan_id),
        name(record.tenant_name),
    )
    return (*row, inert(record.note, _NOTE_LIMIT)) if record.note else row


def _confirmed(records: list[ScanRecord], *, yes: bool) -> bool:
    if yes or not records:
        return True
    for line in columns(map(_row, records), indent="  "):
        note(line)
    try:
        return click.confirm(f"Delete {counted(len(records), 'scan')}? Nothing brings them back", err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageError("Nobody is there to be asked", remedy="Add --yes to delete without asking.") from None


def _nothing_deleted() -> int:
    note("Nothing was deleted.")
    return Exit.DONE


def _keep(history: History, text: str, *, yes: bool) -> bool:
    try:
        rule = Retention.parse(text)
    except ValueError as problem:
        raise UsageError(
            f"{text[:40]!r} is no rule", remedy="Say all, newest:N or months:N, with N from 1 to 9999."
        ) from problem
    due = history.due(rule)
    if not _confirmed(due, yes=yes):
        return False
    history.set_retention(rule)
    gone = history.delete(due) if due else 0
    note(f"From now on {rule_words(rule)}. {counted(gone, 'scan')} deleted.")
    return True


def _export(history: History, word: str, output: Path | None, *, nameless: bool, replace: bool) -> None:
    if output is None:
        raise UsageError("--export needs a file", remedy="Add --output FILE.permdesk.")
    to_write(output, replace=replace)
    history.export(history.load(history.named(word)), output, nameless=nameless, overwrite=replace)
    note(f"Saved as {inert(str(output))}{' without names' if nameless else ''}.")
