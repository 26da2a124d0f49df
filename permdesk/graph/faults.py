"""What can go wrong with one request to Microsoft Graph, told in one place and in words fit to show."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import Enum, auto

import msgspec
from msgspec import Struct

from permdesk.domain.ports import Answer
from permdesk.errors import FormatError, ReadError, SignInError


class FaultKind(Enum):
    """What a fault means to the read it befell."""

    REFUSED = auto()
    GONE = auto()
    EXPIRED_PAGE = auto()
    UNSUPPORTED = auto()
    UNREADABLE = auto()
    FAILED = auto()


class GraphFault(ReadError):
    """One request did not get its answer; the reads around it go on.

    Attributes:
        kind: what it means.
        retry: True where the same request may succeed a little later.
        wait: seconds Microsoft asks to wait; None where it does not say.
        throttled: True where Microsoft asks to send less.
        used: the share of what app and tenant are allowed that is used up, where the answer tells; 0 where not.
    """

    def __init__(
        self,
        kind: FaultKind,
        sentence: str,
        *,
        remedy: str = "",
        retry: bool = False,
        wait: float | None = None,
        throttled: bool = False,
        used: float = 0.0,
    ) -> None:
        super().__init__(sentence, remedy=remedy)
        self.used = used
        self.kind = kind
        self.retry = retry
        self.wait = wait
        self.throttled = throttled


class NoAnswerError(ReadError):
    """No answer came at all: the network, a proxy, a certificate.

    Attributes:
        retry: True where the same request may succeed a little later.
    """

    def __init__(self, title: str, *, detail: str = "", remedy: str = "", retry: bool = True) -> None:
        super().__init__(title, detail=detail, remedy=remedy)
        self.retry = retry


class TooLargeError(NoAnswerError):
    """An answer that is more than anybody could want to read. Asking again does not help."""

    def __init__(self, title: str) -> None:
        super().__init__(title, retry=False)


class MalformedError(FormatError):
    """An answer that is no JSON: cut short on its way, or a page of a proxy. Asking again may help."""


class _ErrorDetail(Struct):
    code: str | None = None


class _ErrorBody(Struct):
    error: _ErrorDetail


#: A code this short tells nothing of a token it happens to stand in.
_SHORT = 7
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
_error_body = msgspec.json.Decoder(_ErrorBody)

#: The largest share that Microsoft tells of.
_MOST_USED = 1.8
_EXPIRED_PAGE = "Directory_ExpiredPageToken"
_TRANSIENT = frozenset({429, 500, 502, 503, 504, 509})
_REFUSALS = frozenset({403, 423, 451})


def fault_of(answer: Answer, *, secret: str, now: float) -> GraphFault | None:
    """Return what is wrong with an answer, or None for 200.

    Args:
        answer: of a request, or of one request inside a ``$batch``.
        secret: the token, so that an answer which repeats it is not shown.
        now: seconds since the epoch, for a Retry-After that names a date.

    Raises:
        SignInError: Microsoft does not accept the token (401).
    """
    status = answer.status
    if status == 200:
        return None
    code = error_code(answer.body, secret=secret)
    cause = f"({status} {code})" if code else f"({status})"
    if status == 401:
        raise SignInError(
            f"Microsoft does not accept the sign-in {cause}",
            detail="The access token has expired, was withdrawn, or was made for another service.",
            remedy="Sign in again, or hand in a fresh token for Microsoft Graph.",
        )
    if status in _REFUSALS:
        return GraphFault(FaultKind.REFUSED, f"Microsoft refused this read {cause}")
    if status in (404, 410):
        return GraphFault(FaultKind.GONE, f"Microsoft knows no such object {cause}")
    if status in _TRANSIENT:
        slow = status in (429, 509)
        sentence = "Microsoft kept asking to slow down" if slow else "Microsoft could not answer"
        wait = retry_after(answer.headers.get("retry-after"), now=now)
        used = used_up(answer.headers)
        return GraphFault(FaultKind.FAILED, f"{sentence} {cause}", retry=True, wait=wait, throttled=slow, used=used)
    if status == 400 and code == _EXPIRED_PAGE:
        return GraphFault(FaultKind.EXPIRED_PAGE, f"The list went stale while it was read {cause}")
    if status in (400, 405, 501):
        return GraphFault(FaultKind.UNSUPPORTED, f"Microsoft does not offer this read here {cause}")
    if 300 <= status < 400:
        return GraphFault(FaultKind.FAILED, f"The answer pointed to another address, which was not followed {cause}")
    return GraphFault(FaultKind.FAILED, f"Microsoft gave an unexpected answer {cause}")


def used_up(headers: Mapping[str, str]) -> float:
    """Return the share of what app and tenant are allowed that is used up; 0 where the answer does not tell.

    Args:
        headers: names in lower case (x-ms-throttle-limit-percentage, from 0.8 on).
    """
    try:
        share = float(headers.get("x-ms-throttle-limit-percentage", 0.0))
    except ValueError:
        return 0.0
    return min(share, _MOST_USED) if share > 0 else 0.0


def error_code(body: bytes, *, secret: str) -> str:
    """Return the code of a Graph error body, or an empty text.

    The message is never used: it is not stable, and it may repeat what was sent.
    """
    try:
        code = _error_body.decode(body).error.code
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return ""
    if code is None or _CODE.fullmatch(code) is None:
        return ""
    repeats = secret in code or (len(code) > _SHORT and code in secret)
    return "" if secret and repeats else code


def retry_after(value: str | None, *, now: float) -> float | None:
    """Return the seconds a Retry-After header asks for, given as a number or as a date; None without."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
