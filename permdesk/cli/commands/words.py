"""What a person knows about an app: bind, confirm, unbind, uses, accept."""

import getpass
from collections.abc import Sequence
from datetime import date, datetime

import click

from permdesk.cli.documents import app_document
from permdesk.cli.exits import Exit
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import columns, name, say
from permdesk.cli.views import app_lines
from permdesk.domain.dates import day
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.permission import Kind
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import UsageError
from permdesk.services.describe import find_finding
from permdesk.services.uses import parse_uses, written

_APP = click.argument("app")


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli bind svc-m365-backup nakivo --sample",
        "permdesk-cli bind svc-m365-backup nakivo --scan larkfield.permdesk",
    ),
)
@_APP
@click.argument("profile")
@session_options()
def bind(session: Session, app: str, profile: str) -> int:
    """Hold APP against PROFILE.

    That confirms the app, and beats its name. PROFILE is an id that `catalog list` shows. What is said of an app is
    kept on this computer; nothing changes in the tenant.
    """
    session.overrides((), (profile,))
    snapshot, comparison, found = _find(session, app)
    session.services.describe.bind(comparison, found, profile)
    held = name(comparison.profiles[profile].name)
    return _tell(
        session, snapshot, found, done=f"Held against {held} from now on, on your word.", undo=_binding_before(found)
    )


@click.command(cls=Command, examples=('permdesk-cli confirm "AvePoint Cloud Backup Express" --sample',))
@_APP
@session_options()
def confirm(session: Session, app: str) -> int:
    """Say that APP, matched by name, is the vendor's.

    Anybody can give an app a vendor's name: look at publisher, owner tenant and app ID first, as `check APP --json`
    shows them. What is said of an app is kept on this computer; nothing changes in the tenant.
    """
    snapshot, comparison, found = _find(session, app)
    session.services.describe.confirm(comparison, found)
    return _tell(session, snapshot, found, done="Confirmed, on your word.", undo=_binding_before(found))


@click.command(
    cls=Command,
    examples=("permdesk-cli unbind svc-m365-backup --sample", "permdesk-cli unbind svc-m365-backup --forget --sample"),
)
@_APP
@click.option("--forget", is_flag=True, help="Forget what was said of its profile: permdesk finds one by itself again.")
@session_options()
def unbind(session: Session, app: str, *, forget: bool) -> int:
    """Say that APP has no profile.

    permdesk does not bind it again by itself. With --forget, `bind`, `confirm` and `unbind` are taken back.
    """
    snapshot, comparison, found = _find(session, app)
    if forget:
        if found.binding is None:
            raise UsageError(f"Nothing was said of the profile of {name(found.display_name)}")
        session.services.describe.forget(comparison, found)
        done = "What was said of its profile is forgotten; permdesk finds one by itself again."
        return _tell(session, snapshot, found, done=done, undo=_binding_before(found))
    session.services.describe.unbind(comparison, found)
    return _tell(session, snapshot, found, done="Held against no profile, on your word.", undo=_binding_before(found))


def _binding_before(app: AppComparison) -> tuple[str, ...]:
    """Return the command that says of an app's profile what was said before."""
    binding = app.binding
    if binding is None:
        return ("unbind", app.app_id or "", "--forget")
    return ("bind", app.app_id or "", binding.profile_id) if binding.profile_id else ("unbind", app.app_id or "")


@click.command(
    cls=Command,
    examples=(
        "permdesk-cli uses svc-m365-backup --sample",
        'permdesk-cli uses svc-m365-backup "Exchange Online" "Teams/Backup" +certificate-sign-in --sample',
        "permdesk-cli uses svc-m365-backup --assume --sample",
    ),
)
@_APP
@click.argument("cells", metavar="[CELL...]", nargs=-1)
@click.option("--assume", is_flag=True, help="Forget the choice: everything is assumed again.")
@session_options()
def uses(session: Session, app: str, cells: tuple[str, ...], *, assume: bool) -> int:
    """Show the services in use of APP, or set them.

    CELL is WORKLOAD, WORKLOAD/OPERATION or +CONDITION. What is named is in use, everything else is not; where only
    conditions are named, every workload stays in use. The choice is kept on this computer; nothing changes in the
    tenant.
    """
    if cells and assume:
        raise UsageError("Cells and --assume contradict each other", remedy="Leave one out.")
    snapshot, comparison, found = _find(session, app)
    if not cells and not assume:
        return _tell(session, snapshot, found, show_uses=True)
    if found.profile is None:
        raise UsageError(f"{name(found.display_name)} is not held against a profile", remedy="Bind it first.")
    chosen = None if assume else parse_uses(cells, found.profile)
    session.services.describe.choose_uses(comparison, found, chosen)
    done = "Everything is assumed to be in use again." if assume else "Its services in use are chosen, on your word."
    before = written(found.uses, found.profile) if found.uses and found.uses.chosen else ("--assume",)
    return _tell(session, snapshot, found, done=done, undo=("uses", found.app_id or app, *before), show_uses=True)


