"""The sample tenant as its files tell it: readable sources, parsed into plain structures."""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from permdesk.domain.permission import Kind
from permdesk.errors import BugError

T = TypeVar("T")

FOLDER = "sample_tenant"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Published(Struct, frozen=True):
    """One permission an API publishes."""

    value: str
    id: str
    title: str
    user: bool
    enabled: bool


class SampleApi(Struct, frozen=True):
    """One API of apis.toml; ``people`` are roles for people, which are no permissions."""

    short: str
    name: str
    app_id: str
    application: list[list[str]] = []
    delegated: list[list[str]] = []
    people: list[list[str]] = []

    def published(self, kind: Kind) -> list[Published]:
        """Return its permissions of one kind."""
        return _published(self.application if kind is Kind.APPLICATION else self.delegated)

    def roles_for_people(self) -> list[Published]:
        """Return its roles that no application can hold."""
        return _published(self.people)

    def id_of(self, kind: Kind, value: str) -> str:
        """Return the id of a value; an id stands for itself, whether it is published or not."""
        if is_id(value):
            return value
        found = [row.id for row in self.published(kind) if row.value == value]
        if len(found) != 1:
            raise BugError(f"the sample's {self.name} publishes no {kind} permission {value}")
        return found[0]


class RawAccess(Struct, frozen=True):
    """One entry of a manifest that is served exactly as it is written."""

    id: str
    type: str


class RawManifest(Struct, frozen=True, rename="camel"):
    """One API of such a manifest."""

    resource_app_id: str
    resource_access: list[RawAccess]


class SampleApp(Struct, frozen=True, forbid_unknown_fields=True):
    """One app of the files; see vendors.toml and registrations.toml for what the keys mean."""

    name: str
    app_id: str | None = None
    publisher: str | None = None
    owner: str | None = None
    registered: bool = False
    service_principal: bool = True
    enabled: bool = True
    created: datetime | None = None
    reply_urls: list[str] = []
    application: list[str] = []
    everyone: list[str] = []
    people: list[str] = []
    manifest: list[str] = []
    raw_manifest: list[RawManifest] = []
    secrets: list[str] = []
    certificates: list[str] = []


class People(Struct, frozen=True):
    """Users u01 to u<count>; ``off`` are switched off, ``deleted`` are gone."""

    count: int
    off: list[str]
    deleted: list[str]


class RoleHolder(Struct, frozen=True):
    """A directory role and the app or person that holds it."""

    role: str
    template_id: str
    app: str | None = None
    person: str | None = None
    group: str | None = None


class SampleAccount(Struct, frozen=True):
    """Who reads the sample."""

    username: str
    display_name: str
    role: str
    template_id: str


class SampleTenant(Struct, frozen=True):
    """tenant.toml."""

    id: str
    name: str
    domain: str
    clock: datetime
    account: SampleAccount
    people: People
    owners: dict[str, str]
    directory_role: list[RoleHolder]


class SampleBinding(Struct, frozen=True):
    """A person's word about an app."""

    app_id: str
    profile: str
    decided: date
    by_hand: bool = False


class SampleUses(Struct, frozen=True):
    """The services in use of one profile, as "workload/operation"."""

    app_id: str
    profile: str
    cells: list[str]


class SampleAcceptance(Struct, frozen=True):
    """An accepted finding."""

    app: str
    api: str
    kind: Kind
    value: str
    reason: str
    by: str
    until: date


class SampleKnowledge(Struct, frozen=True):
    """knowledge.toml."""

    expected: list[str]
    binding: list[SampleBinding]
    uses: list[SampleUses]
    acceptance: list[SampleAcceptance]


class _Apis(Struct):
    api: list[SampleApi]


class _Apps(Struct):
    app: list[SampleApp]


class Source(Struct, frozen=True):
    """Everything the files tell, by the file it stands in."""

    tenant: SampleTenant
    apis: list[SampleApi]
    vendors: list[SampleApp]
    registrations: list[SampleApp]
    enterprise: list[SampleApp]
    identities: list[SampleApp]
    microsoft: list[SampleApp]

    def api(self, word: str) -> SampleApi | None:
        """Return the API that a line of the files names; None for an id that no API here bears."""
        for api in self.apis:
            if api.short == word:
                return api
        if is_id(word):
            return None
        raise BugError(f"the sample has no API {word}")


def read_source(resources: Path) -> Source:
    """Return the sample tenant of the resources folder.

    Raises:
        BugError: a file of the program's own is missing or wrong.
    """
    return Source(
        tenant=_read(resources, "tenant", SampleTenant),
        apis=_read(resources, "apis", _Apis).api,
        vendors=_read(resources, "vendors", _Apps).app,
        registrations=_read(resources, "registrations", _Apps).app,
        enterprise=_read(resources, "enterprise", _Apps).app,
        identities=_read(resources, "identities", _Apps).app,
        microsoft=_read(resources, "microsoft", _Apps).app,
    )


def read_tenant(resources: Path) -> SampleTenant:
    """Return tenant.toml alone."""
    return _read(resources, "tenant", SampleTenant)


def read_knowledge(resources: Path) -> SampleKnowledge:
    """Return knowledge.toml."""
    return _read(resources, "knowledge", SampleKnowledge)


def is_id(word: str) -> bool:
    """True for a lower-case GUID."""
    return _ID.fullmatch(word) is not None


def _read(resources: Path, name: str, type_: type[T]) -> T:
    path = resources / FOLDER / f"{name}.toml"
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(content, type_)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise BugError(f"the sample tenant's {path.name} cannot be used: {wrong}") from wrong


def _published(rows: list[list[str]]) -> list[Published]:
    return [
        Published(value, id_, title, user="user" in marks, enabled="off" not in marks)
        for value, id_, title, *marks in rows
    ]
