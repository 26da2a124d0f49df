"""After the click: reads the tenant again, some minutes long where grants appear late, and shows what changed."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_record import ConsentRecord, WalkedRoute
from permdesk.domain.finding import AppComparison
from permdesk.domain.played_consent import played_consent
from permdesk.domain.proof import Happened, prove
from permdesk.domain.repair import Repair, undoes_consent
from permdesk.paths import unwritable
from permdesk.presentation.explanation import completeness
from permdesk.presentation.scripts import SUFFIX, ScriptForm, script
from permdesk.services.target import SampleTarget
from permdesk.ui.controllers.recording import Recording
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.whole_file import write_whole

#: Seconds between two readings, while grants that were foreseen are not there: some five minutes in all.
WATCH = (10, 20, 40, 60, 80, 100)
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
        self._readings = 0
        self._left = 0
        self._asked = False
        self.sheet: ProofSheet | None = None
        self.dialog: QFileDialog | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        workspace.changed.connect(lambda scanned: self._arrived() if scanned else None)
        workspace.scan_started.connect(lambda: self._tell_reading(reading=True))
        workspace.scan_ended.connect(lambda: self._tell_reading(reading=False))
        workspace.scan_failed.connect(lambda _error: self._stopped())

    def begin(self, plan: ConsentPlan) -> None:
        """Read the tenant again after a consent, and show what became of the app that the plan was made for."""
        before = self._workspace.app_of(plan.app_id)
        shown = self._workspace.shown
        if before is None or shown is None or shown.comparison.scan_id != plan.scan_id:
            self._workspace.scan()
            return
        self._plan, self._before, self._readings = plan, before, 0
        self.recording.begun(plan)
        self._read()

    def _read(self) -> None:
        self._clock.stop()
        if self._workspace.scanning:
            return
        self._asked = True
        shown, plan = self._workspace.shown, self._plan
        if shown is None or plan is None or not shown.sample:
            self._workspace.scan()
            return
        # Nobody can click in the sample tenant: the click is acted out, and one grant appears late.
        late = 0 if self._readings else 1
        complete = isinstance(self._workspace.target, SampleTarget) and self._workspace.target.complete
        self._workspace.open(SampleTarget(complete=complete, consent=played_consent(plan, late=late)))

    def _arrived(self) -> None:
        plan, before, comparison = self._plan, self._before, self._workspace.comparison
        if plan is None or before is None or comparison is None or not self._asked:
            return
        self._asked = False
        if comparison.tenant.id != plan.tenant.id or comparison.scan_id == plan.scan_id:
            self._forget()
            return
        watching = self._readings < len(self._watch)
        proof = prove(plan, before, comparison, watching=watching)
        record = self.recording.record(proof, reads=comparison.reads)
        self._show(plan, record, completeness(comparison.reads)[1])
        self.proved.emit(record)
        if watching and proof.of(Happened.PENDING):
            self._left = self._watch[self._readings]
            self._readings += 1
            self._clock.start()
        self._tell_time()

    def _show(self, plan: ConsentPlan, record: ConsentRecord, told: str) -> None:
        complete = "All reads are complete." if record.after.complete else f"{told}."
        now = self._workspace.now
        if self.sheet is not None:
            self.sheet.show_record(record, complete=complete, now=now)
            return
        ways = tuple(WalkedRoute(offer.route.kind, offer.route.label) for offer in plan.routes)
        self.sheet = ProofSheet(self._theme, self._window, record=record, complete=complete, now=now, ways=ways)
        self.sheet.read_requested.connect(self._read)
        self.sheet.script_requested.connect(self.save_script)
        self.sheet.route_chosen.connect(self._route_chosen)
        self.sheet.print_requested.connect(self.print_requested)
        self.sheet.save_requested.connect(self.save_requested)
        self.sheet.finished.connect(lambda _result: self._forget())
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
        if not reading:
            self._tell_time()

    def _stopped(self) -> None:
        self._asked = False
        self._clock.stop()
        self._tell_time()

    def _forget(self) -> None:
        self._clock.stop()
        self._plan = self._before = self.sheet = None
        self.recording.ended()
        self._asked = False

    # The way back

    def save_script(self, record: ConsentRecord) -> None:
        """Ask what shall run the script that gives back what was lost, and where to; then save it."""
        repair = undoes_consent(record)
        if repair is None or not repair.moves:
            self._workspace.noticed.emit(
                Announcement("No script can be made: the IDs of what was lost are not known.", warning=True)
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


def _form(chosen: str) -> ScriptForm:
    return next((form for form, words in _FILTERS.items() if words == chosen), ScriptForm.POWERSHELL)
