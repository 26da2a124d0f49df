"""The part of the sign-in form that few need: a file of certificates to trust besides those of the computer."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.errors import UsageError
from permdesk.presentation.appearance import Tone
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button
from permdesk.ui.views.paragraph import Paragraph
from permdesk.ui.views.sign_in.fields import Rows, beside, boxed, text_field

_WORDS: Final = "Trusted besides those of this computer, as where a proxy inspects https. It is kept with the account."
#: Milliseconds without a key after which a path that is being typed is looked at.
_PAUSE: Final = 400


class NetworkRows(QObject):
    """A fold, and behind it the certificate file; what is wrong with it stands below its field.

    Args:
        rows: the form that it becomes a part of.
        parent: the page, over which the file is chosen.
    """

    #: Its path, its problem, or whether it is seen.
    changed = Signal()
    #: The file to look at: str. Whoever looks answers with ``show_problem``.
    check_requested = Signal(str)

    def __init__(self, theme: Theme, rows: Rows, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._rows, self._page = theme, rows, parent
        self._recalled = ""
        self._problem = ""
        self.fold = button(theme, "Network", icon="chevron-right", kind="link")
        self.fold.setCheckable(True)
        self.field = text_field(theme, "Certificate file", hint="PEM; usually none")
        self.browse = button(theme, "Browse…", click=self._browse)
        self._row = boxed(beside(self.field, self.browse, stretch=False))
        self._words = Paragraph(theme, _WORDS, ink="muted")
        rows.add_below(self.fold)
        rows.add("Certificate file", self._row, buddy=self.field)
        rows.add_below(self._words)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._check)
        self.fold.toggled.connect(self._unfold)
        self.field.textChanged.connect(self._edited)
        self.field.editingFinished.connect(self._check_now)
        self._unfold(False)

    # What is in it

    @property
    def text(self) -> str:
        """The path as it was typed; Windows copies paths with quotation marks around them."""
        return self.field.text().strip().strip('"').strip()

    def file(self) -> Path | None:
        """Return the file; None where none is named.

        Raises:
            UsageError: it is not a whole path, or was found to hold no certificate.
        """
        if not self.text:
            return None
        if self._problem:
            raise UsageError("The certificate file cannot be used", detail=self._problem)
        try:
            file = Path(self.text).expanduser()
        except RuntimeError:
            file = Path(self.text)
        if not file.is_absolute():
            raise UsageError("The certificate file needs its whole path")
        return file

    @property
    def lacking(self) -> str:
        """What has to be put right before anything can happen; empty where nothing has."""
        return "a certificate file that can be used, or none" if self._problem else ""

    def set_path(self, path: str) -> None:
        """Show a file, and what it belongs to; empty for none."""
        self.field.setText(path)
        self.fold.setChecked(bool(path))
        self._check_now()

    def recall(self, path: str) -> None:
        """Show the file that was used last, unless a person has put another one there."""
        if self.text == self._recalled and path != self._recalled:
            self.set_path(path)
        self._recalled = path

    # Looking at it

    def _edited(self, _text: str) -> None:
        self._show_problem("")
        self._pause.start()

    def _check_now(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._check()

    def _check(self) -> None:
        if not self.text:
            return
        try:
            file = self.file()
        except UsageError as problem:
            self._show_problem(f"{problem.title}.")
            return
        self.check_requested.emit(str(file))

    def show_problem(self, path: str, problem: str) -> None:
        """Say what is wrong with a file that was looked at, if it is still the one that is named."""
        try:
            named = self.file()
        except UsageError:
            return
        if named is not None and str(named) == path:
            self._show_problem(problem)

    def _show_problem(self, problem: str) -> None:
        self._problem = problem
        self._words.set_text(problem or _WORDS, Tone.MISSING if problem else "muted")
        self.field.setAccessibleDescription(problem)
        if problem and not self.fold.isChecked():
            self.fold.setChecked(True)
        self.changed.emit()

    # What a person does

    def _unfold(self, opened: bool) -> None:
        self.fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", self._theme, "accent"))
        self._rows.show(self._row, wanted=opened)
        self._words.setVisible(opened)
        if opened and self.fold.hasFocus():
            self.field.setFocus()
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(
            self._page, "Certificates to trust besides", self.text, "Certificates (*.pem *.crt *.cer);;Any (*)"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()
