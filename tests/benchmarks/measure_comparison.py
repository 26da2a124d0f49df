"""Measures the comparison against the query in a process of its own: ``SIZE WHAT TIMES``, answer as JSON."""

import cProfile
import gc
import json
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

from permdesk.domain.comparison import compare
from tests.benchmarks.comparison_in_sql import compare_in_sql
from tests.benchmarks.generator import FULL, REDUCED, World, make_world
from tests.benchmarks.memory import peak_memory


def run_permdesk(world: World) -> object:
    """Compare as permdesk does."""
    return compare(
        world.snapshot, profiles=world.profiles, facts=world.facts, knowledge=world.knowledge, today=world.today
    )


def seconds(works: list[Callable[[World], object]], world: World, times: int) -> list[float]:
    """Return the median of the processor seconds of each, taken in turns and from a clean heap."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, spent in zip(works, taken, strict=True):
            gc.collect()
            start = time.process_time()
            answer = work(world)
            spent.append(time.process_time() - start)
            del answer
    return [median(spent) for spent in taken]


def shares(world: World) -> dict[str, float]:
    """Return which part of the time each module of the comparison takes, built-in functions with their callers."""
    profile = cProfile.Profile(builtins=False)
    profile.runcall(run_permdesk, world)
    by_module: defaultdict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        by_module[Path(file).stem] += own
    whole = sum(by_module.values())
    return {name: own / whole for name, own in sorted(by_module.items(), key=lambda item: -item[1])}


def main(size: str, what: str, times: str) -> None:
    """Print the measurement that was asked for."""
    world = make_world(FULL if size == "full" else REDUCED)
    before = peak_memory()
    if what == "both":
        ours, theirs = seconds([run_permdesk, compare_in_sql], world, int(times))
        answer = {"ours": ours, "theirs": theirs, "shares": shares(world)}
    else:
        found = {"ours": run_permdesk, "theirs": compare_in_sql}[what](world)
        answer = {"before": before, "peak": peak_memory(), "held": type(found).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
