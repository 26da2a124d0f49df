"""Reads one app by itself, in a handful of requests: what became of it after a consent."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import AppRoleAssignment, User
from permdesk.domain.one_app import AppReading, WantedApp
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.ports import CancelToken
from permdesk.domain.rights import explained
from permdesk.errors import FormatError, ReadError
from permdesk.graph import app_requests, requests
from permdesk.graph.asked_now import read_lists
from permdesk.graph.client import BATCH_SIZE, GraphClient
from permdesk.graph.collector import ListResult, status_of
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.patience import Listener
from permdesk.graph.payloads import decode_definition, decode_user
from permdesk.graph.remembered import is_guid

_LABEL = "One app"
#: Accounts that are asked about by name; consents of more people than these are counted, not named.
_MOST_PEOPLE = 60


class OneApp:
    """Reads one app.

    Args:
        client: of its tenant's Graph endpoint.
        permissions: the delegated permissions of the token; None where it does not tell.
        clock: the present moment, with time zone.
        new_id: names the reading.
    """

    def __init__(
        self,
        client: GraphClient,
        *,
        permissions: Collection[str] | None,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._client = client
        self._permissions = permissions
        self._clock = clock
        self._new_id = new_id

    def read(self, wanted: WantedApp, *, cancel: CancelToken) -> AppReading:
        """Return what there is of the app now, with how each read ended.

        Args:
            wanted: which app, and what it was known to be in touch with.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: neither its registration nor its service principal could be read.
            Cancelled: the person cancelled.
        """
        read_at, known = self._clock(), wanted.object_id
        first: list[requests.ListRequest[Any]] = [
            app_requests.registration_of(wanted.app_id),
            app_requests.principal_of(wanted.app_id),
        ]
        if known is not None:
            first += _grants(known, wanted.name)
        apis = [app_requests.definition_of(api.app_id, api.name) for api in wanted.apis if is_guid(api.app_id)]
        registrations, principals, *rest = read_lists(self._client, [*first, *apis], label=_LABEL, cancel=cancel)
        self._insist(registrations.coverage, principals.coverage, registrations.remedy or principals.remedy)
        held, definitions = (rest[:2], rest[2:]) if known is not None else ([], rest)
        object_id = self._object_id(principals, known)
        if object_id != known:
            # It came, or was made anew, since the scan before.
            held = self._again(_grants(object_id, wanted.name), cancel) if object_id is not None else []
        if object_id is not None and not held[0].coverage.complete:
            held[0:1] = self._from_the_apis(wanted, held[0], object_id, cancel)
        published = [api for result in definitions for api in result.rows]
        more = self._named_besides(wanted, published, registrations, held, cancel)
        grants = held[-1] if held else None
        users, people = self._people(wanted, grants, cancel)
        assigned = held[:-1]
        reads = [
            registrations.coverage,
            principals.coverage,
            *(result.coverage for result in assigned),
            # Where there is no service principal, nothing can be granted to it.
            grants.coverage
            if grants is not None
            else replace(principals.coverage, read=ReadName.OAUTH2_PERMISSION_GRANTS),
            *(_published(result) for result in (*definitions, *more)),
            *people,
        ]
        return AppReading(
            self._new_id(),
            read_at,
            registrations.rows,
            principals.rows,
            (*published, *(api for result in more for api in result.rows)),
            tuple(dict.fromkeys(row for result in assigned for row in result.rows)),
            grants.rows if grants is not None else (),
            users,
            tuple(explained(read, self._permissions) for read in reads),
        )

    def _again(self, lists: Sequence[requests.ListRequest[Any]], cancel: CancelToken) -> list[ListResult[Any]]:
        return read_lists(self._client, lists, label=_LABEL, cancel=cancel)

    def _insist(self, registration: ReadCoverage, principal: ReadCoverage, remedy: str) -> None:
        if not registration.complete and not principal.complete:
            raise ReadError(
                "The app could not be read",
                detail=f"{registration.detail or principal.detail}.",
                remedy=remedy or explained(registration, self._permissions).remedy or "Check again later.",
            )

    @staticmethod
    def _object_id(principals: ListResult[Any], known: str | None) -> str | None:
        ids = [one.object_id for one in principals.rows]
        if known in ids or (not ids and not principals.coverage.complete):
            return known
        return ids[0] if ids else None

    def _from_the_apis(
        self, wanted: WantedApp, own: ListResult[AppRoleAssignment], object_id: str, cancel: CancelToken
    ) -> list[ListResult[AppRoleAssignment]]:
        """Return the app's role assignments as its APIs tell them, because the app's own side does not."""
        lists = [requests.assigned_to(api.app_id, None, api.name) for api in wanted.apis if is_guid(api.app_id)]
        told = self._again(lists, cancel)
        mine = [replace(one, rows=tuple(row for row in one.rows if row.client_id == object_id)) for one in told]
        return [*mine, own] if own.rows or not mine else mine

    def _named_besides(
        self,
        wanted: WantedApp,
        published: Iterable[ApiDefinition],
        registrations: ListResult[Any],
        held: Sequence[ListResult[Any]],
        cancel: CancelToken,
    ) -> list[ListResult[ApiDefinition]]:
        """Return what APIs publish that manifest or grants name now, and that did not belong to the app before."""
        asked = {api.app_id for api in wanted.apis}
        declared = {entry.resource_app_id for one in registrations.rows for entry in one.required} - asked
        lists = [app_requests.definition_of(api, api) for api in sorted(declared) if is_guid(api)]
        found = self._again(lists, cancel) if lists else []
        known = {api.object_id for api in (*published, *(api for result in found for api in result.rows))}
        unknown = sorted({row.resource_id for result in held for row in result.rows} - known)
        return found + self._by_object_id([one for one in unknown if is_guid(one)], cancel)

    def _by_object_id(self, object_ids: Sequence[str], cancel: CancelToken) -> list[ListResult[ApiDefinition]]:
        paths = [requests.definition_path("", object_id) for object_id in object_ids]
        bodies = self._client.batch(paths, listener=Listener(cancel))
        results = []
        for object_id, body in zip(object_ids, bodies, strict=True):
            if isinstance(body, GraphFault) and body.kind is FaultKind.GONE:
                continue
            results.append(_defined(object_id, body))
        return results

    def _people(
        self, wanted: WantedApp, grants: ListResult[Any] | None, cancel: CancelToken
    ) -> tuple[tuple[User, ...], list[ReadCoverage]]:
        """Return the accounts that consented for themselves and were not known, and how reading them ended."""
        rows = grants.rows if grants is not None else ()
        new = sorted({row.principal_id for row in rows if row.principal_id} - wanted.people)[:_MOST_PEOPLE]
        if not new:
            return (), []
        users, problem = [], None
        for start in range(0, len(new), BATCH_SIZE):
            part = new[start : start + BATCH_SIZE]
            bodies = self._client.batch([requests.user_path(one) for one in part], listener=Listener(cancel))
            for object_id, body in zip(part, bodies, strict=True):
                if isinstance(body, GraphFault):
                    gone = body.kind is FaultKind.GONE
                    users += [User(object_id, gone=True)] if gone else []
                    problem = problem if gone else problem or body.title
                    continue
                try:
                    users.append(decode_user(body))
                except FormatError as wrong:
                    problem = problem or wrong.title
        status = ReadStatus.COMPLETE if problem is None else ReadStatus.PARTIAL if users else ReadStatus.FAILED
        read = ReadCoverage(ReadName.USERS, status, rows=len(users), expected=len(new), detail=problem)
        return tuple(users), [read]


def _grants(object_id: str, name: str) -> list[requests.ListRequest[Any]]:
    return [requests.assignments_of(object_id, name), app_requests.grants_of_client(object_id)]


def _published(result: ListResult[ApiDefinition]) -> ReadCoverage:
    """Return how the definitions of an API were read, counted as a scan counts them."""
    return replace(result.coverage, rows=sum(len(api.permissions) for api in result.rows), expected=None)


def _defined(object_id: str, body: bytes | GraphFault) -> ListResult[ApiDefinition]:
    try:
        if isinstance(body, GraphFault):
            raise body
        api = decode_definition(body)
    except (GraphFault, FormatError) as problem:
        # Its appId is not known; under its object id it spoils no other API's entry.
        failed = ReadCoverage(
            ReadName.DEFINITIONS,
            status_of(problem),
            resource_app_id=object_id,
            resource=object_id,
            detail=problem.title,
        )
        return ListResult((), failed)
    read = ReadCoverage(
        ReadName.DEFINITIONS, ReadStatus.COMPLETE, rows=1, resource_app_id=api.app_id, resource=api.display_name
    )
    return ListResult((api,), read)
