"""What permdesk-cli consent asks a tenant besides: who holds the roles that are enough, and one app after the click."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import permdesk
from permdesk.cli.exits import Exit
from permdesk.cli.files import names_file, to_open
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import complain, note, say
from permdesk.domain.audit import AuditTrail
from permdesk.domain.cloud import Cloud
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord, record_of
from permdesk.domain.coverage import Coverage
from permdesk.domain.finding import Comparison
from permdesk.domain.fingerprint import fingerprint
from permdesk.domain.played_consent import played_consent
from permdesk.domain.proof import prove
from permdesk.domain.repair import undoes_consent
from permdesk.domain.role_holders import HoldersRead
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.wording import moment
from permdesk.errors import StorageError, UsageError
from permdesk.presentation.holders import holder_lines
from permdesk.presentation.proof import filed
from permdesk.presentation.scripts import ScriptForm, script
from permdesk.reports.check_document import rfc3339
from permdesk.reports.record_document import record_document
from permdesk.services.scan import NeverCancelled
from permdesk.services.target import FileTarget, KeptTarget, ReadTarget, SampleTarget, TokenTarget

#: So long after a consent a grant that is not there may still appear; so long after the scan before, where nobody
#: knows when the consent was given.
_AWAITED = timedelta(minutes=6)
_UNTOLD = timedelta(hours=1)


def tell_holders(session: Session, comparison: Comparison, plan: ConsentPlan) -> int:
    """Print who holds the roles that are enough for a consent."""
    again, cancel = session.services.again, NeverCancelled()
    read = again.holders(plan, _asked(session), cancel=cancel)
    if session.as_json:
        emit(holders_document(comparison, plan, read))
    else:
        say(f"Enough to consent to it; read {moment(read.read_at, now=read.read_at.replace(year=1))}")
        for line in holder_lines(read):
            say(line)
    return Exit.DONE


def tell_proof(
    session: Session, app: str, before: str | None, uses: tuple[str, ...], *, form: ScriptForm | None = None
) -> int:
    """Read one app again after a consent, print what became of it since a scan, and keep that record.

    Args:
        session: names the tenant.
        app: as a person names it.
        before: the scan before; None for the newest of the tenant.
        uses: services in use for this run.
        form: print the script that gives back what was lost instead; None for the record.

    Raises:
        UsageError: nothing was lost that a script could give back, or there is no such app or scan.
    """
    target, services = _asked(session), session.services
    overrides = session.overrides(uses, ())
    snapshot = _before(session, target, before)
    comparison = services.compare(snapshot, uses=overrides)
    found = services.find_app(comparison, app)
    plan = services.consent(comparison, found, cloud=session.cloud)
    if isinstance(target, SampleTarget):
        note("Nobody can click in the sample tenant: the click is acted out as the preview foresees it.")
        target = SampleTarget(complete=target.complete, consent=played_consent(plan))
    read = services.again.app(plan, found, snapshot, target, cancel=NeverCancelled())
    awaited = _awaited(plan, read.comparison, read.trail)
    proof = prove(plan, found, read.comparison, watching=awaited)
    sample = services.is_sample(snapshot)
    record = record_of(
        proof,
        # What is printed of the sample is the same every time.
        record_id=str(uuid.uuid5(uuid.UUID(proof.scan_id), "record") if sample else uuid.uuid4()),
        account=comparison.account,
        started=proof.read_at,
        complete=(snapshot.coverage.all_complete, Coverage(read.comparison.reads).all_complete),
        fingerprints=(fingerprint(snapshot), ""),
        trail=read.trail,
        program_version=permdesk.__version__,
    )
    _keep(session, record)
    if form is not None:
        cloud = target.cloud if isinstance(target, TokenTarget) else None
        say(_way_back(record, form, cloud).rstrip("\n"))
    elif session.as_json:
        emit(record_document(record))
    else:
        say(filed(record).rstrip("\n"))
    note("This app alone was read again; permdesk-cli scan reads the rest of the tenant.")
    return Exit.DONE


def holders_document(comparison: Comparison, plan: ConsentPlan, read: HoldersRead) -> dict[str, Any]:
    """Return who holds roles as ``permdesk.holders/1``."""
    tenant = comparison.tenant
    return {
        "schema": "permdesk.holders/1",
        "tenant": {"id": tenant.id, "name": tenant.name, "cloud": tenant.cloud},
        "app_id": plan.app_id,
        "read_at": rfc3339(read.read_at),
        "roles": [
            {
                "role": one.role.name,
                "template_id": one.role.template_id,
                "complete": one.detail is None,
                "detail": one.detail,
                "scoped": one.scoped,
                "holders": [
                    {
                        "object_id": holder.object_id,
                        "kind": holder.kind.value,
                        "name": holder.name,
                        "username": holder.username,
                        "enabled": holder.enabled,
                    }
                    for holder in one.holders
                ],
            }
            for one in read.roles
        ],
    }


def _way_back(record: ConsentRecord, form: ScriptForm, cloud: Cloud | None) -> str:
    repair = undoes_consent(record, cloud=cloud)
    if repair is None or not repair.moves:
        raise UsageError(
            "There is nothing to give back",
            detail="Nothing was lost since the scan before, or its IDs are not known.",
            remedy="Leave --script out to see the record.",
        )
    return script(repair, form)


def _asked(session: Session) -> ReadTarget:
    target = session.target
    if isinstance(target, SampleTarget | TokenTarget):
        return target
    raise UsageError(
        "A saved scan cannot be asked what is true now",
        remedy="Name the tenant in place of --scan: --account, or a token in the environment.",
    )


def _before(session: Session, target: ReadTarget, named: str | None) -> Snapshot:
    services = session.services
    if named is not None:
        saved = FileTarget(to_open(Path(named))) if names_file(named) else KeptTarget(named)
        snapshot = services.scan(saved).snapshot
    elif isinstance(target, SampleTarget):
        return services.scan(target).snapshot
    else:
        tenant_id = target.token.tenant_id
        newest = services.newest(cloud=target.cloud.id, tenant_id=tenant_id) if tenant_id is not None else None
        if newest is None:
            raise UsageError(
                "There is no scan from before the consent",
                detail="The history has none of this tenant.",
                remedy="Name a saved one with --before; the next time, scan before you consent.",
            )
        snapshot = newest
    tenant_id = target.token.tenant_id if isinstance(target, TokenTarget) else None
    other = tenant_id is not None and tenant_id.casefold() != snapshot.tenant.id
    if other or services.is_sample(snapshot) is not isinstance(target, SampleTarget):
        raise UsageError("The scan from before is of another tenant", remedy="Name one of this tenant with --before.")
    return snapshot


def _awaited(plan: ConsentPlan, after: Comparison, trail: AuditTrail | None) -> bool:
    """True as long as a grant that was foreseen and is not there may just be late."""
    consents = trail.consents if trail is not None else ()
    if consents:
        return after.read_at - consents[-1].at < _AWAITED
    return after.read_at - plan.read_at < _UNTOLD


def _keep(session: Session, record: ConsentRecord) -> None:
    try:
        session.services.consents.keep(record)
    except StorageError as problem:
        note("This record is not kept.")
        complain(problem)
