"""What is prepared off the window's thread, so that showing a tenant costs the window nothing that grows with it."""

from collections.abc import Callable, Mapping
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.knowledge import Binding
from permdesk.domain.permission import ApiDefinition, Permission, PublishedPermission
from permdesk.domain.ports import CancelToken, Progress
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import StorageError, WorldError
from permdesk.presentation.progress import Pace, begun, moved
from permdesk.presentation.search import AppRows
from permdesk.presentation.summary import Summary, summarize
from permdesk.services.bundle import Services
from permdesk.services.letting_go import let_go
from permdesk.services.target import Target
from permdesk.ui.breathing import uncollected

#: Seconds between two reports on how far a scan came, at least: more would flicker, and fill the queue of the window.
_PROGRESS_EVERY = 0.095


class Descriptions:
    """What the tenant's own APIs say about their permissions.

    Args:
        apis: definitions as they were read.
    """

    def __init__(self, apis: tuple[ApiDefinition, ...]) -> None:
        self._apis = {api.app_id: api for api in apis}
        self._known: dict[str, dict[tuple[str, str], PublishedPermission]] = {}

    def of(self, permission: Permission) -> PublishedPermission | None:
        """Return the API's entry of a permission; None where the API publishes none here or was not read."""
        if permission.resource_app_id is None or permission.id is None:
            return None
        known = self._known.get(permission.resource_app_id)
        if known is None:
            api = self._apis.get(permission.resource_app_id)
            known = {(p.kind, p.id): p for p in api.permissions} if api is not None else {}
            self._known[permission.resource_app_id] = known
        return known.get((permission.kind, permission.id))


class Known(Struct, frozen=True):
    """What selection and search look through.

    Attributes:
        apps: every app by what names it in a selection.
        rows: the apps, as the list shows them.
        permissions: (case-folded, as spelled) values that some app needs, asks for or holds, sorted.
    """

    apps: dict[str, AppComparison]
    rows: AppRows
    permissions: tuple[tuple[str, str], ...]


class Tick(Struct, frozen=True):
    """A choice of services in use for one app, as long as this profile is what it is held against."""

    profile_id: str
    uses: Uses


class Shown(Struct, frozen=True):
    """A tenant, compared and summed up.

    Attributes:
        ticks: choices that are in the comparison whether or not the history knows them, by app key.
        behind: rows and summary do not know the newest ticks yet; the comparison and ``known.apps`` do.
        unkept: why the scan could not be kept in the history; None where it is.
        sample: the embedded sample tenant.
        resumed: pages that an interrupted scan had read before.
        anew: why an interrupted scan was not gone on with, as a sentence; empty where none was.
        unsaid: why nobody's words about the apps are known; None where they are.
    """

    target: Target
    snapshot: Snapshot
    comparison: Comparison
    summary: Summary
    known: Known
    descriptions: Descriptions
    sample: bool
    unkept: StorageError | None = None
    unsaid: StorageError | None = None
    resumed: int = 0
    anew: str = ""
    ticks: Mapping[str, Tick] = {}
    behind: bool = False


@uncollected()
def load(
    services: Services,
    target: Target,
    *,
    progress: Callable[[Pace], None],
    cancel: CancelToken,
    afresh: bool = False,
) -> Shown:
    """Read or open a tenant and compare it.

    Args:
        services: the verbs.
        target: what to read or open.
        progress: told how far reading came, and how fast.
        cancel: asked several times a second.
        afresh: read everything, whatever is known already.

    Raises:
        WorldError: it could not be read, opened or compared.
        Cancelled: the person changed their mind.
    """
    told = paced(progress, services.scan.rows_before(target))
    outcome = services.scan(target, progress=told, cancel=cancel, afresh=afresh)
    comparison, unsaid = _compared(services, outcome.snapshot)
    return Shown(
        target=outcome.target,
        snapshot=outcome.snapshot,
        comparison=comparison,
        summary=summarize(comparison),
        known=_known(comparison),
        descriptions=Descriptions(outcome.snapshot.apis),
        sample=services.is_sample(outcome.snapshot),
        unkept=outcome.unkept,
        unsaid=unsaid,
        resumed=outcome.resumed,
        anew=outcome.anew,
    )


def _compared(services: Services, snapshot: Snapshot) -> tuple[Comparison, StorageError | None]:
    """Compare a scan; where the history cannot be opened, without anybody's words, and say why."""
    try:
        return services.compare(snapshot), None
    except StorageError as shut:
        # Where it was the catalog that failed, this fails as well: a scan is held against nothing then.
        return services.compare_unsaid(snapshot), shut


