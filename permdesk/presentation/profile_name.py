"""What a profile is called beside its vendor's name."""

from permdesk.domain.profile import Profile
from permdesk.domain.text import inert


def name_beside_vendor(profile: Profile, limit: int = 80) -> str:
    """Return a profile's name without the vendor's at its beginning, where something is left of it."""
    name = inert(profile.name, limit)
    first, _, rest = name.partition(" ")
    return rest if rest and first.casefold() == profile.vendor.casefold() else name
