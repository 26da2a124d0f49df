"""The guide that tells how to register the app, and tests it."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from permdesk.domain.sign_in import (
    Client,
)
from permdesk.errors import SignInError
from permdesk.paths import Paths
from permdesk.settings import Settings
from permdesk.ui.views.sign_in.guide import GuideSheet, How
from permdesk.ui.views.sign_in.sheet import Page, SignInSheet
from tests.ui.at_the_desk import OTHER_TENANT, OWN, Open, press, until
from tests.ui.authenticating import CLIENT_ID, Desk
from tests.ui.driving import button, texts

# The guide


def test_the_guide_leads_to_a_test(open_desk: Open, desk: Desk, paths: Paths, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    assert "Grant admin consent" in texts(guide)
    for how, part in ((How.AZURE_CLI, "az ad app create"), (How.POWERSHELL, "New-MgApplication"), (How.JSON, "signIn")):
        guide.how.buttons[how].click()
        assert part in guide.script.toPlainText()
    assert not button(guide, "Test it").isEnabled()
    guide.client_id.setText(CLIENT_ID)
    guide.tenant.setText("larkfield.example")
    press(guide, "Test it")
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    assert desk.asked[0].tenant == "larkfield.example"
    assert Settings.load(paths.settings_file).clients == [OWN]


def test_the_address_for_windows_is_copied_with_the_id(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    address = "ms-appx-web://Microsoft.AAD.BrokerPlugin/"
    assert address not in texts(guide)
    guide.broker.click()
    assert address in texts(guide)
    press(guide, f"Copy {address}")
    assert QGuiApplication.clipboard().text() == address
    guide.client_id.setText(CLIENT_ID.upper())
    press(guide, f"Copy {address}")
    assert QGuiApplication.clipboard().text() == address + CLIENT_ID
    guide.how.buttons[How.JSON].click()
    assert address + CLIENT_ID in guide.script.toPlainText()
    assert "PATCH" in texts(guide)


def test_a_provider_gets_the_link_for_a_customer(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    assert not guide.customer.isVisibleTo(guide)
    guide.every_tenant.click()
    guide.device_code.click()
    assert "Accounts in any organizational directory" in texts(guide)
    assert "Allow public client flows" in texts(guide)
    guide.client_id.setText(CLIENT_ID)
    guide.customer.setText(OTHER_TENANT)
    press(guide, "Copy the consent link")
    link = f"https://login.microsoftonline.com/{OTHER_TENANT}/adminconsent?client_id={CLIENT_ID}"
    assert QGuiApplication.clipboard().text() == link


def test_trying_what_was_typed_in_the_guide_again_is_possible(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.errors.append(SignInError("That app registration is not in this tenant", remedy="Check the IDs."))
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    guide.client_id.setText(CLIENT_ID)
    guide.tenant.setText("larkfield.example")
    press(guide, "Test it")
    sheet = window.sheets.sheet
    assert isinstance(sheet, SignInSheet)
    until(qtbot, lambda: sheet.page is Page.FAILED)
    press(sheet, "Back")
    assert sheet.choice.client_id.text() == CLIENT_ID
    assert sheet.choice.tenant.text() == "larkfield.example"


def test_the_app_of_a_provider_comes_back_to_the_guide(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk(clients=(OWN, Client(OTHER_TENANT, "global", None)))
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    assert guide.client_id.text() == OTHER_TENANT
    assert guide.every_tenant.isChecked()


def test_steps_are_never_squeezed(open_desk: Open, qtbot: QtBot) -> None:
    window = open_desk()
    window.first_run.register.click()
    guide = window.sheets.sheet
    assert isinstance(guide, GuideSheet)
    qtbot.waitExposed(guide)
    for box in (guide.every_tenant, guide.device_code, guide.broker):
        box.click()
    # Before any event came round, as the next picture would show it.
    layout = guide._steps.layout()
    assert layout is not None
    assert guide._steps.height() >= layout.totalHeightForWidth(guide._steps.width()) > 350
