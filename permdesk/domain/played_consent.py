"""A consent that is only played: in the sample tenant nobody can click, so the click is acted out as foreseen."""

from msgspec import Struct

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import Finding
from permdesk.domain.permission import Kind


class PlayedGrant(Struct, frozen=True):
    """A tenant-wide grant that comes or goes.

    Attributes:
        resource_id: object id of the API's service principal.
        what: id of an application permission, name of a delegated one.
    """

    resource_id: str
    kind: Kind
    what: str


class PlayedConsent(Struct, frozen=True):
    """What a click does to one app.

    Attributes:
        client_id: object id of its service principal.
        logged: the audit log tells of it already; entries come late, as grants do.
    """

    client_id: str
    added: tuple[PlayedGrant, ...]
    removed: tuple[PlayedGrant, ...]
    logged: bool = True


def played_consent(plan: ConsentPlan, *, late: int = 0) -> PlayedConsent | None:
    """Return a consent that does what a plan foresees; None for an app that is not in the tenant.

    Args:
        plan: for one app.
        late: so many of the grants that are added are not visible yet, as in a real tenant for some minutes.
    """
    if plan.object_id is None:
        return None
    added = [grant for grant in map(_grant, plan.will_be_added) if grant is not None]
    removed = [grant for grant in map(_grant, plan.may_be_removed) if grant is not None]
    visible = added[: max(0, len(added) - late)]
    return PlayedConsent(plan.object_id, tuple(visible), tuple(removed), logged=not late)


def _grant(finding: Finding) -> PlayedGrant | None:
    permission = finding.permission
    what = permission.id if permission.kind is Kind.APPLICATION else permission.value
    if permission.resource_object_id is None or what is None:
        return None
    return PlayedGrant(permission.resource_object_id, permission.kind, what)
