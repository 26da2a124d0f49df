"""App role assignments as both sides tell them, the APIs' and the apps', and whether the two agree."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.grant import AppRoleAssignment
from permdesk.domain.wording import counted
from permdesk.graph.apis import Apis
from permdesk.graph.collector import ListResult

_client, _resource, _role = attrgetter("client_id"), attrgetter("resource_id"), attrgetter("role_id")
_Key = tuple[str, str, str]

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
    rows: dict[_Key, AppRoleAssignment] = {}
    told = [api for api in sorted(by_api) if not apis.absent(api)]
    for api in told:
        _add(rows, by_api[api].rows)
    lacking: dict[str, int] = {}
    for client in sorted(by_client):
        found = _by_key(by_client[client].rows)
        for key in found.keys() - rows.keys():
            lacking[key[1]] = lacking.get(key[1], 0) + 1
        _add(rows, by_client[client].rows)
    reads = [_checked(by_api[api].coverage, api, lacking, apis) for api in told]
    reads += [by_client[client].coverage for client in sorted(by_client)]
    return Sides(tuple(rows.values()), tuple(reads))


def _by_key(rows: Sequence[AppRoleAssignment]) -> dict[_Key, AppRoleAssignment]:
    return dict(zip(zip(map(_client, rows), map(_resource, rows), map(_role, rows), strict=True), rows, strict=True))


def _add(rows: dict[_Key, AppRoleAssignment], more: Sequence[AppRoleAssignment]) -> None:
    """Add assignments; of those that are told more than once the first holds."""
    found = _by_key(more)
    if len(found) == len(more) and rows.keys().isdisjoint(found):
        rows.update(found)
        return
    for row in more:
        rows.setdefault((row.client_id, row.resource_id, row.role_id), row)


def _checked(read: ReadCoverage, api: str, lacking: Mapping[str, int], apis: Apis) -> ReadCoverage:
    named = replace(read, resource=apis.name(api))
    short = lacking.get(apis.object_id(api) or "", 0)
    if not read.complete or not short:
        return named
    detail = f"{counted(short, 'assignment')} that an app tells of came not with this list"
    return replace(named, status=ReadStatus.PARTIAL, detail=detail)
