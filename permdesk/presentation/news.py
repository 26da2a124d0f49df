"""What is new since the scan before: which apps and which of their permissions the list marks."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from permdesk.domain.permission import Permission
from permdesk.domain.scan_diff import AppDiff, Outcome, ScanDiff

#: API (appId or object id), kind, and the case-folded value, or the id where there is none.
PermissionName = tuple[str | None, str, str]
NOTHING_NEW: frozenset[PermissionName] = frozenset()


def permission_name(permission: Permission) -> PermissionName:
    """Return what names a permission in the findings of either scan."""
    api = permission.resource_app_id or permission.resource_object_id
    return api, permission.kind.value, permission.value.casefold() if permission.value is not None else permission.label


class News(Struct, frozen=True):
    """What is new, by the keys of ``AppComparison``.

    Attributes:
        new: apps that were not there before.
        changed: apps of which anything changed for certain, the new ones among them.
        unsure: apps of which nothing is known to have changed, and something could not be said.
        permissions: by app, the permissions that were configured or granted since, to the tenant or to an account.
        since: when the scan before was read; None where that is not told.
    """

    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    permissions: dict[str, frozenset[PermissionName]] = {}
    since: datetime | None = None

    def mark(self, app_key: str) -> str:
        """Return what the list says of an app: "new", "changed", or nothing."""
        return "new" if app_key in self.new else "changed" if app_key in self.changed else ""

    def of(self, app_key: str) -> frozenset[PermissionName]:
        """Return the permissions of an app that were configured or granted since the scan before."""
        return self.permissions.get(app_key, NOTHING_NEW)

    def is_new(self, app_key: str, permission: Permission) -> bool:
        """True where a permission of an app was configured or granted since the scan before."""
        return permission_name(permission) in self.permissions.get(app_key, ())


def news_of(diff: ScanDiff) -> News:
    """Return what a difference says is new; what could not be said is never called new."""
    permissions = {app.key: found for app in diff.apps if (found := frozenset(_added(app)))}
    return News(
        new=frozenset(app.key for app in diff.apps if app.came),
        changed=frozenset(app.key for app in diff.apps if app.changed),
        unsure=frozenset(app.key for app in diff.apps if app.unsure and not app.changed),
        permissions=permissions,
        since=diff.older.read_at,
    )


def _added(app: AppDiff) -> Iterable[PermissionName]:
    for changes in (app.declared, app.granted, app.single):
        for change in changes:
            if change.outcome is Outcome.ADDED:
                yield permission_name(change.permission)
