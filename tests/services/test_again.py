"""One app of the sample read by itself, with real services: the same as in the scan, whoever it resembles."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from permdesk.composition import build
from permdesk.domain.finding import AppComparison, AppFlag, Comparison
from permdesk.domain.played_consent import played_consent
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import ReadError
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget

WHOLE = SampleTarget(complete=True)
NEVER = threading.Event()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    paths = Paths.isolated(Path(tmp_path_factory.mktemp("again")))
    paths.ensure()
    return build(paths)


@pytest.fixture(scope="module")
def scan(services: Services) -> Snapshot:
    return services.scan(WHOLE).snapshot


@pytest.fixture(scope="module")
def comparison(services: Services, scan: Snapshot) -> Comparison:
    return services.compare(scan)


def telling(comparison: Comparison) -> list[AppComparison]:
    """Return the apps whose identity or baseline depends on others, and some of the rest."""
    apps = [app for app in comparison.apps if app.app_id is not None]
    flags = {AppFlag.AMBIGUOUS, AppFlag.UNCONFIRMED, AppFlag.LOOK_ALIKE, AppFlag.NO_DIRECTORY_ROLE}
    marked = [app for app in apps if flags.intersection(app.flags) or app.profile is not None]
    return marked + [app for app in apps if app not in marked][::12]


def test_every_app_is_as_in_the_scan(services: Services, scan: Snapshot, comparison: Comparison) -> None:
    apps = telling(comparison)
    assert any(AppFlag.AMBIGUOUS in app.flags for app in apps)
    assert any(AppFlag.LOOK_ALIKE in app.flags for app in apps)
    for app in apps:
        plan = services.consent(comparison, app)
        again = services.again.app(plan, app, scan, WHOLE, cancel=NEVER)
        assert again.comparison.apps == (app,), app.display_name
        assert all(read.complete for read in again.comparison.reads)


def test_services_in_use_that_a_person_chose_stand(services: Services, scan: Snapshot, comparison: Comparison) -> None:
    app = next(one for one in comparison.apps if one.profile is not None and one.profile.matrix and one.object_id)
    assert app.profile is not None
    chosen = Uses(frozenset(app.profile.matrix[:1]), frozenset(), chosen=True)
    ticked = services.compare.ticked(scan, comparison, app, uses=chosen)
    before = next(one for one in ticked.apps if one.app_id == app.app_id and one.object_id == app.object_id)
    plan = services.consent(ticked, before)
    (found,) = services.again.app(plan, before, scan, WHOLE, cancel=NEVER).comparison.apps
    assert found.uses == chosen
    assert found == before != app


def test_what_is_read_alone_is_neither_kept_nor_prepared_for_others(
    services: Services, scan: Snapshot, comparison: Comparison
) -> None:
    records = services.records()
    app = next(one for one in comparison.apps if one.display_name == "svc-m365-backup")
    plan = services.consent(comparison, app)
    target = SampleTarget(complete=True, consent=played_consent(plan))
    again = services.again.app(plan, app, scan, target, cancel=NEVER)
    assert again.comparison.apps != (app,)
    assert services.records() == records
    assert services.compare(scan).apps == comparison.apps
    assert again.trail is not None
    assert again.trail.since == plan.read_at - timedelta(minutes=5)


def test_a_profile_that_no_app_bears_cannot_be_read(services: Services, scan: Snapshot, comparison: Comparison) -> None:
    absent = next(one for one in comparison.apps if one.app_id is None)
    plan = services.consent(comparison, absent)
    with pytest.raises(ReadError, match="no app"):
        services.again.app(plan, absent, scan, WHOLE, cancel=NEVER)
