"""Which reads a scan makes, and when each can begin: as soon as what it needs is known, and not one later."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.domain.page import ListName, Page
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.tenant import HeldRole
from permdesk.graph import requests
from permdesk.graph.apis import Apis, declared
from permdesk.graph.client import BATCH_SIZE
from permdesk.graph.collector import ListResult
from permdesk.graph.lists import Lists, Packed
from permdesk.graph.objects import Definitions, People
from permdesk.graph.refresh import Renewable
from permdesk.graph.remembered import is_guid
from permdesk.graph.standing import Ahead, Grants, Standing

T = TypeVar("T")

#: Who the apps are whose people's names, and whose assignments from their own side, are worth a request.
OfInterest = Callable[[Sequence[Registration], Sequence[ServicePrincipal]], frozenset[str]]

_ASSIGNMENTS = "Role assignments"
_UNREAD = frozenset({ReadStatus.REFUSED, ReadStatus.FAILED})
#: So few people are asked for whatever app they use.
_FEW_PEOPLE = 60
#: Apps that are asked one by one for an API's assignments that may not be read from its own side.
_MOST_ASKED_ALONE = 400


class Found(Struct, Generic[T], frozen=True):
    """What one of the tenant-wide lists brought."""

    rows: tuple[T, ...]
    coverage: ReadCoverage
    remedy: str


class Plan:
    """One scan's reads.

    Args:
        lists: reads lists.
        watched: appIds of APIs to read even where nothing names them.
        of_interest: tells whose people and own assignments are read besides.
        insist: called once the two lists that everything hangs on were tried; raises where neither could be read.
        ahead: what is asked first, where it was asked already.
    """

    def __init__(
        self,
        lists: Lists,
        *,
        watched: frozenset[str],
        of_interest: OfInterest,
        insist: Callable[["Plan"], None],
        ahead: Ahead | None = None,
    ) -> None:
        self._lists = lists
        self._ahead = ahead
        self._watched = watched
        self._of_interest = of_interest
        self._insist = insist
        self.found: dict[ReadName, Found[Any]] = {}
        self.by_api: dict[str, ListResult[AppRoleAssignment]] = {}
        self.by_client: dict[str, ListResult[AppRoleAssignment]] = {}
        self.definitions = Definitions(lists)
        self.people = People(lists)
        self.apis = Apis((), complete=False)
        self.ended: list[ReadCoverage] = []
        self.roles: tuple[HeldRole, ...] | None = None
        #: Every list was begun that others name; what comes on top is little.
        self.settled = False
        self._asked: set[str] = set()
        self._clients_asked: set[str] = set()
        self._waiting: dict[str, str] = {}
        self._declared: frozenset[str] | None = None

    # What was found

    def rows(self, read: ReadName) -> tuple[Any, ...]:
        """Return the rows of a tenant-wide list; none where it was not read."""
        found = self.found.get(read)
        return found.rows if found else ()

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """The app registrations."""
        return self.rows(ReadName.APPLICATIONS)

    @property
    def principals(self) -> tuple[ServicePrincipal, ...]:
        """The service principals."""
        return self.rows(ReadName.SERVICE_PRINCIPALS)

    @property
    def grants(self) -> tuple[DelegatedGrant, ...]:
        """The delegated grants."""
        return self.rows(ReadName.OAUTH2_PERMISSION_GRANTS)

    # The reads

    def begin(self) -> None:
        """Begin every read that needs to know nothing."""
        if GRAPH_APP_ID in self._watched:
            # The longest of its kind in every tenant: it waits for nobody.
            self._asked.add(GRAPH_APP_ID)
            self._lists.read(requests.assigned_to(GRAPH_APP_ID, None, "Microsoft Graph"), self._held)
        # From where on changes are told has to be known before the first row is read: none in between may be missed.
        Standing(self._lists, self._ahead).ask(self._lists_known)

    def _lists_known(self, standing: Standing) -> None:
        self.roles = standing.roles
        grants = Grants(self._lists, standing, self._grants_known)
        grants.begin()
        self._renewable(standing, requests.service_principals(), self._principals_known, saw=self._saw_principals)
        self._renewable(standing, requests.registrations(), self._named_known)

    def _renewable(
        self,
        standing: Standing,
        request: requests.ListRequest[Any],
        then: Callable[[], None],
        *,
        saw: Callable[[Page[Any]], None] | None = None,
    ) -> None:
        """Bring a list up to date, or read it."""

        def done(result: ListResult[Any]) -> None:
            self._listed(result)
            then()

        read = request.read
        what = Renewable(request, (request.name,), partial(requests.object_path, read), lambda _row: request.name)
        standing.renew(what, then=done, anew=partial(self._lists.read, request, saw=saw), saw=saw)

    def _grants_known(self, result: ListResult[DelegatedGrant]) -> None:
        self._listed(result)
        self._named_known()

    def _listed(self, result: ListResult[Any]) -> None:
        self.found[result.coverage.read] = Found(result.rows, result.coverage, result.remedy)
        self.ended.append(result.coverage)

    def _known(self, *reads: ReadName) -> bool:
        return all(read in self.found for read in reads)

    def _saw_principals(self, page: Page[ServicePrincipal]) -> None:
        self._waiting |= {one.app_id: key for key, one in page.rows.items() if one is not None and one.has_app_roles}
        waiting = sorted(self._waiting.keys() - self._asked)
        # Packs that are not full wait for more.
        self._ask(waiting[: len(waiting) - len(waiting) % BATCH_SIZE])

    def _ask(self, app_ids: Iterable[str], *besides: Packed) -> None:
        """Ask who holds application permissions of APIs that were not asked about."""
        asked_for = set(app_ids) - self._asked
        new = sorted(app_id for app_id in asked_for if is_guid(app_id) and not self.apis.absent(app_id))
        self._asked |= set(new)
        asked = [
            requests.assigned_to(api, self._waiting.get(api) or self.apis.object_id(api), self.apis.name(api))
            for api in new
        ]
        self._lists.read_packed(_ASSIGNMENTS, [*besides, *((request, self._held) for request in asked)])

    def _held(self, result: ListResult[AppRoleAssignment]) -> None:
        self.by_api[result.coverage.resource_app_id or ""] = result
        self.ended.append(result.coverage)
        self._maybe_last()

    def _principals_known(self) -> None:
        coverage = self.found[ReadName.SERVICE_PRINCIPALS].coverage
        self.apis = Apis(self.principals, complete=coverage.complete)
        role_apis: dict[str, str | None] = {one.object_id: one.app_id for one in self.principals if one.has_app_roles}
        self.found[ReadName.APIS] = Found(tuple(role_apis.values()), replace(coverage, read=ReadName.APIS), "")
        # Told by the list of service principals, and so kept with it.
        self._lists.journal.drop(ListName(ReadName.APIS))
        self._lists.journal.add(ListName(ReadName.APIS), Page(role_apis))
        here = {principal.object_id for principal in self.principals}
        besides = (requests.organization(), requests.directory_roles(here))
        self._ask(self._waiting.keys() | self._watched, *((request, self._listed) for request in besides))
        self._named_known()

    def _named_known(self) -> None:
        if self._known(ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS):
            self._insist(self)
            self._declared = declared(self.registrations) if self._declared is None else self._declared
            self.definitions.ask(self.apis.present(self._watched | self._declared), self.apis)
        if self._declared is None or not self._known(ReadName.OAUTH2_PERMISSION_GRANTS):
            return
        in_use = self._watched | self._declared | self.apis.granted(self.grants)
        self._ask(in_use)
        self.definitions.ask(self.apis.present(in_use), self.apis)
        self._ask_of_interest()
        self.settled = True
        self._maybe_last()

    def _ask_of_interest(self) -> None:
        apps = self._of_interest(self.registrations, self.principals)
        clients = {p.object_id: p for p in self.principals if p.app_id in apps}
        people = self._few_people()
        if people is None:
            grants = self.grants if clients else ()
            people = {g.principal_id for g in grants if g.principal_id and g.client_id in clients}
        self.people.ask(sorted(people))
        self._ask_clients([clients[object_id] for object_id in sorted(clients)])

    def _few_people(self) -> set[str] | None:
        """Return everybody who holds a grant of their own; None where those are many."""
        people: set[str] = set()
        for grant in self.grants:
            if grant.principal_id:
                people.add(grant.principal_id)
                if len(people) > _FEW_PEOPLE:
                    return None
        return people

    def _ask_clients(self, clients: Sequence[ServicePrincipal]) -> None:
        new = [one for one in clients if one.object_id not in self._clients_asked][:_MOST_ASKED_ALONE]
        self._clients_asked |= {one.object_id for one in new}
        asked = [requests.assignments_of(one.object_id, one.display_name or one.app_id) for one in new]
        self._lists.read_packed(_ASSIGNMENTS, [(request, self._held_by_client) for request in asked])

    def _held_by_client(self, result: ListResult[AppRoleAssignment]) -> None:
        self.by_client[result.coverage.client_object_id or ""] = result
        self.ended.append(result.coverage)

    def _maybe_last(self) -> None:
        """Once it is known who holds what: read what the APIs publish, and ask the apps where an API told nothing."""
        lists = (ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS, ReadName.OAUTH2_PERMISSION_GRANTS)
        if not self._known(*lists) or len(self.by_api) < len(self._asked):
            return
        resources = {row.resource_id for result in self.by_api.values() for row in result.rows}
        holding = {self.apis.app_id(resource) or "" for resource in resources}
        self.definitions.ask(self.apis.present(holding), self.apis)
        refused = {api for api, result in self.by_api.items() if result.coverage.status in _UNREAD}
        refused -= {api for api in refused if self.apis.absent(api)}
        if refused:
            self._ask_clients(self._naming(refused))

    def _naming(self, app_ids: set[str]) -> list[ServicePrincipal]:
        """Return the service principals of the registrations whose manifests name one of these APIs."""
        naming = {r.app_id for r in self.registrations if any(e.resource_app_id in app_ids for e in r.required)}
        return sorted((p for p in self.principals if p.app_id in naming), key=lambda p: p.object_id)