@uncollected()
def compared_again(services: Services, shown: Shown, ticks: Mapping[str, Tick]) -> Shown:
    """Compare the same scan again, after somebody said something.

    Args:
        services: the verbs.
        shown: what is on screen.
        ticks: choices that may not have reached the history yet, by app key.

    Raises:
        WorldError: the catalog cannot be read.
    """
    comparison, unsaid = _compared(services, shown.snapshot)
    apps = {app.key: app for app in comparison.apps}
    plain = replace(
        shown, comparison=comparison, known=replace(shown.known, apps=apps), unkept=None, unsaid=unsaid, ticks={}
    )
    return summed(ticked(services, plain, ticks))


def ticked(services: Services, shown: Shown, ticks: Mapping[str, Tick]) -> Shown:
    """Compare the ticked apps alone; rows and summary stay behind.

    Args:
        services: the verbs.
        shown: what is on screen.
        ticks: choices by app key; those of another profile than the app is held against now are left alone.

    Raises:
        StorageError: catalog or history cannot be opened.
    """
    compare = services.compare if shown.unsaid is None else services.compare_unsaid
    comparison, apps = shown.comparison, dict(shown.known.apps)
    for key, tick in ticks.items():
        app = apps.get(key)
        if app is None or app.profile is None or app.profile.id != tick.profile_id or app.uses == tick.uses:
            continue
        again = compare.ticked(shown.snapshot, comparison, app, uses=tick.uses)
        place = next(place for place, one in enumerate(comparison.apps) if one is app)
        comparison, apps[key] = again, again.apps[place]
    known = replace(shown.known, apps=apps)
    return replace(shown, comparison=comparison, known=known, ticks=dict(ticks), behind=True)


@uncollected()
def summed(shown: Shown) -> Shown:
    """Bring rows and summary up to the comparison."""
    return replace(shown, summary=summarize(shown.comparison), known=_known(shown.comparison), behind=False)


@uncollected()
def free(earlier: list[object], *, hurry: CancelToken) -> None:
    """Free what is shown no more, without anybody noticing.

    Args:
        earlier: the only references.
        hurry: set once the window is closed.
    """
    let_go(earlier, hurry=hurry)


def _known(comparison: Comparison) -> Known:
    rows = AppRows(comparison)
    # The first question builds an index over every finding: that belongs on this thread.
    rows.known_permission("")
    values = {
        finding.permission.value for app in comparison.apps for finding in app.findings if finding.permission.value
    }
    return Known(
        {app.key: app for app in comparison.apps}, rows, tuple(sorted((value.casefold(), value) for value in values))
    )


def restored(services: Services, shown: Shown, key: str, binding: Binding | None, ticks: Mapping[str, Tick]) -> Shown:
    """Put an app's binding back to what it was, and compare again.

    Args:
        services: the verbs.
        shown: what is on screen.
        key: what names the app.
        binding: what was known before; None where nobody had said anything.
        ticks: choices that may not have reached the history yet, by app key.

    Raises:
        WorldError: the app is gone, or nothing could be kept.
    """
    describe = services.describe
    app = _app(shown, key)
    if binding is None or not binding.by_hand:
        describe.forget(shown.comparison, app)
        shown = compared_again(services, shown, ticks)
        app = _app(shown, key)
    if binding is not None:
        found = app.profile.id if app.profile else None
        if binding.profile_id is None:
            describe.unbind(shown.comparison, app)
        elif not binding.by_hand and found == binding.profile_id:
            describe.confirm(shown.comparison, app)
        else:
            describe.bind(shown.comparison, app, binding.profile_id)
    return compared_again(services, shown, ticks)


def _app(shown: Shown, key: str) -> AppComparison:
    app = shown.known.apps.get(key)
    if app is None:
        raise WorldError("The app is no longer in this scan", remedy="Scan again.")
    return app


def paced(report: Callable[[Pace], None], before: Mapping[ReadName, int]) -> Callable[[Progress], None]:
    """Return who takes the progress of a scan, and reports every so often how far and how fast it came.

    Args:
        report: called with the pace; the first step and the last are never left out.
        before: rows of each kind that the tenant's last scan had.
    """
    pace = begun(monotonic(), before)

    def told(progress: Progress) -> None:
        nonlocal pace
        now = monotonic()
        if pace.progress is None or progress.over or now - pace.at >= _PROGRESS_EVERY:
            pace = moved(pace, progress, at=now)
            report(pace)

    return told
