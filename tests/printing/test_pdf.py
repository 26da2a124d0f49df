"""Writing a PDF: whole or not at all, from any thread, with progress and a way out."""

import io
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from permdesk.errors import Cancelled, StorageError
from permdesk.printing.layout import layout
from permdesk.printing.painter import page_image, page_picture, page_size
from permdesk.printing.pdf import write_pages, write_pdf
from permdesk.reports.choice import Letterhead, Page, Paper
from permdesk.reports.document import Part
from tests.printing.handmade import made, one_app, overview
from tests.printing.test_layout import table

pytestmark = pytest.mark.usefixtures("qapp")

_ROOT = Path(__file__).parents[2]


def long_report() -> Part:
    return Part("part", "Part", (table(400),))


def test_it_says_that_it_is_pdf_a() -> None:
    stream = io.BytesIO()
    write_pdf(made(), stream, Page(), Letterhead())
    written = stream.getvalue()
    assert written.startswith(b"%PDF-1.4")
    assert written.rstrip().endswith(b"%%EOF")
    assert b'pdfaid:part="1" pdfaid:conformance="B"' in written
    assert b"/OutputIntents" in written
    assert "App permissions: summary of compliance".encode("utf-16-be") in written
    # Qt writes a soft mask for what is transparent, which PDF/A-1 forbids.
    assert b"/SMask" not in written.replace(b"/SMask /None", b"")


@pytest.mark.parametrize(
    ("page", "box"),
    [
        (Page(), (595, 842)),
        (Page(landscape=True), (842, 595)),
        (Page(Paper.LETTER), (612, 792)),
        (Page(Paper.LETTER, landscape=True), (792, 612)),
    ],
)
def test_the_paper_is_as_chosen(page: Page, box: tuple[int, int]) -> None:
    stream = io.BytesIO()
    write_pdf(made(overview()), stream, page, Letterhead())
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", stream.getvalue())
    assert {(round(float(wide)), round(float(high))) for wide, high in found} == {box}


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    write_pdf(made(long_report()), io.BytesIO(), Page(), Letterhead(), progress=told.append)
    assert told == sorted(told)
    assert 0 <= told[0] < 0.4
    assert told[-1] == 1
    assert len(told) > 15


def test_given_up_it_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "summary.pdf"
    file.write_bytes(b"old")
    cancel = threading.Event()

    def progress(done: float) -> None:
        if done > 0.6:
            cancel.set()

    with pytest.raises(Cancelled):
        write_pdf(made(long_report()), file, Page(), Letterhead(), progress=progress, cancel=cancel)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


class FullDisk(io.BytesIO):
    """Takes some pages, and then no more."""

    def write(self, content: object, /) -> int:
        if self.tell() > 20_000:
            raise OSError(28, "No space left on device")
        return super().write(content)  # type: ignore[arg-type]


def test_a_full_disk_is_told_in_the_middle() -> None:
    told: list[float] = []
    with pytest.raises(OSError, match="No space left"):
        write_pdf(made(long_report()), FullDisk(), Page(), Letterhead(), progress=told.append)
    assert told[-1] < 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as told:
        write_pdf(made(), tmp_path / "nowhere" / "summary.pdf", Page(), Letterhead())
    assert "Nothing was saved" in str(told.value)


def test_threads_write_while_another_previews(tmp_path: Path) -> None:
    document = made(long_report(), one_app())
    pages = layout(document, Page(), Letterhead())
    files = [tmp_path / f"{number}.pdf" for number in range(2)]
    threads = [threading.Thread(target=write_pages, args=(pages, file)) for file in files]
    for thread in threads:
        thread.start()
    shown = [page_image(pages, number, resolution=40) for number in range(pages.count)]
    for thread in threads:
        thread.join()
    assert len({image.size().toTuple() for image in shown}) == 1
    sizes = {len(file.read_bytes()) for file in files}
    assert max(sizes) - min(sizes) < 50
    assert files[0].read_bytes().count(b"/Type /Page\n") == pages.count


def test_a_preview_has_the_size_of_its_paper() -> None:
    pages = layout(made(), Page(), Letterhead())
    image = page_image(pages, 0, resolution=144)
    assert image.size() == page_size(pages, resolution=144)
    assert (image.width(), image.height()) == (1191, 1684)
    assert not image.hasAlphaChannel()
    assert page_picture(pages, 0).boundingRect().size().toTuple() == (5953, 8419)


def test_black_and_white_has_no_colour() -> None:
    grey = [page_image(layout(made(), Page(colour=c), Letterhead()), 1, resolution=60).allGray() for c in (True, False)]
    assert grey == [False, True]


def test_the_command_line_needs_no_screen(tmp_path: Path) -> None:
    script = f"""
import io, sys
sys.path.insert(0, {str(_ROOT)!r})
from permdesk.printing.pdf import write_pdf
from permdesk.reports.choice import Letterhead, Page
from tests.printing.handmade import made
stream = io.BytesIO()
write_pdf(made(), stream, Page(), Letterhead())
print(len(stream.getvalue()))
"""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=plain, cwd=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 10_000
    assert ran.stderr == ""
