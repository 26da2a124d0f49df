"""What Microsoft answers to a failed sign-in, in words that lead on."""

import re
from collections.abc import Mapping
from typing import Any

from permdesk.domain.text import inert
from permdesk.errors import ReadError, SignInError
from permdesk.redaction import redact

_CODE = re.compile(r"AADSTS(\d{4,7})")
#: How the Web Account Manager's answer names what happened (PyMsalRuntime.pyi, Response_Status).
_STATUS = re.compile(r"\bStatus_([A-Za-z]{1,40})\b")
_CORRELATION = re.compile(r"[0-9a-fA-F-]{36}")

#: AADSTS code -> title and remedy (learn.microsoft.com/entra/identity-platform/reference-error-codes).
_CODES: dict[int, tuple[str, str]] = {
    16000: ("Several accounts could be meant", "Start again and choose one account."),
    50011: (
        "The app registration does not allow a browser to come back to this computer",
        "Add http://localhost under Authentication, Mobile and desktop applications.",
    ),
    50020: ("This account is not in that tenant", "Name the tenant that the account belongs to, or have it invited."),
    50034: ("This account does not exist in that tenant", "Check the account and the tenant."),
    50053: ("This account is locked", "Wait, or ask the tenant's administrator to unlock it."),
    50055: ("The password has expired", "Change it on Microsoft’s page, then sign in again."),
    50057: ("This account is disabled", "Ask the tenant's administrator."),
    50076: ("A second factor is demanded", "Sign in again and complete it."),
    50079: ("A second factor has to be set up first", "Sign in again and set it up."),
    50105: (
        "Nobody assigned this account to the app registration",
        "Assign it under Enterprise applications, Users and groups, or switch 'Assignment required' off.",
    ),
    50158: ("The tenant demands one more step", "Sign in again in the browser."),
    50173: ("The sign-in was withdrawn, as after a changed password", "Sign in again."),
    50194: ("The app registration works in one tenant alone", "Name that tenant, or make it multi-tenant."),
    53000: (
        "The tenant demands a device that it manages",
        "Sign in on such a device; on Windows, the Web Account Manager can prove it.",
    ),
    53001: ("The tenant demands a device that is joined to it", "Sign in on such a device."),
    53003: (
        "A Conditional Access policy of the tenant forbids this sign-in",
        "Ask the administrator of the tenant which device, place or app it demands.",
    ),
    65001: (
        "Nobody has consented to what permdesk asks for",
        "An administrator grants it under App registrations, API permissions, Grant admin consent.",
    ),
    65004: ("The consent was declined", "Start again, and accept what permdesk lists before it opens the browser."),
    65002: ("This client may not ask for that", "Use an app registration of your own."),
    70000: ("The sign-in is not good any more", "Sign in again."),
    70008: ("The sign-in has expired", "Sign in again."),
    70043: ("The sign-in has expired, as the tenant's rules demand", "Sign in again."),
    90002: ("There is no such tenant in this cloud", "Check the tenant, and the cloud."),
    90072: ("This account is not in that tenant", "Name the tenant that the account belongs to, or have it invited."),
    90094: ("The tenant demands an administrator's consent", "Have an administrator sign in once and consent."),
    90095: ("The tenant demands an administrator's consent", "Have an administrator sign in once and consent."),
    500113: (
        "The app registration has no address to come back to",
        "Add http://localhost under Authentication, Mobile and desktop applications.",
    ),
    700016: ("That app registration is not in this tenant", "Check client id, tenant and cloud."),
    700082: ("The sign-in was not used for too long", "Sign in again."),
    900144: ("Something is missing in what was sent", "Start the sign-in again."),
    7000218: (
        "The app registration is not a public client",
        "Set 'Allow public client flows' to Yes under Authentication, and give it no secret.",
    ),
}
#: OAuth's own words, where Microsoft gives no code.
_WORDS: dict[str, tuple[str, str]] = {
    "access_denied": ("The sign-in was declined", "Start again when you want to sign in."),
    "authorization_pending": ("The code was not entered in time", "Start again; a code is good for fifteen minutes."),
    "authorization_declined": ("The sign-in was declined", "Start again when you want to sign in."),
    "consent_required": _CODES[65001],
    "expired_token": ("The code was not entered in time", "Start again; a code is good for fifteen minutes."),
    "interaction_required": ("Microsoft wants to see you again", "Sign in again."),
    "invalid_grant": ("The sign-in is not good any more", "Sign in again."),
    "login_required": ("Microsoft wants to see you again", "Sign in again."),
    "temporarily_unavailable": ("Microsoft’s sign-in is busy", "Try again in a minute."),
}
_BUSY = _WORDS["temporarily_unavailable"]
#: What the Web Account Manager says, where there is no code of Microsoft's in it.
_STATUSES: dict[str, tuple[str, str]] = {
    "AccountNotFound": ("Windows does not know this account any more", "Sign in again."),
    "AccountUnusable": ("Windows cannot use this account any more", "Sign in again."),
    "ApplicationCanceled": _WORDS["access_denied"],
    "DeviceNotRegistered": (
        "This device is not registered with the tenant",
        "Register it in the settings of Windows, under Accounts, Access work or school.",
    ),
    "InteractionRequired": _WORDS["interaction_required"],
    "NetworkTemporarilyUnavailable": _BUSY,
    "NoNetwork": ("Windows reaches no network", "Check the network, then try again."),
    "ServerTemporarilyUnavailable": _BUSY,
    "TransientError": _BUSY,
    "UserCanceled": _WORDS["access_denied"],
}


