"""Rows of one type as columns: a fraction of the work that compressing them row by row would be.

Columns are kept by the names of their fields, so that rows of an older program open as long as every newer field has
a default.
"""

import types
import typing
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import fields

from permdesk.errors import FormatError
from permdesk.history.packed import GUIDS, packed_numbers, packed_texts, unpacked_numbers, unpacked_texts

#: What names equal strings of many pages once: a string, to the one that stands for it.
Shared = dict[str, str]

_encode = msgspec.msgpack.Encoder().encode
#: Where so many values at a column's start are different, a table of those that are is not worth its codes.
_SAMPLE = 64


class Column(ABC):
    """Values of one type: ``pack`` makes plain lists, texts and bytes of them, ``unpack`` makes them again."""

    @abstractmethod
    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        """Return what is to be kept; ids go to ``ids``."""
        ...

    @abstractmethod
    def unpack(self, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        """Return the values.

        Raises:
            FormatError, TypeError, ValueError, LookupError: these are not the columns of such rows.
        """
        ...

    def unpack_field(self, name: str, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        """Return the values of one field of structs; raises as ``unpack`` does."""
        raise FormatError(f"Its rows have no {name}")


class _Text(Column):
    """Strings: packed as [form, table of that form, codes or None].

    Args:
        optional: True where values may be None.
    """

    def __init__(self, *, optional: bool) -> None:
        self._optional = optional

    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        table: Any = values
        codes = None
        if _all_alike(values):
            table = values[:1] if values[0] is not None else []
            codes = packed_numbers(bytes(len(values)), below=1)
        elif len(set(values[:_SAMPLE])) < min(len(values), _SAMPLE) or (self._optional and None in set(values)):
            known = dict.fromkeys(values)
            known.pop(None, None)
            table = list(known)
            numbers: dict[str | None, int] = dict(zip(table, range(len(table)), strict=True))
            numbers[None] = len(table)
            codes = packed_numbers(map(numbers.__getitem__, values), below=len(numbers))
        form, kept = packed_texts(table, ids)
        return [form, kept, codes]

    def unpack(self, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        form, kept, codes = packed
        texts = unpacked_texts(form, kept, ids)
        if codes is not None or form == GUIDS:
            texts = list(map(shared.setdefault, texts, texts))
        return texts if codes is None else list(map([*texts, None].__getitem__, unpacked_numbers(codes)))


class _Values(Column):
    """Values of any type that msgspec knows: packed as [table, codes or None].

    Args:
        of: the type.
        few: True where there are few different values.
    """

    def __init__(self, of: Any, *, few: bool) -> None:
        self._decode = msgspec.msgpack.Decoder(list[of]).decode
        self._few = few

    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        if _all_alike(values):
            return [_encode(values[:1]), packed_numbers(bytes(len(values)), below=1)]
        if not self._few:
            return [_encode(values), None]
        known = dict.fromkeys(values)
        numbers = dict(zip(known, range(len(known)), strict=True))
        return [_encode(list(known)), packed_numbers(map(numbers.__getitem__, values), below=len(numbers))]

    def unpack(self, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        encoded, codes = packed
        table = self._decode(encoded)
        return table if codes is None else list(map(table.__getitem__, unpacked_numbers(codes)))


class _Singles(_Values):
    """Values of which there is one object each: truth values, enumerations, None.

    Enumerations hash in Python, slowly; their addresses do not.
    """

    def __init__(self, of: Any, members: Sequence[Any]) -> None:
        super().__init__(of, few=True)
        self._numbers = {id(member): number for number, member in enumerate(members)}
        self._table = _encode(members)

    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        codes = map(self._numbers.__getitem__, map(id, values))
        return [self._table, packed_numbers(codes, below=len(self._numbers))]


class _Tuples(Column):
    """Tuples of any length: packed as [lengths, what is in them, one after the other]."""

    def __init__(self, of: Column) -> None:
        self._of = of

    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        lengths = list(map(len, values))
        flat = [item for value in values for item in value]
        return [packed_numbers(lengths, below=max(lengths, default=0) + 1), self._of.pack(flat, ids) if flat else None]

    def unpack(self, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        lengths, inner = packed
        flat = self._of.unpack(inner, ids, shared) if inner is not None else []
        tuples, place = [], 0
        for length in unpacked_numbers(lengths):
            tuples.append(tuple(flat[place : place + length]))
            place += length
        if place != len(flat):
            raise FormatError("Its lengths do not add up")
        return tuples


class _Structs(Column):
    """Rows: packed as a column for each field, by its name."""

    def __init__(self, of: type[msgspec.Struct]) -> None:
        self._of: Callable[..., Any] = of
        self._fields = [(field, _column(field.type)) for field in fields(of)]

    def pack(self, values: Sequence[Any], ids: bytearray) -> Any:
        return {
            field.name: column.pack(list(map(attrgetter(field.name), values)), ids) for field, column in self._fields
        }

    def unpack(self, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        found = {
            field.name: column.unpack(packed[field.name], ids, shared)
            for field, column in self._fields
            if field.name in packed
        }
        count = len(next(iter(found.values())))
        if any(len(values) != count for values in found.values()):
            raise FormatError("Its columns are not of one length")
        return list(map(self._of, *(found.get(field.name) or [_default(field)] * count for field, _ in self._fields)))

    def unpack_field(self, name: str, packed: Any, ids: bytes, shared: Shared) -> list[Any]:
        columns = {field.name: column for field, column in self._fields}
        return columns[name].unpack(packed[name], ids, shared)


@cache
def column_of(of: Any) -> Column:
    """Return the column for values of a type: a struct of plain fields, or what such a field may be."""
    return _column(of)


def _column(of: Any) -> Column:
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return _Structs(of)
    if typing.get_origin(of) is tuple:
        return _Tuples(_column(typing.get_args(of)[0]))
    parts = set(typing.get_args(of)) if typing.get_origin(of) in (typing.Union, types.UnionType) else {of}
    if parts <= {str, types.NoneType}:
        return _Text(optional=types.NoneType in parts)
    if all(part in (bool, types.NoneType) or issubclass(part, Enum) for part in parts):
        return _Singles(of, [member for part in sorted(parts, key=str) for member in _members(part)])
    return _Values(of, few=datetime not in parts)


def _members(part: Any) -> list[Any]:
    if part is types.NoneType:
        return [None]
    return [False, True] if part is bool else list(part)


def _all_alike(values: Sequence[Any]) -> bool:
    return bool(values) and values.count(values[0]) == len(values)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.required:
        raise FormatError(f"Its rows have no {field.name}")
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
