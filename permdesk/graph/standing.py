"""What is asked before a tenant is read: how long its lists are, from where on changes are told, and who reads."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from itertools import chain
from typing import Any

from msgspec.structs import replace

from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.grant import DelegatedGrant
from permdesk.domain.page import Page
from permdesk.domain.tenant import HeldRole
from permdesk.errors import FormatError
from permdesk.graph import requests
from permdesk.graph.changes import decode_changes, decode_count
from permdesk.graph.client import VERSION, GraphClient
from permdesk.graph.collector import ListResult
from permdesk.graph.faults import GraphFault
from permdesk.graph.links import checked_link
from permdesk.graph.lists import Body, ListProgress, Lists
from permdesk.graph.patience import Listener
from permdesk.graph.payloads import decode_held_roles
from permdesk.graph.refresh import Refresh, Renewable
from permdesk.graph.requests import COUNTING, Consent
from permdesk.graph.traffic import Deliver

#: The lists whose changes Microsoft tells; of role assignments it does not.
_RENEWABLE = (ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS, ReadName.OAUTH2_PERMISSION_GRANTS)

Then = Callable[[ListResult[Any]], None]
#: Seconds between two questions whether the person cancelled.
_SLICE = 0.1


class Ahead:
    """The same request, sent before there is a journal: it is under way while the history opens.

    Args:
        client: sends it, in the background.
    """

    def __init__(self, client: GraphClient) -> None:
        self._answer: Future[list[Body]] = Future()
        threading.Thread(target=self._ask, args=(client,), name="permdesk-ahead", daemon=True).start()

    def bodies(self, listener: Listener) -> list[Body]:
        """Return what came, waited for where that is needed; raises as ``GraphClient.batch`` does."""
        while not wait([self._answer], _SLICE).done:
            listener.insist()
        return self._answer.result()

    def _ask(self, client: GraphClient) -> None:
        try:
            self._answer.set_result(client.batch(_paths(), headers=COUNTING, patient=False))
        except BaseException as problem:  # raised where it is waited for
            self._answer.set_exception(problem)


def _paths() -> list[str]:
    marks = [requests.mark_path(read) for read in _RENEWABLE]
    counts = [requests.count_path(read) for read in _RENEWABLE]
    return [*marks, *counts, requests.held_roles_path()]


class Standing:
    """What one request tells of the lists before they are read, and of whoever reads them.

    Args:
        lists: fetches, and has the journal.
        ahead: the request, where it is under way already.

    Attributes:
        counts: rows of the lists, where told.
        roles: directory roles that are active for the person, by name; None where they could not be read: a partner's
            account is no object of the tenant, and other reads do not depend on it.
    """

    def __init__(self, lists: Lists, ahead: Ahead | None = None) -> None:
        self._lists = lists
        self._ahead = ahead
        self._marks: dict[ReadName, str] = {}
        self.counts: dict[ReadName, int] = {}
        self.roles: tuple[HeldRole, ...] | None = None

    def ask(self, then: Callable[["Standing"], None]) -> None:
        """Ask; whatever is not told is done without."""

        def take(bodies: list[Body]) -> None:
            told = len(_RENEWABLE)
            for read, mark, count in zip(_RENEWABLE, bodies[:told], bodies[told:-1], strict=True):
                self._take(read, mark, count)
            self.roles = _roles(bodies[-1])
            then(self)

        ahead = self._ahead
        if ahead is None:
            self._lists.bodies("Lists", _paths(), take, headers=COUNTING, patient=False)
            return
        now = ListProgress("Lists", 0, None)

        def lane(deliver: Deliver) -> None:
            deliver(partial(take, ahead.bodies(self._lists.listener(lambda: now))), 0)

        self._lists.told(now)
        self._lists.traffic.start(lane)

    def _take(self, read: ReadName, mark: Body, count: Body) -> None:
        if not isinstance(mark, GraphFault):
            with contextlib.suppress(FormatError, GraphFault):
                link = decode_changes(mark).mark
                if link is not None:
                    self._marks[read] = checked_link(link, origin=self._lists.client.cloud.graph, root=VERSION)
        if not isinstance(count, GraphFault):
            with contextlib.suppress(FormatError):
                self.counts[read] = decode_count(count)

    def renew(
        self,
        what: Renewable[Any],
        *,
        then: Then,
        anew: Callable[[Then], None],
        saw: Callable[[Page[Any]], None] | None = None,
    ) -> None:
        """Bring a list up to date; where that cannot be, read it anew.

        Args:
            what: the list.
            then: called with its rows.
            anew: reads it.
            saw: hears of the pages that an earlier scan had.
        """
        read, journal = what.request.read, self._lists.journal
        begun = any(journal.kept(name) for name in what.names)

        def whole(result: ListResult[Any]) -> None:
            # What an interrupted scan read is older than the mark.
            if not begun and result.coverage.complete and read in self._marks:
                for name in what.names:
                    journal.mark(name, self._marks[read])
            then(result)

        def renewed(result: ListResult[Any], mark: str) -> None:
            for name in what.names:
                journal.mark(name, mark)
            then(result)

        if begun or journal.base is None:
            anew(whole)
            return
        count = self.counts.get(read)
        Refresh(self._lists, what, count=count, then=renewed, otherwise=partial(anew, whole), saw=saw).begin()


def _roles(body: Body) -> tuple[HeldRole, ...] | None:
    if isinstance(body, GraphFault):
        return None
    try:
        page = decode_held_roles(body)
    except FormatError:
        return None
    roles = tuple(role for role in page.rows.values() if role is not None)
    if page.next_link is not None or page.lost:
        return None
    return tuple(sorted(roles, key=lambda role: role.name))


class Grants:
    """All delegated grants: those for everybody and those for one person are read side by side.

    Args:
        lists: fetches.
        standing: how many there are.
        then: called with all of them.
    """

    def __init__(self, lists: Lists, standing: Standing, then: Callable[[ListResult[DelegatedGrant]], None]) -> None:
        self._lists = lists
        self._standing = standing
        self._then = then
        self._parts = {consent: requests.grants_of(consent) for consent in Consent}
        self._done: dict[Consent, ListResult[DelegatedGrant]] = {}

    def begin(self) -> None:
        """Bring them up to date, or read them."""
        whole = requests.delegated_grants()
        names = tuple(part.name for part in self._parts.values())

        def place(grant: DelegatedGrant) -> Any:
            return self._parts[Consent.EVERYBODY if grant.principal_id is None else Consent.ONE].name

        what = Renewable(whole, names, partial(requests.object_path, whole.read), place)
        if self._lists.journal.kept(whole.name):
            # An interrupted scan found that they cannot be read in parts.
            self._lists.read(whole, self._then)
            return
        self._standing.renew(what, then=self._then, anew=self._anew)

    def _anew(self, then: Then) -> None:
        for consent, part in self._parts.items():
            self._lists.read(part, partial(self._part_known, consent, then))

    def _part_known(self, consent: Consent, then: Then, result: ListResult[DelegatedGrant]) -> None:
        self._done[consent] = result
        if len(self._done) < len(self._parts):
            return
        joined = _joined([self._done[one] for one in Consent])
        total = self._standing.counts.get(ReadName.OAUTH2_PERMISSION_GRANTS)
        strange = joined.coverage.complete and total is not None and total != joined.coverage.rows
        if joined.offered and not strange:
            then(joined)
            return
        # Not offered here, or there are some that are neither: all of them, then.
        for part in self._parts.values():
            self._lists.journal.drop(part.name)
        self._lists.read(requests.delegated_grants(), self._then)


def _joined(parts: list[ListResult[DelegatedGrant]]) -> ListResult[DelegatedGrant]:
    worst = next((part for part in parts if not part.coverage.complete), parts[0])
    expected = [part.coverage.expected for part in parts]
    read_something = any(part.coverage.rows for part in parts)
    status = worst.coverage.status
    if status in (ReadStatus.FAILED, ReadStatus.REFUSED) and read_something:
        status = ReadStatus.PARTIAL
    coverage = replace(
        worst.coverage,
        status=status,
        rows=sum(part.coverage.rows for part in parts),
        expected=None if None in expected else sum(one for one in expected if one is not None),
    )
    rows = tuple(chain.from_iterable(part.rows for part in parts))
    return ListResult(rows, coverage, worst.remedy, offered=all(part.offered for part in parts))
