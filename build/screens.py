"""The screens that are pictured: for each, the steps that lead to it."""

from collections.abc import Callable
from pathlib import Path

from asking_screens import ASKING_SCREENS
from consent_screens import CONSENT_SCREENS
from history_screens import HISTORY_SCREENS
from shooter import Shooter
from sign_in_screens import SIGN_IN_SCREENS


def _first_run(shooter: Shooter) -> None:
    shooter.wait()


def _could_not_read(shooter: Shooter) -> None:
    shooter.window.files.open_path(Path("/nowhere/last-month.permdesk"))


def _scanning(shooter: Shooter, *, waiting: bool) -> None:
    """Show a scan of a large tenant half-way, as the reader tells of it."""
    from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
    from permdesk.domain.ports import Progress, StepProgress, Waiting
    from permdesk.presentation.progress import begun, moved

    shooter.tenant()
    done = (
        (ReadName.ORGANIZATION, 1, 1, 1, 1),
        (ReadName.APPLICATIONS, 20_000, 20_000, 1, 1),
        (ReadName.SERVICE_PRINCIPALS, 48_951, 60_112, 1, 0),
        (ReadName.OAUTH2_PERMISSION_GRANTS, 96_903, 150_240, 1, 0),
        (ReadName.APP_ROLE_ASSIGNMENTS, 41_958, None, 140, 118),
        (ReadName.DEFINITIONS, 40, 120, 0, 0),
    )
    steps = tuple(
        StepProgress(read, rows, expected, lists, ended, over=rows == expected)
        for read, rows, expected, lists, ended in done
    )
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource="Office 365 SharePoint Online")
    rows = sum(step.rows for step in steps)
    pace = begun(0.0, {step.read: step.rows for step in steps} | {ReadName.APP_ROLE_ASSIGNMENTS: 99_420})
    for tenth in range(1, 200):
        came = Progress("Delegated grants", rows * tenth // 200, None, (refused,) if waiting else (), steps)
        pace = moved(pace, came, at=tenth / 10)
    if waiting:
        pace = moved(pace, Progress("", rows, None, (refused,), steps, waiting=Waiting(12, asked=True)), at=20.0)
    shooter.window.workspace.scan_started.emit()
    shooter.window.workspace.scan_progress.emit(pace)


def _reading(shooter: Shooter) -> None:
    _scanning(shooter, waiting=False)


def _reading_waits(shooter: Shooter) -> None:
    _scanning(shooter, waiting=True)


def _cancelled(shooter: Shooter) -> None:
    from permdesk.ui.controllers.reading import kept_words
    from permdesk.ui.controllers.workspace import Announcement

    shooter.window.workspace.scan_ended.emit()
    shooter.tenant()
    shooter.window.workspace.noticed.emit(Announcement(kept_words(another=False)))


def _broke_off(shooter: Shooter) -> None:
    from permdesk.errors import ReadError

    shooter.tenant()
    remedy = "Scan again: it goes on where it stopped."
    detail = "Its process ended before it was done (exit code -9). What it had read is kept."
    shooter.window.workspace.scan_failed.emit(ReadError("The scan broke off", detail=detail, remedy=remedy))
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _banner(shooter: Shooter) -> None:
    shooter.window.workspace.scan_ended.emit()
    shooter.app_named("", flag="unconfirmed")
    shooter.window.describing.confirm()
    shooter.wait(lambda: bool(shooter.window.banner.text), 10)


def _menu(shooter: Shooter) -> None:
    shooter.window.banner.hide()
    shooter.tenant()
    shooter.window.top_bar.menu.click()


def _overview(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.workspace.select_app(None)


def _trend(shooter: Shooter) -> None:
    """Show the overview of a tenant that was read on six days, once not to the end."""
    from datetime import timedelta

    from msgspec.structs import replace

    shooter.tenant()
    workspace = shooter.window.workspace
    shown = workspace.shown
    if shown is None:
        raise SystemExit("no tenant is open")
    scan = shown.snapshot
    for months, (assignments, refused) in enumerate(((3, False), (0, True), (12, False), (20, False), (28, False)), 1):
        earlier = replace(
            scan,
            scan_id=f"5a3b1e00-0000-4000-8000-0000000000a{months}",
            read_at=scan.read_at - timedelta(days=30 * months),
            app_role_assignments=scan.app_role_assignments[assignments:],
            reads=scan.reads if refused else tuple(read for read in scan.reads if read.complete),
        )
        workspace.services.scans.keep(earlier)
    workspace.select_app(None)
    workspace.scan()
    trend = shooter.window.overview.trend
    shooter.wait(lambda: not workspace.scanning and trend.chart is not None, 30)


def _main(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("MISSING", "Reports")
    shooter.window.permissions.focus_tree()


def _workloads(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.finding("MISSING")


def _not_read(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("UNVERIFIED")


def _partial(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("PARTIAL")


def _app(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup for Azure")


def _look_alike(shooter: Shooter) -> None:
    shooter.app_named("", flag="look-alike")


def _not_installed(shooter: Shooter) -> None:
    shooter.app_named("Azure AD B2C")


def _search(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.top_bar.search.setText("Mail.Read")


def _no_match(shooter: Shooter) -> None:
    shooter.tenant()
    from permdesk.presentation.search import AppFilter

    shooter.window.apps.set_filter(AppFilter(text="nothing is called so"))


def _reconsent(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.window.consent.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _reconsent_proof(shooter: Shooter) -> None:
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

    _reconsent(shooter)
    window = shooter.window
    preview = window.findChild(ReconsentSheet)
    if preview is None:
        raise LookupError("there is no preview")
    preview.accept()
    window.proving.begin(preview.plan)
    shooter.wait(lambda: window.proving.sheet is not None, 20)


def _reconsent_vendor(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.window.consent.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _reconsent_shut(shooter: Shooter) -> None:
    shooter.app_named("", flag="unconfirmed")
    shooter.window.consent.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _bind(shooter: Shooter) -> None:
    shooter.app_named("svc-m365-backup")
    shooter.window.sheets.bind()


def _identity(shooter: Shooter) -> None:
    shooter.app_named("", flag="ambiguous")
    shooter.window.sheets.identity()


def _compare(shooter: Shooter) -> None:
    shooter.app_named("", flag="look-alike")
    shooter.window.sheets.compare()


def _accept(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.finding("EXCESS")
    shooter.window.sheets.accept()


def _accepted(shooter: Shooter) -> None:
    shooter.app_named("Spare Parts Portal")
    shooter.window.permissions.select_finding(next(f for f in shooter.selected.findings if f.accepted is not None))
    shooter.window.permissions.focus_tree()


def _settings(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.sheets.settings()


def _tenant_menu(shooter: Shooter) -> None:
    shooter.window.banner.hide()
    shooter.tenant()
    # A menu that a button opens waits for its answer: it is filled and shown without waiting.
    menu = shooter.window.tenant_menu
    shooter.window.files.fill_menu(menu)
    from PySide6.QtCore import QPoint

    menu.popup(QPoint(0, 0))


def _compact(shooter: Shooter) -> None:
    from permdesk.settings import Density

    shooter.window.appearance.choose_density(Density.COMPACT)
    _main(shooter)


def _history_shut(shooter: Shooter) -> None:
    from permdesk.settings import Density

    shooter.window.appearance.choose_density(Density.COMFORTABLE)
    shooter.shut_history()
    shooter.window.workspace.scan()
    shooter.wait(lambda: "Nothing said" in shooter.window.banner.text, 60)


def _print(shooter: Shooter) -> None:
    shooter.tenant()
    reports = shooter.window.reports
    reports.print()
    shooter.wait(lambda: reports.preview is not None and reports.preview.ready is not None, 60)
    # The pages in sight are drawn one after the other.
    shooter.wait(seconds=2.0)


def _export(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.reports.export()


def _printing(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.jobs.show_work("Printing page 12 of 29", 12, 29)


def _saved(shooter: Shooter) -> None:
    shooter.tenant()
    ways = (("Show in folder", "folder", lambda: None), ("Open", "open-outside", lambda: None))
    shooter.window.jobs.show_done("Saved as /home/admin/Documents/larkfield.example-2026-11-22.pdf", ways)


def _help(shooter: Shooter) -> None:
    shooter.window.jobs.clear()
    shooter.window.sheets.help()


def _keys(shooter: Shooter) -> None:
    shooter.window.sheets.keys()


def _about(shooter: Shooter) -> None:
    shooter.window.sheets.about()


def _problem(shooter: Shooter) -> None:
    shooter.tenant()
    shooter.window.files.open_path(Path("/nowhere/last-month.permdesk"))
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


SCREENS: dict[str, Callable[[Shooter], None]] = {
    "first-run": _first_run,
    **SIGN_IN_SCREENS,
    "could-not-read": _could_not_read,
    "overview": _overview,
    "trend": _trend,
    "main": _main,
    "workloads": _workloads,
    "not-read": _not_read,
    "partial": _partial,
    "app": _app,
    "look-alike": _look_alike,
    "not-installed": _not_installed,
    "search": _search,
    "no-match": _no_match,
    "re-consent": _reconsent,
    "re-consent-vendor": _reconsent_vendor,
    "re-consent-shut": _reconsent_shut,
    "re-consent-proof": _reconsent_proof,
    **ASKING_SCREENS,
    **CONSENT_SCREENS,
    "bind": _bind,
    "identity": _identity,
    "compare": _compare,
    "accept": _accept,
    "accepted": _accepted,
    "settings": _settings,
    "print": _print,
    "export": _export,
    "printing": _printing,
    "saved": _saved,
    **HISTORY_SCREENS,
    "help": _help,
    "keys": _keys,
    "about": _about,
    "problem": _problem,
    "broke-off": _broke_off,
    "reading": _reading,
    "reading-waits": _reading_waits,
    "cancelled": _cancelled,
    "banner": _banner,
    "menu": _menu,
    "tenant-menu": _tenant_menu,
    "compact": _compact,
    "history-shut": _history_shut,
}
