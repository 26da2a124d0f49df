"""What to look at: the sample tenant, a tenant behind a token, a saved scan, a scan of the history."""

from pathlib import Path

from msgspec import Struct

from permdesk.domain.cloud import Cloud
from permdesk.domain.played_consent import PlayedConsent
from permdesk.domain.ports import SignedIn


class SampleTarget(Struct, frozen=True):
    """The embedded sample tenant.

    Attributes:
        complete: permits the one read it otherwise refuses.
        consent: acted out before it is read.
    """

    complete: bool = False
    consent: PlayedConsent | None = None


class TokenTarget(Struct, frozen=True):
    """A tenant of a cloud, reached with a token.

    Attributes:
        ca_file: a file of further trust anchors in PEM; None for those of the operating system alone.
        permissions: the delegated permissions of the token; None where it does not tell.
    """

    cloud: Cloud
    token: SignedIn
    ca_file: Path | None = None
    permissions: tuple[str, ...] | None = None


class FileTarget(Struct, frozen=True):
    """A saved ``.permdesk`` file."""

    path: Path


class KeptTarget(Struct, frozen=True):
    """A scan of the history."""

    scan_id: str


ReadTarget = SampleTarget | TokenTarget
Target = SampleTarget | TokenTarget | FileTarget | KeptTarget