#: Of which only the time is wrong.
_PASSING_WORDS = frozenset({"temporarily_unavailable", "server_error"})
_PASSING_STATUSES = frozenset(
    {"NetworkTemporarilyUnavailable", "NoNetwork", "ServerTemporarilyUnavailable", "TransientError"}
)


def passing(result: Mapping[str, Any]) -> bool:
    """True where Microsoft may answer otherwise in a minute, and nobody has to sign in again."""
    return str(result.get("error")) in _PASSING_WORDS or _status(result) in _PASSING_STATUSES


def nobody_in_time(seconds: float) -> SignInError:
    """Return the error for a person who did not sign in within so many seconds."""
    return SignInError(
        "Nobody signed in within five minutes" if seconds == 300 else "Nobody signed in in time",
        detail="The page may have been closed, or it shows an error of its own.",
        remedy="Start the sign-in again. If the page showed an error, it says what your tenant demands.",
    )


def busy() -> ReadError:
    """Return the error for a service that cannot answer now."""
    return ReadError("Microsoft’s sign-in is busy, or fails for a moment", remedy="Try again in a minute.")


def explained(result: Mapping[str, Any]) -> SignInError:
    """Return the error for what MSAL returned instead of a token.

    Args:
        result: ``error``, ``error_description`` and what else the service said; nothing of it is shown unread.
    """
    error = str(result.get("error") or "")
    description = str(result.get("error_description") or "")
    code = _code(result, description)
    status = _status(result)
    known = _CODES.get(code or 0) or _WORDS.get(error) or _STATUSES.get(status)
    title, remedy = known or ("Microsoft did not sign you in", "Try again.")
    facts = [f"AADSTS{code}" if code else inert(redact(status or error), 60)]
    if known is None:
        # Its first line is written for people; what follows are ids of the request.
        facts.append(inert(redact(description.splitlines()[0]), 240) if description else "")
    correlation = str(result.get("correlation_id") or "")
    if _CORRELATION.fullmatch(correlation):
        facts.append(f"correlation id {correlation}")
    return SignInError(title, detail=", ".join(fact for fact in facts if fact), remedy=remedy)


def _status(result: Mapping[str, Any]) -> str:
    """Return what the Web Account Manager says happened; nothing where it was not asked."""
    if result.get("error") != "broker_error":
        return ""
    found = _STATUS.findall(str(result.get("error_description") or ""))
    return found[-1] if found else ""


def _code(result: Mapping[str, Any], description: str) -> int | None:
    listed = result.get("error_codes")
    if isinstance(listed, list) and listed and isinstance(listed[0], int):
        return listed[0]
    found = _CODE.search(description)
    return int(found[1]) if found else None
