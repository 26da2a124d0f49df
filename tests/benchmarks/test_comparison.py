"""Comparing a whole tenant: the same findings as a query in SQLite, and how much time and memory they take.

The query (comparison_*.sql) is a second, independent telling of the verdict's rules. It starts from the same decoded
rows, and its time holds loading, indexing, querying and fetching; permdesk's holds everything that ``compare`` does,
also what the query leaves out: the order of findings, who holds them, look-alike names, the flags of apps.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from permdesk.domain.comparison import compare
from permdesk.domain.finding import ExcessReason, Flag, Remedy, Status, Verdict
from permdesk.domain.snapshot import Snapshot
from tests.benchmarks.comparison_in_sql import Found, compare_in_sql, found_by_permdesk, found_in_sql
from tests.benchmarks.conftest import FULL as AT_FULL_SIZE
from tests.benchmarks.generated_coverage import degraded
from tests.benchmarks.generator import FULL, REDUCED, World, make_world

_ROOT = Path(__file__).parents[2]
#: What the query leaves to permdesk: an app that is not there has no rows.
_NOT_ASKED = {Verdict.NOT_INSTALLED}
_VARIANTS = (
    "assignments",
    "clients",
    "grants",
    "definitions",
    "graph",
    "principals",
    "principals-lost",
    "registrations",
    "people",
    "all",
    "nothing",
)


@cache
def _reduced() -> World:
    return make_world(REDUCED)


@cache
def _degraded() -> dict[str, Snapshot]:
    return dict(degraded(_reduced().snapshot))


def _both(world: World) -> tuple[Found, Found]:
    ours = compare(
        world.snapshot, profiles=world.profiles, facts=world.facts, knowledge=world.knowledge, today=world.today
    )
    return found_by_permdesk(ours), found_in_sql(compare_in_sql(world), world)


def _assert_identical(ours: Found, theirs: Found) -> None:
    assert ours.keys() == theirs.keys()
    # The first app that differs, alone: half a million findings are nothing to read.
    different = next((key for key in sorted(ours, key=repr) if ours[key] != theirs[key]), None)
    if different is not None:
        assert ours[different] == theirs[different], different


def test_the_query_finds_the_same_in_a_tenant_that_was_read() -> None:
    _assert_identical(*_both(make_world(FULL) if AT_FULL_SIZE else _reduced()))


@pytest.mark.parametrize("name", _VARIANTS)
def test_the_query_finds_the_same_where_less_was_read(name: str) -> None:
    _assert_identical(*_both(replace(_reduced(), snapshot=_degraded()[name])))


def test_the_tenant_has_the_promised_size_and_everything_the_verdict_can_say() -> None:
    snapshot = make_world(FULL).snapshot if AT_FULL_SIZE else _reduced().snapshot
    scale = FULL if AT_FULL_SIZE else REDUCED
    assert len(snapshot.registrations) == scale.registrations
    assert len(snapshot.service_principals) == scale.principals
    assert len(snapshot.app_role_assignments) + len(snapshot.delegated_grants) == scale.grants
    worlds = [_reduced(), *(replace(_reduced(), snapshot=cut) for cut in _degraded().values())]
    findings, verdicts = [], set()
    for world in worlds:
        for verdict, reason, rows in found_in_sql(compare_in_sql(world), world).values():
            verdicts.add((verdict, reason))
            findings += rows
    assert {verdict for verdict, _ in verdicts} == {verdict.value for verdict in Verdict if verdict not in _NOT_ASKED}
    assert {reason for _, reason in verdicts} == {"not-read", "identity", None}
    assert {row[1][3] for row in findings} == {status.value for status in Status}
    assert {row[1][4] for row in findings} == {None, *(reason.value for reason in ExcessReason)}
    assert {word for row in findings for word in row[2]} == {remedy.value for remedy in Remedy}
    assert {word for row in findings for word in row[3]} == {flag.value for flag in Flag}
    assert {row[5][0] for row in findings} == {True, False, None}


def test_how_long_it_takes_and_how_much_memory(state: Callable[[str], None]) -> None:
    size = "full" if AT_FULL_SIZE else "reduced"
    times = _measure(size, "both", 5)
    scale = FULL if AT_FULL_SIZE else REDUCED
    state(
        f"comparing {scale.registrations:,} registrations, {scale.principals:,} service principals, "
        f"{scale.grants:,} grants: {times['ours'] / times['theirs']:.2f} times the query in SQLite, at most 1.5 wanted "
        f"({times['ours']:.2f} s against {times['theirs']:.2f} s of processor time, medians of 5 runs in turns)"
    )
    state("  of which: " + ", ".join(f"{name} {share:.0%}" for name, share in list(times["shares"].items())[:6]))
    for name, what in (("permdesk", "ours"), ("the query", "theirs")):
        memory = _measure(size, what, 1)
        state(
            f"  peak memory of {name}: {memory['peak'] / 1e6:.0f} MB, of which {memory['before'] / 1e6:.0f} MB are "
            "the program and the decoded rows"
        )


def _measure(size: str, what: str, times: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.measure_comparison", size, what, str(times)]
    answer = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    measured: dict[str, Any] = json.loads(answer)
    return measured
