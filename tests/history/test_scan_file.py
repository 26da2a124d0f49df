"""Portable scan files, opened as if a stranger had sent them."""

import gzip
import json
import os
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.errors import FormatError, StorageError
from permdesk.history.scan_file import open_scan, save_scan
from permdesk.history.scan_format import decode, encode
from permdesk.history.store import HistoryStore
from tests.history.scans import make_snapshot

GOOD = encode(make_snapshot())


def repacked(change):
    document = json.loads(gzip.decompress(GOOD))
    change(document)
    return gzip.compress(json.dumps(document).encode())


def test_a_saved_scan_opens_as_it_was(tmp_path, snapshot):
    save_scan(snapshot, tmp_path / "larkfield.permdesk")
    assert open_scan(tmp_path / "larkfield.permdesk") == snapshot
    assert [path.name for path in tmp_path.iterdir()] == ["larkfield.permdesk"]


def test_the_same_scan_gives_the_same_bytes(snapshot):
    assert encode(snapshot) == encode(make_snapshot()) == GOOD


def test_any_tool_can_read_it():
    document = json.loads(gzip.decompress(GOOD))
    assert document["format"] == "permdesk.scan/1"
    assert next(iter(document)) == "format"
    assert document["snapshot"]["tenant"]["name"] == "Larkfield Instruments"


def test_an_existing_file_is_not_replaced_unasked(tmp_path, snapshot):
    path = tmp_path / "a.permdesk"
    path.write_bytes(b"precious")
    with pytest.raises(StorageError, match="exists already"):
        save_scan(snapshot, path)
    assert path.read_bytes() == b"precious"
    save_scan(snapshot, path, overwrite=True)
    assert open_scan(path) == snapshot


def test_a_save_that_fails_leaves_the_old_file(tmp_path, snapshot, monkeypatch):
    path = tmp_path / "a.permdesk"
    path.write_bytes(b"precious")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        save_scan(snapshot, path, overwrite=True)
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path, snapshot):
    with pytest.raises(StorageError, match="cannot be written"):
        save_scan(snapshot, tmp_path / "nowhere" / "a.permdesk")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(StorageError, match="cannot be read"):
        open_scan(tmp_path / "nothing.permdesk")
    with pytest.raises(StorageError, match="cannot be read"):
        open_scan(tmp_path)


@pytest.mark.parametrize("cut", [1, 9, 40, len(GOOD) // 2, len(GOOD) - 9, len(GOOD) - 1])
def test_a_file_cut_short_is_refused(cut):
    with pytest.raises(FormatError):
        decode(GOOD[:cut], name="cut.permdesk")


def test_the_sentence_for_a_file_cut_short_says_so():
    with pytest.raises(FormatError, match="cut short"):
        decode(GOOD[:-200], name="cut.permdesk")


@pytest.mark.parametrize("place", range(10, len(GOOD) - 8, 97))
def test_a_damaged_file_is_refused(place):
    damaged = bytearray(GOOD)
    damaged[place] ^= 0x5A
    with pytest.raises(FormatError):
        decode(bytes(damaged), name="damaged.permdesk")


def test_something_after_the_end_is_refused():
    with pytest.raises(FormatError, match="damaged"):
        decode(GOOD + b"more", name="x.permdesk")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 a zip file",
        b'{"format": "permdesk.scan/1"}',
        gzip.compress(b"", mtime=0),
        gzip.compress(b"hello", mtime=0),
        gzip.compress(b'{"format": "somebody.else/1"}', mtime=0),
        gzip.compress(b'{"format": "permdesk.scan/0"}', mtime=0),
    ],
)
def test_a_foreign_file_is_refused(content):
    with pytest.raises(FormatError, match="not a scan of permdesk"):
        decode(content, name="x.permdesk")


def test_a_newer_file_is_refused_politely():
    with pytest.raises(FormatError, match="newer permdesk"):
        decode(gzip.compress(b'{"format":"permdesk.scan/2","everything":"different"}', mtime=0), name="x.permdesk")


