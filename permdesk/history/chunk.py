"""The rows of one page as they are kept: named by their content, so that the same rows are kept once.

A chunk is four bytes that tell the length of what follows, the columns compressed, and the ids as they are: random
bytes gain nothing from compression. Level 1 it is, for 6 saves a twentieth of the room and costs twice the time.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ROWS
from permdesk.errors import FormatError
from permdesk.history.columns import Shared, column_of

_VERSION = 1
_LEVEL = 1
_LENGTH_BYTES = 4
#: A page of Graph has a few hundred kilobytes; nothing that was kept grows beyond this.
_MOST_BYTES = 2**28

_KEYS = column_of(str)


class _Content(Struct, array_like=True):
    """What is compressed.

    Attributes:
        version: of this form.
        checksum: of the ids, which are kept outside.
        count: rows, with those that are no use.
        useless: places of rows that are no use.
        keys: a column; or the name of the field that holds them; None where rows have no keys.
        rows: columns of the rows that are of use; None where none is.
    """

    version: int
    checksum: int
    count: int
    useless: list[int]
    keys: Any
    rows: Any


class Chunk(Struct, frozen=True):
    """Rows on the way to the disk.

    Attributes:
        digest: SHA-256 of the content.
    """

    digest: bytes
    columns: bytes
    ids: bytes

    def compressed(self) -> bytes:
        """Return what is kept; the interpreter is free meanwhile."""
        columns = zlib.compress(self.columns, _LEVEL)
        return b"".join((len(columns).to_bytes(_LENGTH_BYTES, "big"), columns, self.ids))


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Content).decode


def chunk_of(read: ReadName, rows: Mapping[str, Any]) -> Chunk:
    """Return the chunk for the rows of one page, by their keys."""
    values = list(rows.values())
    # Rows are true; asking each whether it is None takes longer than all else together.
    useless = [] if all(values) else [place for place, value in enumerate(values) if value is None]
    if useless:
        values = [value for value in values if value is not None]
    return _chunk(read, values, useless=useless, keys=list(rows))


def chunk_without_keys(read: ReadName, rows: Sequence[Any]) -> Chunk:
    """Return the chunk for rows that are never looked up by key."""
    return _chunk(read, rows, useless=[], keys=None)


def chunk_of_bytes(content: bytes) -> Chunk:
    """Return the chunk for something that is no rows."""
    return Chunk(hashlib.sha256(content).digest(), content, b"")


def bytes_of_chunk(content: bytes) -> bytes:
    """Return what is in a chunk that is no rows.

    Raises:
        FormatError: it is damaged.
    """
    try:
        return _unpacked(content)[0]
    except _DAMAGE as problem:
        raise _damaged(problem) from problem


def rows_of_chunk(read: ReadName, content: bytes, shared: Shared) -> list[Any]:
    """Return the rows that are of use.

    Args:
        read: which kind of list they belong to.
        content: the chunk as it is kept.
        shared: strings so far; equal ones become one.

    Raises:
        FormatError: it is damaged.
    """
    try:
        found, ids = _opened(content)
        return _rows(read, found, ids, shared)
    except _DAMAGE as problem:
        raise _damaged(problem) from problem


def keyed_rows_of_chunk(read: ReadName, content: bytes, shared: Shared) -> dict[str, Any]:
    """Return the rows by key, None for those that are no use; raises as ``rows_of_chunk`` does."""
    try:
        found, ids = _opened(content)
        rows = _rows(read, found, ids, shared)
        keys = _keys(found, rows, ids, shared)
        for place in found.useless:
            rows.insert(place, None)
        return dict(zip(keys, rows, strict=True))
    except _DAMAGE as problem:
        raise _damaged(problem) from problem


def keys_of_chunk(read: ReadName, content: bytes) -> tuple[list[str], list[str]]:
    """Return the keys of the rows that are of use, and of those that are not; raises as ``rows_of_chunk`` does."""
    try:
        found, ids = _opened(content)
        if isinstance(found.keys, str):
            column = column_of(ROWS[read])
            return (column.unpack_field(found.keys, found.rows, ids, {}) if found.rows is not None else []), []
        keys = _keys(found, [], ids, {})
        useless = set(found.useless)
        return [key for place, key in enumerate(keys) if place not in useless], [keys[place] for place in found.useless]
    except _DAMAGE as problem:
        raise _damaged(problem) from problem


_DAMAGE = (FormatError, zlib.error, msgspec.MsgspecError, TypeError, ValueError, LookupError, AttributeError)


def _chunk(read: ReadName, values: Sequence[Any], *, useless: list[int], keys: list[str] | None) -> Chunk:
    ids = bytearray()
    rows = column_of(ROWS[read]).pack(values, ids) if values else None
    packed_keys: Any = None
    if keys is not None:
        packed_keys = (None if useless else _field_with(keys, values)) or _KEYS.pack(keys, ids)
    content = _Content(_VERSION, zlib.crc32(ids), len(values) + len(useless), useless, packed_keys, rows)
    columns = _encode(content)
    digest = hashlib.sha256(columns)
    digest.update(ids)
    return Chunk(digest.digest(), columns, bytes(ids))


def _field_with(keys: list[str], values: Sequence[Any]) -> str | None:
    """Return the field of the rows that is their key, where one is."""
    if not values or not isinstance(values[0], Struct):
        return None
    for name in values[0].__struct_fields__:
        if getattr(values[0], name) == keys[0] and [getattr(value, name) for value in values] == keys:
            return name
    return None


def _unpacked(content: bytes) -> tuple[bytes, bytes]:
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    unpack = zlib.decompressobj()
    columns = unpack.decompress(content[_LENGTH_BYTES:end], _MOST_BYTES)
    if not unpack.eof:
        raise FormatError("It is cut short")
    return columns, content[end:]


def _opened(content: bytes) -> tuple[_Content, bytes]:
    columns, ids = _unpacked(content)
    found = _decode(columns)
    if found.version != _VERSION or found.checksum != zlib.crc32(ids):
        raise FormatError("Its ids are not those that were kept")
    return found, ids


def _rows(read: ReadName, found: _Content, ids: bytes, shared: Shared) -> list[Any]:
    rows = column_of(ROWS[read]).unpack(found.rows, ids, shared) if found.rows is not None else []
    if len(rows) + len(found.useless) != found.count:
        raise FormatError("It has not as many rows as it says")
    return rows


def _keys(found: _Content, rows: list[Any], ids: bytes, shared: Shared) -> list[str]:
    if isinstance(found.keys, str):
        return [getattr(row, found.keys) for row in rows]
    return _KEYS.unpack(found.keys, ids, shared) if found.count else []


def _damaged(problem: Exception) -> FormatError:
    return FormatError(
        "A page of a scan in the history is damaged",
        detail=f"{problem}"[:200] + ".",
        remedy="Scan the tenant again. Other scans are as they were.",
    )
