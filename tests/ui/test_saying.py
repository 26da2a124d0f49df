"""What a person says about an app: ticks, binding, confirming, accepting, and taking it back."""

from datetime import date

from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppFlag, MatchedBy, Status, Verdict
from permdesk.domain.profile import Cell, Uses
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.ui.views.dialogs.accept import AcceptSheet
from permdesk.ui.views.dialogs.bind import BindSheet
from permdesk.ui.views.dialogs.compare import CompareSheet
from permdesk.ui.views.dialogs.identity import IdentitySheet
from permdesk.ui.window import Window
from tests.ui.driving import app_named, button, choose, show, texts


def _now(window: Window) -> object:
    app = window.workspace.app
    assert app is not None
    return app


def test_a_tick_recompares_at_once_and_is_kept(tenant: Window, services: Services) -> None:
    before = show(tenant, "svc-m365-backup")
    assert before.uses is not None
    needed = tenant.permissions.segments
    teams = Cell("Teams", "Backup")
    assert teams not in before.uses.cells
    choose(tenant, Status.MISSING)
    tenant.permissions.uses.changed.emit(Uses(before.uses.cells | {teams}, before.uses.conditions))
    after = tenant.workspace.app
    assert after is not None
    assert after.uses is not None
    assert teams in after.uses.cells
    documented = [f.permission.label for f in after.findings if f.documented == "yes"]
    assert len(documented) > len([f for f in before.findings if f.documented == "yes"])
    assert needed is tenant.permissions.segments
    # The same permission stays selected: the row is another object, the permission is not.
    assert tenant.workspace.finding is not None
    snapshot = tenant.workspace.shown.snapshot  # type: ignore[union-attr]
    kept = services.find_app(services.compare(snapshot), after.app_id or "")
    assert kept.uses is not None
    assert teams in kept.uses.cells


def test_binding_by_hand_and_taking_it_back(tenant: Window) -> None:
    app = show(tenant, "Larkfield Intranet Search")
    assert app.profile is None
    tenant.sheets.bind()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, BindSheet)
    sheet.field.setText("nakivo")
    chosen = sheet.selected()
    assert chosen is not None
    assert chosen.vendor == "NAKIVO"
    button(sheet, "Bind").click()
    bound = tenant.workspace.app
    assert bound is not None
    assert bound.profile is not None
    assert bound.matched_by is MatchedBy.PERSON
    assert "bound to NAKIVO" in tenant.banner.text
    tenant.banner.undo_button.click()
    again = tenant.workspace.app
    assert again is not None
    assert again.profile is None
    assert again.binding is None


def test_a_search_without_a_match_binds_nothing(tenant: Window) -> None:
    show(tenant, "Larkfield Intranet Search")
    tenant.sheets.bind()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, BindSheet)
    sheet.field.setText("no vendor is called so")
    assert not sheet.bind.isEnabled()
    assert sheet.selected() is None


def test_confirming_opens_the_link(tenant: Window) -> None:
    app = show(tenant, flag=AppFlag.UNCONFIRMED)
    assert app.verdict is not Verdict.COMPLIANT
    tenant.permissions.profile_requested.emit()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, IdentitySheet)
    said = texts(sheet)
    for fact in ("Publisher", "Owner tenant", "App ID", app.app_id or "?"):
        assert fact in said
    # Return must not confirm.
    assert button(sheet, "Cancel").isDefault()  # type: ignore[attr-defined]
    vendor = app.profile.vendor if app.profile else ""
    button(sheet, f"Confirm: it is {vendor}’s").click()
    confirmed = tenant.workspace.app
    assert confirmed is not None
    assert AppFlag.UNCONFIRMED not in confirmed.flags
    assert "is confirmed" in tenant.banner.text
    tenant.banner.undo_button.click()
    again = tenant.workspace.app
    assert again is not None
    assert AppFlag.UNCONFIRMED in again.flags


def test_it_is_not_the_vendors(tenant: Window) -> None:
    app = show(tenant, flag=AppFlag.UNCONFIRMED)
    tenant.sheets.identity()
    sheet = tenant.sheets.sheet
    assert sheet is not None
    button(sheet, "It is not").click()
    after = tenant.workspace.app
    assert after is not None
    assert after.key == app.key
    assert after.profile is None


def test_unbinding_a_bound_app_and_undoing_keeps_how_it_was_bound(tenant: Window) -> None:
    before = show(tenant, "svc-m365-backup")
    assert before.binding is not None
    tenant.describing.unbind()
    assert tenant.workspace.app is not None
    assert tenant.workspace.app.profile is None
    tenant.banner.undo_button.click()
    after = tenant.workspace.app
    assert after is not None
    assert after.profile is not None
    assert after.profile.id == before.profile.id  # type: ignore[union-attr]
    assert after.binding is not None
    assert after.binding.by_hand == before.binding.by_hand


def test_a_look_alike_is_put_beside_the_app_it_resembles(tenant: Window) -> None:
    app = show(tenant, flag=AppFlag.LOOK_ALIKE)
    tenant.permissions.profile_requested.emit()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, CompareSheet)
    said = texts(sheet)
    assert app.app_id is not None
    assert said.count(app.app_id) == 1
    assert "not verified" in said


def test_accepting_needs_a_reason_and_a_name(tenant: Window, qtbot: QtBot) -> None:
    app = show(tenant, "AvePoint Cloud Backup Express")
    found = choose(tenant, Status.EXCESS)
    tenant.sheets.accept()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, AcceptSheet)
    # What somebody gave as a reason before is offered again.
    sheet.reason.setPlainText("")
    assert not sheet.done_button.isEnabled()
    sheet.reason.setPlainText("Used by the migration until spring.")
    assert sheet.done_button.isEnabled()
    sheet.by.setText(" ")
    assert not sheet.done_button.isEnabled()
    sheet.by.setText("admin@larkfield.example")
    sheet.done_button.click()
    after = app_named(tenant, "AvePoint Cloud Backup Express")
    again = next(f for f in after.findings if f.permission == found.permission)
    assert again.accepted is not None
    assert again.accepted.reason == "Used by the migration until spring."
    assert again.accepted.until is not None
    assert again.accepted.until > date(2026, 11, 22)
    assert after.key == app.key


def test_what_was_said_survives_another_scan(tenant: Window) -> None:
    show(tenant, flag=AppFlag.UNCONFIRMED)
    tenant.describing.confirm()
    key = tenant.workspace.app.key  # type: ignore[union-attr]
    tenant.workspace.open(SampleTarget())
    again = tenant.workspace.app_of(key)
    assert again is not None
    assert AppFlag.UNCONFIRMED not in again.flags


def test_nothing_is_kept_and_that_is_said_where_the_store_fails(tenant: Window, tmp_path: object) -> None:
    app = show(tenant, "svc-m365-backup")
    assert app.profile is not None
    # The last tick cannot be taken away: the services refuse it, and the window says why.
    tenant.workspace.choose_uses(Uses(frozenset(), frozenset()))
    sheet = tenant.sheets.sheet
    assert sheet is not None
    after = tenant.workspace.app
    assert after is not None
    assert after.uses == app.uses
    sheet.accept()
    assert _now(tenant) is after
