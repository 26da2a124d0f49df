"""Printing with a true print server: what is printed is what was found, and whatever goes wrong is said clearly."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.system.printing.private_cups import PrivateCups, private_cups, until

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

pytestmark = [pytest.mark.linux]

_ROOT = Path(__file__).parents[3]


class Desk:
    """The window in a process of its own; ``desk("print")`` presses Print and answers with what is said then."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self._errors = (data.parent / f"{data.name}.err").open("w+b")
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.system.printing.printing_window", str(data)],
            cwd=_ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __call__(self, do: str, **named: Any) -> dict[str, Any]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"do": do, **named}) + "\n")
        self._program.stdin.flush()
        line = self._program.stdout.readline()
        if not line:
            self._errors.seek(0)
            pytest.fail(self._errors.read().decode("utf-8", "replace")[-4000:])
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Close the window, and see that it had nothing to complain about."""
        if self._program.poll() is None:
            self("close")
        self._end()
        self._errors.seek(0)
        assert b"Traceback" not in self._errors.read()

    def kill(self) -> None:
        """End it as nothing ends by itself."""
        self._program.kill()
        self._program.wait()

    def _end(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        try:
            self._program.wait(timeout=30)
        finally:
            self._program.kill()
            self._program.wait()
            assert self._program.stdout is not None
            self._program.stdout.close()


Opens = Callable[[dict[str, str]], Desk]


@pytest.fixture
def cups() -> Iterator[PrivateCups]:
    # The name of a socket is short, and whoever prints for the server may look into the folder.
    folder = Path(tempfile.mkdtemp(prefix="permdesk-cups-"))
    try:
        with private_cups(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    made: list[Desk] = []

    def open_desk(environment: dict[str, str]) -> Desk:
        desk = Desk(tmp_path / "data", environment)
        made.append(desk)
        return desk

    yield open_desk
    for desk in made:
        desk._end()
        desk._errors.close()


def _text(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=120)
    # Fonts draw some letters as one.
    return unicodedata.normalize("NFKC", done.stdout.decode("utf-8"))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _pages(text: str) -> list[tuple[int, int]]:
    return [(int(one), int(all_)) for one, all_ in re.findall(r"Page\s+(\d+)\s+of\s+(\d+)", text)]


def _everything_is_there(pdf: Path, findings: list[tuple[str, list[str]]], pages: int) -> None:
    text = _text(pdf)
    assert _pages(text) == [(number, pages) for number in range(1, pages + 1)]
    found = _squeezed(text)
    wanted = Counter(label for _, labels in findings for label in labels)
    assert wanted.total() > 60
    for app, _ in findings:
        assert _squeezed(app) in found, app
    for label, times in wanted.items():
        assert found.count(_squeezed(label)) >= times, label


def test_printed_from_the_window_the_job_has_every_finding_and_every_page_number(
    cups: PrivateCups, opens: Opens
) -> None:
    file = cups.queue("Office")
    cups.queue("Archive")
    desk = opens(cups.environment)
    findings = desk("open")["findings"]
    seen = desk("preview")
    assert seen["printers"] == ["Archive", "Office"]
    desk("choose", printer="Office")
    ended = desk("print")
    assert ended == {"strip": f"{seen['pages']} pages went to Office.", "problem": "", "default": ""}
    cups.finished("Office")
    _everything_is_there(file, findings, seen["pages"])
    fonts = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts
    # It is the printer that is offered the next time, by a new start too.
    assert desk("preview")["chosen"] == "Office"
    desk.close()
    desk = opens(cups.environment)
    desk("open")
    assert desk("preview")["chosen"] == "Office"
    desk.close()


def test_this_computers_dialog_chooses_pages_and_prints_them(cups: PrivateCups, opens: Opens) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    count = desk("preview")["pages"]
    ended = desk("dialog", first=2, last=4, copies=1)
    assert ended["strip"] == "3 pages went to Office."
    cups.finished("Office")
    # The paper is that of the preview, whatever the printer's own is.
    assert _pages(_text(file)) == [(2, count), (3, count), (4, count)]
    assert _paper(file) == "595 x 842"
    desk.close()


def test_what_the_dialog_says_of_the_job_reaches_the_print_server(cups: PrivateCups, opens: Opens) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    count = desk("preview")["pages"]
    desk("dialog", first=2, last=6, copies=3, only="Odd Pages")
    cups.finished("Office")
    # Which of the pages that were sent are printed, and how often, is the print server's part.
    assert _pages(_text(file)) == [(number, count) for number in (3, 5)] * 3
    desk.close()


@pytest.mark.parametrize(("paper", "landscape", "size"), [("letter", False, {612, 792}), ("a4", True, {842, 595})])
def test_paper_and_orientation_are_those_of_the_preview(
    cups: PrivateCups, opens: Opens, paper: str, landscape: bool, size: set[int]
) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    desk("preview")
    count = desk("lay_out", paper=paper, landscape=landscape)["pages"]
    assert desk("print")["strip"] == f"{count} pages went to Office."
    cups.finished("Office")
    # A sheet is fed as it lies in the tray, so a page may be turned for that.
    assert set(map(int, _paper(file).split(" x "))) == size
    assert _pages(_text(file)) == [(number, count) for number in range(1, count + 1)]
    desk.close()


def _paper(pdf: Path) -> str:
    """Return the size of the pages in points."""
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    found = re.search(r"Page size:\s+(\d+ x \d+)", told)
    assert found is not None
    return found[1]


def test_printed_from_code_it_is_the_same(cups: PrivateCups, opens: Opens, tmp_path: Path) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    findings = desk("open")["findings"]
    pages = desk("preview")["pages"]
    assert desk("from_code", printer="Office") == {"pages": pages}
    cups.finished("Office")
    _everything_is_there(file, findings, pages)
    saved = tmp_path / "saved.pdf"
    assert desk("save", path=str(saved))["strip"] == f"Saved as {saved}"
    # One painter: the very same words at the very same places.
    assert _text(saved) == _text(file)
    for pdf, name in ((file, "printed"), (saved, "saved")):
        subprocess.run(["pdftoppm", "-r", "60", "-gray", "-f", "1", "-l", "2", pdf, tmp_path / name], check=True)
    _alike(tmp_path, pages)
    desk.close()


def _alike(folder: Path, pages: int) -> None:
    """See that printer and file show the same page at the same place; edges may be smoothed differently."""
    from PySide6.QtGui import QImage

    digits = len(str(pages))
    for number in (1, 2):
        one, other = (QImage(str(folder / f"{name}-{number:0{digits}d}.pgm")) for name in ("printed", "saved"))
        assert not one.isNull()
        assert one.size() == other.size()
        same, moved = _far(one, other, 0), _far(one, other, 3)
        assert same < 0.005, same
        # What stood a millimetre off would be told.
        assert moved > 4 * same, (same, moved)


def _far(one: "QImage", other: "QImage", off: int) -> float:
    """Return the share of dots that differ by much, the other picture ``off`` dots to the right."""
    width, wide = one.width(), one.bytesPerLine()
    left, right = (bytes(image.constBits()) for image in (one, other))
    dots = [(y * wide + x, y * wide + x + off) for y in range(one.height()) for x in range(width - off)]
    far = sum(abs(left[here] - right[there]) > 96 for here, there in dots)
    return far / len(dots)


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (("lpadmin", "-x", "Office"), "The printer Office is gone"),
        (("cupsreject", "Office"), "The printer Office did not take the summary"),
        (None, "The printer Office is gone"),
    ],
    ids=["removed", "refusing", "no-server"],
)
def test_a_printer_that_vanishes_or_refuses_amid_is_said_and_pdf_is_the_way_out(
    cups: PrivateCups, opens: Opens, tmp_path: Path, deed: tuple[str, ...] | None, says: str
) -> None:
    cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    pages = desk("preview")["pages"]
    assert desk("print", hold=True)["strip"].startswith("Printing")
    if deed is None:
        cups.stop()
    else:
        cups.administer(*deed)
    ended = desk("go_on")
    assert ended["problem"].startswith(says), ended
    assert re.search("sav(e|ing).* as PDF", ended["problem"], re.IGNORECASE)
    assert ended["strip"] == ""
    assert ended["default"] == "Save as PDF…"
    if deed is not None:
        assert cups.jobs() == []
    saved = tmp_path / "instead.pdf"
    assert desk("save_instead", path=str(saved))["strip"] == f"Saved as {saved}"
    assert len(_pages(_text(saved))) == pages
    desk.close()


def test_a_printer_that_is_stopped_amid_keeps_the_job_and_says_so(cups: PrivateCups, opens: Opens) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    findings = desk("open")["findings"]
    pages = desk("preview")["pages"]
    desk("print", hold=True)
    cups.administer("cupsdisable", "Office")
    ended = desk("go_on")
    assert ended["problem"].startswith("The printer Office is stopped")
    assert "waits in its queue" in ended["problem"]
    desk("leave")
    # The next preview warns before anything is sent.
    assert "This printer is stopped" in desk("preview")["said"]
    cups.administer("cupsenable", "Office")
    cups.finished("Office")
    _everything_is_there(file, findings, pages)
    desk.close()


@pytest.mark.parametrize("answering", [True, False], ids=["answering", "deaf"])
def test_cancelled_amid_nothing_reaches_the_printer_and_the_next_job_does(
    cups: PrivateCups, opens: Opens, answering: bool
) -> None:
    file = cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    desk("preview")
    desk("print", hold=True)
    ended = desk("cancel", answering=answering)
    assert ended.pop("seconds") < 1.0
    assert ended == {"strip": "Cancelled. Nothing was printed.", "problem": "", "default": ""}
    assert cups.jobs() == []
    assert file.read_bytes() == b""
    pages = desk("preview")["pages"]
    assert desk("print")["strip"] == f"{pages} pages went to Office."
    until(lambda: cups.jobs() != [])
    desk.close()


def test_a_process_that_is_killed_amid_is_said_and_the_window_goes_on(
    cups: PrivateCups, opens: Opens, tmp_path: Path
) -> None:
    cups.queue("Office")
    desk = opens(cups.environment)
    findings = desk("open")["findings"]
    pages = desk("preview")["pages"]
    desk("print", hold=True)
    ended = desk("kill")
    assert ended["problem"].startswith("The process that makes the pages ended early"), ended
    assert "Nothing was printed or saved." in ended["problem"]
    assert ended["default"] == "Save as PDF…"
    assert cups.jobs() == []
    # Another process lays them out anew.
    saved = tmp_path / "instead.pdf"
    assert desk("save_instead", path=str(saved))["strip"] == f"Saved as {saved}"
    _everything_is_there(saved, findings, pages)
    desk.close()


def test_one_process_serves_one_preview_after_the_other_and_goes_with_the_window(
    cups: PrivateCups, opens: Opens
) -> None:
    cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    desk("preview")
    first = desk("process")["pid"]
    assert first is not None
    desk("leave")
    desk("preview")
    assert desk("process")["pid"] == first
    desk("print")
    assert desk("process")["pid"] == first
    # What is on screen now is not what that one holds.
    desk("open")
    until(lambda: not psutil.pid_exists(first))
    desk("preview")
    second = desk("process")["pid"]
    assert second not in (None, first)
    desk.close()
    until(lambda: not psutil.pid_exists(second))


def test_the_process_goes_with_a_window_that_is_killed(cups: PrivateCups, opens: Opens) -> None:
    cups.queue("Office")
    desk = opens(cups.environment)
    desk("open")
    desk("preview")
    desk("print", hold=True)
    pid = desk("process")["pid"]
    desk.kill()
    until(lambda: not psutil.pid_exists(pid))
    assert cups.jobs() == []


def test_without_any_printer_the_preview_works_and_pdf_is_offered(opens: Opens, tmp_path: Path) -> None:
    desk = opens({"CUPS_SERVER": str(tmp_path / "nobody.sock")})
    findings = desk("open")["findings"]
    seen = desk("preview")
    assert seen["pages"] > 10
    assert not seen["print"]
    assert "No printer is set up on this computer" in seen["why"]
    assert "No printer is set up on this computer" in seen["said"]
    saved = tmp_path / "saved.pdf"
    assert desk("save", path=str(saved))["strip"] == f"Saved as {saved}"
    _everything_is_there(saved, findings, seen["pages"])
    desk.close()
