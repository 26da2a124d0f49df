"""What a person knows about a tenant's apps: bindings, services in use, acceptances, expectations."""

from datetime import date

from msgspec import Struct

from permdesk.domain.permission import Kind
from permdesk.domain.profile import Uses


class Binding(Struct, frozen=True):
    """A person's word about one app of one cloud.

    Attributes:
        profile_id: the profile it is held against; None where the person unbound it.
        by_hand: True where the person chose the profile, False where a match by name was confirmed.
        decided: the day it was said.
    """

    profile_id: str | None
    by_hand: bool = False
    decided: date | None = None


class PermissionKey(Struct, frozen=True):
    """A permission as people name it: API, kind and value, or its id where it has no value."""

    resource_app_id: str | None
    kind: Kind
    value: str


class Acceptance(Struct, frozen=True):
    """A finding a person accepts, with the reason and a review date (``until``, included)."""

    app_id: str
    permission: PermissionKey
    reason: str
    by: str
    until: date | None = None

    def holds(self, today: date) -> bool:
        """False once the review date is past."""
        return self.until is None or today <= self.until


class Knowledge(Struct, frozen=True):
    """Everything people said that bears on one tenant.

    Attributes:
        bindings: appId -> binding, of this tenant.
        elsewhere: appId -> profile id confirmed in another tenant of the same cloud: a suggestion.
        uses: (appId, profile id) -> services in use.
        acceptances: accepted findings.
        expected: profiles that a person expects in this tenant.
    """

    bindings: dict[str, Binding] = {}
    elsewhere: dict[str, str] = {}
    uses: dict[tuple[str, str], Uses] = {}
    acceptances: tuple[Acceptance, ...] = ()
    expected: frozenset[str] = frozenset()
