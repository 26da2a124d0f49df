"""Reads a whole tenant over Microsoft Graph, and keeps account of what it could not read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, User
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.ports import CancelToken, Progress
from permdesk.domain.rights import explained
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant
from permdesk.domain.wording import counted
from permdesk.errors import FormatError, ReadError
from permdesk.graph import requests
from permdesk.graph.client import GraphClient
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.lists import ListProgress, ListReader, ListResult, status_of
from permdesk.graph.payloads import OrganizationFacts, decode_definition, decode_user, is_guid
from permdesk.graph.requests import ListRequest

T = TypeVar("T")

_CHECK_THE_NETWORK = "Check the network, and the address of the Graph endpoint, then scan again."
_UNREAD = frozenset({ReadStatus.REFUSED, ReadStatus.FAILED})


class TenantReader:
    """Reads applications, service principals, grants, roles and what the APIs in use publish.

    Args:
        client: of one tenant's Graph endpoint.
        account: who is signed in, as the token tells.
        watched_apis: appIds of APIs to read even where nothing in the tenant names them: those that profiles
            document and those of the well-known table.
        clock: the moment a scan begins, with time zone.
        new_scan_id: names a scan.
        program_version: written into the scan.
        tenant_id: the tenant the token is for; only used where /organization may not be read.
        permissions: the delegated permissions of the token; None where it does not tell.
    """

    def __init__(
        self,
        client: GraphClient,
        *,
        account: Account,
        watched_apis: Iterable[str],
        clock: Callable[[], datetime],
        new_scan_id: Callable[[], str],
        program_version: str,
        tenant_id: str | None = None,
        permissions: Collection[str] | None = None,
    ) -> None:
        self._client = client
        self._account = account
        self._watched = frozenset(api.lower() for api in watched_apis)
        self._clock = clock
        self._new_scan_id = new_scan_id
        self._program_version = program_version
        self._tenant_id = tenant_id
        self._permissions = permissions

    def read(self, *, progress: Callable[[Progress], None], cancel: CancelToken) -> Snapshot:
        """Return everything that could be read, with its coverage.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: neither app registrations nor service principals could be read.
            Cancelled: the person cancelled.
        """
        read_at = self._clock()
        scan = _Scan(self._client, progress, cancel, self._permissions)
        registrations = scan.list(requests.registrations())
        principals = scan.list(requests.service_principals())
        scan.insist_on_something()
        organizations = scan.list(requests.organization())
        grants = scan.list(requests.delegated_grants())
        role_apis = scan.list(requests.role_apis())
        directory = _Apis(principals, complete=scan.complete(ReadName.SERVICE_PRINCIPALS))
        in_use = self._watched | _named(registrations, grants, directory)
        assignments = scan.lists("Role assignments", directory.assignments(in_use | frozenset(role_apis)))
        holding = {directory.app_id(assignment.resource_id) for assignment in assignments}
        apis = scan.definitions(directory.present(in_use | {api for api in holding if api}), directory)
        known = {principal.object_id for principal in principals}
        roles = [role for role in scan.list(requests.directory_roles()) if role.principal_id in known]
        users = scan.users(sorted({grant.principal_id for grant in grants if grant.principal_id}))
        return Snapshot(
            scan_id=self._new_scan_id(),
            tenant=self._tenant(organizations, registrations, principals),
            read_at=read_at,
            account=self._account,
            program_version=self._program_version,
            registrations=registrations,
            service_principals=principals,
            apis=apis,
            role_apis=tuple(sorted(set(role_apis))),
            app_role_assignments=assignments,
            delegated_grants=grants,
            directory_roles=tuple(roles),
            users=users,
            reads=tuple(scan.reads),
        )

    def _tenant(
        self,
        organizations: Sequence[OrganizationFacts],
        registrations: Sequence[Registration],
        principals: Sequence[ServicePrincipal],
    ) -> Tenant:
        cloud = self._client.cloud.id
        for facts in organizations:
            return Tenant(facts.id, facts.name, cloud, facts.default_domain)
        here = {registration.app_id for registration in registrations}
        owners = (p.owner_tenant_id for p in principals if p.app_id in here and p.owner_tenant_id)
        tenant_id = self._tenant_id or next(owners, "")
        return Tenant(tenant_id, tenant_id or "Tenant without a readable name", cloud)


class _Apis:
    """The APIs of a tenant: appId to service principal and back, as far as service principals were read."""

    def __init__(self, principals: Sequence[ServicePrincipal], *, complete: bool) -> None:
        self._by_app_id = {principal.app_id: principal for principal in principals}
        self._by_object_id = {principal.object_id: principal.app_id for principal in principals}
        self._complete = complete

    def app_id(self, object_id: str) -> str | None:
        return self._by_object_id.get(object_id)

    def object_id(self, app_id: str) -> str | None:
        principal = self._by_app_id.get(app_id)
        return principal.object_id if principal else None

    def name(self, app_id: str) -> str:
        principal = self._by_app_id.get(app_id)
        return (principal.display_name if principal else "") or app_id

    def present(self, app_ids: Iterable[str]) -> list[str]:
        """The APIs that are, or may be, in the tenant: only those can be asked about."""
        return sorted(
            app_id for app_id in app_ids if is_guid(app_id) and (app_id in self._by_app_id or not self._complete)
        )

    def assignments(self, app_ids: Iterable[str]) -> list[ListRequest[AppRoleAssignment]]:
        return [
            requests.assigned_to(app_id, self.object_id(app_id), self.name(app_id)) for app_id in self.present(app_ids)
        ]


def _named(registrations: Sequence[Registration], grants: Sequence[DelegatedGrant], apis: _Apis) -> frozenset[str]:
    """Return the appIds of the APIs that a manifest or a delegated grant names."""
    declared = {entry.resource_app_id for registration in registrations for entry in registration.required}
    granted = {apis.app_id(resource) for resource in {grant.resource_id for grant in grants}}
    return frozenset(declared | {api for api in granted if api})


class _Scan:
    """One reading of a tenant: runs reads, collects their coverage, tells progress."""

    def __init__(
        self,
        client: GraphClient,
        progress: Callable[[Progress], None],
        cancel: CancelToken,
        permissions: Collection[str] | None,
    ) -> None:
        self.reads: list[ReadCoverage] = []
        self._permissions = permissions
        self._progress = progress
        self._remedy = ""
        self._lists = ListReader(client, progress=self._told, cancel=cancel)

    def list(self, request: ListRequest[T]) -> tuple[T, ...]:
        return self._kept(self._lists.read(request))

    def lists(self, label: str, many: Sequence[ListRequest[T]]) -> tuple[T, ...]:
        return tuple(row for result in self._lists.read_each(label, many) for row in self._kept(result))

    def complete(self, name: ReadName) -> bool:
        return all(read.complete for read in self.reads if read.read is name)

    def insist_on_something(self) -> None:
        if all(read.status in _UNREAD for read in self.reads):
            first = self.reads[0]
            raise ReadError(
                "Neither app registrations nor service principals could be read",
                detail=f"{first.detail}.",
                remedy=self._remedy or first.remedy or _CHECK_THE_NETWORK,
            )

    def definitions(self, app_ids: Sequence[str], apis: _Apis) -> tuple[ApiDefinition, ...]:
        found: list[ApiDefinition] = []
        paths = [requests.definition_path(app_id, apis.object_id(app_id)) for app_id in app_ids]
        bodies = self._lists.bodies("Permissions that the APIs publish", paths)
        for app_id, body in zip(app_ids, bodies, strict=True):
            read = ReadCoverage(
                ReadName.DEFINITIONS, ReadStatus.FAILED, resource_app_id=app_id, resource=apis.name(app_id)
            )
            definition = self._one(body, decode_definition)
            if isinstance(definition, ApiDefinition):
                found.append(definition)
                self._covered(read, ReadStatus.COMPLETE, len(definition.permissions), None)
            else:
                self._covered(read, status_of(definition), 0, definition.title)
        return tuple(found)

    def users(self, object_ids: Sequence[str]) -> tuple[User, ...]:
        if not object_ids:
            return ()
        users: list[User] = []
        faults: list[GraphFault | FormatError] = []
        bodies = self._lists.bodies("People with grants of their own", [requests.user_path(one) for one in object_ids])
        for object_id, body in zip(object_ids, bodies, strict=True):
            user = self._one(body, decode_user)
            if isinstance(user, User):
                users.append(user)
            elif isinstance(user, GraphFault) and user.kind is FaultKind.GONE:
                users.append(User(object_id, gone=True))
            else:
                faults.append(user)
        read = ReadCoverage(ReadName.USERS, ReadStatus.COMPLETE, expected=len(object_ids))
        untold = sum(1 for user in users if user.enabled is None and not user.gone)
        if not faults and not untold:
            self._covered(read, ReadStatus.COMPLETE, len(users), None)
        elif not faults:
            detail = f"Microsoft did not tell whether {counted(untold, 'account')} may sign in"
            self._covered(read, ReadStatus.PARTIAL, len(users), detail)
        else:
            status = ReadStatus.PARTIAL if users else status_of(faults[0])
            self._covered(read, status, len(users), faults[0].title)
        return tuple(users)

    def _one(self, body: bytes | GraphFault, decode: Callable[[bytes], T]) -> T | GraphFault | FormatError:
        if isinstance(body, GraphFault):
            return body
        try:
            return decode(body)
        except FormatError as wrong:
            return wrong

    def _covered(self, read: ReadCoverage, status: ReadStatus, rows: int, detail: str | None) -> None:
        ended = replace(read, status=status, rows=rows, detail=detail)
        self.reads.append(explained(ended, self._permissions))

    def _kept(self, result: ListResult[T]) -> tuple[T, ...]:
        self.reads.append(explained(result.coverage, self._permissions))
        self._remedy = self._remedy or result.remedy
        return result.rows

    def _told(self, now: ListProgress) -> None:
        self._progress(Progress(now.label, now.rows, now.expected, tuple(self.reads)))
