"""Two scans told apart: loaded, compared and narrowed off the window's thread; copied, saved, and left for an app."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.scan_diff import ScanDiff
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, Cancelled, StorageError
from permdesk.presentation.difference import summary_words
from permdesk.presentation.difference_list import DiffLine, Facet, difference_lines, facet_counts, narrowed
from permdesk.presentation.difference_text import difference_text
from permdesk.presentation.timeline import ScanLine
from permdesk.services.letting_go import let_go
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.views.history.difference import DifferencePage
from permdesk.whole_file import write_whole

_DIFF, _FILTER, _WRITE = "history-diff", "history-filter", "history-write"
_SUFFIX = {"text": ".txt", "json": ".json"}
_FILES = {"text": "Text (*.txt)", "json": "JSON (*.json)"}


class Told(Struct, frozen=True):
    """A difference, ready to be shown."""

    diff: ScanDiff
    sentence: str
    lines: list[DiffLine]
    counts: dict[Facet, int]


class DiffController(QObject):
    """Between two scans and the page that tells them apart.

    Args:
        window: what dialogs lie over.
        leave: shows the app that was selected, in place of the history.
    """

    #: The scans could not be compared: the error.
    failed = Signal(object)

    def __init__(
        self, window: QWidget, page: DifferencePage, workspace: Workspace, *, leave: Callable[[], None]
    ) -> None:
        super().__init__(page)
        self._window, self._page, self._workspace, self._leave = window, page, workspace, leave
        self._finished: Sequence[ScanLine] = ()
        self._told: Told | None = None
        self.dialog: QFileDialog | None = None
        page.scans_chosen.connect(self._compare)
        page.narrowed.connect(self._narrow)
        page.app_requested.connect(self._show_app)
        page.copy_requested.connect(self._copy)
        page.export_requested.connect(self._ask_export)

    def show(self, lines: Sequence[ScanLine], newer: ScanLine, older: ScanLine) -> None:
        """Tell two scans apart.

        Args:
            lines: the finished scans of the tenant, newest first.
            newer: the scan that changes are told to.
            older: the scan that changes are told from.
        """
        self._finished = lines
        self._compare(older, newer)

    def forget(self) -> None:
        """Stop, and let go of what was compared: nobody looks at it."""
        for key in (_DIFF, _FILTER):
            self._workspace.tasks.cancel(key)
        self._page.table.lines.show(())
        self._put_down()

    def _put_down(self) -> None:
        held: list[object] = [self._told]
        self._told = None
        self._workspace.tasks.run(lambda task: let_go(held, hurry=task.cancel), lane=Lane.NETWORK)

    def _compare(self, older: ScanLine, newer: ScanLine) -> None:
        self._page.show_pair(self._finished, older, newer)
        self._put_down()
        shown = self._workspace.shown
        here = shown.snapshot if shown is not None else None
        self._workspace.tasks.run(
            partial(self._look, older, newer, here),
            done=self._show,
            failed=self.failed.emit,
            lane=Lane.NETWORK,
            key=_DIFF,
            owner=self,
        )

    @uncollected()
    def _look(self, older: ScanLine, newer: ScanLine, here: Snapshot | None, task: Task) -> Told:
        before, after = (self._load(line, here, task) for line in (older, newer))
        diff = self._workspace.services.history.diff(before, after)
        lines = difference_lines(diff)
        told = Told(diff, _sentence(diff), lines, facet_counts(lines))
        held: list[object] = [one for one in (before, after) if one is not here]
        del before, after
        let_go(held, hurry=task.cancel)
        return told

    def _load(self, line: ScanLine, here: Snapshot | None, task: Task) -> Snapshot:
        if task.cancel.is_set():
            raise Cancelled
        if here is not None and here.scan_id == line.scan_id:
            return here
        if line.record is None:
            raise BugError("a scan that was not finished cannot be compared")
        return self._workspace.services.history.load(line.record)

    def _show(self, told: Told) -> None:
        self._told = told
        self._page.show_difference(told.sentence, told.lines, told.counts)

    def _narrow(self, text: str, facet: Facet) -> None:
        told = self._told
        if told is not None:
            self._workspace.tasks.run(
                lambda _task: narrowed(told.lines, text, facet),
                done=self._page.show_lines,
                lane=Lane.NETWORK,
                key=_FILTER,
                owner=self,
            )

    def _show_app(self, key: str) -> None:
        workspace = self._workspace
        if workspace.app_of(key) is None:
            text = "This app is not in the scan that is open. Open a scan that has it, from the history."
            workspace.noticed.emit(Announcement(text, warning=True))
            return
        workspace.select_app(key)
        # An app that was selected all along says nothing of it.
        self._leave()

    # Text and files

    def _copy(self) -> None:
        def done(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._workspace.noticed.emit(Announcement("The difference is on the clipboard."))

        self._write("text", done)

    def _write(self, kind: str, done: Callable[[str], None]) -> None:
        told = self._told
        if told is not None:
            diff = told.diff
            self._workspace.tasks.run(
                lambda _task: _written(diff, kind), done=done, lane=Lane.NETWORK, key=_WRITE, owner=self
            )

    def _ask_export(self, kind: str) -> None:
        told = self._told
        if told is None:
            return
        days = (told.diff.older.read_at.date(), told.diff.newer.read_at.date())
        name = f"changes-{days[0].isoformat()}-{days[1].isoformat()}{_SUFFIX[kind]}"
        dialog = QFileDialog(self._window, "Export what changed", name, _FILES[kind])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX[kind].lstrip("."))
        dialog.fileSelected.connect(lambda chosen: self.export(Path(chosen), kind))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def export(self, path: Path, kind: str) -> None:
        """Save what changed; the file dialog has asked about a file that is there already.

        Args:
            path: the file.
            kind: "text" as the terminal prints it, or "json" as ``diff --json`` does.
        """
        told = self._told
        if told is None:
            return
        diff = told.diff

        def work(_task: Task) -> None:
            try:
                write_whole(path, _written(diff, kind).encode())
            except OSError as problem:
                raise StorageError(
                    f"{path.name} cannot be written",
                    detail=problem.strerror or str(problem),
                    remedy="Choose another place.",
                ) from problem

        self._workspace.tasks.run(
            work,
            done=lambda _: self._workspace.noticed.emit(Announcement(f"The changes are saved as {path.name}.")),
            failed=self._workspace.failed.emit,
            lane=Lane.NETWORK,
            owner=self,
        )


def _sentence(diff: ScanDiff) -> str:
    words = summary_words(diff)
    if diff.older.read_at > diff.newer.read_at:
        words += " The first scan is the later one: what was added is told as removed."
    if not diff.certain and diff.changed:
        words += " Some of it was not read in both scans, so more may have changed."
    return words


def _written(diff: ScanDiff, kind: str) -> str:
    if kind == "text":
        return "\n".join(difference_text(diff)) + "\n"
    from permdesk.reports.diff_document import diff_document

    return json.dumps(diff_document(diff), indent=2, ensure_ascii=True) + "\n"
