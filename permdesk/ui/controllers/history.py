"""The history of the tenant on screen: its timeline, and everything a person does with a kept scan."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.wording import counted, verb
from permdesk.presentation.timeline import ScanLine, scan_lines, written
from permdesk.services.target import KeptTarget
from permdesk.ui.controllers.history_diff import DiffController
from permdesk.ui.controllers.history_files import HistoryFiles
from permdesk.ui.controllers.history_insights import InsightLoader
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.history.page import HistoryPage
from permdesk.ui.views.middle import Middle

_TIMELINE = "timeline"


class _Made(NamedTuple):
    """What is made with the page."""

    page: HistoryPage
    insights: InsightLoader
    differences: DiffController
    files: HistoryFiles


class HistoryController(QObject):
    """Between the kept scans and the pages that show them.

    Args:
        window: what dialogs lie over.
        middle: has the page of the timeline, and of what changed between two of its scans.
        show_page: brings the page to the middle.
        leave: brings back what was there.
        settings: opens the settings.
    """

    #: Scans came or went: what is new may be told from another one now.
    changed = Signal()

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        middle: Middle,
        *,
        sheets: SheetsController,
        theme: Theme,
        show_page: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._middle, self._theme = window, workspace, middle, theme
        self._sheets, self._show_page, self._leave = sheets, show_page, leave
        self._lines: list[ScanLine] = []
        #: The kept scan that is being opened, and the one that was on screen before.
        self._opening = self._open_before = ""
        #: Whatever needs the page is made with it, when the history is first opened.
        self._made: _Made | None = None
        workspace.changed.connect(self._tenant_changed)
        workspace.scan_started.connect(self._refresh_if_seen)
        workspace.scan_ended.connect(self._refresh_if_seen)

    def _make(self) -> _Made:
        if self._made is None:
            page = self._middle.history
            insights = InsightLoader(page.timeline.table, self._workspace)
            differences = DiffController(self._window, page.difference, self._workspace, leave=self._leave)
            files = HistoryFiles(
                self._window,
                self._workspace,
                page.timeline,
                sheets=self._sheets,
                theme=self._theme,
                came=self.came_or_went,
            )
            self._made = _Made(page, insights, differences, files)
            self._connect(self._made)
        return self._made

    @property
    def _page(self) -> HistoryPage:
        return self._make().page

    @property
    def differences(self) -> DiffController:
        """What tells two scans apart."""
        return self._make().differences

    @property
    def insights(self) -> InsightLoader:
        """What looks at the scans in sight."""
        return self._make().insights

    @property
    def files(self) -> HistoryFiles:
        """What imports and exports."""
        return self._make().files

    def _connect(self, made: _Made) -> None:
        timeline = made.page.timeline
        timeline.open_requested.connect(self._open_scan)
        timeline.compare_requested.connect(self._compare)
        timeline.delete_requested.connect(self._ask_delete)
        timeline.retention_requested.connect(partial(self._sheets.settings, scans=True))
        timeline.scan_requested.connect(self._workspace.scan)
        timeline.left.connect(self._leave)
        timeline.table.scans.noted.connect(self._note)
        made.page.difference.left.connect(self._back)
        made.differences.failed.connect(self._not_compared)

    @property
    def _seen(self) -> bool:
        return self._middle.history_shown

    # Coming and going

    def open(self) -> None:
        """Show the timeline of the tenant on screen."""
        if self._workspace.shown is None:
            return
        self._page.setCurrentWidget(self._page.timeline)
        self._show_page()
        self.refresh()
        self.insights.start()
        self._page.focus()

    def left(self) -> None:
        """Stop everything that works for a page that nobody sees any more."""
        self.insights.stop()
        self.differences.forget()
        self._page.setCurrentWidget(self._page.timeline)

    def _back(self) -> None:
        self.differences.forget()
        self._page.setCurrentWidget(self._page.timeline)
        self._page.focus()

    def _tenant_changed(self, scanned: bool) -> None:
        shown = self._workspace.shown
        if shown is None:
            return
        if not scanned:
            # Somebody said something about an app: verdicts of older scans are judged by it, too.
            if self._made is not None:
                self._made.page.timeline.table.scans.forget()
            self._refresh_if_seen()
        elif shown.snapshot.scan_id == self._opening:
            self._opened()
        else:
            self._refresh_if_seen()
        self._opening = self._opening if not scanned else ""

    def _opened(self) -> None:
        """Show a kept scan, and say which it is where a newer one is kept."""
        self._leave()
        newest = next((line for line in self._lines if line.finished), None)
        here = next((line for line in self._lines if line.scan_id == self._opening), None)
        before = next((line for line in self._lines if line.scan_id == self._open_before), None)
        if newest is not None and here is not None and newest is not here:
            text = f"This is the scan of {here.when}, {here.age}. The newest is of {newest.when}."
            back = partial(self._workspace.open, KeptTarget(before.scan_id)) if before is not None else None
            self._workspace.noticed.emit(Announcement(text, undo=back))

    def _refresh_if_seen(self) -> None:
        if self._seen:
            self.refresh()

    def refresh(self) -> None:
        """Read the scans of the tenant anew."""
        shown = self._workspace.shown
        if shown is None:
            return
        tenant, sample = shown.snapshot.tenant, shown.sample
        history, reading = self._workspace.services.history, self._workspace.scanning

        def work(_task: Task) -> list[ScanLine]:
            place = {"cloud": tenant.cloud, "tenant_id": tenant.id}
            records, begun = history.timeline(**place), history.unfinished(**place)
            # The clock of the sample stands still.
            now = records[0].read_at if sample and records else datetime.now().astimezone()
            return scan_lines(records, begun, now=now, reading=reading)

        self._workspace.tasks.run(work, done=self._show, failed=self._workspace.failed.emit, key=_TIMELINE, owner=self)

    def _show(self, lines: list[ScanLine]) -> None:
        shown = self._workspace.shown
        if shown is None:
            return
        self._lines = lines
        name = shown.comparison.tenant.name or shown.comparison.tenant.id
        self._page.timeline.show_lines(lines, tenant=name, open_scan=shown.snapshot.scan_id)
        timeline = self._page.timeline
        if self._seen and not self._page.told_apart and not self._sheets.sheet and not timeline.table.writing:
            timeline.focus()

    # One scan

    def _open_scan(self, line: ScanLine) -> None:
        shown = self._workspace.shown
        if shown is not None and shown.snapshot.scan_id == line.scan_id:
            self._leave()
        elif not self._workspace.scanning:
            self._opening = line.scan_id
            self._open_before = shown.snapshot.scan_id if shown is not None else ""
            self._workspace.open(KeptTarget(line.scan_id))

    def _compare(self, newer: ScanLine, older: ScanLine | None) -> None:
        finished = [line for line in self._lines if line.finished]
        known = {line.scan_id: line for line in finished}
        if older is None and newer.before is not None:
            older = known.get(newer.before.scan_id)
        if older is None:
            return
        self.insights.stop()
        self._page.setCurrentWidget(self._page.difference)
        self.differences.show(finished, newer, older)
        self._page.focus()

    def _not_compared(self, error: Exception) -> None:
        self._page.setCurrentWidget(self._page.timeline)
        self.insights.start()
        self._sheets.problem(error)
        self.refresh()

    def _note(self, line: ScanLine, text: str) -> None:
        record = line.record
        if record is not None:
            self._write_note(record, text, undo=record.note)

    def _write_note(self, record: ScanRecord, text: str, *, undo: str | None) -> None:
        def done(_: object) -> None:
            self.refresh()
            if undo is None:
                return
            said = f"The note on the scan of {self._when(record)} is {'kept' if text else 'taken away'}."
            back = partial(self._write_note, record, undo, undo=None)
            self._workspace.noticed.emit(Announcement(said, undo=back))

        self._workspace.tasks.run(
            lambda _task: self._workspace.services.history.note(record, text),
            done=done,
            failed=self._workspace.failed.emit,
            owner=self,
        )

    def _when(self, record: ScanRecord) -> str:
        return written(record.read_at, now=datetime.now().astimezone())

    def _ask_delete(self, lines: Sequence[ScanLine]) -> None:
        from permdesk.ui.views.dialogs.question import QuestionSheet

        records = [line.record for line in lines if line.record is not None]
        if not records:
            return
        number = counted(len(records), "scan")
        which = f"The scan of {lines[0].when}" if len(records) == 1 else f"{number}, the newest of {lines[0].when},"
        goes = "is" if len(records) == 1 else "are"
        noted = sum(bool(record.note) for record in records)
        text = f"{which} {goes} deleted from this computer. Nothing brings {verb(len(records), 'it', 'them')} back."
        text += " Export first what you may need." if noted == 0 else f" {counted(noted, 'note')} would go, too."
        text += " Records of consents stay as long as a scan of the tenant does."
        shown = self._workspace.shown
        if shown is not None and shown.snapshot.scan_id in {record.scan_id for record in records}:
            text += " The scan that is open is one of them: it stays on screen until another one is opened."
        sheet = QuestionSheet(
            self._theme,
            self._window,
            title=f"Delete {number}?",
            text=text,
            go_on="Keep" if len(records) == 1 else "Keep them",
            stop=f"Delete {number}",
        )
        sheet.agreed.connect(lambda: self._delete(records))
        self._sheets.show(sheet)

    def _delete(self, records: Sequence[ScanRecord]) -> None:
        def done(gone: int) -> None:
            self.came_or_went()
            self._workspace.noticed.emit(Announcement(f"{counted(gone, 'scan')} deleted."))

        def failed(error: Exception) -> None:
            # They may be gone, and their room not be given back.
            self.came_or_went()
            self._workspace.failed.emit(error)

        self._workspace.tasks.run(
            lambda _task: self._workspace.services.history.delete(records),
            done=done,
            failed=failed,
            owner=self,
        )

    def came_or_went(self) -> None:
        """Show what the history has now, and say that it is another."""
        self._refresh_if_seen()
        self.changed.emit()
