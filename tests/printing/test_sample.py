"""The sample tenant's summary on every kind of paper."""

from itertools import product

import pytest

from permdesk.printing.layout import layout
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.reports.compose import compose
from tests.printing.paper import written_on
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
