"""The one lasting form of a scan: versioned, compressed JSON, in the history and in ``.permdesk`` files alike.

A scan is gzip-compressed JSON, so that any tool of any year can open it::

    {"format": "permdesk.scan/1", "program": "<version>", "snapshot": {...}}

A sender may be a stranger: nothing in it is trusted before ``decode`` has returned.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import datetime

import msgspec

from permdesk.domain.cloud import CLOUDS, CUSTOM_ID
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import FormatError

FORMAT = "permdesk.scan"
VERSION = 1

#: Bytes. A tenant of 60,000 service principals and 250,000 grants needs about a fifth of these.
MAX_COMPRESSED = 128 * 2**20
MAX_CONTENT = 512 * 2**20
#: Ids are most of a scan, and nothing compresses them to less than half: no scan grows by anything like this.
_MOST_GROWTH = 100
_ALWAYS_ALLOWED = 16 * 2**20

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_CHUNK = 2**20
_HEAD = re.compile(rb'\s*\{\s*"format"\s*:\s*"permdesk\.scan/(\d{1,6})"')
_HEAD_BYTES = 256


class ScanDocument(msgspec.Struct, frozen=True):
    """What a scan file holds; ``format`` stays first for ever."""

    format: str
    program: str
    snapshot: Snapshot


def encode(snapshot: Snapshot) -> bytes:
    """Return the lasting form of a scan; the same scan gives the same bytes."""
    document = ScanDocument(f"{FORMAT}/{VERSION}", snapshot.program_version, snapshot)
    return gzip.compress(msgspec.json.encode(document), compresslevel=6, mtime=0)


def decode(content: bytes, *, name: str, max_content: int = MAX_CONTENT) -> Snapshot:
    """Return the scan in ``content``, which may come from a stranger.

    Args:
        content: compressed bytes.
        name: what to call it in messages, such as a file name.
        max_content: bytes it may grow to when decompressed.

    Raises:
        FormatError: foreign, cut short, damaged, too large, or written by a newer permdesk.
    """
    if not content.startswith(_GZIP_MAGIC):
        raise _foreign(name)
    most = min(max_content, max(_ALWAYS_ALLOWED, _MOST_GROWTH * len(content)))
    try:
        text = b"".join(_decompressed(content, name=name, max_content=most))
    except zlib.error as problem:
        raise _damaged(name, str(problem)) from problem
    try:
        document = msgspec.json.decode(text, type=ScanDocument)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise _damaged(name, str(problem)) from problem
    _check(document.snapshot, name=name)
    return document.snapshot


def _decompressed(content: bytes, *, name: str, max_content: int) -> Iterator[bytes]:
    """Yield the content piece by piece, having looked at its head before the rest is unpacked."""
    unpack = zlib.decompressobj(wbits=_GZIP_WINDOW)
    head = unpack.decompress(content, _HEAD_BYTES)
    _check_head(head, name=name)
    yield head
    size = len(head)
    while not unpack.eof and unpack.unconsumed_tail:
        piece = unpack.decompress(unpack.unconsumed_tail, _CHUNK)
        size += len(piece)
        if size > max_content:
            raise FormatError(
                f"{name} is larger than any scan: more than {max_content:,} bytes when unpacked",
                remedy="Do not open it unless you know who made it.",
            )
        yield piece
    if not unpack.eof:
        raise FormatError(
            f"{name} is cut short", detail="Its end is missing.", remedy="Copy or save it again, and open the new copy."
        )
    if unpack.unused_data:
        raise _damaged(name, "something follows its end")


def _check_head(head: bytes, *, name: str) -> None:
    found = _HEAD.match(head)
    if found is None:
        raise _foreign(name)
    if int(found[1]) > VERSION:
        raise FormatError(
            f"{name} was written by a newer permdesk",
            detail=f"It has format {int(found[1])}; this permdesk reads up to {VERSION}.",
            remedy="Update permdesk, then open it again. The file is unchanged.",
        )
    if int(found[1]) < 1:
        raise _foreign(name)


def _check(snapshot: Snapshot, *, name: str) -> None:
    """Refuse what the types allow and no reader writes."""
    if snapshot.tenant.cloud not in CLOUDS and snapshot.tenant.cloud != CUSTOM_ID:
        raise FormatError(
            f"{name} comes from a cloud that this permdesk does not know",
            detail=f"It says {snapshot.tenant.cloud[:40]!r}.",
            remedy="Update permdesk, then open it again.",
        )
    if any(moment is not None and moment.tzinfo is None for moment in _moments(snapshot)):
        raise _damaged(name, "a time in it has no time zone")


def _moments(snapshot: Snapshot) -> Iterator[datetime | None]:
    yield snapshot.read_at
    yield snapshot.ended_at
    for registration in snapshot.registrations:
        yield registration.created
        for credential in registration.credentials:
            yield credential.starts
            yield credential.ends
    for principal in snapshot.service_principals:
        yield principal.created
    for assignment in snapshot.app_role_assignments:
        yield assignment.created


def _foreign(name: str) -> FormatError:
    return FormatError(
        f"{name} is not a scan of permdesk",
        remedy="Open a file that permdesk saved; their names end in .permdesk.",
    )


def _damaged(name: str, detail: str) -> FormatError:
    return FormatError(
        f"{name} is damaged", detail=f"{detail[:200]}.", remedy="Copy or save it again, and open the new copy."
    )
