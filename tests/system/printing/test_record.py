"""The record of a consent, printed from its proof through a true print server."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.printing.private_cups import PrivateCups, private_cups

pytestmark = [pytest.mark.linux]

_ROOT = Path(__file__).parents[3]


@pytest.fixture
def cups() -> Iterator[PrivateCups]:
    # The name of a socket is short, and whoever prints for the server may look into the folder.
    folder = Path(tempfile.mkdtemp(prefix="permdesk-cups-"))
    try:
        with private_cups(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_record_is_printed_from_the_proof(cups: PrivateCups, tmp_path: Path) -> None:
    file = cups.queue("Office")
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.printing.record_window", str(tmp_path / "data")],
        cwd=_ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **cups.environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"said": "1 page went to Office."}
    cups.finished("Office")
    printed = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, timeout=60)
    text = unicodedata.normalize("NFKC", printed.stdout.decode("utf-8"))
    for part in (
        "Record of a consent: svc-m365-backup",
        "Contacts.ReadWrite is needed, and was taken away.",
        "Removed, and needed",
        "Not visible yet",
        "Consented by, date",
        "Page 1 of 1",
    ):
        assert part in text, part
