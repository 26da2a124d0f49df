"""What is wrong with a catalog source, and where: collected, so that one run tells everything."""

import difflib
import os
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class Severity(StrEnum):
    """An error keeps a file out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Struct, frozen=True):
    """One thing wrong in one place.

    Attributes:
        path: the file, or the folder as a whole, below the place that was named.
        line: 1-based; None where the file as a whole is meant.
        message: what is wrong and what would be right.
        severity: whether it keeps the file out.
    """

    path: Path
    line: int | None
    message: str
    severity: Severity = Severity.ERROR

    @property
    def file(self) -> str:
        """The file as it was named, fit to print."""
        return printable(self.path)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        prefix = "warning: " if self.severity is Severity.WARNING else ""
        return f"{place}: {prefix}{self.message}"


class Report:
    """Collects the problems of one file."""

    def __init__(self, file: Path) -> None:
        self.path = file
        self.problems: list[Problem] = []

    @property
    def failed(self) -> bool:
        """True once an error was reported."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def error(self, line: int | None, message: str) -> None:
        """Note something that keeps the file out."""
        self.problems.append(Problem(self.path, line, message))

    def warning(self, line: int | None, message: str) -> None:
        """Note something a person should look at."""
        self.problems.append(Problem(self.path, line, message, Severity.WARNING))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by file, as they came, and by line within each."""
    files: dict[Path, list[Problem]] = {}
    for problem in problems:
        files.setdefault(problem.path, []).append(problem)
    return tuple(p for group in files.values() for p in sorted(group, key=lambda p: p.line or 0))


def printable(path: Path) -> str:
    """Return a file's name without anything a terminal or a log could stumble over."""
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def quoted(text: str, limit: int = 60) -> str:
    """Return a text from a file in quotes, cut to a readable length, control characters escaped."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short) + '"'


def suggestion(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """Return ``; did you mean "x"?`` where something that close (0 to 1) is known, else an empty text."""
    # Long words cost quadratic time to compare and resemble nothing.
    if len(word) > 200:
        return ""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=likeness)
    return f'; did you mean "{folded[close[0]]}"?' if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what ``suggestion`` does, else the names that share a word with this one, else every name there is."""
    names = list(known)
    spoken = {part for part in re.findall(r"\w+", word.casefold()) if len(part) > 3}
    sharing = [name for name in names if not spoken.isdisjoint(re.findall(r"\w+", name.casefold()))]
    return suggestion(word, names) or f"; known here are {', '.join(sharing or names)}"
