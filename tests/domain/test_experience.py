"""What earlier consents teach: the newest of the nearest, by the way that was gone."""

from datetime import UTC, timedelta

from msgspec.structs import replace

from permdesk.domain.consent_record import WalkedRoute
from permdesk.domain.experience import experience_with
from permdesk.domain.profile import RouteKind
from permdesk.domain.proof import Happened
from permdesk.presentation.experience import experience_words
from tests.consent_records import BEFORE, CONSOLE, ELSEWHERE, LINK, record, row
from tests.domain.test_consent import APP_ID, TENANT, finding, plan, vendor_app

HERE = replace(record().tenant, id=TENANT.id, cloud=TENANT.cloud)


def of(*rows, days=0, **parts):
    values = {"tenant": HERE, "app_id": APP_ID, "profile_id": "vendor-app", "ended": BEFORE + timedelta(days=days)}
    return record(*rows, **{**values, **parts})


def told(*records):
    return [
        experience_words(one, zone=UTC) for one in experience_with(plan(vendor_app(findings=(finding("A"),))), records)
    ]


REMOVED = row("Directory.Read.All", Happened.REMOVED)
ADDED = row("Files.Read.All", Happened.ADDED)


def test_the_last_consent_by_a_way_is_told():
    assert told(of(REMOVED, ADDED)) == [
        "Accepting this link removed Directory.Read.All last time, 14 March 2026, and added Files.Read.All."
    ]


def test_nothing_removed_is_told_as_well():
    assert told(of(ADDED)) == [
        "Accepting this link removed nothing last time, 14 March 2026, and added Files.Read.All."
    ]


def test_a_record_in_which_nothing_changed_proves_no_consent():
    assert told(of(row("A", Happened.UNCHANGED), row("B", Happened.STILL_MISSING))) == []


def test_the_newest_counts_and_how_often_something_went():
    words = told(of(REMOVED, record_id="1"), of(ADDED, days=2, record_id="2"))
    newest = "Accepting this link removed nothing last time, 16 March 2026, and added Files.Read.All."
    assert words == [f"{newest} Of 2 such consents looked at, 1 took something away."]


def test_each_way_is_told_apart_the_first_route_first_and_the_unsaid_last():
    words = told(of(ADDED, route=None), of(ADDED, route=LINK), of(REMOVED, route=CONSOLE))
    assert [sentence.split(" removed")[0] for sentence in words] == [
        "“Re-authorize in AvePoint”",
        "Accepting this link",
        "An earlier consent, nobody said by which way,",
    ]


def test_this_app_here_is_nearer_than_newer_ones_elsewhere():
    words = told(
        of(REMOVED, record_id="here"),
        of(ADDED, days=9, tenant=ELSEWHERE, record_id="there"),
        of(ADDED, days=99, app_id="another", record_id="profile"),
    )
    assert len(words) == 1
    assert "removed Directory.Read.All last time, 14 March 2026" in words[0]


def test_what_was_elsewhere_is_said_without_naming_the_tenant():
    words = told(of(REMOVED, tenant=ELSEWHERE))[0]
    assert "in another tenant" in words
    assert ELSEWHERE.name not in words
    assert "for another app of this profile" in told(of(REMOVED, app_id="another"))[0]


def test_other_apps_and_clouds_teach_nothing():
    china = replace(HERE, cloud="china")
    assert told(of(REMOVED, app_id="x", profile_id="y"), of(REMOVED, tenant=china)) == []
    assert told(of(REMOVED, app_id=None, profile_id="")) == []


def test_what_was_not_read_is_told():
    assert "What became of 1 permission could not be read." in told(of(REMOVED, row("B", Happened.UNREAD)))[0]


def test_hostile_names_are_inert():
    evil = WalkedRoute(RouteKind.VENDOR_CONSOLE, "\u202eRe\x1b[31m" + "x" * 10_000)
    words = told(of(row("a\u202eb\n" + "y" * 10_000, Happened.REMOVED), route=evil))[0]
    assert not {"\u202e", "\x1b", "\n"} & set(words)
    assert len(words) < 600
