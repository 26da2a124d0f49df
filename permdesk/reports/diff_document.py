"""The document of ``diff --json``: what changed between two scans, named permdesk.diff/1."""

from collections.abc import Iterable
from typing import Any

from permdesk.domain.application import Credential
from permdesk.domain.permission import Permission
from permdesk.domain.scan_diff import AppDiff, Outcome, PermissionChange, ScanDiff, ScanPoint
from permdesk.reports.check_document import rfc3339, tenant_document

SCHEMA = "permdesk.diff/1"

Document = dict[str, Any]


def diff_document(diff: ScanDiff) -> Document:
    """Return a difference as plain dictionaries, lists, texts and numbers, in a fixed order."""
    return {
        "schema": SCHEMA,
        "tenant": tenant_document(diff.tenant),
        "older": _point(diff.older),
        "newer": _point(diff.newer),
        "changed": diff.changed,
        "certain": diff.certain,
        "apps": [_app(app) for app in diff.apps],
        "accounts": [
            {
                **_person(diff, change.object_id),
                "before": change.before.value,
                "after": change.after.value,
            }
            for change in diff.accounts
        ],
        "ending": [
            {
                "app_id": ending.key,
                "display_name": ending.display_name,
                **_credential(ending.credential),
                "ended": ending.ended,
                "newly": ending.newly,
            }
            for ending in diff.ending
        ],
        "not_read": [
            {
                "read": gap.read.value,
                "resource_app_id": gap.resource_app_id,
                "resource": gap.resource,
                "client_object_id": gap.client_object_id,
                "older": gap.before.value if gap.before is not None else None,
                "newer": gap.after.value if gap.after is not None else None,
            }
            for gap in diff.gaps
        ],
    }


def _point(point: ScanPoint) -> Document:
    return {"scan_id": point.scan_id, "read_at": rfc3339(point.read_at), "program": point.program_version}


def _app(app: AppDiff) -> Document:
    return {
        "app_id": app.app_id,
        "object_id": app.object_id,
        "registration_id": app.registration_id,
        "display_name": app.display_name,
        "origin": app.origin.value if app.origin is not None else None,
        "registration": _outcome(app.registration),
        "service_principal": _outcome(app.principal),
        "configured": _permissions(app.declared),
        "granted": [
            {**document, "since": change.since.isoformat() if change.since is not None else None}
            for document, change in zip(_permissions(app.granted), app.granted, strict=True)
        ],
        "granted_to_accounts": [
            {
                **_permission(change.permission),
                "outcome": change.outcome.value,
                "flags": [flag.value for flag in change.flags],
                "count": len(change.accounts),
                "accounts": list(change.accounts),
            }
            for change in app.single
        ],
        "directory_roles": [
            {
                "role": change.role.role,
                "template_id": change.role.template_id,
                "scope": change.role.scope,
                "outcome": change.outcome.value,
            }
            for change in app.roles
        ],
        "credentials": [
            {**_credential(change.credential), "outcome": change.outcome.value} for change in app.credentials
        ],
        "details": [
            {"detail": change.detail.value, "before": change.before, "after": change.after} for change in app.details
        ],
    }


def _outcome(outcome: Outcome | None) -> str | None:
    return outcome.value if outcome is not None else None


def _permissions(changes: Iterable[PermissionChange]) -> list[Document]:
    return [
        {
            **_permission(change.permission),
            "outcome": change.outcome.value,
            "flags": [flag.value for flag in change.flags],
        }
        for change in changes
    ]


def _permission(permission: Permission) -> Document:
    return {
        "resource_app_id": permission.resource_app_id,
        "resource_object_id": permission.resource_object_id,
        "resource": permission.resource,
        "kind": permission.kind.value,
        "value": permission.value,
        "id": permission.id,
    }


def _credential(credential: Credential) -> Document:
    return {
        "kind": credential.kind.value,
        "label": credential.label,
        "starts": rfc3339(credential.starts) if credential.starts is not None else None,
        "ends": rfc3339(credential.ends) if credential.ends is not None else None,
    }


def _person(diff: ScanDiff, object_id: str) -> Document:
    user = diff.users.get(object_id)
    return {
        "object_id": object_id,
        "display_name": user.display_name if user is not None else None,
        "username": user.username if user is not None else None,
    }
