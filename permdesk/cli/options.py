"""The options that several commands share, and how they become a session."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from permdesk.cli.exits import Exit, exit_of, first_that_holds
from permdesk.cli.files import Place, is_text
from permdesk.cli.session import SAMPLE_COMPLETE, Launcher, Session, Where
from permdesk.cli.terminal import complain
from permdesk.display import command_line
from permdesk.domain.cloud import CLOUDS, CUSTOM_ID
from permdesk.errors import UsageError, WorldError

PROGRAM = "permdesk-cli"
Function = Callable[..., Any]

#: What a bare ``--sample`` stands for, so that a word after it stays an argument.
_BARE = "as-it-is"


class Examples(click.Command):
    """A command that teaches by examples.

    Args:
        arguments: what click takes.
        examples: whole lines as they are typed; a test runs each of them.
        tables: titles, each with words and their meanings.
        options: what click takes.
    """

    def __init__(
        self,
        *arguments: Any,
        examples: tuple[str, ...] = (),
        tables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples = examples
        self.tables = tables

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; refuse bytes that are no text wherever no file is named."""
        rest = super().parse_args(ctx, args)
        for parameter in self.params:
            value = ctx.params.get(parameter.name or "")
            words = value if isinstance(value, tuple) else (value,)
            if not isinstance(parameter.type, click.Path) and any(isinstance(w, str) and not is_text(w) for w in words):
                raise click.BadParameter("it holds bytes that are no text.", ctx, parameter)
        return rest

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are, one a line, and then the tables."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"  {example}\n")
            if command_line() != PROGRAM:
                formatter.write(f"\nIn the source tree, {command_line()} stands for {ctx.find_root().info_name}.\n")
        for title, rows in self.tables:
            with formatter.section(title):
                formatter.write_dl(rows)


class Command(Examples):
    """A command whose ``--sample`` takes a value only with an equals sign."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with a bare ``--sample`` spelled out."""
        end = args.index("--") if "--" in args else len(args)
        spelled = [f"--sample={_BARE}" if word == "--sample" else word for word in args[:end]]
        return super().parse_args(ctx, spelled + args[end:])


class Group(Examples, click.Group):
    """A family of commands with examples."""

    command_class = Command


def _sample(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    return "" if value == _BARE else value


class _SampleChoice(click.ParamType[str]):
    name = "complete"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in (_BARE, SAMPLE_COMPLETE):
            self.fail(f"{value!r} is not known; write --sample or --sample=complete.", param, ctx)
        return value


class _SampleOption(click.Option):
    """An option whose value may be left out, and is written so in the help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option as it is typed, and its help."""
        record = super().get_help_record(ctx)
        return (f"--sample[={SAMPLE_COMPLETE}]", record[1]) if record else None


_EXISTING_FILE = Place(path_type=Path, exists=True, dir_okay=False, readable=True)

SAMPLE = click.option(
    "--sample",
    cls=_SampleOption,
    type=_SampleChoice(),
    callback=_sample,
    help="Read the embedded sample tenant; =complete permits what it otherwise refuses to read.",
)
_SCAN = click.option(
    "--scan",
    type=Place(),
    metavar="FILE_OR_ID",
    help="Work offline on a saved scan: a .permdesk file, or an id that `scans` lists.",
)
_ACCOUNT = click.option(
    "--account",
    metavar="NAME",
    multiple=True,
    help="Read as this account: a user name, its tenant, or USER/TENANT, as `accounts` lists them (repeatable where a "
    "command reads several tenants).",
)
_ALL_ACCOUNTS = click.option("--all-accounts", is_flag=True, help="Read every tenant that somebody is signed in to.")
_CLOUD = click.option("--cloud", type=click.Choice([*CLOUDS, CUSTOM_ID]), help="The cloud meant (default: global).")
_GRAPH = click.option("--graph-endpoint", metavar="URL", help="For --cloud custom: https address of its Graph.")
_LOGIN = click.option("--login-endpoint", metavar="URL", help="For --cloud custom: https address of its sign-in.")
_CA = click.option("--ca-file", type=_EXISTING_FILE, metavar="FILE", help="A further trust anchor, PEM, in any cloud.")
DATA_DIR = click.option(
    "--data-dir",
    type=Place(path_type=Path),
    metavar="DIR",
    help="Keep history and logs of this run in DIR, apart from your own.",
)
PROFILES = click.option(
    "--profiles",
    type=Place(path_type=Path),
    metavar="DIR",
    multiple=True,
    help="Add the profiles of your own in DIR (repeatable).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a JSON document instead of text.")
_PROGRESS = click.option(
    "--progress",
    type=click.Choice(["line", "json", "none"]),
    help="How reading is told of on standard error: one line at a terminal (default), or a JSON document a line, once "
    "a second (default with --json, the sample tenant aside; schema permdesk.progress/1).",
)
FULL = click.option(
    "--full", is_flag=True, help="Read every list from its start, whatever an interrupted scan or the last one knows."
)


def session_options(
    *,
    tenant: bool = True,
    offline: bool = True,
    several: bool = False,
    together: bool = False,
    endpoint: bool = False,
    as_json: bool = True,
) -> Callable[[Function], Function]:
    """Add the shared options and hand the command a ``session``.

    Args:
        tenant: the command works on a tenant.
        offline: the command may also work on a saved scan.
        several: the command may work on several accounts' tenants, one after the other.
        together: it does so by itself, in one run for all of them.
        endpoint: the command works on a cloud, though on no tenant.
        as_json: the command prints data.
    """

    def decorate(function: Function) -> Function:
        @click.pass_obj
        @functools.wraps(function)
        def command(
            launcher: Launcher,
            /,
            *arguments: Any,
            data_dir: Path | None = None,
            profiles: tuple[Path, ...] = (),
            as_json: bool = False,
            progress: str | None = None,
            **options: Any,
        ) -> Any:
            where = Where(**{name: options.pop(name) for name in Where.__annotations__ if name in options})
            session = Session(
                launcher, data_dir=data_dir, profiles=profiles, as_json=as_json, where=where, progress=progress
            )
            try:
                if several and not together and session.names_several:
                    return _one_by_one(session, lambda one: function(*arguments, session=one, **options))
                return function(*arguments, session=session, **options)
            finally:
                session.close()

        wrapped: Function = command
        added = [DATA_DIR, PROFILES]
        if tenant:
            accounts = [_ACCOUNT, *([_ALL_ACCOUNTS] if several else [])]
            added = [SAMPLE, *([_SCAN] if offline else []), *accounts, _CLOUD, _GRAPH, _LOGIN, _CA, *added]
        elif endpoint:
            added = [_CLOUD, _GRAPH, _LOGIN, _CA, *added]
        if tenant:
            added.append(_PROGRESS)
        if as_json:
            added.append(_JSON)
        for option in reversed(added):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _one_by_one(session: Session, run: Callable[[Session], int]) -> Exit:
    """Run a command for each account; what goes wrong with one does not keep the others from being read."""
    codes = []
    for one in session.each():
        try:
            codes.append(run(one))
        except UsageError:
            raise
        except WorldError as problem:
            complain(problem)
            codes.append(exit_of(problem))
    return first_that_holds(codes)
