"""Everything that takes the focus, and every row, has a name for those who hear the window."""

from collections.abc import Iterator
from datetime import UTC, datetime
from operator import attrgetter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.finding import AppFlag, Status
from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.sign_in import Client, SignInRequest, StorageKind, TokenStorage
from permdesk.errors import SignInError
from permdesk.presentation.accounts import account_rows
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.ui.views.sign_in.accounts import AccountsSheet
from permdesk.ui.views.sign_in.chosen import SignInChoice
from permdesk.ui.window import Window
from tests.ui.authenticating import signed_in
from tests.ui.driving import choose, show, texts

_ROWS = frozenset(
    {QAccessible.Role.ListItem, QAccessible.Role.TreeItem, QAccessible.Role.Row, QAccessible.Role.ColumnHeader}
)


def _interfaces(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Yield everything that can be heard, and is there to be seen."""
    waiting = [root]
    while waiting:
        interface = waiting.pop()
        if interface is None or not interface.isValid() or interface.state().invisible:
            continue
        yield interface
        waiting += [interface.child(place) for place in range(interface.childCount())]


def _nameless(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    root = QAccessible.queryAccessibleInterface(widget)
    assert root is not None
    wrong = []
    seen = 0
    for interface in _interfaces(root):
        name = interface.text(QAccessible.Text.Name)
        role = interface.role()
        seen += 1
        thing = interface.object()
        if role in _ROWS and not name:
            wrong.append(f"{role} of {thing}")
        if isinstance(thing, QWidget) and thing.isVisibleTo(widget):
            takes_focus = thing.focusPolicy() & Qt.FocusPolicy.TabFocus and thing.isEnabled()
            if takes_focus and not name and thing is not widget:
                wrong.append(f"{type(thing).__name__} {thing.geometry()} in {type(thing.parent()).__name__}")
    assert seen > 5
    return wrong


def _rows_named(window: QWidget) -> list[str]:
    """Return rows of all item views whose accessible text is empty: what is scrolled away is heard too."""
    wrong = []
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        if model is None or not view.isVisibleTo(window):
            continue
        waiting = [model.index(row, 0) for row in range(model.rowCount())]
        while waiting:
            index = waiting.pop()
            said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data(Qt.ItemDataRole.DisplayRole)
            if not said:
                wrong.append(f"{type(view).__name__} row {index.row()}")
            waiting += [model.index(row, 0, index) for row in range(model.rowCount(index))]
    return wrong


def test_first_run(window: Window) -> None:
    assert not _nameless(window)


def test_overview(tenant: Window) -> None:
    assert not _nameless(tenant)
    assert not _rows_named(tenant)


def test_app_and_finding(tenant: Window) -> None:
    show(tenant, "svc-m365-backup")
    choose(tenant, Status.MISSING)
    assert not _nameless(tenant)
    assert not _rows_named(tenant)


def test_a_row_says_everything_that_is_seen(tenant: Window) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    view = tenant.permissions.view
    leaf = choose(tenant, Status.MISSING, "Reports")
    said = view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert leaf.permission.label in said
    assert "missing" in said.casefold()
    assert "application" in said.casefold()


@pytest.mark.parametrize(
    "opens", ["sheets.help", "sheets.keys", "sheets.about", "sheets.licences", "sheets.bind", "consent.reconsent"]
)
def test_sheets(tenant: Window, opens: str) -> None:
    show(tenant, "svc-m365-backup")
    attrgetter(opens)(tenant)()
    sheet = tenant.sheets.sheet
    assert sheet is not None
    assert not _nameless(sheet)
    focus = sheet.focusWidget()
    assert focus is not None


def test_sheets_of_consents(tenant: Window) -> None:
    app = show(tenant, "svc-m365-backup")
    tenant.consent.reconsent()
    assert isinstance(tenant.sheets.sheet, ReconsentSheet)
    tenant.consent.consented.emit(tenant.sheets.sheet.plan)
    proof = tenant.sheets.sheet
    assert isinstance(proof, ProofSheet)
    assert not _nameless(proof)
    assert "3 removed" in proof.accessibleDescription()
    proof.reject()
    for opens in (tenant.records.of_tenant, tenant.bulk.open):
        opens()
        assert tenant.sheets.sheet is not None
        assert not _nameless(tenant.sheets.sheet)
        if opens == tenant.bulk.open:
            tenant.bulk.add([app.key])
        assert not _nameless(tenant.sheets.sheet)
        assert not _rows_named(tenant.sheets.sheet)
        tenant.sheets.sheet.reject()


def test_identity_and_accept(tenant: Window) -> None:
    show(tenant, flag=AppFlag.UNCONFIRMED)
    tenant.sheets.identity()
    assert tenant.sheets.sheet is not None
    assert not _nameless(tenant.sheets.sheet)
    tenant.sheets.sheet.reject()
    show(tenant, "AvePoint Cloud Backup Express")
    choose(tenant, Status.EXCESS)
    tenant.sheets.accept()
    assert tenant.sheets.sheet is not None
    assert not _nameless(tenant.sheets.sheet)


def test_a_cut_text_has_a_tool_tip(tenant: Window) -> None:
    from permdesk.ui.views.paragraph import Line

    show(tenant, "svc-m365-backup")
    choose(tenant, Status.MISSING)
    tenant.resize(840, 600)
    QApplication.processEvents()
    cut = [line for line in tenant.findChildren(Line) if line.isVisibleTo(tenant) and line.cut]
    assert cut
    assert all(line.toolTip() for line in cut)


@pytest.mark.parametrize("opens", ["ask", "guide"])
def test_sheets_of_signing_in(window: Window, opens: str) -> None:
    getattr(window.door.signing_in, opens)()
    sheet = window.sheets.sheet
    assert sheet is not None
    assert not _nameless(sheet)
    assert sheet.focusWidget() is not None


def test_pages_of_signing_in(window: Window) -> None:
    sheet = window.door.signing_in.ask()
    sheet.browser_requested.disconnect()
    sheet.code_requested.disconnect()
    choice = SignInChoice(SignInRequest(CLOUDS["global"], "x"), Client("x", "global"))
    sheet.start(choice)
    sheet.browser.wait(BrowserWaiting("nowhere:", 300))
    assert "No browser opens here" in texts(sheet)
    assert not _nameless(sheet)
    sheet.start(choice, code=True)
    sheet.wait(CodeWaiting("H7XK2MQPL", "nowhere:", 900))
    # A code is heard letter by letter.
    assert sheet.code.code.accessibleName() == "Code H 7 X K 2 M Q P L"
    assert not _nameless(sheet)
    sheet.show_error(SignInError("The sign-in was declined", remedy="Start again."))
    assert not _nameless(sheet)
    sheet.show_done(signed_in(), TokenStorage(StorageKind.ENCRYPTED))
    assert not _nameless(sheet)


def test_accounts(window: Window) -> None:
    window.door.table.open()
    sheet = window.sheets.sheet
    assert isinstance(sheet, AccountsSheet)
    assert not _nameless(sheet)
    sheet.show_rows(
        account_rows(
            [(signed_in(), None)], storage=TokenStorage(StorageKind.ENCRYPTED), states={}, now=datetime.now(UTC)
        )
    )
    assert not _nameless(sheet)
    item = sheet.list.topLevelItem(0)
    assert item is not None
    assert "never read" in item.data(0, Qt.ItemDataRole.AccessibleTextRole)


def test_the_record_of_a_consent(tenant: Window) -> None:
    show(tenant, "svc-m365-backup")
    plan = tenant.workspace.services.consent(tenant.workspace.comparison, tenant.workspace.app)
    tenant.proving.begin(plan)
    sheet = tenant.sheets.sheet
    assert sheet is not None
    assert not _nameless(sheet)
    sheet.reject()
