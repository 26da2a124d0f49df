"""What a person may give back to an app, or take away from it, by a script: exact grants, told by recorded ids.

permdesk itself changes nothing. Requests behind each move: learn.microsoft.com/graph/api for
serviceprincipal-post-approleassignedto, serviceprincipal-delete-approleassignedto, oauth2permissiongrant-post,
oauth2permissiongrant-update and oauth2permissiongrant-delete.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.cloud import Cloud
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.finding import AppComparison, Baseline, Finding, Granted, Remedy, Status
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, GRAPH_APP_ID, ZERO_ROLE_ID, Kind, Permission
from permdesk.domain.portal import is_guid
from permdesk.domain.proof import Happened
from permdesk.domain.scan_diff import AppDiff, Outcome
from permdesk.domain.tenant import Tenant


class Deed(StrEnum):
    """Which way a move goes."""

    GIVE = "give"
    TAKE = "take"


class Move(Struct, frozen=True):
    """One permission to give or to take.

    Attributes:
        permission: with the ids that this tenant gives it.
        account: object id of the one person a delegated grant is for; None for the whole tenant.
    """

    deed: Deed
    permission: Permission
    account: str | None = None

    @property
    def needs_privileged(self) -> bool:
        """True for an application permission of Microsoft Graph: a privileged role alone may give it."""
        graph = self.permission.resource_app_id in (GRAPH_APP_ID, AZURE_AD_GRAPH_APP_ID)
        return graph and self.permission.kind is Kind.APPLICATION and self.deed is Deed.GIVE


class Repair(Struct, frozen=True):
    """The moves of one script.

    Attributes:
        client_id: object id of the app's service principal.
        why: what it is for, as a sentence.
        moves: what is taken first, then what is given; by API, kind and value.
        left_out: what no script can move, and why.
    """

    tenant: Tenant
    cloud: Cloud
    client_id: str
    app_name: str
    why: str
    moves: tuple[Move, ...]
    left_out: tuple[tuple[Permission, str], ...]

    @property
    def needs_privileged(self) -> bool:
        """True where Privileged Role Administrator or Global Administrator is needed."""
        return any(move.needs_privileged for move in self.moves)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The delegated permissions that whoever runs it signs in with."""
        kinds = {move.permission.kind for move in self.moves}
        roles = ("AppRoleAssignment.ReadWrite.All",) if Kind.APPLICATION in kinds else ()
        grants = ("DelegatedPermissionGrant.ReadWrite.All",) if Kind.DELEGATED in kinds else ()
        return (*roles, *grants, "Application.Read.All")


def gives_what_is_missing(app: AppComparison, *, tenant: Tenant, cloud: Cloud) -> Repair | None:
    """Return the script that grants what the app needs and lacks; None for an app that is not in the tenant."""
    wanted = [finding for finding in app.findings if finding.status is Status.MISSING or _is_gap(finding)]
    moves = [(Move(Deed.GIVE, finding.permission), _unoffered(finding)) for finding in wanted]
    return _repair(app, moves, tenant=tenant, cloud=cloud, why="It grants what the app needs and does not have.")


def takes_what_is_beyond(app: AppComparison, *, tenant: Tenant, cloud: Cloud) -> Repair | None:
    """Return the script that withdraws what nobody documents or configures, accepted findings left alone."""
    if app.baseline is Baseline.NONE:
        return None
    moves = []
    for finding in app.findings:
        if finding.status is not Status.EXCESS or finding.accepted is not None:
            continue
        if finding.granted is Granted.TENANT:
            moves.append((Move(Deed.TAKE, finding.permission), ""))
        moves += [(Move(Deed.TAKE, finding.permission, holder), "") for holder in finding.holders]
    return _repair(app, moves, tenant=tenant, cloud=cloud, why="It withdraws what goes beyond the app's need.")


