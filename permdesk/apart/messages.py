"""What the two processes of a scan say to each other over their pipe; a token goes no other way."""

from multiprocessing.connection import Connection
from typing import Union

import msgspec
from msgspec import Struct

from permdesk import errors
from permdesk.domain.cloud import Cloud
from permdesk.domain.ports import Progress
from permdesk.domain.tenant import Account
from permdesk.errors import BugError, SignInAgainError, WorldError


class Begin(Struct, frozen=True, tag=True):
    """To the child: what to read, and in which folders to keep it.

    Attributes:
        folders: the folders of the person, by name (``paths.Paths``).
        profile_dirs: folders of own profiles, beside the one in the data folder.
        log_level: from which level on records are sent back.
    """

    folders: dict[str, str]
    profile_dirs: list[str]
    cloud: Cloud
    account: Account
    tenant_id: str | None
    permissions: tuple[str, ...] | None
    ca_file: str | None
    afresh: bool
    log_level: int


class Give(Struct, frozen=True, tag=True):
    """To the child: the answer to ``Need``; None where there is no other token to be had."""

    token: str | None

    def __repr__(self) -> str:
        return "Give(...)"


class Refuse(Struct, frozen=True, tag=True):
    """To the child: there is no token, and why."""

    problem: "Problem"


class Stop(Struct, frozen=True, tag=True):
    """To the child: the person cancelled."""


class Need(Struct, frozen=True, tag=True):
    """From the child: a token is needed, in place of the one that was refused where one was."""

    refused: str | None = None
    claims: str | None = None

    def __repr__(self) -> str:
        return "Need(...)"


class Moved(Struct, frozen=True, tag=True):
    """From the child: how far the scan came."""

    progress: Progress


class Noted(Struct, frozen=True, tag=True):
    """From the child: a record for the log."""

    name: str
    level: int
    text: str


class Done(Struct, frozen=True, tag=True):
    """From the child: the scan is read.

    Attributes:
        scan_id: its name in the history.
        resumed: pages that an interrupted scan had read before.
        anew: why an interrupted scan was not gone on with.
        unkept: why it is not in the history; then ``content`` is the scan in its lasting form.
    """

    scan_id: str
    resumed: int = 0
    anew: str = ""
    unkept: "Problem | None" = None
    content: bytes = b""


class Problem(Struct, frozen=True, tag=True):
    """Either way: an error, by the name of its kind.

    Attributes:
        kind: a class of ``permdesk.errors``.
        sign_in: see SignInAgainError, as ``claims``.
    """

    kind: str
    title: str
    detail: str = ""
    remedy: str = ""
    sign_in: str = ""
    claims: str | None = None


ToChild = Union[Begin, Give, Refuse, Stop]  # noqa: UP007 - msgspec reads the union at run time
FromChild = Union[Need, Moved, Noted, Done, Problem]  # noqa: UP007

_to_child: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
_from_child: msgspec.msgpack.Decoder[FromChild] = msgspec.msgpack.Decoder(FromChild)


def say(line: "Connection", message: ToChild | FromChild) -> None:
    """Send a message; OSError where nobody listens any more."""
    line.send_bytes(msgspec.msgpack.encode(message))


def hear_parent(line: "Connection") -> ToChild:
    """Return what the parent said; EOFError where it is gone."""
    return _to_child.decode(line.recv_bytes())


def hear_child(line: "Connection") -> FromChild:
    """Return what the child said; EOFError where it is gone."""
    return _from_child.decode(line.recv_bytes())


def problem_of(error: WorldError) -> Problem:
    """Return an error as it goes over the line."""
    # A kind of some module's own is told as the nearest that both processes know by name.
    kind = next(kind.__name__ for kind in type(error).__mro__ if hasattr(errors, kind.__name__))
    if isinstance(error, SignInAgainError):
        return Problem(kind, error.title, error.detail, error.remedy, error.sign_in, error.claims)
    return Problem(kind, error.title, error.detail, error.remedy)


def error_of(problem: Problem) -> Exception:
    """Return the error that came over the line."""
    kind = getattr(errors, problem.kind, WorldError)
    if kind is BugError:
        return BugError(f"{problem.title}\n{problem.detail}")
    if kind is SignInAgainError:
        return SignInAgainError(
            problem.title,
            detail=problem.detail,
            remedy=problem.remedy,
            sign_in=problem.sign_in,
            claims=problem.claims,
        )
    if not (isinstance(kind, type) and issubclass(kind, WorldError)):
        kind = WorldError
    return kind(problem.title, detail=problem.detail, remedy=problem.remedy)
