"""The verb: what it gathers of a tenant, and that a file is whole or not there at all."""

import errno
import threading
import zipfile
from datetime import timedelta

import pytest
from msgspec.structs import replace

import permdesk
from permdesk.domain.fingerprint import fingerprint
from permdesk.errors import Cancelled, StorageError, UsageError
from permdesk.presentation.summary import summarize
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.services.report import Report
from permdesk.services.trend import MOST_POINTS

TEXTS = [FileFormat.HTML, FileFormat.CSV, FileFormat.JSON]
#: Those that need no Qt.
ALL = [*TEXTS, FileFormat.XLSX]


@pytest.fixture
def subject(services, snapshot, comparison):
    return services.report.subject(snapshot, comparison)


def scan_of(snapshot, *, days, number=1):
    """An earlier scan in which one grant less was there."""
    return replace(
        snapshot,
        scan_id=f"00000000-0000-4000-8000-{days:06d}{number:06d}",
        read_at=snapshot.read_at - timedelta(days=days, minutes=-number),
        app_role_assignments=snapshot.app_role_assignments[:-days],
    )


def test_a_subject_says_what_it_was_made_of(subject, snapshot, comparison):
    assert subject.comparison is comparison
    assert subject.fingerprint == fingerprint(snapshot)
    assert subject.program_version == permdesk.__version__
    assert subject.judged_on == snapshot.read_at.date()
    # The scan itself is kept, and is not the one before itself.
    assert subject.changes is None
    assert subject.trend == ()


def test_the_scan_before_is_told_from(services, snapshot, comparison):
    services.scans.keep(scan_of(snapshot, days=2))
    services.scans.keep(scan_of(snapshot, days=1))
    changes = services.report.subject(snapshot, comparison).changes
    assert changes.older.scan_id == scan_of(snapshot, days=1).scan_id
    assert changes.newer.scan_id == snapshot.scan_id
    assert changes.changed


def test_a_trend_takes_the_last_scan_of_each_day(services, snapshot, comparison, monkeypatch):
    for days, number in ((2, 1), (2, 3), (2, 2), (1, 1)):
        services.scans.keep(scan_of(snapshot, days=days, number=number))
    services.scans.keep(replace(scan_of(snapshot, days=1), read_at=snapshot.read_at + timedelta(days=1), scan_id="x"))
    loaded, load = [], services.scans.load
    monkeypatch.setattr(services.report.trend._scans, "load", lambda scan_id: loaded.append(scan_id) or load(scan_id))
    trend = services.report.subject(snapshot, comparison).trend
    assert [(snapshot.read_at.date() - point.day).days for point in trend] == [2, 1, 0]
    # The first is the scan before, which the changes are told from.
    assert loaded[1:] == [scan_of(snapshot, days=days, number=number).scan_id for days, number in ((1, 1), (2, 3))]
    last = trend[-1]
    assert (last.needed, last.granted, last.missing, last.excess, last.unread) == (60, 51, 8, 8, 0)
    assert all(point.complete for point in trend)
    assert services.report.subject(snapshot, comparison, trend=False).trend == ()


def test_a_trend_loads_no_more_scans_than_it_shows(services, snapshot, comparison):
    for days in range(1, MOST_POINTS + 3):
        services.scans.keep(scan_of(snapshot, days=days))
    assert len(services.report.subject(snapshot, comparison).trend) == MOST_POINTS


def test_a_trend_of_a_large_tenant_is_short(services, snapshot, comparison, monkeypatch):
    for days in range(1, 5):
        services.scans.keep(scan_of(snapshot, days=days))
    apps = services.scans.records()[0].apps
    for room, points in ((0, 2), (2 * apps, 3), (3 * apps, 4)):
        monkeypatch.setattr("permdesk.services.trend.MOST_APPS", room)
        assert len(services.report.subject(snapshot, comparison).trend) == points


def test_gathering_can_be_cancelled(services, snapshot, comparison):
    services.scans.keep(scan_of(snapshot, days=1))
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        services.report.subject(snapshot, comparison, cancel=cancel)


@pytest.mark.parametrize("kind", ALL)
def test_each_format_is_written_whole(services, subject, tmp_path, kind):
    file = tmp_path / f"summary.{kind}"
    told = []
    services.report.write([subject], Choice(), kind, file, progress=told.append)
    assert file.stat().st_size > 10_000
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]
    assert told[-1] == 1.0
    assert told == sorted(told)


