"""What the middle pane says where a tenant or a file could not be read and nothing else is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from permdesk.errors import WorldError
from permdesk.presentation.appearance import Tone
from permdesk.services.target import FileTarget
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.telling import told
from permdesk.ui.views.app_states import Action, Situation, StatePage


class FailureController(QObject):
    """Between an error and the page that has room for it.

    Args:
        page: the page of the middle pane.
        open_file: asks for a saved scan.
        open_sample: opens the sample tenant.
        copy: puts text on the clipboard and says what was put there.
    """

    def __init__(
        self,
        page: StatePage,
        workspace: Workspace,
        *,
        open_file: Callable[[], None],
        open_sample: Callable[[], None],
        copy: Callable[[str, str], None],
    ) -> None:
        super().__init__(page)
        self._page, self._workspace = page, workspace
        self._open_file, self._open_sample = open_file, open_sample
        page.copy_requested.connect(lambda text: copy(text, "What happened"))

    def show(self, error: WorldError) -> None:
        """Say what happened, and what to do."""
        pieces = told(error)
        again = Action("Try again", self._workspace.scan, icon="scan", kind="primary")
        another = Action("Open a saved scan…", self._open_file, icon="folder")
        if isinstance(self._workspace.target, FileTarget):
            # The same file fails again more likely than not: another one is the sensible next step.
            actions = (
                Action("Open another file…", self._open_file, icon="folder", kind="primary"),
                Action("Try again", self._workspace.scan, icon="scan"),
            )
        else:
            actions = (again, another)
        self._page.show_situation(
            Situation(
                "warning",
                Tone.MISSING,
                pieces.title,
                pieces.sentence,
                (*actions, Action("Open the sample tenant", self._open_sample, kind="link")),
                remedy=pieces.remedy or "Nothing was changed, and nothing is lost.",
                details=pieces.details,
            )
        )
