"""What pages are made of: pieces of some lines each, which know how tall they are and how they are painted."""

from typing import Protocol

from permdesk.printing.brush import Brush


class Piece(Protocol):
    """Something that stands on a page, as wide as its text.

    Attributes:
        above: room before it; none at the top of a page.
        lines: into how many it may be divided; 1 where it is never divided.
        keep: True where it stays with what follows.
        split: True where it may be divided although it would fit on a page of its own.
        late: True where it stands at the end of its part rather than first on a new page.
    """

    above: int
    lines: int
    keep: bool
    split: bool
    late: bool

    def height(self, first: int, last: int) -> float:
        """Return how tall the lines from ``first`` up to ``last`` are, with its frame and air."""
        ...

    def paint(self, brush: Brush, x: float, y: float, first: int, last: int) -> None:
        """Paint these lines, the upper edge at ``y``."""
        ...

    def again(self) -> "tuple[Piece, ...]":
        """Return what stands before it on each page that does not begin with its own beginning, such as a head."""
        ...


class Plain:
    """What most pieces are: undivided, alone, with nothing to say again."""

    __slots__ = ()

    above = 0
    lines = 1
    keep = False
    split = False
    late = False

    def again(self) -> tuple[Piece, ...]:
        """Return nothing."""
        return ()
