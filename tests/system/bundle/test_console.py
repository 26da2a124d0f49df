"""The bundle's permdesk-cli says what the source tree says, and has every part that a command imports by name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from permdesk import __version__
from permdesk.cli.main import COMMANDS
from tests.system.bundle.bundled import ROOT, Bundle, plain_environment

pytestmark = pytest.mark.linux


def from_source(*words: str, data: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "permdesk", *words, "--data-dir", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_check_says_the_same_as_the_source_tree(bundle: Bundle, tmp_path: Path) -> None:
    words = ("check", "--sample", "--json")
    bundled, source = bundle.run(*words, data=tmp_path / "a"), from_source(*words, data=tmp_path / "b")
    assert json.loads(bundled.stdout)["schema"] == "permdesk.check/1"
    assert bundled.stdout == source.stdout
    assert (bundled.returncode, bundled.stderr) == (source.returncode, "") == (3, "")


def test_both_programs_say_their_version(bundle: Bundle) -> None:
    for program in (bundle.console, bundle.window):
        done = subprocess.run([str(program), "--version"], env=plain_environment(), capture_output=True, check=True)
        assert done.stdout.decode() == f"permdesk, version {__version__}\n"
        assert done.stderr == b""


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_there(bundle: Bundle, command: str) -> None:
    words = [str(bundle.console), command, "--help"]
    told = subprocess.run(words, env=plain_environment(), capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"permdesk-cli {command}" in told.stdout


@pytest.mark.parametrize(
    ("form", "begins"),
    [("pdf", b"%PDF-1.4"), ("html", b"<!DOCTYPE html>"), ("xlsx", b"PK"), ("csv", b""), ("json", b"{")],
)
def test_every_form_of_the_summary_can_be_made(bundle: Bundle, tmp_path: Path, form: str, begins: bytes) -> None:
    file = tmp_path / f"summary.{form}"
    done = bundle.run("report", "--sample", "--format", form, "--output", str(file), data=tmp_path / "data")
    assert "Traceback" not in done.stderr
    assert done.returncode == 3, done.stderr
    content = file.read_bytes()
    assert content.lower().startswith(begins.lower())
    assert len(content) > 1000


def test_the_catalog_and_own_profiles_are_read(bundle: Bundle, tmp_path: Path) -> None:
    shown = bundle.run("catalog", "show", "nakivo", "--json", data=tmp_path / "data")
    assert shown.returncode == 0, shown.stderr
    assert len(json.loads(shown.stdout)["requirements"]) == 30
    told = bundle.run("catalog", "validate", str(ROOT / "resources" / "catalog" / "profiles"), data=tmp_path / "data")
    assert told.returncode == 0, told.stderr


def test_who_keeps_tokens_is_found(bundle: Bundle, tmp_path: Path) -> None:
    # No bus, no keyring: permdesk says so in its own words, which it can only where keyring and its backends are there.
    told = bundle.run("accounts", "--json", data=tmp_path / "data")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["schema"] == "permdesk.accounts/1"
    assert "Traceback" not in told.stderr
