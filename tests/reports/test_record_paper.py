"""The record of a consent on paper, in HTML and as JSON: what it says, and that strangers' names stay inert."""

import json
import os
from pathlib import Path

import pytest

from permdesk.domain.audit import AuditStatus
from permdesk.domain.consent_record import WalkedRoute
from permdesk.domain.finding import Baseline
from permdesk.domain.profile import RouteKind
from permdesk.domain.proof import Foreseen, Happened
from permdesk.domain.tenant import Account, Tenant
from permdesk.presentation.proof import filed
from permdesk.reports.choice import Letterhead
from permdesk.reports.html import render_html
from permdesk.reports.record_document import record_json
from permdesk.reports.record_part import record_paper
from tests.consent_records import EXCESS, HAD, LACKED, change, permission, record, row, trail
from tests.reports.document_text import document_text
from tests.reports.hostile_subjects import HOSTILE
from tests.schemas import validate

_GOLDEN = Path(__file__).parent / "golden" / "record-of-a-consent.txt"


def whole():
    """A record in which everything happened that can."""
    lost = row("Contacts.ReadWrite", Happened.REMOVED, before=HAD, after=LACKED, needed=True)
    rows = (
        lost,
        row("Directory.Read.All", Happened.REMOVED),
        row("Sites.Read.All", Happened.REMOVED, Foreseen.STAYS),
        row("Files.Read.All", Happened.ADDED, needed=True),
        row("Sites.Manage.All", Happened.ADDED, after=EXCESS),
        row("Sites.FullControl.All", Happened.UNREAD, api="sharepoint", resource="Office 365 SharePoint Online"),
        row("Notes.ReadWrite.All", Happened.STILL_MISSING, needed=True),
        row("Team.ReadBasic.All", Happened.UNCHANGED, Foreseen.REMOVED, before=EXCESS, after=EXCESS),
        row("Mail.Read", Happened.UNCHANGED),
    )
    told = trail(change(), change(lost.permission, came=False))
    return record(*rows, trail=told)


def text_of(made, **options):
    values = {"locale": "en-GB", "program_version": "0.1.0", **options}
    return document_text(record_paper(made, **values))


def test_its_words():
    """Compare with the file; PERMDESK_BLESS=1 writes it instead."""
    text = text_of(whole())
    if os.environ.get("PERMDESK_BLESS"):
        _GOLDEN.write_text(text, encoding="utf-8")
    assert text == _GOLDEN.read_text(encoding="utf-8")


def test_what_is_awaited_is_said():
    text = text_of(record(row("A", Happened.PENDING), watching=True))
    assert "Not everything is visible yet" in text
    assert "Not visible yet" in text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, "the directory audit log was not asked"),
        (
            trail(status=AuditStatus.NOT_GRANTED, detail="AuditLog.Read.All was not asked for"),
            "does not tell: AuditLog",
        ),
        (trail(), "has no entry yet. Entries may come late."),
        (trail(change(), status=AuditStatus.PARTIAL), "By ga@larkfield.example, 14 March 2026, 10:27 UTC"),
    ],
)
def test_by_whom_is_told_or_why_it_is_not(told, words):
    assert words in text_of(record(trail=told))


def test_an_app_that_is_gone_and_a_way_that_nobody_said():
    text = text_of(record(gone=True, route=None, baseline=Baseline.NONE))
    assert "The app is not in the tenant any more." in text
    assert "Nobody said which way was gone" in text


def test_days_are_written_as_in_the_region():
    assert "March 14, 2026" in text_of(record(), locale="en-US")


def test_the_document_is_what_its_schema_says():
    for made in (whole(), record(gone=True, route=None), record(row("A", Happened.PENDING))):
        document = json.loads(record_json(made))
        validate(document)
    document = json.loads(record_json(whole()))
    by = {one["value"]: one["by"] for one in document["permissions"]}
    assert by["Contacts.ReadWrite"]["actor"] == "ga@larkfield.example"
    assert by["Directory.Read.All"] is None
    assert document["outcome"] == "differs"


# No JSON can be decoded that holds half a surrogate pair, so no record ever does.
@pytest.mark.parametrize("evil", [text for text in HOSTILE if "\ud800" not in text])
def test_hostile_names_stay_inert(evil):
    lost = row(evil, Happened.REMOVED, resource=evil, api=evil, needed=True)
    made = record(
        lost,
        display_name=evil,
        tenant=Tenant(evil, evil, "global", evil),
        account=Account(evil),
        route=WalkedRoute(RouteKind.VENDOR_CONSOLE, evil),
        profile_name=evil,
        trail=trail(change(lost.permission, came=False, name=evil)),
        record_id=evil,
    )
    paper = record_paper(made, locale="en-GB", program_version="0.1.0")
    for text in (document_text(paper), filed(made)):
        assert not {"\u202e", "\x1b", "\x00", "\u200b"} & set(text)
    page = "".join(render_html(paper, letterhead=Letterhead()))
    assert "<script>alert" not in page
    assert "<img" not in page
    validate(json.loads(record_json(made)))


def test_two_thousand_rows_are_told_and_the_rest_counted():
    made = record(*(row(f"Permission.{number}", Happened.ADDED) for number in range(2_500)))
    text = text_of(made)
    assert "500 more permissions" in text
    assert permission("Permission.1999").label in text
