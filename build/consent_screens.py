"""The screens of consents that were made, and of those to make."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shooter import Shooter

if TYPE_CHECKING:
    from permdesk.ui.views.bulk.checklist import ChecklistSheet


def _proved(shooter: Shooter) -> None:
    """Play a consent of the app that loses something, as the proof does in the sample tenant, and close the proof."""
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

    shooter.app_named("svc-m365-backup")
    window = shooter.window
    tenant = shooter.comparison.tenant
    consents = window.workspace.services.consents
    kept = consents.of_tenant(cloud=tenant.cloud, tenant_id=tenant.id).records
    if kept and kept[0].route is not None:
        return
    consents.delete(kept)
    window.consent.reconsent()
    shooter.wait(lambda: window.findChild(ReconsentSheet) is not None, 10)
    preview = window.findChild(ReconsentSheet)
    if preview is None:
        raise LookupError("there is no preview")
    offer = next(offer for offer in preview.plan.routes if offer.url == preview.plan.link)
    window.recording.walked(preview.plan, offer.url or "")
    preview.accept()
    window.proving.begin(preview.plan)
    shooter.wait(lambda: window.proving.sheet is not None, 20)
    if window.proving.sheet is not None:
        window.proving.sheet.read_requested.emit()
        shooter.wait(seconds=2.0)
        window.proving.sheet.accept()
    shooter.wait(seconds=0.3)


def _records(shooter: Shooter) -> None:
    _proved(shooter)
    shooter.window.records.of_tenant()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _no_records(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    shooter.window.records.of_app()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _record(shooter: Shooter) -> None:
    from permdesk.ui.views.dialogs.proof import RecordSheet

    _proved(shooter)
    window, tenant = shooter.window, shooter.comparison.tenant
    kept = window.workspace.services.consents.of_tenant(cloud=tenant.cloud, tenant_id=tenant.id)
    window.sheets.show(RecordSheet(window.theme, window, record=kept.records[0], now=window.workspace.now))


def _remembered(shooter: Shooter) -> None:
    _proved(shooter)
    shooter.window.consent.reconsent()
    shooter.wait(lambda: shooter.window.sheets.sheet is not None, 10)


def _sheet(shooter: Shooter) -> "ChecklistSheet":
    window = shooter.window
    window.bulk.open()
    shooter.wait(lambda: window.bulk.sheet is not None and window.sheets.sheet is window.bulk.sheet, 20)
    if window.bulk.sheet is None:
        raise LookupError("there is no list")
    return window.bulk.sheet


def _none_to_make(shooter: Shooter) -> None:
    from permdesk.domain.consent_list import ConsentList

    shooter.tenant()
    window, tenant = shooter.window, shooter.comparison.tenant
    consents = window.workspace.services.consents
    consents.keep_list(ConsentList(tenant.cloud, tenant.id, shooter.comparison.read_at))
    _sheet(shooter)


def _fresh(shooter: Shooter) -> None:
    _sheet(shooter).add_all_requested.emit()
    shooter.wait(seconds=0.5)
    names = ("ERP Order Bridge", "Spare Parts Portal", "AvePoint Cloud Backup for Dynamics 365 Customer Engagement")
    apps = [app for app in shooter.comparison.apps if app.display_name in names and app.object_id is not None]
    shooter.window.bulk.add([app.key for app in apps])
    shooter.wait(seconds=0.5)


def _half(shooter: Shooter) -> None:
    from permdesk.domain.consent_list import ItemState
    from permdesk.domain.consent_record import Outcome

    shooter.tenant()
    window, tenant = shooter.window, shooter.comparison.tenant
    consents = window.workspace.services.consents
    made = consents.list_of(cloud=tenant.cloud, tenant_id=tenant.id)
    if made is None:
        raise LookupError("there is no list")
    outcomes = (Outcome.AS_FORESEEN, Outcome.DIFFERS, Outcome.PENDING)
    for item, outcome in zip(made.items, outcomes, strict=False):
        made = made.checked(item.app_key, outcome, "")
    made = made.skip(made.items[3].app_key)
    if made.items[3].state is not ItemState.SKIPPED:
        raise LookupError("it is not skipped")
    consents.keep_list(made)
    _sheet(shooter)


def _done(shooter: Shooter) -> None:
    from permdesk.domain.consent_record import Outcome

    shooter.tenant()
    window, tenant = shooter.window, shooter.comparison.tenant
    consents = window.workspace.services.consents
    made = consents.list_of(cloud=tenant.cloud, tenant_id=tenant.id)
    if made is None:
        raise LookupError("there is no list")
    for place, item in enumerate(made.items):
        outcome = Outcome.DIFFERS if place == 1 else Outcome.AS_FORESEEN
        made = made.checked(item.app_key, outcome, "")
    consents.keep_list(made)
    _sheet(shooter)


def _lapsed(shooter: Shooter) -> None:
    shooter.app_named("AvePoint Cloud Backup Express")
    app, comparison = shooter.selected, shooter.comparison
    found = next(finding for finding in app.findings if comparison.lapsed_of(app, finding) is not None)
    shooter.window.permissions.select_finding(found)
    shooter.window.permissions.focus_tree()


CONSENT_SCREENS: dict[str, Callable[[Shooter], None]] = {
    "consents-none": _none_to_make,
    "consents-fresh": _fresh,
    "consents-half": _half,
    "consents-done": _done,
    "consent-records-none": _no_records,
    "consent-records": _records,
    "consent-record": _record,
    "consent-remembered": _remembered,
    "was-accepted": _lapsed,
}
