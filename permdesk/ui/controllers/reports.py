"""Print and Export in the window: opens their sheets, and has done what a person decides in them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.errors import WorldError
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Wish
from permdesk.services.accounts import KeptAccount
from permdesk.services.paper import KeptTenants, Paper, TenantPlace
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.controllers.jobs import Jobs, Tell, Ways
from permdesk.ui.controllers.letterheads import Letterheads
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.papers import HeldPaper
from permdesk.ui.controllers.report_setup import Kept, file_name
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.painting import tool_tip
from permdesk.ui.tasks import Task
from permdesk.ui.theme import Theme
from permdesk.ui.views.report.export_sheet import tenants_lead
from permdesk.ui.views.report.job_strip import JobStrip
from permdesk.ui.views.top_bar import TopBar

if TYPE_CHECKING:
    # Loaded with the first report: the program starts without paper.
    from permdesk.ui.controllers.export import Export
    from permdesk.ui.controllers.preview import PrintPreview, Ready

NO_SCAN = "Open or scan a tenant first"
BUSY = "A summary is being printed or saved already: wait until that is done, or cancel it"


class ReportsController(QObject):
    """Between the workspace and paper or files.

    Args:
        window: what the sheets lie over.
        strip: where work in the background is told of.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        *,
        sheets: SheetsController,
        appearance: AppearanceController,
        strip: JobStrip,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._theme, self._sheets = window, workspace, theme, sheets
        self._kept = Kept(appearance)
        self.letterheads = Letterheads(appearance, workspace.tasks, self)
        self.jobs = Jobs(workspace.tasks, strip, self)
        self.preview: PrintPreview | None = None
        self.exporting: Export | None = None
        self.dialog: QFileDialog | None = None
        self._serving: Callable[[], None] = lambda: None
        self.paper = HeldPaper(workspace, self)
        self.paper.wanted = self._paper_wanted
        sheets.letterhead_opened.connect(self.letterheads.serve)
        workspace.changed.connect(lambda _scanned: self._serving())
        self.jobs.busy_changed.connect(lambda _busy: self._serving())
        self.jobs.busy_changed.connect(lambda _busy: self.paper.look())

    def serve(self, bar: TopBar, actions: Sequence[QAction]) -> None:
        """Keep the buttons of the top bar and the entries of the menu open or shut."""

        def serve() -> None:
            why = self.why_not
            bar.set_reports(why=why)
            for action in actions:
                action.setEnabled(not why)
                action.setToolTip(tool_tip(why))

        bar.print_requested.connect(self.print)
        bar.export_requested.connect(self.export)
        self._serving = serve
        serve()

    def may_close(self) -> bool:
        """Return whether nothing is under way; else ask whether to stop it, and close afterwards."""
        from permdesk.ui.views.dialogs.question import QuestionSheet

        if not self.jobs.busy:
            return True
        sheet = QuestionSheet(
            self._theme,
            self._window,
            title="Stop and close?",
            text="A summary is still being printed or saved. Stopped now, nothing of it is printed or saved.",
            go_on="Go on",
            stop="Stop and close",
        )

        def close() -> None:
            self.jobs.cancel()
            self.jobs.busy = False
            self.paper.close()
            self._window.close()

        sheet.agreed.connect(close)
        self.jobs.busy_changed.connect(sheet.reject)
        self._sheets.show(sheet)
        return False

    def close(self) -> None:
        """Stop what is under way for good: the window is closed."""
        self.paper.close()

    @property
    def why_not(self) -> str:
        """Why nothing can be printed or exported now; empty where it can."""
        if self._workspace.shown is None:
            return NO_SCAN
        return BUSY if self.jobs.busy else ""

    def _free(self) -> bool:
        if self.why_not:
            self._workspace.noticed.emit(Announcement(f"{self.why_not}.", warning=True))
        return not self.why_not

    # Print

    def print(self) -> None:
        """Show the pages, and print them if a person wants that."""
        shown = self._workspace.shown
        if not self._free() or shown is None:
            return
        from permdesk.ui.controllers.preview import PrintPreview

        preview = PrintPreview(
            self._window,
            self._workspace,
            shown,
            paper=self.paper.of(shown),
            sheets=self._sheets,
            kept=self._kept,
            letterheads=self.letterheads,
            theme=self._theme,
        )
        preview.print_wanted.connect(self._print)
        preview.save_wanted.connect(self._save_pages)
        preview.destroyed.connect(self._gone)
        self.preview = preview
        preview.open()

    def _gone(self) -> None:
        # The next one may be here before the last one is deleted.
        if self.preview is not None and not shiboken6.isValid(self.preview):
            self.preview = None
        if self.exporting is not None and not shiboken6.isValid(self.exporting):
            self.exporting = None
        self.paper.look()

    def _paper_wanted(self) -> bool:
        return self.preview is not None or self.exporting is not None or self.jobs.busy

    def _print(self, ready: "Ready", wish: Wish) -> None:
        name = inert(wish.name, 60)
        drawn: list[bool] = []

        def work(task: Task, tell: Tell) -> int:
            def told(page: int, of: int) -> None:
                if of and page >= of:
                    drawn.append(True)
                tell(f"Printing page {page:,} of {of:,}", page, of)

            return ready.paper.print(ready.choice, wish, told=told, cancel=task.cancel)

        def cancelled() -> str:
            # All pages were on their way: what a print server takes in the same moment, nobody can call back.
            return f"Cancelled late: look into the queue of {name}." if drawn else "Cancelled. Nothing was printed."

        self.jobs.start(
            f"Printing on {name}",
            work,
            done=lambda pages: (f"{counted(pages, 'page')} went to {name}.", ()),
            failed=partial(self._not_printed, ready),
            cancelled=cancelled,
        )

    def _not_printed(self, ready: "Ready", error: Exception) -> None:
        from permdesk.ui.views.dialogs.problem import world_problem

        if not isinstance(error, WorldError):
            self._sheets.problem(error)
            return
        way_out = ("Save as PDF…", partial(self._ask_where, ready), "export")
        self._sheets.show(world_problem(self._theme, self._window, error, way_out=way_out))

    def _ask_where(self, ready: "Ready") -> None:
        from permdesk.ui.controllers.report_sheets import save_dialog

        self.dialog = save_dialog(
            self._window,
            "Save as PDF",
            place=self._kept.place(f"{ready.name}.pdf"),
            kind=FileFormat.PDF,
            chosen=partial(self._save_pages, ready),
        )
        self.dialog.open()

    def _save_pages(self, ready: "Ready", path: Path) -> None:
        def work(task: Task, tell: Tell) -> Path:
            def told(page: int, of: int) -> None:
                tell(f"Saving page {page:,} of {of:,}", page, of)

            ready.paper.save(ready.choice, path, told=told, cancel=task.cancel)
            return path

        self.paper.again(ready.paper)
        self._start_saving(path, work)

    # Export

    def export(self) -> None:
        """Ask for a format and a place, and save the report of the tenant on screen."""
        shown = self._workspace.shown
        if not self._free() or shown is None:
            return
        tenant = shown.comparison.tenant
        self._ask_export(
            self.paper.of(shown), shown=shown, name=file_name(shown.comparison), lead=tenant.name or tenant.id
        )

    def export_all(self, accounts: Sequence[KeptAccount]) -> None:
        """Save one report of the newest kept scan of every account's tenant.

        Args:
            accounts: those in sight; one tenant is told of once.
        """
        if self.jobs.busy:
            self._workspace.noticed.emit(Announcement(f"{BUSY}.", warning=True))
            return
        once = {(kept.sign_in.cloud.id, kept.sign_in.tenant_id): kept for kept in reversed(accounts)}
        read = sum(1 for kept in once.values() if kept.last is not None)
        if not read:
            self._workspace.noticed.emit(Announcement("None of these tenants was read yet: scan them first."))
            return
        places = tuple(
            TenantPlace(cloud, tenant, once[cloud, tenant].sign_in.username) for cloud, tenant in reversed(once)
        )
        paper = self.paper.of_kept(KeptTenants(places))
        day = self._workspace.now.date().isoformat()
        self._ask_export(paper, shown=None, name=f"tenants-{day}", lead=tenants_lead(len(once), read))

    def _ask_export(self, paper: Paper, *, shown: Shown | None, name: str, lead: str) -> None:
        from permdesk.ui.controllers.export import Export

        made = Export(
            self._window,
            self._workspace,
            paper=paper,
            shown=shown,
            name=name,
            lead=lead,
            sheets=self._sheets,
            kept=self._kept,
            letterheads=self.letterheads,
            theme=self._theme,
        )
        made.wanted.connect(partial(self._export, paper))
        made.destroyed.connect(self._gone)
        self.exporting = made
        made.open()

    def _export(self, paper: Paper, choice: Choice, kind: FileFormat, path: Path) -> None:
        def work(task: Task, tell: Tell) -> Path:
            tell("Gathering", 0, 0)

            def told(done: int, of: int) -> None:
                tell(f"Saving {inert(path.name, 80)}", done, of)

            # The file dialog has asked about a file that is there already.
            paper.export(choice, kind, path, told=told, cancel=task.cancel)
            return path

        self._start_saving(path, work)

    def _start_saving(self, path: Path, work: Callable[[Task, Tell], Path]) -> None:
        self.jobs.start(
            f"Saving {inert(path.name, 80)}",
            work,
            done=_saved,
            failed=self._sheets.problem,
            cancelled=lambda: f"Cancelled. {inert(path.name, 80)} was not saved.",
        )


def _saved(path: Path) -> tuple[str, Ways]:
    return f"Saved as {inert(str(path), 200)}", (
        ("Show in folder", "folder", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))),
        ("Open", "open-outside", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))),
    )
