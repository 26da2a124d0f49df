"""The contract of the history, held by the file and by the history in memory."""

from datetime import UTC, date, datetime, timedelta, timezone
from threading import Thread

import pytest
from msgspec.structs import replace

from permdesk.domain.knowledge import Acceptance, Binding, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, Kind
from permdesk.domain.profile import Cell, Condition, Uses
from permdesk.domain.tenant import HeldRole
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid, make_snapshot

HERE = {"cloud": "global", "tenant_id": guid(1)}


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    return HistoryStore(tmp_path / "data" / "history.sqlite" if request.param == "file" else None)


def test_an_empty_history_answers(store):
    assert store.records() == []
    assert store.load("nothing") is None
    assert store.newest(**HERE) is None
    assert store.knowledge(**HERE).bindings == {}


def test_reading_creates_no_file(tmp_path):
    HistoryStore(tmp_path / "data" / "history.sqlite").knowledge(**HERE)
    assert not (tmp_path / "data").exists()


def test_a_scan_comes_back_as_it_was(store, snapshot):
    store.keep(snapshot)
    assert store.load(snapshot.scan_id) == snapshot


def test_the_same_scan_is_kept_once(store, snapshot):
    store.keep(snapshot)
    store.keep(snapshot)
    assert len(store.records()) == 1


def test_records_are_newest_first_whatever_the_time_zone(store):
    early = make_snapshot("early", read_at=datetime(2026, 11, 22, 13, 0, tzinfo=timezone(timedelta(hours=9))))
    late = make_snapshot("late", read_at=datetime(2026, 11, 22, 5, 0, tzinfo=UTC))
    store.keep(late)
    store.keep(early)
    assert [record.scan_id for record in store.records()] == ["late", "early"]
    newest = store.newest(**HERE)
    assert newest is not None
    assert newest.scan_id == "late"


def test_a_record_tells_tenant_account_and_completeness(store, snapshot):
    store.keep(snapshot)
    (record,) = store.records()
    assert record.tenant_name == "Larkfield Instruments"
    assert record.account == snapshot.account
    assert record.read_at == NOON
    assert not record.complete
    assert record.apps == 3


def test_the_roles_of_the_account_come_back_with_record_and_scan(store, snapshot):
    roles = (HeldRole(guid(70), "Global Reader"), HeldRole(guid(71), "Rôle \u202e"))
    for held in (roles, ()):
        scan = replace(snapshot, scan_id=f"scan-{len(held)}", account=replace(snapshot.account, roles=held))
        store.keep(scan)
        assert store.load(scan.scan_id).account.roles == held
        assert store.records()[0].account.roles == held


def test_newest_keeps_tenants_and_clouds_apart(store):
    store.keep(make_snapshot("here"))
    store.keep(make_snapshot("there", tenant_id=guid(99), read_at=NOON + timedelta(days=1)))
    store.keep(make_snapshot("china", cloud="china", read_at=NOON + timedelta(days=2)))
    newest = store.newest(**HERE)
    assert newest is not None
    assert newest.scan_id == "here"


def test_bindings_are_kept_replaced_and_forgotten(store):
    store.bind(**HERE, app_id=guid(11), binding=Binding("p1", by_hand=True, decided=date(2026, 11, 1)))
    store.bind(**HERE, app_id=guid(11), binding=Binding(None, decided=date(2026, 11, 2)))
    assert store.knowledge(**HERE).bindings == {guid(11): Binding(None, decided=date(2026, 11, 2))}
    store.bind(**HERE, app_id=guid(11), binding=None)
    assert store.knowledge(**HERE).bindings == {}


def test_a_binding_elsewhere_in_the_cloud_is_a_suggestion(store):
    store.bind(**HERE, app_id=guid(11), binding=Binding("older", decided=date(2026, 1, 1)))
    store.bind(cloud="global", tenant_id=guid(98), app_id=guid(11), binding=Binding("newer", decided=date(2026, 2, 1)))
    store.bind(cloud="global", tenant_id=guid(97), app_id=guid(12), binding=Binding(None))
    store.bind(cloud="china", tenant_id=guid(96), app_id=guid(13), binding=Binding("p"))
    assert store.knowledge(cloud="global", tenant_id=guid(99)).elsewhere == {guid(11): "newer"}
    assert store.knowledge(**HERE).elsewhere == {guid(11): "newer"}


def test_uses_come_back_and_go(store):
    uses = Uses(frozenset({Cell("Exchange Online", "Backup")}), frozenset({Condition.CERTIFICATE_SIGN_IN}))
    store.set_uses(**HERE, app_id=guid(11), profile_id="p", uses=uses)
    assert store.knowledge(**HERE).uses == {(guid(11), "p"): uses}
    store.set_uses(**HERE, app_id=guid(11), profile_id="p", uses=None)
    assert store.knowledge(**HERE).uses == {}


@pytest.mark.parametrize("api", [GRAPH_APP_ID, None])
def test_a_newer_acceptance_replaces_the_older(store, api):
    key = PermissionKey(api, Kind.APPLICATION, "Files.Read.All")
    store.accept(**HERE, acceptance=Acceptance(guid(11), key, "old", "me", None))
    newer = Acceptance(guid(11), key, "new", "you", date(2027, 1, 1))
    store.accept(**HERE, acceptance=newer)
    assert store.knowledge(**HERE).acceptances == (newer,)


def test_withdrawing_forgets_that_one_finding(store):
    key = PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Read")
    delegated = PermissionKey(GRAPH_APP_ID, Kind.DELEGATED, "Mail.Read")
    nowhere = PermissionKey(None, Kind.APPLICATION, "Mail.Read")
    for one in (key, delegated, nowhere):
        store.accept(**HERE, acceptance=Acceptance(guid(11), one, "why", "me", None))
    store.withdraw(**HERE, app_id=guid(11), permission=key)
    store.withdraw(**HERE, app_id=guid(11), permission=nowhere)
    store.withdraw(**HERE, app_id=guid(12), permission=delegated)
    assert [one.permission for one in store.knowledge(**HERE).acceptances] == [delegated]


def test_expectations_come_and_go(store):
    store.expect(**HERE, profile_id="p", expected=True)
    store.expect(**HERE, profile_id="p", expected=True)
    assert store.knowledge(**HERE).expected == {"p"}
    store.expect(**HERE, profile_id="p", expected=False)
    assert store.knowledge(**HERE).expected == frozenset()


def test_threads_may_write_at_once(store):
    def work(start):
        for number in range(start, start + 10):
            store.bind(**HERE, app_id=guid(number), binding=Binding("p"))

    threads = [Thread(target=work, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.knowledge(**HERE).bindings) == 40


def test_the_end_of_reading_is_kept_and_unknown_of_older_scans(store, snapshot):
    ended = NOON + timedelta(minutes=7)
    store.keep(replace(snapshot, scan_id="ended", ended_at=ended))
    store.keep(replace(snapshot, scan_id="older", read_at=NOON - timedelta(days=1)))
    assert [record.ended_at for record in store.records()] == [ended, None]
    assert store.load("ended").ended_at == ended
    assert store.load("older").ended_at is None
