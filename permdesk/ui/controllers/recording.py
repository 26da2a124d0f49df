"""Keeps the record of each consent that was proved: which way was gone, when it began, and what became of it."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

import permdesk
from permdesk.domain.audit import AuditTrail
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord, Reading, WalkedRoute, record_of
from permdesk.domain.coverage import Coverage, ReadCoverage
from permdesk.domain.fingerprint import fingerprint
from permdesk.domain.proof import Proof
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane


class _Round(Struct):
    """One consent, from the first page that was opened to its last reading."""

    app_key: str
    record_id: str
    started: datetime
    route: WalkedRoute | None = None
    before: Snapshot | None = None
    record: ConsentRecord | None = None
    #: Fingerprints of scans that were made already: each takes as long as the tenant is large.
    marks: dict[str, str] = {}


class Recording(QObject):
    """Makes the record of the round that is under way, and keeps it; there is one at a time.

    Args:
        workspace: where the tenant is.
        new_id: names a record.
    """

    #: ConsentRecord that is in the history by now.
    kept = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        *,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._new_id = workspace, new_id
        self._round: _Round | None = None

    def walked(self, plan: ConsentPlan, address: str) -> None:
        """Remember which way was begun: a page of a route was opened."""
        offer = next((offer for offer in plan.routes if offer.url == address), None)
        if offer is not None:
            found = self._of(plan)
            found.route = WalkedRoute(offer.route.kind, offer.route.label)

    def begun(self, plan: ConsentPlan) -> None:
        """Remember the tenant as it was: a person says to have consented, and it is about to be read again."""
        shown = self._workspace.shown
        if shown is not None:
            self._of(plan).before = shown.snapshot

    def choose_route(self, route: WalkedRoute | None) -> ConsentRecord | None:
        """Keep which way a person says to have gone; return the record as it is now."""
        found = self._round
        if found is None or found.record is None:
            return None
        found.route = route
        found.record = replace(found.record, route=route)
        self._keep(found, found.record, None)
        return found.record

    def record(self, proof: Proof, *, reads: Iterable[ReadCoverage], trail: AuditTrail | None = None) -> ConsentRecord:
        """Return the record of what is known by now, and keep it in the background.

        Args:
            proof: the app before and after.
            reads: how the reads ended that its "after" rests on.
            trail: what the audit log tells of the app; None where it was not asked.
        """
        found = self._of(proof.plan)
        shown = self._workspace.shown
        after = shown.snapshot if shown is not None and shown.snapshot.scan_id == proof.scan_id else None
        before = found.before
        made = record_of(
            proof,
            record_id=found.record_id,
            account=shown.comparison.account if shown is not None else Account(),
            started=found.started,
            complete=(before is not None and before.coverage.all_complete, Coverage(tuple(reads)).all_complete),
            route=found.route,
            trail=trail,
            program_version=permdesk.__version__,
        )
        found.record = made
        self._keep(found, made, after)
        return made

    def ended(self) -> None:
        """Forget the round: its sheet is closed, and its record is kept."""
        self._round = None

    def _of(self, plan: ConsentPlan) -> _Round:
        key = f"{plan.tenant.id} {plan.app_id}"
        if self._round is None or self._round.app_key != key:
            self._round = _Round(key, self._new_id(), self._workspace.now)
        return self._round

    def _keep(self, found: _Round, record: ConsentRecord, after: Snapshot | None) -> None:
        consents, marks = self._workspace.services.consents, found.marks
        scans = {scan.scan_id: scan for scan in (found.before, after) if scan is not None}

        def marked(reading: Reading) -> Reading:
            scan = scans.get(reading.scan_id)
            if scan is not None and reading.scan_id not in marks:
                marks[reading.scan_id] = fingerprint(scan)
            return replace(reading, fingerprint=marks.get(reading.scan_id, ""))

        def work() -> ConsentRecord:
            whole = replace(record, before=marked(record.before), after=marked(record.after))
            consents.keep(whole)
            return whole

        self._workspace.tasks.run(
            lambda _task: work(),
            done=self.kept.emit,
            failed=self._workspace.failed.emit,
            lane=Lane.STORE,
            owner=self,
        )
