"""Frees what is large piece by piece: all at once would hold every thread for as long as millions of objects take."""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import Any

from msgspec import Struct

from permdesk.domain.ports import CancelToken

#: Objects that are freed in one go: each may have a thousand of its own.
_PIECE = 10
#: Seconds of freeing at a time, and of leaving the interpreter to others.
_WORK, _REST = 0.001, 0.002
#: Rows of a scan and what was made of them lie no deeper below what holds them.
_DEPTH = 3
#: Smaller ones are not worth a loop.
_LARGE = 1000


def let_go(held: list[Any], *, hurry: CancelToken | None = None) -> None:
    """Free what a list holds, piece by piece; other threads run in between.

    Nothing of it is changed: whatever somebody else refers to stays as it is.

    Args:
        held: the only references, which are taken out of it.
        hurry: set once nobody is left to be held up.
    """
    rows: list[list[Any]] = []
    while held:
        _gather(held.pop(), rows, _DEPTH)
    # By now nothing but these lists holds the rows.
    begun = monotonic()
    for row in rows:
        while row:
            del row[-_PIECE:]
            if monotonic() - begun > _WORK:
                if hurry is not None and hurry.is_set():
                    return
                sleep(_REST)
                begun = monotonic()


def _gather(one: Any, rows: list[list[Any]], depth: int) -> None:
    """Collect what large containers hold, at any place that a scan or a comparison keeps them."""
    if isinstance(one, dict | list | tuple | set | frozenset):
        if len(one) >= _LARGE:
            rows.append(list(one))
            sleep(_REST)
            if isinstance(one, dict):
                rows.append(list(one.values()))
                sleep(_REST)
        elif depth:
            for value in one.values() if isinstance(one, dict) else one:
                _gather(value, rows, depth - 1)
    elif depth:
        for value in _parts(one):
            _gather(value, rows, depth - 1)


def _parts(one: Any) -> Iterable[Any]:
    if isinstance(one, Struct):
        yield from (getattr(one, name) for name in one.__struct_fields__)
    if type(one).__module__.startswith("permdesk."):
        yield from getattr(one, "__dict__", {}).values()
        yield from (getattr(one, name, None) for name in getattr(type(one), "__slots__", ()))
