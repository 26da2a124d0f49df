"""App role assignments as both sides tell them, the APIs' and the apps', and whether the two agree."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.grant import AppRoleAssignment
from permdesk.domain.wording import counted
from permdesk.graph.apis import Apis
from permdesk.graph.collector import ListResult

_UNREAD = frozenset({ReadStatus.REFUSED, ReadStatus.FAILED})

Results = Mapping[str, ListResult[AppRoleAssignment]]


class Sides(Struct, frozen=True):
    """Every assignment once, and how completely each side was read."""

    rows: tuple[AppRoleAssignment, ...]
    reads: tuple[ReadCoverage, ...]


def joined_sides(by_api: Results, by_client: Results, apis: Apis) -> Sides:
    """Return what either side told.

    Where an API's list is said to be complete and lacks what one of the apps holds, it is not complete.

    Args:
        by_api: GET appRoleAssignedTo of each API, by appId.
        by_client: GET appRoleAssignments of single apps, by object id.
        apis: names the APIs; one that is certainly not in the tenant tells nothing.
    """
    rows: dict[tuple[str, str, str], AppRoleAssignment] = {}
    told = [api for api in sorted(by_api) if not apis.absent(api)]
    for api in told:
        for row in by_api[api].rows:
            rows.setdefault((row.client_id, row.resource_id, row.role_id), row)
    lacking: dict[str, int] = {}
    for client in sorted(by_client):
        for row in by_client[client].rows:
            key = (row.client_id, row.resource_id, row.role_id)
            if key not in rows:
                rows[key] = row
                lacking[row.resource_id] = lacking.get(row.resource_id, 0) + 1
    reads = [_checked(by_api[api].coverage, api, lacking, apis) for api in told]
    # What an app's own side does not tell, it was not needed for: the API's side says how much is known.
    reads += [
        by_client[client].coverage for client in sorted(by_client) if by_client[client].coverage.status not in _UNREAD
    ]
    return Sides(tuple(rows.values()), tuple(reads))


def _checked(read: ReadCoverage, api: str, lacking: Mapping[str, int], apis: Apis) -> ReadCoverage:
    named = replace(read, resource=apis.name(api))
    short = lacking.get(apis.object_id(api) or "", 0)
    if not read.complete or not short:
        return named
    detail = f"{counted(short, 'assignment')} that an app tells of came not with this list"
    return replace(named, status=ReadStatus.PARTIAL, detail=detail)
