"""Reading a list to its end, and saying exactly how far it came."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.page import Page
from permdesk.domain.ports import CancelToken
from permdesk.domain.wording import counted
from permdesk.errors import FormatError
from permdesk.graph.client import BATCH_SIZE, GraphClient
from permdesk.graph.faults import FaultKind, GraphFault, MalformedError
from permdesk.graph.patience import Listener, Wait
from permdesk.graph.requests import ListRequest, Variant

T = TypeVar("T")

#: Pages in a row that bring nothing new before a list counts as going round in circles.
_MOST_BARREN_PAGES = 50
#: A list that goes stale or comes out short is read again from its start this often.
_RESTARTS = 1


class ListResult(Struct, Generic[T], frozen=True):
    """Rows of a list, each once, how completely they were read, and what helps where they were not."""

    rows: tuple[T, ...]
    coverage: ReadCoverage
    remedy: str = ""


class ListProgress(Struct, frozen=True):
    """The list under way: its label, rows so far, rows announced."""

    label: str
    rows: int
    expected: int | None


class Collector(Generic[T]):
    """The pages of one list as they come, in whatever way they are fetched."""

    def __init__(self, request: ListRequest[T]) -> None:
        self.request = request
        self.restarts = 0
        self._variant = 0
        self._fault: GraphFault | FormatError | None = None
        self._begin()

    def _begin(self) -> None:
        self._rows: dict[str, T | None] = {}
        self._expected: int | None = None
        self._pages = 0
        self._barren = 0
        self._links: set[str] = set()
        self._lost = 0
        self._problem: str | None = None
        self._remarks: dict[str, None] = {}

    @property
    def variant(self) -> Variant:
        """The way of asking in use."""
        return self.request.variants[self._variant]

    @property
    def progress(self) -> ListProgress:
        """Where this list stands."""
        return ListProgress(self.request.label, len(self._rows), self._expected)

    def add(self, page: Page[T]) -> str | None:
        """Take one page; return the link to the next, or None at the end.

        Raises:
            GraphFault: the links lead round in circles.
        """
        before = len(self._rows)
        self._rows.update(page.rows)
        self._pages += 1
        self._lost += page.lost
        self._problem = self._problem or page.problem
        self._remarks |= dict.fromkeys(page.remarks)
        if self._expected is None:
            self._expected = page.count
        self._barren = 0 if len(self._rows) > before else self._barren + 1
        link = page.next_link
        if link is None:
            return None
        if link in self._links or self._barren > _MOST_BARREN_PAGES:
            raise GraphFault(FaultKind.FAILED, "The list's pages lead round in circles")
        self._links.add(link)
        return link

    def next_variant(self) -> bool:
        """Take the next way of asking, from the start; False where there is none."""
        if self._variant + 1 >= len(self.request.variants):
            return False
        self._variant += 1
        self._begin()
        return True

    def restart(self) -> bool:
        """Read again from the start, without the rows so far; False where that was done often enough."""
        if self.restarts >= _RESTARTS:
            return False
        self.restarts += 1
        self._begin()
        return True

    @property
    def short(self) -> bool:
        """True where fewer rows came than were announced."""
        return self._expected is not None and self._pages > 0 and self._seen < self._expected

    @property
    def _seen(self) -> int:
        return len(self._rows) + self._lost

    def stop(self, fault: GraphFault | FormatError) -> None:
        """Note what ended the list before its end."""
        self._fault = fault

    def result(self) -> ListResult[T]:
        """Return the rows and the coverage."""
        status, detail = self._outcome()
        rows = tuple(row for row in self._rows.values() if row is not None)
        coverage = ReadCoverage(
            self.request.read,
            status,
            rows=len(self._rows),
            expected=self._expected,
            resource_app_id=self.request.resource_app_id,
            resource=self.request.resource,
            detail=detail,
        )
        return ListResult(rows, coverage, self._fault.remedy if self._fault else "")

    def _outcome(self) -> tuple[ReadStatus, str | None]:
        if self._fault is not None:
            return (ReadStatus.PARTIAL if self._pages else status_of(self._fault)), self._fault.title
        if self._problem is not None:
            more = f" ({counted(self._lost, 'such row')})" if self._lost > 1 else ""
            return ReadStatus.PARTIAL, self._problem + more
        if self.short:
            return ReadStatus.PARTIAL, f"Microsoft announced {self._expected} rows and sent {len(self._rows)}"
        if not self._rows and self.request.never_empty is not None:
            return ReadStatus.FAILED, self.request.never_empty
        return ReadStatus.COMPLETE, "; ".join(self._remarks) or None


def status_of(fault: GraphFault | FormatError) -> ReadStatus:
    """Return what a fault makes of a read that got nothing."""
    refused = isinstance(fault, GraphFault) and fault.kind is FaultKind.REFUSED
    return ReadStatus.REFUSED if refused else ReadStatus.FAILED


class ListReader:
    """Reads lists with one client, telling progress page by page.

    Args:
        client: fetches.
        progress: told after each page.
        cancel: asked before each request.
    """

    def __init__(
        self, client: GraphClient, *, progress: Callable[[ListProgress], None], cancel: CancelToken | None
    ) -> None:
        self._client = client
        self._progress = progress
        self._cancel = cancel

    def read(self, request: ListRequest[T]) -> ListResult[T]:
        """Return one list."""
        return self._to_the_end(Collector(request))

    def read_each(self, label: str, requests: Sequence[ListRequest[T]]) -> list[ListResult[T]]:
        """Return many lists, in order; their first pages come packed together.

        Args:
            label: names them all in the progress.
            requests: the lists.
        """
        results: list[ListResult[T]] = []
        for start in range(0, len(requests), BATCH_SIZE):
            collectors = [Collector(request) for request in requests[start : start + BATCH_SIZE]]
            firsts = self.bodies(label, [one.variant.path for one in collectors], done=start, of=len(requests))
            results += [self._from_first(*both) for both in zip(collectors, firsts, strict=True)]
        return results

    def bodies(self, label: str, paths: Sequence[str], *, done: int = 0, of: int = 0) -> list[bytes | GraphFault]:
        """Return the body of each path, in order, or the fault that befell it.

        Args:
            label: names them all in the progress.
            paths: relative to the version.
            done: how many of the same kind came before.
            of: how many of the same kind there are; as many as paths where it is not told.
        """
        found: list[bytes | GraphFault] = []
        for start in range(0, len(paths), BATCH_SIZE):
            now = ListProgress(label, done + start, of or len(paths))
            self._progress(now)
            found += self._client.batch(paths[start : start + BATCH_SIZE], listener=self._listener(now))
        return found

    def _listener(self, now: ListProgress) -> Listener:
        def told(wait: Wait) -> None:
            self._progress(ListProgress(wait.beside(now.label), now.rows, now.expected))

        return Listener(self._cancel, told)

    def _from_first(self, collector: Collector[T], first: bytes | GraphFault) -> ListResult[T]:
        if isinstance(first, GraphFault):
            collector.stop(first)
            return self._told(collector)
        try:
            page = collector.request.decode(first)
        except MalformedError:
            # A batch cannot be asked again for one of its answers; the list alone can.
            return self._to_the_end(collector)
        except FormatError as wrong:
            collector.stop(wrong)
            return self._told(collector)
        return self._to_the_end(collector, page)

    def _to_the_end(self, collector: Collector[T], page: Page[T] | None = None) -> ListResult[T]:
        while True:
            try:
                self._pages(collector, page)
            except GraphFault as fault:
                if not self._again(collector, fault):
                    collector.stop(fault)
                    return self._told(collector)
            except FormatError as wrong:
                collector.stop(wrong)
                return self._told(collector)
            else:
                if not (collector.short and collector.restart()):
                    return self._told(collector)
            page = None

    def _pages(self, collector: Collector[T], page: Page[T] | None) -> None:
        decode, headers = collector.request.decode, collector.variant.headers
        if page is None:
            self._progress(collector.progress)
            listener = self._listener(collector.progress)
            page = self._client.get(collector.variant.path, decode, headers=headers, listener=listener)
        link = collector.add(page)
        self._progress(collector.progress)
        while link is not None:
            listener = self._listener(collector.progress)
            link = collector.add(self._client.follow(link, decode, headers=headers, listener=listener))
            self._progress(collector.progress)

    @staticmethod
    def _again(collector: Collector[T], fault: GraphFault) -> bool:
        if fault.kind is FaultKind.EXPIRED_PAGE:
            return collector.restart()
        return fault.kind is FaultKind.UNSUPPORTED and collector.next_variant()

    def _told(self, collector: Collector[T]) -> ListResult[T]:
        self._progress(collector.progress)
        return collector.result()
