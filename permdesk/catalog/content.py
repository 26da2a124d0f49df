"""Everything a catalog states, as one value: what the sources say and what the database gives back."""

from msgspec import Struct

from permdesk.domain.permission import Kind
from permdesk.domain.profile import Profile
from permdesk.domain.reach import ApiName, CoverRow, ReachRow


class PublishedId(Struct, frozen=True):
    """The id Microsoft publishes for one permission; None where it publishes none."""

    app_id: str
    kind: Kind
    value: str
    id: str | None


class Known(Struct, frozen=True):
    """What a profile file is checked against: the well-known APIs and the published permissions."""

    apis: tuple[ApiName, ...]
    permissions: tuple[PublishedId, ...]

    def api(self, word: str) -> ApiName | None:
        """Return the API with this name or appId, letter case aside."""
        folded = word.casefold()
        return next((api for api in self.apis if folded in (api.app_id, api.name.casefold())), None)

    def values(self, app_id: str, kind: Kind) -> set[str]:
        """Return the values of one API and kind in the facts table."""
        return {p.value for p in self.permissions if p.app_id == app_id and p.kind is kind}


class Content(Struct, frozen=True):
    """A whole catalog: its version, the facts tables, the curated tables and the profiles."""

    version: str
    apis: tuple[ApiName, ...]
    permissions: tuple[PublishedId, ...]
    reach: tuple[ReachRow, ...]
    covers: tuple[CoverRow, ...]
    profiles: tuple[Profile, ...]

    @property
    def known(self) -> Known:
        """The part that profile files are checked against."""
        return Known(self.apis, self.permissions)
