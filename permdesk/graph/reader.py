"""Reads a whole tenant over Microsoft Graph, and keeps account of what it could not read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.ports import CancelToken, Progress
from permdesk.domain.rights import explained
from permdesk.domain.scan_store import ScanJournal
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant
from permdesk.errors import ReadError
from permdesk.graph import remembered
from permdesk.graph.client import GraphClient
from permdesk.graph.gate import WIDEST
from permdesk.graph.lists import Lists
from permdesk.graph.plan import OfInterest, Plan
from permdesk.graph.sides import joined_sides
from permdesk.graph.standing import Ahead
from permdesk.graph.telling import Telling
from permdesk.graph.traffic import Traffic, undisturbed

_CHECK_THE_NETWORK = "Check the network, and the address of the Graph endpoint, then scan again."
_UNREAD = frozenset({ReadStatus.REFUSED, ReadStatus.FAILED})
#: The tenant-wide lists, in the order in which coverage tells of them.
_LISTS = (
    ReadName.APPLICATIONS,
    ReadName.SERVICE_PRINCIPALS,
    ReadName.ORGANIZATION,
    ReadName.OAUTH2_PERMISSION_GRANTS,
    ReadName.APIS,
)


def nobody(_registrations: Sequence[Registration], _principals: Sequence[ServicePrincipal]) -> frozenset[str]:
    """Return no app: no person's name is read, and no app's assignments from its own side."""
    return frozenset()


class TenantReader:
    """Reads applications, service principals, grants, roles and what the APIs in use publish.

    Args:
        client: of one tenant's Graph endpoint.
        account: who is signed in, as the token tells.
        watched_apis: appIds of APIs to read even where nothing in the tenant names them: those that profiles
            document and those of the well-known table.
        program_version: written into the scan.
        of_interest: tells which apps are held against a profile: their people and their own side are read besides.
        tenant_id: the tenant the token is for; only used where /organization may not be read.
        permissions: the delegated permissions of the token; None where it does not tell.
        lanes: how many requests may be under way at once.
        clock: the present moment, with time zone, asked when the last answer is read; None leaves the end unknown.
        ahead: what is asked first, where it is under way already; it serves one read.
    """

    def __init__(
        self,
        client: GraphClient,
        *,
        account: Account,
        watched_apis: Iterable[str],
        program_version: str,
        of_interest: OfInterest = nobody,
        tenant_id: str | None = None,
        permissions: Collection[str] | None = None,
        lanes: int = WIDEST,
        clock: Callable[[], datetime] | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        self._client = client
        self._account = account
        self._watched = frozenset(api.lower() for api in watched_apis)
        self._program_version = program_version
        self._of_interest = of_interest
        self._tenant_id = tenant_id
        self._permissions = permissions
        self._lanes = lanes
        self._clock = clock
        self._ahead = ahead

    def read(self, *, journal: ScanJournal, progress: Callable[[Progress], None], cancel: CancelToken) -> Snapshot:
        """Return everything that could be read, with its coverage.

        Args:
            journal: keeps each page as it comes; what an interrupted scan left in it is not read again.
            progress: told after each page.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: neither app registrations nor service principals could be read.
            Cancelled: the person cancelled.
        """
        ahead, self._ahead = self._ahead, None
        with undisturbed:
            with Traffic(lanes=self._lanes, cancel=cancel) as traffic:
                telling = Telling(progress)
                lists = Lists(self._client, traffic, journal, telling.told)
                plan = Plan(
                    lists, watched=self._watched, of_interest=self._of_interest, insist=self._insist, ahead=ahead
                )
                telling.plan = plan
                plan.begin()
                traffic.work()
                ended = self._clock() if self._clock is not None else None
                telling.over()
            # Each knows of the other: without this all that was read would wait for the next look for garbage.
            telling.plan = None
            remembered.forget()
            # A clock that was set back meanwhile tells nothing of the end.
            return self._snapshot(plan, journal, ended if ended is None or ended >= journal.read_at else None)

    def _insist(self, plan: Plan) -> None:
        first, second = plan.found[ReadName.APPLICATIONS], plan.found[ReadName.SERVICE_PRINCIPALS]
        if first.coverage.status in _UNREAD and second.coverage.status in _UNREAD:
            remedy = first.remedy or second.remedy or explained(first.coverage, self._permissions).remedy
            raise ReadError(
                "Neither app registrations nor service principals could be read",
                detail=f"{first.coverage.detail}.",
                remedy=remedy or _CHECK_THE_NETWORK,
            )

    def _snapshot(self, plan: Plan, journal: ScanJournal, ended: datetime | None) -> Snapshot:
        sides = joined_sides(plan.by_api, plan.by_client, plan.apis)
        roles = plan.found[ReadName.DIRECTORY_ROLES]
        definitions = plan.definitions.found
        reads = [
            *(plan.found[read].coverage for read in _LISTS),
            *sides.reads,
            *plan.definitions.coverage(plan.apis),
            roles.coverage,
            *plan.people.coverage(),
        ]
        return Snapshot(
            scan_id=journal.scan_id,
            tenant=self._tenant(plan),
            read_at=journal.read_at,
            account=replace(self._account, roles=plan.roles),
            program_version=self._program_version,
            registrations=plan.registrations,
            service_principals=plan.principals,
            apis=tuple(definitions[app_id] for app_id in sorted(definitions)),
            role_apis=tuple(sorted(set(plan.rows(ReadName.APIS)))),
            app_role_assignments=sides.rows,
            delegated_grants=plan.grants,
            directory_roles=roles.rows,
            users=plan.people.users,
            reads=tuple(explained(read, self._permissions) for read in reads),
            ended_at=ended,
        )

    def _tenant(self, plan: Plan) -> Tenant:
        cloud = self._client.cloud.id
        organizations: tuple[Tenant, ...] = plan.rows(ReadName.ORGANIZATION)
        for tenant in organizations:
            return replace(tenant, cloud=cloud)
        here = {registration.app_id for registration in plan.registrations}
        owners = (p.owner_tenant_id for p in plan.principals if p.app_id in here and p.owner_tenant_id)
        tenant_id = self._tenant_id or next(owners, "")
        return Tenant(tenant_id, tenant_id or "Tenant without a readable name", cloud)
