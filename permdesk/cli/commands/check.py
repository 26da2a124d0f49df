"""permdesk-cli check: compare, print findings, and tell the shell."""

import click

from permdesk.cli.exits import FailOn, check_exit, counting, every_app_seen
from permdesk.cli.options import FULL, Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import say
from permdesk.cli.views import app_lines, heading, verdict_counts
from permdesk.domain.finding import AppComparison, Baseline, Comparison
from permdesk.domain.wording import counted
from permdesk.presentation.meaning import status_meanings, verdict_meanings
from permdesk.reports.check_document import check_document, worth_telling


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli check --sample",
        "permdesk-cli check --sample --json",
        'permdesk-cli check "AvePoint Cloud Backup Express" --sample --fail-on missing',
        'permdesk-cli check --sample --uses "nakivo:Exchange Online/Backup" --uses nakivo:+certificate-sign-in',
        "permdesk-cli check --scan larkfield.permdesk --expect avepoint-azure-ad-b2c",
    ),
    tables=(
        ("What is said of an app", tuple((look.label, meaning) for look, meaning in verdict_meanings())),
        ("What is said of a permission", tuple((look.label, meaning) for look, meaning in status_meanings())),
    ),
)
@click.argument("apps", metavar="[APP...]", nargs=-1)
@click.option("--uses", multiple=True, metavar="PROFILE:CELL", help="Services in use for this run (repeatable).")
@click.option("--expect", multiple=True, metavar="PROFILE", help="An app of this profile belongs here (repeatable).")
@click.option("--all-apps", is_flag=True, help="Apps held against their own manifest count too.")
@click.option("--all", "everything", is_flag=True, help="Tell of apps without any permission too, and of every row.")
@click.option(
    "--fail-on",
    type=click.Choice([choice.value for choice in FailOn]),
    default=FailOn.ANY.value,
    help="What exits with 1 (default: any).",
)
@FULL
@session_options(several=True)
def check(
    session: Session,
    apps: tuple[str, ...],
    uses: tuple[str, ...],
    expect: tuple[str, ...],
    fail_on: str,
    *,
    all_apps: bool,
    everything: bool,
    full: bool,
) -> int:
    """Compare what is documented, declared and granted.

    An app is held against its vendor's profile; without one, an app registered in this tenant against what its own
    manifest asks for. Listed are the permissions that need a person; --all lists every one.

    APP is an app ID, an object ID or an exact name. The exit code counts the apps with a vendor's profile and those
    named, and with --all-apps those held against their own manifest too. Where apps are named, only they are told of.

    CELL is WORKLOAD, WORKLOAD/OPERATION or +CONDITION; what --uses names of a profile is in use, everything else of it
    is not.
    """
    comparison = session.compare(uses=uses, expect=expect, full=full)
    named = _named(session, comparison, apps, expect)
    counted_apps = counting(comparison.apps, named=named, all_apps=all_apps)
    if session.as_json:
        emit(
            check_document(comparison, apps=named or None, everything=everything or bool(named)),
            compact=session.compact,
        )
    else:
        _print(comparison, counted_apps, named=named, everything=everything)
    return check_exit(counted_apps, FailOn(fail_on), every_app_seen=every_app_seen(comparison))


def _named(
    session: Session, comparison: Comparison, names: tuple[str, ...], expect: tuple[str, ...]
) -> list[AppComparison]:
    """Return the apps the person named, profiles expected in this very run included; empty where none was named."""
    if not names:
        return []
    found = {app.key: app for app in (session.services.find_app(comparison, name) for name in names)}
    missing = [app for app in comparison.apps if app.app_id is None and app.profile and app.profile.id in expect]
    found.update((app.key, app) for app in missing)
    return list(found.values())


def _print(
    comparison: Comparison, counted_apps: list[AppComparison], *, named: list[AppComparison], everything: bool
) -> None:
    for line in heading(comparison.tenant, comparison.read_at, comparison.reads):
        say(line)
    for app in named or (comparison.apps if everything else counted_apps):
        say()
        for line in app_lines(app, every_row=everything or bool(named)):
            say(line)
    say()
    if not every_app_seen(comparison):
        say("Service principals were not completely read: apps with a profile may be missing here.")
    if named:
        told = {app.key for app in named}
        others = [app for app in counted_apps if app.key not in told]
        if others:
            say(f"The exit code counts {counted(len(others), 'more app')} with a profile: {verdict_counts(others)}.")
        return
    say(
        f"{counted(len(counted_apps), 'app')}: {verdict_counts(counted_apps)}."
        if counted_apps
        else "No app counts here."
    )
    if not everything:
        _print_rest(comparison, counted_apps)


def _print_rest(comparison: Comparison, counted_apps: list[AppComparison]) -> None:
    keys = {app.key for app in counted_apps}
    rest = [app for app in comparison.apps if app.key not in keys and worth_telling(app)]
    own = [app for app in rest if app.baseline is Baseline.MANIFEST]
    if own:
        say(f"{counted(len(own), 'more app')} held against the own manifest: {verdict_counts(own)} (--all-apps).")
    if len(rest) > len(own):
        say(f"{counted(len(rest) - len(own), 'more app')} without a baseline (--all).")
