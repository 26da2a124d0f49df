"""Every command that changes something says what it did, and the command it names takes that back."""

import shlex

import pytest

from permdesk.display import command_line
from tests.cli.conftest import EXPRESS, NAKIVO

TWIN = "49c8f0d2-7b15-4f3a-a0d9-6e2c81b5f734"
SPARE_PARTS = "Spare Parts Portal"


def state(cli, app):
    """Return what a check says of an app; that a profile was confirmed or bound by hand is one here."""
    found = cli("check", app, "--sample", "--json").json["apps"][0]
    by = found["profile"] and found["profile"].pop("matched_by")
    return {**found, "by": "name" if by == "name" and "unconfirmed" in found["flags"] else None}


def taking_back(outcome):
    """Return the words of the command that an outcome names."""
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("Take it back: ")]
    command = line.removeprefix("Take it back: ")
    assert command.startswith(command_line())
    return shlex.split(command.removeprefix(command_line()))


@pytest.mark.parametrize(
    ("app", "words", "said"),
    [
        (EXPRESS, ("bind", EXPRESS, "nakivo"), "Held against NAKIVO Backup & Replication"),
        (TWIN, ("confirm", TWIN), "Confirmed"),
        (EXPRESS, ("unbind", EXPRESS), "Held against no profile"),
        (NAKIVO, ("unbind", NAKIVO), "Held against no profile"),
        (NAKIVO, ("uses", NAKIVO, "Teams", "+certificate-sign-in"), "services in use are chosen"),
        (NAKIVO, ("uses", NAKIVO, "--assume"), "Everything is assumed"),
        (EXPRESS, ("accept", EXPRESS, "group.read.all", "--reason", "It's \"x\" & y", "--by", "Me"), "Accepted by Me"),
        (SPARE_PARTS, ("accept", SPARE_PARTS, "User.Read.All", "--withdraw"), "Withdrawn: User.Read.All counts again"),
    ],
)  # fmt: skip
def test_what_was_done_is_said_and_taken_back(cli, app, words, said):
    before = state(cli, app)
    outcome = cli(*words, "--sample")
    assert outcome.code == 0, outcome.err
    assert said in outcome.out.splitlines()[0]
    after = state(cli, app)
    assert after != before
    undone = cli(*taking_back(outcome), isolated=False)
    assert undone.code == 0, undone.err
    assert state(cli, app) == before
    cli(*taking_back(undone), isolated=False)
    assert state(cli, app) == after


def test_what_was_said_is_forgotten(cli):
    before = state(cli, TWIN)
    cli("bind", TWIN, "nakivo", "--sample")
    outcome = cli("unbind", TWIN, "--forget", "--sample")
    assert "is forgotten" in outcome.out.splitlines()[0]
    assert state(cli, TWIN) == before
    refused = cli("unbind", TWIN, "--forget", "--sample")
    assert refused.code == 2
    assert "Nothing was said" in refused.err


def test_showing_changes_nothing_and_says_so(cli):
    assert "Take it back" not in cli("uses", NAKIVO, "--sample").out


def test_the_command_names_the_very_scan_and_folders(cli, saved, data_dir, tmp_path):
    own = tmp_path / "own profiles"
    own.mkdir()
    outcome = cli("uses", NAKIVO, "Teams", "--scan", saved, "--profiles", own)
    words = taking_back(outcome)
    assert words[words.index("--scan") + 1] == str(saved)
    assert words[words.index("--data-dir") + 1] == str(data_dir)
    assert words[words.index("--profiles") + 1] == str(own)
    assert words[0] == "uses"


def test_a_document_is_nothing_but_the_document(cli):
    outcome = cli("accept", EXPRESS, "Group.Read.All", "--reason", "x", "--by", "Me", "--sample", "--json")
    assert outcome.json["acceptances"]
    assert outcome.err == ""
