"""What the rows of a tenant share: ids and manifest entries, each kept once while the tenant is read."""

import re
from collections.abc import Sequence

from permdesk.domain.application import RequiredAccess
from permdesk.domain.permission import Kind
from permdesk.errors import FormatError
from permdesk.graph.wire import WireResourceAccess

#: Ids and manifest entries that are remembered at most.
_MOST = 500_000
_KINDS = {"scope": Kind.DELEGATED, "role": Kind.APPLICATION}
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: A GUID in lower case, and what separates it from the next, with every digit made a nought.
_SHAPE = b"00000000-0000-0000-0000-000000000000,"
_TO_SHAPE = bytes.maketrans(b"123456789abcdef", b"0" * 15)


def is_guid(value: str) -> bool:
    """True for a lower-case GUID, the only thing that is ever put into a request's path."""
    return _GUID.fullmatch(value) is not None


def guids(values: Sequence[str]) -> Sequence[str]:
    """Return many ids in lower case; FormatError where any is no GUID."""
    together = ",".join(values)
    if len(together) != len(_SHAPE) * len(values) - 1 or not together.isascii():
        raise FormatError("no GUID")
    # All at once: that every character is in its place takes one look at all of them together.
    shape = (_SHAPE * len(values))[:-1]
    if together.encode().translate(_TO_SHAPE) == shape:
        return values
    together = together.lower()
    if together.encode().translate(_TO_SHAPE) != shape:
        raise FormatError("no GUID")
    return together.split(",")


class Ids(dict[str, str]):
    """Ids in lower case, each kept once: grants name the same apps and permissions over and over."""

    def __missing__(self, value: str) -> str:
        lower = value.lower()
        if not is_guid(lower):
            raise FormatError("no GUID")
        if len(self) >= _MOST:
            self.clear()
        kept = self.setdefault(lower, lower)
        if lower != value:
            self[value] = kept
        return kept


class Accesses(dict[tuple[str, str | None, str], RequiredAccess | None]):
    """Manifest entries as Graph sends them to ours, each kept once; None for a kind that does not exist."""

    def __missing__(self, sent: tuple[str, str | None, str]) -> RequiredAccess | None:
        resource, kind_sent, permission = sent
        kind = _KINDS.get((kind_sent or "").strip().casefold())
        if kind is None:
            return None
        if len(self) >= _MOST:
            self.clear()
        plain = (resource.strip().lower(), kind.value, permission.strip().lower())
        # Other spellings of an entry are the same object: it can be told by its identity.
        entry = self[sent] = self.setdefault(plain, RequiredAccess(plain[0], kind, plain[2]))
        return entry


class _OfApi(dict[WireResourceAccess, RequiredAccess]):
    """The entries of one API."""

    def __init__(self, resource_app_id: str) -> None:
        super().__init__()
        self._resource_app_id = resource_app_id

    def __missing__(self, sent: WireResourceAccess) -> RequiredAccess:
        entry = accesses[self._resource_app_id, sent.type, sent.id]
        if entry is None:
            raise FormatError("type is neither Scope nor Role")
        self[sent] = entry
        return entry


class OfApis(dict[str, _OfApi]):
    """Manifest entries by the API they name, as Graph sends it; FormatError for a kind that does not exist."""

    def __missing__(self, resource_app_id: str) -> _OfApi:
        of_api = self[resource_app_id] = _OfApi(resource_app_id)
        return of_api

    def make_room(self) -> None:
        """Forget everything where that is too much."""
        if sum(map(len, self.values())) >= _MOST or len(self) >= _MOST:
            self.clear()


#: What the rows of a tenant share. It is forgotten after a scan; two at once may use it.
ids = Ids()
accesses = Accesses()
of_apis = OfApis()


def forget() -> None:
    """Forget the ids of a tenant that is read."""
    ids.clear()
    accesses.clear()
    of_apis.clear()
