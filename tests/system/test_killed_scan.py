"""kill -9 at any moment of a scan: the next one goes on, and finds what one finds that nobody killed."""

import json
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Outcome
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.program import Program

#: More of them by hand: each starts permdesk-cli, and kills it somewhere else.
ROUNDS = int(os.environ.get("PERMDESK_KILLS", "6"))
SEED = int(os.environ.get("PERMDESK_SEED", "1"))
#: Pages that are on their way when a scan is killed: one in each lane, those that wait to be taken, and those that
#: wait for the disk.
UNDER_WAY = 60


@pytest.fixture(scope="module")
def small() -> Iterator[GraphService]:
    with GraphService(size="small") as service:
        # Many small pages, slowly: there is time to be killed.
        service.set(most_rows=100, latency=0.02)
        yield service


def findings(program: Program, scan_id: str) -> dict[str, Any]:
    """Return what an offline check of a scan tells, without what tells one scan from another."""
    told = program("check", "--scan", scan_id, "--all", "--json", online=False)
    assert told.code in (0, 1, 3), told.err
    return {name: value for name, value in json.loads(told.out).items() if name not in ("scan_id", "read_at")}


def pages(log: list[dict[str, Any]]) -> Counter[str]:
    """Return how often each page of a list was answered."""
    return Counter(one["target"] for one in log if one["status"] == 200 and "$top=999" in one["target"])


def whole(history: Path) -> bool:
    if not history.exists():
        return True
    with closing(sqlite3.connect(history)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


@pytest.mark.linux
@pytest.mark.parametrize("faults", [(), (Fault(kind="429", rate=0.05, seconds=0), Fault(kind="reset", rate=0.02))])
def test_a_scan_that_is_killed_again_and_again_ends_as_one_that_was_not(
    small: GraphService, tmp_path: Path, faults: tuple[Fault, ...]
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - moments, not secrets
    small.faults()
    # On a new machine the first start compiles the program: it says nothing of how long a scan takes.
    assert Program(small, tmp_path / "first")("scan", "--json").code == 0
    untouched = Program(small, tmp_path / "untouched")
    began = time.monotonic()
    scanned = untouched("scan", "--json")
    takes = time.monotonic() - began
    assert scanned.code == 0, scanned.err
    expected = findings(untouched, scanned.json["scan_id"])
    program = Program(small, tmp_path / "killed")
    small.faults(*faults)
    answered: Counter[str] = Counter()
    killed = 0
    while True:
        small.stats(reset=True)
        process = program.start("scan", "--json", "--progress", "none")
        if killed < ROUNDS:
            # Soon enough that there is something to go on with.
            time.sleep(takes * (0.1 + 0.5 * rng.random()))
            process.kill()
        out, err = process.communicate()
        answered += pages(small.log())
        assert all(whole(history) for history in program.data.rglob("*.sqlite"))
        if process.returncode != -9:
            break
        killed += 1
    outcome = Outcome(process.returncode, out, err)
    assert outcome.code == 0, outcome.err
    assert "Traceback" not in outcome.err
    assert findings(program, outcome.json["scan_id"]) == expected
    newest, *earlier = program("scans", "--json", online=False).json["scans"]
    assert newest["scan_id"] == outcome.json["scan_id"]
    assert killed >= 2
    if earlier:
        # One was killed between its last page and its last word: it is kept, and whole.
        assert all(findings(program, scan["scan_id"]) == expected for scan in earlier)
    else:
        # Whatever had reached the disk was not read again.
        assert sum(answered.values()) - len(answered) <= killed * UNDER_WAY
