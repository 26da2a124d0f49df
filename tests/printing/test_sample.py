"""The sample tenant's summary on every kind of paper."""

from itertools import product

import pytest

from permdesk.domain.text import inert
from permdesk.printing.layout import layout
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.reports.compose import compose
from tests.printing.paper import written_on
from tests.reports.made_document import made_document
from tests.reports.told_subjects import sample
from tests.sample import larkfield

pytestmark = pytest.mark.usefixtures("qapp")

PAPERS = [Page(paper, landscape=landscape) for paper, landscape in product(Paper, (False, True))]
_LETTERHEAD = Letterhead("Northmere Ltd", ("12 Harbour Street", "Larkfield", "audit@northmere.example"), "Registered")


@pytest.mark.parametrize("page", PAPERS, ids=str)
@pytest.mark.parametrize("letterhead", [Letterhead(), _LETTERHEAD], ids=["plain", "letterhead"])
@pytest.mark.parametrize("complete", [True, False])
def test_the_short_form_is_one_page(page: Page, letterhead: Letterhead, complete: bool) -> None:
    document = compose((sample(complete=complete),), Choice(form=Form.SHORT, page=page))
    assert layout(document, page, letterhead).count == 1


def test_two_tenants_are_an_overview_and_a_page_each() -> None:
    document = compose((sample(complete=True), sample()), Choice(form=Form.SHORT))
    assert layout(document, Page(), Letterhead()).count == 3


@pytest.mark.parametrize("page", PAPERS, ids=str)
def test_every_finding_is_on_the_pages_of_its_app(page: Page) -> None:
    pages = layout(compose((sample(),), Choice(page=page)), page, _LETTERHEAD)
    begins = [mark.number for mark in pages.bookmarks] + [pages.count]
    for app in larkfield.comparison(complete=False).apps:
        if not app.against_profile:
            continue
        # Two apps may bear one name.
        said = "".join(
            written.text
            for place, mark in enumerate(pages.bookmarks)
            if mark.title == app.display_name
            for number in range(begins[place], begins[place + 1])
            for written in written_on(pages, number)
        )
        for finding in app.findings:
            assert finding.permission.label.replace(" ", "") in said.replace(" ", ""), finding.permission


@pytest.mark.parametrize("text", ["x" * 10_000, "\u202eabc\x00", "<b>&amp;</b>", "🙂 שלום مرحبا 日本語", "=1+1", ""])
def test_a_hostile_text_in_every_field_stays_within_the_margins(text: str) -> None:
    hostile = inert(text)
    letterhead = Letterhead(hostile[:300], (hostile[:300],) * 3, hostile[:300])
    pages = layout(made_document(hostile), Page(), letterhead)
    right = pages.sheet.left + pages.sheet.inner
    for number in range(pages.count):
        for written in written_on(pages, number):
            assert written.x >= pages.sheet.left - 2, written
            assert written.x + written.width <= right + 12, written
