"""What a consent really did to an app: its grants before and after, held against what was foreseen."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import AppComparison, Comparison, Finding, Granted, Status
from permdesk.domain.permission import Kind


class Foreseen(StrEnum):
    """What the preview said of a permission."""

    ADDED = "will-be-added"
    REMOVED = "may-be-removed"
    MISSING = "still-missing"
    STAYS = "stays"
    UNREAD = "not-read"
    NOTHING = "nothing"


class Happened(StrEnum):
    """What became of a tenant-wide grant."""

    ADDED = "added"
    REMOVED = "removed"
    PENDING = "pending"
    STILL_MISSING = "still-missing"
    UNCHANGED = "unchanged"
    UNREAD = "not-read"


class ProofRow(Struct, frozen=True):
    """One permission.

    Attributes:
        before: its finding before the click; None where it had none.
        after: its finding now; None where it has none any more.
    """

    before: Finding | None
    after: Finding | None
    foreseen: Foreseen
    happened: Happened

    @property
    def finding(self) -> Finding:
        """The newer one there is."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a row has one finding at least")
        return found

    @property
    def needed(self) -> bool:
        """True where the app needs it, now or before."""
        need = (Status.SATISFIED, Status.PARTIAL, Status.MISSING)
        return any(one is not None and one.status in need for one in (self.after, self.before))

    @property
    def surprising(self) -> bool:
        """True where it came or went, and the preview said otherwise."""
        expected = {Happened.ADDED: Foreseen.ADDED, Happened.REMOVED: Foreseen.REMOVED}
        return self.happened in expected and self.foreseen is not expected[self.happened]


class Proof(Struct, frozen=True):
    """The record of one consent.

    Attributes:
        plan: the preview.
        before: the app in the scan that the preview was made from.
        after: the app as it was read again; None where it is not in the tenant any more.
        read_at: when that was.
        rows: what was lost first, then what came, what is awaited, what was not read, what lacks, the rest.
        watching: grants that were foreseen may still appear: Microsoft copies them for some minutes.
    """

    plan: ConsentPlan
    before: AppComparison
    after: AppComparison | None
    scan_id: str
    read_at: datetime
    rows: tuple[ProofRow, ...]
    watching: bool

    def of(self, *happened: Happened) -> tuple[ProofRow, ...]:
        """Return the rows of which one of these is true."""
        return tuple(row for row in self.rows if row.happened in happened)


_ORDER = (
    Happened.REMOVED,
    Happened.ADDED,
    Happened.PENDING,
    Happened.UNREAD,
    Happened.STILL_MISSING,
    Happened.UNCHANGED,
)

Key = tuple[str, Kind, str]


def prove(plan: ConsentPlan, before: AppComparison, comparison: Comparison, *, watching: bool) -> Proof:
    """Return what became of an app since a preview.

    Args:
        plan: the preview that was made of ``before``.
        before: the app then.
        comparison: the tenant as it was read again.
        watching: what was foreseen and is not there yet is awaited, not missing.
    """
    after = next((app for app in comparison.apps if app.key == before.key), None)
    earlier = {_key(finding): finding for finding in before.findings}
    later = {_key(finding): finding for finding in after.findings} if after is not None else {}
    foreseen = _foreseen(plan)
    rows = []
    for key in [*earlier, *(key for key in later if key not in earlier)]:
        was, now = earlier.get(key), later.get(key)
        said = foreseen.get(key, Foreseen.NOTHING)
        happened = _happened(was, now, said, watching=watching)
        if after is None and happened in (Happened.PENDING, Happened.STILL_MISSING):
            # Nobody waits for a grant of an app that is gone.
            happened = Happened.UNCHANGED
        rows.append(ProofRow(was, now, said, happened))
    rows.sort(key=lambda row: (_ORDER.index(row.happened), not row.needed))
    return Proof(plan, before, after, comparison.scan_id, comparison.read_at, tuple(rows), watching)


def _key(finding: Finding) -> Key:
    permission = finding.permission
    api = permission.resource_app_id or permission.resource_object_id or ""
    return (api, permission.kind, permission.value or f"id:{permission.id}")


def _foreseen(plan: ConsentPlan) -> dict[Key, Foreseen]:
    said = (
        (Foreseen.STAYS, plan.stays),
        (Foreseen.UNREAD, plan.not_read),
        (Foreseen.MISSING, plan.still_missing),
        (Foreseen.REMOVED, plan.may_be_removed),
        (Foreseen.ADDED, plan.will_be_added),
    )
    return {_key(finding): word for word, findings in said for finding in findings}


def _happened(was: Finding | None, now: Finding | None, said: Foreseen, *, watching: bool) -> Happened:
    had, has = _granted(was), _granted(now)
    if had is None or has is None:
        return Happened.UNREAD
    if has:
        return Happened.UNCHANGED if had else Happened.ADDED
    if had:
        return Happened.REMOVED
    if said is Foreseen.ADDED:
        return Happened.PENDING if watching else Happened.STILL_MISSING
    lacks = now is not None and (now.status is Status.MISSING or (now.status is Status.PARTIAL and bool(now.gap)))
    return Happened.STILL_MISSING if lacks else Happened.UNCHANGED


def _granted(finding: Finding | None) -> bool | None:
    """True for a tenant-wide grant; None where nobody could read it."""
    if finding is None:
        return False
    return None if finding.granted is Granted.UNVERIFIED else finding.granted is Granted.TENANT
