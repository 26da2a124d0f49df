"""The bundle's pages: laid out and saved by another process of the bundle, which goes with its window."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.system.bundle.bundled import Bundle
from tests.system.bundle.test_window import Opened, opened
from tests.system.screens import virtual_screen

pytestmark = [pytest.mark.linux, pytest.mark.display]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


def _paper(person: Opened) -> str:
    """Return the number of the process that makes paper, once it has loaded what draws letters; empty before."""
    for child in psutil.Process(person.program.pid).children():
        with_qt = any("Qt6Gui" in mapped.path for mapped in child.memory_maps())
        if "--multiprocessing-fork" in child.cmdline() and with_qt:
            return str(child.pid)
    return ""


def _whole(file: Path) -> str:
    """Return the file's beginning once it is there; a file appears whole or not at all."""
    return file.read_bytes()[:5].decode() if file.exists() else ""


def test_a_pdf_is_saved_by_another_process_of_the_bundle(bundle: Bundle, screen: str, tmp_path: Path) -> None:
    file, nobody = tmp_path / "summary.pdf", str(tmp_path / "nobody.sock")
    command = [str(bundle.window), "--sample", "--data-dir", str(tmp_path / "data")]
    with opened(command, screen, CUPS_SERVER=nobody) as person:
        window = person.wait("^Larkfield Instruments – permdesk$")
        person.hand("windowfocus", "--sync", window)
        person.hand("key", "ctrl+p")
        process = psutil.Process(int(person.until(lambda: _paper(person))))
        libraries = [Path(mapped.path) for mapped in process.memory_maps() if "Qt6" in mapped.path]
        assert all(library.is_relative_to(bundle.inside) for library in libraries), libraries
        # Without a printer, Return in the preview saves: once the pages are there, which a file dialog tells.
        sheet = person.wait("^Print the summary$")

        def asked() -> str:
            person.hand("windowfocus", "--sync", sheet, "key", "Return")
            time.sleep(0.5)
            return person.hand("search", "--onlyvisible", "--name", "^Save as PDF$").partition("\n")[0]

        dialog = person.until(asked)
        person.hand("windowfocus", "--sync", dialog)
        person.hand("key", "ctrl+a")
        person.hand("type", str(file))
        person.hand("key", "Return")
        assert person.until(lambda: _whole(file)) == "%PDF-"
        assert process.is_running()
        assert person.close(window) == (0, "", "")
    _, alive = psutil.wait_procs([process], timeout=10)
    assert alive == []
