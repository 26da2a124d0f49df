"""The check document: every word of the contract, order, and what is left out."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import (
    AppFlag,
    Baseline,
    Declared,
    Documented,
    ExcessReason,
    Flag,
    Granted,
    MatchedBy,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.reports.check_document import check_document, coverage_documents, rfc3339
from tests.domain.test_consent import finding, own_app, plan, vendor_app

SCHEMAS = Path(__file__).parents[2] / "resources" / "schemas"


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_a_schema(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == "permdesk." + "/".join(path.stem.rsplit("-", 1))


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (Status, ("permission", "status")),
        (Documented, ("permission", "documented")),
        (Declared, ("permission", "declared")),
        (Granted, ("permission", "granted")),
        (ExcessReason, ("permission", "reason")),
        (Remedy, ("permission", "remedy")),
        (Flag, ("permission", "flags")),
        (AppFlag, ("app", "flags")),
        (Verdict, ("app", "verdict")),
        (VerdictReason, ("app", "verdict_reason")),
        (Baseline, ("app", "baseline")),
    ],
)
def test_the_schema_has_exactly_the_words_of_the_verdict(words, where):
    schema = json.loads((SCHEMAS / "check-1.json").read_text(encoding="utf-8"))
    place = schema["$defs"][where[0]]["properties"][where[1]]
    found = place.get("items", place)["enum"]
    assert {word for word in found if word is not None} == {word.value for word in words}


def test_reads_and_matches_are_those_of_the_schema():
    schema = json.loads((SCHEMAS / "check-1.json").read_text(encoding="utf-8"))
    reads = schema["properties"]["coverage"]["items"]["properties"]
    assert set(reads["read"]["enum"]) == {name.value for name in ReadName}
    assert set(reads["status"]["enum"]) == {status.value for status in ReadStatus}
    text = json.dumps(schema["$defs"]["app"]["properties"]["profile"])
    assert all(matched.value in text for matched in MatchedBy)


def test_moments_are_in_utc():
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=9)))
    assert rfc3339(noon) == "2026-11-22T03:00:00Z"
    assert rfc3339(datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)) == "2026-11-22T12:00:00.000005Z"


def test_one_entry_per_list_and_per_api():
    reads = [
        ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, 3, 3),
        ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.COMPLETE, 2, resource_app_id="api"),
        ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.COMPLETE, 4, 4, client_object_id="one"),
        ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, 0, 1, client_object_id="two", detail="no"),
        ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.PARTIAL, 1, None, client_object_id="three"),
    ]
    assert coverage_documents(reads) == [
        {
            "read": "applications",
            "resource_app_id": None,
            "status": "complete",
            "rows": 3,
            "expected": 3,
            "detail": None,
        },
        {
            "read": "appRoleAssignments",
            "resource_app_id": "api",
            "status": "complete",
            "rows": 2,
            "expected": None,
            "detail": None,
        },
        {
            "read": "appRoleAssignments",
            "resource_app_id": None,
            "status": "refused",
            "rows": 5,
            "expected": None,
            "detail": "no",
        },
    ]


def test_apps_with_nothing_to_tell_are_left_out_unless_asked_for():
    from permdesk.domain.finding import Comparison
    from permdesk.domain.tenant import Account

    silent = vendor_app(profile=None, findings=(), display_name="silent")
    bare = own_app(findings=(), display_name="bare")
    told = vendor_app(profile=None, display_name="told")
    example = plan(told)
    unread = vendor_app(profile=None, findings=(), display_name="unread", baseline=Baseline.MANIFEST)
    silent = replace(silent, baseline=Baseline.NONE)
    apps = (bare, silent, told, unread)
    comparison = Comparison("scan", example.tenant, Account(), example.read_at, (), apps, {}, "1", {})
    names = [app["display_name"] for app in check_document(comparison)["apps"]]
    assert names == ["bare", "told", "unread"]
    assert len(check_document(comparison, everything=True)["apps"]) == 4
    assert [app["display_name"] for app in check_document(comparison, apps=[told])["apps"]] == ["told"]


def test_an_unread_number_of_users_is_null():
    from permdesk.domain.finding import Comparison
    from permdesk.domain.tenant import Account

    app = vendor_app(findings=(finding(users=None),))
    example = plan(app)
    comparison = Comparison("scan", example.tenant, Account(), example.read_at, (), (app,), {}, "1", {})
    document = check_document(comparison)
    jsonschema.validate(document, json.loads((SCHEMAS / "check-1.json").read_text(encoding="utf-8")))
    assert document["apps"][0]["permissions"][0]["users"] is None
