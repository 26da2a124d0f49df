"""Single values of Microsoft Graph's rows to what they mean."""

from datetime import UTC, datetime

from permdesk.domain.application import Credential, CredentialKind, Publisher
from permdesk.graph.wire import WireApplication, WireRoleKind, WireVerifiedPublisher


def moment_of(value: str | None) -> datetime | None:
    """A date and time in UTC; None where there is none, or none that a calendar knows."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is UTC:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def publisher_of(wire: WireVerifiedPublisher | None) -> Publisher | None:
    """Whom Microsoft verified; None for nobody."""
    if wire is None or not wire.display_name:
        return None
    return Publisher(wire.display_name, wire.verified_publisher_id)


def switched_off(is_disabled: bool | None, by_microsoft: str | None) -> bool:
    """True where an app was switched off by its owner, or by Microsoft."""
    return bool(is_disabled) or (by_microsoft is not None and by_microsoft.casefold() != "notdisabled")


def credentials_of(wire: WireApplication) -> tuple[Credential, ...]:
    """The validity of an app's secrets and certificates."""
    if not wire.password_credentials and not wire.key_credentials:
        return ()
    return tuple(
        Credential(kind, moment_of(one.start_date_time), moment_of(one.end_date_time), one.display_name)
        for kind, many in (
            (CredentialKind.SECRET, wire.password_credentials),
            (CredentialKind.CERTIFICATE, wire.key_credentials),
        )
        for one in many or ()
    )


def redirects_of(wire: WireApplication) -> tuple[str, ...]:
    """Where an app's sign-ins may lead, each address once."""
    kinds = (wire.web, wire.spa, wire.public_client)
    found = [uri for one in kinds if one is not None and one.redirect_uris for uri in one.redirect_uris]
    return tuple(dict.fromkeys(found)) if found else ()


def is_for_applications(member_types: list[str] | None) -> bool:
    """True for a role that an app may hold."""
    return any(member.casefold() == "application" for member in member_types or ())


def has_roles(roles: list[WireRoleKind] | None) -> bool:
    """True where an app may hold one of these roles."""
    return bool(roles) and any(is_for_applications(role.allowed_member_types) for role in roles or ())
