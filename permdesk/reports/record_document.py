"""The document of a record of a consent, for other programs: permdesk.consent-record/1."""

import json
from typing import Any

from permdesk.domain.audit import AuditedChange, AuditTrail
from permdesk.domain.consent_record import ConsentRecord, Reading, RecordRow, Stood
from permdesk.domain.consent_store import KeptConsents
from permdesk.domain.experience import Experience
from permdesk.domain.fingerprint import fingerprint_of
from permdesk.domain.permission import Permission
from permdesk.presentation.proof import row_change
from permdesk.reports.check_document import rfc3339, tenant_document

SCHEMA = "permdesk.consent-record/1"
LIST_SCHEMA = "permdesk.consent-records/1"

Document = dict[str, Any]


def record_json(record: ConsentRecord) -> bytes:
    """Return a record as a JSON file."""
    return json.dumps(record_document(record), indent=2, ensure_ascii=True).encode() + b"\n"


def records_document(kept: KeptConsents) -> Document:
    """Return a list of records as plain dictionaries, lists, texts and numbers."""
    return {
        "schema": LIST_SCHEMA,
        "unreadable": kept.unreadable,
        "records": [record_document(record) for record in kept.records],
    }


def record_document(record: ConsentRecord) -> Document:
    """Return a record as plain dictionaries, lists, texts and numbers, in a fixed order."""
    return {
        "schema": SCHEMA,
        "record_id": record.record_id,
        "fingerprint": fingerprint_of(record),
        "program": record.program_version,
        "tenant": tenant_document(record.tenant),
        "app_id": record.app_id,
        "object_id": record.object_id,
        "display_name": record.display_name,
        "profile": record.profile_id or None,
        "baseline": record.baseline.value,
        "route": {"kind": record.route.kind.value, "label": record.route.label} if record.route else None,
        "account": record.account.username or record.account.object_id,
        "started": rfc3339(record.started),
        "ended": rfc3339(record.ended),
        "before": _reading(record.before),
        "after": _reading(record.after),
        "outcome": record.outcome.value,
        "gone": record.gone,
        "permissions": [_row(record, row) for row in record.rows],
        "audit_log": _trail(record.trail) if record.trail is not None else None,
    }


def experience_document(known: Experience) -> Document:
    """Return what earlier consents by one way did."""
    return {
        "route": {"kind": known.route.kind.value, "label": known.route.label} if known.route else None,
        "ended": rfc3339(known.ended),
        "same_app": known.same_app,
        "same_tenant": known.same_tenant,
        "removed": [_permission(one) for one in known.removed],
        "added": [_permission(one) for one in known.added],
        "not_read": known.unread,
        "consents": known.consents,
        "consents_that_removed": known.removing,
        "record_id": known.record_id,
    }


def _reading(reading: Reading) -> Document:
    return {
        "scan_id": reading.scan_id,
        "read_at": rfc3339(reading.read_at),
        "complete": reading.complete,
        "fingerprint": reading.fingerprint or None,
    }


def _row(record: ConsentRecord, row: RecordRow) -> Document:
    change = row_change(record, row)
    return {
        **_permission(row.permission),
        "before": _stood(row.before),
        "after": _stood(row.after),
        "needed": row.needed,
        "foreseen": row.foreseen.value,
        "happened": row.happened.value,
        "by": _change(change) if change is not None else None,
    }


def _stood(stood: Stood | None) -> Document | None:
    if stood is None:
        return None
    return {
        "documented": stood.documented.value,
        "declared": stood.declared.value,
        "granted": stood.granted.value,
        "status": stood.status.value,
        "accepted": stood.accepted,
    }


def _permission(permission: Permission) -> Document:
    return {
        "resource_app_id": permission.resource_app_id,
        "resource_object_id": permission.resource_object_id,
        "resource": permission.resource,
        "kind": permission.kind.value,
        "value": permission.value,
        "id": permission.id,
    }


def _trail(trail: AuditTrail) -> Document:
    return {
        "status": trail.status.value,
        "since": rfc3339(trail.since),
        "read_at": rfc3339(trail.read_at),
        "detail": trail.detail or None,
        "consents": [_change(change) for change in trail.consents],
    }


def _change(change: AuditedChange) -> Document:
    return {
        "at": rfc3339(change.at),
        "activity": change.activity,
        "actor": change.actor.name or change.actor.object_id,
        "actor_kind": change.actor.kind.value,
        "event_id": change.event_id,
    }
