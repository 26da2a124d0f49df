"""The names of libraries that an ELF file asks the loader for, read without binutils."""

import struct

_LOAD, _DYNAMIC = 1, 2
_NEEDED, _STRTAB = 1, 5


def needed(content: bytes) -> list[str]:
    """Return the DT_NEEDED entries of a 64-bit little-endian ELF file."""
    offset, size, count = struct.unpack_from("<Q", content, 32)[0], *struct.unpack_from("<HH", content, 54)
    headers = [struct.unpack_from("<IIQQQQ", content, offset + size * n) for n in range(count)]
    dynamic = next(header for header in headers if header[0] == _DYNAMIC)
    entries = list(struct.iter_unpack("<qQ", content[dynamic[2] : dynamic[2] + dynamic[5]]))
    names = next(value for tag, value in entries if tag == _STRTAB)
    load = next(header for header in headers if header[0] == _LOAD and header[3] <= names < header[3] + header[5])
    start = names - load[3] + load[2]
    return [content[start + value :].split(b"\0", 1)[0].decode() for tag, value in entries if tag == _NEEDED]
