"""Takes typed values out of a mapping of a profile file and reports whatever does not fit."""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from permdesk.catalog.outline import Entries, Items, Node, Text
from permdesk.catalog.problem import Report, quoted, suggestion

Word = TypeVar("Word", bound=StrEnum)

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
MAX_TEXT = 600


class Fields:
    """One mapping of a file: its known keys can be read, unknown keys are reported at once."""

    def __init__(self, entries: Entries, keys: Sequence[str], report: Report) -> None:
        self.line = entries.line
        self.report = report
        self._nodes: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        for entry in entries.entries:
            name = entry.key.value
            if name not in keys:
                hint = suggestion(name, keys) or f"; known here are {', '.join(keys)}"
                report.error(entry.key.line, f"unknown key {quoted(name)}{hint}")
                continue
            self._lines[name] = entry.key.line
            if not (isinstance(entry.node, Text) and entry.node.absent):
                self._nodes[name] = entry.node

    def line_of(self, key: str) -> int:
        """Return the line a key stands in, or that of the mapping."""
        return self._lines.get(key, self.line)

    def has(self, key: str) -> bool:
        """True where the key has a value."""
        return key in self._nodes

    def text(self, key: str, *, required: bool = False, limit: int = MAX_TEXT) -> str | None:
        """Return a text of one line; None where there is none or it was reported."""
        node = self._nodes.get(key)
        if node is None:
            if required:
                self.report.error(self.line_of(key), f"{key} is missing")
            return None
        if not isinstance(node, Text):
            self.report.error(node.line, f"{key} has to be a text")
            return None
        return self._checked(key, node, limit=limit)

    def word(self, key: str, words: type[Word], *, required: bool = False) -> Word | None:
        """Return one of a fixed set of words."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            return words(text)
        except ValueError:
            allowed = [word.value for word in words]
            hint = suggestion(text, allowed)
            self.report.error(self.line_of(key), f"unknown {key} {quoted(text)}; one of {', '.join(allowed)}{hint}")
            return None

    def flag(self, key: str) -> bool | None:
        """Return true or false; None where the key has no value."""
        text = self.text(key)
        if text is None or text in ("true", "false"):
            return None if text is None else text == "true"
        self.report.error(self.line_of(key), f"{key} has to be true or false, not {quoted(text)}")
        return None

    def date(self, key: str, *, day: bool, required: bool = False) -> str | None:
        """Return YYYY-MM, or YYYY-MM-DD too where ``day`` allows it."""
        text = self.text(key, required=required)
        if text is None:
            return None
        match = _DATE.fullmatch(text) if text.isascii() else None
        if match and _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR and 1 <= int(match[2]) <= 12:
            days = calendar.monthrange(int(match[1]), int(match[2]))[1]
            if match[3] is None or (day and 1 <= int(match[3]) <= days):
                return text
        form = "YYYY-MM or YYYY-MM-DD" if day else "YYYY-MM"
        self.report.error(self.line_of(key), f"{key} has to be {form}, such as 2024-05, not {quoted(text)}")
        return None

    def texts(self, key: str, *, limit: int = MAX_TEXT) -> tuple[str, ...]:
        """Return a list of texts, each once; empty where there is none."""
        node = self._nodes.get(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.report.error(node.line, f"{key} has to be a list, such as [one, two]")
            return ()
        found: dict[str, str] = {}
        for item in node.nodes:
            if not isinstance(item, Text) or item.absent:
                self.report.error(item.line, f"{key} has to be a list of texts")
                continue
            text = self._checked(key, item, limit=limit)
            if text is None:
                continue
            if text.casefold() in found:
                self.report.error(item.line, f"{quoted(text)} stands twice in {key}")
            else:
                found[text.casefold()] = text
        return tuple(found.values())

    def mapping(self, key: str, keys: Sequence[str], *, required: bool = False) -> "Fields | None":
        """Return a nested mapping with its known keys."""
        node = self._nodes.get(key)
        if node is None:
            if required:
                self.report.error(self.line_of(key), f"{key} is missing")
            return None
        if not isinstance(node, Entries):
            self.report.error(node.line, f"{key} has to hold keys and values")
            return None
        return Fields(node, keys, self.report)

    def mappings(self, key: str, keys: Sequence[str]) -> "tuple[Fields, ...]":
        """Return a list of nested mappings."""
        node = self._nodes.get(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.report.error(node.line, f"{key} has to be a list, each entry starting with a dash")
            return ()
        found = []
        for item in node.nodes:
            if isinstance(item, Entries):
                found.append(Fields(item, keys, self.report))
            else:
                self.report.error(item.line, f"an entry of {key} has to hold keys and values")
        return tuple(found)

    def open_mapping(self, key: str, keys: Sequence[str], *, what: str) -> "Fields | None":
        """Return a mapping whose keys come from another list of the same file (``what`` names that list)."""
        node = self._nodes.get(key)
        if isinstance(node, Entries) and not keys:
            self.report.error(node.line, f"the profile names no {what}; list them at its top")
            return None
        return self.mapping(key, keys)

    def _checked(self, key: str, node: Text, *, limit: int) -> str | None:
        text = node.value.strip()
        if "\n" in text:
            self.report.error(node.line, f"{key} has to be one line")
            return None
        for character in text:
            # Control, format (bidirectional marks), surrogate and line or paragraph separators.
            if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
                self.report.error(node.line, f"{key} holds an invisible character (U+{ord(character):04X})")
                return None
        if not text:
            self.report.error(node.line, f"{key} is empty")
            return None
        if len(text) > limit:
            self.report.error(node.line, f"{key} has {len(text)} characters; at most {limit} are accepted")
            return None
        return text
