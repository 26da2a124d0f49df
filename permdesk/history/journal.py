"""The journal of a scan under way: kept page by page in the background, and finished in one step."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, StorageError, WorldError
from permdesk.history.assembly import ROWS_OF, check_order, order_of, parts
from permdesk.history.beginning import Beginning
from permdesk.history.chunk import Chunk, chunk_of
from permdesk.history.columns import Shared
from permdesk.history.database import HistoryDatabase
from permdesk.history.finishing import finish_journal
from permdesk.history.owners import Owners
from permdesk.history.pages import (
    KeptPage,
    copy_pages,
    drop_list,
    mark_of,
    missing_chunks,
    page_of,
    pages_of,
    put_chunk,
    put_mark,
    put_page,
    said_by,
)
from permdesk.history.writer import BackgroundWriter

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Rows that may wait for the disk: more of them make a page wait, and come at once in one transaction.
_MOST_ROWS = 16_384
#: Seconds a page waits for a disk that stands still; a little longer than another permdesk's transaction is waited for.
_PATIENCE = 15.0
#: Seconds that leaving may take: whoever cancels does not wait for a disk.
_LEAVING = 0.8


class _Add(Struct, frozen=True):
    name: ListName
    page: Page[Any]


class _Drop(Struct, frozen=True):
    name: ListName


class _TakeOver(Struct, frozen=True):
    name: ListName
    base: int


class _Mark(Struct, frozen=True):
    name: ListName
    link: str


class _Finish(Struct, frozen=True):
    snapshot: Snapshot
    parts: dict[tuple[str, str], Chunk]
    unused: tuple[ListName, ...]


_Step = _Add | _Drop | _TakeOver | _Mark | _Finish


class Journal:
    """Keeps what a scan under way has read; see ``ScanJournal``.

    Args:
        database: the history, kept open for this scan alone.
        beginning: where the scan begins.
        owners: the locks of scans under way.
        keep: keeps a scan without its pages, where those could not be written.
    """

    def __init__(
        self,
        database: HistoryDatabase,
        beginning: Beginning,
        *,
        owners: Owners,
        keep: Callable[[Snapshot], None],
    ) -> None:
        self._database = database
        self._beginning = beginning
        self._owners = owners
        self._keep = keep
        self._lock = threading.RLock()
        self._shared: Shared = {}
        #: Rows of use of each list that was asked for or added to, page by page: the reader's own objects.
        self._rows: dict[ListName, list[Sequence[Any]]] = {}
        #: Lists that begin with the base's pages, while nothing was added to those.
        self._taken: dict[ListName, _TakeOver] = {}
        #: Lists of which pages took rows away.
        self._changing: set[ListName] = set()
        #: Pages of the base that were read to see whether they can be.
        self._base_pages: dict[ListName, list[Page[Any]]] = {}
        self._done = False
        self._finished = False
        self._writer: BackgroundWriter[_Step] = BackgroundWriter(
            f"history-{beginning.journal}", self._write, ended=self._ended, most=_MOST_ROWS, patience=_PATIENCE
        )

    @property
    def scan_id(self) -> str:
        """The scan's name."""
        return self._beginning.scan_id

    @property
    def read_at(self) -> datetime:
        """When the scan began."""
        return self._beginning.read_at

    @property
    def resumed(self) -> int:
        """Pages that an interrupted scan left here."""
        return sum(self._beginning.pages.values())

    @property
    def anew(self) -> str:
        """Why an interrupted scan is not gone on with."""
        return self._beginning.anew

    @property
    def base(self) -> ScanRecord | None:
        """The scan whose lists can be brought up to date."""
        return self._beginning.base.record if self._beginning.base else None

    # A list's pages

    def kept(self, name: ListName) -> Sequence[Page[Any]]:
        """Return the pages of a list that are kept; none where they cannot be read again."""
        with self._lock:
            if name in self._taken:
                return self._base_pages[name]
            if not self._rows.get(name, name in self._beginning.pages):
                return ()
            self._writer.flush()
            if self._writer.problem is not None:
                return ()
            try:
                pages = self._read(self._beginning.journal, name)
            except WorldError:
                self.drop(name)
                return ()
            self._rows[name] = [_useful(page) for page in pages]
            return pages

    def add(self, name: ListName, page: Page[Any]) -> None:
        """Keep the next page of a list."""
        with self._lock:
            self._settle(name)
            if name not in self._rows:
                self.kept(name)
            self._rows.setdefault(name, []).append(_useful(page))
            if page.removed:
                self._changing.add(name)
            self._put(_Add(name, page), weight=len(page.rows) + 1)

    def drop(self, name: ListName) -> None:
        """Forget the pages of a list."""
        with self._lock:
            self._taken.pop(name, None)
            self._rows[name] = []
            self._put(_Drop(name))

    # The base

    def base_mark(self, name: ListName) -> str | None:
        """Return the link from which on the base's list can be brought up to date; None also where it is damaged."""
        base = self._beginning.base
        if base is None:
            return None
        with self._lock:
            try:
                mark = self._database.read(lambda database: mark_of(database, base.journal, name))
                if mark is not None and name not in self._base_pages:
                    self._base_pages[name] = self._read(base.journal, name)
            except WorldError:
                return None
            return mark

    def base_pages(self, name: ListName) -> Sequence[Page[Any]]:
        """Return the pages of the base's list, in order."""
        with self._lock:
            return self._base_pages[name] if self.base_mark(name) is not None else ()

    def take_over(self, name: ListName) -> None:
        """Begin a list with the pages of the base's."""
        base = self._beginning.base
        with self._lock:
            if base is None or self.base_mark(name) is None:
                raise BugError(f"There is no base to take {name} over from")
            if self._rows.get(name, name in self._beginning.pages):
                raise BugError(f"{name} has pages already")
            self._taken[name] = _TakeOver(name, base.journal)
            self._rows[name] = [_useful(page) for page in self._base_pages[name]]

    def mark(self, name: ListName, link: str) -> None:
        """Keep the link from which on a later scan can bring this list up to date."""
        with self._lock:
            self._settle(name)
            self._put(_Mark(name, link))

    # The end

    def finish(self, snapshot: Snapshot) -> None:
        """Keep the scan as finished.

        Raises:
            StorageError: it could not be kept.
            BugError: its rows are not those of its pages.
        """
        with self._lock:
            if self._done:
                raise BugError("The scan has ended already")
            self._done = True
            try:
                self._finish(snapshot)
            finally:
                self._writer.end()
            problem = self._writer.problem
        if isinstance(problem, StorageError):
            # The pages could not be kept as they came; perhaps the scan can be now.
            self._keep(snapshot)
        elif problem is not None:
            raise BugError(f"The scan could not be kept: {problem!r}") from problem

    def leave(self) -> None:
        """Leave the scan unfinished; what is on its way to the disk is written, and not waited for long."""
        self._done = True
        self._writer.end(_LEAVING)

    def _finish(self, snapshot: Snapshot) -> None:
        for name in list(self._taken):
            self._settle(name)
        self._writer.flush()
        if self._writer.problem is not None:
            return
        unused = tuple(name for name in self._beginning.pages if name not in self._rows)
        if not self._put(_Finish(snapshot, parts(snapshot, self._orders(snapshot)), unused)):
            raise BugError("The scan was left while it was being finished")
        self._writer.flush()
        self._finished = self._writer.problem is None

    def _ended(self) -> None:
        self._database.close()
        self._beginning.owner.release()
        if self._finished:
            self._owners.forget(self._beginning.journal)

    def _put(self, step: _Step, *, weight: int = 1) -> bool:
        return self._writer.put(step, weight=weight)

    def _settle(self, name: ListName) -> None:
        """Take the base's pages over for good: what has changed since follows in the same transaction."""
        taken = self._taken.pop(name, None)
        if taken is not None:
            self._base_pages.pop(name)
            self._put(taken)

    def _read(self, journal: int, name: ListName) -> list[Page[Any]]:
        return [page_of(name.read, page, self._shared) for page in self._stored(journal, name)]

    def _orders(self, snapshot: Snapshot) -> dict[ReadName, list[int]]:
        """Return the order of rows where it is not that of the pages, having checked that there are no others."""
        orders: dict[ReadName, list[int]] = {}
        for read, field in ROWS_OF.items():
            names = sorted(name for name in self._rows if name.read is read)
            kept = [row for name in names for page in self._rows[name] for row in page]
            rows = getattr(snapshot, field)
            order = order_of(read, rows, kept)
            if order is not None:
                orders[read] = order
            if any(name in self._changing for name in names) or (order is not None and len(set(order)) < len(kept)):
                lists = [self._stored(self._beginning.journal, name) for name in names]
                check_order(read, range(len(kept)) if order is None else order, kept, lists)
        return orders

    def _stored(self, journal: int, name: ListName) -> list[KeptPage]:
        return self._database.read(lambda database: pages_of(database, journal, name))

    # In the background

    def _write(self, steps: list[_Step]) -> None:
        chunks = {id(step): chunk_of(step.name.read, step.page.rows) for step in steps if isinstance(step, _Add)}
        parts = [part for step in steps if isinstance(step, _Finish) for part in step.parts.values()]
        all_chunks = {chunk.digest: chunk for chunk in (*chunks.values(), *parts)}
        missing = self._database.read(lambda database: missing_chunks(database, all_chunks))
        contents = {digest: all_chunks[digest].compressed() for digest in missing}

        def work(database: "Database") -> None:
            for step in steps:
                self._take(database, step, chunks.get(id(step)), contents)

        self._database.write(work)

    def _take(self, database: "Database", step: _Step, chunk: Chunk | None, contents: dict[bytes, bytes]) -> None:
        journal = self._beginning.journal
        if isinstance(step, _Add) and chunk is not None:
            number = put_chunk(database, chunk, contents)
            put_page(database, journal, step.name, chunk=number, said=said_by(step.page), link=step.page.next_link)
        elif isinstance(step, _Drop):
            drop_list(database, journal, step.name)
        elif isinstance(step, _TakeOver):
            copy_pages(database, journal, step.name, base=step.base)
        elif isinstance(step, _Mark):
            put_mark(database, journal, step.name, step.link)
        elif isinstance(step, _Finish):
            for name in step.unused:
                drop_list(database, journal, name)
            numbers = {part: put_chunk(database, content, contents) for part, content in step.parts.items()}
            finish_journal(database, journal, step.snapshot, numbers)


def _useful(page: Page[Any]) -> Sequence[Any]:
    return [row for row in page.rows.values() if row is not None]
