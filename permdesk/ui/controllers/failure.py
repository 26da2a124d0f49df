"""What the middle pane says where a tenant or a file could not be read and nothing else is open."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from permdesk.errors import SignInAgainError, SignInError, WorldError
from permdesk.presentation.appearance import Tone
from permdesk.services.target import FileTarget
from permdesk.ui.controllers.reading import is_read
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.telling import told
from permdesk.ui.views.app_states import Action, Situation, StatePage


def sign_in_words(error: SignInError) -> str:
    """Return what the button says that leads back to Microsoft."""
    return "Sign in again" if isinstance(error, SignInAgainError) else "Sign in…"


class FailureController(QObject):
    """Between an error and the page that has room for it.

    Args:
        page: the page of the middle pane.
        open_file: asks for a saved scan.
        open_sample: opens the sample tenant.
        copy: puts text on the clipboard and says what was put there.
        sign_in: signs in, again where the error says so.
    """

    def __init__(
        self,
        page: StatePage,
        workspace: Workspace,
        *,
        open_file: Callable[[], None],
        open_sample: Callable[[], None],
        copy: Callable[[str, str], None],
        sign_in: Callable[[SignInError], None],
    ) -> None:
        super().__init__(page)
        self._page, self._workspace = page, workspace
        self._open_file, self._open_sample, self._sign_in = open_file, open_sample, sign_in
        page.copy_requested.connect(lambda text: copy(text, "What happened"))

    def show(self, error: WorldError) -> None:
        """Say what happened, and what to do."""
        pieces = told(error)
        words = "Scan again" if is_read(self._workspace.target) else "Try again"
        again = Action(words, self._workspace.scan, icon="scan", kind="primary")
        another = Action("Open a saved scan…", self._open_file, icon="folder")
        if isinstance(error, SignInError):
            actions = (
                Action(sign_in_words(error), lambda: self._sign_in(error), icon="sign-in", kind="primary"),
                Action("Try again", self._workspace.scan, icon="scan"),
            )
        elif isinstance(self._workspace.target, FileTarget):
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
