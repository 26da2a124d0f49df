"""What earlier consents really did, by the way that was gone: what a preview can add to what it foresees."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord, RecordRow, WalkedRoute
from permdesk.domain.permission import Permission
from permdesk.domain.profile import RouteKind
from permdesk.domain.proof import Happened


class Experience(Struct, frozen=True):
    """The newest consent by one way, and how many there are.

    Attributes:
        route: the way; None where nobody said.
        ended: when it was proved.
        same_app: it was this app, not another one of its profile.
        same_tenant: it was in this tenant.
        removed: grants for the whole tenant that it took away.
        added: those that it brought.
        unread: permissions of which nobody could say what became.
        consents: how many of this way were looked at, this one included.
        removing: how many of them took something away.
        record_id: names its record.
    """

    route: WalkedRoute | None
    ended: datetime
    same_app: bool
    same_tenant: bool
    removed: tuple[Permission, ...]
    added: tuple[Permission, ...]
    unread: int
    consents: int
    removing: int
    record_id: str


def experience_with(plan: ConsentPlan, records: Iterable[ConsentRecord]) -> tuple[Experience, ...]:
    """Return what earlier consents tell of this one: for each way the newest of the nearest, the plan's ways first.

    Nearest is this app here, then this app in another tenant (a vendor's app has the same id everywhere), then another
    app of the same profile. A record in which nothing came or went proves no consent, and is left out.

    Args:
        plan: the preview.
        records: of any tenant and app, in any order.
    """
    ways: dict[RouteKind | None, list[ConsentRecord]] = {}
    for record in records:
        if _near(plan, record) and record.of(Happened.ADDED, Happened.REMOVED):
            ways.setdefault(record.route.kind if record.route is not None else None, []).append(record)
    order = [offer.route.kind for offer in plan.routes]
    found = [_of_way(plan, kept) for kept in ways.values()]
    return tuple(sorted(found, key=lambda one: _place(one.route, order)))


def _near(plan: ConsentPlan, record: ConsentRecord) -> bool:
    if record.tenant.cloud != plan.tenant.cloud:
        return False
    same_profile = plan.profile is not None and record.profile_id == plan.profile.id
    return _same_app(plan, record) or same_profile


def _same_app(plan: ConsentPlan, record: ConsentRecord) -> bool:
    return plan.app_id is not None and record.app_id == plan.app_id


def _of_way(plan: ConsentPlan, kept: list[ConsentRecord]) -> Experience:
    def nearness(record: ConsentRecord) -> tuple[bool, bool, datetime]:
        return (_same_app(plan, record), record.tenant.id == plan.tenant.id, record.ended)

    newest = max(kept, key=nearness)
    return Experience(
        route=newest.route,
        ended=newest.ended,
        same_app=_same_app(plan, newest),
        same_tenant=newest.tenant.id == plan.tenant.id,
        removed=_permissions(newest.of(Happened.REMOVED)),
        added=_permissions(newest.of(Happened.ADDED)),
        unread=sum(row.newly_unread for row in newest.rows),
        consents=len(kept),
        removing=sum(bool(record.of(Happened.REMOVED)) for record in kept),
        record_id=newest.record_id,
    )


def _permissions(rows: Iterable[RecordRow]) -> tuple[Permission, ...]:
    return tuple(row.permission for row in rows)


def _place(route: WalkedRoute | None, order: list[RouteKind]) -> int:
    if route is None:
        return len(order) + 1
    return order.index(route.kind) if route.kind in order else len(order)
