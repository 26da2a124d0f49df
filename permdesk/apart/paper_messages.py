"""What a window and the process that makes its paper say to each other over their pipe."""

from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from typing import Any, Union

import msgspec
from msgspec import Struct

from permdesk.apart.messages import Noted, Problem
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Laid, Wish
from permdesk.services.paper import TenantPlace, Ticked

#: Rows of a scan that are packed at a time: a millisecond's work, after which the window has its turn.
_ROWS = 200


class Open(Struct, frozen=True, tag=True):
    """To the child, first of all: where everything is, and which day it is.

    Attributes:
        folders: the folders of the person, by name (``paths.Paths``).
        profile_dirs: folders of own profiles, beside the one in the data folder.
        scratch: a folder for what must not outlive the process.
        today: the day of the window's computer.
        places: each tenant whose newest kept scan is told of; None where a scan follows.
        ticks: choices of services in use that the history may not know yet.
        said: False where nothing that people said counts.
        log_level: from which level on records are sent back.
    """

    folders: dict[str, str]
    profile_dirs: list[str]
    scratch: str
    today: date
    places: tuple[TenantPlace, ...] | None
    ticks: tuple[Ticked, ...]
    said: bool
    log_level: int


class Rows(Struct, frozen=True, tag=True):
    """To the child: a part of one list of the scan; ``packed`` is an array of MessagePack."""

    field: str
    packed: bytes


class Rest(Struct, frozen=True, tag=True):
    """To the child: the scan without its lists; it is whole now."""

    snapshot: Snapshot


class Gather(Struct, frozen=True, tag=True):
    """To the child: gather what the report is about."""

    number: int


class LayOut(Struct, frozen=True, tag=True):
    """To the child: lay out."""

    number: int
    choice: Choice


class Paint(Struct, frozen=True, tag=True):
    """To the child: paint a page, from 0, of this layout and this width in dots."""

    number: int
    laid: Laid
    page: int
    width: int


class Save(Struct, frozen=True, tag=True):
    """To the child: write the pages as PDF."""

    number: int
    choice: Choice
    path: str


class Print(Struct, frozen=True, tag=True):
    """To the child: print."""

    number: int
    choice: Choice
    wish: Wish


class Export(Struct, frozen=True, tag=True):
    """To the child: write a file of a format."""

    number: int
    choice: Choice
    kind: FileFormat
    path: str


class Stop(Struct, frozen=True, tag=True):
    """To the child: nobody wants the answer to this question any more."""

    number: int


class Went(Struct, frozen=True, tag=True):
    """From the child: how far it came."""

    number: int
    done: int
    of: int


class Band(Struct, frozen=True, tag=True):
    """From the child: dots of a picture that is so large; ``begin`` is the place of the first byte."""

    number: int
    width: int
    height: int
    begin: int
    dots: bytes


class Answer(Struct, frozen=True, tag=True):
    """From the child: the answer to a question.

    Attributes:
        laid: to ``LayOut``.
        pages: to ``Print``.
        problem: why it is not done; of the kind ``Cancelled`` where nobody wanted it any more.
    """

    number: int
    laid: Laid | None = None
    pages: int = 0
    problem: Problem | None = None


Question = Gather | LayOut | Paint | Save | Print | Export
ToChild = Union[Open, Rows, Rest, Gather, LayOut, Paint, Save, Print, Export, Stop]  # noqa: UP007 - read at run time
FromChild = Union[Went, Band, Answer, Noted]  # noqa: UP007

_to_child: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
_from_child: msgspec.msgpack.Decoder[FromChild] = msgspec.msgpack.Decoder(FromChild)


def say(line: Connection, message: ToChild | FromChild) -> None:
    """Send a message; OSError where nobody listens any more."""
    line.send_bytes(msgspec.msgpack.encode(message))


def hear_window(line: Connection) -> ToChild:
    """Return what the window said; EOFError where it is gone."""
    return _to_child.decode(line.recv_bytes())


def hear_child(line: Connection) -> FromChild:
    """Return what the child said; EOFError where it is gone."""
    return _from_child.decode(line.recv_bytes())


def scan_in_pieces(snapshot: Snapshot) -> Iterator[Rows | Rest]:
    """Return a scan as messages; each is made in about a millisecond, however large the tenant."""
    lists = [name for name in snapshot.__struct_fields__ if isinstance(getattr(snapshot, name), tuple)]
    for name in lists:
        rows = getattr(snapshot, name)
        for begin in range(0, len(rows), _ROWS):
            yield Rows(name, msgspec.msgpack.encode(rows[begin : begin + _ROWS]))
    yield Rest(msgspec.structs.replace(snapshot, **dict.fromkeys(lists, ())))


class ScanAgain:
    """Puts a scan together that came in pieces."""

    def __init__(self) -> None:
        types = {field.name: field.type for field in msgspec.structs.fields(Snapshot)}
        self._decoders = {name: msgspec.msgpack.Decoder(kind) for name, kind in types.items()}
        self._lists: dict[str, list[Any]] = {}

    def add(self, rows: Rows) -> None:
        """Take a part of a list."""
        if rows.field not in self._decoders:
            raise BugError(f"a scan has no list {rows.field!r}")
        self._lists.setdefault(rows.field, []).extend(self._decoders[rows.field].decode(rows.packed))

    def whole(self, rest: Rest) -> Snapshot:
        """Return the scan."""
        return msgspec.structs.replace(rest.snapshot, **{name: tuple(rows) for name, rows in self._lists.items()})
