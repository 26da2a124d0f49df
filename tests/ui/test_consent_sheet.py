"""The re-consent sheet: the route first, what may be lost first, and no key that opens the link."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from permdesk.domain.finding import AppFlag
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.consent_link import LinkBox
from permdesk.ui.views.dialogs.identity import IdentitySheet
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, show, texts


def _open(window: Window) -> ReconsentSheet:
    window.consent.reconsent()
    sheet = window.sheets.sheet
    assert isinstance(sheet, ReconsentSheet)
    return sheet


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that would have gone to the browser."""
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(url.toString()) or True)
    return seen


def test_what_the_click_would_change(tenant: Window) -> None:
    app = show(tenant, "svc-m365-backup")
    sheet = _open(tenant)
    said = texts(sheet)
    assert "May be removed" in said
    assert "NAKIVO needs it: " in said
    assert "Will be added" in said
    assert "Still missing after the click" in said
    assert "Privileged Role Administrator" in said
    assert sheet.plan.link is not None
    assert f"client_id={app.app_id}" in sheet.plan.link
    assert said.index("Configure the registration") < said.index("Grant admin consent")
    assert sheet.findChild(LinkBox).words.text() == sheet.plan.link


def test_what_the_vendor_probably_asked_for_is_said(tenant: Window) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    sheet = _open(tenant)
    assert [finding.permission.value for finding in sheet.plan.probably_asked_for] == [
        "Files.Read.All",
        "Group.ReadWrite.All",
    ]
    said = texts(sheet)
    assert said.count("not documented, probably asked for by the vendor") == 2
    assert "within a minute of documented permissions" in said


def test_no_key_opens_the_link(tenant: Window, qtbot: QtBot, opened: list[str]) -> None:
    show(tenant, "svc-m365-backup")
    sheet = _open(tenant)
    assert sheet.plan.may_be_removed
    assert not any(b.isDefault() for b in sheet.findChildren(QPushButton) if b.accessibleName() != "Close")
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert opened == []
    assert not sheet.isVisible()


def test_one_filled_button(tenant: Window) -> None:
    for part in ("svc-m365-backup", "AvePoint Cloud Backup Express"):
        show(tenant, part)
        sheet = _open(tenant)
        filled = [b.accessibleName() for b in sheet.findChildren(QPushButton) if b.property("kind") == "primary"]
        assert filled == ["Hand over by mail…"]
        sheet.reject()


def test_copy_open_and_hand_over(tenant: Window, opened: list[str]) -> None:
    show(tenant, "svc-m365-backup")
    sheet = _open(tenant)
    button(sheet, "Copy link").click()
    assert QGuiApplication.clipboard().text() == sheet.plan.link
    button(sheet, "Hand over by mail…").click()
    assert opened[0].startswith("mailto:?subject=")


def test_a_link_that_may_take_something_firm_away_asks_once_more(tenant: Window, opened: list[str]) -> None:
    show(tenant, "svc-m365-backup")
    sheet = _open(tenant)
    assert sheet.plan.dangerous
    sheet.open_link.click()
    question = sheet.findChild(QuestionSheet)
    assert question is not None
    assert "Contacts.ReadWrite" in texts(question)
    assert opened == []
    button(question, "Go back").click()
    assert opened == []
    sheet.open_link.click()
    button(sheet.findChildren(QuestionSheet)[-1], "Open the link").click()
    assert opened == [sheet.plan.link]


def test_a_link_of_which_the_catalog_alone_warns_opens_at_once(tenant: Window, opened: list[str]) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    sheet = _open(tenant)
    assert sheet.plan.may_be_removed
    assert not sheet.plan.dangerous
    sheet.open_link.click()
    assert opened == [sheet.plan.link]


def test_the_link_is_shut_until_confirmed(tenant: Window) -> None:
    show(tenant, flag=AppFlag.UNCONFIRMED)
    sheet = _open(tenant)
    assert sheet.plan.link is None
    assert sheet.findChild(LinkBox) is None
    assert "The link is shut." in texts(sheet)
    button(sheet, "Look and confirm…").click()
    identity = tenant.sheets.sheet
    assert isinstance(identity, IdentitySheet)
    identity.confirmed.emit()
    identity.reject()
    assert _open(tenant).plan.link is not None


def test_only_https_and_mail_leave_the_window(tenant: Window, opened: list[str]) -> None:
    for address in ("file:///etc/passwd", "javascript:alert(1)", "http://larkfield.example", "not an address"):
        tenant.sheets.browse(address)
    assert opened == []
    tenant.sheets.browse("https://entra.microsoft.com/")
    assert opened == ["https://entra.microsoft.com/"]
