"""Takes out of any text what looks like a token, an authorization code or a client secret."""

import re

#: What stands in a text where a secret stood.
REDACTED = "[redacted]"

_FIELD = r"(?:access|refresh|id)[-_]?token|client[-_]?(?:secret|assertion)|device[-_]?code|code[-_]?verifier|password"
# A value in quotes, in quotes that were escaped once or more (JSON within JSON, repr of repr), or bare; the closing
# quote may be missing, for a text that was cut short.
_QUOTED = r"""(?P<open>\\*["'])(?:(?!(?P=open)).)*(?:(?P=open))?"""
_BARE = r"""[^\s"'\\&;,<>(){}\[\]]+"""
_SEPARATOR = r"""(?:\\*["'])?\s*(?:[:=]|%3[AaDd])\s*(?:b(?=["']))?"""

_FIELDS = re.compile(
    rf"""(?P<name>(?:{_FIELD}){_SEPARATOR})(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|{_QUOTED}|{_BARE})""",
    re.IGNORECASE | re.DOTALL,
)
_HEADERS = re.compile(r"(?P<name>\b(?:set-)?cookie\s*:\s*)[^\r\n]+", re.IGNORECASE)
_SCHEMES = re.compile(r"(?P<name>\b(?:bearer|basic)(?:\s+|%20|\+))[A-Za-z0-9._~+/%=-]{8,}", re.IGNORECASE)
# "code" is also the name of Graph's error codes, which are letters and underscores and worth reading.
_CODES = re.compile(
    rf"""(?P<name>[?&]code=){_BARE}"""
    rf"""|(?P<json>\bcode{_SEPARATOR}\\*["']?)(?=[A-Za-z_.~-]*[0-9])[A-Za-z0-9._~%+/=-]{{16,}}""",
)
# The shape in which Entra makes client secrets: three characters, a digit, "Q~", and 31 to 34 more.
_SECRETS = re.compile(r"[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34}")
_RUNS = re.compile(r"[A-Za-z0-9_.-]{24,}")
#: How base64url of an opening brace, its blank and its quote begins: the head of every JWT.
_JWT_HEADS = ("eyJ", "eyAi", "ewog", "ewoJ", "ewoi", "ew0K")


def redact(text: str) -> str:
    """Return ``text`` with every secret replaced by ``[redacted]``; redacting twice changes nothing more.

    Found by shape: JWTs, Entra's opaque codes and refresh tokens, Entra's client secrets. Found by what stands before:
    Bearer and Basic credentials, cookies, and the fields of OAuth 2.0 in JSON, forms, addresses and Python's repr.
    """
    for pattern in (_FIELDS, _HEADERS, _SCHEMES):
        text = pattern.sub(rf"\g<name>{REDACTED}", text)
    text = _CODES.sub(lambda found: (found["name"] or found["json"]) + REDACTED, text)
    text = _SECRETS.sub(REDACTED, text)
    return _RUNS.sub(_redact_run, text)


def _redact_run(found: re.Match[str]) -> str:
    """Redact from the head of a token on; a letter glued before it, as of an escaped line feed, does not hide it."""
    run = found[0]
    parts = run.split(".")
    place = 0
    for index, part in enumerate(parts[:-1]):
        head = min((at for start in _JWT_HEADS if (at := part.find(start)) >= 0), default=-1)
        if head >= 0 and len(part) - head >= 10 and len(parts[index + 1]) >= 4:
            return run[: place + head] + REDACTED
        if part.endswith(("0", "1", "M")) and len(parts[index + 1]) >= 24 and parts[index + 1][0] in "AC":
            return run[: place + len(part) - 1] + REDACTED
        place += len(part) + 1
    return run
