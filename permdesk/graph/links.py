"""Where the token may go: the chosen Graph host over https, and nowhere else."""

import re
from urllib.parse import urlsplit

from permdesk.domain.text import inert
from permdesk.graph.faults import FaultKind, GraphFault

_LONGEST_LINK = 65_536
_DEFAULT_PORT = 443
#: Characters of a URL; everything else (blanks, backslashes, controls, other scripts) is read differently by
#: different programs, and that difference is what look-alike addresses live on.
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%|]+")
_UP = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def checked_link(link: str, *, origin: str, root: str) -> str:
    """Return a nextLink unchanged if it stays on ``origin`` and under the path ``root``.

    Args:
        link: the address an answer named.
        origin: ``https://host[:port]`` of the chosen Graph endpoint.
        root: path every request starts with, such as ``/v1.0/``.

    Raises:
        GraphFault: the link leads elsewhere; nothing was sent there.
    """
    if len(link) > _LONGEST_LINK or not _PLAIN.fullmatch(link):
        raise _refusal("is not a plain address")
    try:
        target, home = urlsplit(link), urlsplit(origin)
        port = target.port
    except ValueError:
        raise _refusal("is not a plain address") from None
    if target.scheme != "https":
        raise _refusal("is not https")
    if "@" in target.netloc:
        raise _refusal("carries a user name")
    if target.hostname != home.hostname:
        raise _refusal(f"leads to another server, {inert(target.hostname or '', 80)}")
    if (port or _DEFAULT_PORT) != (home.port or _DEFAULT_PORT) or port == 0:
        raise _refusal("leads to another port")
    if not target.path.startswith(root) or _UP.search(target.path) or "//" in target.path or target.fragment:
        raise _refusal("leaves Microsoft Graph's own paths")
    return link


def _refusal(reason: str) -> GraphFault:
    return GraphFault(FaultKind.FAILED, f"The address of the next page {reason}; it was not followed")
