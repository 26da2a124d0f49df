"""Which apps of a tenant are likely to be held against a profile: worth a closer look while it is read."""

from collections.abc import Iterable, Mapping

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.names import NameMatcher
from permdesk.domain.profile import Profile


def of_interest(
    registrations: Iterable[Registration],
    principals: Iterable[ServicePrincipal],
    *,
    profiles: Mapping[str, Profile],
    knowledge: Knowledge,
) -> frozenset[str]:
    """Return the appIds of those that a person bound, that a profile names, or that bear a vendor app's name.

    Args:
        registrations: of the tenant.
        principals: of the tenant.
        profiles: every profile by id.
        knowledge: what people said about this tenant's apps.
    """
    found = {app_id for app_id, binding in knowledge.bindings.items() if binding.profile_id is not None}
    found |= {profile.app_id for profile in profiles.values() if profile.app_id}
    matcher = NameMatcher((profile.app_name, profile.id) for profile in profiles.values() if profile.app_name)
    found |= {one.app_id for one in registrations if matcher.exact(one.display_name)}
    for one in principals:
        if matcher.exact(one.display_name) or (one.app_display_name and matcher.exact(one.app_display_name)):
            found.add(one.app_id)
    return frozenset(found)
