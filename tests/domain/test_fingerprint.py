"""The fingerprint of a scan: the same however the scan was kept, another one for another scan."""

import hashlib
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec import Struct
from msgspec.structs import replace

from permdesk.composition import build
from permdesk.domain.application import Registration
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.fingerprint import _canonical, fingerprint, grouped_fingerprint, short_fingerprint
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant
from permdesk.paths import Paths
from permdesk.services.target import FileTarget, SampleTarget


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    return build(Paths.isolated(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def scan(services):
    return services.scan(SampleTarget()).snapshot


def test_a_scan_out_of_history_and_file_has_the_same(services, scan, tmp_path):
    kept = services.scans.load(scan.scan_id)
    services.save_scan(kept, tmp_path / "larkfield.permdesk")
    opened = services.scan(FileTarget(tmp_path / "larkfield.permdesk")).snapshot
    assert fingerprint(scan) == fingerprint(kept) == fingerprint(opened)


def test_the_order_of_rows_means_nothing(scan):
    chance = random.Random(1)  # noqa: S311

    def shuffled(value):
        if isinstance(value, tuple):
            return tuple(shuffled(one) for one in chance.sample(value, len(value)))
        if isinstance(value, Struct):
            return replace(value, **{name: shuffled(getattr(value, name)) for name in value.__struct_fields__})
        return value

    other = shuffled(scan)
    assert other != scan
    assert fingerprint(other) == fingerprint(scan)


def test_every_list_counts(scan):
    found = {fingerprint(scan)}
    for name in Snapshot.__struct_fields__:
        value = getattr(scan, name)
        if isinstance(value, tuple) and value:
            found.add(fingerprint(replace(scan, **{name: value[1:]})))
            found.add(fingerprint(replace(scan, **{name: (*value, value[0])})))
    assert len(found) == 1 + 2 * 9


@pytest.mark.parametrize("name", ["scan_id", "program_version"])
def test_every_word_counts(scan, name):
    assert fingerprint(replace(scan, **{name: getattr(scan, name) + "x"})) != fingerprint(scan)


def test_the_zone_of_a_time_means_nothing(scan):
    elsewhere = scan.read_at.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert fingerprint(replace(scan, read_at=elsewhere)) == fingerprint(scan)
    assert fingerprint(replace(scan, read_at=scan.read_at + timedelta(seconds=1))) != fingerprint(scan)


def test_a_field_that_a_later_version_adds_changes_nothing():
    class Then(Struct):
        name: str
        at: datetime

    class Now(Struct):
        name: str
        at: datetime
        extra: str | None = None
        more: tuple[str, ...] = ()

    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert _canonical(Then("a", at)) == _canonical(Now("a", at)) == b'{"at":"2026-11-22T00:00:00Z","name":"a"}'
    assert _canonical(Now("a", at, "b")) != _canonical(Now("a", at))


def test_it_stays_what_it_was_on_paper():
    """A paper of today must be matched in ten years: what is hashed may never change for a scan that is kept."""
    at = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
    scan = Snapshot(
        scan_id="scan-1",
        tenant=Tenant("0001", "Larkfield \N{LATIN SMALL LETTER E WITH ACUTE}", "global"),
        read_at=at,
        account=Account("admin@larkfield.example"),
        program_version="0.1.0",
        registrations=(Registration("10", "11", "b", reply_urls=("z", "a")), Registration("12", "13", "a")),
        reads=(ReadCoverage(ReadName.USERS, ReadStatus.COMPLETE, 3),),
    )
    hashed = (
        '{"account":{"username":"admin@larkfield.example"},"program_version":"0.1.0",'
        '"read_at":"2026-11-22T09:42:00Z","reads":[{"read":"users","rows":3,"status":"complete"}],'
        '"registrations":[{"app_id":"11","display_name":"b","object_id":"10","reply_urls":["a","z"]},'
        '{"app_id":"13","display_name":"a","object_id":"12"}],"scan_id":"scan-1",'
        '"tenant":{"cloud":"global","id":"0001","name":"Larkfield \N{LATIN SMALL LETTER E WITH ACUTE}"}}'
    )
    assert fingerprint(scan) == hashlib.sha256(hashed.encode()).hexdigest()


def test_the_short_form_is_the_beginning_of_the_long_one():
    whole = "7f3a19c2" + "0123456789abcdef" * 3 + "01234567"
    assert short_fingerprint(whole) == "7f3a-19c2"
    assert grouped_fingerprint(whole).replace(" ", "") == whole
    assert grouped_fingerprint(whole).startswith("7f3a 19c2 0123 ")
    assert short_fingerprint("") == grouped_fingerprint("") == ""
