"""Several consents in a row: put on a list, gone through one by one, marked by what came of each."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.domain.consent_list import ConsentList, Foresight, ItemState, ListItem
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.ui.views.bulk.checklist import ChecklistSheet
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet, RecordSheet
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.views.report.app_chooser import AppChooserSheet
from permdesk.ui.window import Window
from tests.ui.driving import app_named, button, texts

APP = "svc-m365-backup"


def opened(window: Window) -> ChecklistSheet:
    """Open the list, or return the one that is open."""
    if not isinstance(window.sheets.sheet, ChecklistSheet):
        window.bulk.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, ChecklistSheet)
    return sheet


def filled(window: Window) -> ChecklistSheet:
    sheet = opened(window)
    button(sheet, "Add all to the list").click()
    return sheet


def kept(window: Window) -> ConsentList:
    comparison = window.workspace.comparison
    assert comparison is not None
    tenant = comparison.tenant
    found = window.workspace.services.consents.list_of(cloud=tenant.cloud, tenant_id=tenant.id)
    return found or ConsentList(tenant.cloud, tenant.id, comparison.read_at)


def state(window: Window, key: str) -> ItemState | None:
    item = kept(window).item(key)
    return item.state if item is not None else None


def choose(sheet: ChecklistSheet, key: str) -> None:
    place = [row.key for row in sheet.list.lines.rows].index(key)
    sheet.list.setCurrentIndex(sheet.list.lines.index(place))


def test_an_empty_list_says_how_many_need_a_consent(tenant: Window) -> None:
    sheet = opened(tenant)
    assert "3 apps lack a permission that a consent would bring." in texts(sheet)
    assert "nothing is consented to in bulk" in texts(sheet)
    assert not sheet.open_preview.isEnabled()
    assert not sheet.clear.isEnabled()
    sheet.reject()


def test_all_in_need_are_put_on_the_list_and_kept(tenant: Window) -> None:
    sheet = filled(tenant)
    names = [row.title for row in sheet.list.lines.rows]
    assert APP in names
    assert [item.name for item in kept(tenant).items] == names
    spoken = next(row.spoken for row in sheet.list.lines.rows if row.title == APP)
    assert "Gaps; To do: would add 3, may remove 3, firm or needed" in spoken
    assert "0 of 3 done." in texts(sheet)
    assert not sheet.more.isVisibleTo(sheet)
    sheet.reject()


def test_apps_are_chosen_by_hand(tenant: Window) -> None:
    sheet = opened(tenant)
    button(sheet, "Choose apps…").click()
    chooser = tenant.findChild(AppChooserSheet)
    assert chooser is not None
    assert len(chooser.model.ticked) == 3
    calm = app_named(tenant, "Spare Parts Portal")
    chooser.model.ticked = {calm.key}
    button(chooser, "Put on the list").click()
    assert [item.app_key for item in kept(tenant).items] == [calm.key]
    button(sheet, "Add 3 more in need").click()
    assert len(kept(tenant).items) == 4
    sheet.reject()


def test_an_app_is_skipped_the_next_is_chosen_and_that_is_undone(tenant: Window) -> None:
    sheet = filled(tenant)
    first, second = (row.key for row in sheet.list.lines.rows[:2])
    choose(sheet, first)
    button(sheet, "Skip").click()
    assert state(tenant, first) is ItemState.SKIPPED
    assert sheet.list.current == second
    choose(sheet, first)
    button(sheet, "Undo skip").click()
    assert state(tenant, first) is ItemState.WAITING
    sheet.reject()


def test_an_app_is_taken_off_and_the_list_cleared_after_a_question(tenant: Window, qtbot: QtBot) -> None:
    sheet = filled(tenant)
    first = sheet.list.lines.rows[0].key
    choose(sheet, first)
    button(sheet, "Take off the list").click()
    assert kept(tenant).item(first) is None
    button(sheet, "Clear list…").click()
    question = tenant.findChild(QuestionSheet)
    assert question is not None
    assert "2 apps and how far each has come are forgotten" in texts(question)
    button(question, "Clear it").click()
    assert kept(tenant).items == ()
    assert "3 apps lack" in texts(sheet)
    sheet.reject()


def test_the_round_of_one_app_from_the_list_and_on_to_the_next(tenant: Window, qtbot: QtBot) -> None:
    sheet = filled(tenant)
    app = app_named(tenant, APP)
    choose(sheet, app.key)
    qtbot.keyClick(sheet.list, Qt.Key.Key_Return)
    preview = tenant.sheets.sheet
    assert isinstance(preview, ReconsentSheet)
    assert preview.plan.app_id == app.app_id
    assert state(tenant, app.key) is ItemState.OPENED
    button(preview, "Check again").click()
    proof = tenant.sheets.sheet
    assert isinstance(proof, ProofSheet)
    assert state(tenant, app.key) is ItemState.PENDING
    button(proof, "Read again").click()
    assert state(tenant, app.key) is ItemState.AS_FORESEEN
    proof.reject()
    qtbot.waitUntil(lambda: isinstance(tenant.sheets.sheet, ChecklistSheet))
    again = opened(tenant)
    assert again.list.current != app.key
    assert "1 of 3 done." in texts(again)
    choose(again, app.key)
    button(again, "Show record").click()
    shown = tenant.findChildren(RecordSheet)[-1]
    assert shown.record.record_id == proof.record.record_id
    shown.reject()
    again.reject()


def test_a_preview_that_is_closed_leads_back_to_the_list(tenant: Window, qtbot: QtBot) -> None:
    sheet = filled(tenant)
    first, second = (row.key for row in sheet.list.lines.rows[:2])
    choose(sheet, first)
    sheet.open_preview.click()
    preview = tenant.sheets.sheet
    assert isinstance(preview, ReconsentSheet)
    preview.reject()
    qtbot.waitUntil(lambda: isinstance(tenant.sheets.sheet, ChecklistSheet))
    again = opened(tenant)
    assert state(tenant, first) is ItemState.OPENED
    assert again.list.current == second
    again.reject()
    # A preview that was not opened from the list leads nowhere.
    tenant.consent.reconsent()
    alone = tenant.sheets.sheet
    assert isinstance(alone, ReconsentSheet)
    alone.reject()
    qtbot.wait(20)
    assert tenant.sheets.sheet is None


def test_it_is_there_again_after_a_restart(tenant: Window, make_window: Callable[[], Window]) -> None:
    sheet = filled(tenant)
    first = sheet.list.lines.rows[0].key
    choose(sheet, first)
    button(sheet, "Skip").click()
    sheet.reject()
    another = make_window()
    another.open(SampleTarget())
    found = opened(another)
    assert len(found.list.lines.rows) == 3
    assert "1 of 3 done." in texts(found)
    found.reject()


def test_a_newer_scan_that_changed_a_preview_and_an_app_that_is_gone_are_said(tenant: Window) -> None:
    filled(tenant).reject()
    made = kept(tenant)
    first, second, third = made.items
    other = replace(first.foresight, adds=("something else",))
    gone = replace(second, app_key="no-such-app", name="Gone\u202e<b>" + "x" * 10_000)
    tenant.workspace.services.consents.keep_list(replace(made, items=(replace(first, foresight=other), gone, third)))
    sheet = opened(tenant)
    said = texts(sheet)
    assert "1 preview changed since it was looked at." in said
    assert "1 app is not in the tenant any more." in said
    rows = sheet.list.lines.rows
    assert "changed its preview" in rows[0].below
    assert rows[1].look.label == "Not in the tenant"
    assert "\u202e" not in rows[1].spoken
    choose(sheet, "no-such-app")
    assert not sheet.open_preview.isEnabled()
    sheet.list.acted.emit("no-such-app")
    assert tenant.sheets.sheet is sheet
    button(sheet, "Take off the list").click()
    assert kept(tenant).item("no-such-app") is None
    sheet.reject()


def test_hundreds_of_apps(tenant: Window, services: Services) -> None:
    comparison = tenant.workspace.comparison
    assert comparison is not None
    nothing = Foresight("scan", comparison.read_at)
    items = tuple(ListItem(f"app-{number}", f"App {number}", nothing) for number in range(800))
    services.consents.keep_list(replace(kept(tenant), items=items))
    sheet = opened(tenant)
    assert sheet.list.lines.rowCount() == 800
    assert "800 apps are not in the tenant any more." in texts(sheet)
    assert not tenant.grab().isNull()
    sheet.reject()


def test_without_a_tenant_nothing_opens(window: Window) -> None:
    window.bulk.open()
    window.records.of_tenant()
    assert window.sheets.sheet is None


@pytest.mark.parametrize("rtl", [False, True])
def test_it_is_drawn_in_both_directions(tenant: Window, rtl: bool) -> None:
    sheet = filled(tenant)
    if rtl:
        sheet.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    image = sheet.list.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    accent = tenant.theme.color("accent").rgb()
    middle = round(20 * ratio)
    edge = image.width() - 2 if rtl else 1
    assert image.pixel(edge, middle) == accent
    sheet.reject()
