"""Every sheet: where the focus begins, what Esc and Return do, and that nothing in it is cut without a hint."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppFlag, Status
from permdesk.domain.profile import RouteKind
from permdesk.errors import ReadError
from permdesk.ui.views.dialogs.bind import BindSheet
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.consent_link import LinkBox
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.window import Window
from tests.ui.driving import button, choose, show, texts


def _identity(window: Window) -> None:
    show(window, flag=AppFlag.AMBIGUOUS)
    window.sheets.identity()


def _compare(window: Window) -> None:
    show(window, flag=AppFlag.LOOK_ALIKE)
    window.sheets.compare()


def _bind(window: Window) -> None:
    show(window, "svc-m365-backup")
    window.sheets.bind()


def _reconsent(window: Window) -> None:
    show(window, "svc-m365-backup")
    window.consent.reconsent()


def _accept(window: Window) -> None:
    show(window, "AvePoint Cloud Backup Express")
    choose(window, Status.EXCESS)
    window.sheets.accept()


def _problem(window: Window) -> None:
    window.sheets.problem(ReadError("No answer", detail="GET /v1.0", remedy="Try again."))


SHEETS: dict[str, Callable[[Window], None]] = {
    "identity": _identity,
    "compare": _compare,
    "bind": _bind,
    "re-consent": _reconsent,
    "accept": _accept,
    "problem": _problem,
    "settings": lambda window: window.sheets.settings(),
    "help": lambda window: window.sheets.help(),
    "keys": lambda window: window.sheets.keys(),
    "about": lambda window: window.sheets.about(),
    "licences": lambda window: window.sheets.licences(),
    "print": lambda window: window.reports.print(),
    "export": lambda window: window.reports.export(),
}


@pytest.fixture(params=SHEETS)
def sheet(request: pytest.FixtureRequest, tenant: Window, qtbot: QtBot) -> Sheet:
    SHEETS[request.param](tenant)
    made = tenant.sheets.sheet
    assert isinstance(made, Sheet)
    qtbot.waitUntil(made.isVisible)
    return made


def test_the_focus_begins_where_work_begins(sheet: Sheet) -> None:
    focus = sheet.focusWidget()
    assert focus is not None
    assert not isinstance(focus, QToolButton)
    assert focus.isVisibleTo(sheet)


def test_esc_closes_it_and_changes_nothing(tenant: Window, sheet: Sheet, qtbot: QtBot) -> None:
    before = tenant.workspace.shown
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert tenant.sheets.sheet is None
    assert tenant.workspace.shown is before


def test_tab_comes_round_to_where_it_began(sheet: Sheet, qtbot: QtBot) -> None:
    first = sheet.focusWidget()
    seen: list[QWidget] = []
    for _ in range(60):
        focus = sheet.focusWidget()
        if focus is first and seen:
            break
        seen.append(focus)
        # Read-only text takes the focus with it; a person leaves it with Tab as well.
        assert not isinstance(focus, QPlainTextEdit) or focus.tabChangesFocus()
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert sheet.focusWidget() is first
    assert len(seen) >= 1


def test_its_edge_is_seen_in_the_dark(tenant: Window, sheet: Sheet) -> None:
    assert sheet.grab().toImage().pixelColor(0, sheet.height() // 2) == tenant.theme.color("sheet-edge")


def test_binding_begins_in_the_search_and_shows_every_profile_at_once(tenant: Window) -> None:
    _bind(tenant)
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, BindSheet)
    assert sheet.focusWidget() is sheet.field
    assert sheet.list.verticalScrollBar().maximum() == 0


def test_making_a_new_profile_at_the_vendors_comes_last_and_folded(tenant: Window) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    tenant.consent.reconsent()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ReconsentSheet)
    consoles = [offer.route.label for offer in sheet.plan.routes if offer.route.kind is RouteKind.VENDOR_CONSOLE]
    assert len(consoles) == 2
    assert consoles[0] in texts(sheet)
    assert consoles[1] not in texts(sheet)
    fold = button(sheet, f"{consoles[1]}, in a tenant without the app")
    link = sheet.findChild(LinkBox)
    assert link is not None
    assert link.mapTo(sheet, QPoint()).y() < fold.mapTo(sheet, QPoint()).y()
    who = "Who may: Global Administrator"
    assert who not in texts(sheet).splitlines()
    fold.click()
    assert who in texts(sheet).splitlines()


def test_what_goes_on_below_fades_and_the_end_does_not(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    tenant.consent.reconsent()
    sheet = tenant.sheets.sheet
    assert sheet is not None
    area = next(a for a in sheet.findChildren(QScrollArea) if a.accessibleName() == "Who may click, and how")
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    (fade,) = [child for child in area.children() if type(child).__name__ == "_Fade"]
    assert isinstance(fade, QWidget)
    assert fade.isVisible()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not fade.isVisible()
