"""Re-consent: shows what a click would do and the ways to walk, and hands it over to somebody else."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.coverage import Coverage
from permdesk.domain.experience import Experience
from permdesk.domain.text import inert
from permdesk.domain.wording import listed
from permdesk.presentation.experience import experience_words
from permdesk.presentation.explanation import completeness
from permdesk.ui.controllers.asking_who import AskingWho
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.theme import Theme

if TYPE_CHECKING:
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

_RECALL = "consent-experience"


class ConsentController(QObject):
    """Before the click.

    Args:
        window: what the sheet lies over.
        sheets: shows it, and opens addresses.
    """

    #: ConsentPlan of an app that a person says to have consented to.
    consented = Signal(object)
    #: ConsentPlan and the address of it that was opened.
    walked = Signal(object, str)
    #: ConsentPlan whose app's earlier consents are asked for.
    records_requested = Signal(object)

    def __init__(self, window: QWidget, workspace: Workspace, sheets: SheetsController, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._workspace, self._sheets, self._theme = window, workspace, sheets, theme

    def reconsent(self) -> None:
        """Show what a consent would do, and the ways to walk."""
        if self._workspace.app is not None:
            self._workspace.plan(self._recall)

    def _recall(self, plan: ConsentPlan) -> None:
        """Look up what earlier consents did; where the history cannot be read, the preview comes without that."""
        workspace = self._workspace
        workspace.tasks.run(
            lambda _task: workspace.services.consents.experience(plan),
            done=partial(self._show_plan, plan),
            failed=lambda _error: self._show_plan(plan, ()),
            key=_RECALL,
            owner=self,
        )

    def _show_plan(self, plan: ConsentPlan, experience: Sequence[Experience]) -> None:
        from permdesk.ui.views.dialogs.consent import ReconsentSheet

        comparison = self._workspace.comparison
        if comparison is None:
            return
        complete = completeness(comparison.reads)[1]
        told = "All reads are complete." if Coverage(comparison.reads).all_complete else f"{complete}."
        now = self._workspace.now
        words = [experience_words(one, zone=now.tzinfo) for one in experience]
        sheet = ReconsentSheet(self._theme, self._window, plan=plan, complete=told, now=now, experience=words)
        sheet.open_requested.connect(partial(self._walk, sheet))
        sheet.mail_requested.connect(self._sheets.browse)
        sheet.confirm_requested.connect(self._sheets.identity)
        sheet.bind_requested.connect(self._sheets.bind)
        sheet.scan_requested.connect(partial(self.consented.emit, plan))
        sheet.records_requested.connect(partial(self.records_requested.emit, plan))
        AskingWho(sheet, self._workspace)
        self._sheets.show(sheet)

    def _open(self, plan: ConsentPlan, address: str) -> None:
        self._sheets.browse(address)
        self.walked.emit(plan, address)

    def _walk(self, sheet: "ReconsentSheet", address: str) -> None:
        """Open a page of the route; the link of a consent that may take away what is firm or needed asks once more."""
        from permdesk.ui.views.dialogs.question import QuestionSheet

        plan = sheet.plan
        if address != plan.link or not plan.dangerous:
            self._open(plan, address)
            return
        lost = listed([inert(finding.permission.label, 80) for finding in plan.may_be_removed])
        question = QuestionSheet(
            self._theme,
            sheet,
            title="Open the consent link all the same?",
            text=f"Accepting there may take away {lost}. permdesk keeps this scan and can make a script that gives "
            "back what is lost; a person has to run it.",
            go_on="Go back",
            stop="Open the link",
        )
        question.agreed.connect(partial(self._open, plan, address))
        question.open()

    def hand_over(self) -> None:
        """Open a mail that asks somebody else to walk the route."""
        self._workspace.plan(self._mail)

    def _mail(self, plan: ConsentPlan) -> None:
        if plan.mail is not None:
            self._sheets.browse(plan.mail.mailto)
        else:
            self._recall(plan)
