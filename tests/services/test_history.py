"""The history as verbs: found by a few characters, compared, tidied, sent and taken in."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.retention import Retention
from permdesk.domain.tenant import Tenant
from permdesk.errors import FormatError, StorageError, UsageError
from permdesk.history.scan_file import open_scan
from permdesk.services.target import SampleTarget


@pytest.fixture
def month(services, snapshot):
    """Three scans of one tenant in the history, and the newest."""
    services.history.delete(services.records())
    scans = [
        replace(snapshot, scan_id=f"{name}{'0' * 32}", read_at=snapshot.read_at - timedelta(days=days))
        for name, days in (("aaaa1", 60), ("aaaa2", 30), ("bbbb3", 0))
    ]
    for scan in scans:
        services.scans.keep(scan)
    return scans


def test_a_scan_is_named_by_the_beginning_of_its_id(services, month):
    history = services.history
    assert history.named("BBBB").scan_id == month[2].scan_id
    assert history.named("aaaa1").scan_id == month[0].scan_id
    assert history.load(history.named(month[1].scan_id)) == month[1]
    with pytest.raises(UsageError, match="several scans"):
        history.named("aaaa")
    with pytest.raises(UsageError, match="too short"):
        history.named("bbb")
    with pytest.raises(UsageError, match="no scan"):
        history.named("cccc")
    with pytest.raises(UsageError):
        history.named("")


def test_the_timeline_of_a_tenant(services, month):
    other = replace(month[0], scan_id="other", tenant=Tenant("elsewhere", "Northmere", "global"))
    services.scans.keep(other)
    line = services.history.timeline(cloud="global", tenant_id=month[0].tenant.id)
    assert [record.scan_id[:5] for record in line] == ["bbbb3", "aaaa2", "aaaa1"]
    with pytest.raises(UsageError, match="several tenants"):
        services.history.newest()


def test_the_scan_before(services, month):
    history = services.history
    assert history.newest().scan_id == month[2].scan_id
    assert history.previous(month[2]) == month[1]
    assert history.previous(month[0]) is None
    unkept = replace(month[2], scan_id="from a file", read_at=month[2].read_at + timedelta(days=1))
    assert history.previous(unkept) == month[2]


def test_scans_of_two_tenants_are_not_compared(services, month):
    other = replace(month[0], tenant=Tenant("elsewhere", "Northmere", "global"))
    with pytest.raises(UsageError, match="two tenants"):
        services.history.diff(month[0], other)
    assert not services.history.diff(month[0], month[1]).changed


def test_notes_and_deleting(services, month):
    history = services.history
    record = history.named("aaaa1")
    history.note(record, "before")
    assert history.named("aaaa1").note == "before"
    assert history.delete([record]) == 1
    with pytest.raises(UsageError, match="any more"):
        history.note(record, "after")
    with pytest.raises(UsageError, match="any more"):
        history.load(record)


def test_scans_go_by_the_rule_once_another_is_kept(services, month):
    history = services.history
    history.set_retention(Retention.parse("newest:2"))
    assert [record.scan_id[:5] for record in history.due(history.retention)] == ["aaaa1"]
    assert len(services.records()) == 3
    services.scan(SampleTarget(complete=True))
    assert len(services.records()) == 2
    assert history.tidy() == 0


@pytest.mark.logs_warning("Older scans could not be deleted")
def test_a_rule_that_cannot_be_followed_spoils_no_scan(services, month, monkeypatch):
    services.history.set_retention(Retention.parse("newest:1"))

    def in_use(_scan_ids):
        raise StorageError("in use")

    monkeypatch.setattr(services.scans.keeping, "delete", in_use)
    assert services.scan(SampleTarget(complete=True)).unkept is None


def test_a_scan_without_names_is_sent_and_taken_in(services, month, tmp_path):
    history = services.history
    path = tmp_path / "sent.permdesk"
    history.export(month[0], path, nameless=True)
    bare = open_scan(path)
    assert bare.tenant.name != month[0].tenant.name
    with pytest.raises(StorageError, match="exists"):
        history.export(month[0], path)
    record = history.take_in(path)
    assert record.scan_id == bare.scan_id
    assert history.load(record) == bare
    with pytest.raises(UsageError, match="already"):
        history.take_in(path)
    # Another one of the same history tells the same people and apps apart alike.
    again = tmp_path / "again.permdesk"
    history.export(month[1], again, nameless=True)
    assert open_scan(again).users == bare.users


def test_a_file_never_takes_the_place_of_a_kept_scan(services, month, tmp_path):
    path = tmp_path / "forged.permdesk"
    services.save_scan(replace(month[0], service_principals=()), path)
    with pytest.raises(UsageError, match="already"):
        services.history.take_in(path)
    assert services.history.load(services.history.named("aaaa1")) == month[0]


def test_what_is_no_scan_is_not_taken_in(services, tmp_path):
    path = tmp_path / "some.permdesk"
    path.write_bytes(b"something else")
    with pytest.raises(FormatError):
        services.history.take_in(path)


def test_of_two_scans_of_one_moment_the_one_kept_later_is_the_newer(services, snapshot):
    again = replace(snapshot, scan_id="kept-later")
    services.scans.keep(again)
    history = services.history
    assert history.before(again).scan_id == snapshot.scan_id
    assert history.before(snapshot) is None
    # Of a scan that is not kept, such as one of a file, only what began earlier is a scan before.
    assert history.before(replace(snapshot, scan_id="of-a-file")) is None
