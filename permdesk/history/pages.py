"""The tables of scans that are kept page by page: every function works inside somebody's transaction.

No chunk is ever without a page that needs it: whatever takes pages away takes along what nothing else needs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName, Page
from permdesk.history.chunk import Chunk, keyed_rows_of_chunk
from permdesk.history.columns import Shared

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Names of what is kept beside the lists of a finished scan; no list is called like that.
PART = "="


class Said(Struct, frozen=True, omit_defaults=True):
    """What Graph said on a page beside its rows; see ``Page``."""

    count: int | None = None
    lost: int = 0
    problem: str | None = None
    remarks: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class KeptPage(Struct, frozen=True):
    """A page as it is kept: its chunk's content, what was said beside, and the link to the next.

    A chunk that is not there has no content, which is damage: never a page without rows.
    """

    content: bytes
    said: Said
    link: str | None


_NOTHING_SAID = Said()
_said = msgspec.json.Decoder(Said).decode


def said_by(page: Page[Any]) -> str | None:
    """Return what was said beside a page's rows, as it is kept."""
    said = Said(page.count, page.lost, page.problem, page.remarks, page.removed)
    return None if said == _NOTHING_SAID else msgspec.json.encode(said).decode()


def page_of(read: ReadName, kept: KeptPage, shared: Shared) -> Page[Any]:
    """Return a page as it was added.

    Raises:
        FormatError: it is damaged.
    """
    said = kept.said
    return Page(
        rows=keyed_rows_of_chunk(read, kept.content, shared),
        next_link=kept.link,
        count=said.count,
        lost=said.lost,
        problem=said.problem,
        remarks=said.remarks,
        removed=said.removed,
    )


def missing_chunks(database: "Database", digests: Iterable[bytes]) -> set[bytes]:
    """Return those of these digests that are not kept."""
    known = database.conn.execute
    return {digest for digest in digests if not known("SELECT 1 FROM chunks WHERE digest = ?", (digest,)).fetchone()}


def put_chunk(database: "Database", chunk: Chunk, contents: Mapping[bytes, bytes]) -> int:
    """Return the number of a chunk, keeping it where it is not kept yet.

    Args:
        database: in a transaction.
        chunk: the chunk.
        contents: compressed beforehand, by digest; what is missing is compressed now.
    """
    find = "SELECT chunk FROM chunks WHERE digest = ?"
    found = database.conn.execute(find, (chunk.digest,)).fetchone()
    if found is None:
        content = contents.get(chunk.digest) or chunk.compressed()
        insert = "INSERT INTO chunks (digest, content) VALUES (?, ?)"
        found = (database.conn.execute(insert, (chunk.digest, content)).lastrowid,)
    return int(found[0])


def put_page(
    database: "Database", journal: int, name: ListName, *, chunk: int, said: str | None, link: str | None
) -> None:
    """Append a page to a list."""
    place = list_number(database, name.read, name.resource_app_id, name.part)
    (number,) = database.conn.execute(
        "SELECT COALESCE(MAX(number) + 1, 0) FROM pages WHERE journal = ? AND list = ?", (journal, place)
    ).fetchone()
    database.conn.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", (journal, place, number, chunk, said))
    if link is not None:
        database.conn.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (journal, place, number, link))


def put_part(database: "Database", journal: int, part: str, *, chunk: int, of: str = "") -> None:
    """Keep something of a finished scan that is no list."""
    place = list_number(database, PART + part, of, "")
    database.conn.execute("INSERT INTO pages VALUES (?, ?, 0, ?, NULL)", (journal, place, chunk))


def put_mark(database: "Database", journal: int, name: ListName, link: str) -> None:
    """Keep the link from which on a list can be brought up to date."""
    place = list_number(database, name.read, name.resource_app_id, name.part)
    database.conn.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (journal, place, link))


def copy_pages(database: "Database", journal: int, name: ListName, *, base: int) -> None:
    """Give a list the pages of the same list of another scan."""
    place = list_number(database, name.read, name.resource_app_id, name.part)
    database.conn.execute(
        "INSERT INTO pages SELECT ?, list, number, chunk, said FROM pages WHERE journal = ? AND list = ?",
        (journal, base, place),
    )


def drop_list(database: "Database", journal: int, name: ListName) -> None:
    """Forget a list of a scan."""
    place = list_number(database, name.read, name.resource_app_id, name.part)
    _drop(database, "journal = ? AND list = ?", (journal, place))


