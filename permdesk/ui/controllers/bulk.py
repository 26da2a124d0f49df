"""Several consents in a row: keeps the list, opens one preview after the other, and marks what came of each."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_list import ConsentList, ListRow, in_need, list_rows
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.app_rows import LONGEST_NAME
from permdesk.presentation.appearance import Look, verdict_look
from permdesk.services.bundle import Services
from permdesk.ui.controllers.consent import ConsentController
from permdesk.ui.controllers.loading import Shown
from permdesk.ui.controllers.proving import ProvingController
from permdesk.ui.controllers.records import RecordsController
from permdesk.ui.controllers.sheets import SheetsController
from permdesk.ui.controllers.workspace import Announcement, Workspace
from permdesk.ui.tasks import Lane
from permdesk.ui.theme import Theme
from permdesk.ui.views.bulk.checklist import ChecklistSheet
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet

_LOOK, _CHANGE = "consent-list", "consent-list-change"


class Seen(Struct, frozen=True):
    """The list as it stands.

    Attributes:
        rows: the list held against the newest scan.
        needy: the apps that need a consent and are not on the list.
        verdicts: what is said of the apps on the list, by key.
    """

    made: ConsentList
    rows: tuple[ListRow, ...]
    needy: tuple[AppComparison, ...]
    verdicts: dict[str, Look]


class BulkController(QObject):
    """Goes through the list of the tenant on screen.

    Args:
        window: what the sheet lies over.
        consent: shows previews.
        proving: proves what became of each.
        records: shows records.
    """

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        *,
        sheets: SheetsController,
        consent: ConsentController,
        proving: ProvingController,
        records: RecordsController,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._sheets, self._theme = window, workspace, sheets, theme
        self._consent, self._records = consent, records
        self.sheet: ChecklistSheet | None = None
        self.seen: Seen | None = None
        #: Key of the app whose preview was opened from the list; empty for none.
        self._under_way = ""
        sheets.opened.connect(self._sheet_opened)
        proving.proved.connect(self._proved)
        workspace.changed.connect(lambda _scanned: self._look())

    # The sheet

    def open(self, *, choose: str = "") -> None:
        """Show the list of the tenant on screen."""
        shown = self._workspace.shown
        if shown is None:
            self._workspace.noticed.emit(Announcement("Open or scan a tenant first."))
            return
        tenant = shown.comparison.tenant
        sheet = ChecklistSheet(self._theme, self._window, tenant=tenant.name or tenant.id)
        sheet.preview_requested.connect(self._preview)
        sheet.skip_requested.connect(lambda key: self._change(lambda made: made.skip(key), after=key))
        sheet.unskip_requested.connect(lambda key: self._change(lambda made: made.unskip(key)))
        sheet.remove_requested.connect(self._remove)
        sheet.record_requested.connect(self._show_record)
        sheet.add_all_requested.connect(self._add_all)
        sheet.add_requested.connect(self._choose_apps)
        sheet.clear_requested.connect(self._ask_clear)
        sheet.finished.connect(partial(self._closed, sheet))
        self.sheet, self._under_way = sheet, ""
        self._look(choose=choose, then=lambda: self._sheets.show(sheet))

    def _closed(self, sheet: ChecklistSheet, _result: int) -> None:
        if self.sheet is sheet:
            self.sheet = None

    def _look(self, *, choose: str = "", then: Callable[[], object] | None = None) -> None:
        """Load the list and hold it against the tenant on screen; previews of hundreds of apps take their time."""
        shown, services, sheet = self._workspace.shown, self._workspace.services, self.sheet
        if shown is None or sheet is None:
            return

        def found(seen: Seen) -> None:
            coming = seen.made.after(None) if then is not None and not choose else None
            self._show(seen, choose=coming.app_key if coming is not None else choose)
            if then is not None:
                then()

        self._workspace.tasks.run(
            lambda _task: _seen(services, shown),
            done=found,
            failed=self._failed,
            lane=Lane.STORE,
            key=_LOOK,
            owner=sheet,
        )

    def _show(self, seen: Seen, *, choose: str = "") -> None:
        self.seen = seen
        if self.sheet is not None:
            self.sheet.show_list(
                seen.made,
                seen.rows,
                in_need=len(seen.needy),
                verdicts=seen.verdicts,
                now=self._workspace.now,
                choose=choose,
            )

    def _change(self, change: Callable[[ConsentList], ConsentList], *, after: str | None = None) -> None:
        """Change the list, keep it, and show it.

        Args:
            change: makes a new list of the one that is kept.
            after: choose the next app to go through, seen from this one; None to leave the choice.
        """
        shown, services = self._workspace.shown, self._workspace.services
        if shown is None:
            return

        def work() -> Seen:
            before = _list(services, shown)
            made = change(before)
            if made != before:
                services.consents.keep_list(made)
            return _seen(services, shown)

        def kept(seen: Seen) -> None:
            coming = seen.made.after(after) if after is not None else None
            self._show(seen, choose=coming.app_key if coming is not None else "")

        self._workspace.tasks.run(lambda _task: work(), done=kept, failed=self._failed, lane=Lane.STORE, owner=self)

    def _failed(self, error: Exception) -> None:
        sheet = self.sheet
        self._sheets.problem(error, over=sheet if sheet is not None and sheet.isVisible() else None)

    # What stands on the list

    def _add_all(self) -> None:
        if self.seen is not None:
            self.add(tuple(app.key for app in self.seen.needy))

    def add(self, keys: Sequence[str]) -> None:
        """Put apps at the end of the list."""
        shown, services = self._workspace.shown, self._workspace.services
        if shown is None:
            return
        apps = [app for key in keys if (app := shown.known.apps.get(key)) is not None]
        comparison = shown.comparison
        self._change(lambda made: made.with_apps(apps, _plans(services, comparison, apps)))

    def _choose_apps(self) -> None:
        from permdesk.ui.views.report.app_chooser import AppChooserSheet
        from permdesk.ui.views.report.setup import AppChoice

        shown, seen = self._workspace.shown, self.seen
        if shown is None or seen is None or self.sheet is None:
            return
        there = [app for app in shown.comparison.apps if app.object_id is not None and app.findings]
        choices = [
            AppChoice(
                app.key,
                inert(app.display_name, LONGEST_NAME) or "(no name)",
                verdict_look(app.verdict, app.verdict_reason).label,
                profiled=app.against_profile,
            )
            for app in there
            if seen.made.item(app.key) is None
        ]
        needy = [app.key for app in seen.needy]
        sheet = AppChooserSheet(
            self._theme,
            self.sheet,
            apps=choices,
            ticked=needy,
            title="Apps to consent to",
            lead="Each is gone through by itself, with its own preview.",
            take="Put on the list",
        )
        sheet.chosen.connect(self.add)
        sheet.open()

    def _remove(self, key: str) -> None:
        self._change(lambda made: made.without([key]))

    def _ask_clear(self) -> None:
        from permdesk.ui.views.dialogs.question import QuestionSheet

        seen = self.seen
        if seen is None or self.sheet is None:
            return
        question = QuestionSheet(
            self._theme,
            self.sheet,
            title="Clear the list?",
            text=f"{counted(len(seen.made.items), 'app')} and how far each has come are forgotten. Records of consents "
            "stay.",
            go_on="Keep it",
            stop="Clear it",
        )
        keys = [item.app_key for item in seen.made.items]
        question.agreed.connect(lambda: self._change(lambda made: made.without(keys)))
        question.open()

    def _show_record(self, key: str) -> None:
        item = self.seen.made.item(key) if self.seen is not None else None
        if item is not None and self.sheet is not None:
            self._records.show_named(item.record_id, over=self.sheet)

    # One after the other

    def _preview(self, key: str) -> None:
        if self.sheet is None:
            return
        self.sheet.accept()
        self._under_way = key
        self._workspace.select_app(key)
        self._consent.reconsent()

    def _sheet_opened(self, sheet: object) -> None:
        if not self._under_way:
            return
        if isinstance(sheet, ReconsentSheet):
            plan = sheet.plan
            if self._key_of(plan) != self._under_way:
                # Somebody went elsewhere meanwhile.
                self._under_way = ""
                return
            self._change(lambda made: made.opened(plan, self._key_of(plan)))
            sheet.finished.connect(lambda _result: QTimer.singleShot(0, self, self._look_back))
        elif isinstance(sheet, ProofSheet):
            sheet.finished.connect(lambda _result: QTimer.singleShot(0, self, self._go_on))

    def _proved(self, record: ConsentRecord) -> None:
        """Mark what became of an app, wherever its preview was opened."""
        key = record.app_id
        if key is not None:
            self._change(lambda made: made.checked(key, record.outcome, record.record_id))

    def _look_back(self) -> None:
        """After a preview: the list again, unless its proof or something else is open by now."""
        if self._under_way and self._sheets.sheet is None and not self._workspace.scanning:
            self._go_on()

    def _go_on(self) -> None:
        key, self._under_way = self._under_way, ""
        if not key or self._sheets.sheet is not None:
            return
        coming = self.seen.made.after(key) if self.seen is not None else None
        self.open(choose=coming.app_key if coming is not None else key)

    def _key_of(self, plan: ConsentPlan) -> str:
        return plan.app_id or ""


def _list(services: Services, shown: Shown) -> ConsentList:
    tenant = shown.comparison.tenant
    found = services.consents.list_of(cloud=tenant.cloud, tenant_id=tenant.id)
    return found or ConsentList(tenant.cloud, tenant.id, shown.comparison.read_at)


def _seen(services: Services, shown: Shown) -> Seen:
    """Load the list and hold it against a tenant; reads the history."""
    made, comparison = _list(services, shown), shown.comparison
    apps = shown.known.apps
    listed = [apps[item.app_key] for item in made.items if item.app_key in apps]
    there = [app for app in listed if app.object_id is not None or app.registration_id is not None]
    plans = _plans(services, comparison, there)
    on_it = {item.app_key for item in made.items}
    needy = tuple(app for app in in_need(comparison) if app.key not in on_it)
    verdicts = {app.key: verdict_look(app.verdict, app.verdict_reason) for app in there}
    return Seen(made, list_rows(made, plans), needy, verdicts)


def _plans(services: Services, comparison: Comparison, apps: Sequence[AppComparison]) -> dict[str, ConsentPlan]:
    return {app.key: services.consent(comparison, app) for app in apps}
