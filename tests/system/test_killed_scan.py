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

from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.program import Program

#: More of them by hand: each starts permdesk-cli, and kills it somewhere else.
ROUNDS = int(os.environ.get("PERMDESK_KILLS", "6"))
SEED = int(os.environ.get("PERMDESK_SEED", "1"))
#: Seconds for which a scan is waited for, whatever else the machine does.
PATIENCE = 240.0


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
    """Return how often each page of a list that is kept was answered."""
    lists = (one for one in log if "$top=999" in one["target"] and "/me/" not in one["target"])
    return Counter(one["target"] for one in lists if one["status"] == 200 and not one["fault"])


def pages_on_disk(history: Path) -> int:
    """Return how many pages of the same lists the history has."""
    names = ("applications", "servicePrincipals", "oauth2PermissionGrants", "appRoleAssignments")
    find = f"SELECT COUNT(*) FROM pages JOIN lists USING (list) WHERE read IN {names}"
    with closing(sqlite3.connect(history)) as database:
        return int(database.execute(find).fetchone()[0])


def whole(history: Path) -> bool:
    with closing(sqlite3.connect(history)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def killed_after(answers: int, service: GraphService, program: Program, moment: float) -> tuple[int, str, str]:
    """Start a scan, and kill it so many seconds after its list requests are answered no more.

    Args:
        answers: how many of them are answered; there are more, and so the scan cannot end.
        service: puts a stall in force before its other faults.
        program: what is started.
        moment: seconds.
    """
    service.stats(reset=True)
    process = program.start("scan", "--json", "--progress", "none")
    end = time.monotonic() + PATIENCE
    while not service.stats()["faults"].get("stall"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"the scan asked for no more than {answers} pages"
        time.sleep(0.005)
    time.sleep(moment)
    process.kill()
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.linux
@pytest.mark.parametrize(
    "faults", [(), (Fault(kind="429", rate=0.05, seconds=0), Fault(kind="reset", rate=0.02, where="get"))]
)
def test_a_scan_that_is_killed_again_and_again_ends_as_one_that_was_not(
    small: GraphService, tmp_path: Path, faults: tuple[Fault, ...]
) -> None:
    rng = random.Random(SEED)  # noqa: S311 - moments, not secrets
    small.faults()
    small.stats(reset=True)
    untouched = Program(small, tmp_path / "untouched")
    scanned = untouched("scan", "--json")
    assert scanned.code == 0, scanned.err
    expected = findings(untouched, scanned.json["scan_id"])
    # Those that every round may use up are far from all.
    most = len(pages(small.log())) // (3 * ROUNDS)
    assert most >= 5
    program = Program(small, tmp_path / "killed")
    answered: Counter[str] = Counter()
    kept = lost = 0
    for _ in range(ROUNDS):
        answers = rng.randint(1, most)
        small.faults(Fault(kind="stall", where="get", after=answers, seconds=PATIENCE), *faults)
        code, _, err = killed_after(answers, small, program, 0.2 * rng.random())
        assert code == -9, err
        answered += pages(small.log())
        (history,) = program.data.rglob("*.sqlite")
        assert whole(history)
        kept = pages_on_disk(history)
        lost += len(answered) - kept
        assert program("scans", "--json", online=False).json["scans"] == []
    small.faults(*faults)
    small.stats(reset=True)
    outcome = program("scan", "--json", "--progress", "none")
    answered += pages(small.log())
    assert outcome.code == 0, outcome.err
    assert "Traceback" not in outcome.err
    assert findings(program, outcome.json["scan_id"]) == expected
    scans = program("scans", "--json", online=False).json["scans"]
    assert [scan["scan_id"] for scan in scans] == [outcome.json["scan_id"]]
    # Whatever had reached the disk was not read again.
    assert kept > 0
    assert sum(answered.values()) - len(answered) <= lost
