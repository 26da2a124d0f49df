"""Delta queries: which objects of a list changed since a scan, and where to ask from the next time.

Source: learn.microsoft.com/graph/delta-query-overview and the delta functions of application, servicePrincipal and
oAuth2PermissionGrant. A changed object may come with some of its properties alone, so that only its id is believed.
"""

import msgspec
from msgspec import Struct, field

from permdesk.errors import FormatError
from permdesk.graph.remembered import is_guid


class _Removed(Struct):
    reason: str | None = None


class _Changed(Struct):
    id: str
    removed: _Removed | None = field(name="@removed", default=None)


class _Page(Struct):
    value: list[_Changed]
    next_link: str | None = field(name="@odata.nextLink", default=None)
    delta_link: str | None = field(name="@odata.deltaLink", default=None)


class _Counted(Struct):
    count: int = field(name="@odata.count")


class Changes(Struct, frozen=True):
    """One page of changes.

    Attributes:
        touched: ids of objects that came or changed.
        removed: ids of objects that are gone.
        next_link: address of the next page; None on the last.
        mark: address to ask for later changes; None but on the last page.
    """

    touched: frozenset[str]
    removed: frozenset[str]
    next_link: str | None
    mark: str | None


_page = msgspec.json.Decoder(_Page)
_counted = msgspec.json.Decoder(_Counted)
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def decode_changes(body: bytes) -> Changes:
    """Return a page of changes.

    Raises:
        FormatError: it is none.
    """
    try:
        page = _page.decode(body)
    except _UNREADABLE:
        raise FormatError("A page of changes is not what Microsoft documents") from None
    # What was removed and came again is told twice, in that order.
    touched: dict[str, bool] = {}
    for one in page.value:
        key = one.id.lower()
        touched[key if is_guid(key) else one.id] = one.removed is None
    return Changes(
        frozenset(key for key, there in touched.items() if there),
        frozenset(key for key, there in touched.items() if not there),
        page.next_link or None,
        page.delta_link or None,
    )


def decode_count(body: bytes) -> int:
    """Return how many rows a list has, as a page of it announces.

    Raises:
        FormatError: it announces none.
    """
    try:
        return _counted.decode(body).count
    except _UNREADABLE:
        raise FormatError("A list announces no count") from None
