"""How text is broken into lines."""

import pytest
from PySide6.QtWidgets import QApplication

from permdesk.printing.faces import face
from permdesk.printing.layout import layout
from permdesk.printing.measures import BODY
from permdesk.printing.wrapping import wrap, wrap_plain
from permdesk.reports.choice import Letterhead, Page
from permdesk.reports.document import Fact, Facts, Part, Run
from tests.printing.handmade import made
from tests.printing.paper import written_on

pytestmark = pytest.mark.usefixtures("qapp")


def lines_of(text: str, width: int) -> list[str]:
    """Return the lines that a fact's value is broken into; it has ``width`` at most."""
    part = Part("part", "Part", (Facts((Fact("x" * 200, (Run(text, breakable=True),)),)),))
    pages = layout(made(part), Page(), Letterhead())
    value = [each for each in written_on(pages, 0) if each.x > pages.sheet.left + width]
    return [each.text.strip() for each in value if each.text != "Page 1 of 1" and not each.text.startswith("Read on")]


def test_ids_break_at_their_joints() -> None:
    text = "BackupRestore-Configuration.ReadWrite.All," * 6
    lines = lines_of(text, 500)
    assert "".join(lines) == text
    assert len(lines) > 1
    for line in lines[:-1]:
        assert line[-1] in "-.,e", line


def test_addresses_break_after_a_slash_or_dot() -> None:
    text = "https://graph.microsoft.com/v1.0/servicePrincipals/" * 5
    lines = lines_of(text, 500)
    assert "".join(lines) == text
    assert all(line[-1] in "/.:" or line[-1].islower() for line in lines)


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
