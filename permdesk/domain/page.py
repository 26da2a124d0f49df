"""One page of a list as it is kept while a scan is under way, and the name of the list it belongs to."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.tenant import Tenant

T = TypeVar("T")

#: What a row of each list is; None stands for a row that counts and is no use.
ROWS: dict[ReadName, Any] = {
    ReadName.ORGANIZATION: Tenant,
    ReadName.APPLICATIONS: Registration,
    ReadName.SERVICE_PRINCIPALS: ServicePrincipal,
    ReadName.APIS: str,
    ReadName.DEFINITIONS: ApiDefinition,
    ReadName.APP_ROLE_ASSIGNMENTS: AppRoleAssignment,
    ReadName.OAUTH2_PERMISSION_GRANTS: DelegatedGrant,
    ReadName.DIRECTORY_ROLES: DirectoryRole,
    ReadName.USERS: User,
}


class ListName(Struct, frozen=True, order=True):
    """What tells one list of a scan from every other.

    Attributes:
        read: which kind of list.
        resource_app_id: the API, for lists read once per API; else empty.
        part: the app, where assignments are read from the app's side; the consent type, where grants are; else empty.
    """

    read: ReadName
    resource_app_id: str = ""
    part: str = ""


class Page(Struct, Generic[T], frozen=True):
    """One page of a list.

    Attributes:
        rows: by the row's own key, so that a row served twice counts once; None for a row that is no use.
        next_link: address of the next page; None on the last one.
        count: rows of the whole list, where the service announced it.
        lost: rows that could not be understood.
        problem: what was wrong with the first of them.
        remarks: what was left out without harm, one sentence each.
        removed: keys of rows on earlier pages that are gone, where the page tells what has changed.
    """

    rows: dict[str, T | None]
    next_link: str | None = None
    count: int | None = None
    lost: int = 0
    problem: str | None = None
    remarks: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def rows_of(pages: Iterable[Page[T]]) -> dict[str, T | None]:
    """Return the rows of a list by key: what came later holds, and what was removed is gone."""
    rows: dict[str, T | None] = {}
    for page in pages:
        for key in page.removed:
            rows.pop(key, None)
        rows.update(page.rows)
    return rows
