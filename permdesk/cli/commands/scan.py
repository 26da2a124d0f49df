"""permdesk-cli scan: read a tenant, keep the scan, say how completely it was read."""

from pathlib import Path

import click

from permdesk.cli.documents import scan_document
from permdesk.cli.exits import Exit
from permdesk.cli.files import Place, to_write
from permdesk.cli.options import FULL, Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import say
from permdesk.cli.views import coverage_lines, heading
from permdesk.domain.text import inert
from permdesk.domain.wording import counted


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli scan --sample",
        "permdesk-cli scan --sample --output larkfield.permdesk",
        "PERMDESK_ACCESS_TOKEN=... permdesk-cli scan --json",
        "PERMDESK_ACCESS_TOKEN=... permdesk-cli scan --full --progress none",
    ),
)
@click.option("--output", type=Place(path_type=Path), metavar="FILE", help="Also save it as a .permdesk file.")
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@FULL
@session_options(offline=False, several=True)
def scan(session: Session, output: Path | None, *, force: bool, full: bool) -> int:
    r"""Read a tenant and keep the scan in the history.

    Prints what was read and what was not. Exits with 3 where any read is not complete. `scans` lists what is kept, and
    `check --scan` works on it offline. A scan that was interrupted less than an hour ago goes on where it stopped.

    An access token for Microsoft Graph is handed in by the environment variable PERMDESK_ACCESS_TOKEN, never as an
    argument. The Azure CLI prints one to whoever is signed in:

    \b
      az account get-access-token --resource-type ms-graph --query accessToken --output tsv
    """
    if output is not None:
        to_write(output, replace=force)
    outcome = session.scan(full=full)
    snapshot = outcome.snapshot
    if output is not None:
        session.services.save_scan(snapshot, output, overwrite=force)
    if session.as_json:
        emit(scan_document(snapshot, kept=outcome.unkept is None, output=output), compact=session.compact)
    else:
        for line in heading(snapshot.tenant, snapshot.read_at, snapshot.reads):
            say(line)
        found = f"{counted(len(snapshot.registrations), 'app registration')}"
        found += f", {counted(len(snapshot.service_principals), 'service principal')}"
        say(f"{found}; scan {inert(snapshot.scan_id)}")
        say()
        for line in coverage_lines(snapshot.reads):
            say(line)
        if output is not None:
            say()
            say(f"Saved as {inert(str(output))}")
    if outcome.unkept is not None and output is None:
        # Nothing of it is left once this command ends.
        return Exit.NO_SCAN
    return Exit.DONE if snapshot.coverage.all_complete else Exit.NOT_READ
