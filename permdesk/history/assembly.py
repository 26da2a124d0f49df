"""A finished scan and the pages it was read from: what has to be kept besides, and how it is put together again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.page import ListName
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, FormatError
from permdesk.history.chunk import (
    Chunk,
    bytes_of_chunk,
    chunk_of_bytes,
    chunk_without_keys,
    keys_of_chunk,
    rows_of_chunk,
)
from permdesk.history.columns import Shared
from permdesk.history.packed import packed_numbers, unpacked_numbers
from permdesk.history.pages import KeptPage

#: Which rows of a scan come from which kind of list.
ROWS_OF: dict[ReadName, str] = {
    ReadName.APPLICATIONS: "registrations",
    ReadName.SERVICE_PRINCIPALS: "service_principals",
    ReadName.DEFINITIONS: "apis",
    ReadName.APIS: "role_apis",
    ReadName.APP_ROLE_ASSIGNMENTS: "app_role_assignments",
    ReadName.OAUTH2_PERMISSION_GRANTS: "delegated_grants",
    ReadName.DIRECTORY_ROLES: "directory_roles",
    ReadName.USERS: "users",
}
#: Roles are held by people too: the list has more than a scan keeps.
_PARTLY_KEPT = frozenset({ReadName.DIRECTORY_ROLES})

READS, ORDER = "reads", "order"
_HEAD_FORMAT = "permdesk.head/1"
#: Rows of a scan that comes without pages are kept by so many.
_PAGE_ROWS = 1000
#: So many rows are picked at once: other threads run in between.
_PICKED = 20_000
_WRAP = 2**32

Parts = Mapping[tuple[str, str], bytes]


class _Head(Struct, frozen=True):
    """A scan without its rows and reads, and how many rows of each kind it has; ``format`` stays first for ever."""

    format: str
    rows: dict[str, int]
    snapshot: Snapshot


class _Numbers(Struct, frozen=True):
    """Of a head, how many rows there are."""

    rows: dict[str, int]


def head_of(snapshot: Snapshot) -> bytes:
    """Return a scan without what its pages hold."""
    fields = ROWS_OF.values()
    bare = replace(snapshot, reads=(), **dict.fromkeys(fields, ()))
    return msgspec.json.encode(_Head(_HEAD_FORMAT, {field: len(getattr(snapshot, field)) for field in fields}, bare))


def is_head(content: bytes) -> bool:
    """True for what ``head_of`` returned; a scan that is kept whole is something else."""
    return content.startswith(b"{")


def rows_of_head(head: bytes) -> dict[ReadName, int]:
    """Return how many rows of each kind a scan has; nothing of it is opened but its head.

    Raises:
        FormatError: the head is damaged.
    """
    try:
        rows = msgspec.json.decode(head, type=_Numbers).rows
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise _damaged(problem) from problem
    return {read: rows[field] for read, field in ROWS_OF.items() if field in rows}


def parts(snapshot: Snapshot, orders: Mapping[ReadName, Sequence[int]]) -> dict[tuple[str, str], Chunk]:
    """Return what is kept beside head and pages: the coverage, and the order of rows where it is not the pages' own."""
    found = {(READS, ""): chunk_of_bytes(msgspec.json.encode(snapshot.reads))}
    for read, places in orders.items():
        found[ORDER, read] = chunk_of_bytes(_packed_order(places))
    return found


def pages_without_keys(snapshot: Snapshot) -> Iterator[tuple[ListName, Chunk]]:
    """Yield pages for a scan that comes without any."""
    for read, field in ROWS_OF.items():
        rows = getattr(snapshot, field)
        for start in range(0, len(rows), _PAGE_ROWS):
            yield ListName(read), chunk_without_keys(read, rows[start : start + _PAGE_ROWS])


def order_of(read: ReadName, rows: Sequence[Any], kept: Sequence[Any]) -> list[int] | None:
    """Return the place of each row among those of the pages, or None where they are the same, one by one.

    Args:
        read: the kind of list.
        rows: the scan's.
        kept: rows of use of the pages, in the order in which they are kept.

    Raises:
        BugError: a row comes from no page.
    """
    if kept == list(rows):
        return None
    # Nearly always the very same objects; equal ones serve as well.
    same = {id(row): place for place, row in enumerate(kept)}
    equal: dict[Any, int] = {}
    places = []
    for row in rows:
        place = same.get(id(row))
        if place is None:
            equal = equal or {row: place for place, row in enumerate(kept)}
            place = equal.get(row)
        if place is None:
            raise BugError(f"A row of {read.value} in the scan is on none of its pages")
        places.append(place)
    return places


