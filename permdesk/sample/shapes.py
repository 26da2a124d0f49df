"""The shapes Microsoft Graph gives to the parts of a row, and the ids the sample makes from names."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from permdesk.sample.source import Published, SampleApp

Row = dict[str, Any]


def object_id(what: str, name: str) -> str:
    """Return the id of an object of the sample: always the same for the same name."""
    return str(uuid5(NAMESPACE_URL, f"https://larkfield.example/{what}/{name}"))


def app_id_of(app: SampleApp) -> str:
    """Return an app's appId: its own, or one made from its name."""
    return app.app_id or object_id("appId", app.name)


def user_id(word: str) -> str:
    """Return the object id of user ``u07``."""
    return object_id("user", word)


def role_row(row: Published, member: str) -> Row:
    """Return one of appRoles; ``member`` is Application or User."""
    return {
        "id": row.id,
        "value": row.value,
        "displayName": row.title,
        "description": "The app does this by itself, with nobody signed in."
        if member == "Application"
        else f"{row.title}.",
        "isEnabled": row.enabled,
        "allowedMemberTypes": [member],
        "origin": "Application",
    }


def scope_row(row: Published) -> Row:
    """Return one of oauth2PermissionScopes."""
    return {
        "id": row.id,
        "value": row.value,
        "type": "User" if row.user else "Admin",
        "isEnabled": row.enabled,
        "adminConsentDisplayName": row.title,
        "adminConsentDescription": "The app does this for the person who is signed in, no further than that person's "
        "own rights reach.",
    }


def verified_publisher(publisher: str | None) -> Row:
    """Return verifiedPublisher: an object of nulls where nobody is verified."""
    if publisher is None:
        return {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
    return {
        "displayName": publisher,
        "verifiedPublisherId": str(uuid5(NAMESPACE_URL, publisher).int % 10**7),
        "addedDateTime": "2022-03-01T00:00:00Z",
    }


def credential_row(text: str) -> Row:
    """Return one of passwordCredentials or keyCredentials from "from to label"."""
    starts, ends, label = text.split(" ", 2)
    return {
        "keyId": object_id("credential", text),
        "displayName": label,
        "startDateTime": f"{starts}T00:00:00Z",
        "endDateTime": f"{ends}T00:00:00Z",
    }
