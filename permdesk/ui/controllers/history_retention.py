"""How long scans stay: read, asked about and kept, with what goes said before it does."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from permdesk.domain.retention import Retention
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.wording import counted
from permdesk.errors import WorldError
from permdesk.presentation.timeline import due_words
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.views.history.retention import RetentionForm

_DUE, _RULE = "retention-due", "retention-rule"


class RetentionController(QObject):
    """Between the form of the settings and the history."""

    #: Scans were deleted.
    deleted = Signal()

    def __init__(self, workspace: Workspace, sheets: SheetsController, theme: Theme) -> None:
        super().__init__(workspace)
        self._workspace, self._sheets, self._theme = workspace, sheets, theme
        self.question: QuestionSheet | None = None
        sheets.retention_opened.connect(self.serve)

    def serve(self, form: RetentionForm) -> None:
        """Show what holds, tell what a rule would remove, and keep the one that is chosen."""
        form.asked.connect(lambda rule: self._ask(form, rule))
        form.chosen.connect(lambda rule: self._choose(form, rule))
        self._workspace.tasks.run(
            lambda _task: self._workspace.services.history.retention,
            done=form.show_rule,
            failed=lambda error: self._fault(form, error),
            key=_RULE,
            owner=form,
        )

    def _fault(self, form: RetentionForm, error: Exception) -> None:
        if not isinstance(error, WorldError):
            raise error
        form.show_fault(". ".join(part.rstrip(".") for part in (error.title, error.detail, error.remedy) if part) + ".")

    def _ask(self, form: RetentionForm, rule: Retention) -> None:
        def told(due: Sequence[ScanRecord]) -> None:
            form.show_due(rule, due_words(rule, due, now=datetime.now().astimezone()), len(due))

        self._due(form, rule, told)

    def _due(self, form: RetentionForm, rule: Retention, told: Callable[[Sequence[ScanRecord]], None]) -> None:
        self._workspace.tasks.run(
            lambda _task: self._workspace.services.history.due(rule),
            done=told,
            failed=lambda error: self._fault(form, error),
            key=_DUE,
            owner=form,
        )

    def _choose(self, form: RetentionForm, rule: Retention) -> None:
        """Ask once more where scans go, with the number of this moment."""

        def told(due: Sequence[ScanRecord]) -> None:
            if due:
                self._question(form, rule, due)
            else:
                self._keep(form, rule)

        self._due(form, rule, told)

    def _question(self, form: RetentionForm, rule: Retention, due: Sequence[ScanRecord]) -> None:
        number = counted(len(due), "scan")
        asked = QuestionSheet(
            self._theme,
            form.window(),
            title=f"Delete {number}?",
            text=due_words(rule, due, now=datetime.now().astimezone())
            + " To keep one of them, write a note on it, or export it first.",
            go_on="Keep them",
            stop=f"Delete {number}",
        )
        asked.agreed.connect(lambda: self._keep(form, rule))
        asked.finished.connect(self._answered)
        self.question = asked
        asked.open()

    def _answered(self, _result: int) -> None:
        self.question = None

    def _keep(self, form: RetentionForm, rule: Retention) -> None:
        history = self._workspace.services.history

        def work(_task: Task) -> int:
            history.set_retention(rule)
            return history.tidy()

        def done(gone: int) -> None:
            form.show_rule(rule)
            if gone:
                self._workspace.noticed.emit(Announcement(f"{counted(gone, 'scan')} deleted, as the new rule says."))
                self.deleted.emit()

        self._workspace.tasks.run(work, done=done, failed=lambda error: self._fault(form, error), owner=form)
