"""scan, scans, and files of all kinds: given, broken, read-only, full."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from permdesk.__main__ import console
from tests.cli.conftest import EXPRESS

ROOT = Path(__file__).parents[2]


def test_a_scan_is_kept_and_listed(cli):
    scanned = cli("scan --sample --json")
    assert scanned.code == 3
    document = scanned.json
    assert document["kept"] is True
    assert document["complete"] is False
    (listed,) = cli("scans --json").json["scans"]
    assert listed["scan_id"] == document["scan_id"]
    assert listed["account"]["username"] == "admin@larkfield.example"
    assert "Larkfield Instruments" in cli("scans").out


def test_a_complete_scan_exits_with_0(cli):
    assert cli("scan --sample=complete").code == 0


def test_no_scan_is_listed_before_the_first(cli):
    assert cli("scans --json").json["scans"] == []
    assert "No scan" in cli("scans").out


def test_a_scan_file_is_not_replaced_unasked(cli, saved):
    before = saved.read_bytes()
    outcome = cli("scan", "--sample=complete", "--output", saved)
    assert outcome.code == 2
    assert "exists already" in outcome.err
    assert saved.read_bytes() == before
    assert cli("scan", "--sample=complete", "--output", saved, "--force").code == 0
    assert cli("check", EXPRESS, "--scan", saved).code == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"rain", "not a scan"),
        (gzip.compress(b'{"format":"permdesk.scan/9"}', mtime=0), "newer permdesk"),
        (b"", "not a scan"),
    ],
)
def test_a_foreign_file_exits_with_5(cli, tmp_path, content, said):
    path = tmp_path / "a.permdesk"
    path.write_bytes(content)
    outcome = cli("check", "--scan", path)
    assert outcome.code == 5
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_a_missing_file_exits_with_5(cli, tmp_path):
    outcome = cli("check", "--scan", tmp_path / "nothing.permdesk")
    assert outcome.code == 5
    assert "cannot be read" in outcome.err


def test_a_cut_file_exits_with_5(cli, saved):
    saved.write_bytes(saved.read_bytes()[:-500])
    outcome = cli("check", "--scan", saved)
    assert outcome.code == 5
    assert "cut short" in outcome.err


def test_hostile_names_in_a_file_are_printed_inert(cli, saved):
    document = json.loads(gzip.decompress(saved.read_bytes()))
    evil = "\x1b[2J\x07\u202egnp.exe\r\n\u200b" + "A" * 10_000
    snapshot = document["snapshot"]
    snapshot["tenant"]["name"] = evil
    for thing in (*snapshot["registrations"], *snapshot["service_principals"], *snapshot["apis"]):
        thing["display_name"] = evil + thing["display_name"]
    for read in snapshot["reads"]:
        read["detail"] = evil
    saved.write_bytes(gzip.compress(json.dumps(document).encode()))
    for words in (["check", "--all"], ["check", "--json"], ["consent", EXPRESS], ["consent", EXPRESS, "--mail"]):
        outcome = cli(*words, "--scan", saved)
        assert outcome.code in (0, 1, 3), outcome.err
        for stream in (outcome.out, outcome.err):
            assert not set("\x1b\x07\u202e\u200b\r") & set(stream)
        if "--json" not in words:
            assert max(len(line) for line in outcome.out.splitlines()) < 2_000


@pytest.mark.logs_warning("could not be kept")
@pytest.mark.linux
def test_a_folder_nobody_may_write_to_still_shows_the_scan(cli, request, capsys):
    # Whatever is imported on the way is imported first: not everybody may read where this Python lives.
    for words in ("check --sample --json", "scan --sample", f"bind {EXPRESS} nakivo --sample"):
        cli(words)
    request.getfixturevalue("unprivileged")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o500)
    try:
        assert console(["check", "--sample", "--json", "--data-dir", str(folder / "data")]) == 3
        captured = capsys.readouterr()
        assert json.loads(captured.out)["schema"] == "permdesk.check/1"
        assert "This scan is not kept" in captured.err
        assert console(["scan", "--sample", "--data-dir", str(folder / "data")]) == 5
        assert console(["bind", EXPRESS, "nakivo", "--sample", "--data-dir", str(folder / "data")]) == 5
        captured = capsys.readouterr()
        assert "cannot keep this" in captured.err
        assert "--data-dir" in captured.err
        assert "Traceback" not in captured.err
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_broken_history_is_said_and_kept_aside(cli, data_dir):
    data_dir.mkdir()
    (data_dir / "history.sqlite").write_bytes(b"broken" * 1000)
    outcome = cli("check --sample")
    assert outcome.code == 3
    assert "damaged" in outcome.err
    assert len(list(data_dir.glob("history.broken-*"))) == 1
    assert "damaged" not in cli("check --sample").err


def test_a_newer_history_is_refused(cli, data_dir):
    cli("scan --sample")
    database = sqlite3.connect(data_dir / "history.sqlite")
    with database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('history', '0999-future', '')"
        )
    database.close()
    outcome = cli("scans")
    assert outcome.code == 5
    assert "newer permdesk" in outcome.err


@pytest.mark.linux
def test_a_full_standard_output_is_told():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "permdesk", "catalog", "list"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 5
    assert "Standard output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.linux
def test_nobody_listening_is_no_finding(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "permdesk", "check", "--sample", "--json", "--data-dir", tmp_path],
        cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 141
    assert done.stderr == ""


def test_a_history_that_cannot_be_read_is_said_once_before_anything_is_read(cli, data_dir):
    (data_dir / "history.sqlite").mkdir(parents=True)
    outcome = cli("check --sample")
    assert (outcome.code, outcome.out) == (5, "")
    assert outcome.err.count("cannot be read") == 1
    assert "not kept" not in outcome.err
