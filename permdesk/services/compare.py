"""Compare: hold a scan against catalog, vendors' pages and what people said."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Protocol

from msgspec.structs import replace

from permdesk.domain.comparison import TenantComparison
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.ports import Catalog, KnowledgeStore
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, UsageError
from permdesk.services.letting_go import let_go


class SampleFacts(Protocol):
    """What comes with the sample tenant besides its directory."""

    def is_sample(self, snapshot: Snapshot) -> bool:
        """True for a scan of the sample tenant."""
        ...

    def knowledge(self) -> Knowledge:
        """Return what the sample's people said before anybody opened it."""
        ...


class Compare:
    """Compares scans.

    Args:
        catalog: profiles and curated tables.
        said: what people said.
        sample: the sample tenant's own knowledge and clock.
        today: the day of the computer.
    """

    def __init__(
        self, *, catalog: Catalog, said: KnowledgeStore, sample: SampleFacts, today: Callable[[], date]
    ) -> None:
        self._catalog = catalog
        self._said = said
        self._sample = sample
        self._today = today
        self._lock = threading.Lock()
        self._prepared: tuple[Snapshot, TenantComparison] | None = None

    def __call__(
        self, snapshot: Snapshot, *, uses: Mapping[str, Uses] | None = None, expect: Iterable[str] = ()
    ) -> Comparison:
        """Return the whole tenant, compared.

        Args:
            snapshot: the scan.
            uses: services in use by profile id, instead of those kept or assumed.
            expect: profiles expected besides those kept.

        Raises:
            UsageError: ``uses`` or ``expect`` names an unknown profile.
            StorageError: catalog or history cannot be opened.
            FormatError: the catalog is not what it should be.
        """
        tenant = self._tenant(snapshot, uses=uses, expected=frozenset(expect))
        compared = tenant.compare()
        with self._lock:
            earlier: list[object] = [self._prepared]
            self._prepared = (snapshot, tenant)
        let_go(earlier)
        return compared

    def vendor_apps(self, snapshot: Snapshot) -> Comparison:
        """Return the apps of another scan that are held against a profile; what ``ticked`` looks at stays prepared.

        Raises:
            StorageError: catalog or history cannot be opened.
            FormatError: the catalog is not what it should be.
        """
        return self._tenant(snapshot, uses=None, expected=frozenset()).compare(profiled=True)

    def _tenant(
        self, snapshot: Snapshot, *, uses: Mapping[str, Uses] | None, expected: frozenset[str]
    ) -> TenantComparison:
        profiles = self._catalog.profiles()
        for profile_id in sorted({*(uses or {}), *expected}):
            require_profile(profiles, profile_id)
        knowledge = self.knowledge(snapshot)
        return TenantComparison(
            snapshot,
            profiles=profiles,
            facts=self._catalog.facts(),
            knowledge=replace(knowledge, expected=knowledge.expected | expected),
            today=self.today(snapshot),
            uses=uses,
        )

    def alone(self, snapshot: Snapshot, before: AppComparison) -> Comparison:
        """Return one app of a scan, compared, and no other; what is prepared of other scans stays as it is.

        Args:
            snapshot: what was read.
            before: the app as another scan had it.

        Raises:
            StorageError: catalog or history cannot be opened.
            FormatError: the catalog is not what it should be.
        """
        tenant = TenantComparison(
            snapshot,
            profiles=self._catalog.profiles(),
            facts=self._catalog.facts(),
            knowledge=self.knowledge(snapshot),
            today=self.today(snapshot),
        )
        return tenant.alone(before)

    def ticked(self, snapshot: Snapshot, comparison: Comparison, app: AppComparison, *, uses: Uses) -> Comparison:
        """Return the comparison with one app's services in use changed; only that app is looked at again.

        Args:
            snapshot: the scan behind ``comparison``.
            comparison: as ``__call__`` returned it; what people said since is not looked for.
            app: one of its apps.
            uses: what is ticked now; nothing is kept.

        Raises:
            StorageError: catalog or history cannot be opened.
            FormatError: the catalog is not what it should be.
        """
        if self._prepared is None or self._prepared[0] is not snapshot:
            self(snapshot)
        with self._lock:
            if self._prepared is None or self._prepared[0] is not snapshot:
                raise BugError("the scan that was just prepared is not there")
            again = self._prepared[1].ticked(app, uses)
        return replace(comparison, apps=tuple(again if one is app else one for one in comparison.apps))

    def knowledge(self, snapshot: Snapshot) -> Knowledge:
        """Return what is said of a scan's tenant: for the sample, people's words over the sample's own."""
        said = self._said.knowledge(cloud=snapshot.tenant.cloud, tenant_id=snapshot.tenant.id)
        return overlaid(self._sample.knowledge(), said) if self._sample.is_sample(snapshot) else said

    def today(self, snapshot: Snapshot) -> date:
        """Return the day a scan is judged on; the sample's clock stands still, so that its output never changes."""
        return snapshot.read_at.date() if self._sample.is_sample(snapshot) else self._today()


def overlaid(ground: Knowledge, said: Knowledge) -> Knowledge:
    """Return ``ground`` with everything in ``said`` taking precedence."""
    spoken = {(a.app_id, a.permission) for a in said.acceptances}
    kept = tuple(a for a in ground.acceptances if (a.app_id, a.permission) not in spoken)
    return Knowledge(
        bindings={**ground.bindings, **said.bindings},
        elsewhere={**ground.elsewhere, **said.elsewhere},
        uses={**ground.uses, **said.uses},
        acceptances=kept + said.acceptances,
        expected=ground.expected | said.expected,
    )


def require_profile(profiles: Mapping[str, object], profile_id: str) -> None:
    """Raise UsageError where there is no profile of this id."""
    if profile_id not in profiles:
        raise UsageError(
            f"There is no profile {profile_id[:80]!r}",
            detail=f"Known: {', '.join(profiles)}.",
            remedy="permdesk-cli catalog list shows them.",
        )
