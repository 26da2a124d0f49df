"""Reads lists side by side to their ends: pages are fetched in lanes, and taken in one thread, in order."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.page import ListName, Page
from permdesk.domain.scan_store import ScanJournal
from permdesk.errors import FormatError
from permdesk.graph.client import BATCH_SIZE, GraphClient, RawPage
from permdesk.graph.collector import Collector, ListResult
from permdesk.graph.faults import FaultKind, GraphFault, MalformedError
from permdesk.graph.patience import Listener, Wait
from permdesk.graph.requests import ListRequest
from permdesk.graph.traffic import Deliver, Traffic

#: Pages of one list that may wait to be looked at: a list without end is not followed far.
_AHEAD = 6

T = TypeVar("T")
Body = bytes | GraphFault


class ListProgress(Struct, frozen=True):
    """How far a list has come.

    Attributes:
        label: the list, in words.
        rows: rows so far.
        expected: rows announced; None where none were.
        name: the list; None where objects are fetched one by one, packed together.
        kept: how many of the rows were not read just now.
        ended: nothing more comes.
        wait: what it waits for, before a request is sent again.
    """

    label: str
    rows: int
    expected: int | None
    name: ListName | None = None
    kept: int = 0
    ended: bool = False
    wait: Wait | None = None


#: Called with each page, whether it came just now or was left by an interrupted scan.
Saw = Callable[[Page[T]], None]
#: A list that is asked for together with others, and what is called with its rows.
Packed = tuple[ListRequest[Any], Callable[[ListResult[Any]], None]]
Told = Callable[[ListProgress], None]


class Lists:
    """Reads lists with one client; all its methods belong to the thread that ``traffic`` works in.

    Args:
        client: fetches.
        traffic: lanes to fetch in.
        journal: keeps each page as it comes, and has those of an interrupted scan.
        told: hears after each page, and of each wait.
    """

    def __init__(self, client: GraphClient, traffic: Traffic, journal: ScanJournal, told: Told) -> None:
        self.client = client
        self.traffic = traffic
        self.journal = journal
        self.told = told

    def read(
        self,
        request: ListRequest[T],
        then: Callable[[ListResult[T]], None],
        *,
        saw: Saw[T] | None = None,
    ) -> None:
        """Begin to read a list.

        Args:
            request: the list.
            then: called with its rows once it is read, or cannot be.
            saw: hears of each page.
        """
        _Reading(self, request, then, saw).begin()

    def read_packed(self, label: str, packed: Sequence[Packed]) -> None:
        """Begin to read many lists whose first pages come packed together.

        Args:
            label: names them all in the progress.
            packed: the lists, and what is called with each one's rows.
        """
        readings = [_Reading(self, request, then, None) for request, then in packed]
        fresh = [reading for reading in readings if not reading.go_on()]
        for reading in fresh:
            reading.tell()

        def take(bodies: list[Body], part: list[_Reading[Any]]) -> None:
            for reading, body in zip(part, bodies, strict=True):
                reading.begin_with(body)

        for start in range(0, len(fresh), BATCH_SIZE):
            part = fresh[start : start + BATCH_SIZE]
            self.bodies(label, [reading.collector.variant.path for reading in part], partial(take, part=part))

    def bodies(
        self,
        label: str,
        paths: Sequence[str],
        then: Callable[[list[Body]], None],
        *,
        headers: Mapping[str, str] | None = None,
        patient: bool = True,
    ) -> None:
        """Begin to fetch what at most 20 paths answer with, packed together.

        Args:
            label: names them all in the progress.
            paths: relative to the version.
            then: called with the body of each path, in order, or the fault that befell it.
            headers: sent with each.
            patient: try again what fails.
        """
        now = ListProgress(label, 0, len(paths))

        def lane(deliver: Deliver) -> None:
            listener = self.listener(lambda: now)
            found = self.client.batch(paths, headers=headers, listener=listener, patient=patient)
            deliver(partial(then, found), sum(len(body) for body in found if isinstance(body, bytes)))

        self.told(now)
        self.traffic.start(lane)

    def listener(self, now: Callable[[], ListProgress]) -> Listener:
        """Return who hears of a request's waits."""

        def told(wait: Wait) -> None:
            self.told(replace(now(), wait=wait))

        return Listener(self.traffic, told)


class _Attempt:
    """One run through a list, from its start or from where it was left.

    Attributes:
        stopped: set by the one thread; the lane then fetches no further page.
    """

    stopped = False

    def __init__(self) -> None:
        self.ahead = threading.Semaphore(_AHEAD)


