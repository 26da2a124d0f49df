"""What benchmarks share: how large they run, how times are taken, and the table of ratios at the end.

``dev.py bench`` runs them reduced; ``dev.py bench --full`` at the sizes that are promised.
"""

import gc
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

#: True where the promised sizes are asked for.
FULL = os.environ.get("PERMDESK_BENCH_FULL") == "1"

_lines = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash.get(_lines, []):
        terminalreporter.section(f"ratios, {'full' if FULL else 'reduced'} size")
        for line in config.stash[_lines]:
            terminalreporter.line(line)


@pytest.fixture
def size() -> Callable[[int, int], int]:
    """``size(reduced, full)`` is the one that this run wants."""
    return lambda reduced, full: full if FULL else reduced


@pytest.fixture
def best_of() -> Callable[..., Any]:
    """``best_of(times, work, ...)``: seconds of the fastest run of each, taken in turns so that noise hits all.

    One callable gives a float, several a list in their order.
    """

    def measure(times: int, *works: Callable[[], object]) -> float | list[float]:
        best = [float("inf")] * len(works)
        for _ in range(times):
            for place, work in enumerate(works):
                gc.collect()
                start = time.perf_counter()
                work()
                best[place] = min(best[place], time.perf_counter() - start)
        return best[0] if len(best) == 1 else best

    return measure


@pytest.fixture
def ratio(request: pytest.FixtureRequest) -> Callable[..., None]:
    """``ratio(name, ours, theirs, limit=1.5)``: states ours / theirs in the table and fails above the limit."""

    def check(name: str, ours: float, theirs: float, *, limit: float) -> None:
        found = ours / theirs
        line = f"{name}: {found:.2f} times, at most {limit:g} ({ours * 1000:.1f} ms against {theirs * 1000:.1f} ms)"
        request.config.stash.setdefault(_lines, []).append(line)
        assert found <= limit, line

    return check


@pytest.fixture
def state(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``state("peak memory: 310 MB")`` puts a line into the table."""
    return request.config.stash.setdefault(_lines, []).append
