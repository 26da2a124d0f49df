"""The pages of one list as they come, in whatever way they are fetched, and exactly how far they reach."""

from typing import Generic, TypeVar

from msgspec import Struct

from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.page import Page
from permdesk.domain.wording import counted
from permdesk.errors import FormatError
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.requests import ListRequest, Variant

T = TypeVar("T")

#: Pages in a row that bring nothing new before a list counts as going round in circles.
_MOST_BARREN_PAGES = 50
#: A list that goes stale or comes out short is read again from its start this often.
_RESTARTS = 1


class ListResult(Struct, Generic[T], frozen=True):
    """Rows of a list, each once.

    Attributes:
        coverage: how completely they were read.
        remedy: what helps where they were not.
        offered: False where Microsoft does not know this way of asking.
    """

    rows: tuple[T, ...]
    coverage: ReadCoverage
    remedy: str = ""
    offered: bool = True


class Collector(Generic[T]):
    """The pages of one list."""

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
    def rows(self) -> int:
        """Rows so far."""
        return len(self._rows)

    @property
    def expected(self) -> int | None:
        """Rows that the service announced."""
        return self._expected

    def add(self, page: Page[T]) -> str | None:
        """Take one page; return the link to the next, or None at the end.

        Raises:
            GraphFault: the links lead round in circles.
        """
        before = len(self._rows)
        for key in page.removed:
            self._rows.pop(key, None)
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

    def expect(self, count: int) -> None:
        """Note how many rows there are to be."""
        self._expected = count

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
        # Rows are true; asking each whether it is None takes longer.
        rows = tuple(filter(None, self._rows.values()))
        coverage = ReadCoverage(
            self.request.read,
            status,
            rows=len(self._rows),
            expected=self._expected,
            resource_app_id=self.request.resource_app_id,
            resource=self.request.resource,
            client_object_id=self.request.client_object_id,
            detail=detail,
        )
        fault = self._fault
        unknown = isinstance(fault, GraphFault) and fault.kind is FaultKind.UNSUPPORTED
        return ListResult(rows, coverage, fault.remedy if fault else "", offered=not unknown)

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
