"""How text is broken into lines."""

import itertools

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from permdesk.printing.faces import face
from permdesk.printing.layout import layout
from permdesk.printing.measures import BODY
from permdesk.printing.wrapping import wrap, wrap_plain
from permdesk.reports.choice import Letterhead, Page
from permdesk.reports.document import Part, Run
from tests.printing.handmade import made
from tests.printing.paper import Sheet

pytestmark = pytest.mark.usefixtures("qapp")


def lines_of(text: str, width: int) -> list[str]:
    """Return the lines that a text is broken into."""
    sheet = Sheet(layout(made(Part("part", "Part", ())), Page(), Letterhead()))
    painter = QPainter(sheet)
    words = wrap_plain(text, BODY, width)
    words.draw(painter, 0, 0, 0, words.lines)
    painter.end()
    return [written.text for written in sheet.engine.written]


@pytest.mark.parametrize("width", range(450, 1200, 50))
def test_ids_break_at_their_joints(width: int) -> None:
    for text in ("Abcd.Efgh." * 30, "AbcdEfgh" * 30, "abcd/efgh@" * 30, "ab_cd:ef=" * 30):
        lines = lines_of(text, width)
        assert "".join(lines) == text
        assert len(lines) > 2
        for line, following in itertools.pairwise(lines):
            assert line[-1] in "./@_:=" or (line[-1].islower() and following[0].isupper()), line


def test_what_has_no_joints_breaks_where_the_line_ends() -> None:
    lines = lines_of("x" * 300, 1000)
    assert len({len(line) for line in lines[:-1]}) == 1


def test_a_joint_far_back_leaves_no_half_empty_line() -> None:
    lines = lines_of("abc." + "x" * 300, 1000)
    assert len(lines[0]) > 10


@pytest.mark.parametrize("text", ["", "one", "W" * 500, "日本語" * 80, "👩‍🚀 naïve " * 30, "مرحبا " * 50])
def test_there_is_always_a_line_and_none_is_too_wide(text: str) -> None:
    assert wrap_plain(text, BODY, 700).lines >= 1
    assert wrap_plain(text, BODY, 1).lines >= 1


def test_words_can_be_searched_for_without_ligatures() -> None:
    look = face(BODY)
    assert look.width("fi") == pytest.approx(look.width("f") + look.width("i"), abs=1.5)


def test_styles_are_measured_as_they_are_painted() -> None:
    text = "Larkfield " * 12
    plain, bold = wrap((Run(text),), BODY, 2000), wrap((Run(text, bold=True),), BODY, 2000)
    assert bold.lines >= plain.lines


def test_each_thread_has_faces_of_its_own(qapp: QApplication) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(face, BODY).result() is not face(BODY)
    assert face(BODY) is face(BODY)
