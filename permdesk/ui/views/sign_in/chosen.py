"""What the form of signing in begins with, and what comes out of it."""

from msgspec import Struct

from permdesk.domain.cloud import GLOBAL_ID
from permdesk.domain.sign_in import Client, SignInRequest
from permdesk.settings import Reached


class SignInChoice(Struct, frozen=True):
    """What a person wants to sign in to, and through which app.

    Attributes:
        client: remembered once signing in works, if it is the person's own.
        claims: what Microsoft demands of this sign-in besides, as JSON.
        again: key of the sign-in that is renewed; the tenant is then read at once. None for a new one.
    """

    request: SignInRequest
    client: Client
    claims: str | None = None
    again: str | None = None


class Known(Struct, frozen=True):
    """What the page begins with.

    Attributes:
        clients: apps that signed somebody in before, newest last.
        packaged: the app that came with this copy of permdesk.
        cloud: id of the cloud to begin with.
        tenant: id or domain of the tenant to begin with.
        last_client: application ID that was signed in through last; empty for none.
        reached: endpoints and certificate file last used, by id of the cloud.
    """

    clients: tuple[Client, ...] = ()
    packaged: Client | None = None
    cloud: str = GLOBAL_ID
    tenant: str = ""
    last_client: str = ""
    reached: dict[str, Reached] = {}
