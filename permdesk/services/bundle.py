"""All verbs in one frozen bundle: built once, handed to the window and to the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from permdesk.catalog.problem import Problem
from permdesk.domain.cloud import Cloud
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.ports import Catalog
from permdesk.domain.scan_store import ScanRecord, ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.services.accounts import Accounts
from permdesk.services.again import Again
from permdesk.services.compare import Compare, SampleFacts
from permdesk.services.consent import consent
from permdesk.services.consents import Consents
from permdesk.services.describe import Describe
from permdesk.services.find_app import find_app
from permdesk.services.history import History
from permdesk.services.paper import Papers
from permdesk.services.report import Report
from permdesk.services.scan import Scan


class SaveScan(Protocol):
    """Writes a portable scan file."""

    def __call__(self, snapshot: Snapshot, path: Path, *, overwrite: bool = False) -> None:
        """Write the scan whole, or raise StorageError and leave everything as it was."""
        ...


class CatalogBuilt(Struct, frozen=True):
    """The outcome of compiling catalog sources; ``version`` is empty where an error kept them out."""

    problems: tuple[Problem, ...]
    version: str
    profiles: int
    requirements: int
    current: bool
    target: Path


class ProfileCatalog(Catalog, Protocol):
    """The catalog with the person's own profiles, and what can be done to their files."""

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with own profiles; those with errors are left out."""
        ...

    def validate(self, paths: Sequence[Path]) -> tuple[int, tuple[Problem, ...]]:
        """Return how many profile files are at these places, and what is wrong with them."""
        ...

    def validate_own(self) -> tuple[int, tuple[Problem, ...]]:
        """Return the same for the places that this run reads own profiles from."""
        ...

    def compile(self, sources: Path, target: Path, *, check: bool) -> CatalogBuilt:
        """Compile a source folder to a database; ``check`` only compares. StorageError: it cannot be written."""
        ...


@dataclass(frozen=True)
class Services:
    """What a face needs; any thread may call any of it.

    Attributes:
        compare_unsaid: compares as if nobody had ever said anything, for a history that cannot be opened.
        take_notices: returns and forgets sentences a person should read once, such as a broken history kept aside.
    """

    accounts: Accounts
    again: Again
    scan: Scan
    compare: Compare
    compare_unsaid: Compare
    describe: Describe
    catalog: ProfileCatalog
    scans: ScanStore
    history: History
    report: Report
    consents: Consents
    papers: Papers
    sample: SampleFacts
    save_scan: SaveScan
    take_notices: Callable[[], tuple[str, ...]]

    def find_app(self, comparison: Comparison, text: str) -> AppComparison:
        """Return the app named by appId, object id or exact name; UsageError where none or several are."""
        return find_app(comparison, text)

    def consent(self, comparison: Comparison, app: AppComparison, *, cloud: Cloud | None = None) -> ConsentPlan:
        """Return the plan for re-authorising an app; ``cloud`` for custom endpoints alone."""
        return consent(comparison, app, cloud=cloud)

    def records(self) -> list[ScanRecord]:
        """Return the kept scans, newest first."""
        return self.scans.records()

    def newest(self, *, cloud: str, tenant_id: str) -> Snapshot | None:
        """Return the newest kept scan of a tenant, or None."""
        return self.scans.newest(cloud=cloud, tenant_id=tenant_id)

    def is_sample(self, snapshot: Snapshot) -> bool:
        """True for a scan of the sample tenant."""
        return self.sample.is_sample(snapshot)
