"""The rows of what changed since the scan before."""

from collections.abc import Iterator

from permdesk.domain.dates import day
from permdesk.domain.finding import Status
from permdesk.domain.scan_diff import AppDiff, Detail, Outcome, ScanDiff
from permdesk.presentation.appearance import KIND, STATUS, Look
from permdesk.presentation.explanation import grantee
from permdesk.reports.tables.sheet import Column, Row, Value

COLUMNS = (
    Column("App", 34),
    Column("App ID", 38),
    Column("What", 26),
    Column("Change", 20),
    Column("API", 26),
    Column("Permission or value", 44),
    Column("Kind", 12),
    Column("Before", 34),
    Column("Now", 34),
    Column("Granted since", 14),
)
_UNREAD = STATUS[Status.UNVERIFIED]
_OUTCOME: dict[Outcome, Value] = {
    Outcome.ADDED: "Added",
    Outcome.REMOVED: "Removed",
    Outcome.NOT_READ_BEFORE: Look("Not read before", _UNREAD.glyph, _UNREAD.tone, hatched=True),
    Outcome.NOT_READ_NOW: Look("Not read now", _UNREAD.glyph, _UNREAD.tone, hatched=True),
}
_DETAIL = {
    Detail.NAME: "Name",
    Detail.ENABLED: "Enabled",
    Detail.SWITCHED_OFF: "Switched off",
    Detail.REGISTRATION_SWITCHED_OFF: "Registration switched off",
    Detail.PUBLISHER: "Publisher",
    Detail.OWNER_TENANT: "Owner tenant",
    Detail.AUDIENCE: "Audience",
    Detail.REPLY_ADDRESS: "Reply address",
    Detail.OBJECT: "Service principal",
    Detail.REGISTRATION_OBJECT: "Registration",
}
_NOTHING: tuple[Value, ...] = (None,) * 4


def change_rows(changes: ScanDiff | None) -> Iterator[Row]:
    """Yield a row for each thing that changed, or of which nobody can say whether it did."""
    if changes is None:
        yield ("No earlier scan of this tenant is kept.", *(None,) * (len(COLUMNS) - 1))
        return
    before = changes.older.read_at
    if not changes.apps and not changes.accounts:
        words = "No difference" if changes.certain else "No difference in what both scans read"
        yield (f"{words} since {day(before.date())}.", *(None,) * (len(COLUMNS) - 1))
    for app in changes.apps:
        begin = (app.display_name or "(no name)", app.app_id)
        for row in _of_app(app, changes):
            yield (*begin, *row)
    for account in changes.accounts:
        name = grantee(account.object_id, changes.users).name
        states = (account.before.value.capitalize(), account.after.value.capitalize())
        yield (None, None, "Account with a grant", "Changed", None, name, None, *states, None)
    for gap in changes.gaps:
        ended = [status.value if status is not None else "not tried" for status in (gap.before, gap.after)]
        api = gap.resource or gap.resource_app_id
        yield (None, None, f"Read of {gap.read.value}", _UNREAD, api, None, None, *ended, None)


def _of_app(app: AppDiff, changes: ScanDiff) -> Iterator[Row]:
    for what, outcome in (("Registration", app.registration), ("Service principal", app.principal)):
        if outcome is not None:
            yield (what, _OUTCOME[outcome], None, None, *_NOTHING)
    for what, permissions in (("Configured permission", app.declared), ("Granted to the tenant", app.granted)):
        for change in permissions:
            permission = change.permission
            identity = (permission.resource, permission.label, KIND[permission.kind])
            yield (what, _OUTCOME[change.outcome], *identity, None, None, change.since)
    for single in app.single:
        permission = single.permission
        names = ", ".join(grantee(holder, changes.users).name for holder in single.accounts)
        identity = (permission.resource, permission.label, KIND[permission.kind])
        here = (None, names) if single.outcome.here_now else (names, None)
        yield ("Granted to single accounts", _OUTCOME[single.outcome], *identity, *here, None)
    for held in app.credentials:
        ends = f"ends {day(held.credential.ends.date())}" if held.credential.ends else "no end is told"
        what = held.credential.kind.value.capitalize()
        yield (what, _OUTCOME[held.outcome], None, held.credential.label, None, ends, None, None)
    for role in app.roles:
        yield ("Directory role", _OUTCOME[role.outcome], None, role.role.role, *_NOTHING)
    for detail in app.details:
        yield (_DETAIL[detail.detail], "Changed", None, None, None, detail.before, detail.after, None)
