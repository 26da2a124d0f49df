"""Reads which directory roles are active for whoever is signed in, and who holds the roles that would be enough."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec import Struct, field

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import Page
from permdesk.domain.ports import CancelToken
from permdesk.domain.rights import READING_ROLES, lacking
from permdesk.domain.role_holders import Holder, HolderKind, HoldersRead, RoleHolders, RolesRead
from permdesk.domain.tenant import HeldRole
from permdesk.errors import FormatError, ReadError
from permdesk.graph import requests
from permdesk.graph.asked_now import read_lists
from permdesk.graph.client import GraphClient
from permdesk.graph.collector import ListResult
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.pages import Row, page_decoder
from permdesk.graph.patience import Listener
from permdesk.graph.payloads import decode_held_roles
from permdesk.graph.remembered import is_guid
from permdesk.graph.requests import COUNTING, ListRequest, Variant

_KINDS = {
    "#microsoft.graph.user": HolderKind.PERSON,
    "#microsoft.graph.group": HolderKind.GROUP,
    "#microsoft.graph.serviceprincipal": HolderKind.APP,
}
_ORDER = tuple(HolderKind)
_WHOLE_TENANT = "/"


class _WirePrincipal(Struct, rename="camel"):
    """principal of a role assignment: whatever type it is of."""

    id: str
    type: str | None = field(name="@odata.type", default=None)
    display_name: str | None = None
    user_principal_name: str | None = None
    account_enabled: bool | None = None


class _WireHolder(Struct, rename="camel"):
    """GET /roleManagement/directory/roleAssignments with the principal expanded."""

    principal_id: str
    id: str | None = None
    directory_scope_id: str | None = None
    app_scope_id: str | None = None
    principal: _WirePrincipal | None = None


class _Assigned(Struct, frozen=True):
    holder: Holder
    everywhere: bool


class RoleReads:
    """Asks about directory roles; both questions need Directory.Read.All, which every scan needs.

    Args:
        client: of the tenant's Graph endpoint.
        permissions: the delegated permissions of the token; None where it does not tell.
        clock: the present moment, with time zone.
    """

    def __init__(
        self, client: GraphClient, *, permissions: Collection[str] | None, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._permissions = permissions
        self._clock = clock

    def mine(self, *, cancel: CancelToken) -> RolesRead:
        """Return the roles that are active now (GET /me/transitiveMemberOf).

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: they could not be read, all of them.
            Cancelled: the person cancelled.
        """
        read_at = self._clock()
        try:
            page = self._client.get(
                requests.held_roles_path(), decode_held_roles, headers=COUNTING, listener=Listener(cancel)
            )
        except GraphFault as fault:
            raise ReadError(_UNREAD, detail=f"{fault.title}.", remedy=fault.remedy or _why(fault)) from None
        except FormatError as wrong:
            raise ReadError(_UNREAD, detail=f"{wrong.title}.", remedy=_LATER) from None
        if page.next_link is not None or page.lost:
            raise ReadError(_UNREAD, detail="Microsoft sent a part of them alone.", remedy=_LATER)
        roles = (role for role in page.rows.values() if role is not None)
        return RolesRead(tuple(sorted(roles, key=lambda role: role.name)), read_at)

    def holders(self, roles: Sequence[HeldRole], *, cancel: CancelToken) -> HoldersRead:
        """Return who is assigned to some roles (GET /roleManagement/directory/roleAssignments).

        Args:
            roles: their names and templates.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: none of the lists could be read.
            Cancelled: the person cancelled.
        """
        read_at = self._clock()
        asked = [role for role in roles if is_guid(role.template_id)]
        found = read_lists(self._client, [_holders_of(role) for role in asked], label="Role holders", cancel=cancel)
        if found and all(not one.coverage.rows and not one.coverage.complete for one in found):
            first = found[0]
            lacks = lacking(ReadName.DIRECTORY_ROLES, self._permissions)
            raise ReadError(
                "Who holds these roles could not be read",
                detail=f"{first.coverage.detail}.",
                remedy=first.remedy or lacks,
            )
        return HoldersRead(tuple(_joined(role, one) for role, one in zip(asked, found, strict=True)), read_at)


_UNREAD = "Your directory roles could not be read"
_LATER = "Check again later."


def _why(fault: GraphFault) -> str:
    if fault.kind is FaultKind.GONE:
        return (
            "The account is no object of this tenant, as with a partner's account: look up its roles where it is "
            "managed, or sign in with an account of the tenant."
        )
    if fault.kind is FaultKind.REFUSED:
        return f"Sign in again, and grant Directory.Read.All; {' or '.join(READING_ROLES)} may read them."
    return _LATER


def _holders_of(role: HeldRole) -> ListRequest[_Assigned]:
    """GET roleAssignments of one role (learn.microsoft.com/graph/api/rbacapplication-list-roleassignments)."""
    path = "roleManagement/directory/roleAssignments"
    condition = f"$filter=roleDefinitionId%20eq%20'{role.template_id}'"
    return ListRequest(
        ReadName.DIRECTORY_ROLES,
        f"Holders of {role.name}",
        (Variant(f"{path}?{condition}&$expand=principal"),),
        _decode,
        part=role.template_id,
    )


def _holder(wire: _WireHolder) -> Row[_Assigned]:
    principal = wire.principal
    object_id = wire.principal_id.lower()
    kind = _KINDS.get(_type_of(principal), HolderKind.UNKNOWN)
    holder = Holder(
        object_id,
        kind,
        (principal.display_name if principal else None) or None,
        (principal.user_principal_name if principal else None) or None,
        principal.account_enabled if principal and kind is not HolderKind.GROUP else None,
    )
    everywhere = (wire.directory_scope_id or wire.app_scope_id or _WHOLE_TENANT) == _WHOLE_TENANT
    return wire.id or f"{object_id} {wire.directory_scope_id}", _Assigned(holder, everywhere), None


def _type_of(principal: _WirePrincipal | None) -> str:
    return (principal.type or "").casefold() if principal is not None else ""


def _joined(role: HeldRole, found: ListResult[_Assigned]) -> RoleHolders:
    everywhere = {row.holder.object_id: row.holder for row in found.rows if row.everywhere}
    partly = {row.holder.object_id for row in found.rows if not row.everywhere} - everywhere.keys()
    ordered = sorted(everywhere.values(), key=_place)
    detail = None if found.coverage.complete else found.coverage.detail or "The list is not whole"
    return RoleHolders(role, tuple(ordered), len(partly), detail)


def _place(holder: Holder) -> tuple[int, bool, str, str]:
    name = (holder.name or holder.username or "").casefold()
    return _ORDER.index(holder.kind), holder.enabled is False, name, holder.object_id


_decode: Callable[[bytes], Page[_Assigned]] = page_decoder("role holders", _WireHolder, _holder)
