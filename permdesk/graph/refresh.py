"""Brings a list of an earlier scan up to date: only what changed is read, and the count has to agree."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.page import ListName, Page
from permdesk.errors import FormatError
from permdesk.graph.changes import Changes, decode_changes
from permdesk.graph.client import BATCH_SIZE
from permdesk.graph.collector import Collector, ListResult
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.lists import Body, ListProgress, Lists
from permdesk.graph.requests import ListRequest
from permdesk.graph.traffic import Deliver

T = TypeVar("T")

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
#: Beyond so many changes, reading the list anew costs no more.
_MOST_CHANGES = 2_000


class Renewable(Struct, Generic[T], frozen=True):
    """A list that can be brought up to date.

    Attributes:
        request: reads it anew; its rows are those of the refreshed list.
        names: the lists of the earlier scan that it is made of.
        path: from an object's id to the path that it is read from.
        place: to which of the lists a row belongs.
    """

    request: ListRequest[T]
    names: tuple[ListName, ...]
    path: Callable[[str], str]
    place: Callable[[T], ListName]


class Refresh(Generic[T]):
    """One list that is brought up to date.

    Args:
        lists: fetches, and has the journal.
        what: the list.
        count: how many rows Microsoft says there are; None where it does not say.
        then: called with the rows.
        otherwise: called where it cannot be said for sure what changed: the list is to be read anew.
        saw: hears of the pages that the list is made of.
    """

    def __init__(
        self,
        lists: Lists,
        what: Renewable[T],
        *,
        count: int | None,
        then: Callable[[ListResult[T], str], None],
        otherwise: Callable[[], None],
        saw: Callable[[Page[T]], None] | None = None,
    ) -> None:
        self._lists = lists
        self._what = what
        self._count = count
        self._then = then
        self._otherwise = otherwise
        self._saw = saw
        self._touched: set[str] = set()
        self._removed: set[str] = set()
        self._mark: str | None = None
        self._waiting = 0
        self._fresh: dict[str, T] = {}
        self._over = False

    def begin(self) -> None:
        """Ask for the changes; where the earlier scan has none to ask from, give up at once."""
        mark = self._lists.journal.base_mark(self._what.names[0])
        if mark is None or self._count is None:
            self._give_up()
            return
        self._lists.traffic.start(partial(self._lane, mark))

    def _lane(self, link: str, deliver: Deliver) -> None:
        now = ListProgress(f"Changes, {self._what.request.label[:1].lower()}{self._what.request.label[1:]}", 0, None)
        listener = self._lists.listener(lambda: now)
        seen: set[str] = set()
        following: str | None = link
        try:
            while following is not None and following not in seen and not self._over:
                seen.add(following)
                raw = self._lists.client.follow(following, listener=listener)
                deliver(partial(self._page, raw.body), len(raw.body))
                following = raw.link
        except GraphFault:
            deliver(self._give_up, 0)
            return
        deliver(self._changes_known, 0)

    def _page(self, body: bytes) -> None:
        try:
            changes: Changes = decode_changes(body)
        except FormatError:
            self._give_up()
            return
        if not all(_ID.fullmatch(one) for one in changes.touched):
            # It would become part of a path.
            self._give_up()
            return
        self._touched = (self._touched - changes.removed) | changes.touched
        self._removed = (self._removed - changes.touched) | changes.removed
        self._mark = changes.mark
        if len(self._touched) > _MOST_CHANGES:
            self._give_up()

    def _changes_known(self) -> None:
        if self._over:
            return
        if self._mark is None:
            # The changes did not end.
            self._give_up()
            return
        ids = sorted(self._touched)
        parts = [ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE)]
        self._waiting = len(parts)
        for part in parts:
            paths = [self._what.path(one) for one in part]
            self._lists.bodies("What changed", paths, partial(self._objects, part))
        if not parts:
            self._fold()

    def _objects(self, ids: Sequence[str], bodies: list[Body]) -> None:
        if self._over:
            return
        for one, body in zip(ids, bodies, strict=True):
            if isinstance(body, GraphFault):
                if body.kind is not FaultKind.GONE:
                    self._give_up()
                    return
                self._removed.add(one)
                continue
            try:
                # An object is a row of a list without its context.
                page = self._what.request.decode(b'{"value":[' + body + b"]}")
            except FormatError:
                page = Page({})
            if len(page.rows) != 1 or page.lost:
                self._give_up()
                return
            for key, row in page.rows.items():
                if row is not None:
                    self._fresh[key] = row
        self._waiting -= 1
        if self._waiting == 0:
            self._fold()

    def _fold(self) -> None:
        journal = self._lists.journal
        pages = {name: list(journal.base_pages(name)) for name in self._what.names}
        collector = Collector(self._what.request)
        gone = tuple(sorted(self._removed | set(self._fresh)))
        overlays = {name: self._overlay(name, gone) for name in self._what.names}
        for page in _flat(pages.values()):
            collector.add(replace(page, next_link=None, count=None))
        collector.add(Page(dict(self._fresh), removed=gone))
        if self._count is None or collector.rows != self._count:
            # Something was missed, or changed meanwhile: in doubt, everything is read.
            self._give_up()
            return
        collector.expect(self._count)
        for name, overlay in overlays.items():
            journal.take_over(name)
            if gone:
                journal.add(name, overlay)
        if self._saw is not None:
            for page in (*_flat(pages.values()), *overlays.values()):
                self._saw(page)
        self._over = True
        self._then(collector.result(), self._mark or "")

    def _overlay(self, name: ListName, gone: tuple[str, ...]) -> Page[T]:
        rows: dict[str, T | None] = {key: row for key, row in self._fresh.items() if self._what.place(row) == name}
        return Page(rows, removed=gone)

    def _give_up(self) -> None:
        if not self._over:
            self._over = True
            self._otherwise()


def _flat(many: Iterable[Sequence[Page[T]]]) -> list[Page[T]]:
    return [page for pages in many for page in pages]
