"""The report document: the check document, and what paper tells besides."""

import json

import pytest
from msgspec.structs import replace

from permdesk.reports.check_document import check_document
from permdesk.reports.diff_document import diff_document
from permdesk.reports.report_document import report_document
from tests.reports.hostile_subjects import ENDLESS, HOSTILE, hostile_subject
from tests.reports.told_subjects import FINGERPRINT, sample
from tests.schemas import validate

EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
PORTAL = "0ee442b3-49da-57c5-8c8a-ce78c67df0f0"


@pytest.mark.parametrize("complete", [False, True])
def test_it_holds_to_its_schema_and_to_those_it_refers_to(complete):
    document = report_document([sample(complete=complete), sample()])
    validate(document)
    assert document["schema"] == "permdesk.report/1"
    assert len(document["tenants"]) == 2


def test_the_schema_refuses_what_another_schema_refuses():
    document = report_document([sample()])
    document["tenants"][0]["check"]["apps"][0]["verdict"] = "FINE"
    with pytest.raises(Exception, match="FINE"):
        validate(document)


def test_it_holds_the_check_document_and_the_difference_as_they_are_printed():
    (tenant,) = report_document([sample()])["tenants"]
    assert tenant["check"] == check_document(sample().comparison)
    assert tenant["previous"] == diff_document(sample().changes)
    assert report_document([replace(sample(), changes=None)])["tenants"][0]["previous"] is None


def test_paper_and_document_can_be_matched():
    (tenant,) = report_document([sample()])["tenants"]
    assert tenant["fingerprint"] == {"sha256": FINGERPRINT, "short": "5d0c-1f3a"}
    assert report_document([replace(sample(), fingerprint="")])["tenants"][0]["fingerprint"] is None


def test_numbers_exceptions_and_trend_are_told():
    (tenant,) = report_document([sample()])["tenants"]
    assert tenant["summary"]["verdicts"] == {
        "UNVERIFIED": 1,
        "GAPS": 2,
        "EXCESSIVE": 1,
        "COMPLIANT": 1,
        "NOT_INSTALLED": 1,
    }
    (exception,) = tenant["exceptions"]
    assert (exception["app_id"], exception["value"], exception["until"]) == (PORTAL, "User.Read.All", "2027-03-31")
    assert [point["day"] for point in tenant["trend"]] == ["2026-09-21", "2026-10-23", "2026-11-22"]
    assert [point["complete"] for point in tenant["trend"]] == [True, True, False]
    assert tenant["account"]["roles"][0]["name"] == "Cloud Application Administrator"


def test_chosen_apps_alone_are_told_of_and_the_numbers_stay_those_of_the_tenant():
    (tenant,) = report_document([sample()], (EXPRESS,))["tenants"]
    assert [app["app_id"] for app in tenant["check"]["apps"]] == [EXPRESS]
    assert tenant["exceptions"] == []
    assert tenant["summary"] == report_document([sample()])["tenants"][0]["summary"]


@pytest.mark.parametrize("texts", [HOSTILE, ENDLESS], ids=["acting", "endless"])
def test_whatever_strangers_wrote_is_told_as_it_is(texts):
    document = report_document([hostile_subject(texts, apps=3)])
    again = json.loads(json.dumps(document, ensure_ascii=True))
    assert again == document
