"""Objects and pages of objects as Graph writes them: what ``$select`` asks for, one relationship, the next link."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from tests.graph_service import edm
from tests.graph_service.objects import Json
from tests.graph_service.query import VERSION, Query
from tests.graph_service.replies import Refusal, bad_request

#: What Graph returns of a user without $select (resources/user.md).
_USER_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
#: Properties that come on request alone.
_ON_REQUEST = {"customSecurityAttributes", "logo"}
_SECRETS = {"keyCredentials": "key", "passwordCredentials": "secretText"}


@cache
def default_names(type_name: str) -> tuple[str, ...]:
    """Return the properties that a type shows without $select."""
    if type_name == "user":
        return _USER_DEFAULT
    return tuple(name for name in edm.properties(type_name) if name not in _ON_REQUEST)


def project(row: Json, type_name: str, selected: list[str]) -> Json:
    """Return what is shown of a row; keys come only where keyCredentials are selected, secrets never."""
    return project_all([row], type_name, selected)[0]


def project_all(rows: list[Json], type_name: str, selected: list[str]) -> list[Json]:
    """Return what is shown of rows."""
    declared = edm.properties(type_name)
    names = default_names(type_name) if not selected or "*" in selected else selected
    unset = {name: declared[name].unset() for name in names}
    shown = [{name: row.get(name, nothing) for name, nothing in unset.items()} for row in rows]
    for name, secret in _SECRETS.items():
        if name in unset and not (secret == "key" and name in selected):
            for row in shown:
                row[name] = [{**item, secret: None} for item in row[name]]
    return [
        {"@odata.type": row["@odata.type"]} | one if "@odata.type" in row else one
        for row, one in zip(rows, shown, strict=True)
    ]


def context(origin: str, path: str, query: Query, expansion: str = "", *, single: bool = False) -> str:
    """Return the @odata.context of an answer."""
    names = ",".join([*query.selected, *([f"{expansion}()"] if expansion else [])])
    return f"{origin}/{VERSION}/$metadata#{path}" + (f"({names})" if names else "") + ("/$entity" if single else "")


class PageToken(Struct, frozen=True):
    """Where a page starts; it is good for one query and one generation of the list."""

    place: float
    generation: int
    query: str

    def encoded(self) -> str:
        text = f"{self.place!r}|{self.generation}|{self.query}"
        return urlsafe_b64encode(b"\x44\x53\x70\x74" + text.encode()).decode().rstrip("=")


def fingerprint(query: Query) -> str:
    """Return what a page token is bound to: path and options but the token."""
    options = sorted((k, v) for k, v in query.options.items() if k not in ("$skiptoken", "$deltatoken"))
    return hashlib.blake2s(repr((query.path.lower(), options)).encode(), digest_size=6).hexdigest()


def read_token(query: Query, generation: int) -> PageToken | None:
    """Return where this page starts, None for the first; raises Refusal for a token that is not good here."""
    if query.token is None:
        return None
    try:
        text = urlsafe_b64decode(query.token + "=" * (-len(query.token) % 4)).removeprefix(b"\x44\x53\x70\x74")
        place, made, bound = text.decode().split("|")
        token = PageToken(float(place), int(made), bound)
    except ValueError:
        raise bad_request("The specified page token value is invalid.") from None
    if token.query != fingerprint(query):
        raise bad_request("The specified page token value belongs to another request.")
    if token.generation != generation:
        message = "The specified page token value has expired and can no longer be included in your request."
        raise Refusal(400, "Directory_ExpiredPageToken", message)
    return token


def link(origin: str, query: Query, option: str, token: str) -> str:
    """Return a next or delta link: the whole query as it was asked, with the token."""
    dropped = ("$skiptoken=", "%24skiptoken=", "emptied=")
    kept = [part for part in query.raw.split("&") if part and not part.lower().startswith(dropped)]
    return f"{origin}/{VERSION}{_path(query)}?" + "&".join([*kept, f"{option}={token}"])


def _path(query: Query) -> str:
    return query.path.replace(" ", "%20")


def page(head: dict[str, Any], rows: list[Json]) -> bytes:
    """Return a page's bytes: annotations first, then the rows."""
    return msgspec.json.encode(head)[:-1] + b',"value":' + msgspec.json.encode(rows) + b"}"
