"""Texts and numbers as few bytes, many at once.

Ids are most of what Microsoft Graph sends: GUIDs, and longer ones in base64. They are kept as the bytes they stand
for, apart from what is worth compressing, since nothing makes random bytes shorter.
"""

import base64
import binascii
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from permdesk.errors import FormatError

_BIG_ENDIAN = sys.byteorder == "big"
#: Types of numbers, each with what it ends below.
_NUMBERS = (("B", 0x100), ("H", 0x1_0000), ("I", 0x1_0000_0000))

#: Forms of texts.
_AS_THEY_ARE, GUIDS, _BASE64 = range(3)

#: A GUID in text has its digits at these places; 37 bytes with what separates it from the next.
_DASHES = (8, 13, 18, 23)
_DIGITS = tuple(place for place in range(36) if place not in _DASHES)
_STRIDE = 37
_BLANK = b"00000000-0000-0000-0000-000000000000,"
_GUID_BYTES = 16
#: Shorter texts are hardly ids, and longer ones none.
_BASE64_LENGTHS = range(20, 128)


def packed_numbers(numbers: Iterable[int], *, below: int) -> bytes:
    """Return numbers from 0 to ``below``, which is at most 2**32."""
    kind = next(kind for kind, end in _NUMBERS if below <= end)
    if kind == "B":
        return b"B" + bytes(numbers)
    # An array takes a list in half the time that it takes anything else.
    packed = array(kind, list(numbers))
    if _BIG_ENDIAN:
        packed.byteswap()
    return kind.encode() + packed.tobytes()


def unpacked_numbers(packed: bytes) -> "array[int]":
    """Return the numbers that ``packed_numbers`` packed.

    Raises:
        ValueError, IndexError: they are none.
    """
    numbers = array(chr(packed[0]))
    numbers.frombytes(packed[1:])
    if _BIG_ENDIAN:
        numbers.byteswap()
    return numbers


def packed_texts(texts: Sequence[str], ids: bytearray) -> tuple[int, Any]:
    """Return the form that was chosen and what is left to keep; ids are appended to ``ids``."""
    raw = _bytes_of_guids(texts)
    if raw is not None:
        place = len(ids)
        ids += raw
        return GUIDS, [place, len(texts)]
    found = _bytes_of_base64(texts)
    if found is not None:
        place = len(ids)
        ids += found[0]
        return _BASE64, [place, *found[1:]]
    return _AS_THEY_ARE, texts


def unpacked_texts(form: int, kept: Any, ids: bytes) -> list[str]:
    """Return the texts that ``packed_texts`` packed.

    Raises:
        FormatError, TypeError, ValueError, IndexError: they are none.
    """
    if form == _AS_THEY_ARE:
        return list(kept)
    if form == GUIDS:
        place, count = kept
        return _text_of_guids(_part(ids, place, count * _GUID_BYTES)).split(",")
    if form == _BASE64:
        place, count, width, lengths = kept
        text = base64.urlsafe_b64encode(_part(ids, place, count * width // 4 * 3)).decode("ascii")
        starts = range(0, count * width, width)
        if isinstance(lengths, int):
            return [text[start : start + lengths] for start in starts]
        ends = unpacked_numbers(lengths)
        return [text[start : start + length] for start, length in zip(starts, ends, strict=True)]
    raise FormatError("It has texts of a form that is unknown")


def _part(ids: bytes, place: int, size: int) -> bytes:
    part = ids[place : place + size]
    if not size or len(part) != size:
        raise FormatError("It has fewer ids than it says")
    return part


def _bytes_of_guids(texts: Sequence[str]) -> bytes | None:
    """Return the bytes of GUIDs, or None where any text is not just what they come back as."""
    count = len(texts)
    together = ",".join(texts).encode()
    if not count or len(together) != _STRIDE * count - 1:
        return None
    if any(together[place::_STRIDE] != b"-" * count for place in _DASHES):
        return None
    if together[_STRIDE - 1 :: _STRIDE] != b"," * (count - 1):
        return None
    digits = bytearray(2 * _GUID_BYTES * count)
    for number, place in enumerate(_DIGITS):
        digits[number :: 2 * _GUID_BYTES] = together[place::_STRIDE]
    try:
        raw = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
    return raw if raw.hex().encode() == digits else None


def _text_of_guids(raw: bytes) -> str:
    """Return GUIDs in lower case, separated by commas: each digit's place is filled for all of them at once."""
    digits = raw.hex().encode()
    text = bytearray(_BLANK) * (len(raw) // _GUID_BYTES)
    for number, place in enumerate(_DIGITS):
        text[place::_STRIDE] = digits[number :: 2 * _GUID_BYTES]
    return text[:-1].decode("ascii")


def _bytes_of_base64(texts: Sequence[str]) -> tuple[bytes, int, int, int | bytes] | None:
    """Return the bytes of ids in base64, their count, the width each was filled up to, and their lengths."""
    lengths = list(map(len, texts))
    longest = max(lengths, default=0)
    if not lengths or min(lengths) not in _BASE64_LENGTHS or longest not in _BASE64_LENGTHS:
        return None
    width = -(-longest // 4) * 4
    alike = min(lengths) == longest
    fill = "A" * (width - longest)
    together = fill.join(texts) + fill if alike else "".join(text.ljust(width, "A") for text in texts)
    # Without these every four letters stand for three bytes, and no others do.
    if any(letter in together for letter in "+/="):
        return None
    try:
        raw = base64.b64decode(together.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return raw, len(texts), width, longest if alike else packed_numbers(lengths, below=128)