def test_a_file_that_does_not_tell_when_reading_ended_opens(snapshot):
    content = repacked(lambda document: document["snapshot"].pop("ended_at"))
    assert decode(content, name="x.permdesk") == snapshot
    assert snapshot.ended_at is None


def test_unknown_fields_are_ignored(snapshot):
    content = repacked(lambda document: document["snapshot"].update(future={"a": [1]}))
    assert decode(content, name="x.permdesk") == snapshot


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("snapshot"),
        lambda document: document["snapshot"].update(read_at="2026-11-22T12:00:00"),
        lambda document: document["snapshot"]["registrations"][0].update(created="2026-11-22T12:00:00"),
        lambda document: document["snapshot"].update(read_at="yesterday"),
        lambda document: document["snapshot"].update(ended_at="2026-11-22T12:00:00"),
        lambda document: document["snapshot"].update(registrations=None),
        lambda document: document["snapshot"]["tenant"].update(cloud="moon"),
        lambda document: document["snapshot"]["reads"][0].update(status="perfect"),
    ],
)
def test_facts_of_the_wrong_shape_are_refused(change):
    with pytest.raises(FormatError):
        decode(repacked(change), name="x.permdesk")


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [bomb.compress(b'{"format":"permdesk.scan/1","snapshot":"')]
    parts += [bomb.compress(b"0" * 2**20) for _ in range(64)]
    content = b"".join([*parts, bomb.flush()])
    assert len(content) < 100_000
    with pytest.raises(FormatError, match="larger than any scan"):
        decode(content, name="bomb.permdesk", max_content=2**20)


def test_a_file_that_grows_like_no_scan_is_refused_long_before_it_fills_the_memory():
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [bomb.compress(b'{"format":"permdesk.scan/1","snapshot":"')]
    parts += [bomb.compress(b"0" * 2**20) for _ in range(64)]
    with pytest.raises(FormatError, match="more than 16,777,216 bytes"):
        decode(b"".join([*parts, bomb.flush()]), name="bomb.permdesk")


def test_a_file_full_of_markup_opens_as_it_is(tmp_path, snapshot):
    evil = "\x1b]0;x\x07<script>alert(1)</script>=cmd|' /C calc'!A0\u202e" + "A" * 10_000
    scan = replace(
        snapshot,
        scan_id=evil,
        tenant=replace(snapshot.tenant, name=evil),
        users=tuple(replace(user, display_name=evil, username=evil) for user in snapshot.users),
        registrations=tuple(replace(one, display_name=evil) for one in snapshot.registrations),
    )
    save_scan(scan, tmp_path / "evil.permdesk")
    assert open_scan(tmp_path / "evil.permdesk") == scan
    store = HistoryStore(tmp_path / "history.sqlite")
    store.keep(scan)
    assert store.load(evil) == scan
    assert store.keeping.delete([evil]) == 1


def test_a_file_too_large_is_refused(tmp_path):
    path = tmp_path / "large.permdesk"
    path.write_bytes(GOOD)
    with pytest.raises(FormatError, match="larger than any scan"):
        open_scan(path, max_compressed=len(GOOD) - 1)


def test_deep_nesting_is_refused():
    content = gzip.compress(b'{"format":"permdesk.scan/1","deep":' + b"[" * 200_000 + b"]" * 200_000 + b"}", mtime=0)
    with pytest.raises(FormatError):
        decode(content, name="deep.permdesk")


@given(st.binary(max_size=400))
@example(b"\x1f\x8b")
def test_random_bytes_are_refused(content):
    with pytest.raises(FormatError):
        decode(content, name="x.permdesk")


@given(st.binary(max_size=400))
def test_random_content_is_refused(content):
    with pytest.raises(FormatError):
        decode(gzip.compress(content), name="x.permdesk")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    ),
    st.sampled_from(["tenant", "read_at", "registrations", "reads", "apis", "users", "scan_id", "account"]),
)
def test_a_scan_with_something_else_in_it_opens_or_is_refused(value, field):
    content = repacked(lambda document: document["snapshot"].update({field: value}))
    try:
        opened = decode(content, name="x.permdesk")
    except FormatError:
        return
    assert encode(opened)
