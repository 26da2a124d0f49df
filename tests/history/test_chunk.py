"""Rows come back from their columns as they were, whatever a tenant sends; what is damaged is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.application import Registration
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.errors import FormatError
from permdesk.history.chunk import chunk_of, keyed_rows_of_chunk, keys_of_chunk, rows_of_chunk
from permdesk.history.columns import column_of
from permdesk.history.packed import packed_numbers, packed_texts, unpacked_numbers, unpacked_texts
from tests.history.rows import pages
from tests.history.scans import NOON, guid


@given(st.data(), st.sampled_from(list(ReadName)))
def test_rows_come_back_as_they_were(data, read):
    rows = data.draw(pages(read)).rows
    chunk = chunk_of(read, rows)
    found = keyed_rows_of_chunk(read, chunk.compressed(), {})
    assert found == rows
    assert list(found) == list(rows)
    useful = [row for row in rows.values() if row is not None]
    assert rows_of_chunk(read, chunk.compressed(), {}) == useful
    keys, useless = keys_of_chunk(read, chunk.compressed())
    assert keys == [key for key, row in rows.items() if row is not None]
    assert useless == [key for key, row in rows.items() if row is None]
    assert chunk_of(read, found).digest == chunk.digest


@given(st.lists(st.text(max_size=40)) | st.lists(st.uuids().map(str)) | st.lists(st.from_regex(r"[\w-]{36,44}")))
def test_texts_come_back_as_they_were(texts):
    ids = bytearray(b"before")
    form, kept = packed_texts(texts, ids)
    assert unpacked_texts(form, kept, bytes(ids)) == texts


@pytest.mark.parametrize("many", [1, 2, 99, 1500])
def test_ids_need_no_more_room_than_they_stand_for(many):
    for texts, size in (([guid(n) for n in range(many)], 16), (["Ab-_" * 10 + f"{n:03}"[:3] for n in range(many)], 33)):
        ids = bytearray()
        form, kept = packed_texts(texts, ids)
        assert len(ids) == many * size
        assert unpacked_texts(form, kept, bytes(ids)) == texts


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_numbers_come_back_as_they_were(numbers):
    packed = packed_numbers(numbers, below=max(numbers, default=0) + 1)
    assert list(unpacked_numbers(packed)) == numbers


def test_large_pages_with_many_different_values_come_back():
    rows = {
        f"k{n}": DelegatedGrant(guid(n % 700), guid(1), None if n % 3 else guid(n), f"s{n % 600}") for n in range(999)
    }
    assert keyed_rows_of_chunk(ReadName.OAUTH2_PERMISSION_GRANTS, _grants(rows), {}) == rows


def _grants(rows):
    return chunk_of(ReadName.OAUTH2_PERMISSION_GRANTS, rows).compressed()


def test_equal_ids_of_different_pages_are_one_string():
    shared = {}
    read = ReadName.APP_ROLE_ASSIGNMENTS
    first, second = (
        rows_of_chunk(read, chunk_of(read, {"k": AppRoleAssignment(guid(1), guid(2), guid(n))}).compressed(), shared)
        for n in (3, 4)
    )
    assert first[0].client_id is second[0].client_id
    assert first[0].role_id != second[0].role_id


def test_the_same_rows_are_the_same_content_whatever_objects_they_are():
    def rows():
        return {guid(n): Registration(guid(n), "".join(("app", "-1")), "x", created=NOON) for n in range(5)}

    assert chunk_of(ReadName.APPLICATIONS, rows()) == chunk_of(ReadName.APPLICATIONS, rows())


def test_every_damage_is_told_or_does_no_harm():
    rows = {f"key-{n}": DelegatedGrant(guid(n), guid(1), guid(n + 7), "openid Mail.Read") for n in range(40)}
    good = _grants(rows)
    for place in range(len(good)):
        damaged = bytearray(good)
        damaged[place] ^= 0x41
        with pytest.raises(FormatError, match="damaged"):
            keyed_rows_of_chunk(ReadName.OAUTH2_PERMISSION_GRANTS, bytes(damaged), {})
    for end in range(len(good)):
        with pytest.raises(FormatError, match="damaged"):
            rows_of_chunk(ReadName.OAUTH2_PERMISSION_GRANTS, good[:end], {})


@given(st.binary(max_size=300))
def test_content_of_anything_else_is_told(content):
    with pytest.raises(FormatError, match="damaged"):
        rows_of_chunk(ReadName.USERS, content, {})


def test_rows_of_an_older_program_get_the_defaults_of_newer_fields():
    ids = bytearray()
    column = column_of(Registration)
    packed = column.pack([Registration(guid(1), guid(2), "svc")], ids)
    del packed["credentials"], packed["disabled"]
    packed["unheard-of"] = [0, ["?"], None]
    assert column.unpack(packed, bytes(ids), {}) == [Registration(guid(1), guid(2), "svc")]
    del packed["app_id"]
    with pytest.raises(FormatError, match="no app_id"):
        column.unpack(packed, bytes(ids), {})


KEPT = Path(__file__).parent / "kept"


@pytest.mark.parametrize("read", list(ReadName))
def test_chunks_that_were_kept_once_open_for_ever(read):
    from tests.history.kept.make import EXAMPLES

    content = (KEPT / f"{read.value}.chunk").read_bytes()
    assert keyed_rows_of_chunk(read, content, {}) == EXAMPLES[read]
