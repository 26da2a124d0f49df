"""What goes with the difference of two scans: details of apps, accounts, ending credentials, and what was not read."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from permdesk.domain.application import Credential
from permdesk.domain.binding import App
from permdesk.domain.comparison import CREDENTIAL_WARNING
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import User
from permdesk.domain.names import folded
from permdesk.domain.scan_diff import AccountChange, AccountState, Detail, DetailChange, Ending, Gap
from permdesk.domain.snapshot import Snapshot

_READ_ORDER = {read: place for place, read in enumerate(ReadName)}
#: Lists that every scan reads; one that has no word of them has not read them.
_ALWAYS = (
    ReadName.APPLICATIONS,
    ReadName.SERVICE_PRINCIPALS,
    ReadName.APIS,
    ReadName.OAUTH2_PERMISSION_GRANTS,
    ReadName.DIRECTORY_ROLES,
)
#: Reads that a difference does not rest on.
_NEVER = frozenset({ReadName.ORGANIZATION})
_GapKey = tuple[ReadName, str, str]


def app_details(before: App | None, after: App | None) -> Iterator[DetailChange]:
    """Yield the facts of one app that both scans read and that are others now, in the order of ``Detail``."""
    if before is None or after is None:
        return
    one, other = _facts(before), _facts(after)
    one[Detail.NAME], other[Detail.NAME] = _names(before, after)
    for detail in Detail:
        if detail is Detail.REPLY_ADDRESS:
            yield from _addresses(before, after)
        elif detail in one and detail in other and one[detail] != other[detail]:
            yield DetailChange(detail, one[detail], other[detail])


def _facts(app: App) -> dict[Detail, str | None]:
    registration, principal = app.registration, app.principal
    facts: dict[Detail, str | None] = {}
    if registration is not None:
        facts[Detail.REGISTRATION_SWITCHED_OFF] = _word(yes=registration.disabled)
        facts[Detail.AUDIENCE] = registration.sign_in_audience
        facts[Detail.REGISTRATION_OBJECT] = registration.object_id
    if principal is not None:
        facts[Detail.ENABLED] = _word(yes=principal.enabled)
        facts[Detail.SWITCHED_OFF] = _word(yes=principal.disabled)
        facts[Detail.OWNER_TENANT] = principal.owner_tenant_id
        facts[Detail.PUBLISHER] = principal.publisher.name if principal.publisher else None
        facts[Detail.OBJECT] = principal.object_id
    return facts


def _names(before: App, after: App) -> tuple[str | None, str | None]:
    # Of its two objects only one may have been read in a scan, and they may bear two names: like is held against like.
    if before.registration is not None and after.registration is not None:
        return before.registration.display_name, after.registration.display_name
    if before.principal is not None and after.principal is not None:
        return before.principal.display_name, after.principal.display_name
    return None, None


def _word(*, yes: bool) -> str:
    return "yes" if yes else "no"


def _addresses(before: App, after: App) -> Iterator[DetailChange]:
    # The registration's and the service principal's addresses follow one another; the registration's are the source.
    if before.registration is not None and after.registration is not None:
        earlier, now = before.registration.reply_urls, after.registration.reply_urls
    elif before.principal is not None and after.principal is not None:
        earlier, now = before.principal.reply_urls, after.principal.reply_urls
    else:
        return
    for address in sorted(set(now) ^ set(earlier)):
        here = address in now
        yield DetailChange(Detail.REPLY_ADDRESS, None if here else address, address if here else None)


def account_changes(before: Iterable[User], after: Iterable[User]) -> Iterator[AccountChange]:
    """Yield the accounts whose state both scans tell and that are in another one now, by object id."""
    earlier = {user.object_id: state for user in before if (state := _state(user)) is not None}
    now = {user.object_id: state for user in after if (state := _state(user)) is not None}
    for object_id in sorted(now.keys() & earlier.keys()):
        if now[object_id] is not earlier[object_id]:
            yield AccountChange(object_id, earlier[object_id], now[object_id])


def _state(user: User) -> AccountState | None:
    if user.gone:
        return AccountState.GONE
    if user.enabled is None:
        return None
    return AccountState.ENABLED if user.enabled else AccountState.DISABLED


def endings(older: Snapshot, newer: Snapshot) -> list[Ending]:
    """Return the credentials of the newer scan that ended since the older one or end soon, by end and name."""
    then, now = older.read_at.astimezone(UTC).date(), newer.read_at.astimezone(UTC).date()
    found = [
        Ending(
            registration.app_id,
            registration.display_name,
            credential,
            ended=(end := credential.ends.astimezone(UTC).date()) < now,
            newly=end - then > CREDENTIAL_WARNING,
        )
        for registration in newer.registrations
        for credential in registration.credentials
        if credential.ends is not None and _near(credential.ends, then, now)
    ]
    found.sort(
        key=lambda one: (sortable(one.credential.ends), folded(one.display_name), one.key, _told(one.credential))
    )
    return found


def _near(ends: datetime, then: date, now: date) -> bool:
    day = ends.astimezone(UTC).date()
    return day >= min(then, now) and day - now <= CREDENTIAL_WARNING


def _told(credential: Credential) -> tuple[str, str, str]:
    return credential.kind.value, sortable(credential.starts), credential.label or ""


def sortable(moment: datetime | None) -> str:
    """Return a moment as text that sorts by time; what has none comes last."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment is not None else "~"


def gaps(older: Snapshot, newer: Snapshot) -> list[Gap]:
    """Return the reads that one of the scans did not complete, though the difference rests on them."""
    before, after = _reads(older), _reads(newer)
    opened = {key for scan, reads in ((older, before), (newer, after)) for key in _open(scan, reads)}
    found = []
    for key in sorted(opened, key=lambda key: (_READ_ORDER[key[0]], key[1], key[2])):
        one, other = before.get(key), after.get(key)
        resource = next((read.resource for read in (other, one) if read is not None and read.resource), None)
        found.append(Gap(key[0], key[1] or None, resource, key[2] or None, _status(one), _status(other)))
    return found


def _reads(scan: Snapshot) -> dict[_GapKey, ReadCoverage]:
    reads: dict[_GapKey, ReadCoverage] = {}
    for read in scan.reads:
        key = (read.read, read.resource_app_id or "", read.client_object_id or "")
        # Of several parts of one list the one that is not complete tells how it ended.
        if key not in reads or reads[key].complete:
            reads[key] = read
    return reads


def _open(scan: Snapshot, reads: dict[_GapKey, ReadCoverage]) -> Iterator[_GapKey]:
    # Where the APIs' sides tell every assignment, the apps' own sides leave nothing open.
    every = scan.coverage.every_assignment_complete(frozenset(scan.role_apis))
    for key, read in reads.items():
        if not read.complete and key[0] not in _NEVER and not (every and key[2]):
            yield key
    for name in _ALWAYS:
        if (name, "", "") not in reads:
            yield name, "", ""
    for app_id in scan.role_apis:
        if (ReadName.APP_ROLE_ASSIGNMENTS, app_id, "") not in reads:
            yield ReadName.APP_ROLE_ASSIGNMENTS, app_id, ""


def _status(read: ReadCoverage | None) -> ReadStatus | None:
    return read.status if read is not None else None