class _Reading(Generic[T]):
    """One list under way."""

    def __init__(
        self,
        lists: Lists,
        request: ListRequest[T],
        then: Callable[[ListResult[T]], None],
        saw: Saw[T] | None,
    ) -> None:
        self.collector = Collector(request)
        self._lists = lists
        self._then = then
        self._saw = saw
        self._attempt = _Attempt()
        self._alone = False
        self._kept = 0

    def begin(self) -> None:
        """Read from the start, or go on where an interrupted scan was."""
        if not self.go_on():
            self._start(None)

    def go_on(self) -> bool:
        """Take what an interrupted scan left, and read the rest; False where it left nothing."""
        link = None
        kept = self._lists.journal.kept(self.collector.request.name)
        try:
            for page in kept:
                link = self._take(page)
        except GraphFault as fault:
            self._fault(self._attempt, fault)
            return True
        self._kept = self.collector.rows
        if link is not None:
            self._start(link)
        elif kept:
            self._end()
        return bool(kept)

    def begin_with(self, first: Body) -> None:
        """Read on from a first page, or from the fault that stood in its place."""
        if isinstance(first, GraphFault):
            self._fault(self._attempt, first)
            return
        link = self._page(self._attempt, first)
        if link is not None:
            self._start(link)

    def _start(self, link: str | None) -> None:
        self._attempt = attempt = _Attempt()
        self.tell()
        self._lists.traffic.start(partial(self._lane, attempt, link, self.collector.variant.headers))

    def _lane(self, attempt: _Attempt, link: str | None, headers: Any, deliver: Deliver) -> None:
        client, listener = self._lists.client, self._lists.listener(self._now)
        path = self.collector.variant.path
        seen: set[str] = set()
        try:
            while not attempt.stopped:
                raw: RawPage
                if link is None:
                    raw = client.page(path, headers=headers, listener=listener)
                else:
                    raw = client.follow(link, headers=headers, listener=listener)
                # The next page is asked for before this one is looked at: what a list takes is what the wire takes.
                while not attempt.ahead.acquire(timeout=0.1):
                    listener.insist()
                deliver(partial(self._page, attempt, raw.body), len(raw.body))
                link = raw.link
                if link is None or link in seen:
                    return
                seen.add(link)
        except GraphFault as fault:
            deliver(partial(self._fault, attempt, fault), 0)

    def _page(self, attempt: _Attempt, body: bytes) -> str | None:
        """Take a page; return the link to the next, None where that is being followed or there is none."""
        attempt.ahead.release()
        if attempt.stopped:
            return None
        request = self.collector.request
        try:
            page = request.decode(body)
            link = self._take(page)
        except (GraphFault, FormatError) as wrong:
            if isinstance(wrong, MalformedError) and not self._alone:
                # One answer of a batch cannot be asked for again; the list alone can.
                attempt.stopped = self._alone = True
                self._start(None)
                return None
            self._fault(attempt, wrong)
            return None
        self._lists.journal.add(request.name, page)
        self.tell()
        if link is None:
            attempt.stopped = True
            self._end()
        return link

    def _take(self, page: Page[T]) -> str | None:
        link = self.collector.add(page)
        if self._saw is not None:
            self._saw(page)
        return link

    def _fault(self, attempt: _Attempt, fault: GraphFault | FormatError) -> None:
        if attempt.stopped:
            return
        attempt.stopped = True
        if self._again(fault):
            self._lists.journal.drop(self.collector.request.name)
            self._start(None)
            return
        self.collector.stop(fault)
        self._done()

    def _again(self, fault: GraphFault | FormatError) -> bool:
        if not isinstance(fault, GraphFault):
            return False
        if fault.kind is FaultKind.EXPIRED_PAGE:
            return self.collector.restart()
        return fault.kind is FaultKind.UNSUPPORTED and self.collector.next_variant()

    def _end(self) -> None:
        if self.collector.short and self.collector.restart():
            self._lists.journal.drop(self.collector.request.name)
            self._start(None)
            return
        self._done()

    def _done(self) -> None:
        # What follows from this list is begun before it counts as ended: it is no end where more is known to come.
        self._then(self.collector.result())
        self._lists.told(replace(self._now(), ended=True))

    def _now(self) -> ListProgress:
        request, collector = self.collector.request, self.collector
        return ListProgress(request.label, collector.rows, collector.expected, request.name, self._kept)

    def tell(self) -> None:
        """Tell how far it has come."""
        self._lists.told(self._now())
