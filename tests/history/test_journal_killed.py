"""kill -9 at any moment: the database stays whole, and only what was on its way to the disk is lost."""

import copy
import os
import pickle
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.domain.page import ListName, Page
from permdesk.history.store import HistoryStore
from tests.history.killed import WHAT
from tests.history.model import ModelJournal
from tests.history.scans import NOON, guid
from tests.history.test_journal_model import referenced

ROOT = Path(__file__).parents[2]
#: More of them by hand: each starts a process, and kills it somewhere else.
ROUNDS = int(os.environ.get("PERMDESK_KILLS", "12"))
GRANTS = ListName(ReadName.OAUTH2_PERMISSION_GRANTS)
LISTS = (GRANTS, *(ListName(ReadName.APP_ROLE_ASSIGNMENTS, guid(number)) for number in range(3)))


def some_page(rng, name):
    rows = {}
    for number in rng.sample(range(3000), rng.choice([0, 3, 200, 900])):
        client, person = guid(rng.randrange(500)), guid(rng.randrange(10**6))
        if name == GRANTS:
            rows[f"grant-{number}"] = DelegatedGrant(client, guid(22), person, f"openid Mail.Read.{number}")
        else:
            rows[f"assignment-{number}"] = AppRoleAssignment(client, guid(22), person, NOON)
    removed = tuple(f"grant-{number}" for number in rng.sample(range(3000), 3))
    return Page(rows, f"https://graph.example/{rng.random()}", count=len(rows), removed=removed)


def some_steps(rng, model):
    """Steps that make sense after those before; every few of them the disk is waited for."""
    model = copy.deepcopy(model)
    steps = []
    for _ in range(40):
        name = rng.choice(LISTS)
        word = rng.choices(["add", "drop", "mark", "take_over"], [30, 2, 2, 3])[0]
        if word == "take_over" and (model.kept(name) or name not in model.base.marks):
            word = "add"
        arguments = (name,)
        if word == "add":
            arguments = (name, some_page(rng, name))
        elif word == "mark":
            arguments = (name, f"https://graph.example/delta{rng.random()}")
        getattr(model, word)(*arguments)
        steps.append((word, arguments, rng.random() < 0.15))
    return steps


def after(model, steps):
    model = copy.deepcopy(model)
    for word, arguments, _ in steps:
        getattr(model, word)(*arguments)
    model.interrupted()
    return model


def killed(path, steps, delay):
    """Have steps done by a process that is killed; return how many had certainly reached the disk."""
    file = path.with_name("steps.pickle")
    file.write_bytes(pickle.dumps(steps))
    command = [sys.executable, "-m", "tests.history.killed", str(path), str(file)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        begun = child.stdout.readline()
        assert begun.startswith("begun"), begun
        time.sleep(delay)
        child.kill()
        told = child.stdout.read().splitlines()
    return max((int(line.split()[1]) for line in told if line.startswith("settled ")), default=0)


@pytest.mark.linux
@pytest.mark.parametrize("seed", [int(os.environ.get("PERMDESK_SEED", "1"))])
def test_a_scan_that_is_killed_again_and_again_ends_as_one_that_was_not(tmp_path, seed):
    rng = random.Random(seed)  # noqa: S311 - kills, not secrets
    path = tmp_path / "history.sqlite"
    said = []
    store = HistoryStore(path, tell=said.append)
    base = store.begin(WHAT, new_scan_id=lambda: "base", now=NOON - timedelta(days=1))
    earlier = ModelJournal("base", NOON - timedelta(days=1))
    for name in (GRANTS, GRANTS, LISTS[1]):
        page = some_page(rng, name)
        for one in (base, earlier):
            one.add(name, page)
            one.mark(name, "https://graph.example/delta")
    base.finish(earlier.snapshot())
    before = earlier.snapshot()
    earlier.finished()
    model = ModelJournal("killed", NOON, earlier)
    lost = survived = 0
    for _ in range(ROUNDS):
        steps = some_steps(rng, model)
        settled = killed(path, steps, rng.random() ** 2 * 0.25)
        needed, kept = referenced(path)
        assert needed == kept
        assert [record.scan_id for record in store.records()] == ["base"]
        assert store.load("base") == before
        journal = store.begin(WHAT, new_scan_id=lambda: "killed", now=NOON)
        assert journal.anew == ""
        found = {name: pages for name in LISTS if (pages := list(journal.kept(name)))}
        assert journal.resumed == sum(map(len, found.values()))
        journal.leave()
        states = (after(model, steps[:count]) for count in range(settled, len(steps) + 1))
        count, model = next((settled + place, state) for place, state in enumerate(states) if state.pages == found)
        survived += count
        lost += len(steps) - count
    assert said == []
    assert lost
    assert survived
    journal = store.begin(WHAT, new_scan_id=lambda: "killed", now=NOON)
    for name in LISTS:
        assert list(journal.kept(name)) == model.kept(name)
    journal.finish(model.snapshot())
    assert store.load("killed") == model.snapshot()
