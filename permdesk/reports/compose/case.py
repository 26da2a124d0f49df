"""One tenant of a report, made ready to be told of."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.coverage import ReadCoverage
from permdesk.domain.finding import AppComparison, Baseline, Comparison, Verdict
from permdesk.domain.scan_diff import AppDiff
from permdesk.presentation.app_rows import LONGEST_NAME
from permdesk.presentation.appearance import Look, verdict_look
from permdesk.presentation.meaning import verdict_meanings
from permdesk.presentation.requirement import NeedCounts, app_need_counts
from permdesk.presentation.summary import is_hidden
from permdesk.reports.choice import Form
from permdesk.reports.compose.runs import named
from permdesk.reports.notation import Notation
from permdesk.reports.subject import Subject

#: Names are told so long where everything has to stay on one page.
_SHORT_NAME = 80
#: What fits its own manifest: nobody documents it, so it is not as documented.
AS_CONFIGURED = replace(verdict_look(Verdict.COMPLIANT), label="As configured")
#: Apps stand in the order in which the meaning of their verdicts is told.
_RANK = {look.label: place for place, (look, _) in enumerate(verdict_meanings())}


@dataclass(frozen=True)
class Case:
    """What is told of one tenant.

    Attributes:
        subject: the tenant.
        notation: how days and numbers are written.
        form: how much is told.
        prefix: begins the names of its parts.
    """

    subject: Subject
    notation: Notation
    form: Form
    prefix: str = ""

    @property
    def comparison(self) -> Comparison:
        """The tenant, compared."""
        return self.subject.comparison

    @property
    def short(self) -> bool:
        """True where one page is all there is."""
        return self.form is Form.SHORT

    @property
    def longest_name(self) -> int:
        """Characters to which a name is told."""
        return _SHORT_NAME if self.short else LONGEST_NAME

    @cached_property
    def name(self) -> str:
        """The tenant's name; its id where it has none."""
        tenant = self.comparison.tenant
        return named(tenant.name or tenant.id or "Tenant not read", self.longest_name)

    @cached_property
    def name_and_domain(self) -> str:
        """The name, and its domain where that is known."""
        domain = self.comparison.tenant.default_domain
        return f"{self.name} ({named(domain, self.longest_name)})" if domain else self.name

    @property
    def cloud(self) -> str:
        """The cloud in words."""
        cloud = self.comparison.tenant.cloud
        return CLOUDS[cloud].label if cloud in CLOUDS else "Custom cloud"

    @cached_property
    def incomplete(self) -> tuple[ReadCoverage, ...]:
        """The reads that left something open."""
        return tuple(read for read in self.comparison.reads if not read.complete)

    @cached_property
    def complete(self) -> bool:
        """True where every read that was tried is complete, and at least one was."""
        return bool(self.comparison.reads) and not self.incomplete

    @cached_property
    def shown(self) -> tuple[AppComparison, ...]:
        """Every app but Microsoft's own; its shared tools are among them, for grants pile up there."""
        return tuple(app for app in self.comparison.apps if not is_hidden(app))

    @cached_property
    def matched(self) -> tuple[AppComparison, ...]:
        """The apps held against a vendor's page, gravest verdict first: those the compliance counts are of."""
        return _ranked(app for app in self.shown if app.baseline is Baseline.PROFILE)

    @cached_property
    def own(self) -> tuple[AppComparison, ...]:
        """The apps held against their own manifest, gravest verdict first."""
        return _ranked(app for app in self.shown if app.baseline is Baseline.MANIFEST)

    @cached_property
    def unmeasured(self) -> tuple[AppComparison, ...]:
        """The apps there is nothing to hold against, by name."""
        return tuple(app for app in self.shown if app.baseline is Baseline.NONE)

    @cached_property
    def needs(self) -> dict[str, NeedCounts]:
        """How far the need of each app with a measure is met, by its key."""
        return {app.key: app_need_counts(app) for app in (*self.matched, *self.own)}

    @cached_property
    def need(self) -> NeedCounts:
        """The same of all apps held against a vendor's page that are in the tenant."""
        return sum((self.needs[app.key] for app in self.matched if installed(app)), NeedCounts())

    @cached_property
    def by_key(self) -> dict[str, AppComparison]:
        """The apps by what names them."""
        return {app.key: app for app in self.comparison.apps}

    @cached_property
    def diff_by_key(self) -> dict[str, AppDiff]:
        """What changed since the previous scan, by the key of the app."""
        changes = self.subject.changes
        return {app.key: app for app in changes.apps} if changes is not None else {}

    def app_name(self, app: AppComparison) -> str:
        """Return an app's name, harmless."""
        return named(app.display_name, self.longest_name)

    def counted(self, number: int, one: str, many: str | None = None) -> str:
        """Return "3 apps", the number as this region writes it."""
        return self.notation.counted(number, one, many)


def installed(app: AppComparison) -> bool:
    """True where the app is in the tenant, or nobody can say that it is not."""
    return app.verdict is not Verdict.NOT_INSTALLED


def look_of(app: AppComparison) -> Look:
    """Return how an app's verdict looks; what fits its own manifest is called so, for nobody documents it."""
    if app.baseline is Baseline.MANIFEST and app.verdict is Verdict.COMPLIANT:
        return AS_CONFIGURED
    return verdict_look(app.verdict, app.verdict_reason)


def _ranked(apps: Iterable[AppComparison]) -> tuple[AppComparison, ...]:
    def rank(app: AppComparison) -> int:
        return _RANK.get(verdict_look(app.verdict, app.verdict_reason).label, len(_RANK))

    return tuple(sorted(apps, key=rank))
