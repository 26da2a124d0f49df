"""What the list of apps shows: lines that can be found without looking through them all."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import overload

from msgspec import Struct

from permdesk.presentation.app_rows import AppRow, Group
from permdesk.presentation.haystack import Haystack


class GroupRow(Struct, frozen=True, gc=False):
    """The head of a group: how many of its apps the filter lets through, and whether they are folded away."""

    group: Group
    shown: int
    collapsed: bool

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"{self.group.label}, {self.shown} apps, {'closed' if self.collapsed else 'open'}"


class OverviewRow(Struct, frozen=True, gc=False):
    """The first line of the list: the whole tenant."""

    spoken: str = "Overview"


Line = AppRow | GroupRow | OverviewRow


class Listing(Sequence[Line]):
    """What the list shows: the overview, then each group's head and, unless it is folded, its apps.

    Args:
        items: lines in order; an app as the haystack it was found by.
        heads: places of the group heads among the lines.
        places: gives app key -> place within its whole group; lets a line be found without looking through all.
    """

    def __init__(
        self,
        items: "list[Haystack[AppRow] | GroupRow | OverviewRow]",
        heads: tuple[int, ...],
        places: Callable[[], Mapping[str, int]],
    ) -> None:
        self._items, self.heads, self._places = items, heads, places

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> list[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | list[Line]:
        if isinstance(place, slice):
            return [_line(item) for item in self._items[place]]
        return _line(self._items[place])

    @property
    def lines(self) -> Sequence[Line]:
        """The lines, in order."""
        return self

    @property
    def apps(self) -> int:
        """How many apps the filter lets through, folded ones included."""
        return sum(head.shown for place in self.heads if isinstance(head := self._items[place], GroupRow))

    def find(self, key: str) -> int | None:
        """Return the place of an app among the lines, or None where it is filtered out or folded away."""
        places = self._places()
        wanted = places.get(key)
        if wanted is None:
            return None
        # Where nothing matches there is no head, and the last end has none to go with.
        for head, end in zip(self.heads, (*self.heads[1:], len(self._items)), strict=False):
            place = bisect_left(self._items, wanted, head + 1, end, key=lambda item: _place(item, places))
            if place < end and isinstance(line := self[place], AppRow) and line.key == key:
                return place
        return None


def _place(item: "Haystack[AppRow] | GroupRow | OverviewRow", places: Mapping[str, int]) -> int:
    return places[item.of.key] if isinstance(item, Haystack) else -1


def _line(item: "Haystack[AppRow] | GroupRow | OverviewRow") -> Line:
    return item.of if isinstance(item, Haystack) else item


NO_LISTING = Listing([], (), dict)
