"""The fingerprint of a scan: what matches a paper with the scan that it was made of, however that was kept."""

import functools
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from permdesk.domain.snapshot import Snapshot

#: Letters of a group, and groups of the short form.
_GROUP, _SHORT_GROUPS = 4, 2


def fingerprint(snapshot: Snapshot) -> str:
    """Return the SHA-256 of everything a scan holds, as 64 hexadecimal digits.

    It is the same for a scan just read, for that scan out of the history, and for its file opened again: lists count
    in whatever order they come, times in UTC, and fields that have their default not at all, so that a later version
    with more fields finds the same. What is hashed is the scan as JSON in UTF-8 without white space: objects with
    their keys in alphabetical order, lists in the order of their entries' bytes.
    """
    digest = hashlib.sha256()
    digest.update(_object(_named(snapshot)))
    return digest.hexdigest()


def fingerprint_of(facts: Struct) -> str:
    """Return the SHA-256 of any facts, made as that of a scan is: it matches a paper with the record it tells of."""
    return hashlib.sha256(_object(_named(facts))).hexdigest()


def short_fingerprint(whole: str) -> str:
    """Return the first digits for a line of small print: "7f3a-19c2"; empty for none."""
    return "-".join(_groups(whole)[:_SHORT_GROUPS])


def grouped_fingerprint(whole: str) -> str:
    """Return all digits in groups of four, as a person can compare them."""
    return " ".join(_groups(whole))


def _groups(whole: str) -> list[str]:
    return [whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP)]


def _named(one: Struct) -> dict[str, Any]:
    return {name: value for name, default in _fields(type(one)) if (value := getattr(one, name)) != default}


@functools.cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, object], ...]:
    """Return the fields of a type in alphabetical order, each with its default; one that nothing equals for none."""
    fields = []
    for field in msgspec.structs.fields(kind):
        default = field.default
        if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        fields.append((field.encode_name, default))
    return tuple(sorted(fields, key=lambda field: field[0]))


def _object(entries: Mapping[str, Any]) -> bytes:
    return b"{%b}" % b",".join(b'"%b":%b' % (name.encode(), _canonical(entries[name])) for name in sorted(entries))


def _canonical(value: Any) -> bytes:
    if isinstance(value, Struct):
        return _object(_named(value))
    if isinstance(value, tuple):
        return b"[%b]" % b",".join(sorted(map(_canonical, value)))
    if isinstance(value, datetime):
        return msgspec.json.encode(value.astimezone(UTC))
    return msgspec.json.encode(value)
