"""The JSON documents of every command but ``check``; each names its schema, which ships in resources/schemas."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from permdesk.catalog.document import profile_document as catalog_document
from permdesk.catalog.document import route_document
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.experience import Experience
from permdesk.domain.finding import AppComparison, Comparison, Finding
from permdesk.domain.fingerprint import short_fingerprint
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.profile import Profile
from permdesk.domain.retention import Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.sign_in import SignIn, TokenStorage
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.reports.check_document import (
    acceptance_document,
    coverage_documents,
    iso_day,
    rfc3339,
    tenant_document,
)
from permdesk.reports.record_document import experience_document
from permdesk.services.accounts import KeptAccount
from permdesk.services.uses import written

Document = dict[str, Any]


def scan_document(snapshot: Snapshot, *, kept: bool, output: Path | None) -> Document:
    """Return what ``scan --json`` prints."""
    return {
        "schema": "permdesk.scan-summary/1",
        "tenant": tenant_document(snapshot.tenant),
        "read_at": rfc3339(snapshot.read_at),
        "ended_at": rfc3339(snapshot.ended_at) if snapshot.ended_at is not None else None,
        "scan_id": snapshot.scan_id,
        "account": _account(snapshot.account),
        "complete": snapshot.coverage.all_complete,
        "kept": kept,
        "output": str(output) if output is not None else None,
        "registrations": len(snapshot.registrations),
        "service_principals": len(snapshot.service_principals),
        "coverage": coverage_documents(snapshot.reads),
    }


def accounts_document(kept: Iterable[KeptAccount], storage: TokenStorage) -> Document:
    """Return what ``accounts --json`` prints."""
    return {
        "schema": "permdesk.accounts/1",
        "storage": {"kind": storage.kind.value, "why": storage.why},
        "accounts": [
            {
                **_sign_in(one.sign_in),
                "tenant_name": one.last.tenant_name if one.last is not None else None,
                "last_scan": {
                    "scan_id": one.last.scan_id,
                    "read_at": rfc3339(one.last.read_at),
                    "complete": one.last.complete,
                    "apps": one.last.apps,
                }
                if one.last is not None
                else None,
            }
            for one in kept
        ],
    }


def account_document(signed: SignIn, storage: TokenStorage) -> Document:
    """Return what ``sign-in --json`` prints."""
    return {
        "schema": "permdesk.sign-in/1",
        "storage": {"kind": storage.kind.value, "why": storage.why},
        "account": _sign_in(signed),
    }


def _sign_in(signed: SignIn) -> Document:
    return {
        "username": signed.username,
        "object_id": signed.object_id,
        "tenant_id": signed.tenant_id,
        "cloud": signed.cloud.id,
        "client_id": signed.client_id,
        "guest": signed.guest,
        "received": list(signed.received),
        "lacking": [scope.value for scope in signed.lacking],
    }


def scans_document(records: Iterable[ScanRecord], rule: Retention) -> Document:
    """Return what ``scans --json`` prints."""
    return {
        "schema": "permdesk.scans/1",
        "keep": str(rule),
        "scans": [
            {
                "scan_id": record.scan_id,
                "tenant": {"id": record.tenant_id, "name": record.tenant_name, "cloud": record.cloud},
                "read_at": rfc3339(record.read_at),
                "ended_at": rfc3339(record.ended_at) if record.ended_at is not None else None,
                "account": _account(record.account),
                "complete": record.complete,
                "apps": record.apps,
                "note": record.note or None,
            }
            for record in records
        ],
    }


def fingerprint_document(snapshot: Snapshot, whole: str) -> Document:
    """Return what ``scans --fingerprint --json`` prints."""
    return {
        "schema": "permdesk.fingerprint/1",
        "scan_id": snapshot.scan_id,
        "tenant": tenant_document(snapshot.tenant),
        "read_at": rfc3339(snapshot.read_at),
        "fingerprint": {"sha256": whole, "short": short_fingerprint(whole)},
    }


def app_document(comparison: Comparison, app: AppComparison, knowledge: Knowledge) -> Document:
    """Return what people said about one app: what ``bind``, ``confirm``, ``unbind``, ``uses`` and ``accept`` print."""
    binding = app.binding
    return {
        "schema": "permdesk.app/1",
        "tenant": tenant_document(comparison.tenant),
        "app_id": app.app_id,
        "object_id": app.object_id,
        "display_name": app.display_name,
        "verdict": app.verdict.value,
        "verdict_reason": app.verdict_reason.value if app.verdict_reason else None,
        "profile": app.profile.id if app.profile else None,
        "matched_by": app.matched_by.value if app.matched_by else None,
        "confirmed": bool(binding and binding.profile_id),
        "unbound": bool(binding and binding.profile_id is None),
        "decided": iso_day(binding.decided) if binding else None,
        "uses": _uses(app),
        "acceptances": [
            {
                "resource_app_id": acceptance.permission.resource_app_id,
                "kind": acceptance.permission.kind.value,
                "value": acceptance.permission.value,
                **acceptance_document(acceptance),
            }
            for acceptance in knowledge.acceptances
            if acceptance.app_id == app.app_id
        ],
    }


def _uses(app: AppComparison) -> Document | None:
    if app.profile is None or app.uses is None:
        return None
    everything = [str(cell) for cell in app.profile.matrix]
    return {
        "chosen": app.uses.chosen,
        "in_use": list(written(app.uses, app.profile)),
        "cells": everything,
        "conditions": [condition.value for condition in app.profile.choosable_conditions],
    }


def consent_document(plan: ConsentPlan, experience: Iterable[Experience] = ()) -> Document:
    """Return what ``consent --json`` prints: the preview, and what earlier consents did."""
    return {
        "schema": "permdesk.consent/1",
        "tenant": tenant_document(plan.tenant),
        "read_at": rfc3339(plan.read_at),
        "scan_id": plan.scan_id,
        "app_id": plan.app_id,
        "object_id": plan.object_id,
        "display_name": plan.display_name,
        "origin": plan.origin.value,
        "publisher": plan.publisher.name if plan.publisher else None,
        "owner_tenant_id": plan.owner_tenant_id,
        "profile": plan.profile.id if plan.profile else None,
        "routes": [{**route_document(offer.route), "url": offer.url} for offer in plan.routes],
        "link": plan.link,
        "closed": plan.closed.value if plan.closed else None,
        "closed_because": plan.closed_because or None,
        "who_may": {
            "text": plan.who.text,
            "roles": list(plan.who.roles),
            "needs_privileged": plan.who.needs_privileged,
        },
        "you": {
            "answer": plan.you.you.value,
            "text": f"{plan.you.title}. {plan.you.text}",
            "held": None if plan.you.held is None else list(plan.you.held),
        },
        "will_be_added": [_permission(finding) for finding in plan.will_be_added],
        "may_be_removed": [_permission(finding) for finding in plan.may_be_removed],
        "probably_asked_for": [_permission(finding) for finding in plan.probably_asked_for],
        "still_missing": [_permission(finding) for finding in plan.still_missing],
        "stays": [_permission(finding) for finding in plan.stays],
        "not_read": [_permission(finding) for finding in plan.not_read],
        "cautions": list(plan.cautions),
        "portal": [{"page": link.page.value, "label": link.label, "url": link.url} for link in plan.portal],
        "mail": {"subject": plan.mail.subject, "body": plan.mail.body, "mailto": plan.mail.mailto}
        if plan.mail
        else None,
        "experience": [experience_document(one) for one in experience],
    }


def profiles_document(version: str, profiles: Mapping[str, Profile]) -> Document:
    """Return what ``catalog list --json`` prints."""
    return {
        "schema": "permdesk.profiles/1",
        "version": version,
        "profiles": [
            {
                "id": profile.id,
                "vendor": profile.vendor,
                "product": profile.product,
                "name": profile.name,
                "edition": profile.edition,
                "date": profile.source.date,
                "origin": profile.origin.value,
                "fingerprint": profile.fingerprint,
                "requirements": len(profile.requirements),
            }
            for profile in profiles.values()
        ],
    }


def profile_document(profile: Profile) -> Document:
    """Return what ``catalog show --json`` prints: what the page says, and what permdesk knows of the profile itself."""
    stated = catalog_document(profile)
    return {
        **stated,
        "name": profile.name,
        "source": {**stated["source"], "retrieved": profile.source.retrieved},
        "not_installed": profile.not_installed or None,
        "origin": profile.origin.value,
        "fingerprint": profile.fingerprint,
    }


def _permission(finding: Finding) -> Document:
    permission = finding.permission
    return {
        "resource_app_id": permission.resource_app_id,
        "resource": permission.resource,
        "kind": permission.kind.value,
        "value": permission.value,
        "id": permission.id,
        "status": finding.status.value,
        "remedy": [remedy.value for remedy in finding.remedy],
        "flags": [flag.value for flag in finding.flags],
    }


def _account(account: Account) -> Document:
    return {
        "username": account.username,
        "object_id": account.object_id,
        "home_tenant_id": account.home_tenant_id,
    }
