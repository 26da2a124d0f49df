"""The document of ``check --json``: a contract other programs rely on, named permdesk.check/1."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from permdesk.domain.application import Credential
from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.finding import AppComparison, Baseline, Comparison, Finding, MatchedBy
from permdesk.domain.grant import DirectoryRole
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.profile import Profile
from permdesk.domain.tenant import Tenant

SCHEMA = "permdesk.check/1"

Document = dict[str, Any]

#: The worst of several reads is what is said of them together.
_WORST_FIRST = (ReadStatus.FAILED, ReadStatus.REFUSED, ReadStatus.PARTIAL, ReadStatus.SKIPPED, ReadStatus.COMPLETE)


def check_document(
    comparison: Comparison, *, apps: Iterable[AppComparison] | None = None, everything: bool = False
) -> Document:
    """Return a comparison as plain dictionaries, lists, texts and numbers, in a fixed order.

    Args:
        comparison: the whole tenant.
        apps: the apps to tell of; None for all.
        everything: also those service principals that have no permission to tell of.
    """
    chosen = comparison.apps if apps is None else apps
    return {
        "schema": SCHEMA,
        "tenant": tenant_document(comparison.tenant),
        "read_at": rfc3339(comparison.read_at),
        "scan_id": comparison.scan_id,
        "catalog": {
            "version": comparison.catalog_version,
            "sources": [_source(profile) for profile in comparison.profiles.values()],
        },
        "coverage": coverage_documents(comparison.reads),
        "apps": [_app(app) for app in chosen if everything or worth_telling(app)],
    }


def worth_telling(app: AppComparison) -> bool:
    """True for every registration, read or not, and every app with a declared, granted or documented permission."""
    return app.registration_id is not None or app.baseline is not Baseline.NONE or bool(app.findings)


def tenant_document(tenant: Tenant) -> Document:
    """Return a tenant as every document names it."""
    return {"id": tenant.id, "name": tenant.name, "cloud": tenant.cloud}


def rfc3339(moment: datetime) -> str:
    """Return a moment in UTC as RFC 3339 writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def coverage_documents(reads: Iterable[ReadCoverage]) -> list[Document]:
    """Return one entry per list, and one per API for definitions and role assignments."""
    grouped: dict[tuple[str, str | None], list[ReadCoverage]] = {}
    for read in reads:
        grouped.setdefault((read.read.value, read.resource_app_id), []).append(read)
    return [_coverage(same) for same in grouped.values()]


def _coverage(reads: list[ReadCoverage]) -> Document:
    expected = [read.expected for read in reads]
    details = [". ".join(part for part in (read.detail, read.remedy) if part) for read in reads if read.detail]
    return {
        "read": reads[0].read.value,
        "resource_app_id": reads[0].resource_app_id,
        "status": min((read.status for read in reads), key=_WORST_FIRST.index).value,
        "rows": sum(read.rows for read in reads),
        "expected": None if None in expected else sum(number for number in expected if number is not None),
        "detail": details[0] if details else None,
    }


def _source(profile: Profile) -> Document:
    return {
        "profile": profile.id,
        "title": profile.source.title,
        "date": profile.source.date,
        "retrieved": profile.source.retrieved,
        "origin": profile.origin.value,
        "fingerprint": profile.fingerprint,
    }


def _app(app: AppComparison) -> Document:
    return {
        "app_id": app.app_id,
        "object_id": app.object_id,
        "display_name": app.display_name,
        "origin": app.origin.value,
        "publisher": app.publisher.name if app.publisher else None,
        "owner_tenant_id": app.owner_tenant_id,
        "profile": _profile(app, app.profile) if app.profile else None,
        "candidate_profiles": list(app.candidates),
        "baseline": app.baseline.value,
        "verdict": app.verdict.value,
        "verdict_reason": app.verdict_reason.value if app.verdict_reason else None,
        "excess_complete": app.excess_complete,
        "flags": [flag.value for flag in app.flags],
        "directory_roles": None if app.directory_roles is None else [_role(role) for role in app.directory_roles],
        "credentials": None if app.credentials is None else [_credential(c) for c in app.credentials],
        "permissions": [_permission(finding) for finding in app.findings],
    }


def _profile(app: AppComparison, profile: Profile) -> Document:
    return {
        "id": profile.id,
        "name": profile.name,
        "matched_by": (app.matched_by or MatchedBy.PERSON).value,
        "uses": "chosen" if app.uses and app.uses.chosen else "assumed",
    }


def _role(role: DirectoryRole) -> Document:
    return {"role": role.role, "template_id": role.template_id, "scope": role.scope}


def _credential(credential: Credential) -> Document:
    return {"kind": credential.kind.value, "ends": rfc3339(credential.ends) if credential.ends else None}


def _permission(finding: Finding) -> Document:
    permission = finding.permission
    return {
        "resource_app_id": permission.resource_app_id,
        "resource_object_id": permission.resource_object_id,
        "resource": permission.resource,
        "kind": permission.kind.value,
        "value": permission.value,
        "id": permission.id,
        "documented": finding.documented.value,
        "declared": finding.declared.value,
        "granted": finding.granted.value,
        "users": finding.users,
        "since": iso_day(finding.since),
        "status": finding.status.value,
        "reason": finding.reason.value if finding.reason else None,
        "remedy": [remedy.value for remedy in finding.remedy],
        "flags": [flag.value for flag in finding.flags],
        "covered_by": finding.covered_by,
        "accepted": acceptance_document(finding.accepted) if finding.accepted else None,
    }


def acceptance_document(acceptance: Acceptance) -> Document:
    """Return who accepts a finding, why, and until when."""
    return {"reason": acceptance.reason, "by": acceptance.by, "until": iso_day(acceptance.until)}


def iso_day(day: date | None) -> str | None:
    """Return YYYY-MM-DD, or None."""
    return day.isoformat() if day else None
