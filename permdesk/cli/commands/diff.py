"""permdesk-cli diff: what changed between two scans of a tenant."""

from pathlib import Path

import click

from permdesk.cli.exits import Exit
from permdesk.cli.files import names_file, to_open
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import bold, note, say
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.presentation.difference_text import NAME_LIMIT, difference_text
from permdesk.reports.diff_document import diff_document

_EXITS = (
    ("0", "nothing changed, and everything was read in both scans"),
    ("1", "something changed, and everything was read in both scans"),
    ("3", "something was not read, so that of it nobody can say whether it changed"),
)


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli diff january.permdesk february.permdesk",
        "permdesk-cli diff 6f1f february.permdesk --json",
        "permdesk-cli diff --previous february.permdesk",
        "permdesk-cli diff --previous",
    ),
    tables=(("Exit codes of diff, the first that holds, after those of every command", tuple(reversed(_EXITS))),),
)
@click.argument("scans", metavar="[A] [B]", nargs=-1)
@click.option("--previous", is_flag=True, help="Take the scan before B, as the history has it, for A.")
@session_options(tenant=False)
def diff(session: Session, scans: tuple[str, ...], *, previous: bool) -> int:
    """Tell what changed from scan A to scan B of one tenant.

    A and B are ids of kept scans, or the first characters of one (`scans` lists them), or files that `scan --output`
    saved. With --previous and no B, the newest scan is held against the one before it.

    Told are apps that came and went, permissions configured and granted, to the tenant and to single accounts,
    directory roles, credentials, and accounts that were switched off or deleted. Whatever one of the two scans did not
    read is told apart: it is neither added nor removed, and the exit code is 3 then.
    """
    older, newer = _scans(session, scans, previous=previous)
    found = session.services.history.diff(older, newer)
    if older.read_at > newer.read_at:
        note("The first scan is the later one: what was added is told as removed.")
    if session.as_json:
        emit(diff_document(found))
    else:
        for line in difference_text(found, bold=bold):
            say(line)
    if not found.certain:
        return Exit.NOT_READ
    return Exit.FOUND if found.changed else Exit.DONE


def _scans(session: Session, words: tuple[str, ...], *, previous: bool) -> tuple[Snapshot, Snapshot]:
    history = session.services.history
    if len(words) > (1 if previous else 2):
        raise UsageError(
            "--previous takes one scan" if previous else "Two scans are compared", remedy="Leave the others out."
        )
    if not previous:
        if len(words) < 2:
            raise UsageError(
                "Two scans are compared",
                remedy="Name both, or add --previous for the one before. See permdesk-cli scans.",
            )
        older = _opened(session, words[0])
        return older, _opened(session, words[1])
    newer = _opened(session, words[0]) if words else history.load(history.newest())
    earlier = history.previous(newer)
    if earlier is None:
        raise UsageError(
            f"The history has no scan of {inert(newer.tenant.name or newer.tenant.id, NAME_LIMIT)} before this one",
            remedy="Name two scans. permdesk-cli scans lists those it has.",
        )
    return earlier, newer


def _opened(session: Session, word: str) -> Snapshot:
    history = session.services.history
    if names_file(word):
        return history.open_file(to_open(Path(word)))
    return history.load(history.named(word))
