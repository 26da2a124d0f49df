"""The console program: finds the command, runs it, and turns every ending into its exit code."""

import errno
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import permdesk
from permdesk.cli.exits import Exit, exit_of
from permdesk.cli.files import unusable
from permdesk.cli.options import PROGRAM, Group
from permdesk.cli.streams import deafen
from permdesk.cli.terminal import complain, note
from permdesk.errors import Cancelled, StorageError, UsageError, WorldError

if TYPE_CHECKING:
    from permdesk.cli.session import Build

_log = logging.getLogger("permdesk.cli")

#: Command -> module below permdesk.cli.commands and its name there; nothing is imported before it is asked for.
COMMANDS = {
    "scan": ("scan", "scan"),
    "check": ("check", "check"),
    "bind": ("words", "bind"),
    "confirm": ("words", "confirm"),
    "unbind": ("words", "unbind"),
    "uses": ("words", "uses"),
    "accept": ("words", "accept"),
    "consent": ("consent", "consent"),
    "consents": ("consents", "consents"),
    "report": ("report", "report"),
    "scans": ("scans", "scans"),
    "diff": ("diff", "diff"),
    "catalog": ("catalog", "catalog"),
    "sign-in": ("accounts", "sign_in"),
    "accounts": ("accounts", "accounts"),
    "sign-out": ("accounts", "sign_out"),
}


class _Commands(Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module = importlib.import_module(f"permdesk.cli.commands.{place[0]}")
        command: click.Command = getattr(module, place[1])
        return command


_HELP = """Required versus granted permissions of the apps in a Microsoft 365 tenant.

permdesk only reads. Each command says which tenant it means: --sample for the embedded sample tenant, --scan for a
saved scan, --account for an account that `sign-in` signed in, or an access token for Microsoft Graph in the
environment variable PERMDESK_ACCESS_TOKEN, which `scan --help` tells how to get.

A first time goes like this: `scan` the tenant, `check` it, `confirm` or `bind` the vendors' apps, tick the services in
`uses`, and follow `consent` where something is missing. Data goes to standard output, everything else to standard
error; --json prints documents, described in resources/schemas.
"""

_EXAMPLES = (
    "permdesk-cli check --sample",
    "permdesk-cli check --sample --json",
    'permdesk-cli consent "AvePoint Cloud Backup Express" --sample',
    "permdesk-cli catalog show nakivo",
)

#: What a pipeline has to know; the same words as Exit.
_EXITS = (
    ("2", "a word that means nothing here, also an unknown or ambiguous APP"),
    ("4", "sign-in failed or refused, or no tenant was named"),
    ("5", "no scan could be made, or a file could not be read or written"),
    ("3", "something that counts was not read"),
    ("1", "gaps, excess, an expected app that is not installed, or a difference between two scans"),
    ("0", "none of these"),
    ("70", "a fault of permdesk"),
    ("130", "interrupted"),
    ("141", "nobody listens to the output any more, as behind head"),
)


@click.group(
    cls=_Commands,
    help=_HELP,
    examples=_EXAMPLES,
    tables=(("Exit codes, the first that holds", _EXITS),),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(permdesk.__version__, prog_name="permdesk")
def root() -> None:
    """Stand for the program as a whole."""


def run(
    arguments: Sequence[str],
    *,
    build: "Build",
    environ: Mapping[str, str] = os.environ,
    open_logs: Callable[[Any], None] = lambda _paths: None,
    log_file: Callable[[], Path | None] = lambda: None,
    program: click.Command = root,
) -> int:
    """Run one command and return its exit code; nothing but this code leaves the function.

    Args:
        arguments: the words after the program's name.
        build: makes the services, given folders and own profiles' folders.
        environ: environment variables.
        open_logs: begins to write logs, given the folders.
        log_file: where a fault of permdesk is written down.
        program: what is run; every command of permdesk-cli by default.
    """
    from permdesk.cli.session import Launcher

    launcher = Launcher(build, environ, open_logs)
    try:
        code = _invoked(program, arguments, launcher)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort, Cancelled):
        note("Interrupted.")
        return Exit.INTERRUPTED
    except click.ClickException as problem:
        return _meaningless(problem)
    except WorldError as problem:
        return _world(problem)
    except BrokenPipeError:
        deafen(sys.stdout)
        return Exit.UNHEARD
    except OSError as problem:
        return _os_error(problem, log_file)
    except Exception as problem:
        return _fault(problem, log_file)
    return code


def _invoked(program: click.Command, arguments: Sequence[str], launcher: object) -> int:
    """Parse and run; click's own ``main`` would turn a broken pipe, an interruption and any error into 1."""
    name = PROGRAM if program is root else program.name
    try:
        with program.make_context(name, list(arguments), obj=launcher) as context:
            code = program.invoke(context)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    return int(code) if isinstance(code, int) else Exit.DONE


def _meaningless(problem: click.ClickException) -> Exit:
    """Print what click has to say about the words, none of which may steer the terminal or fill it."""
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    if context is not None and isinstance(problem, click.exceptions.NoArgsIsHelpError):
        note(context.get_help())
        return Exit.USAGE
    if context is not None:
        note(context.get_usage())
        note(f"Try '{context.command_path} --help' for help.\n")
    complain(UsageError(problem.format_message()))
    return Exit.USAGE


def _world(problem: WorldError) -> Exit:
    complain(problem)
    return exit_of(problem)


def _os_error(problem: OSError, log_file: Callable[[], Path | None]) -> Exit:
    """Tell a file that the system refuses from standard output, which alone has no name."""
    if problem.errno is None:
        return _fault(problem, log_file)
    _log.info("The system refuses", exc_info=problem)
    if isinstance(problem.filename, str | bytes):
        return _world(unusable(problem.filename, problem))
    deafen(sys.stdout)
    remedy = "Free some space." if problem.errno == errno.ENOSPC else "See where it leads."
    return _world(
        StorageError("Standard output cannot be written", detail=f"{problem.strerror or problem}.", remedy=remedy)
    )


def _fault(problem: Exception, log_file: Callable[[], Path | None]) -> Exit:
    from permdesk.domain.text import inert
    from permdesk.redaction import redact

    words = inert(redact(f"{type(problem).__name__}: {problem}"), 300)
    note(f"permdesk: this is a fault of permdesk, not of your tenant ({words}).")
    if _log.hasHandlers():
        _log.error("A fault of permdesk", exc_info=problem)
    path = log_file()
    if path is not None:
        note(f"  The details are in {path}")
    else:
        # No log is open yet, and logging's own last resort would print this with its secrets.
        for line in redact("".join(traceback.format_exception(problem))).splitlines():
            note(f"  {inert(line)}")
    return Exit.FAULT
