"""Turns the steps of single lists, which come side by side, into the progress of a scan."""

import math
import threading
import time
from collections.abc import Callable

from msgspec import Struct

from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.page import ListName
from permdesk.domain.ports import Progress, StepProgress, Waiting
from permdesk.graph.lists import ListProgress
from permdesk.graph.plan import Plan


class _List(Struct):
    """How far one list has come; a list that is read again from its start does not go back."""

    rows: int = 0
    kept: int = 0
    expected: int | None = None
    ended: bool = False


class _Kind(Struct):
    """The sums over the lists of one kind.

    Attributes:
        announced: rows that the lists have, of those that told; what came, of those that ended.
        silent: lists under way that did not tell.
    """

    rows: int = 0
    kept: int = 0
    announced: int = 0
    silent: int = 0
    lists: int = 0
    ended: int = 0

    def count(self, one: _List, sign: int) -> None:
        self.lists += sign
        self.rows += sign * one.rows
        self.kept += sign * one.kept
        self.ended += sign * one.ended
        if one.ended:
            self.announced += sign * one.rows
        elif one.expected is not None:
            self.announced += sign * max(one.rows, one.expected)
        else:
            self.silent += sign

    def step(self, read: ReadName) -> StepProgress:
        expected = self.announced if not self.silent else None
        return StepProgress(read, self.rows, expected, self.lists, self.ended, self.ended == self.lists)


class Telling:
    """Adds up what lists tell; any thread may call it.

    Args:
        progress: told after each step.
        now: seconds of a clock that never goes back.
    """

    def __init__(self, progress: Callable[[Progress], None], now: Callable[[], float] = time.monotonic) -> None:
        self._progress = progress
        self._now = now
        self._lock = threading.Lock()
        self._lists: dict[ListName, _List] = {}
        self._kinds: dict[ReadName, _Kind] = {}
        self._waits: dict[ListName | str, tuple[float, bool]] = {}
        self._closed: set[ReadName] = set()
        self._ended = 0
        self._rows = 0
        self.plan: Plan | None = None

    def told(self, now: ListProgress) -> None:
        """Take a step of a list, or a wait, and tell how far the scan has come."""
        with self._lock:
            key = now.name or now.label
            if now.wait is not None:
                self._waits[key] = (self._now() + now.wait.seconds, now.wait.asked)
            else:
                self._waits.pop(key, None)
            if now.name is not None and now.name.read not in self._closed:
                self._take(now.name, rows=now.rows, kept=now.kept, expected=now.expected, ended=now.ended)
            self._progress(self._sum(now.label, over=False))

    def over(self) -> None:
        """Tell that everything is read."""
        with self._lock:
            self._waits.clear()
            self._progress(self._sum("", over=True))

    def _take(self, name: ListName, *, rows: int, kept: int, expected: int | None, ended: bool) -> None:
        kind = self._kinds.setdefault(name.read, _Kind())
        one = self._lists.get(name)
        if one is None:
            one = self._lists[name] = _List()
        else:
            kind.count(one, -1)
        one.rows = max(one.rows, rows)
        one.kept = max(one.kept, min(kept, one.rows))
        one.expected = expected if expected is not None else one.expected
        one.ended = ended
        kind.count(one, +1)

    def _take_ended(self, read: ReadCoverage) -> None:
        """Take how a read ended: the last word on it, in however many parts or ways it was read."""
        name = ListName(read.read, read.resource_app_id or "", read.client_object_id or "")
        if read.resource_app_id is not None or read.client_object_id is not None:
            if name not in self._lists:
                self._take(name, rows=read.rows, kept=read.rows, expected=read.expected, ended=True)
            return
        told = self._kinds.pop(read.read, None)
        for one in [one for one in self._lists if one.read is read.read]:
            del self._lists[one]
        # Of what nobody told while it was read, everything was there: it was brought up to date.
        kept = told.kept if told is not None and told.rows else read.rows
        self._take(name, rows=read.rows, kept=kept, expected=read.expected, ended=True)
        self._closed.add(read.read)

    def _sum(self, current: str, *, over: bool) -> Progress:
        plan = self.plan
        finished = tuple(plan.ended) if plan is not None else ()
        for read in finished[self._ended :]:
            self._take_ended(read)
        self._ended = len(finished)
        steps = [kind.step(name) for name, kind in self._kinds.items()]
        if plan is not None:
            for name, asked in ((ReadName.DEFINITIONS, plan.definitions), (ReadName.USERS, plan.people)):
                if asked.asked:
                    done = asked.answered
                    steps.append(StepProgress(name, done, asked.asked, 0, 0, done == asked.asked))
        self._rows = max(self._rows, sum(step.rows for step in steps))
        return Progress(
            current,
            self._rows,
            self._rows if over else self._expected(steps),
            finished,
            tuple(steps),
            sum(kind.kept for kind in self._kinds.values()),
            self._waiting(),
            over,
        )

    def _expected(self, steps: list[StepProgress]) -> int | None:
        if self.plan is None or not self.plan.settled:
            return None
        expected = [step.expected for step in steps]
        whole = sum(one for one in expected if one is not None)
        return max(self._rows, whole) if None not in expected else None

    def _waiting(self) -> Waiting | None:
        now = self._now()
        self._waits = {key: wait for key, wait in self._waits.items() if wait[0] > now}
        if not self._waits:
            return None
        until, asked = max(self._waits.values())
        return Waiting(math.ceil(until - now), asked)
