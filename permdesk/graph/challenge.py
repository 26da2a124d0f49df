"""What Microsoft demands of the next token, read from the header of a refusal (continuous access evaluation)."""

import base64
import binascii
import re

import msgspec

from permdesk.domain.ports import Answer

#: Letters of the header that are looked at; Microsoft's are a few hundred.
_LONGEST = 16_384
_ERROR = re.compile(r'\berror="insufficient_claims"')
_CLAIMS = re.compile(r'\bclaims="([A-Za-z0-9+/_=-]+)"')


def demanded_claims(answer: Answer) -> str | None:
    """Return the claims of a ``WWW-Authenticate: Bearer ... error="insufficient_claims"`` as JSON, or None.

    Source: learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation.
    """
    header = answer.headers.get("www-authenticate", "")[:_LONGEST]
    found = _CLAIMS.search(header) if _ERROR.search(header) else None
    if found is None:
        return None
    text = found[1].replace("-", "+").replace("_", "/")
    try:
        claims = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
        # MSAL would raise on anything but an object.
        msgspec.json.decode(claims, type=dict[str, msgspec.Raw])
    except (binascii.Error, UnicodeDecodeError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return claims
