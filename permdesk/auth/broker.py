"""Whether the Web Account Manager of Windows, MSAL's broker, can sign in here."""

import sys
from importlib.util import find_spec

from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.errors import SignInError


def broker_available() -> bool:
    """True on Windows where the part of MSAL that speaks to the Web Account Manager is installed."""
    return sys.platform == "win32" and find_spec("pymsalruntime") is not None


def check_broker(cloud: Cloud, *, available: bool) -> None:
    """Raise SignInError where the Web Account Manager cannot sign in to this cloud on this computer."""
    if not available:
        raise SignInError(
            "This computer has no Web Account Manager that permdesk can use",
            detail="It is a part of Windows; permdesk needs its package pymsalruntime to speak to it.",
            remedy="Sign in with the browser, or on Windows.",
        )
    if cloud.id not in CLOUDS:
        raise SignInError(
            "The Web Account Manager signs in to Microsoft’s own clouds alone",
            detail=f"{cloud.login} is none of them.",
            remedy="Sign in with the browser.",
        )
