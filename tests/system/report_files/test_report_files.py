"""permdesk-cli report as a program: on a disk that is full, drawn by Qt, and opened by LibreOffice."""

import os
import resource
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from permdesk.cli.commands.report import report
from permdesk.domain.fingerprint import fingerprint, short_fingerprint
from permdesk.history.scan_file import open_scan
from permdesk.reports.tables.sheets import sheets
from tests.reports.hostile_subjects import hostile_subject
from tests.reports.test_workbook import written

pytestmark = pytest.mark.linux

ROOT = Path(__file__).parents[3]
OFFICE, TABLE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table"))
KINDS = ["pdf", "html", "xlsx", "csv", "json"]


def run(*words, folder, limit=None, **environment):
    """permdesk-cli, in a folder; ``limit`` is the most bytes that a file of it may have."""

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", "import sys; from permdesk.__main__ import console; sys.exit(console())"]
    return subprocess.run(
        [*command, *map(str, words), "--data-dir", str(folder.parent / "data")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        preexec_fn=small if limit is not None else None,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "reports"
    made.mkdir()
    return made


@pytest.mark.parametrize("example", [example for example in report.examples if ".pdf" in example])
def test_the_examples_that_draw_pages_run(folder, example):
    done = run(*shlex.split(example)[1:], folder=folder, DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 3, done.stderr
    (file,) = folder.iterdir()
    assert file.read_bytes().startswith(b"%PDF-1.4")
    assert f"Saved as {file.name}" in done.stdout
    assert done.stderr == ""


def test_paper_and_scan_file_can_be_matched(folder):
    assert run("scan", "--sample", "--output", "larkfield.permdesk", folder=folder).returncode == 3
    assert run("report", "--scan", "larkfield.permdesk", "--output", "summary.pdf", folder=folder).returncode == 3
    words = subprocess.run(
        ["pdftotext", str(folder / "summary.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    whole = fingerprint(open_scan(folder / "larkfield.permdesk"))
    assert short_fingerprint(whole) in words.replace(" ", "-") or whole in "".join(words.split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_may_not_grow_ends_in_a_clear_error_and_nothing_half(folder, kind):
    file = folder / f"summary.{kind}"
    file.write_text("old")
    # The history is larger than any report of the sample: it is made before the limit holds.
    assert run("scan", "--sample", "--output", "larkfield.permdesk", folder=folder).returncode == 3
    words = ["report", "--scan", "larkfield.permdesk", "--output", file.name, "--overwrite"]
    done = run(*words, folder=folder, limit=20_000)
    assert done.returncode == 5, done.stderr
    assert f"{file.name} cannot be written" in done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == "old"
    assert {path.name for path in folder.iterdir()} == {file.name, "larkfield.permdesk"}


@pytest.fixture
def tiny(tmp_path):
    """A disk of 64 kB; None where nobody may mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = shutil.which("mount") or "mount"
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "none", str(place)], check=False).returncode:
        yield None
        return
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_ends_in_a_clear_error_and_nothing_half(tiny, kind):
    if tiny is None:
        # A file that may not grow stands for it above.
        return
    (tiny / f"summary.{kind}").write_text("old")
    done = run("report", "--sample", "--output", f"summary.{kind}", "--overwrite", folder=tiny)
    assert done.returncode == 5, done.stderr
    assert "No space left on device" in done.stderr
    assert "Nothing was saved" in done.stderr
    assert [(path.name, path.read_text()) for path in tiny.iterdir()] == [(f"summary.{kind}", "old")]


def test_a_full_disk_for_temporary_files_is_told_as_such(tiny, folder):
    if tiny is None:
        return
    done = run("report", "--sample", "--output", "summary.xlsx", folder=folder, TMPDIR=str(tiny))
    assert done.returncode == 5, done.stderr
    assert "No space left on device" in done.stderr
    assert str(tiny) in done.stderr
    assert list(folder.iterdir()) == list(tiny.iterdir()) == []


def office(*files, into, profile):
    """Let LibreOffice convert files; return what it says."""
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    done = subprocess.run(
        [*command, "--convert-to", "fods", "--outdir", str(into), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0
    # It misses a Java that nothing here asks for.
    return [line for line in (done.stdout + done.stderr).splitlines() if "javaldx" not in line]


def test_libreoffice_opens_the_workbook_without_a_warning_and_finds_the_same_cells(folder, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    assert run("report", "--sample", "--output", "summary.xlsx", folder=folder).returncode == 3
    hostile = folder / "hostile.xlsx"
    hostile.write_bytes(written(sheets([hostile_subject()])).getvalue())
    files = [folder / "summary.xlsx", hostile]
    said = office(*files, into=tmp_path / "out", profile=tmp_path / "profile")
    assert [line.partition(" ")[0] for line in said] == ["convert", "convert"], said
    for file in files:
        tree = ET.parse(tmp_path / "out" / f"{file.stem}.fods")  # noqa: S314 - LibreOffice wrote it
        cells = [cell for cell in tree.iter(f"{TABLE}table-cell") if cell.get(f"{OFFICE}value-type")]
        # LibreOffice has no booleans of its own.
        assert {cell.get(f"{TABLE}formula") for cell in cells} == {None, "of:=TRUE()", "of:=FALSE()"}
        found: Counter[str | None] = Counter()
        for cell in cells:
            kind = "boolean" if cell.get(f"{TABLE}formula") else cell.get(f"{OFFICE}value-type")
            # Equal cells beside each other are written once.
            found[kind] += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        book = openpyxl.load_workbook(file)
        kinds = {"b": "boolean", "n": "float", "d": "date", "s": "string"}
        expected = Counter(
            kinds[cell.data_type]
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        )
        assert found == expected
        assert [table.get(f"{TABLE}name") for table in tree.iter(f"{TABLE}table")] == book.sheetnames
