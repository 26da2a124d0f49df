"""Who signs in, through which client application, to which tenant, and what is asked for."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from permdesk.domain.cloud import Cloud
from permdesk.domain.tenant import Account

#: The home of personal Microsoft accounts: no tenant with apps in it.
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
#: Microsoft Graph Command Line Tools, the client of Connect-MgGraph: grants of every tool and person pile up on it.
BORROWED_CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
#: Where a browser is sent after signing in; Entra ignores the port of a loopback address.
LOOPBACK_REDIRECT = "http://localhost"


class Reading(StrEnum):
    """How much a sign-in may read."""

    BASIC = "basic"
    STRICT = "strict"


class Scope(Struct, frozen=True):
    """A delegated permission of Microsoft Graph that permdesk asks for.

    Attributes:
        id: as Microsoft publishes it, the same in every tenant.
        unlocks: what it lets permdesk read, in a clause.
    """

    value: str
    id: str
    unlocks: str


_USER = Scope("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "who is signed in")
_DIRECTORY = Scope(
    "Directory.Read.All",
    "06da0dbc-49e2-44d2-8312-53f166ab848a",
    "app registrations, service principals, every grant, directory roles, and the people who gave consent themselves",
)
_APPLICATION = Scope(
    "Application.Read.All",
    "c79f8feb-a9db-4090-85f9-90d820caa0eb",
    "app registrations, service principals and application grants; delegated grants are not read",
)

#: What is asked for, by how much is to be read.
SCOPES: dict[Reading, tuple[Scope, ...]] = {
    Reading.BASIC: (_USER, _DIRECTORY),
    Reading.STRICT: (_USER, _APPLICATION),
}


class ClientSource(StrEnum):
    """Where the client application comes from."""

    OWN = "own"
    PACKAGED = "packaged"
    BORROWED = "borrowed"


class Client(Struct, frozen=True):
    """The application that a person signs in through: a public client, without a secret.

    Attributes:
        client_id: its appId, lower-case GUID.
        cloud: id of the cloud it is registered in.
        tenant: the tenant that it is registered in, id or domain; None for one that works in every tenant.
    """

    client_id: str
    cloud: str
    tenant: str | None = None
    source: ClientSource = ClientSource.OWN


class SignInRequest(Struct, frozen=True):
    """What a person wants to sign in to.

    Attributes:
        tenant: id or domain; None for the tenant that the account lives in.
        hint: the account to offer first; None to let the person choose.
        ca_file: a file of further trust anchors in PEM.
        broker: through the Web Account Manager of Windows in place of the browser: it can prove which device this is.
    """

    cloud: Cloud
    client_id: str
    tenant: str | None = None
    reading: Reading = Reading.BASIC
    hint: str | None = None
    ca_file: Path | None = None
    broker: bool = False


class SignIn(Struct, frozen=True):
    """One account that is signed in to one tenant.

    Attributes:
        account_id: MSAL's home account id: object and tenant the account lives in.
        tenant_id: the tenant it reads, lower-case GUID.
        received: values of the Graph permissions that Microsoft really gave, sorted.
        broker: the Web Account Manager of Windows signed it in and keeps its tokens; only it can renew them.
    """

    cloud: Cloud
    client_id: str
    account_id: str
    username: str
    tenant_id: str
    object_id: str | None = None
    home_tenant_id: str | None = None
    reading: Reading = Reading.BASIC
    received: tuple[str, ...] = ()
    ca_file: str | None = None
    broker: bool = False

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"{self.cloud.id}/{self.tenant_id}/{self.account_id}/{self.client_id}"

    @property
    def account(self) -> Account:
        """The person."""
        return Account(username=self.username, object_id=self.object_id, home_tenant_id=self.home_tenant_id)

    @property
    def guest(self) -> bool:
        """True where the account lives in another tenant."""
        return self.home_tenant_id is not None and self.home_tenant_id != self.tenant_id

    @property
    def lacking(self) -> tuple[Scope, ...]:
        """What was asked for and not given."""
        return lacking(self.reading, self.received)


def lacking(reading: Reading, received: Iterable[str]) -> tuple[Scope, ...]:
    """Return the permissions that were asked for and are not among those received."""
    held = {value.casefold() for value in received}
    return tuple(scope for scope in SCOPES[reading] if scope.value.casefold() not in held)


def scope_addresses(cloud: Cloud, reading: Reading) -> list[str]:
    """Return the scopes as the sign-in asks for them: each names the cloud's own Graph."""
    return [f"{cloud.graph}/{scope.value}" for scope in SCOPES[reading]]


def renewed_scopes(sign_in: SignIn) -> list[str]:
    """Return the scopes that a sign-in is renewed for: those of permdesk's that were given.

    Whoever asks for more than was given is sent back to the person (AADSTS65001); what lacks is told of another way.
    """
    held = {value.casefold() for value in sign_in.received}
    known = dict.fromkeys(scope.value for scopes in SCOPES.values() for scope in scopes)
    given = [f"{sign_in.cloud.graph}/{value}" for value in known if value.casefold() in held]
    return given or scope_addresses(sign_in.cloud, sign_in.reading)


class StorageKind(StrEnum):
    """Where tokens are kept between runs."""

    ENCRYPTED = "encrypted"
    MEMORY = "memory"


class TokenStorage(Struct, frozen=True):
    """How tokens are kept, and why not better."""

    kind: StorageKind
    why: str = ""