def check_order(read: ReadName, order: Sequence[int], rows: Sequence[Any], lists: Iterable[Iterable[KeptPage]]) -> None:
    """Check that a scan has just the rows that its pages leave: what came later holds, what was removed is gone.

    Args:
        read: the kind of list.
        order: places of the scan's rows among those of the pages.
        rows: rows of use of all pages, list by list.
        lists: the pages of each list, in the same order.

    Raises:
        BugError: it has others, or fewer.
        FormatError: a page is damaged.
    """
    due = _places_left(read, lists)
    found = set(order)
    if found == due:
        return
    # A row that is equal to another does as well as that: one assignment may be read from both its sides.
    stale = {rows[place] for place in found - due} - {rows[place] for place in due}
    lost = {rows[place] for place in due - found} - {rows[place] for place in found}
    if stale or (lost and read not in _PARTLY_KEPT):
        raise BugError(
            f"The scan's rows of {read.value} are not those of its pages: {len(stale)} old, {len(lost)} lost"
        )


def _places_left(read: ReadName, lists: Iterable[Iterable[KeptPage]]) -> set[int]:
    due: set[int] = set()
    place = 0
    for pages in lists:
        left: dict[str, int] = {}
        for page in pages:
            for key in page.said.removed:
                left.pop(key, None)
            keys, useless = keys_of_chunk(read, page.content)
            for key in useless:
                left.pop(key, None)
            left.update(zip(keys, range(place, place + len(keys)), strict=True))
            place += len(keys)
        due.update(left.values())
    return due


def put_together(head: bytes, pages: Mapping[ReadName, Sequence[KeptPage]], parts: Parts, shared: Shared) -> Snapshot:
    """Return a scan, made piece by piece: other threads run in between.

    Raises:
        FormatError: something of it is damaged, or missing.
    """
    try:
        found = msgspec.json.decode(head, type=_Head)
        reads = msgspec.json.decode(bytes_of_chunk(parts[READS, ""]), type=tuple[ReadCoverage, ...])
    except (msgspec.MsgspecError, UnicodeDecodeError, LookupError) as problem:
        raise _damaged(problem) from problem
    rows = {
        field: _picked(_rows(read, pages.get(read, ()), shared), parts.get((ORDER, read)))
        for read, field in ROWS_OF.items()
    }
    if any(len(values) != found.rows.get(field, 0) for field, values in rows.items()):
        raise _damaged("It has not as many rows as it had")
    return Snapshot(**{**asdict(found.snapshot), **rows, "reads": reads})


def _rows(read: ReadName, pages: Sequence[KeptPage], shared: Shared) -> list[Any]:
    rows: list[Any] = []
    for page in pages:
        rows += rows_of_chunk(read, page.content, shared)
    return rows


def _picked(rows: list[Any], order: bytes | None) -> tuple[Any, ...]:
    if order is None:
        return tuple(rows)
    places = _unpacked_order(bytes_of_chunk(order))
    picked: list[Any] = []
    try:
        for start in range(0, len(places), _PICKED):
            picked += map(rows.__getitem__, places[start : start + _PICKED])
    except IndexError as problem:
        raise _damaged(problem) from problem
    return tuple(picked)


def _packed_order(places: Sequence[int]) -> bytes:
    # Where one row follows the other as on the pages the difference is 0, and nothing compresses better.
    steps = ((place - before - 1) % _WRAP for before, place in zip([-1, *places], places, strict=False))
    return packed_numbers(steps, below=_WRAP)


def _unpacked_order(packed: bytes) -> list[int]:
    places, place = [], -1
    try:
        for step in unpacked_numbers(packed):
            place = (place + step + 1) % _WRAP
            places.append(place)
    except (ValueError, IndexError) as problem:
        raise _damaged(problem) from problem
    return places


def _damaged(problem: Exception | str) -> FormatError:
    return FormatError(
        "A scan in the history is damaged",
        detail=f"{problem}"[:200] + ".",
        remedy="Scan the tenant again. Other scans are as they were.",
    )
