"""The tree of required versus granted: app, API, kind, permission, with every word ready to be shown."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from permdesk.domain.application import Origin
from permdesk.domain.finding import AppComparison, Declared, Finding, Status
from permdesk.domain.text import inert
from permdesk.presentation.app_rows import LONGEST_NAME
from permdesk.presentation.appearance import ATTENTION_ORDER, NEEDS_ATTENTION
from permdesk.presentation.haystack import LOOKS_LIKE_ID, Narrowing
from permdesk.presentation.news import NOTHING_NEW, PermissionName
from permdesk.presentation.tree_nodes import ApiNode, KindNode, Leaf, PermissionNode, attention
from permdesk.presentation.tree_rows import DECLARED_CELL, NO_MANIFEST


class Column(StrEnum):
    """The columns of the tree, in order."""

    PERMISSION = "Permission"
    DOCUMENTED = "Documented"
    CONFIGURED = "Configured"
    GRANTED = "Granted"
    STATUS = "Status"
    SINCE = "Since"
    PURPOSE = "Purpose"


class Segment(StrEnum):
    """The status filter above the tree."""

    ALL = "All"
    ATTENTION = "Needs attention"
    MISSING = "Missing"
    EXCESS = "Excess"
    UNREAD = "Not read"
    NEW = "New"


_SEGMENT_STATUS = {
    Segment.MISSING: Status.MISSING,
    Segment.EXCESS: Status.EXCESS,
    Segment.UNREAD: Status.UNVERIFIED,
}


class PermissionTree:
    """The tree of one app.

    Args:
        app: a compared app.
        new: the permissions that were configured or granted since the scan before.

    Attributes:
        apis: every API of the app; ``shown`` are those with something left by the filter.
    """

    def __init__(self, app: AppComparison, *, new: frozenset[PermissionName] = NOTHING_NEW) -> None:
        unreadable = DECLARED_CELL[Declared.UNREADABLE] if app.origin is Origin.EXTERNAL else NO_MANIFEST
        by_api: dict[tuple[str | None, str | None, str], list[Finding]] = {}
        for finding in app.findings:
            permission = finding.permission
            # Only a grant whose API is gone has no appId; then the object id tells APIs apart.
            other = permission.resource_object_id if permission.resource_app_id is None else None
            by_api.setdefault((permission.resource_app_id, other, permission.resource), []).append(finding)
        self.apis = [
            ApiNode(inert(name, LONGEST_NAME) or "(no name)", app.baseline, findings, unreadable, new)
            for (_, _, name), findings in by_api.items()
        ]
        self.apis.sort(key=_api_order)
        self.shown = self.apis
        self.counts = self._count()
        self.text = ""
        self.segment = Segment.ALL
        self._pools: dict[KindNode, Narrowing[PermissionNode]] | None = None
        self._renumber()

    def _count(self) -> dict[Segment, int]:
        counts = dict.fromkeys(Segment, 0)
        for api in self.apis:
            numbers = dict(api.counts)
            counts[Segment.ALL] += sum(numbers.values())
            for segment, status in _SEGMENT_STATUS.items():
                counts[segment] += numbers.get(status, 0)
            if not NEEDS_ATTENTION.isdisjoint(numbers):
                counts[Segment.ATTENTION] += sum(h.of.needs_attention for kind in api.kinds for h in kind.leaves)
            if api.new:
                counts[Segment.NEW] += sum(h.of.new for kind in api.kinds for h in kind.leaves)
        return counts

    def filter(self, text: str, segment: Segment) -> None:
        """Narrow what is shown to leaves that have every word of ``text`` and fall into ``segment``."""
        if segment is not self.segment or self._pools is None:
            self._pools = {kind: Narrowing(_pool(kind, segment)) for api in self.apis for kind in api.kinds}
        self.text, self.segment = text, segment
        folded = text.casefold()
        words = folded.split()
        by_id = len(words) == 1 and LOOKS_LIKE_ID.fullmatch(words[0]) is not None
        for kind, pool in self._pools.items():
            if not words:
                kind.shown = pool.all
            elif by_id:
                kind.shown = [leaf for leaf in pool.all if (leaf.of.finding.permission.id or "").startswith(words[0])]
            else:
                kind.shown = pool.filter(folded, words)
        for api in self.apis:
            api.shown = [kind for kind in api.kinds if kind.shown]
        self.shown = [api for api in self.apis if api.shown]
        self._renumber()

    def _renumber(self) -> None:
        # Leaves are numbered when they are shown: there may be very many of them.
        for row, api in enumerate(self.shown):
            api.row = row
            for place, kind in enumerate(api.shown):
                kind.row = place

    def sort(self, column: Column, *, descending: bool = False) -> None:
        """Order the leaves within each kind, never across; by Status means attention first."""
        key = _SORT_KEYS[column]
        for api in self.apis:
            for kind in api.kinds:
                nodes = [leaf.of for leaf in kind.leaves]
                nodes.sort(key=attention)
                nodes.sort(key=key, reverse=descending)
                kind.arrange(nodes)
        self._pools = None
        self.filter(self.text, self.segment)

    def leaves(self) -> Iterator[PermissionNode]:
        """Yield every shown permission, top to bottom."""
        for api in self.shown:
            for kind in api.shown:
                for leaf in kind.shown:
                    yield leaf.of

    def find(self, finding: Finding) -> PermissionNode | None:
        """Return the shown leaf of the same permission, or None: after a new comparison the finding is another."""
        wanted = finding.permission
        for leaf in self.leaves():
            permission = leaf.finding.permission
            if leaf.finding is finding or (
                permission.resource_app_id == wanted.resource_app_id
                and permission.kind is wanted.kind
                and permission.value == wanted.value
                and permission.id == wanted.id
            ):
                return leaf
        return None

    def next_attention(self, after: PermissionNode | None, *, backwards: bool = False) -> PermissionNode | None:
        """Return the next shown leaf that needs attention, or None at the end."""
        leaves = list(self.leaves())
        if backwards:
            leaves.reverse()
        start = 0
        if after is not None:
            start = next((place + 1 for place, leaf in enumerate(leaves) if leaf is after), 0)
        return next((leaf for leaf in leaves[start:] if leaf.needs_attention), None)

    def attention_place(self, leaf: PermissionNode) -> tuple[int, int] | None:
        """Return which of the leaves that need attention this is, counted from 1, and how many there are."""
        if not leaf.needs_attention:
            return None
        everything = (found.of for api in self.apis for kind in api.kinds for found in kind.leaves)
        all_of_them = [found for found in everything if found.needs_attention]
        return all_of_them.index(leaf) + 1, len(all_of_them)


def _pool(kind: KindNode, segment: Segment) -> list[Leaf]:
    if segment is Segment.ALL:
        return kind.leaves
    if segment is Segment.ATTENTION:
        return [leaf for leaf in kind.leaves if leaf.of.needs_attention]
    if segment is Segment.NEW:
        return [leaf for leaf in kind.leaves if leaf.of.new]
    status = _SEGMENT_STATUS[segment]
    return [leaf for leaf in kind.leaves if leaf.of.finding.status is status]


def _api_order(api: ApiNode) -> tuple[bool, bool, int, str]:
    # Microsoft Graph first: it is where nearly everything is; then the APIs that need a person.
    urgent = min((ATTENTION_ORDER[status] for status, _ in api.counts), default=99)
    attention = any(status in NEEDS_ATTENTION for status, _ in api.counts)
    return api.label != "Microsoft Graph", not attention, urgent, api.label.casefold()


def _text_of(place: int) -> Callable[[PermissionNode], str]:
    def key(leaf: PermissionNode) -> str:
        return leaf.cells[place].text

    return key


def _since_key(leaf: PermissionNode) -> tuple[bool, str]:
    since = leaf.finding.since
    return since is None, since.isoformat() if since is not None else leaf.cells[3].text


def _label_key(leaf: PermissionNode) -> str:
    return leaf.label.casefold()


def _status_key(leaf: PermissionNode) -> int:
    return ATTENTION_ORDER[leaf.finding.status]


def _purpose_key(leaf: PermissionNode) -> str:
    return leaf.purpose.casefold()


_SORT_KEYS: dict[Column, Callable[[PermissionNode], Any]] = {
    Column.PERMISSION: _label_key,
    Column.DOCUMENTED: _text_of(0),
    Column.CONFIGURED: _text_of(1),
    Column.GRANTED: _text_of(2),
    Column.STATUS: _status_key,
    Column.SINCE: _since_key,
    Column.PURPOSE: _purpose_key,
}
