"""Two scans of one tenant, compared: what came, what went, and what nobody can say."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from permdesk.domain.application import Credential
from permdesk.domain.diff_beside import account_changes, app_details, endings, gaps, sortable
from permdesk.domain.diff_scope import scope_of, unlisted
from permdesk.domain.diff_side import AppSide, PermissionKey, Side
from permdesk.domain.directory import Entry
from permdesk.domain.names import folded
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.scan_diff import (
    AccountsChange,
    AppDiff,
    CredentialChange,
    Outcome,
    PermissionChange,
    RoleChange,
    ScanDiff,
    ScanPoint,
)
from permdesk.domain.snapshot import Snapshot

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_NO_FACTS = CatalogFacts("")
_NOBODY: frozenset[str] = frozenset()


def same_tenant(older: Snapshot, newer: Snapshot) -> bool:
    """True where both scans are of one directory in one cloud."""
    return (older.tenant.cloud, older.tenant.id) == (newer.tenant.cloud, newer.tenant.id)


def diff_scans(older: Snapshot, newer: Snapshot, *, facts: CatalogFacts = _NO_FACTS) -> ScanDiff:
    """Return what changed from one scan to another, in time linear in their rows.

    Args:
        older: the scan that changes are told from.
        newer: the scan that changes are told to.
        facts: names of APIs that are not in the tenant, and reach.

    Raises:
        ValueError: the scans are of two tenants.
    """
    if not same_tenant(older, newer):
        raise ValueError("the scans are of two tenants")
    scope = scope_of(older, newer)
    before, after = Side(scope.older, facts), Side(scope.newer, facts)
    before.meet(after)
    after.meet(before)
    keys = sorted(scope.apps)
    apps = [diff for key in keys if (diff := _app(key, before.app(key), after.app(key))) is not None]
    apps.sort(key=lambda app: (folded(app.display_name), app.key))
    accounts = tuple(account_changes(older.users, newer.users))
    named = {one for app in apps for change in app.single for one in change.accounts}
    named.update(change.object_id for change in accounts)
    known = {user.object_id: user for users in (older.users, newer.users) for user in users if user.object_id in named}
    return ScanDiff(
        tenant=newer.tenant,
        older=_point(older),
        newer=_point(newer),
        apps=tuple(apps),
        accounts=accounts,
        ending=tuple(endings(older, newer)),
        gaps=tuple(gaps(older, newer)),
        users=dict(sorted(known.items())),
    )


def _point(scan: Snapshot) -> ScanPoint:
    return ScanPoint(scan.scan_id, scan.read_at, scan.account, scan.program_version)


def _app(key: str, before: AppSide, after: AppSide) -> AppDiff | None:
    """Return everything of one app that is not the same in both scans; None where nothing is."""
    registration = _object(
        before.registration, after.registration, lacked=before.registration_known, lacks=after.registration_known
    )
    principal = _object(before.principal, after.principal, lacked=before.principal_known, lacks=after.principal_known)
    declared = _permissions(
        before.declared, after.declared, lacked=before.lacks_declared, lacks=after.lacks_declared, dated=_undated
    )
    granted = _permissions(
        before.granted, after.granted, lacked=before.lacks_granted, lacks=after.lacks_granted, dated=_dated
    )
    single = _single(before, after)
    credentials = _credentials(before, after)
    roles = _roles(before, after)
    details = tuple(app_details(before.app, after.app))
    if not (registration or principal or declared or granted or single or credentials or roles or details):
        return None
    here = after.app or before.app
    principals = [one for one in (after.principal, before.principal) if one is not None]
    registrations = [one for one in (after.registration, before.registration) if one is not None]
    return AppDiff(
        key=key,
        app_id=None if unlisted(key) else key,
        object_id=principals[0].object_id if principals else None,
        registration_id=registrations[0].object_id if registrations else None,
        display_name=here.display_name if here is not None else "",
        origin=here.origin if here is not None else None,
        registration=registration,
        principal=principal,
        declared=declared,
        granted=granted,
        single=single,
        credentials=credentials,
        roles=roles,
        details=details,
    )


def _object(before: object | None, after: object | None, *, lacked: bool, lacks: bool) -> Outcome | None:
    if (before is None) == (after is None):
        return None
    if before is None:
        return Outcome.ADDED if lacked else Outcome.NOT_READ_BEFORE
    return Outcome.REMOVED if lacks else Outcome.NOT_READ_NOW


def _one_sided(
    before: Collection[K], after: Collection[K], *, lacked: Callable[[K], bool], lacks: Callable[[K], bool]
) -> Iterator[tuple[K, Outcome]]:
    """Yield what one scan alone has; ``lacked`` and ``lacks`` say whether the other one is known not to have it."""
    for key in after:
        if key not in before:
            yield key, Outcome.ADDED if lacked(key) else Outcome.NOT_READ_BEFORE
    for key in before:
        if key not in after:
            yield key, Outcome.REMOVED if lacks(key) else Outcome.NOT_READ_NOW


def _permissions(
    before: Mapping[PermissionKey, T],
    after: Mapping[PermissionKey, T],
    *,
    lacked: Callable[[PermissionKey], bool],
    lacks: Callable[[PermissionKey], bool],
    dated: Callable[[T], tuple[Entry, date | None]],
) -> tuple[PermissionChange, ...]:
    found = []
    for key, outcome in _one_sided(before, after, lacked=lacked, lacks=lacks):
        entry, since = dated((after if outcome.here_now else before)[key])
        found.append((_place(key), PermissionChange(entry.permission, outcome, since, entry.flags)))
    return _in_order(found)


def _dated(held: tuple[Entry, date | None]) -> tuple[Entry, date | None]:
    return held


def _undated(entry: Entry) -> tuple[Entry, None]:
    return entry, None


def _single(before: AppSide, after: AppSide) -> tuple[AccountsChange, ...]:
    found = []
    for key in {**before.single, **after.single}:
        entry, people = after.single.get(key, (None, _NOBODY))
        earlier, people_before = before.single.get(key, (None, _NOBODY))
        best = entry or earlier
        if best is None or people == people_before:
            continue
        for who, known, outcomes in (
            (people - people_before, before, (Outcome.ADDED, Outcome.NOT_READ_BEFORE)),
            (people_before - people, after, (Outcome.REMOVED, Outcome.NOT_READ_NOW)),
        ):
            if who:
                outcome = outcomes[0] if known.lacks_single(key) else outcomes[1]
                change = AccountsChange(best.permission, outcome, tuple(sorted(who)), best.flags)
                found.append(((*_place(key), outcome.value), change))
    return _in_order(found)


def _credentials(before: AppSide, after: AppSide) -> tuple[CredentialChange, ...]:
    earlier = Counter(before.registration.credentials if before.registration else ())
    now = Counter(after.registration.credentials if after.registration else ())
    came = Outcome.ADDED if before.registration_known else Outcome.NOT_READ_BEFORE
    went = Outcome.REMOVED if after.registration_known else Outcome.NOT_READ_NOW
    changes = [CredentialChange(credential, came) for credential in (now - earlier).elements()]
    changes += [CredentialChange(credential, went) for credential in (earlier - now).elements()]
    return _in_order([((*_when(change.credential), change.outcome.value), change) for change in changes])


def _when(credential: Credential) -> tuple[str, ...]:
    moments = (credential.ends, credential.starts)
    return (credential.kind.value, *(sortable(moment) for moment in moments), credential.label or "")


def _roles(before: AppSide, after: AppSide) -> tuple[RoleChange, ...]:
    found = []
    for key, outcome in _one_sided(
        before.roles, after.roles, lacked=lambda _: before.lacks_roles, lacks=lambda _: after.lacks_roles
    ):
        role = (after if outcome.here_now else before).roles[key]
        found.append(((role.role, *key), RoleChange(role, outcome)))
    return _in_order(found)


def _in_order(found: Sequence[tuple[tuple[str, ...], T]]) -> tuple[T, ...]:
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _place(key: PermissionKey) -> tuple[str, ...]:
    api, kind, value, entry_id = key
    # What has no value comes after everything that has one.
    return api, kind, "0" if value is not None else "1", value or "", entry_id or ""
