"""What the form of signing in offers: the app that came along, a certificate file, Windows, what was typed last."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import trustme
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from permdesk.composition import packaged_client
from permdesk.domain.sign_in import Client, ClientSource
from permdesk.paths import Paths
from permdesk.settings import Settings
from permdesk.ui.views.sign_in.choice import Other
from permdesk.ui.views.sign_in.sheet import Page, SignInSheet
from tests.ui.at_the_desk import OTHER_TENANT, OWN, Browser, Open, ask, press, until
from tests.ui.authenticating import CLIENT_ID, TENANT_ID, Desk, signed_in
from tests.ui.driving import button, texts

Ship = Callable[[object], Path]


@pytest.fixture
def ship(tmp_path: Path) -> Ship:
    """Write a client.json as a packager would, and return the folder of resources around it."""

    def write(content: object) -> Path:
        folder = tmp_path / "resources" / "sign_in"
        folder.mkdir(parents=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / "client.json").write_text(text, encoding="utf-8")
        return folder.parent

    return write


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    file = tmp_path / "proxy.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return file


# The app that came with permdesk


def test_a_packaged_app_is_offered_first(open_desk: Open, desk: Desk, ship: Ship, qtbot: QtBot) -> None:
    shipped = ship({"client_id": OTHER_TENANT.upper()})
    sheet = ask(open_desk(packaged=lambda: packaged_client(shipped), clients=(OWN,)), qtbot)
    client = sheet.choice.client
    until(qtbot, lambda: client.current == Client(OTHER_TENANT, "global", None, ClientSource.PACKAGED))
    assert client.currentIndex() == 0
    assert "came with permdesk" in client.currentText()
    assert not sheet.choice.trouble.isVisibleTo(sheet)
    press(sheet, "Open the browser")
    until(qtbot, lambda: bool(desk.asked))
    assert desk.asked[0].client_id == OTHER_TENANT


def test_what_was_used_last_is_not_pushed_aside(open_desk: Open, paths: Paths, ship: Ship, qtbot: QtBot) -> None:
    settings = Settings.load(paths.settings_file)
    settings.last_client = CLIENT_ID
    settings.save()
    shipped = ship({"client_id": OTHER_TENANT, "cloud": "global", "tenant": None})
    sheet = ask(open_desk(packaged=lambda: packaged_client(shipped), clients=(OWN,)), qtbot)
    until(qtbot, lambda: "came with permdesk" in sheet.choice.client.itemText(0))
    assert sheet.choice.client.current == OWN


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "truncated"),
        ("\0\ufffd", "malformed"),
        ({}, "client_id"),
        ({"client_id": 7}, "client_id"),
        ({"client_id": "permdesk"}, "no application ID"),
        ({"client_id": CLIENT_ID, "cloud": "moon"}, "cloud"),
        ({"client_id": CLIENT_ID, "tenant": " "}, "tenant is empty"),
        ({"client_id": CLIENT_ID, "secret": "x"}, "secret"),
    ],
)
def test_a_packaged_app_that_is_none_is_told_once(
    open_desk: Open, desk: Desk, ship: Ship, qtbot: QtBot, content: object, why: str
) -> None:
    shipped = ship(content)
    window = open_desk(packaged=lambda: packaged_client(shipped))
    sheet = ask(window, qtbot)
    until(qtbot, lambda: sheet.choice.trouble.isVisibleTo(sheet))
    said = texts(sheet)
    assert "The app that came with permdesk cannot be used" in said
    assert "client.json" in said
    assert why in said
    # An app of one's own does as ever.
    sheet.choice.client_id.setText(CLIENT_ID)
    press(sheet, "Open the browser")
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    sheet.reject()
    again = ask(window, qtbot)
    until(qtbot, lambda: not window.workspace.tasks.busy)
    assert not again.choice.trouble.isVisibleTo(again)


def test_no_file_is_no_app(tmp_path: Path) -> None:
    assert packaged_client(tmp_path) is None
    # This copy brings none along.
    assert packaged_client() is None


# The certificate file


def test_a_certificate_file_goes_with_every_cloud_and_is_there_next_time(
    open_desk: Open, desk: Desk, paths: Paths, pem: Path, qtbot: QtBot
) -> None:
    window = open_desk(clients=(OWN,))
    sheet = ask(window, qtbot)
    network = sheet.choice.network
    assert not network.field.isVisibleTo(sheet)
    network.fold.click()
    assert network.field.isVisibleTo(sheet)
    network.set_path(f'"{pem}"')
    press(sheet, "Open the browser")
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    assert desk.asked[0].ca_file == pem
    assert Settings.load(paths.settings_file).reached["global"].ca_file == str(pem)
    sheet.reject()
    again = ask(window, qtbot)
    assert again.choice.network.field.isVisibleTo(again)
    assert again.choice.network.file() == pem
    # Another cloud was never reached with it.
    again.choice.cloud.choose("usgov")
    again.choice.cloud.chosen.emit("usgov")
    assert again.choice.network.file() is None
    assert not again.choice.network.field.isVisibleTo(again)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no such file"),
        (b"", "holds no certificate"),
        (b"\x30\x82\x03\x07\x30", "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n", "holds no certificate"),
    ],
)
def test_a_file_without_certificate_is_told_below_its_field_at_once(
    open_desk: Open, desk: Desk, tmp_path: Path, pem: Path, qtbot: QtBot, content: bytes | None, words: str
) -> None:
    file = tmp_path / "none.pem"
    if content is not None:
        file.write_bytes(content)
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    network = sheet.choice.network
    network.fold.click()
    qtbot.keyClicks(network.field, str(file))
    until(qtbot, lambda: words in texts(sheet))
    assert not button(sheet, "Open the browser").isEnabled()
    assert not desk.asked
    network.field.setText(str(pem))
    until(qtbot, lambda: words not in texts(sheet))
    assert button(sheet, "Open the browser").isEnabled()
    network.field.setText(str(tmp_path))
    until(qtbot, lambda: "This is a folder" in texts(sheet))
    network.field.setText("")
    assert "This is a folder" not in texts(sheet)
    assert button(sheet, "Open the browser").isEnabled()


def test_a_certificate_file_is_named_by_its_whole_path(open_desk: Open, qtbot: QtBot) -> None:
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    sheet.choice.network.set_path("proxy.pem")
    assert "needs its whole path" in texts(sheet)


def test_a_certificate_file_is_chosen_from_the_files(open_desk: Open, pem: Path, qtbot: QtBot) -> None:
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    sheet.choice.network.fold.click()
    press(sheet, "Browse…")
    dialog = sheet.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(pem))
    dialog.reject()
    assert sheet.choice.choice().request.ca_file == pem


def test_signing_in_again_trusts_the_same_file(open_desk: Open, desk: Desk, pem: Path, qtbot: QtBot) -> None:
    window = open_desk()
    signed = msgspec.structs.replace(signed_in(), ca_file=str(pem), broker=True)
    window.door.signing_in.again(signed, None)
    until(qtbot, lambda: desk.waiting == 1)
    assert desk.asked[0].ca_file == pem
    assert desk.asked[0].broker


# What was typed last time


def test_endpoints_of_a_custom_cloud_are_there_next_time(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    window = open_desk()
    sheet = ask(window, qtbot)
    choice = sheet.choice
    choice.cloud.choose("custom")
    choice.cloud.chosen.emit("custom")
    choice.graph.setText("https://graph.cloud.example")
    choice.login.setText("https://login.cloud.example:8443/")
    choice.client_id.setText(CLIENT_ID)
    press(sheet, "Open the browser")
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    sheet.reject()
    again = ask(window, qtbot).choice
    assert again.cloud.current == "custom"
    assert again.graph.text() == "https://graph.cloud.example"
    assert again.login.text() == "https://login.cloud.example:8443"
    assert again.client.current == Client(CLIENT_ID, "custom", None)
    assert not again.lacking


# Windows


def broker_box(sheet: SignInSheet, qtbot: QtBot) -> None:
    until(qtbot, lambda: sheet.choice.broker.isVisibleTo(sheet))


def test_windows_is_offered_where_it_is_there_and_gets_the_window(
    open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot
) -> None:
    desk.broker_available = True
    window = open_desk(clients=(OWN,))
    sheet = ask(window, qtbot)
    broker_box(sheet, qtbot)
    assert "compliant device" in texts(sheet)
    assert not sheet.choice.broker.isChecked()
    sheet.choice.broker.click()
    press(sheet, "Sign in with Windows")
    until(qtbot, lambda: desk.waiting == 1)
    assert desk.asked[0].broker
    assert desk.windows == [int(sheet.winId())]
    assert "Windows asks which account" in texts(sheet)
    assert "Use a code instead" not in [b.text() for b in sheet.findChildren(QPushButton) if b.isVisibleTo(sheet)]
    desk.person.set()
    until(qtbot, lambda: sheet.page is Page.DONE)
    assert "its Web Account Manager holds the tokens" in texts(sheet)
    assert not browser.opened


def test_without_the_tick_the_browser_opens(open_desk: Open, desk: Desk, browser: Browser, qtbot: QtBot) -> None:
    desk.broker_available = True
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    broker_box(sheet, qtbot)
    press(sheet, "Open the browser")
    until(qtbot, lambda: bool(browser.opened))
    assert not desk.asked[0].broker
    assert desk.windows == [None]


def test_a_code_asks_nothing_of_windows(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.broker_available = True
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    broker_box(sheet, qtbot)
    sheet.choice.broker.click()
    press(sheet, "Use a code instead")
    until(qtbot, lambda: bool(desk.asked))
    assert not desk.asked[0].broker


def test_windows_is_not_offered_elsewhere(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    window = open_desk(clients=(OWN,))
    sheet = ask(window, qtbot)
    until(qtbot, lambda: not window.workspace.tasks.busy)
    assert not sheet.choice.broker.isVisibleTo(sheet)
    assert "Web Account Manager" not in texts(sheet)
    assert not sheet.choice.choice().request.broker


def test_windows_signs_in_to_microsofts_own_clouds_alone(open_desk: Open, desk: Desk, qtbot: QtBot) -> None:
    desk.broker_available = True
    sheet = ask(open_desk(clients=(OWN,)), qtbot)
    broker_box(sheet, qtbot)
    sheet.choice.broker.click()
    sheet.choice.cloud.choose("custom")
    sheet.choice.cloud.chosen.emit("custom")
    assert not sheet.choice.broker.isVisibleTo(sheet)
    assert not sheet.choice.wants_broker
    assert sheet.choice.client.current is not Other.BORROWED
    assert TENANT_ID not in texts(sheet)
