"""Parts that printing and exporting share: a labelled column of choices."""

from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QVBoxLayout, QWidget

from permdesk.reports.choice import Form, Paper
from permdesk.reports.notation import NOTATIONS, notation_of
from permdesk.ui.theme import Theme
from permdesk.ui.views.paragraph import Line

FORMS = {Form.LONG: "Long", Form.SHORT: "Short"}
FORM_WORDS = {
    Form.LONG: "Summary, every chosen app, changes, method and limits, sign-off.",
    Form.SHORT: "One page for the tenant: completeness, verdicts, sign-off.",
}
PAPERS = {Paper.A4: "A4", Paper.LETTER: "Letter"}


def usual_paper() -> Paper:
    """Return the paper that is usual where the person is."""
    metric = QLocale.system().measurementSystem() is not QLocale.MeasurementSystem.ImperialUSSystem
    return Paper.A4 if metric else Paper.LETTER


def usual_locale() -> str:
    """Return the locale of the system, or of its language, as reports know it."""
    return notation_of(QLocale.system().name()).locale or "en-GB"


def locales() -> Iterable[tuple[str, str]]:
    """Yield every locale of reports with the name of its region."""
    for name, notation in sorted(NOTATIONS.items(), key=lambda entry: entry[1].label):
        yield name, notation.label


def written(locale: str) -> str:
    """Return a day and a number as a region writes them."""
    notation = notation_of(locale)
    return f"{notation.day(date(2026, 3, 28))}, {notation.number(12345)}"


def labelled(theme: Theme, column: QVBoxLayout, label: str, *fields: QWidget) -> Line:
    """Add a label and what it names below it; return the label."""
    words = Line(theme, label, role="small", ink="text2")
    words.setBuddy(fields[0])
    column.addWidget(words)
    for field in fields:
        column.addWidget(field)
    return words
