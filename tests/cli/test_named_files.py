"""Files and folders as people name them: too long, empty, no text, no files, not there; told at once."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from permdesk.__main__ import console, main

LONG = "a" * 300
posix = pytest.mark.skipif(sys.platform == "win32", reason="names and special files there are others")


def told(outcome, code, *words):
    assert outcome.code == code, outcome.err
    assert "fault of permdesk" not in outcome.err
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err
    assert outcome.err.count("\n") < 8
    assert max(map(len, outcome.err.splitlines())) < 700


@posix
@pytest.mark.parametrize("suffix", ["", ".permdesk"])
def test_names_longer_than_a_file_may_have(cli, tmp_path, suffix):
    path = tmp_path / (LONG + suffix)
    told(cli("check", "--scan", path), 5, "File name too long")
    told(cli("scan", "--sample", "--output", path), 5, "File name too long")
    told(cli("scan", "--sample", "--data-dir", path, isolated=False), 5, "File name too long")
    told(cli("scans", "--data-dir", path, isolated=False), 5, "File name too long")
    told(cli("catalog", "list", "--profiles", path), 2, "File name too long")
    told(cli("catalog", "build", "--output", path), 5, "File name too long")
    assert list(tmp_path.glob("a*")) == []


@posix
@pytest.mark.linux
def test_the_window_tells_of_long_names_too(tmp_path, capsys):
    for words in ([LONG], [f"{LONG}.permdesk"], ["--sample", "--data-dir", LONG]):
        assert main([*words, *(() if "--data-dir" in words else ("--data-dir", str(tmp_path)))]) in (2, 5)
        err = capsys.readouterr().err
        assert "fault of permdesk" not in err
        assert "Traceback" not in err


@posix
@pytest.mark.parametrize("name", ["a\udcff", "a\udcff.permdesk", "dir/\udcff\udcfe"])
def test_bytes_that_are_no_text_may_name_a_file(cli, tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told(cli("check", "--scan", name), 5, "cannot be read")
    Path("dir").mkdir()
    assert cli("scan", "--sample", "--output", name).code == 3
    assert Path(name).exists()
    assert cli("check", "--scan", name).code == 3
    assert cli("scans", "--data-dir", f"folder{name}", isolated=False).code == 0


@posix
@pytest.mark.parametrize(
    "words",
    [
        ("check", "\udcff", "--sample"),
        ("check", "--uses", "\udcff", "--sample"),
        ("check", "--expect", "\udcff", "--sample"),
        ("bind", "svc-m365-backup", "\udcff", "--sample"),
        ("accept", "svc-m365-backup", "Directory.Read.All", "--reason", "\udcff", "--sample"),
        ("accept", "svc-m365-backup", "Directory.Read.All", "--reason", "x", "--by", "\udcff", "--sample"),
        ("catalog", "show", "\udcff"),
    ],
)
def test_bytes_that_are_no_text_name_nothing_else(cli, words):
    told(cli(*words), 2, "bytes that are no text")


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--scan", ""),
        ("scan", "--sample", "--output", ""),
        ("check", "--sample", "--profiles", ""),
        ("check", "--sample", "--ca-file", ""),
        ("catalog", "validate", ""),
        ("catalog", "build", "--output", ""),
        ("catalog", "build", "--sources", ""),
    ],
)
def test_an_empty_name_is_refused(cli, words):
    told(cli(*words), 2, "it is empty")


def test_an_empty_data_folder_is_not_the_working_one(cli, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    told(cli("scans", "--data-dir", "", isolated=False), 2, "it is empty")
    assert main(["--data-dir", "", "--sample"]) == 2
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("name", ["pipe", "pipe.permdesk"])
def test_nobody_waits_for_a_pipe(cli, tmp_path, name, capsys):
    path = tmp_path / name
    os.mkfifo(path)
    start = time.monotonic()
    told(cli("check", "--scan", path), 5, "no file but a pipe")
    told(cli("scan", "--sample", "--output", path, "--force"), 2, "no file but a pipe")
    told(cli("catalog", "build", "--output", path), 2, "no file but a pipe")
    checked = cli("catalog", "validate", path)
    assert checked.code == 2
    assert "not an ordinary file" in checked.out
    assert main([str(path), "--data-dir", str(tmp_path / "data")]) == 5
    assert stat.S_ISFIFO(path.stat().st_mode), "and none is replaced"
    assert time.monotonic() - start < 20


@pytest.mark.linux
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full"])
def test_devices_are_no_files(cli, device):
    told(cli("check", "--scan", device), 5, "no file but a device")
    told(cli("scan", "--sample", "--output", device, "--force"), 2, "no file but a device")
    assert stat.S_ISCHR(Path(device).stat().st_mode)


def test_a_folder_is_no_file(cli, tmp_path):
    told(cli("check", "--scan", tmp_path), 5, "no file but a folder")
    told(cli("scan", "--sample", "--output", tmp_path), 2, "no file but a folder")


def test_where_a_file_cannot_go_is_told_before_the_tenant_is_read(cli, tmp_path):
    told(cli("scan", "--sample", "--output", tmp_path / "none" / "a.permdesk"), 5, "There is no folder")
    assert cli("scans --json").json["scans"] == []


@posix
def test_what_is_below_a_file_is_no_id(cli, saved):
    told(cli("check", "--scan", f"{saved}/x"), 5, "cannot be read", "Not a directory")


def test_a_word_that_is_no_file_is_an_id(cli):
    told(cli("check", "--scan", "5a3b1e00"), 2, "The history has no scan")


def test_a_file_named_to_steer_the_terminal_is_shown_inert(cli, tmp_path):
    name = "a\u202e\u200bb.permdesk" if sys.platform == "win32" else "a\x1b[31m\u202e\nb.permdesk"
    outcome = cli("scan", "--sample", "--output", tmp_path / name)
    assert outcome.code == 3
    assert "Saved as" in outcome.out
    assert not set("\x1b\u202e\u200b") & set(outcome.out)
    again = cli("scan", "--sample", "--output", tmp_path / name)
    told(again, 2, "exists already")
    assert not set("\x1b\u202e\u200b") & set(again.err)


@posix
def test_a_folder_on_the_way_that_nobody_may_enter(cli, tmp_path, unprivileged):
    locked = Path("/root-alone")
    if os.geteuid() == 0 or not Path("/root").exists() or os.access("/root", os.X_OK, effective_ids=True):
        locked = Path("/proc/1/root")
    else:
        locked = Path("/root")
    assert console(["check", "--scan", str(locked / "x.permdesk"), "--data-dir", str(tmp_path / "d")]) == 5