def drop_journals(database: "Database", journals: Iterable[int]) -> None:
    """Forget scans, all at once: what nothing else needs is looked for one time only."""
    numbers = tuple(journals)
    if numbers:
        where = f"journal IN ({', '.join('?' * len(numbers))})"
        _drop(database, where, numbers)
        database.conn.execute(f"DELETE FROM journals WHERE {where}", numbers)  # noqa: S608 - our own words


def forget_links(database: "Database", journal: int) -> None:
    """Forget where the pages of a scan lead to."""
    database.conn.execute("DELETE FROM links WHERE journal = ?", (journal,))


def list_number(database: "Database", read: str, resource_app_id: str, part: str) -> int:
    """Return the number that stands for a list's name."""
    key = (read, resource_app_id, part)
    find = "SELECT list FROM lists WHERE read = ? AND resource_app_id = ? AND part = ?"
    found = database.conn.execute(find, key).fetchone()
    if found is None:
        insert = "INSERT INTO lists (read, resource_app_id, part) VALUES (?, ?, ?)"
        found = (database.conn.execute(insert, key).lastrowid,)
    return int(found[0])


def page_counts(database: "Database", journal: int) -> dict[ListName, int]:
    """Return how many pages each list of a scan has."""
    rows = database.conn.execute(
        "SELECT read, resource_app_id, part, COUNT(*) FROM pages JOIN lists USING (list) "
        "WHERE journal = ? AND read NOT LIKE ? GROUP BY list",
        (journal, f"{PART}%"),
    )
    return {ListName(ReadName(read), resource, client): count for read, resource, client, count in rows}


def pages_of(database: "Database", journal: int, name: ListName) -> list[KeptPage]:
    """Return the pages of a list, in order."""
    rows = database.conn.execute(
        "SELECT COALESCE(content, x''), said, link FROM pages JOIN lists USING (list) LEFT JOIN chunks USING (chunk) "
        "LEFT JOIN links USING (journal, list, number) "
        "WHERE journal = ? AND read = ? AND resource_app_id = ? AND part = ? ORDER BY number",
        (journal, name.read, name.resource_app_id, name.part),
    )
    return list(_pages(rows))


def pages_of_read(database: "Database", journal: int, read: ReadName) -> list[tuple[ListName, KeptPage]]:
    """Return the pages of all lists of one kind, by the names of the lists, then in order."""
    rows = database.conn.execute(
        "SELECT resource_app_id, part, COALESCE(content, x''), said FROM pages JOIN lists USING (list) "
        "LEFT JOIN chunks USING (chunk) WHERE journal = ? AND read = ? "
        "ORDER BY resource_app_id, part, number",
        (journal, read),
    )
    return [
        (ListName(read, resource, client), KeptPage(content, _said_of(said), None))
        for resource, client, content, said in rows
    ]


def parts_of(database: "Database", journal: int) -> dict[tuple[str, str], bytes]:
    """Return what is kept of a finished scan beside its lists, by name and what it is of."""
    rows = database.conn.execute(
        "SELECT read, resource_app_id, COALESCE(content, x'') FROM pages JOIN lists USING (list) "
        "LEFT JOIN chunks USING (chunk) WHERE journal = ? AND read LIKE ?",
        (journal, f"{PART}%"),
    )
    return {(read.removeprefix(PART), of): content for read, of, content in rows}


def mark_of(database: "Database", journal: int, name: ListName) -> str | None:
    """Return the link from which on a list can be brought up to date, or None."""
    found = database.conn.execute(
        "SELECT link FROM marks JOIN lists USING (list) "
        "WHERE journal = ? AND read = ? AND resource_app_id = ? AND part = ?",
        (journal, name.read, name.resource_app_id, name.part),
    ).fetchone()
    return str(found[0]) if found else None


def _pages(rows: Iterable[tuple[bytes, str | None, str | None]]) -> Iterator[KeptPage]:
    return (KeptPage(content, _said_of(said), link) for content, said, link in rows)


def _said_of(said: str | None) -> Said:
    return _said(said) if said is not None else _NOTHING_SAID


def _drop(database: "Database", where: str, values: tuple[int, ...]) -> None:
    database.conn.execute(
        f"DELETE FROM chunks WHERE chunk IN (SELECT chunk FROM pages WHERE {where}) "  # noqa: S608 - our own words
        f"AND chunk NOT IN (SELECT chunk FROM pages WHERE NOT ({where}))",
        values + values,
    )
    for table in ("pages", "links", "marks"):
        database.conn.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608 - our own words
