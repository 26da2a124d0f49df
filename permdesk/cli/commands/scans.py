"""permdesk-cli scans: the history."""

from datetime import UTC

import click

from permdesk.cli.documents import scans_document
from permdesk.cli.exits import Exit
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import columns, name, say
from permdesk.domain.wording import counted


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli scans",
        "permdesk-cli scans --json --data-dir ./run-1",
    ),
)
@session_options(tenant=False)
def scans(session: Session) -> int:
    """List the scans kept in the history.

    The newest comes first. `check --scan ID` opens one again.
    """
    records = session.services.records()
    if session.as_json:
        emit(scans_document(records))
        return Exit.DONE
    if not records:
        say("No scan is kept yet.")
    rows = (
        (
            f"{record.read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            "complete" if record.complete else "not complete",
            counted(record.apps, "app"),
            name(record.scan_id),
            name(record.tenant_name),
        )
        for record in records
    )
    for line in columns(rows):
        say(line)
    return Exit.DONE
