"""Records of consents and the list of those to make: what is kept comes back, and goes when it should."""

import gzip
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from permdesk.domain.consent_list import ConsentList, Foresight, ItemState, ListItem
from permdesk.domain.retention import Retention
from permdesk.history.store import HistoryStore
from tests.consent_records import APP_ID, BEFORE, ELSEWHERE, RECORDS, TENANT, record
from tests.history.scans import make_snapshot

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return HistoryStore(tmp_path / "history.sqlite")


@pytest.fixture(scope="module")
def memory():
    return HistoryStore(None)


def here(store, app_id=None):
    return store.consents.of_tenant(cloud="global", tenant_id=TENANT.id, app_id=app_id)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(made=RECORDS)
def test_every_record_comes_back_as_it_was(memory, made):
    memory.consents.keep(made)
    kept = memory.consents.of_tenant(cloud=made.tenant.cloud, tenant_id=made.tenant.id)
    assert made in kept.records
    assert kept.unreadable == 0
    memory.consents.delete([made.record_id])
    assert memory.consents.all().records == ()


def test_a_later_reading_of_the_same_consent_replaces_the_earlier(store):
    store.consents.keep(record(watching=True))
    store.consents.keep(record())
    assert [one.watching for one in here(store).records] == [False]


def test_records_are_newest_first_and_apart_by_app_and_tenant(store):
    old = record(record_id="old", ended=BEFORE)
    new = record(record_id="new", ended=BEFORE + timedelta(days=1), app_id="another")
    far = record(record_id="far", tenant=ELSEWHERE)
    for one in (old, far, new):
        store.consents.keep(one)
    assert [one.record_id for one in here(store).records] == ["new", "old"]
    assert [one.record_id for one in here(store, APP_ID).records] == ["old"]
    assert {one.record_id for one in store.consents.all().records} == {"old", "new", "far"}


def test_like_finds_the_app_in_any_tenant_and_other_apps_of_its_profile(store):
    store.consents.keep(record(record_id="same", tenant=ELSEWHERE, profile_id=""))
    store.consents.keep(record(record_id="profile", app_id="another"))
    store.consents.keep(record(record_id="neither", app_id="another", profile_id="other"))
    store.consents.keep(record(record_id="none", app_id=None, profile_id=""))
    here = {"cloud": "global", "tenant_id": TENANT.id}
    found = store.consents.like(**here, app_id=APP_ID, profile_id="nakivo").records
    assert [one.record_id for one in found] == ["same", "profile"]
    assert store.consents.like(**here, app_id=None, profile_id="").records == ()


def test_this_app_here_is_found_among_hundreds_of_newer_ones(store):
    store.consents.keep(record(record_id="here", ended=BEFORE - timedelta(days=900)))
    for number in range(120):
        store.consents.keep(record(record_id=f"far-{number}", tenant=ELSEWHERE, ended=BEFORE + timedelta(days=number)))
    found = store.consents.like(cloud="global", tenant_id=TENANT.id, app_id=APP_ID, profile_id="nakivo").records
    assert [one.record_id for one in found[:2]] == ["here", "far-119"]
    assert len(found) == 100


def test_damaged_and_newer_records_are_counted_and_the_others_read(store):
    store.consents.keep(record())
    newer = gzip.compress(msgspec.json.encode({"format": "permdesk.kept-consent/9", "record": {}}))
    rows = [("cut", b"\x1f\x8b\x08"), ("foreign", b"nothing of ours"), ("newer", newer)]

    def spoil(database):
        for name, content in rows:
            database.conn.execute(
                "INSERT INTO consents VALUES (?, 'global', ?, NULL, '', '2026', ?)", (name, TENANT.id, content)
            )

    store._database.write(spoil)
    kept = here(store)
    assert [one.record_id for one in kept.records] == [record().record_id]
    assert kept.unreadable == len(rows)


def test_deleting_says_how_many_there_were(store):
    store.consents.keep(record())
    assert store.consents.delete(["nothing", record().record_id]) == 1
    assert here(store).records == ()


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("all", ["0", "1", "2", "3", "other"]),
        ("newest:2", ["2", "3", "other"]),
        ("months:3", ["3", "other"]),
    ],
)
def test_the_rule_for_scans_lets_records_go_and_leaves_the_newest_of_each_app(store, rule, left):
    for number, months in enumerate((9, 7, 5, 1)):
        store.consents.keep(record(record_id=str(number), ended=NOW - timedelta(days=30 * months)))
    store.consents.keep(record(record_id="other", app_id="another", ended=NOW - timedelta(days=900)))
    gone = store.consents.tidy(Retention.parse(rule), now=NOW)
    assert sorted(one.record_id for one in here(store).records) == left
    assert gone == 5 - len(left)


def test_records_and_list_go_with_the_last_scan_of_their_tenant(store):
    first = make_snapshot(tenant_id=TENANT.id)
    second = replace(first, scan_id="second")
    for scan in (first, second):
        store.keep(scan)
    store.consents.keep(record())
    store.consents.keep(record(record_id="far", tenant=ELSEWHERE))
    store.consents.keep_list(made_list())
    store.keeping.delete([first.scan_id])
    assert len(here(store).records) == 1
    store.keeping.delete([second.scan_id])
    assert here(store).records == ()
    assert store.consents.list_of(cloud="global", tenant_id=TENANT.id) is None
    assert [one.record_id for one in store.consents.all().records] == ["far"]


def made_list():
    item = ListItem("app", "An app", Foresight("scan", BEFORE, adds=("a",), danger=True), ItemState.PENDING)
    return ConsentList("global", TENANT.id, BEFORE, (item, replace(item, app_key="other", state=ItemState.SKIPPED)))


def test_the_list_survives_a_restart_and_an_empty_one_is_forgotten(store, tmp_path):
    store.consents.keep_list(made_list())
    again = HistoryStore(tmp_path / "history.sqlite")
    assert again.consents.list_of(cloud="global", tenant_id=TENANT.id) == made_list()
    assert again.consents.list_of(cloud="china", tenant_id=TENANT.id) is None
    again.consents.keep_list(replace(made_list(), items=()))
    assert again.consents.list_of(cloud="global", tenant_id=TENANT.id) is None
