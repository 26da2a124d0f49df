"""The record of one consent: what was foreseen, what happened, by whom and when; facts alone, kept for years."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.audit import AuditTrail
from permdesk.domain.cloud import CLOUDS, UNKNOWN_CUSTOM, Cloud
from permdesk.domain.finding import Baseline, Declared, Documented, Finding, Granted, Status
from permdesk.domain.permission import Permission
from permdesk.domain.profile import RouteKind
from permdesk.domain.proof import Foreseen, Happened, Proof, ProofRow
from permdesk.domain.tenant import Account, Tenant


class Stood(Struct, frozen=True, gc=False):
    """How a permission stood at one time.

    Attributes:
        gap: as in ``Finding``.
        accepted: True where a person had accepted it then.
    """

    documented: Documented
    declared: Declared
    granted: Granted
    status: Status
    gap: bool | None = False
    accepted: bool = False


class RecordRow(Struct, frozen=True, gc=False):
    """One permission.

    Attributes:
        before: how it stood before the click; None where the app had nothing to do with it.
        after: how it stands now, likewise.
        needed: the app needs it, now or before.
    """

    permission: Permission
    before: Stood | None
    after: Stood | None
    foreseen: Foreseen
    happened: Happened
    needed: bool

    @property
    def surprising(self) -> bool:
        """True where it came or went, and the preview said otherwise."""
        expected = {Happened.ADDED: Foreseen.ADDED, Happened.REMOVED: Foreseen.REMOVED}
        return self.happened in expected and self.foreseen is not expected[self.happened]

    @property
    def differs(self) -> bool:
        """True where the preview said otherwise: also for what was to come, and is not there."""
        lacks = self.happened is Happened.STILL_MISSING and self.foreseen is Foreseen.ADDED
        return self.surprising or lacks

    @property
    def newly_unread(self) -> bool:
        """True where nobody can say what became of it, though the preview could say how it stood."""
        return self.happened is Happened.UNREAD and self.foreseen is not Foreseen.UNREAD


class Reading(Struct, frozen=True):
    """One look at the tenant.

    Attributes:
        scan_id: of the kept scan; of a reading of this app alone, the name of that reading.
        read_at: when it began, with time zone.
        complete: every read it rests on was complete.
        fingerprint: of the whole scan, 64 hexadecimal digits; empty where it is not known.
    """

    scan_id: str
    read_at: datetime
    complete: bool
    fingerprint: str = ""


class WalkedRoute(Struct, frozen=True):
    """The way that was gone, as far as permdesk saw it or a person said it."""

    kind: RouteKind
    label: str


class Outcome(StrEnum):
    """What a consent came to, held against its preview; the first that holds."""

    PENDING = "pending"
    DIFFERS = "differs"
    NOT_READ = "not-read"
    AS_FORESEEN = "as-foreseen"


class ConsentRecord(Struct, frozen=True):
    """One consent, from the preview to what became of it.

    Attributes:
        record_id: names the record; readings of one consent replace each other under it.
        app_id: lower-case GUID; None where the app had none.
        object_id: of its service principal before the click.
        vendor: of the profile it is held against; empty without.
        profile_id, profile_name: of that profile; empty without.
        baseline: what it is held against.
        route: the way that was gone; None where nobody said.
        account: who was signed in to permdesk, which need not be who consented.
        started: when the way was begun: the link or page opened, or else the reading asked for.
        ended: when the last reading was done.
        rows: in the order of ``Proof``.
        gone: the app is not in the tenant any more.
        watching: what is awaited may still appear.
        trail: what the directory audit log tells; None where it was not asked.
        program_version: of the permdesk that wrote it.
    """

    record_id: str
    tenant: Tenant
    app_id: str | None
    object_id: str | None
    display_name: str
    vendor: str
    profile_id: str
    profile_name: str
    baseline: Baseline
    route: WalkedRoute | None
    account: Account
    started: datetime
    ended: datetime
    before: Reading
    after: Reading
    rows: tuple[RecordRow, ...]
    gone: bool = False
    watching: bool = False
    trail: AuditTrail | None = None
    program_version: str = ""

    def of(self, *happened: Happened) -> tuple[RecordRow, ...]:
        """Return the rows of which one of these is true."""
        return tuple(row for row in self.rows if row.happened in happened)

    @property
    def outcome(self) -> Outcome:
        """How it compares with what was foreseen."""
        if self.of(Happened.PENDING):
            return Outcome.PENDING
        if any(row.differs for row in self.rows):
            return Outcome.DIFFERS
        return Outcome.NOT_READ if any(row.newly_unread for row in self.rows) else Outcome.AS_FORESEEN

    @property
    def cloud(self) -> Cloud:
        """The tenant's cloud; of a custom one no address is known."""
        return CLOUDS.get(self.tenant.cloud, UNKNOWN_CUSTOM)


def record_of(
    proof: Proof,
    *,
    record_id: str,
    account: Account,
    started: datetime,
    complete: tuple[bool, bool],
    route: WalkedRoute | None = None,
    fingerprints: tuple[str, str] = ("", ""),
    trail: AuditTrail | None = None,
    program_version: str = "",
) -> ConsentRecord:
    """Return the record of what a proof says.

    Args:
        proof: the app before and after.
        record_id: names it.
        account: who was signed in.
        started: when the way was begun.
        complete: whether every read was complete, before and after.
        route: the way that was gone; None where nobody said.
        fingerprints: of the scans before and after; empty where not known.
        trail: what the audit log tells; None where it was not asked.
        program_version: of this permdesk.
    """
    plan, profile = proof.plan, proof.plan.profile
    return ConsentRecord(
        record_id=record_id,
        tenant=plan.tenant,
        app_id=plan.app_id,
        object_id=plan.object_id,
        display_name=plan.display_name,
        vendor=profile.vendor if profile is not None else "",
        profile_id=profile.id if profile is not None else "",
        profile_name=profile.name if profile is not None else "",
        baseline=proof.before.baseline,
        route=route,
        account=account,
        started=started,
        ended=proof.read_at,
        before=Reading(plan.scan_id, plan.read_at, complete[0], fingerprints[0]),
        after=Reading(proof.scan_id, proof.read_at, complete[1], fingerprints[1]),
        rows=tuple(_row(row) for row in proof.rows),
        gone=proof.after is None,
        watching=proof.watching,
        trail=trail,
        program_version=program_version,
    )


def _row(row: ProofRow) -> RecordRow:
    # The ids of before: they are what a script gives back.
    permission = (row.before or row.finding).permission
    return RecordRow(permission, _stood(row.before), _stood(row.after), row.foreseen, row.happened, row.needed)


def _stood(finding: Finding | None) -> Stood | None:
    if finding is None:
        return None
    accepted = finding.accepted is not None
    return Stood(finding.documented, finding.declared, finding.granted, finding.status, finding.gap, accepted)
