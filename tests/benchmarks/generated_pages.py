"""The pages that a large invented tenant is read by."""

import base64
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName, Page
from permdesk.domain.snapshot import Snapshot

Pages = list[tuple[ListName, Page[Any]]]

_PAGE = 999
#: People are asked for in batches.
_BATCH = 20
_LINK = "https://graph.microsoft.com/v1.0/page?$skiptoken=" + "R" * 300


def make_pages(snapshot: Snapshot, *, seed: int = 7) -> tuple[Snapshot, Pages]:
    """Return a tenant with its role assignments by API, as they are read, and the pages of all its lists."""
    rng = random.Random(seed)  # noqa: S311 - ids of grants, not secrets
    api_of = {principal.object_id: principal.app_id for principal in snapshot.service_principals}
    by_api: dict[str, list[Any]] = {}
    for assignment in snapshot.app_role_assignments:
        by_api.setdefault(api_of.get(assignment.resource_id, ""), []).append(assignment)

    def graph_id(_row: Any) -> str:
        return base64.urlsafe_b64encode(rng.randbytes(32)).decode()[:43]

    def object_id(row: Any) -> str:
        return str(row.object_id)

    pages = [
        *_paged(ReadName.APPLICATIONS, snapshot.registrations, object_id),
        *_paged(ReadName.SERVICE_PRINCIPALS, snapshot.service_principals, object_id),
        *_paged(ReadName.APIS, snapshot.role_apis, str),
        *_paged(ReadName.OAUTH2_PERMISSION_GRANTS, snapshot.delegated_grants, graph_id),
        *(page for api in sorted(by_api) for page in _paged(ReadName.APP_ROLE_ASSIGNMENTS, by_api[api], graph_id, api)),
        *((ListName(ReadName.DEFINITIONS, api.app_id), Page({api.app_id: api})) for api in snapshot.apis),
        *_paged(ReadName.DIRECTORY_ROLES, snapshot.directory_roles, graph_id),
        *_paged(ReadName.USERS, snapshot.users, object_id, size=_BATCH),
    ]
    ordered = tuple(assignment for api in sorted(by_api) for assignment in by_api[api])
    apis = tuple(sorted(snapshot.apis, key=lambda api: api.app_id))
    return replace(snapshot, app_role_assignments=ordered, apis=apis), pages


def _paged(
    read: ReadName, rows: Iterable[Any], key: Callable[[Any], str], api: str = "", *, size: int = _PAGE
) -> Iterator[tuple[ListName, Page[Any]]]:
    rows = list(rows)
    for start in range(0, len(rows), size):
        more = start + size < len(rows)
        yield ListName(read, api), Page({key(row): row for row in rows[start : start + size]}, _LINK if more else None)
