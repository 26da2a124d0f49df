"""Decoding one answer of Microsoft Graph: a page of rows, or a single object."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from permdesk.domain.page import Page
from permdesk.errors import FormatError
from permdesk.graph.faults import MalformedError

T = TypeVar("T")
W = TypeVar("W", bound=Struct)

#: Row counts beyond this are no counts.
_LARGEST_COUNT = 2**53

#: What msgspec and the converters raise over content that is no use; nesting too deep is a RecursionError.
_UNREADABLE = (msgspec.MsgspecError, RecursionError, ValueError)


#: One converted row: what names it, the row itself (None where it is no use), and what was left out of it. A plain
#: tuple: a large tenant has some hundred thousand of them.
Row = tuple[str, T | None, str | None]


class _Rows(Struct):
    value: list[msgspec.Raw]
    next_link: str | None = field(name="@odata.nextLink", default=None)
    count: msgspec.Raw = field(name="@odata.count", default=msgspec.Raw(b"null"))


class _Link(Struct):
    value: msgspec.Raw = msgspec.Raw(b"")
    next_link: str | None = field(name="@odata.nextLink", default=None)


_json = msgspec.json.Decoder(msgspec.Raw)
_rows = msgspec.json.Decoder(_Rows)
_link = msgspec.json.Decoder(_Link)


def insist_on_json(body: bytes) -> None:
    """Tell an answer that is broken from one that is strange: what is wrong with it may be found before its break.

    Raises:
        MalformedError: the body is no JSON.
    """
    try:
        _json.decode(body)
    except RecursionError:
        return
    except (msgspec.MsgspecError, ValueError):
        raise MalformedError("The answer was cut short, or is no JSON") from None


def next_link(body: bytes) -> str | None:
    """Return where a page says the next one is, without looking at its rows; None on the last, or on what is no page.

    Raises:
        MalformedError: the body is no JSON.
    """
    try:
        return _link.decode(body).next_link or None
    except (msgspec.ValidationError, RecursionError):
        insist_on_json(body)
        # Whoever decodes the rows says what is wrong.
        return None
    except (msgspec.MsgspecError, ValueError):
        raise MalformedError("The answer was cut short, or is no JSON") from None


def page_decoder(
    request: str,
    wire: type[W],
    convert: Callable[[W], Row[T]],
    together: Callable[[list[W]], dict[str, T | None]] | None = None,
) -> Callable[[bytes], Page[T]]:
    """Return a function from the body of one page to its rows.

    It decodes the whole page at once; only where a row is not what it should be does it go row by row, so that
    the others still count.

    Args:
        request: names the read in errors.
        wire: type of one row.
        convert: turns a row into domain types; raises FormatError naming the field.
        together: does the same for one row or more, without a remark on any; raises FormatError where they are not
            alike, and says nothing by it.

    The function raises MalformedError where the body is no JSON, FormatError where it is no page.
    """
    envelope = msgspec.defstruct(
        "Envelope",
        [
            ("value", list[wire]),  # type: ignore[valid-type]
            ("next_link", str | None, field(name="@odata.nextLink", default=None)),
            ("count", int | None, field(name="@odata.count", default=None)),
        ],
    )
    whole: msgspec.json.Decoder[Any] = msgspec.json.Decoder(envelope)
    single = msgspec.json.Decoder(wire)

    def decode(body: bytes) -> Page[T]:
        try:
            page = whole.decode(body)
            if together is not None and page.value:
                with contextlib.suppress(FormatError):
                    return _page_of(together(page.value), page)
            return _page(map(convert, page.value), page)
        except (FormatError, *_UNREADABLE):
            return decode_rows(body)

    def decode_rows(body: bytes) -> Page[T]:
        try:
            page = _rows.decode(body)
        except _UNREADABLE as error:
            raise _unreadable(request, error) from None
        converted: list[Row[T]] = []
        lost, problem = 0, None
        for number, text in enumerate(page.value, start=1):
            try:
                converted.append(convert(single.decode(text)))
            except (FormatError, *_UNREADABLE) as error:
                lost += 1
                problem = problem or f"Row {number} of a page of {request} could not be understood: {error}"
        return _page(converted, page, lost, problem)

    return decode


def object_decoder(request: str, wire: type[W], convert: Callable[[W], T]) -> Callable[[bytes], T]:
    """Return a function from the body of a single object to its domain type; it raises like ``page_decoder``'s."""
    decoder = msgspec.json.Decoder(wire)

    def decode(body: bytes) -> T:
        try:
            return convert(decoder.decode(body))
        except FormatError as wrong:
            raise FormatError(f"The answer to {request} is not what Microsoft documents: {wrong}") from None
        except _UNREADABLE as error:
            raise _unreadable(request, error) from None

    return decode


def _page(converted: Iterable[Row[T]], envelope: Any, lost: int = 0, problem: str | None = None) -> Page[T]:
    rows: dict[str, T | None] = {}
    remarks: dict[str, None] = {}
    for key, value, remark in converted:
        rows[key] = value
        if remark is not None:
            remarks[remark] = None
    return _page_of(rows, envelope, lost, problem, tuple(remarks))


def _page_of(
    rows: dict[str, T | None],
    envelope: Any,
    lost: int = 0,
    problem: str | None = None,
    remarks: tuple[str, ...] = (),
) -> Page[T]:
    return Page(rows, envelope.next_link or None, _count(envelope.count), lost, problem, remarks)


def _count(told: int | msgspec.Raw | None) -> int | None:
    """Return how many rows there are; None where that is no number, or none that rows could be counted with."""
    if isinstance(told, msgspec.Raw):
        try:
            told = msgspec.json.decode(told, type=int | None)
        except (msgspec.MsgspecError, ValueError):
            return None
    return told if told is not None and 0 <= told < _LARGEST_COUNT else None


def _unreadable(request: str, error: Exception) -> FormatError:
    if isinstance(error, RecursionError):
        return FormatError(f"The answer to {request} is nested too deeply to be read")
    if isinstance(error, msgspec.ValidationError):
        return FormatError(f"The answer to {request} is not what Microsoft documents: {error}")
    return MalformedError(f"The answer to {request} was cut short, or is no JSON")
