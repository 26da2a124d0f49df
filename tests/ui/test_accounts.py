"""Accounts in the window: switching, the table, scanning all, signing out, signing in again."""

import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from permdesk.services.target import KeptTarget
from permdesk.ui.views.sign_in.accounts import AccountsSheet
from permdesk.ui.views.sign_in.first_scan import FirstScanSheet
from permdesk.ui.views.sign_in.sheet import SignInSheet
from permdesk.ui.window import Window
from tests.ui.at_the_desk import OTHER_TENANT, Browser, Open, press, until
from tests.ui.authenticating import CLIENT_ID, TENANT_ID, Desk, signed_in
from tests.ui.driving import button, texts

# Accounts


def account_words(window: Window) -> list[str]:
    window.door.menu.fill()
    return [action.text() for action in window.tenant_menu.actions() if action.text()]


def test_switching_is_one_click(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    first, second = signed_in(), signed_in("ops@larkfield.example", tenant_id=OTHER_TENANT)
    desk._kept = [first, second]
    desk.names = {TENANT_ID: "Larkfield Works", OTHER_TENANT: "Larkfield Labs"}
    window = open_desk()
    until(qtbot, lambda: len(window.door.accounts.kept) == 2)
    assert "2 accounts signed in" in button(window.first_run, "2 accounts signed in").accessibleName()
    window.door.accounts.scan(first)
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Works"))
    until(qtbot, lambda: window.door.accounts.kept[0].last is not None)
    words = account_words(window)
    assert any(word.startswith("Larkfield Works · admin@larkfield.example, read today") for word in words)
    never = next(a for a in window.tenant_menu.actions() if "not read yet" in a.text())
    # A tenant that was never read is offered to be read.
    never.trigger()
    sheet = window.sheets.sheet
    assert isinstance(sheet, FirstScanSheet)
    press(sheet, "Scan now")
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Labs"))
    account_words(window)
    back = next(a for a in window.tenant_menu.actions() if a.text().startswith("Larkfield Works"))
    assert not back.isChecked()
    back.trigger()
    until(qtbot, lambda: window.windowTitle().startswith("Larkfield Works"))
    shown = window.workspace.shown
    assert shown is not None
    assert isinstance(shown.target, KeptTarget)
    # Scan reads it anew with its account.
    before = shown.snapshot.scan_id
    assert window.top_bar.scan.isEnabled()
    window.top_bar.scan.click()
    until(qtbot, lambda: window.workspace.shown is not None and window.workspace.shown.snapshot.scan_id != before)
    assert window.workspace.shown is not None
    assert window.workspace.shown.snapshot.tenant.id == TENANT_ID


def test_a_saved_tenant_without_account_leads_to_signing_in(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    signed = signed_in()
    desk._kept = [signed]
    window = open_desk()
    window.door.accounts.scan(signed)
    until(qtbot, lambda: window.workspace.shown is not None)
    until(qtbot, lambda: not window.workspace.tasks.busy)
    shown = window.workspace.shown
    assert shown is not None
    window.workspace.open(KeptTarget(shown.snapshot.scan_id))
    until(qtbot, lambda: window.workspace.shown is not shown)
    window.door.table.sign_out(signed)
    until(qtbot, lambda: not window.door.accounts.kept)
    window.workspace.scan()
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    assert sheet.choice.tenant.text() == TENANT_ID


def table(window: Window, qtbot: QtBot, rows: int) -> AccountsSheet:
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    until(qtbot, lambda: sheet.list.topLevelItemCount() == rows)
    return sheet


def test_signing_out_asks_once_and_forgets_everything_of_the_account(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    home = signed_in()
    elsewhere = signed_in(tenant_id=OTHER_TENANT, home=TENANT_ID)
    desk._kept = [home, elsewhere, signed_in("ops@larkfield.example")]
    window = open_desk()
    sheet = table(window, qtbot, 3)
    press(sheet, "Sign out…")
    question = next(w for w in QApplication.topLevelWidgets() if w.windowTitle().startswith("Sign out admin@"))
    assert "in 2 tenants" in texts(question)
    press(question, "Sign out")
    until(qtbot, lambda: sheet.list.topLevelItemCount() == 1)
    assert [signed.username for signed in desk.sign_ins()] == ["ops@larkfield.example"]


def test_scan_all_goes_on_after_one_that_fails(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    good, bad = signed_in(), signed_in("ops@larkfield.example", tenant_id=OTHER_TENANT)
    desk._kept = [bad, good]
    desk.refused = {bad.key: None}
    window = open_desk()
    sheet = table(window, qtbot, 2)
    press(sheet, "Scan all")
    until(qtbot, lambda: "1 tenant read. 1 tenant could not be read" in texts(sheet))
    until(qtbot, lambda: any(kept.last is not None for kept in window.door.accounts.kept))
    rows = {item.row.account: item.row for item in sheet.list.items()}
    assert rows["admin@larkfield.example"].age == "today"
    assert rows["ops@larkfield.example"].expired
    # What is on screen is left alone.
    assert window.workspace.shown is None


def test_a_hundred_accounts_with_hostile_names(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    hostile = "<b>admin</b>\u202e\n&x@larkfield.example"
    desk._kept = [signed_in(f"{number}-{hostile}", tenant_id=f"{number:08x}-1111-4222-8333-944455556666")
                  for number in range(100)]  # fmt: skip
    window = open_desk()
    sheet = table(window, qtbot, 100)
    assert sheet.height() <= window.height()
    item = sheet.list.topLevelItem(0)
    assert item is not None
    assert "<b>admin</b>" in item.text(0)
    assert "\u202e" not in item.text(0)
    assert "<b>" not in item.toolTip(0)
    sheet.field.setText("00000063")
    row = sheet.selected()
    assert row is not None
    assert row.account.startswith("99-")
    assert any(word.startswith("All 100 accounts") for word in account_words(window))


# A sign-in that does not hold any more


@pytest.mark.parametrize("open_before", [False, True])
def test_sign_in_again_goes_on_with_the_scan(
    open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot, open_before: bool
) -> None:
    signed = signed_in()
    desk._kept = [signed]
    window = open_desk()
    if open_before:
        window.door.accounts.scan(signed)
        until(qtbot, lambda: window.workspace.shown is not None)
        until(qtbot, lambda: not window.workspace.tasks.busy)
    before = window.workspace.shown
    desk.refused = {signed.key: '{"access_token":{}}'}
    window.door.accounts.scan(signed)
    if open_before:
        until(qtbot, lambda: window.sheets.sheet is not None)
        assert window.sheets.sheet is not None
        place: QWidget = window.sheets.sheet
    else:
        until(qtbot, lambda: window.middle.currentWidget() is window.failure)
        place = window.failure
    assert "has to sign in again" in texts(place)
    press(place, "Sign in again")
    until(qtbot, lambda: desk.waiting == 1)
    asked = desk.asked[-1]
    assert (asked.hint, asked.client_id, asked.tenant) == (signed.username, CLIENT_ID, TENANT_ID)
    assert desk.claims == ['{"access_token":{}}']
    desk.person.set()
    until(qtbot, lambda: window.workspace.shown not in (None, before))
    assert window.sheets.sheet is None


# The keyring


def test_a_keyring_that_hangs_does_not_block_the_window(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk._kept = [signed_in()]
    desk.keyring.clear()
    window = open_desk()
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(10)
    qtbot.wait(600)
    timer.stop()
    assert max(b - a for a, b in pairwise(ticks)) < 0.3
    assert "Looking for accounts" in texts(sheet)
    desk.keyring.set()
    until(qtbot, lambda: sheet.list.topLevelItemCount() == 1)
    assert "Looking for accounts" not in texts(sheet)


def test_scan_all_is_stopped(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk._kept = [
        signed_in(tenant_id=f"{number:08x}-1111-4222-8333-944455556666", home=TENANT_ID) for number in range(30)
    ]
    window = open_desk()
    sheet = table(window, qtbot, 30)
    press(sheet, "Scan all")
    press(sheet, "Stop scanning all")
    until(qtbot, lambda: "30 tenants were left out" in texts(sheet))
    until(qtbot, lambda: not window.workspace.tasks.busy)
    assert not window.door.table.scans.active
    assert button(sheet, "Scan all").isEnabled()