def undoes(change: AppDiff, *, tenant: Tenant, cloud: Cloud, take_back: bool) -> Repair | None:
    """Return the script that gives back what an app lost between two scans.

    Args:
        change: what became of the app. Of what was not read nobody can say that it was lost: it is left out.
        tenant: whose scans they are.
        cloud: its cloud.
        take_back: also withdraw what came in between, so that the grants of before are there again.
    """
    moves: list[tuple[Move, str]] = []
    deeds = {Outcome.REMOVED: Deed.GIVE} | ({Outcome.ADDED: Deed.TAKE} if take_back else {})
    unsure = "whether it changed could not be read"
    for granted in change.granted:
        deed = deeds.get(granted.outcome)
        if deed is not None:
            moves.append((Move(deed, granted.permission), ""))
        elif granted.outcome is Outcome.NOT_READ_NOW:
            moves.append((Move(Deed.GIVE, granted.permission), unsure))
    for single in change.single:
        deed = deeds.get(single.outcome)
        if deed is not None:
            moves += [(Move(deed, single.permission, account), "") for account in single.accounts]
        elif single.outcome is Outcome.NOT_READ_NOW:
            moves.append((Move(Deed.GIVE, single.permission), unsure))
    why = "It gives back what the app lost between two scans."
    return _checked(change.object_id, change.display_name, moves, tenant=tenant, cloud=cloud, why=why)


def undoes_consent(record: ConsentRecord, *, cloud: Cloud | None = None) -> Repair | None:
    """Return the script that gives back what a consent took; what the app needs or not, a person decides by reading.

    Args:
        record: what was lost.
        cloud: the endpoints that the tenant was read from; needed for a custom cloud, whose addresses no record has.
    """
    moves = [(Move(Deed.GIVE, row.permission), "") for row in record.of(Happened.REMOVED)]
    why = "It gives back what the app lost at a consent."
    where = cloud or record.cloud
    return _checked(record.object_id, record.display_name, moves, tenant=record.tenant, cloud=where, why=why)


def _repair(
    app: AppComparison, moves: Iterable[tuple[Move, str]], *, tenant: Tenant, cloud: Cloud, why: str
) -> Repair | None:
    return _checked(app.object_id, app.display_name, moves, tenant=tenant, cloud=cloud, why=why)


def _checked(
    client_id: str | None, name: str, moves: Iterable[tuple[Move, str]], *, tenant: Tenant, cloud: Cloud, why: str
) -> Repair | None:
    if client_id is None or not is_guid(client_id) or not is_guid(tenant.id) or not cloud.graph:
        return None
    kept: list[Move] = []
    left_out: list[tuple[Permission, str]] = []
    for move, reason in moves:
        trouble = reason or _trouble(move)
        if trouble:
            left_out.append((move.permission, trouble))
        else:
            kept.append(move)
    kept.sort(key=_order)
    return Repair(tenant, cloud, client_id, name, why, tuple(kept), tuple(left_out))


def _order(move: Move) -> tuple[str, str, str, str, str]:
    permission = move.permission
    resource = permission.resource_object_id or ""
    return (
        str(int(move.deed is Deed.GIVE)),
        resource,
        permission.kind.value,
        permission.label,
        move.account or "",
    )


def _trouble(move: Move) -> str:
    """Return why no script can make a move; empty where one can."""
    permission = move.permission
    if permission.resource_object_id is None:
        return "its API is not in the tenant"
    if not is_guid(permission.resource_object_id) or (move.account is not None and not is_guid(move.account)):
        return "an id of it is no GUID"
    if permission.kind is Kind.APPLICATION:
        return "" if is_guid(permission.id) and permission.id != ZERO_ROLE_ID else "its id is not known"
    value = permission.value
    if value is None:
        return "its name is not known"
    # Scopes stand in one text, separated by blanks; nothing that is no printable ASCII is ever one.
    return "" if value and value.isascii() and value.isprintable() and " " not in value else "its name is no scope"


def _is_gap(finding: Finding) -> bool:
    return finding.status is Status.PARTIAL and bool(finding.gap)


def _unoffered(finding: Finding) -> str:
    return "the API does not offer it in this tenant" if Remedy.NOT_OFFERED in finding.remedy else ""
