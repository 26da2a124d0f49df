"""PDFs of the sample tenant, read back by others: all its text, its pages' numbers, its fonts, and that it is sound."""

import re
from itertools import product
from pathlib import Path

import pytest

from permdesk.printing.pdf import write_pdf
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.reports.compose import compose
from permdesk.reports.document import Fact, Facts, Paragraph, Part
from tests.printing.handmade import made, plain
from tests.reports.told_subjects import sample
from tests.sample import larkfield
from tests.system.paper.reading import check, fonts_of, pages_of, properties_of

pytestmark = pytest.mark.usefixtures("qapp")

_LETTERHEAD = Letterhead("Northmere Ltd", ("12 Harbour Street",), "Registered in England")


@pytest.fixture(params=product(Form, Paper, (False, True)), ids=str)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Choice]:
    form, paper, landscape = request.param
    choice = Choice(form=form, page=Page(paper, landscape=landscape), letterhead=_LETTERHEAD)
    file = tmp_path / "summary.pdf"
    write_pdf(compose((sample(),), choice), file, choice.page, _LETTERHEAD)
    return file, choice


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_it_is_sound_and_named(written: tuple[Path, Choice]) -> None:
    file, choice = written
    assert "No syntax or stream encoding errors found" in check(file)
    properties = properties_of(file)
    assert properties["Title"] == "Larkfield Instruments · App permissions: summary of compliance"
    assert properties["Creator"].startswith("permdesk ")
    short, long = {Paper.A4: (595, 842), Paper.LETTER: (612, 792)}[choice.page.paper]
    size = f"{long} x {short} pts" if choice.page.landscape else f"{short} x {long} pts"
    assert properties["Page size"].startswith(size)


def test_all_fonts_are_within_it_and_their_letters_can_be_copied(written: tuple[Path, Choice]) -> None:
    fonts = fonts_of(written[0])
    assert fonts
    assert {(font["emb"], font["uni"]) for font in fonts} == {("yes", "yes")}


def test_its_pages_are_numbered(written: tuple[Path, Choice]) -> None:
    pages = pages_of(written[0])
    assert int(properties_of(written[0])["Pages"]) == len(pages)
    for number, page in enumerate(pages, 1):
        assert re.findall(r"Page (\d+) of (\d+)", page) == [(str(number), str(len(pages)))]
        assert "Read on 22 November 2026, 09:42 to 09:44 UTC" in page
        assert "Registered in England" in page
    assert "Northmere Ltd" in pages[0]


def test_every_finding_can_be_found(written: tuple[Path, Choice]) -> None:
    file, choice = written
    text = _squeezed("".join(pages_of(file)))
    if choice.form is Form.SHORT:
        for word in ("AvePointCloudBackupExpress", "Of6apps", "Tenantcontrol:"):
            assert word in text
        return
    for app in larkfield.comparison(complete=False).apps:
        if not app.against_profile:
            continue
        assert _squeezed(app.display_name) in text
        for finding in app.findings:
            assert _squeezed(finding.permission.label) in text


def test_hostile_names_come_back_as_they_are(tmp_path: Path) -> None:
    names = [
        "<b>bold</b> &amp; <script>alert(1)</script>",
        '=HYPERLINK("https://larkfield.example")',
        "naïve café Ångström Łódź Ελλάδα Москва",
        "x" * 10_000,
        "field office affiliation",
    ]
    document = made(
        Part("part", "Part", (Facts(tuple(Fact("Name", plain(name)) for name in names)), Paragraph(plain("End"))))
    )
    file = tmp_path / "hostile.pdf"
    write_pdf(document, file, Page(), Letterhead())
    check(file)
    text = _squeezed("".join(pages_of(file)))
    for name in names[:3] + names[4:]:
        assert _squeezed(name) in text
    assert text.count("x") >= 10_000


@pytest.mark.parametrize("name", ["שלום עולם", "مرحبا بالعالم", "日本語の名前", "ชื่อแอป", "🙂 app", "␀␛ nul"])
def test_every_script_is_written(tmp_path: Path, name: str) -> None:
    file = tmp_path / "script.pdf"
    write_pdf(made(Part("part", "Part", (Paragraph(plain(name)),))), file, Page(), Letterhead())
    check(file)
    assert {font["emb"] for font in fonts_of(file)} == {"yes"}
