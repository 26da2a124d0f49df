"""The letterhead between settings, forms and reports."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from permdesk.errors import WorldError
from permdesk.reports.choice import Letterhead
from permdesk.reports.letterhead import read_logo
from permdesk.settings import ReportHead
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.tasks import Lane, Task, Tasks
from permdesk.ui.views.report.letterhead import LetterheadForm, letterhead_of

_LOGO = "logo"


class Letterheads(QObject):
    """Keeps the letterhead, and has logos checked off the window's thread."""

    #: Letterhead, after a person changed it.
    changed = Signal(object)

    def __init__(self, appearance: AppearanceController, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._tasks = appearance, tasks

    @property
    def letterhead(self) -> Letterhead:
        """What holds now."""
        return letterhead_of(self._appearance.settings.report_head)

    def keep(self, letterhead: Letterhead) -> None:
        """Take another, for good."""
        self._appearance.settings.report_head = ReportHead(
            firm=letterhead.firm, address=letterhead.address, footer=letterhead.footer, logo=letterhead.logo
        )
        self._appearance.save()
        self.changed.emit(letterhead)

    def serve(self, form: LetterheadForm) -> None:
        """Keep what a form says, show its logo, and check those that are chosen in it."""
        form.changed.connect(self.keep)
        form.logo_chosen.connect(lambda path: self._load(form, lambda: read_logo(path)))
        logo = form.letterhead.logo
        if logo:
            self._load(form, lambda: logo)

    def _load(self, form: LetterheadForm, read: Callable[[], bytes]) -> None:
        def work(_task: Task) -> tuple[bytes, QImage]:
            from permdesk.printing.logo import load_logo

            content = read()
            return content, load_logo(content, colour=True)

        def refused(error: Exception) -> None:
            if not isinstance(error, WorldError):
                raise error
            form.refuse_logo(". ".join(part.rstrip(".") for part in (error.title, error.detail, error.remedy) if part))

        self._tasks.run(
            work,
            done=lambda found: form.take_logo(*found),
            failed=refused,
            lane=Lane.NETWORK,
            key=_LOGO,
            owner=form,
        )
