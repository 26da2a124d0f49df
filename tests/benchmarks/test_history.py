"""A long history of a tenant: listing its scans and telling two of them apart, beside plain SQL on the same file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from permdesk.domain.diffing import diff_scans
from permdesk.domain.permission import Permission
from permdesk.domain.scan_diff import Outcome, ScanDiff
from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore
from tests.benchmarks.conftest import FULL as AT_FULL_SIZE
from tests.benchmarks.diff_in_sql import diff_in_sql, records_in_sql, write_plain
from tests.benchmarks.generated_history import FULL, make_history
from tests.benchmarks.generated_history import REDUCED as SMALLER
from tests.benchmarks.generator import FULL as LARGEST
from tests.benchmarks.generator import REDUCED, Scale, make_world

_SCALE = FULL if AT_FULL_SIZE else SMALLER
_SCANS = 1000 if AT_FULL_SIZE else 100


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, HistoryStore, Snapshot, Snapshot]:
    """A file with many scans of one tenant: the first and the last, between which a few things changed."""
    path = tmp_path_factory.mktemp("history") / "history.sqlite"
    store, first, last = make_history(path, _SCALE, _SCANS)
    write_plain(path, (first, last))
    return path, store, first, last


def _diff(store: HistoryStore, older: str, newer: str) -> ScanDiff:
    before, after = store.load(older), store.load(newer)
    assert before is not None
    assert after is not None
    return diff_scans(before, after)


def test_a_long_history_opens_without_a_pause(
    history: tuple[Path, HistoryStore, Snapshot, Snapshot],
    best_of: Callable[..., Any],
    ratio: Callable[..., None],
    state: Callable[[str], None],
) -> None:
    path, store, _, _ = history
    assert [record.scan_id for record in store.records()] == [row[0] for row in records_in_sql(path)]
    ours, theirs = best_of(15, store.records, lambda: records_in_sql(path))
    state(f"{_SCANS:,} scans take {path.stat().st_size / 1e6:.1f} MB, two of them once more as the query's tables")
    ratio(f"the list of {_SCANS:,} scans", ours, theirs, limit=1.5)


def test_two_scans_are_told_apart_about_as_fast_as_a_query(
    history: tuple[Path, HistoryStore, Snapshot, Snapshot], best_of: Callable[..., Any], ratio: Callable[..., None]
) -> None:
    path, store, first, last = history
    ids = first.scan_id, last.scan_id
    found = diff_in_sql(path, *ids)
    diff = _diff(store, *ids)
    assert diff.changed
    assert _plain(diff, Outcome.ADDED) == found["added"]
    assert _plain(diff, Outcome.REMOVED) == found["removed"]
    ours, theirs = best_of(5, lambda: _diff(store, *ids), lambda: diff_in_sql(path, *ids))
    ratio(
        f"the difference of two of {_SCANS:,} scans of {len(first.service_principals):,} apps", ours, theirs, limit=1.5
    )


def _plain(diff: ScanDiff, outcome: Outcome) -> set[tuple[Any, ...]]:
    """What a difference says of permissions, in the shape of the query's rows."""
    found: set[tuple[Any, ...]] = set()
    for app in diff.apps:
        for what, changes in (("granted", app.granted), ("declared", app.declared)):
            found |= {(what, app.key, *_named(one.permission), None) for one in changes if one.outcome is outcome}
        for one in app.single:
            if one.outcome is outcome:
                found |= {("single", app.key, *_named(one.permission), person) for person in one.accounts}
    return found


def _named(permission: Permission) -> tuple[str, str, str]:
    api = permission.resource_app_id or f"object:{permission.resource_object_id}"
    return api, permission.kind.value, permission.value.lower() if permission.value else f"id:{permission.id}"


def test_the_largest_tenant_is_told_apart_in_linear_time(
    best_of: Callable[..., Any], state: Callable[[str], None]
) -> None:
    scale = LARGEST if AT_FULL_SIZE else REDUCED
    small = Scale(*(number // 4 for number in msgspec.structs.astuple(scale)))
    seconds = []
    for size in (small, scale):
        before, after = (make_world(size, seed=seed).snapshot for seed in (7, 8))
        after = replace(after, tenant=before.tenant)
        # Two tenants that have nothing in common: the most that can differ.
        seconds.append(best_of(2, lambda one=before, other=after: diff_scans(one, other)))
    state(f"two scans of {scale.principals:,} apps with nothing in common: {seconds[1]:.2f} s")
    assert seconds[1] < 8 * seconds[0], seconds