@click.command(
    cls=Command,
    examples=(
        'permdesk-cli accept svc-m365-backup Directory.Read.All --sample --reason "Report job" --until 2027-03-31',
        'permdesk-cli accept "Spare Parts Portal" User.Read.All --sample --withdraw',
    ),
)
@_APP
@click.argument("permission")
@click.option("--reason", help="Why it is accepted.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Review date; it counts again afterwards."
)
@click.option("--by", help="Who accepts it (default: the name you are logged in with).")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Where one value exists in both kinds.")
@click.option("--api", metavar="NAME_OR_ID", help="Where several APIs publish the value.")
@click.option("--withdraw", is_flag=True, help="Take the acceptance back: it counts again.")
@session_options()
def accept(
    session: Session,
    app: str,
    permission: str,
    reason: str | None,
    until: datetime | None,
    by: str | None,
    kind: str | None,
    api: str | None,
    withdraw: bool,
) -> int:
    """Accept one finding of APP, with a reason.

    PERMISSION is missing, partial or excess; it is a value such as User.Read.All, or an id. What is accepted stays
    listed and counts no more, neither in the verdict nor in the exit code. It is kept on this computer; nothing changes
    in the tenant.
    """
    if withdraw == (reason is not None) or (withdraw and (until or by)):
        raise UsageError("Give --reason to accept, or --withdraw alone to take it back")
    snapshot, comparison, found = _find(session, app)
    finding = find_finding(found, permission, kind=Kind(kind) if kind else None, api=api)
    last: date | None = until.date() if until else None
    describe = session.services.describe
    label, held = name(finding.permission.label), finding.accepted
    options = [*(("--kind", kind) if kind else ()), *(("--api", api) if api else ())]
    undo = ["accept", found.app_id or app, permission, *options]
    if reason is not None:
        by = by or _login()
        describe.accept(comparison, found, finding, reason=reason, by=by, until=last)
        end = f" until {day(last)}" if last else ""
        done = f"Accepted by {name(by)}{end}: {label} no longer counts."
        undo.append("--withdraw")
    else:
        describe.withdraw(comparison, found, finding)
        done = f"Withdrawn: {label} counts again."
        undo += ["--reason", held.reason, "--by", held.by] if held else []
        undo += ["--until", held.until.isoformat()] if held and held.until else []
    return _tell(session, snapshot, found, done=done, undo=undo)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageError("The name you are logged in with is not known", remedy="Add --by.") from None


def _find(session: Session, app: str) -> tuple[Snapshot, Comparison, AppComparison]:
    snapshot = session.scan().snapshot
    comparison = session.services.compare(snapshot)
    return snapshot, comparison, session.services.find_app(comparison, app)


def _tell(
    session: Session,
    snapshot: Snapshot,
    before: AppComparison,
    *,
    done: str = "",
    undo: Sequence[str] = (),
    show_uses: bool = False,
) -> int:
    """Print what was done, the app as it stands now, and the words of the command that takes it back."""
    comparison = session.services.compare(snapshot)
    app = next(app for app in comparison.apps if app.app_id == before.app_id and app.object_id == before.object_id)
    if session.as_json:
        emit(app_document(comparison, app, session.services.compare.knowledge(snapshot)))
        return Exit.DONE
    lines = [done, ""] if done else []
    lines += app_lines(app, every_row=False)[:3]
    lines += _use_lines(app) if show_uses else []
    lines += ["", f"Take it back: {session.command(*undo)}"] if undo else []
    for line in lines:
        say(line)
    return Exit.DONE


def _use_lines(app: AppComparison) -> list[str]:
    if app.profile is None or app.uses is None:
        return ["  No profile is bound, so there are no services to choose."]
    if not app.profile.has_choices:
        return [f"  {name(app.profile.name)} has no services to choose: all of it is needed by every use."]
    ticked = set(written(app.uses, app.profile))
    words = [str(cell) for cell in app.profile.matrix]
    words += [f"+{condition.value}" for condition in app.profile.choosable_conditions]
    lines = [] if app.uses.chosen else ["  Not chosen yet: everything assumed."]
    return lines + columns((("in use" if word in ticked else "not in use", word) for word in words), indent="  ")
