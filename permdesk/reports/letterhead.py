"""The logo of a letterhead: a picture that other people made, looked at before anything decodes or draws it."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from permdesk.errors import FormatError, StorageError

#: Bytes; each report carries them.
LARGEST_LOGO = 2_000_000
#: Pixels of a side.
LONGEST_SIDE = 4_000
#: Elements of an SVG, and how deep one may stand in others.
MOST_ELEMENTS, DEEPEST = 20_000, 100
#: ``use`` repeats what it names: so often, and never something that repeats again.
MOST_USES = 200

_PNG = b"\x89PNG\r\n\x1a\n"
#: Parts of a PNG that the picture needs (W3C PNG 3, 11.2, 11.3); the others hold texts, places, times, profiles.
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
#: Depths that go with each kind of colour (11.2.1).
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DRAWN = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch", "view"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask"),
    )
)
#: Other namespaces whose elements a browser runs.
_RUN_ELSEWHERE = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML", ""})
_OUTSIDE = re.compile(r"url\((?!\s*['\"]?\s*#)|@import|javascript:|expression\(|\\", re.IGNORECASE)
#: What draws other parts of the file again; within one another they would do so without end.
_STENCILS = frozenset({"clipPath", "mask"})
_STENCILLED = re.compile(r"(?:mask|clip-path)[^;]*url\(", re.IGNORECASE)

_AGAIN = "It draws parts of itself again and again."
_FORMS = "Save the logo as PNG, or as plain SVG without scripts, links, embedded pictures and document type."


def read_logo(path: Path) -> bytes:
    """Return the logo in a file, looked at.

    Raises:
        StorageError: the file cannot be read.
        FormatError: see ``checked_logo``.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_LOGO + 1)
    except OSError as problem:
        raise StorageError(
            f"{path} cannot be read",
            detail=f"{problem.strerror or problem}.",
            remedy="Check the name and its permissions.",
        ) from problem
    return checked_logo(content, name=path.name)


def checked_logo(content: bytes, *, name: str = "The logo") -> bytes:
    """Return what may be kept of a logo: an SVG as it is, a PNG without texts, places and times.

    Args:
        content: of the file.
        name: what to call it in messages.

    Raises:
        FormatError: it is no PNG or SVG, damaged, too large, or an SVG that runs something or needs something else.
    """
    if len(content) > LARGEST_LOGO:
        raise FormatError(
            f"{name} is too large for a logo",
            detail=f"More than {LARGEST_LOGO:,} bytes would be in every report.",
            remedy="Save it smaller.",
        )
    if content.startswith(_PNG):
        return _PNG + b"".join(_parts(content, name))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _Svg(name).read(content)
        return content
    raise FormatError(f"{name} is neither a PNG nor an SVG", remedy=_FORMS)


def _damaged(name: str, detail: str) -> FormatError:
    return FormatError(f"{name} is damaged", detail=detail, remedy="Save the logo again as PNG or SVG.")


def _parts(content: bytes, name: str) -> Iterator[bytes]:
    """Yield the parts of a PNG that are kept, having looked at its size before anything is unpacked."""
    place, seen = len(_PNG), set[bytes]()
    while b"IEND" not in seen:
        length = int.from_bytes(content[place : place + 4], "big")
        kind, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content) or len(kind) < 4:
            raise _damaged(name, "Its end is missing.")
        whole = content[place:end]
        if zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            raise _damaged(name, "A checksum in it is wrong.")
        if not seen:
            _check_head(kind, whole[8:-4], name)
        elif kind == b"IHDR":
            raise _damaged(name, "It has two heads.")
        seen.add(kind)
        if kind in _KEPT:
            yield whole
        elif not kind[0] & 0x20:
            # An upper-case first letter: whoever does not know this part cannot draw the picture (5.4).
            raise _damaged(name, "It has a part that no picture needs.")
        place = end
    if b"IDAT" not in seen:
        raise _damaged(name, "There is no picture in it.")


def _check_head(kind: bytes, head: bytes, name: str) -> None:
    if kind != b"IHDR" or len(head) != 13:
        raise _damaged(name, "It does not begin as a PNG does.")
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, colour, packing, filtering, lacing = head[8:]
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or lacing > 1 or not width or not height:
        raise _damaged(name, "Its head makes no sense.")
    if max(width, height) > LONGEST_SIDE:
        raise FormatError(
            f"{name} is too large for a logo",
            detail=f"It has {width:,} by {height:,} pixels; {LONGEST_SIDE:,} by {LONGEST_SIDE:,} are the most.",
            remedy="Save it smaller.",
        )


class _Svg:
    """Reads an SVG without ever opening what it names, and refuses what is no mere drawing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[tuple[str, str | None]] = []
        self._elements = 0
        self._uses: list[str] = []
        #: Ids of elements that hold a ``use``, by being it or being around it.
        self._repeating: set[str] = set()
        self._styles: list[str] = []

    def read(self, content: bytes) -> None:
        """Read it all; raises FormatError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        try:
            parser.Parse(content, True)
        except expat.ExpatError as problem:
            raise _damaged(self._name, f"{str(problem).capitalize()}.") from problem
        except (LookupError, ValueError) as problem:
            raise _damaged(self._name, "It is written in letters that nobody knows.") from problem
        self._judge("".join(self._styles))
        if len(self._uses) > MOST_USES or any(target in self._repeating for target in self._uses):
            raise self._refused(_AGAIN)

    def _refused(self, detail: str) -> FormatError:
        return FormatError(f"{self._name} cannot be used as a logo", detail=detail, remedy=_FORMS)

    def _doctype(self, *_declared: object) -> None:
        # Older programs write one that names a file on the web; it may declare entities that unfold without end.
        raise self._refused("It has a document type definition.")

    def _instruction(self, target: str, _data: str) -> None:
        raise self._refused(f"It has an instruction for other programs ({target[:40]}).")

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, element = full.rpartition(" ")
        self._elements += 1
        if self._elements == 1 and (namespace, element) != (_SVG, "svg"):
            raise FormatError(f"{self._name} is neither a PNG nor an SVG", remedy=_FORMS)
        if self._elements > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise self._refused("It has more parts than any logo.")
        if (namespace == _SVG and element not in _DRAWN) or namespace in _RUN_ELSEWHERE:
            raise self._refused(f"It has an element that no plain drawing has: {element[:40]}.")
        self._open.append((element, attributes.get("id")))
        for attribute, value in attributes.items():
            self._attribute(attribute.rpartition(" ")[2], value)
            if _STENCILLED.search(f"{attribute}:{value}") and any(one in _STENCILS for one, _ in self._open):
                raise self._refused(_AGAIN)
        if element == "use":
            self._uses += [attributes[key].removeprefix("#") for key in ("href", f"{_XLINK} href") if key in attributes]
            self._repeating.update(identity for _, identity in self._open if identity is not None)

    def _attribute(self, attribute: str, value: str) -> None:
        if attribute.casefold().startswith("on"):
            raise self._refused("It runs a script.")
        # A base would lead what begins with # elsewhere.
        if attribute == "base" or (attribute.casefold() in ("href", "src") and not value.lstrip().startswith("#")):
            raise self._refused("It needs something from outside the file.")
        self._judge(value)

    def _judge(self, text: str) -> None:
        if _OUTSIDE.search(text):
            raise self._refused("It needs something from outside the file.")

    def _text(self, text: str) -> None:
        if self._open and self._open[-1][0] == "style":
            self._styles.append(text)

    def _end(self, _full: str) -> None:
        self._open.pop()
