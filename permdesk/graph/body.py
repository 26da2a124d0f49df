"""Takes in the body of an answer, unpacking it no further than it may be long."""

import io
import zlib
from collections.abc import Generator, Iterable, Iterator

from permdesk.graph.faults import NoAnswerError, TooLargeError

#: What the server is told may be sent; nothing else is unpacked.
PACKINGS = "gzip"

_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})
#: Bytes unpacked at a time: a few packed ones may stand for a thousand times as many.
_STEP = 64 * 1024
_MEGABYTE = 1024 * 1024


def read_body(pieces: Iterable[bytes], *, packing: str, largest: int) -> bytes:
    """Return a whole body, unpacked; it needs little more memory than the body itself.

    Args:
        pieces: of the body as they come over the line.
        packing: the answer's Content-Encoding.
        largest: bytes; counted packed and unpacked alike.

    Raises:
        TooLargeError: the body is longer.
        NoAnswerError: it was cut short, or is packed in a way nobody asked for.
    """
    name = packing.strip().lower()
    if name not in _PLAIN | _GZIP:
        raise NoAnswerError("The answer is packed in a way that was not asked for", retry=False)
    gzip = _Gzip() if name in _GZIP else None
    body = io.BytesIO()
    arrived = 0
    for piece in pieces:
        arrived += len(piece)
        if gzip is None and arrived == len(piece):
            # The only piece of most answers: it shares its memory.
            body = io.BytesIO(piece)
            body.seek(0, io.SEEK_END)
            _check(arrived, largest)
            continue
        for part in gzip.unpack(piece) if gzip else (piece,):
            body.write(part)
            _check(body.tell(), largest)
        _check(arrived, largest)
    if gzip is not None and not gzip.ended:
        raise NoAnswerError("The answer broke off")
    return body.getvalue()


def _check(size: int, largest: int) -> None:
    if size > largest:
        raise TooLargeError(f"The answer is larger than {largest / _MEGABYTE:.3g} MB and was cut off")


class _Gzip:
    """Unpacks one or more gzip members, step by step."""

    def __init__(self) -> None:
        self._member = _member()
        self._begun = False
        self._over = False

    @property
    def ended(self) -> bool:
        """True where everything that was begun came to its end."""
        return not self._begun or self._member.eof

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        """Yield at most ``_STEP`` bytes at a time.

        Raises:
            NoAnswerError: this is not gzip.
        """
        while packed and not self._over:
            if self._member.eof:
                # As every reader of gzip does: what follows the last member and is none itself is padding.
                self._over = not packed.startswith(b"\x1f")
                if self._over:
                    return
                self._member = _member()
            self._begun = True
            packed = yield from self._unpack_member(packed)

    def _unpack_member(self, packed: bytes) -> Generator[bytes, None, bytes]:
        while True:
            try:
                part = self._member.decompress(packed, _STEP)
            except zlib.error:
                raise NoAnswerError("The answer was spoiled on its way") from None
            if part:
                yield part
            if self._member.eof:
                return self._member.unused_data
            packed = self._member.unconsumed_tail
            if not packed and len(part) < _STEP:
                return b""


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(16 + zlib.MAX_WBITS)
