"""A profile as JSON, as ``catalog show`` and every other document tell it, and its fingerprint."""

import hashlib
import json
from typing import Any

from msgspec.structs import replace

from permdesk.domain.profile import Profile, Requirement, Route

SCHEMA = "permdesk.profile/1"


def profile_document(profile: Profile) -> dict[str, Any]:
    """Return what a vendor's page says: plain dicts, lists, texts, booleans and None.

    The keys are a contract, and the fingerprint is taken of them; ``workloads`` is an empty object where the vendor has
    no matrix.
    """
    return {
        "schema": SCHEMA,
        "id": profile.id,
        "vendor": profile.vendor,
        "product": profile.product,
        "edition": profile.edition,
        "source": {
            "title": profile.source.title,
            "breadcrumb": profile.source.breadcrumb,
            "date": profile.source.date,
        },
        "app_name": profile.app_name,
        "app_id": profile.app_id,
        "notes": list(profile.notes),
        "routes": [route_document(route) for route in profile.routes],
        "directory_roles": list(profile.directory_roles),
        "requirements": [_requirement(requirement) for requirement in profile.requirements],
    }


def fingerprinted(profile: Profile) -> Profile:
    """Return the profile with the SHA-256 of everything it states, whoever's file it is."""
    stated = profile_document(profile) | {
        "name": profile.name,
        "retrieved": profile.source.retrieved,
        "not_installed": profile.not_installed,
        "workloads": list(profile.workloads),
        "operations": list(profile.operations),
        "requirement_notes": [requirement.note for requirement in profile.requirements],
    }
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(profile, fingerprint=hashlib.sha256(text.encode()).hexdigest())


def route_document(route: Route) -> dict[str, Any]:
    """Return a way to authorise an app again."""
    return {
        "kind": route.kind.value,
        "label": route.label,
        "steps": list(route.steps),
        "who": route.who or None,
        "roles": list(route.roles),
        "note": route.note or None,
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "resource_app_id": requirement.resource_app_id,
        "resource": requirement.resource,
        "kind": requirement.kind.value,
        "value": requirement.value,
        "workloads": {workload: list(operations) for workload, operations in requirement.workloads.items()},
        "condition": requirement.condition.value if requirement.condition else None,
        "preview": requirement.preview,
        "last_update": requirement.last_update,
        "newly_required": requirement.newly_required,
        "acts_for": requirement.acts_for.value if requirement.acts_for else None,
        "purpose": requirement.purpose,
    }
