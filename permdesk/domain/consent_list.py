"""Several consents in a row: the list of apps to go through, and how far each has come."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.consent import Closed, ConsentPlan
from permdesk.domain.consent_record import Outcome
from permdesk.domain.finding import AppComparison, Comparison, Finding, Remedy, Status


class ItemState(StrEnum):
    """How far an app of the list has come; the checked ones are named as the outcomes of a record."""

    WAITING = "to-do"
    OPENED = "opened"
    AS_FORESEEN = "as-foreseen"
    DIFFERS = "differs"
    PENDING = "pending"
    NOT_READ = "not-read"
    SKIPPED = "skipped"


#: Nothing is left to do with these.
DONE = frozenset({ItemState.AS_FORESEEN, ItemState.DIFFERS, ItemState.NOT_READ, ItemState.SKIPPED})
#: Of these the preview still counts.
_AHEAD = frozenset({ItemState.WAITING, ItemState.OPENED, ItemState.SKIPPED})


class Foresight(Struct, frozen=True):
    """What a preview said, in short; permissions are told by API, kind and value.

    Attributes:
        read_at: when the scan it was made of began.
        adds: what the consent would add.
        may_lose: what it may remove.
        lacks: what would still be missing.
        danger: what may be lost is firm, or needed.
        closed: why there is no link; None where there is one.
    """

    scan_id: str
    read_at: datetime
    adds: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    danger: bool = False
    closed: Closed | None = None

    def says_the_same(self, other: "Foresight") -> bool:
        """True where another scan led to the same preview."""
        return replace(other, scan_id=self.scan_id, read_at=self.read_at) == self


class ListItem(Struct, frozen=True):
    """One app of the list.

    Attributes:
        app_key: what names the app in a selection.
        name: its name when it was put on the list.
        foresight: what was foreseen when it was put on the list, or looked at last.
        state: how far it has come.
        skipped_from: the state before it was skipped.
        record_id: the record of its consent; empty for none.
    """

    app_key: str
    name: str
    foresight: Foresight
    state: ItemState = ItemState.WAITING
    skipped_from: ItemState = ItemState.WAITING
    record_id: str = ""


class ConsentList(Struct, frozen=True):
    """The list of one tenant.

    Attributes:
        cloud, tenant_id: whose it is.
        made: when it was begun, with time zone.
        items: in the order in which they are gone through.
    """

    cloud: str
    tenant_id: str
    made: datetime
    items: tuple[ListItem, ...] = ()

    def item(self, app_key: str) -> ListItem | None:
        """Return an app's place on the list, or None."""
        return next((item for item in self.items if item.app_key == app_key), None)

    def with_apps(self, apps: Iterable[AppComparison], plans: Mapping[str, ConsentPlan]) -> "ConsentList":
        """Return the list with further apps at its end; one that is on it stays as it is.

        Args:
            apps: to be gone through.
            plans: their previews, by key.
        """
        known = {item.app_key for item in self.items}
        new = [
            ListItem(app.key, app.display_name, foresight(plans[app.key]))
            for app in apps
            if app.key not in known and app.key in plans
        ]
        return replace(self, items=(*self.items, *new))

    def without(self, app_keys: Iterable[str]) -> "ConsentList":
        """Return the list without some apps."""
        gone = set(app_keys)
        return replace(self, items=tuple(item for item in self.items if item.app_key not in gone))

    def opened(self, plan: ConsentPlan, app_key: str) -> "ConsentList":
        """Return the list after an app's preview was looked at: what it says now is what was foreseen."""
        return self._put(app_key, lambda item: replace(item, state=_opened(item), foresight=foresight(plan)))

    def checked(self, app_key: str, outcome: Outcome, record_id: str) -> "ConsentList":
        """Return the list after the tenant was read again for an app."""
        state = ItemState(outcome.value)
        return self._put(app_key, lambda item: replace(item, state=state, record_id=record_id))

    def skip(self, app_key: str) -> "ConsentList":
        """Return the list with an app left out for now."""

        def skipped(item: ListItem) -> ListItem:
            if item.state is ItemState.SKIPPED:
                return item
            return replace(item, state=ItemState.SKIPPED, skipped_from=item.state)

        return self._put(app_key, skipped)

    def unskip(self, app_key: str) -> "ConsentList":
        """Return the list with an app taken up again, as it was."""

        def taken_up(item: ListItem) -> ListItem:
            if item.state is not ItemState.SKIPPED:
                return item
            return replace(item, state=item.skipped_from, skipped_from=ItemState.WAITING)

        return self._put(app_key, taken_up)

    def after(self, app_key: str | None) -> ListItem | None:
        """Return the next app with something to do: below this one, else from the top; None where all are done."""
        place = next((number for number, item in enumerate(self.items) if item.app_key == app_key), -1)
        turned = (*self.items[place + 1 :], *self.items[: place + 1])
        return next((item for item in turned if item.state not in DONE), None)

    @property
    def done(self) -> int:
        """How many are checked or skipped."""
        return sum(item.state in DONE for item in self.items)

    def _put(self, app_key: str, change: "Callable[[ListItem], ListItem]") -> "ConsentList":
        return replace(self, items=tuple(change(item) if item.app_key == app_key else item for item in self.items))


