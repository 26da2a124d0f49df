"""The words for what changed between two scans: the same in the window, in the terminal and on paper."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from permdesk.domain.application import Credential, CredentialKind
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.dates import day
from permdesk.domain.finding import REACH_FLAGS, Flag
from permdesk.domain.grant import User
from permdesk.domain.permission import Permission
from permdesk.domain.scan_diff import AccountState, AppDiff, Detail, Gap, Outcome, ScanDiff
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, verb
from permdesk.presentation.appearance import FLAG

Written = Callable[[date], str]

#: What is said of one thing.
OUTCOME: dict[Outcome, str] = {
    Outcome.ADDED: "added",
    Outcome.REMOVED: "removed",
    Outcome.NOT_READ_BEFORE: "there now; not read before",
    Outcome.NOT_READ_NOW: "there before; not read now",
}
#: A character that stands for it where there is no room.
SIGN: dict[Outcome, str] = {
    Outcome.ADDED: "+",
    Outcome.REMOVED: "-",
    Outcome.NOT_READ_BEFORE: "?",
    Outcome.NOT_READ_NOW: "?",
}
_DETAIL: dict[Detail, str] = {
    Detail.NAME: "name",
    Detail.ENABLED: "enabled for sign-in",
    Detail.SWITCHED_OFF: "switched off by its owner or Microsoft",
    Detail.REGISTRATION_SWITCHED_OFF: "registration switched off",
    Detail.PUBLISHER: "verified publisher",
    Detail.OWNER_TENANT: "owner tenant",
    Detail.AUDIENCE: "who may sign in",
    Detail.REPLY_ADDRESS: "reply address",
    Detail.OBJECT: "deleted and back: service principal",
    Detail.REGISTRATION_OBJECT: "deleted and back: registration",
}
ACCOUNT_STATE: dict[AccountState, str] = {
    AccountState.ENABLED: "enabled",
    AccountState.DISABLED: "disabled",
    AccountState.GONE: "gone",
}
_READ: dict[ReadName, str] = {
    ReadName.ORGANIZATION: "the tenant's name",
    ReadName.APPLICATIONS: "app registrations",
    ReadName.SERVICE_PRINCIPALS: "service principals",
    ReadName.APIS: "the list of APIs",
    ReadName.DEFINITIONS: "what an API publishes",
    ReadName.APP_ROLE_ASSIGNMENTS: "application permissions granted",
    ReadName.OAUTH2_PERMISSION_GRANTS: "delegated permissions granted",
    ReadName.DIRECTORY_ROLES: "directory roles",
    ReadName.USERS: "accounts",
}
_STATUS: dict[ReadStatus, str] = {
    ReadStatus.COMPLETE: "complete",
    ReadStatus.PARTIAL: "partly read",
    ReadStatus.REFUSED: "refused",
    ReadStatus.FAILED: "failed",
    ReadStatus.SKIPPED: "skipped",
}
#: So many accounts are told by name; of more, how many they are.
_NAMED = 3
_NOBODY: Mapping[str, User] = {}


class ChangeRow(Struct, frozen=True, gc=False):
    """One thing of one app, in words.

    Attributes:
        outcome: what became of it; None for a fact that is another now.
        what: what kind of thing it is.
        name: which one; inert.
        remark: what else is to be known of it; inert, may be empty.
        reach: it lets the app do what the reach table names.
    """

    outcome: Outcome | None
    what: str
    name: str
    remark: str
    reach: bool = False


def change_rows(
    app: AppDiff, *, users: Mapping[str, User] = _NOBODY, limit: int | None = None, written: Written = day
) -> list[ChangeRow]:
    """Return everything about one app that is not the same in both scans.

    Args:
        app: the app.
        users: the people that its single grants name, by object id.
        limit: the most characters of a name that somebody else chose.
        written: how a day is written.
    """
    granted, rest = _permissions(app, limit, written), _rest(app, limit, written)
    return [*_objects(app), *granted, *_single(app, users, limit), *rest]


def _objects(app: AppDiff) -> Iterator[ChangeRow]:
    if app.registration is not None:
        yield ChangeRow(app.registration, "app registration", "", OUTCOME[app.registration])
    if app.principal is not None:
        yield ChangeRow(app.principal, "service principal", "", OUTCOME[app.principal])


def _permissions(app: AppDiff, limit: int | None, written: Written) -> Iterator[ChangeRow]:
    for what, changes in (("granted", app.granted), ("configured", app.declared)):
        for change in changes:
            remarks = [] if change.outcome.certain else [OUTCOME[change.outcome]]
            if change.since is not None and change.outcome.here_now:
                remarks.append(f"since {written(change.since)}")
            remarks += _reach(change.flags)
            yield ChangeRow(
                change.outcome, what, _permission(change.permission, limit), "; ".join(remarks), _far(change.flags)
            )


def _single(app: AppDiff, users: Mapping[str, User], limit: int | None) -> Iterator[ChangeRow]:
    for one in app.single:
        who = counted(len(one.accounts), "account")
        if len(one.accounts) <= _NAMED:
            who = listed([person(users.get(account), account, limit) for account in one.accounts])
        remarks = [who]
        remarks += [] if one.outcome.certain else [OUTCOME[one.outcome]]
        remarks += _reach(one.flags)
        yield ChangeRow(
            one.outcome,
            "granted to single accounts",
            _permission(one.permission, limit),
            "; ".join(remarks),
            _far(one.flags),
        )


def _rest(app: AppDiff, limit: int | None, written: Written) -> Iterator[ChangeRow]:
    for role in app.roles:
        where = "" if role.role.scope in ("/", "") else f"over {inert(role.role.scope, limit)}"
        yield ChangeRow(role.outcome, "directory role", inert(role.role.role, limit), _joined(role.outcome, where))
    for one in app.credentials:
        kind, told = credential_words(one.credential, limit, written)
        yield ChangeRow(one.outcome, kind, told, _joined(one.outcome, ""))
    for detail in app.details:
        before, after = (
            "none" if value is None else inert(value, limit) or "(empty)" for value in (detail.before, detail.after)
        )
        yield ChangeRow(None, _DETAIL[detail.detail], f"{before} → {after}", "")


def person(user: User | None, object_id: str, limit: int | None = None) -> str:
    """Return what an account is called, or its object id where no scan tells."""
    return inert((user.username or user.display_name if user is not None else None) or object_id, limit)


def credential_words(credential: Credential, limit: int | None = None, written: Written = day) -> tuple[str, str]:
    """Return what a credential is, and its name and end."""
    kind = "secret" if credential.kind is CredentialKind.SECRET else "certificate"
    ends = f"ends {written(credential.ends.date())}" if credential.ends is not None else "without an end"
    return kind, f"{inert(credential.label, limit)}, {ends}" if credential.label else ends


def _permission(permission: Permission, limit: int | None) -> str:
    return f"{inert(permission.label, limit)} ({permission.kind.value}, {inert(permission.resource, limit)})"


def _reach(flags: tuple[Flag, ...]) -> list[str]:
    return [FLAG[flag].label for flag in flags if flag in REACH_FLAGS]


def _far(flags: tuple[Flag, ...]) -> bool:
    return any(flag in REACH_FLAGS for flag in flags)


def _joined(outcome: Outcome, words: str) -> str:
    return "; ".join(part for part in ("" if outcome.certain else OUTCOME[outcome], words) if part)


def app_word(app: AppDiff) -> str:
    """Return what is said of an app as a whole: "new", "gone", or nothing."""
    return "new" if app.came else "gone" if app.went else ""


def summary_words(diff: ScanDiff) -> str:
    """Return the difference in one sentence, or that there is none."""
    apps = [app for app in diff.apps if app.changed]
    if not diff.changed:
        return "Nothing changed." if diff.certain else "Nothing of what both scans read changed."
    counts = Counter(
        (what, change.outcome)
        for app in apps
        for what, changes in (("granted", app.granted), ("configured", app.declared))
        for change in changes
    )
    parts = [
        f"{counts[what, outcome]:,} {words}"
        for what, outcome, words in (
            ("granted", Outcome.ADDED, "granted"),
            ("granted", Outcome.REMOVED, "no longer granted"),
            ("configured", Outcome.ADDED, "configured"),
            ("configured", Outcome.REMOVED, "no longer configured"),
        )
        if counts[what, outcome]
    ]
    came, went = sum(app.came for app in apps), sum(app.went for app in apps)
    about = [f"{came:,} new"] if came else []
    about += [f"{went:,} gone"] if went else []
    told = f"{counted(len(apps), 'app')} changed" if apps else ""
    told += f" ({', '.join(about)})" if about else ""
    if parts:
        total = sum(counts[what, outcome] for what, outcome in counts if outcome.certain)
        told += f"; {verb(total, 'permission', 'permissions')}: {listed(parts, most=4)}"
    accounts = f"{counted(len(diff.accounts), 'account')} in another state" if diff.accounts else ""
    return f"{'; '.join(part for part in (told, accounts) if part)}."


def gap_words(gap: Gap) -> str:
    """Return one read that a scan did not complete, and how it ended in both."""
    of = gap.resource or gap.resource_app_id or gap.client_object_id
    what = f"{_READ[gap.read]}{f' ({inert(of, 60)})' if of else ''}"
    return f"{what}: before {_status(gap.before)}, now {_status(gap.after)}"


def _status(status: ReadStatus | None) -> str:
    return _STATUS[status] if status is not None else "not read"
