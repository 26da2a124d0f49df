"""Texts that a filter looks in on every key press."""

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

#: The beginning of an id; fewer characters would be found in words as well.
LOOKS_LIKE_ID = re.compile(r"(?=.*\d)[0-9a-f]{8}[0-9a-f-]{0,28}")


class Haystack(str, Generic[T]):
    """A case-folded text that knows what it belongs to.

    A string itself, so that filtering 100,000 of them costs what filtering a list of plain strings costs: the loop
    touches nothing else. Made together, they lie side by side in memory, which matters as much.
    """

    __slots__ = ("of",)
    of: T

    @classmethod
    def made(cls, text: str, of: T) -> "Haystack[T]":
        """Return the haystack of something."""
        made: Haystack[T] = cls(text)
        made.of = of
        return made


class Narrowing(Generic[T]):
    """Filters the same haystacks again and again; a longer text is looked for in what the shorter one left.

    Args:
        haystacks: what to look in, in order.
    """

    __slots__ = ("_all", "_left", "_text")

    def __init__(self, haystacks: list[Haystack[T]]) -> None:
        self._all = haystacks
        self._text = ""
        self._left = haystacks

    @property
    def all(self) -> list[Haystack[T]]:
        """Everything there is."""
        return self._all

    def filter(self, text: str, words: Iterable[str]) -> list[Haystack[T]]:
        """Return the haystacks that have every word; ``text`` is what the words were split from."""
        left = self._left if self._text and text.startswith(self._text) else self._all
        for word in words:
            left = [haystack for haystack in left if word in haystack]
        self._text, self._left = text, left
        return left
