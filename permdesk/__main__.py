"""Starts permdesk: a window, or a command."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import click

    from permdesk.only_one import Asked
    from permdesk.paths import Paths
    from permdesk.services.target import Target

# Nothing is imported up here that Python has not loaded already, ``typing`` neither: an interruption is answered from
# ``main`` and ``console`` on.

#: Exit.INTERRUPTED, which can be told before its module is there.
_INTERRUPTED = 130
#: New objects; Python itself looks after 700.
_LOOK_FOR_GARBAGE_AFTER = 20_000


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Open the window, or run the command that the first word names; return the exit code."""
    return _interruptible(_main, arguments)


def console(arguments: "Sequence[str] | None" = None) -> int:
    """Run a command; without one, show the help. Return the exit code."""
    return _interruptible(_console, arguments)


def _interruptible(program: "Callable[[list[str]], int]", arguments: "Sequence[str] | None") -> int:
    """Return what a program returns, or 130 with a plain line wherever in it the person interrupts."""
    try:
        import atexit

        from permdesk.cli.streams import provide

        provide()
        code = program(list(sys.argv[1:] if arguments is None else arguments))
        # Registered last, and so the first thing done at the end.
        atexit.register(_ignore_interruptions)
    except KeyboardInterrupt:
        try:  # noqa: SIM105 - contextlib may be what was being imported
            os.write(2, b"Interrupted.\n")
        except OSError:
            pass
        return _INTERRUPTED
    return code


def _ignore_interruptions() -> None:
    """Let nothing disturb the end of the interpreter: it would answer with a traceback."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nor let it look through a whole tenant for garbage, which goes with the process anyway.
    gc.freeze()


def _main(words: list[str]) -> int:
    from permdesk.cli.main import COMMANDS

    return _console(words) if words and words[0] in COMMANDS else _window(words)


def _console(words: list[str]) -> int:
    import gc

    # What is imported stays: to look for garbage among it, time after time, is a sixth of every start.
    gc.set_threshold(_LOOK_FOR_GARBAGE_AFTER)
    from permdesk.cli.main import run
    from permdesk.composition import build

    log = _Log()
    try:
        return run(words or ["--help"], build=build, environ=os.environ, open_logs=log.open, log_file=log.file)
    finally:
        log.close()


def _window(words: list[str]) -> int:
    """Open the window on what the words name."""
    from permdesk.cli.main import run
    from permdesk.composition import build

    log = _Log()
    try:
        return run(words, build=build, open_logs=log.open, log_file=log.file, program=_window_command(log))
    finally:
        log.close()


def _window_command(log: "_Log") -> "click.Command":
    from pathlib import Path

    import click

    import permdesk
    from permdesk.cli.files import Place
    from permdesk.cli.options import DATA_DIR, PROFILES, SAMPLE, Command

    @click.command(
        cls=Command,
        name="permdesk",
        examples=("permdesk", "permdesk --sample", "permdesk larkfield.permdesk"),
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Everything the window shows, the command line tells too: permdesk-cli --help lists its commands, and "
        "permdesk COMMAND runs them as well.",
    )
    @click.argument("file", required=False, type=Place(path_type=Path), metavar="[FILE.permdesk]")
    @SAMPLE
    @DATA_DIR
    @PROFILES
    @click.version_option(permdesk.__version__, prog_name="permdesk")
    def window(file: Path | None, sample: str | None, data_dir: Path | None, profiles: tuple[Path, ...]) -> int:
        """Open the window: required versus granted permissions of the apps in a Microsoft 365 tenant.

        With FILE it shows a saved scan, with --sample the embedded sample tenant; with neither it asks.
        """
        from permdesk.paths import Paths

        paths = Paths.isolated(data_dir) if data_dir is not None else Paths.default()
        return _open(paths, profiles, _target(file, sample), log)

    return window


def _target(file: "Path | None", sample: str | None) -> "Target | None":
    from permdesk.cli.files import names_file, to_open
    from permdesk.errors import UsageError
    from permdesk.services.target import FileTarget, SampleTarget

    if file is not None and sample is not None:
        raise UsageError("A file and --sample name two tenants", remedy="Leave one out.")
    if sample is not None:
        return SampleTarget(complete=bool(sample))
    if file is not None and not names_file(str(file)):
        raise UsageError(
            f"There is no command and no file called {str(file)[:80]!r}",
            remedy="permdesk-cli --help lists the commands.",
        )
    return FileTarget(to_open(file)) if file is not None else None


def _open(paths: "Paths", profiles: "tuple[Path, ...]", target: "Target | None", log: "_Log") -> int:
    from permdesk.cli.exits import Exit
    from permdesk.display import display_problem

    problem = display_problem()
    if problem is not None:
        print(problem, file=sys.stderr)  # noqa: T201 - there is no window to show it in
        return Exit.USAGE
    from permdesk.only_one import OnlyOne, activation

    only = OnlyOne(paths.data, profiles)
    try:
        log.open(paths)
        if only.hand_on(_asked(target, activation(os.environ))):
            return Exit.DONE
        from permdesk.composition import build
        from permdesk.ui.app import run

        return run(build(paths, profiles, scans_apart=True, paper_apart=True), paths=paths, target=target, only=only)
    finally:
        only.close()


def _asked(target: "Target | None", token: str) -> "Asked":
    from permdesk.only_one import Asked
    from permdesk.services.target import FileTarget, SampleTarget

    match target:
        case FileTarget(path):
            return Asked(file=str(path.absolute()), activation=token)
        case SampleTarget(complete):
            return Asked(sample="complete" if complete else "partial", activation=token)
        case _:
            return Asked(activation=token)


class _Log:
    """The log file of this run, once its folder is known."""

    def __init__(self) -> None:
        self._paths: Paths | None = None

    def open(self, paths: "Paths") -> None:
        """Begin to write logs; where that cannot be, permdesk goes on without."""
        from permdesk import logs

        if logs.start(paths.logs) is None:
            self._paths = paths

    def file(self) -> "Path | None":
        """Return where the log is; None where none is written."""
        return self._paths.logs / "permdesk.log" if self._paths is not None else None

    def close(self) -> None:
        """Close the log file."""
        from permdesk import logs

        logs.stop()


if __name__ == "__main__":
    sys.exit(main())