class ListRow(Struct, frozen=True):
    """An app of the list, held against the tenant as it was read last.

    Attributes:
        now: what its preview says now; None where the app is not in the tenant any more.
        changed: the preview says something else than when it was put on the list or looked at.
    """

    item: ListItem
    now: Foresight | None
    changed: bool

    @property
    def gone(self) -> bool:
        """True where the app is not in the tenant any more."""
        return self.now is None

    @property
    def shown(self) -> Foresight:
        """What is shown of the preview: that of now, as long as it still counts."""
        return self.now if self.now is not None and self.item.state in _AHEAD else self.item.foresight


def list_rows(made: ConsentList, plans: Mapping[str, ConsentPlan]) -> tuple[ListRow, ...]:
    """Return the list as it stands.

    Args:
        made: the list.
        plans: previews by app key; an app without one is not in the tenant any more.
    """
    rows = []
    for item in made.items:
        plan = plans.get(item.app_key)
        now = foresight(plan) if plan is not None else None
        ahead = now is not None and item.state in _AHEAD
        rows.append(ListRow(item, now, ahead and now is not None and not item.foresight.says_the_same(now)))
    return tuple(rows)


def needs_consent(app: AppComparison) -> bool:
    """True where a consent would give an app something that it needs and lacks, with nothing to do before."""
    return app.object_id is not None and any(
        finding.accepted is None and finding.remedy[:1] == (Remedy.CONSENT,) and _lacks(finding)
        for finding in app.findings
    )


def in_need(comparison: Comparison) -> tuple[AppComparison, ...]:
    """Return the apps that need a consent, in the order of the comparison."""
    return tuple(app for app in comparison.apps if needs_consent(app))


def foresight(plan: ConsentPlan) -> Foresight:
    """Return what a preview says, in short."""
    return Foresight(
        plan.scan_id,
        plan.read_at,
        _names(plan.will_be_added),
        _names(plan.may_be_removed),
        _names(plan.still_missing),
        plan.dangerous,
        plan.closed,
    )


def _names(findings: Iterable[Finding]) -> tuple[str, ...]:
    found = (finding.permission for finding in findings)
    return tuple(sorted(f"{one.resource_app_id or one.resource_object_id} {one.kind} {one.label}" for one in found))


def _lacks(finding: Finding) -> bool:
    return finding.status is Status.MISSING or (finding.status is Status.PARTIAL and bool(finding.gap))


def _opened(item: ListItem) -> ItemState:
    # What was checked or is awaited stays so: looking again undoes no proof.
    return ItemState.OPENED if item.state in (ItemState.WAITING, ItemState.SKIPPED) else item.state
