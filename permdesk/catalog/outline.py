"""Reads a YAML file into texts, lists and mappings that know their line; every scalar stays a text."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from permdesk.catalog.problem import Report, quoted

#: A profile of 700 permissions is about 100 kB; a larger file is something else.
MAX_BYTES = 256 * 1024
MAX_DEPTH = 8


class Text(Struct, frozen=True):
    """A scalar: its text, its 1-based line, and whether it stood without quotes."""

    value: str
    line: int
    plain: bool = False

    @property
    def absent(self) -> bool:
        """True for an empty value, ``null`` or ``~`` without quotes."""
        return self.plain and self.value in ("", "null", "~")


class Items(Struct, frozen=True):
    """A list of nodes."""

    nodes: "tuple[Node, ...]"
    line: int


class Entry(Struct, frozen=True):
    """One ``key: value`` of a mapping."""

    key: Text
    node: "Node"


class Entries(Struct, frozen=True):
    """A mapping, in the file's order, each key once."""

    entries: tuple[Entry, ...]
    line: int


Node = Text | Items | Entries


class _Refused(Exception):
    """Stops reading a file whose structure is not accepted."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_text(path: Path, report: Report) -> str | None:
    """Return a file's text, or None after reporting why it cannot be had.

    Only ordinary files of at most ``MAX_BYTES`` are opened: a pipe would block and a large file is no profile.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            report.error(None, "this is a folder, not a file")
            return None
        if not stat.S_ISREG(status.st_mode):
            report.error(None, "this is not an ordinary file")
            return None
        if status.st_size > MAX_BYTES:
            report.error(None, f"the file has {status.st_size:,} bytes; at most {MAX_BYTES:,} are read")
            return None
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.error(None, f"the file cannot be read: {reason}")
        return None
    if len(content) > MAX_BYTES:
        report.error(None, f"the file is larger than {MAX_BYTES:,} bytes")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.error(content.count(b"\n", 0, error.start) + 1, "the file is not UTF-8 text")
        return None


def read_outline(path: Path, report: Report) -> Entries | None:
    """Return the one mapping a YAML file holds, or None after reporting what is wrong."""
    text = read_text(path, report)
    return None if text is None else parse_outline(text, report)


def parse_outline(text: str, report: Report) -> Entries | None:
    """Return the one mapping a YAML text holds, or None after reporting what is wrong."""
    # Imported here: the shipped catalog is read without YAML.
    import yaml

    events = _Events(text)
    try:
        return _document(events, report)
    except _Refused as refused:
        report.error(refused.line, refused.message)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        report.error(line, f"a control character (U+{_code(error.character):04X}) stands in the text")
    except yaml.MarkedYAMLError as error:
        report.error(*_place_and_words(error.problem_mark, error.context_mark, error.problem or error.context))
    except (yaml.YAMLError, ValueError, OverflowError, LookupError):
        # PyYAML lets some of Python's own errors through, such as that of chr() for an escape out of range.
        report.error(events.line, "this is not YAML")
    finally:
        events.close()
    return None


def _place_and_words(problem: Any, context: Any, words: str | None) -> tuple[int | None, str]:
    """Return line and message; what begins in one line may be found wrong only many lines below."""
    mark = problem or context
    begun = f" (begun in line {context.line + 1})" if problem and context and context.line != problem.line else ""
    return (None if mark is None else mark.line + 1), f"this is not YAML: {words}{begun}"


def _code(character: str | int | bytes) -> int:
    if isinstance(character, int):
        return character
    return ord(character[:1] or "\0")


class _Events:
    """PyYAML's event stream with a look ahead; events carry no objects, so nothing is ever constructed."""

    def __init__(self, text: str) -> None:
        import yaml

        self.yaml = yaml
        self.line = 1
        self._text = text
        self._loader: Any = None

    def next(self) -> Any:
        """Return the next event, refusing anchors, aliases and tags."""
        if self._loader is None:
            self._loader = self.yaml.SafeLoader(self._text)
        event: Any = self._loader.get_event()
        if event.start_mark is not None:
            self.line = event.start_mark.line + 1
        if isinstance(event, self.yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(self.line, "anchors and aliases (& and *) are not accepted; write the value out")
        if getattr(event, "tag", None) is not None:
            raise _Refused(self.line, f"a tag ({quoted(str(event.tag))}) is not accepted; every value is a text")
        return event

    def close(self) -> None:
        """Let PyYAML drop its buffers."""
        if self._loader is not None:
            self._loader.dispose()


def _document(events: _Events, report: Report) -> Entries | None:
    yaml = events.yaml
    events.next()  # the stream's start
    event = events.next()
    if isinstance(event, yaml.StreamEndEvent):
        report.error(None, "the file is empty")
        return None
    node = _node(events, events.next(), depth=1, report=report)
    events.next()  # the document's end
    if not isinstance(events.next(), yaml.StreamEndEvent):
        raise _Refused(events.line, "a second document (---) starts here; one file holds one profile")
    if not isinstance(node, Entries):
        report.error(node.line, "the file has to hold keys and values, such as id: my-app")
        return None
    return node


def _node(events: _Events, event: Any, *, depth: int, report: Report) -> Node:
    yaml = events.yaml
    line = events.line
    if depth > MAX_DEPTH:
        raise _Refused(line, f"values are nested deeper than {MAX_DEPTH} levels")
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value, line, plain=event.style is None)
    if isinstance(event, yaml.SequenceStartEvent):
        nodes = tuple(_node(events, e, depth=depth + 1, report=report) for e in _until(events, yaml.SequenceEndEvent))
        return Items(nodes, line)
    entries: dict[str, Entry] = {}
    for start in _until(events, yaml.MappingEndEvent):
        key = _node(events, start, depth=depth + 1, report=report)
        value = _node(events, events.next(), depth=depth + 1, report=report)
        if not isinstance(key, Text):
            report.error(key.line, "a key has to be a plain word")
        elif key.value in entries:
            first = entries[key.value].key.line
            report.error(key.line, f"the key {quoted(key.value)} stands twice; first in line {first}")
        else:
            entries[key.value] = Entry(key, value)
    return Entries(tuple(entries.values()), line)


def _until(events: _Events, end: type) -> Iterator[Any]:
    while not isinstance(event := events.next(), end):
        yield event
