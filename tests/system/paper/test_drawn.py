"""Pages as pictures: drawn by poppler and held against those that a person has looked at.

PERMDESK_BLESS=1 writes the pictures anew; look at them before they are committed.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.system.paper.reading import draw

_ROOT = Path(__file__).parents[3]
_GOLDEN = Path(__file__).parent / "golden"
_FONTS = Path("/usr/share/fonts/truetype/noto")
_RESOLUTION = 60
#: Letters may lie a hair elsewhere with another version of Qt, FreeType or poppler; words and lines may not.
_BLUR = 2
_FARTHEST = 70
_ON_AVERAGE = 2.0

#: permdesk as it prints, with one font in the world.
_PROGRAM = """
import sys
from pathlib import Path
from permdesk.printing.pdf import write_pdf
from permdesk.reports.choice import Letterhead, Page, Paper
from permdesk.reports.compose import compose
from permdesk.reports.choice import Choice, Form
from tests.printing.handmade import made
from tests.reports.told_subjects import sample
target, document, paper, landscape, colour = sys.argv[1:]
page = Page(Paper(paper), landscape=landscape == "True", colour=colour == "True")
letterhead = Letterhead("Northmere Ltd", ("12 Harbour Street", "Larkfield"), "Registered in England")
both = (sample(complete=True), sample())
report = made() if document == "made" else compose(both, Choice(form=Form.SHORT, page=page))
write_pdf(report, Path(target), page, letterhead)
"""


@pytest.fixture
def one_font(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which no other font than Noto Sans is found."""
    if not (_FONTS / "NotoSans-Regular.ttf").exists():
        pytest.skip("fonts-noto-core is not installed; python3 build/dev.py test installs it where it may")
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        (fonts / name).symlink_to(_FONTS / name)
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config), "PYTHONPATH": str(_ROOT)}


@pytest.mark.parametrize(
    ("document", "paper", "landscape", "colour"),
    [
        ("made", "a4", False, True),
        ("made", "letter", True, False),
        ("sample", "a4", True, True),
        ("sample", "letter", False, True),
    ],
)
def test_pages_look_as_they_did(
    one_font: dict[str, str], tmp_path: Path, document: str, paper: str, landscape: bool, colour: bool
) -> None:
    file = tmp_path / "pages.pdf"
    wanted = [str(file), document, paper, str(landscape), str(colour)]
    subprocess.run([sys.executable, "-c", _PROGRAM, *wanted], check=True, env=one_font, cwd=tmp_path)
    pages = draw(file, tmp_path, resolution=_RESOLUTION)
    name = f"{document}-{paper}-{'landscape' if landscape else 'portrait'}"
    if os.environ.get("PERMDESK_BLESS") == "1":
        _bless(pages, name)
    golden = sorted(_GOLDEN.glob(f"{name}-*.png"))
    assert len(golden) == len(pages)
    for number, (page, blessed) in enumerate(zip(pages, golden, strict=True)):
        farthest, average = _apart(page, blessed)
        assert (farthest <= _FARTHEST, average <= _ON_AVERAGE) == (True, True), f"{name} {number + 1}: {farthest}"


def test_a_line_more_would_be_seen(tmp_path: Path) -> None:
    blessed = _GOLDEN / "made-a4-portrait-1.png"
    changed = Image.open(blessed).convert("L")
    # As tall as a line of small type, and as wide as two words.
    changed.paste(60, (60, 300, 110, 306))
    changed.save(tmp_path / "changed.png")
    assert _apart(tmp_path / "changed.png", blessed)[0] > _FARTHEST


def _apart(page: Path, blessed: Path) -> tuple[int, float]:
    """Return how far two pictures are apart, once blurred: at the worst place, and on average; of 255."""
    one, other = (Image.open(path).convert("L").filter(ImageFilter.GaussianBlur(_BLUR)) for path in (page, blessed))
    assert one.size == other.size
    difference = ImageChops.difference(one, other)
    histogram = difference.histogram()
    total = sum(histogram)
    return difference.getextrema()[1], sum(value * count for value, count in enumerate(histogram)) / total


def _bless(pages: list[Path], name: str) -> None:
    _GOLDEN.mkdir(exist_ok=True)
    for old in _GOLDEN.glob(f"{name}-*.png"):
        old.unlink()
    for number, page in enumerate(pages, 1):
        Image.open(page).convert("L").quantize(16).save(_GOLDEN / f"{name}-{number}.png", optimize=True)
