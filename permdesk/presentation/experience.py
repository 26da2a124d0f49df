"""The words for what earlier consents did: in the preview, on the command line and on paper."""

from collections.abc import Sequence
from datetime import tzinfo

from permdesk.domain.experience import Experience
from permdesk.domain.permission import GRAPH_APP_ID, Permission
from permdesk.domain.profile import RouteKind
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, listed, long_day

_MOST = 6


def experience_words(known: Experience, *, zone: tzinfo | None) -> str:
    """Return in a sentence or two what the last consent by one way did, such as what accepting this link removed.

    Args:
        known: the experience.
        zone: in which the day is told.
    """
    day = long_day(known.ended.astimezone(zone).date())
    removed = _names(known.removed) or "nothing"
    when = f"last time, {day}" if known.route is not None else f"on {day}"
    words = f"{_way(known)} removed {removed} {when}{_where(known)}"
    words += f", and added {_names(known.added)}." if known.added else "."
    if known.unread:
        words += f" What became of {counted(known.unread, 'permission')} could not be read."
    if known.consents > 1:
        words += f" Of {known.consents:,} such consents looked at, {known.removing:,} took something away."
    return words


def _way(known: Experience) -> str:
    route = known.route
    if route is None:
        return "An earlier consent, nobody said by which way,"
    match route.kind:
        case RouteKind.ADMIN_CONSENT_LINK:
            return "Accepting this link"
        case RouteKind.REGISTRATION:
            return "Granting admin consent in the portal"
        case RouteKind.VENDOR_CONSOLE:
            return f"“{inert(route.label, 120)}”"


def _where(known: Experience) -> str:
    if known.same_app:
        return "" if known.same_tenant else " in another tenant"
    return " for another app of this profile" + ("" if known.same_tenant else " in another tenant")


def _names(permissions: Sequence[Permission]) -> str:
    return listed([_name(permission) for permission in permissions], most=_MOST)


def _name(permission: Permission) -> str:
    label = inert(permission.label, 120)
    if permission.resource_app_id == GRAPH_APP_ID:
        return label
    return f"{label} ({inert(permission.resource, 60)})"
