"""What a person chooses of a report: form, apps, paper, colour, dates and numbers."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from permdesk.domain.wording import counted
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.report.parts import FORM_WORDS, FORMS, PAPERS, labelled, locales, written
from permdesk.ui.views.sign_in.fields import ChoiceField


class Apps(StrEnum):
    """Which apps get a part of their own."""

    PROFILED = "profiled"
    ALL = "all"
    CHOSEN = "chosen"


class AppChoice(Struct, frozen=True):
    """One app that can be chosen.

    Attributes:
        key: what names it in a selection.
        profiled: it is held against a vendor's page.
    """

    key: str
    name: str
    told: str
    profiled: bool


class Setup(QWidget):
    """A column of choices; each acts at once.

    Args:
        begun: what holds at first.
        several: more than one tenant goes into the report, of whose apps none can be chosen.
    """

    #: Something else is wanted: another ``choice``.
    changed = Signal()
    #: A person wants to choose apps by hand.
    apps_requested = Signal()
    letterhead_requested = Signal()

    def __init__(self, theme: Theme, *, begun: Choice, several: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self._apps: Sequence[AppChoice] = ()
        self._letterhead = begun.letterhead
        self._worded = True
        self.chosen: tuple[str, ...] = begun.apps or ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.form = ChoiceBar(theme, "Form", FORMS, begun.form)
        self._form_words = Paragraph(theme, FORM_WORDS[begun.form], role="smallest", ink="muted")
        form_label = labelled(theme, column, "Form", self.form, self._form_words)
        column.addSpacing(8)
        # Offered before anybody counted them; the numbers follow with ``offer_apps``.
        self.apps = ChoiceField[Apps](theme, "Apps in the summary", self._offers())
        self.choose = button(theme, "Choose apps…", kind="link", click=self.apps_requested.emit)
        self._apps_label = labelled(theme, column, "Apps in detail", self.apps, self.choose)
        column.addSpacing(8)
        self.paper = ChoiceField[Paper](theme, "Paper", PAPERS.items())
        self.paper.choose(begun.page.paper)
        self.turned = ChoiceBar(theme, "Orientation", {False: "Portrait", True: "Landscape"}, begun.page.landscape)
        self.colour = ChoiceBar(theme, "Colour", {True: "Colour", False: "Black and white"}, begun.page.colour)
        paper_label = labelled(theme, column, "Paper", self.paper, self.turned, self.colour)
        self._paper_rows: tuple[QWidget, ...] = (paper_label, self.paper, self.turned, self.colour)
        column.addSpacing(8)
        self.region = ChoiceField[str](theme, "Dates and numbers", locales())
        self.region.choose(begun.locale)
        self._written = Paragraph(theme, written(begun.locale), role="smallest", ink="muted")
        locale_label = labelled(theme, column, "Dates and numbers", self.region, self._written)
        column.addSpacing(8)
        self._head = Line(theme, role="body", ink="text")
        self.letterhead = button(theme, "Letterhead…", kind="link", click=self.letterhead_requested.emit)
        head_label = labelled(theme, column, "Letterhead", self._head, self.letterhead)
        self._word_rows: tuple[QWidget, ...] = (
            form_label,
            self.form,
            self._form_words,
            locale_label,
            self.region,
            self._written,
        )
        self._word_rows += (head_label, self._head, self.letterhead)
        self.show_letterhead(begun.letterhead)
        self.region.chosen.connect(lambda locale: self._written.set_text(written(locale)))
        self.form.chosen.connect(lambda _form: self._form_chosen())
        self.apps.chosen.connect(self._apps_chosen)
        for field in (self.paper, self.turned, self.colour, self.region):
            field.chosen.connect(lambda _value: self.changed.emit())
        self._show_apps()

    @property
    def choice(self) -> Choice:
        """What is chosen by now."""
        return Choice(
            form=self.form.current,
            apps=self._keys(),
            letterhead=self._letterhead,
            page=Page(paper=self.paper.current, landscape=self.turned.current, colour=self.colour.current),
            locale=self.region.current,
        )

    def _keys(self) -> tuple[str, ...] | None:
        match self.apps.current:
            case Apps.ALL:
                return tuple(app.key for app in self._apps)
            case Apps.CHOSEN:
                return self.chosen
            case _:
                return None

    def _offers(self) -> list[tuple[Apps, str]]:
        profiled = sum(app.profiled for app in self._apps)
        offers = [(Apps.PROFILED, f"With a profile ({profiled:,})" if self._apps else "With a profile")]
        if self._apps:
            offers.append((Apps.ALL, f"All with permissions ({len(self._apps):,})"))
            offers.append((Apps.CHOSEN, f"Chosen ({len(self.chosen):,})" if self.chosen else "Chosen…"))
        return offers

    def offer_apps(self, apps: Sequence[AppChoice]) -> None:
        """Offer the apps of the tenant; nothing else is chosen by that."""
        self._apps = apps
        self.apps.offer(self._offers())
        self._show_apps()

    @property
    def offered(self) -> Sequence[AppChoice]:
        """The apps that can be chosen; none before they were counted."""
        return self._apps

    def _form_chosen(self) -> None:
        self._form_words.set_text(FORM_WORDS[self.form.current])
        self._show_apps()
        self.changed.emit()

    def _show_apps(self) -> None:
        # A short report has no parts for apps.
        wanted = not self._several and (self.form.current is Form.LONG or not self._worded)
        self._apps_label.setVisible(wanted)
        self.apps.setVisible(wanted)
        self.choose.setVisible(wanted)
        self.choose.setEnabled(bool(self._apps))

    def _apps_chosen(self, which: Apps) -> None:
        if which is Apps.CHOSEN and not self.chosen:
            self.apps_requested.emit()
        else:
            self.changed.emit()

    def choose_apps(self, keys: Sequence[str]) -> None:
        """Take apps that were chosen by hand; none means those with a profile."""
        self.chosen = tuple(keys)
        self.apps.offer(self._offers())
        self.apps.choose(Apps.CHOSEN if keys else Apps.PROFILED)
        self.apps.setToolTip(counted(len(keys), "app") if keys else "")
        self.changed.emit()

    def give_up_choosing(self) -> None:
        """Go back where nobody chose any app after all."""
        if self.apps.current is Apps.CHOSEN and not self.chosen:
            self.apps.choose(Apps.PROFILED)

    def show_letterhead(self, letterhead: Letterhead) -> None:
        """Take another letterhead."""
        changed = letterhead != self._letterhead
        self._letterhead = letterhead
        self._head.set_text(letterhead.firm or ("None yet" if letterhead.empty else "Without a name"))
        if changed:
            self.changed.emit()

    def show_paper(self, *, wanted: bool) -> None:
        """Show or hide what only paper has."""
        for field in self._paper_rows:
            field.setVisible(wanted)

    def show_words(self, *, wanted: bool) -> None:
        """Show or hide what only documents have that people read from top to bottom."""
        self._worded = wanted
        for field in self._word_rows:
            field.setVisible(wanted)
        self._show_apps()
