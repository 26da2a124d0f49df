"""The sheet of accounts of a provider: two hundred tenants, sorted, searched, read and reached by keyboard."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.sign_in import StorageKind, TokenStorage
from permdesk.presentation.accounts import AccountRow
from permdesk.presentation.appearance import Tone
from permdesk.ui.theme import Theme
from permdesk.ui.views.sign_in.account_list import AccountList, Column
from permdesk.ui.views.sign_in.accounts import AccountsSheet
from permdesk.ui.window import Window
from tests.ui.at_the_desk import Open, press, until
from tests.ui.authenticating import Desk, signed_in
from tests.ui.driving import button, texts

NOW = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
TENANTS = 200


def row(name: str, tenant: str, *, days: int | None = 0, reads: str = "complete", apps: int = 9) -> AccountRow:
    never = days is None
    return AccountRow(
        key=f"{name}/{tenant}",
        account=name,
        tenant=tenant,
        cloud="Microsoft 365 global",
        guest=False,
        last="" if never else "22 Nov 2026 09:42",
        read_at=None if days is None else NOW - timedelta(days=days),
        age="never read" if never else f"{days} days ago",
        reads="" if never else reads,
        apps=None if never else apps,
        state="kept",
        expired=False,
    )


@pytest.fixture
def theme(window: Window) -> Theme:
    return window.theme


@pytest.fixture
def listed(theme: Theme, qtbot: QtBot) -> AccountList:
    made = AccountList(theme)
    qtbot.addWidget(made)
    made.show_rows(
        [
            row("c@x.example", "Birch", days=40, apps=1200),
            row("a@x.example", "Cedar", days=None),
            row("b@x.example", "Alder", days=3, reads="not fully read", apps=99),
        ]
    )
    made.resize(1100, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def tenants(listed: AccountList) -> str:
    return " ".join(item.row.tenant for item in listed.items() if not item.isHidden())


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (Column.ACCOUNT, "Cedar Alder Birch"),
        (Column.TENANT, "Alder Birch Cedar"),
        (Column.LAST, "Cedar Birch Alder"),
        (Column.AGE, "Alder Birch Cedar"),
        (Column.READS, "Alder Cedar Birch"),
        (Column.APPS, "Cedar Alder Birch"),
    ],
)
def test_each_column_sorts_by_what_it_means(listed: AccountList, column: Column, order: str) -> None:
    listed.header().setSortIndicator(column, Qt.SortOrder.AscendingOrder)
    assert tenants(listed) == order


def test_heads_are_reached_and_sort_by_keyboard(listed: AccountList, qtbot: QtBot) -> None:
    header = listed.header()
    assert header.focusPolicy() & Qt.FocusPolicy.TabFocus
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Right)
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert tenants(listed) == "Alder Birch Cedar"
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert tenants(listed) == "Cedar Birch Alder"
    qtbot.keyClick(header, Qt.Key.Key_Left)
    qtbot.keyClick(header, Qt.Key.Key_Left)
    qtbot.keyClick(header, Qt.Key.Key_Space)
    assert tenants(listed) == "Cedar Alder Birch"


def colours(listed: AccountList, place: int, column: Column) -> set[str]:
    index = listed.indexFromItem(listed.topLevelItem(place), column)
    image = listed.viewport().grab(listed.visualRect(index)).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_the_chosen_row_bears_the_accent_and_what_was_not_read_its_own_colour(
    listed: AccountList, theme: Theme
) -> None:
    alder = next(n for n, item in enumerate(listed.items()) if item.row.tenant == "Alder")
    listed.setCurrentItem(listed.topLevelItem(alder))
    QApplication.processEvents()
    index = listed.indexFromItem(listed.topLevelItem(alder), 0)
    box = listed.visualRect(index)
    image = listed.viewport().grab().toImage()
    accent = theme.color("accent").name()
    middle = box.center().y()
    assert [image.pixelColor(x, middle).name() for x in range(3)] == [accent] * 3
    assert image.pixelColor(4, middle).name() != accent
    unread = theme.tone(Tone.UNREAD).name()
    assert unread in colours(listed, alder, Column.READS)
    assert unread not in colours(listed, 1 - min(alder, 1), Column.READS)


def test_rows_that_change_keep_what_was_chosen_and_the_search(theme: Theme, window: Window, qtbot: QtBot) -> None:
    sheet = AccountsSheet(theme, window)
    qtbot.addWidget(sheet)
    rows = [row("a@x.example", f"Tenant {n:03}", days=n) for n in range(TENANTS)]
    sheet.show_rows(rows)
    sheet.show()
    qtbot.waitExposed(sheet)
    sheet.field.setFocus()
    qtbot.keyClicks(sheet.field, "Tenant 15")
    # 015, 115 and 150 to 159.
    assert "12 of 200 accounts" in texts(sheet)
    qtbot.keyClick(sheet.field, Qt.Key.Key_Down)
    qtbot.keyClick(sheet.list, Qt.Key.Key_Down)
    chosen = sheet.selected()
    assert chosen is not None
    sheet.field.setFocus()
    began = time.perf_counter()
    sheet.show_rows([row("a@x.example", f"Tenant {n:03}", days=0 if n == 7 else n) for n in range(TENANTS)])
    # A row that was read anew is one of two hundred.
    assert time.perf_counter() - began < 0.5
    assert sheet.selected() == chosen
    assert sheet.field.hasFocus()
    assert sheet.field.text() == "Tenant 15"
    qtbot.keyClicks(sheet.field, " nobody")
    assert "None of 200 accounts" in texts(sheet)
    assert not button(sheet, "Open").isEnabled()
    # Esc clears the search before it closes the sheet.
    qtbot.keyClick(sheet.field, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert "200 accounts" in texts(sheet)
    qtbot.keyClick(sheet.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert sheet.field.hasFocus()
    qtbot.keyClick(sheet.field, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_every_control_is_reached_with_tab(theme: Theme, window: Window, qtbot: QtBot) -> None:
    sheet = AccountsSheet(theme, window)
    sheet.show_rows([row("a@x.example", f"Tenant {n:03}") for n in range(20)])
    sheet.show()
    qtbot.waitExposed(sheet)
    sheet.activateWindow()
    sheet.list.setFocus()
    seen = []
    for _ in range(16):
        QApplication.processEvents()
        focus = sheet.focusWidget()
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    names = {widget.accessibleName() for widget in seen}
    assert {"Accounts", "Find an account or tenant", "Add account…", "Sign out…", "Scan all", "Scan", "Open"} <= names
    assert any(name.startswith("Columns") for name in names)
    sheet.done(0)


def table(window: Window, qtbot: QtBot, rows: int) -> AccountsSheet:
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    until(qtbot, lambda: len(sheet.list.items()) == rows)
    return sheet


def test_those_that_were_searched_for_are_read(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk._kept = [
        signed_in(f"{name}@larkfield.example", tenant_id=f"{number:08x}-1111-4222-8333-944455556666")
        for number, name in enumerate(["ann", "bob"] * 10)
    ]
    window = open_desk()
    sheet = table(window, qtbot, 20)
    sheet.field.setText("ann 0000000")
    seen = [item.row.key for item in sheet.list.items() if not item.isHidden()]
    assert len(seen) == 8
    press(sheet, "Scan these 8")
    until(qtbot, lambda: "8 tenants read." in texts(sheet))
    until(qtbot, lambda: not window.workspace.tasks.busy)
    read = [kept.sign_in.key for kept in window.door.accounts.kept if kept.last is not None]
    assert sorted(read) == sorted(seen)


def test_the_order_is_there_again_when_the_sheet_is(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk._kept = [signed_in(), signed_in("ops@larkfield.example")]
    window = open_desk()
    sheet = table(window, qtbot, 2)
    sheet.list.header().setSortIndicator(Column.STATE, Qt.SortOrder.DescendingOrder)
    sheet.reject()
    header = table(window, qtbot, 2).list.header()
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (Column.STATE, Qt.SortOrder.DescendingOrder)


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        (TokenStorage(StorageKind.ENCRYPTED), "kept encrypted on this computer"),
        (TokenStorage(StorageKind.MEMORY, "the keyring is locked"), "until you close permdesk. The keyring is locked."),
    ],
)
def test_how_sign_ins_would_be_kept_is_said_before_the_first(
    open_desk: Open, desk: Desk, qtbot: QtBot, storage: TokenStorage, words: str
) -> None:
    desk._storage = storage
    sheet = table(open_desk(), qtbot, 0)
    until(qtbot, lambda: words in texts(sheet))
    assert "Nobody is signed in yet" in texts(sheet)
    assert sheet.focusWidget() is sheet.add
