"""The three columns of a row: documented by the vendor, declared by the manifest, granted by the tenant."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from permdesk.domain.application import Registration
from permdesk.domain.covers import Broader
from permdesk.domain.directory import Api, Directory, Entry
from permdesk.domain.finding import Baseline, Declared, Documented, Granted
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.permission import Kind
from permdesk.domain.rows import Row


class AppFacts:
    """What the rows of one app share while they are judged.

    Args:
        undeclared: what the second column says of a permission that no manifest entry names.
        vendors: a vendor's own app, whose manifest lies elsewhere.
        granted: permissions granted tenant-wide.
        unresolved: APIs and kinds of which the manifest names ids that nobody can resolve.
        documented_unread: APIs and kinds of which the profile documents values that have no id here.
        acceptances: acceptances in force, by API, kind and case-folded value or id.
    """

    __slots__ = (
        "acceptances",
        "baseline",
        "broader",
        "directory",
        "documented_unread",
        "granted",
        "holders_read",
        "newest_grant",
        "object_id",
        "registration",
        "undeclared",
        "unresolved",
        "vendors",
    )

    def __init__(
        self,
        *,
        directory: Directory,
        baseline: Baseline,
        object_id: str | None,
        registration: Registration | None,
        undeclared: Declared,
        vendors: bool,
        newest_grant: date | None,
        granted: AbstractSet[Entry],
        unresolved: AbstractSet[tuple[Api, Kind]],
        documented_unread: AbstractSet[tuple[Api, Kind]],
        broader: Broader,
        acceptances: Mapping[tuple[str | None, Kind, str], Acceptance],
    ) -> None:
        self.directory = directory
        self.baseline = baseline
        self.object_id = object_id
        self.holders_read = directory.grants_complete and (object_id is not None or directory.principals_complete)
        self.registration = registration
        self.undeclared = undeclared
        self.vendors = vendors
        self.newest_grant = newest_grant
        self.granted = granted
        self.unresolved = unresolved
        self.documented_unread = documented_unread
        self.broader = broader
        self.acceptances = acceptances


def documented_of(row: Row, app: AppFacts) -> Documented:
    """Return the first column of a row: what the vendor's page says of the services in use."""
    if app.baseline is not Baseline.PROFILE:
        return Documented.NONE
    if row.requirement is None:
        return Documented.NO
    return Documented.YES if row.needed_here else Documented.OTHER_SCOPE


def declared_of(row: Row, app: AppFacts) -> Declared:
    """Return the second column of a row: what the app's manifest asks for."""
    if row.declared:
        return Declared.YES
    if app.undeclared is Declared.NO and app.unresolved:
        # The manifest names ids that unread definitions would resolve: one of them may be this permission.
        api, kind = row.entry.api, row.entry.kind
        if api.app_id is None:
            doubtful = api.unknown and any(other.unknown and of is kind for other, of in app.unresolved)
        else:
            doubtful = not api.complete and (api, kind) in app.unresolved
        if doubtful:
            return Declared.UNVERIFIED
    return app.undeclared


def granted_of(row: Row, app: AppFacts) -> Granted:
    """Return the third column of a row: what was read counts, what was not read is not guessed."""
    if row.tenant:
        return Granted.TENANT
    entry, directory = row.entry, app.directory
    api = entry.api
    if app.object_id is None:
        # Nothing can be granted to it; but what an id stands for decides whether that matters.
        known = entry.value is not None or api.complete or not api.here or _meaning_matters_not(row, app)
        return Granted.NONE if directory.principals_complete and known else Granted.UNVERIFIED
    if api.app_id is not None and not api.here:
        return Granted.UNVERIFIED if api.unknown else Granted.NONE
    if entry.kind is Kind.DELEGATED:
        if not (directory.grants_complete and api.complete):
            return Granted.UNVERIFIED
        return Granted.USERS if row.holders else Granted.NONE
    if not directory.coverage.assignments_complete(api.app_id or "", app.object_id):
        return Granted.UNVERIFIED
    return Granted.NONE if api.complete or _absence_known(row, app) else Granted.UNVERIFIED


def _absence_known(row: Row, app: AppFacts) -> bool:
    """True where an application permission is not held for certain, though its API's definitions were not all read.

    Grants name it by id: its id has to be known, no grant without a value may be the same permission under another
    id, and no documented value may be what its own id stands for.
    """
    entry = row.entry
    api = entry.api
    if not entry.ids:
        return False
    if any(held.value is None and held.api is api for held in app.granted):
        return False
    return entry.value is not None or _meaning_matters_not(row, app)


def _meaning_matters_not(row: Row, app: AppFacts) -> bool:
    """True where an id without value is neither one of the documented values nor one that users consent to."""
    entry = row.entry
    return entry.kind is Kind.APPLICATION and (entry.api, entry.kind) not in app.documented_unread
