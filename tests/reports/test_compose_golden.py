"""The sample tenant's summary, word for word: look at what changed, then bless it with PERMDESK_BLESS=1."""

import os
from pathlib import Path

import pytest

from permdesk.reports.choice import Choice, Form
from permdesk.reports.compose import compose
from permdesk.reports.subject import Subject
from tests.reports.document_text import document_text
from tests.reports.told_subjects import sample
from tests.sample import larkfield

_GOLDEN = Path(__file__).parent / "golden"
_EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
_INTRANET = "49af64f6-a1b4-51bc-9ebb-f9682ec9dc53"
_COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e"


def _larkfield() -> tuple[Subject, ...]:
    return (sample(),)


def _both() -> tuple[Subject, ...]:
    return sample(complete=True), sample()


@pytest.mark.parametrize(
    ("name", "subjects", "choice"),
    [
        ("long-en-gb", _larkfield, Choice()),
        ("long-de-de-some-apps", _larkfield, Choice(apps=(_COMMAND_LINE, _INTRANET, _EXPRESS), locale="de-DE")),
        ("short-en-gb", _larkfield, Choice(form=Form.SHORT)),
        ("short-en-us-two-tenants", _both, Choice(form=Form.SHORT, locale="en-US")),
    ],
)
def test_words_of_the_sample(name: str, subjects: object, choice: Choice) -> None:
    """Compare with the file; PERMDESK_BLESS=1 writes it instead."""
    assert callable(subjects)
    told = document_text(compose(subjects(), choice))
    file = _GOLDEN / f"{name}.txt"
    if os.environ.get("PERMDESK_BLESS") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8")


def test_every_finding_of_the_apps_with_a_page_is_on_paper() -> None:
    """A permission that is compared and not printed would be a lie by silence."""
    told = document_text(compose(_larkfield(), Choice()))
    for app in larkfield.comparison(complete=False).apps:
        if app.against_profile:
            _, _, rest = told.partition(f"= {app.display_name}")
            assert rest
            for finding in app.findings:
                assert finding.permission.label in rest
