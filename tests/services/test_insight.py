"""What scans of a timeline come to: the same as the overview, the difference and the list of reads say."""

import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.errors import Cancelled, UsageError
from permdesk.presentation.difference import summary_words
from permdesk.presentation.summary import summarize
from permdesk.services.insight import Insights


@pytest.fixture
def two(services, snapshot):
    """The sample, and the tenant a month before with two grants fewer."""
    older = replace(
        snapshot,
        scan_id="before-1",
        read_at=snapshot.read_at - timedelta(days=30),
        app_role_assignments=snapshot.app_role_assignments[2:],
    )
    services.scans.keep(older)
    newer, before = services.records()
    return newer, before, older


def test_a_scan_comes_to_what_overview_and_difference_say(services, snapshot, two):
    newer, before, older = two
    found = Insights(services.history, services.compare).of(newer, before)
    summary = summarize(services.compare(snapshot))
    diff = services.history.diff(older, snapshot)
    assert (found.verdicts, found.unconfirmed) == (summary.verdicts, summary.unconfirmed)
    assert found.change.words == summary_words(diff)
    assert (found.change.granted, found.change.withdrawn, found.change.certain) == (2, 0, True)
    assert found.change.apps == sum(app.changed for app in diff.apps)
    assert found.reads.endswith("reads complete")


def test_the_first_scan_has_nothing_before(services, two):
    assert Insights(services.history, services.compare).of(two[1], None).change is None


def test_the_scan_before_is_read_once(services, two):
    loaded = []
    load = services.history.load
    insights = Insights(services.history, services.compare)
    services.history.load = lambda record: loaded.append(record.scan_id) or load(record)
    insights.of(two[0], two[1])
    insights.of(two[1], None)
    assert loaded == [two[0].scan_id, two[1].scan_id]
    insights.put_down()
    insights.of(two[1], None)
    assert loaded[-1] == two[1].scan_id
    assert len(loaded) == 3


def test_looking_stops_when_nobody_wants_to_know(services, two):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        Insights(services.history, services.compare).of(two[0], two[1], cancel=stop)


def test_a_scan_that_was_deleted_meanwhile_is_said(services, two):
    services.history.delete([two[1]])
    with pytest.raises(UsageError, match="any more"):
        Insights(services.history, services.compare).of(two[0], two[1])


def test_what_people_look_at_stays_prepared(services, snapshot, two):
    comparison = services.compare(snapshot)
    prepared = services.compare._prepared
    Insights(services.history, services.compare).of(two[0], two[1])
    assert services.compare._prepared is prepared
    assert comparison.apps
