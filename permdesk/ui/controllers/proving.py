"""After the click: reads the app again, some minutes long where grants appear late, and shows what changed."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord, WalkedRoute
from permdesk.domain.finding import AppComparison
from permdesk.domain.played_consent import played_consent
from permdesk.domain.proof import Happened, prove
from permdesk.domain.repair import Repair, undoes_consent
from permdesk.domain.text import inert
from permdesk.errors import SignInError, WorldError
from permdesk.paths import unwritable
from permdesk.presentation.explanation import completeness
from permdesk.presentation.scripts import SUFFIX, ScriptForm, script
from permdesk.services.again import AppAgain
from permdesk.services.target import ReadTarget, SampleTarget, TokenTarget
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.recording import Recording
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane, Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.whole_file import write_whole

#: Seconds between two readings, while grants that were foreseen are not there: some five minutes in all.
WATCH = (10, 20, 40, 60, 80, 100)
_READ = "prove"
_FILTERS = {
    ScriptForm.POWERSHELL: "PowerShell script (*.ps1)",
    ScriptForm.AZURE_CLI: "Script for the Azure CLI (*.sh)",
    ScriptForm.CURL: "Script for curl and jq (*.sh)",
}


class ProvingController(QObject):
    """Holds what the tenant was before a consent, until a person has seen what became of it.

    Args:
        window: what the sheet lies over.
        recording: keeps the record; one of its own where none is given.
        watch: seconds between two readings.
    """

    #: ConsentRecord of what is known by now, after each reading.
    proved = Signal(object)
    #: ConsentRecord that is to be printed, or saved as a file.
    print_requested = Signal(object)
    save_requested = Signal(object)

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        sheets: SheetsController,
        theme: Theme,
        *,
        recording: Recording | None = None,
        watch: tuple[int, ...] = WATCH,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._sheets, self._theme = window, workspace, sheets, theme
        self._watch = watch
        self.recording = recording or Recording(workspace, parent=self)
        self._plan: ConsentPlan | None = None
        self._before: AppComparison | None = None
        self._shown: Shown | None = None
        #: Where the app was asked for last; in the sample, with the click that was acted out.
        self._asked: ReadTarget | None = None
        self._task: Task | None = None
        #: Counts the readings that were begun, so that the end of one that was given up is not taken for another's.
        self._turn = 0
        self._busy = False
        self._problem: WorldError | None = None
        self._preview: ReconsentSheet | None = None
        self._readings = 0
        self._left = 0
        self.sheet: ProofSheet | None = None
        self.dialog: QFileDialog | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)

    def begin(self, plan: ConsentPlan) -> None:
        """Read one app again after a consent, and show what became of it; nothing else of the tenant is read.

        Where the scan that the preview was made from is not on screen any more, the whole tenant is read.
        """
        shown = self._workspace.shown
        before = None
        if shown is not None and shown.comparison.scan_id == plan.scan_id:
            before = next((app for app in shown.comparison.apps if _is_of(app, plan)), None)
        if before is None:
            self._workspace.scan()
            return
        self._stop()
        self._plan, self._before, self._shown, self._readings = plan, before, shown, 0
        open_sheet = self._sheets.sheet
        if isinstance(open_sheet, ReconsentSheet):
            self._preview = open_sheet
            open_sheet.finished.connect(self._preview_closed)
        self.recording.begun(plan)
        self._read()

    def _read(self) -> None:
        self._clock.stop()
        plan, before, shown = self._plan, self._before, self._shown
        if plan is None or before is None or shown is None or self._busy:
            return
        again, late = self._workspace.services.again, 0 if self._readings else 1

        def work(task: Task) -> tuple[ReadTarget, AppAgain]:
            target = again.target(shown.target, shown.snapshot)
            if isinstance(target, SampleTarget):
                # Nobody can click in the sample tenant: the click is acted out, and one grant appears late.
                target = SampleTarget(complete=target.complete, consent=played_consent(plan, late=late))
            return target, again.app(plan, before, shown.snapshot, target, cancel=task.cancel)

        self._turn += 1
        self._busy, self._problem = True, None
        self._tell_reading(reading=True)
        self._task = self._workspace.tasks.run(
            work,
            done=self._arrived,
            failed=self._failed,
            finished=partial(self._read_over, self._turn),
            lane=Lane.NETWORK,
            key=_READ,
            owner=self,
        )

    def _read_over(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._busy = False
        self._tell_reading(reading=False)
        place = self.sheet or self._preview
        if self._problem is not None and place is not None:
            place.tell_problem(self._problem)

    def _arrived(self, found: tuple[ReadTarget, AppAgain]) -> None:
        plan, before = self._plan, self._before
        if plan is None or before is None:
            return
        self._asked, read = found
        comparison = read.comparison
        watching = self._readings < len(self._watch)
        proof = prove(plan, before, comparison, watching=watching)
        record = self.recording.record(proof, reads=comparison.reads, trail=read.trail)
        self._show(plan, record, completeness(comparison.reads)[1])
        self.proved.emit(record)
        if watching and proof.of(Happened.PENDING):
            self._wait()

    def _wait(self) -> None:
        self._left = self._watch[self._readings]
        self._readings += 1
        self._clock.start()

    def _failed(self, error: Exception) -> None:
        """Say what went wrong where a person waits for it; while grants are awaited, reading goes on."""
        if not isinstance(error, WorldError) or (self.sheet is None and self._preview is None):
            self._workspace.failed.emit(error)
            return
        self._problem = error
        awaits = self.sheet is not None and self.sheet.record.of(Happened.PENDING)
        if awaits and not isinstance(error, SignInError) and self._readings < len(self._watch):
            self._wait()

    def _show(self, plan: ConsentPlan, record: ConsentRecord, told: str) -> None:
        complete = "All reads are complete." if record.after.complete else f"{told}."
        now = self._workspace.now
        if self.sheet is not None:
            self.sheet.show_record(record, complete=complete, now=now)
            return
        ways = tuple(WalkedRoute(offer.route.kind, offer.route.label) for offer in plan.routes)
        self.sheet = ProofSheet(self._theme, self._window, record=record, complete=complete, now=now, ways=ways)
        self.sheet.read_requested.connect(self._read)
        self.sheet.scan_requested.connect(self.scan_all)
        self.sheet.script_requested.connect(self.save_script)
        self.sheet.route_chosen.connect(self._route_chosen)
        self.sheet.print_requested.connect(self.print_requested)
        self.sheet.save_requested.connect(self.save_requested)
        self.sheet.finished.connect(self._closed)
        if self._preview is not None:
            preview, self._preview = self._preview, None
            preview.accept()
        self._sheets.show(self.sheet)

    def _route_chosen(self, route: WalkedRoute | None) -> None:
        record = self.recording.choose_route(route)
        if record is not None and self.sheet is not None:
            self.sheet.record = record

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._read()
        else:
            self._tell_time()

    def _tell_time(self) -> None:
        if self.sheet is not None:
            self.sheet.tell_waiting(self._left if self._clock.isActive() else None)

    def _tell_reading(self, *, reading: bool) -> None:
        if self.sheet is not None:
            self.sheet.tell_reading(reading=reading)
        elif self._preview is not None:
            self._preview.tell_reading(reading=reading)
        if not reading and self._clock.isActive():
            self._tell_time()

    def scan_all(self) -> None:
        """Read the whole tenant, now that one app of it was seen again."""
        asked, sheet = self._asked, self.sheet
        if sheet is not None:
            sheet.finished.disconnect(self._closed)
            self._forget()
            sheet.accept()
        if isinstance(asked, SampleTarget):
            self._workspace.open(asked)
        else:
            self._workspace.scan()

    def _closed(self) -> None:
        """Say, once what changed was seen, that the list does not know of it."""
        record = self.sheet.record if self.sheet is not None else None
        self._forget()
        if record is not None and record.of(Happened.ADDED, Happened.REMOVED):
            name = inert(record.display_name, 80)
            words = f"Only {name} was read again. The list shows it as before, until you scan."
            self._workspace.noticed.emit(Announcement(words))

    def _preview_closed(self) -> None:
        self._preview = None
        if self.sheet is None:
            self._stop()

    def _stop(self) -> None:
        self._clock.stop()
        if self._task is not None:
            self._task.stop()
        self._task, self._busy, self._turn = None, False, self._turn + 1
        self._plan = self._before = self._shown = None

    def _forget(self) -> None:
        self._stop()
        self.sheet = self._preview = None
        self.recording.ended()

    # The way back

    def save_script(self, record: ConsentRecord) -> None:
        """Ask what shall run the script that gives back what was lost, and where to; then save it."""
        cloud = self._asked.cloud if isinstance(self._asked, TokenTarget) else None
        repair = undoes_consent(record, cloud=cloud)
        if repair is None or not repair.moves:
            self._workspace.noticed.emit(
                Announcement(
                    "No script can be made: the IDs of what was lost, or the cloud's address, are not known.",
                    warning=True,
                )
            )
            return
        over = self.sheet if self.sheet is not None else self._window
        dialog = QFileDialog(
            over, "Save a script that gives back what was lost", "restore", ";;".join(_FILTERS.values())
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)

        def suffixed(chosen: str) -> None:
            dialog.setDefaultSuffix(SUFFIX[_form(chosen)].lstrip("."))

        suffixed(dialog.selectedNameFilter())
        dialog.filterSelected.connect(suffixed)
        dialog.fileSelected.connect(
            lambda name: self.write_script(repair, _form(dialog.selectedNameFilter()), Path(name))
        )
        self.dialog = dialog
        dialog.open()

    def write_script(self, repair: Repair, form: ScriptForm, path: Path) -> None:
        """Write a script; the file dialog has asked about a file that is there already."""
        text = script(repair, form)
        workspace = self._workspace

        def write() -> None:
            try:
                write_whole(path, text.encode())
            except OSError as error:
                raise unwritable(path, error) from None

        workspace.tasks.run(
            lambda _task: write(),
            done=lambda _: workspace.noticed.emit(Announcement(f"The script is saved as {path.name}. Read it first.")),
            failed=workspace.failed.emit,
            owner=self,
        )


def _is_of(app: AppComparison, plan: ConsentPlan) -> bool:
    return (app.app_id, app.object_id) == (plan.app_id, plan.object_id)


def _form(chosen: str) -> ScriptForm:
    return next((form for form, words in _FILTERS.items() if words == chosen), ScriptForm.POWERSHELL)
