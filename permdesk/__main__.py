"""Starts permdesk: a window, or a command."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from permdesk.paths import Paths
    from permdesk.services.target import Target

_ASKS_FOR_WORDS = ("-h", "--help", "--version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, or run the command that the first word names; return the exit code."""
    from permdesk.cli.main import COMMANDS

    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and (words[0] in COMMANDS or words[0] in _ASKS_FOR_WORDS):
        return console(words)
    return _window(words)


def console(arguments: Sequence[str] | None = None) -> int:
    """Run a command; without one, show the help. Return the exit code."""
    from permdesk.cli.main import run
    from permdesk.composition import build

    _give_streams()
    log = _Log()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return run(words or ["--help"], build=build, environ=os.environ, open_logs=log.open, log_file=log.file)
    finally:
        log.close()


def _window(words: list[str]) -> int:
    """Open the window on what the words name."""
    from permdesk.cli.main import run
    from permdesk.composition import build

    _give_streams()
    log = _Log()
    try:
        return run(words, build=build, open_logs=log.open, log_file=log.file, program=_window_command(log))
    finally:
        log.close()


def _window_command(log: "_Log") -> "click.Command":
    import click

    from permdesk.cli.options import DATA_DIR, PROFILES, SAMPLE, Command

    @click.command(cls=Command, name="permdesk")
    @click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE.permdesk]")
    @SAMPLE
    @DATA_DIR
    @PROFILES
    def window(file: Path | None, sample: str | None, data_dir: Path | None, profiles: tuple[Path, ...]) -> int:
        """Open the window: on the sample tenant, on a saved scan, or on the choice of both and signing in."""
        from permdesk.paths import Paths

        paths = Paths.isolated(data_dir) if data_dir is not None else Paths.default()
        return _open(paths, profiles, _target(file, sample), log)

    return window


def _target(file: Path | None, sample: str | None) -> "Target | None":
    from permdesk.errors import UsageError
    from permdesk.services.target import FileTarget, SampleTarget

    if file is not None and sample is not None:
        raise UsageError("A file and --sample name two tenants", remedy="Leave one out.")
    if sample is not None:
        return SampleTarget(complete=bool(sample))
    if file is not None and file.suffix != ".permdesk" and not file.exists():
        raise UsageError(
            f"There is no command and no file called {str(file)[:80]!r}", remedy="permdesk --help lists the commands."
        )
    return FileTarget(file) if file is not None else None


def _open(paths: "Paths", profiles: tuple[Path, ...], target: "Target | None", log: "_Log") -> int:
    from permdesk.cli.exits import Exit
    from permdesk.display import display_problem

    problem = display_problem()
    if problem is not None:
        print(problem, file=sys.stderr)  # noqa: T201 - there is no window to show it in
        return Exit.USAGE
    from permdesk.composition import build
    from permdesk.ui.app import run

    log.open(paths)
    return run(build(paths, profiles), paths=paths, target=target)


class _Log:
    """The log file of this run, once its folder is known."""

    def __init__(self) -> None:
        self._paths: Paths | None = None

    def open(self, paths: "Paths") -> None:
        """Begin to write logs; where that cannot be, permdesk goes on without."""
        from permdesk import logs

        if logs.start(paths.logs) is None:
            self._paths = paths

    def file(self) -> Path | None:
        """Return where the log is; None where none is written."""
        return self._paths.logs / "permdesk.log" if self._paths is not None else None

    def close(self) -> None:
        """Close the log file."""
        from permdesk import logs

        logs.stop()


def _give_streams() -> None:
    """A program without a console on Windows has no streams at all; writing then goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end


if __name__ == "__main__":
    sys.exit(main())
