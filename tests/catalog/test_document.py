"""The JSON of ``catalog show``: its keys are a contract."""

import json

import pytest

from permdesk.catalog.document import profile_document
from permdesk.catalog.store import CatalogStore
from tests.catalog.places import DATABASE

PROFILES = CatalogStore(DATABASE).profiles()


@pytest.mark.parametrize("profile_id", PROFILES)
def test_every_profile_has_the_same_keys_and_is_plain_json(profile_id: str) -> None:
    document = profile_document(PROFILES[profile_id])
    assert json.loads(json.dumps(document)) == document
    assert list(document) == [
        *("schema", "id", "vendor", "product", "edition", "source", "app_name", "app_id", "notes", "routes"),
        *("directory_roles", "requirements"),
    ]
    assert document["schema"] == "permdesk.profile/1"
    assert set(document["source"]) == {"title", "breadcrumb", "date"}
    assert all(set(route) == {"kind", "label", "steps", "who", "roles", "note"} for route in document["routes"])
    for requirement in document["requirements"]:
        assert list(requirement) == [
            *("resource_app_id", "resource", "kind", "value", "workloads", "condition", "preview", "last_update"),
            *("newly_required", "acts_for", "purpose"),
        ]


def test_one_requirement_of_each_sort() -> None:
    nakivo = profile_document(PROFILES["nakivo"])
    assert (nakivo["id"], nakivo["app_name"], nakivo["edition"]) == ("nakivo", None, "10.11.2")
    assert nakivo["requirements"][14] == {
        "resource_app_id": "00000003-0000-0000-c000-000000000000",
        "resource": "Microsoft Graph",
        "kind": "delegated",
        "value": "Group.ReadWrite.All",
        "workloads": {"Group Mailbox": ["Recovery"]},
        "condition": "group-mailbox-only",
        "preview": False,
        "last_update": None,
        "newly_required": None,
        "acts_for": "one-account",
        "purpose": "Recover group mailboxes by the stored account",
    }
    azure = profile_document(PROFILES["avepoint-azure"])
    preview = [r for r in azure["requirements"] if r["preview"]]
    assert [(r["value"], r["last_update"], r["workloads"]) for r in preview] == [
        ("UserAuthenticationMethod.ReadWrite.All", "2022-11", {})
    ]
    dynamics = profile_document(PROFILES["avepoint-dynamics-uo"])
    assert {r["newly_required"] for r in dynamics["requirements"]} == {False}


def test_fingerprints_differ_and_are_sha256() -> None:
    fingerprints = {profile.fingerprint for profile in PROFILES.values()}
    assert len(fingerprints) == len(PROFILES)
    assert all(len(bytes.fromhex(fingerprint)) == 32 for fingerprint in fingerprints)