@pytest.mark.parametrize("kind", ALL)
def test_a_tenant_without_apps_and_one_of_which_nothing_was_read_are_told_of(services, subject, tmp_path, kind):
    bare = replace(subject.comparison, apps=(), reads=(), users={})
    nothing = replace(subject, comparison=bare, summary=summarize(bare))
    services.report.write([nothing], Choice(), kind, tmp_path / "summary")
    assert (tmp_path / "summary").stat().st_size > 300


@pytest.mark.parametrize("kind", [FileFormat.XLSX, FileFormat.CSV, FileFormat.JSON])
def test_two_thousand_findings_of_one_app_are_all_told(services, subject, tmp_path, kind):
    app = next(app for app in subject.comparison.apps if app.profile and app.findings)
    many = replace(app, findings=(app.findings * 2_000)[:2_000])
    services.report.write(
        [replace(subject, comparison=replace(subject.comparison, apps=(many,)))], Choice(), kind, tmp_path / "summary"
    )
    content = (tmp_path / "summary").read_bytes()
    if kind is FileFormat.XLSX:
        with zipfile.ZipFile(tmp_path / "summary") as book:
            content = b"".join(book.read(f"xl/worksheets/sheet{number}.xml") for number in (3, 4, 5))
    word = app.findings[0].permission.id.encode()
    assert content.count(word) >= 2_000 // len(app.findings)
    assert content.count(app.app_id.encode()) >= (2_000 if kind is not FileFormat.JSON else 1)


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_printed_is_what_is_written(services, subject, tmp_path, kind):
    file = tmp_path / "summary"
    services.report.write([subject], Choice(), kind, file)
    printed = b"".join(services.report.pieces([subject], Choice(), kind))
    assert file.read_bytes() == (b"\xef\xbb\xbf" if kind is FileFormat.CSV else b"") + printed


@pytest.mark.parametrize("kind", [FileFormat.PDF, FileFormat.XLSX])
def test_what_is_no_text_is_not_printed(services, subject, kind):
    with pytest.raises(UsageError, match=f"{kind.upper()} is no text"):
        services.report.pieces([subject], Choice(), kind)


def test_a_file_is_replaced_only_when_asked_to(services, subject, tmp_path):
    file = tmp_path / "summary.csv"
    file.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        services.report.write([subject], Choice(), FileFormat.CSV, file)
    assert file.read_text() == "mine"
    services.report.write([subject], Choice(), FileFormat.CSV, file, overwrite=True)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_that_comes_meanwhile_is_not_replaced(services, subject, tmp_path):
    file = tmp_path / "summary.json"

    class Late:
        def is_set(self):
            return False

    original = Report._into

    def into(self, stream, *rest):
        file.write_text("theirs")
        original(self, stream, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Report, "_into", into)
        with pytest.raises(UsageError, match="exists already"):
            services.report.write([subject], Choice(), FileFormat.JSON, file, cancel=Late())
    assert file.read_text() == "theirs"
    assert [path for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("kind", [FileFormat.CSV, FileFormat.XLSX])
def test_a_cancelled_report_leaves_the_old_file(services, subject, tmp_path, kind):
    file = tmp_path / f"summary.{kind}"
    file.write_text("old")
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        services.report.write([subject] * 3, Choice(), kind, file, overwrite=True, cancel=cancel)
    assert file.read_text() == "old"


@pytest.mark.parametrize("kind", ALL)
def test_a_folder_that_is_not_there_is_told(services, subject, tmp_path, kind):
    with pytest.raises(StorageError, match="Nothing was saved") as problem:
        services.report.write([subject], Choice(), kind, tmp_path / "nowhere" / f"summary.{kind}")
    assert "nowhere" in problem.value.title
    assert problem.value.remedy


class _Full:
    """A disk with so many bytes of room."""

    def __init__(self, stream, room):
        self._stream, self._room = stream, room

    def write(self, content):
        self._room -= len(content)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._stream.write(content)

    def writelines(self, pieces):
        for piece in pieces:
            self.write(piece)

    def __getattr__(self, name):
        return getattr(self._stream, name)


@pytest.mark.parametrize("room", [0, 100, 20_000, 60_000])
@pytest.mark.parametrize("kind", ALL)
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_beside_it(services, subject, tmp_path, kind, room):
    file = tmp_path / f"summary.{kind}"
    file.write_text("old")
    before = set(tmp_path.rglob("*"))
    original = Report._into

    def into(self, stream, *rest):
        original(self, _Full(stream, room), *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Report, "_into", into)
        with pytest.raises(StorageError, match="No space left") as problem:
            services.report.write([subject] * 3, Choice(), kind, file, overwrite=True)
    assert str(file) in problem.value.title
    assert file.read_text() == "old"
    assert set(tmp_path.rglob("*")) == before
