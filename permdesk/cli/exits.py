"""Exit codes: a contract that pipelines rely on."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from permdesk.domain.coverage import Coverage, ReadName
from permdesk.domain.finding import AppComparison, Baseline, Comparison, Status, Verdict
from permdesk.errors import SignInError, UsageError, WorldError


class Exit(IntEnum):
    """What the shell is told; of several the first of USAGE, SIGN_IN, NO_SCAN, NOT_READ, FOUND, DONE."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    NOT_READ = 3
    SIGN_IN = 4
    NO_SCAN = 5
    FAULT = 70
    INTERRUPTED = 130
    #: Nobody listens to standard output any more, as behind ``head``.
    UNHEARD = 141


_ORDER = (
    Exit.FAULT,
    Exit.INTERRUPTED,
    Exit.UNHEARD,
    Exit.USAGE,
    Exit.SIGN_IN,
    Exit.NO_SCAN,
    Exit.NOT_READ,
    Exit.FOUND,
    Exit.DONE,
)


def first_that_holds(codes: Iterable[int]) -> Exit:
    """Return the code of several runs in one: the first that any of them ended with, in the order of the contract."""
    ended = frozenset(codes)
    return next((code for code in _ORDER if code in ended), Exit.DONE)


def exit_of(problem: WorldError) -> Exit:
    """Return the code for something wrong in the world."""
    if isinstance(problem, UsageError):
        return Exit.USAGE
    return Exit.SIGN_IN if isinstance(problem, SignInError) else Exit.NO_SCAN


class FailOn(StrEnum):
    """What counts as found."""

    MISSING = "missing"
    EXCESS = "excess"
    ANY = "any"


def counting(
    apps: Iterable[AppComparison], *, named: Iterable[AppComparison] = (), all_apps: bool = False
) -> list[AppComparison]:
    """Return the apps that count: those with a profile, and those named; with ``all_apps`` own manifests too."""
    asked = {app.key for app in named}
    return [
        app
        for app in apps
        if app.against_profile or app.key in asked or (all_apps and app.baseline is Baseline.MANIFEST)
    ]


def every_app_seen(comparison: Comparison) -> bool:
    """True where no app of the tenant can be missing from what was read."""
    # A vendor's app is a service principal: where that list was cut, the app may be there all the same.
    return Coverage(comparison.reads).list_complete(ReadName.SERVICE_PRINCIPALS)


def check_exit(apps: Iterable[AppComparison], fail_on: FailOn, *, every_app_seen: bool = True) -> Exit:
    """Return the exit code of a check.

    Args:
        apps: those that count.
        fail_on: what counts as found.
        every_app_seen: no app of the tenant can be missing from the reading; where one can, nothing found is not fine.
    """
    counted = list(apps)
    if any(app.verdict is Verdict.UNVERIFIED for app in counted):
        return Exit.NOT_READ
    if any(_found(app, fail_on) for app in counted):
        return Exit.FOUND
    return Exit.DONE if every_app_seen else Exit.NOT_READ


def _found(app: AppComparison, fail_on: FailOn) -> bool:
    if app.verdict in (Verdict.GAPS, Verdict.NOT_INSTALLED) and fail_on is not FailOn.EXCESS:
        return True
    if fail_on is FailOn.MISSING or app.verdict not in (Verdict.GAPS, Verdict.EXCESSIVE):
        return False
    # Gaps come before excess in a verdict, and hide it from whoever asks for excess alone.
    return any(f.status is Status.EXCESS and f.counts and f.accepted is None for f in app.findings)
