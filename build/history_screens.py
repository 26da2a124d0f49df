"""The screens of the history that are pictured."""

from collections.abc import Callable
from datetime import timedelta

from shooter import Shooter


def _scans(shooter: Shooter) -> None:
    """Keep a year of scans of the sample tenant: it grows, is granted more and less, and is not always read whole."""
    from msgspec.structs import replace

    from permdesk.domain.coverage import ReadStatus

    shooter.tenant()
    window = shooter.window
    history, shown = window.workspace.services.history, window.workspace.shown
    if (
        shown is None
        or len(history.timeline(cloud=shown.snapshot.tenant.cloud, tenant_id=shown.snapshot.tenant.id)) > 2
    ):
        return
    last = shown.snapshot
    for number in range(1, 15):
        grants = last.app_role_assignments[(number + 1) // 2 :]
        scan = replace(
            last,
            scan_id=f"{number:08x}-6a49-4a0e-9a53-0d6d3f0f6a01",
            read_at=last.read_at - timedelta(days=26 * number, hours=number),
            app_role_assignments=grants if number % 4 else grants[1:],
            delegated_grants=last.delegated_grants[number // 4 :],
            registrations=last.registrations[number // 3 :],
            service_principals=last.service_principals[: len(last.service_principals) - number // 2],
        )
        if number not in (3, 8):
            # The sample is never read whole; most of these were.
            reads = tuple(replace(read, status=ReadStatus.COMPLETE, detail=None) for read in scan.reads)
            scan = replace(scan, reads=reads)
        window.workspace.services.scans.keep(scan)
    records = history.timeline(cloud=last.tenant.cloud, tenant_id=last.tenant.id)
    history.note(records[2], "Before the vendor’s new version")
    history.note(records[6], "After the migration of the archive mailboxes, with the consultant; handed over on paper")


def _timeline(shooter: Shooter) -> None:
    _scans(shooter)
    window = shooter.window
    window.banner.hide()
    window.history.open()
    table = window.middle.history.timeline.table
    shooter.wait(lambda: bool(table.in_sight()), 10)
    shooter.wait(lambda: all(table.scans.found(line) is not None for line in table.in_sight()), 60)


def _timeline_empty(shooter: Shooter) -> None:
    _timeline(shooter)
    page = shooter.window.middle.history.timeline
    page.field.clear()
    page.show_lines([], tenant=shooter.comparison.tenant.name, open_scan="")


def _timeline_no_match(shooter: Shooter) -> None:
    _timeline(shooter)
    shooter.window.middle.history.timeline.field.setText("nothing is called so")


def _note(shooter: Shooter) -> None:
    _timeline(shooter)
    page = shooter.window.middle.history.timeline
    page.field.clear()
    page.table.select([page.table.in_sight()[3].scan_id])
    page.table.edit_note()


def _diff(shooter: Shooter, newer: int, older: int) -> None:
    _timeline(shooter)
    history = shooter.window.middle.history
    history.timeline.field.clear()
    lines = history.timeline.table.in_sight()
    history.timeline.compare_requested.emit(lines[newer], lines[older])
    shooter.wait(lambda: history.difference.export.isEnabled(), 30)


def _delete(shooter: Shooter) -> None:
    _timeline(shooter)
    page = shooter.window.middle.history.timeline
    page.delete_requested.emit(page.table.in_sight()[2:5])


def _export(shooter: Shooter) -> None:
    _timeline(shooter)
    page = shooter.window.middle.history.timeline
    page.export_requested.emit(page.table.in_sight()[2])


def _retention(shooter: Shooter) -> None:
    from permdesk.domain.retention import Keep
    from permdesk.ui.views.history.retention import RetentionForm

    _timeline(shooter)
    window = shooter.window
    window.sheets.settings(scans=True)
    shooter.wait()
    (form,) = window.findChildren(RetentionForm)
    form.keeps.show_choice(Keep.MONTHS)
    form.keeps.chosen.emit(Keep.MONTHS)
    form.number.setText("6")
    shooter.wait(form.apply.isVisible, 10)


def _new(shooter: Shooter) -> None:
    _scans(shooter)
    window = shooter.window
    window.middle_control.leave_history()
    window.history.changed.emit()
    shooter.wait(lambda: window.workspace.news is not None, 20)
    news = window.workspace.news
    if news is None:
        raise LookupError("nothing is known to be new")
    key = next(key for key in sorted(news.permissions) if window.workspace.app_of(key) is not None)
    window.workspace.select_app(key)
    window.apps.select(key)


HISTORY_SCREENS: dict[str, Callable[[Shooter], None]] = {
    "history-timeline": _timeline,
    "history-note": _note,
    "history-diff": lambda shooter: _diff(shooter, 4, 6),
    "history-diff-none": lambda shooter: _diff(shooter, 2, 2),
    "history-diff-unsure": lambda shooter: _diff(shooter, 2, 3),
    "history-delete": _delete,
    "history-export": _export,
    "history-retention": _retention,
    "history-no-match": _timeline_no_match,
    "history-empty": _timeline_empty,
    "history-new": _new,
}
