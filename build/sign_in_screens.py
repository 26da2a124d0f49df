"""The screens of signing in: pages of the sheet, accounts and the guide, with accounts that nobody has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from shooter import Shooter

if TYPE_CHECKING:
    from permdesk.domain.sign_in import SignIn
    from permdesk.ui.views.sign_in.sheet import SignInSheet

_CLIENT = "1f0c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5"
_TENANT = "7b1de0f2-55aa-4c01-9a0e-3d2c1b0a9f8e"
_ADDRESS = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?client_id=1f0c2d3e"


def _signed(name: str, number: int = 0, *, guest: bool = False, received: tuple[str, ...] | None = None) -> "SignIn":
    from permdesk.domain.cloud import CLOUDS
    from permdesk.domain.sign_in import SignIn

    tenant = f"{0x7B1DE0F2 + number * 0x1234567 & 0xFFFFFFFF:08x}{_TENANT[8:]}"
    return SignIn(
        cloud=CLOUDS["usgov" if number % 7 == 5 else "global"],
        client_id=_CLIENT,
        account_id=f"{name}.{number}",
        username=name,
        tenant_id=tenant,
        home_tenant_id="0c9b8a7d-1111-4222-8333-944455556666" if guest else tenant,
        received=received if received is not None else ("Directory.Read.All", "User.Read"),
    )


def _sheet(shooter: Shooter, *, known: bool = True) -> "SignInSheet":
    from permdesk.domain.sign_in import Client

    settings = shooter.window.appearance.settings
    settings.clients = [Client(_CLIENT, "global", "larkfield.example")] if known else []
    sheet = shooter.window.door.signing_in.ask()
    shooter.wait()
    # Nothing leaves this computer for a picture.
    for signal in (sheet.browser_requested, sheet.code_requested):
        signal.disconnect()
    return sheet


def _choice(shooter: Shooter) -> None:
    _sheet(shooter)


def _choice_first(shooter: Shooter) -> None:
    _sheet(shooter, known=False)


def _choice_borrowed(shooter: Shooter) -> None:
    from permdesk.domain.sign_in import Reading
    from permdesk.ui.views.sign_in.choice import Other

    sheet = _sheet(shooter, known=False)
    sheet.choice.client.choose(Other.BORROWED)
    sheet.choice.client.chosen.emit(Other.BORROWED)
    sheet.choice.reading.buttons[Reading.STRICT].click()


def _choice_custom(shooter: Shooter) -> None:
    from PySide6.QtWidgets import QPushButton

    sheet = _sheet(shooter, known=False)
    sheet.choice.cloud.choose("custom")
    sheet.choice.cloud.chosen.emit("custom")
    sheet.choice.graph.setText("https://graph.cloud.example:8443")
    sheet.choice.login.setText("http://login.cloud.example")
    sheet.choice.client_id.setText(_CLIENT)
    next(made for made in sheet.findChildren(QPushButton) if made.isDefault()).click()


def _wait_browser(shooter: Shooter) -> None:
    from PySide6.QtCore import QObject, QUrl, Slot
    from PySide6.QtGui import QDesktopServices

    from permdesk.domain.ports import BrowserWaiting

    class Nobody(QObject):
        """A browser that opens, and shows nobody anything."""

        @Slot(QUrl)
        def show(self, _url: QUrl) -> None:
            """Take an address."""

    QDesktopServices.setUrlHandler("https", Nobody(shooter.window), "show")  # type: ignore[arg-type]
    sheet = _sheet(shooter)
    sheet.start(sheet.choice.choice())
    sheet.wait(BrowserWaiting(_ADDRESS, 161))


def _wait_code(shooter: Shooter) -> None:
    from permdesk.domain.ports import CodeWaiting

    sheet = _sheet(shooter)
    sheet.start(sheet.choice.choice(), code=True)
    sheet.wait(CodeWaiting("H7XK2MQPL", "https://microsoft.com/devicelogin", 872))


def _done(shooter: Shooter) -> None:
    from permdesk.domain.sign_in import StorageKind, TokenStorage

    _sheet(shooter).show_done(_signed("admin@larkfield.example"), TokenStorage(StorageKind.ENCRYPTED))


def _done_less(shooter: Shooter) -> None:
    from permdesk.domain.sign_in import StorageKind, TokenStorage

    signed = _signed("consultant@partner.example", guest=True, received=("User.Read",))
    _sheet(shooter).show_done(signed, TokenStorage(StorageKind.MEMORY, "no keyring answers on this computer"))


def _failed(shooter: Shooter) -> None:
    from permdesk.errors import SignInError

    sheet = _sheet(shooter)
    sheet.start(sheet.choice.choice())
    sheet.show_error(
        SignInError(
            "Nobody has consented to what permdesk asks for",
            detail="AADSTS65001, correlation id 5f6b3f1e-0c2a-4f6d-9a55-8f0b1c2d3e4f",
            remedy="An administrator grants it under App registrations, API permissions, Grant admin consent.",
        )
    )


def _choice_network(shooter: Shooter) -> None:
    sheet = _sheet(shooter)
    sheet.choice.network.set_path("/etc/ssl/certs/inspecting-proxy.der")
    shooter.wait()


def _choice_packaged(shooter: Shooter) -> None:
    from permdesk.domain.sign_in import Client, ClientSource

    sheet = _sheet(shooter, known=False)
    sheet.choice.set_packaged(Client(_CLIENT, "global", None, ClientSource.PACKAGED))


def _choice_packaged_wrong(shooter: Shooter) -> None:
    import tempfile

    from permdesk.composition import packaged_client

    signing_in = shooter.window.door.signing_in
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sign_in", "client.json")
        file.parent.mkdir()
        file.write_text('{"client_id": "permdesk"}')
        before = shooter.window.workspace.services.accounts.packaged
        shooter.window.workspace.services.accounts.packaged = lambda: packaged_client(Path(folder))
        signing_in.ask()
        shooter.wait()
        shooter.window.workspace.services.accounts.packaged = before


def _choice_windows(shooter: Shooter) -> None:
    sheet = _sheet(shooter)
    sheet.choice.set_broker(True)
    sheet.choice.broker.click()


def _wait_windows(shooter: Shooter) -> None:
    sheet = _sheet(shooter)
    sheet.choice.set_broker(True)
    sheet.choice.broker.click()
    sheet.start(sheet.choice.choice())


def _accounts(shooter: Shooter, number: int) -> None:
    from permdesk.domain.scan_store import ScanRecord
    from permdesk.domain.sign_in import StorageKind, TokenStorage
    from permdesk.domain.tenant import Account
    from permdesk.presentation.accounts import TokenState
    from permdesk.services.accounts import KeptAccount

    now = datetime.now(UTC)
    accounts = shooter.window.door.accounts
    shooter.window.door.table.open()
    shooter.wait(lambda: accounts.known and not shooter.window.workspace.tasks.busy, 10)
    kept = []
    for place in range(number):
        guest = place % 3 == 1
        name = "consultant@partner.example" if guest else f"admin@{_NAMES[place % len(_NAMES)][1]}"
        signed = _signed(name, place, guest=guest)
        last = ScanRecord(
            f"scan-{place}",
            signed.tenant_id,
            _NAMES[place % len(_NAMES)][0] + (f" {place}" if place >= len(_NAMES) else ""),
            signed.cloud.id,
            now - timedelta(days=place * place % 900, hours=3),
            Account(name),
            complete=place % 4 != 2,
            apps=96 + 431 * place % 7000,
        )
        kept.append(KeptAccount(signed, None if place % 5 == 3 else last))
    accounts.kept, accounts.known = tuple(kept), True
    accounts.storage = TokenStorage(StorageKind.ENCRYPTED)
    if number > 2:
        accounts.states = {kept[0].sign_in.key: TokenState.WORKS, kept[2].sign_in.key: TokenState.AGAIN}
    accounts.changed.emit()


_NAMES = (
    ("Larkfield Instruments", "larkfield.example"),
    ("Ostler & Reed Joinery", "ostler-reed.example"),
    ("Kestrel Bay Municipal Water and Wastewater Authority", "kestrelbay.example"),
    ("Tannery Row Clinic", "tanneryrow.example"),
)


def _accounts_few(shooter: Shooter) -> None:
    _accounts(shooter, 6)


def _accounts_many(shooter: Shooter) -> None:
    from permdesk.ui.views.sign_in.accounts import AccountsSheet

    _accounts(shooter, 200)
    sheet = shooter.window.sheets.sheet
    if not isinstance(sheet, AccountsSheet):
        raise SystemExit("the accounts did not open")
    sheet.show_progress("Reading 41 of 200: Tannery Row Clinic, 1,204 rows so far", 40, 200)


def _accounts_none(shooter: Shooter) -> None:
    _accounts(shooter, 0)


def _accounts_memory(shooter: Shooter) -> None:
    from permdesk.domain.sign_in import StorageKind, TokenStorage

    _accounts(shooter, 3)
    accounts = shooter.window.door.accounts
    accounts.storage = TokenStorage(StorageKind.MEMORY, "This computer has no keyring that permdesk can use")
    accounts.changed.emit()


def _accounts_menu(shooter: Shooter) -> None:
    from PySide6.QtCore import QPoint

    shooter.tenant()
    _accounts(shooter, 4)
    shooter.close_sheet()
    shooter.window.door.menu.fill()
    shooter.window.tenant_menu.popup(QPoint(0, 0))


def _again(shooter: Shooter) -> None:
    from permdesk.errors import SignInAgainError

    shooter.tenant()
    shooter.window.sheets.problem(
        SignInAgainError(
            "admin@larkfield.example has to sign in again",
            detail="The sign-in was withdrawn, as after a changed password (AADSTS50173).",
            remedy="Sign in again; the scan then goes on.",
            sign_in="x",
            claims=None,
        )
    )


def _guide(how: str) -> Callable[[Shooter], None]:
    def shoot(shooter: Shooter) -> None:
        from permdesk.ui.views.sign_in.guide import GuideSheet, How

        shooter.window.door.signing_in.guide()
        sheet = shooter.window.sheets.sheet
        if not isinstance(sheet, GuideSheet):
            raise SystemExit("the guide did not open")
        wanted = How[how]
        sheet.how.buttons[wanted].click()
        if wanted is How.JSON:
            sheet.every_tenant.click()
            sheet.device_code.click()
            sheet.client_id.setText(_CLIENT)
            sheet.customer.setText(_TENANT)

    return shoot


def _guide_windows(shooter: Shooter) -> None:
    from permdesk.ui.views.sign_in.guide import GuideSheet

    _guide("PORTAL")(shooter)
    sheet = shooter.window.sheets.sheet
    if not isinstance(sheet, GuideSheet):
        raise SystemExit("the guide did not open")
    for box in (sheet.every_tenant, sheet.device_code, sheet.broker):
        box.click()


SIGN_IN_SCREENS: dict[str, Callable[[Shooter], None]] = {
    "sign-in-choice": _choice,
    "sign-in-choice-first": _choice_first,
    "sign-in-choice-borrowed": _choice_borrowed,
    "sign-in-choice-custom": _choice_custom,
    "sign-in-choice-network": _choice_network,
    "sign-in-choice-packaged": _choice_packaged,
    "sign-in-choice-packaged-wrong": _choice_packaged_wrong,
    "sign-in-choice-windows": _choice_windows,
    "sign-in-wait": _wait_browser,
    "sign-in-wait-windows": _wait_windows,
    "sign-in-code": _wait_code,
    "sign-in-done": _done,
    "sign-in-done-less": _done_less,
    "sign-in-error": _failed,
    "sign-in-guide-portal": _guide("PORTAL"),
    "sign-in-guide-windows": _guide_windows,
    "sign-in-guide-azure-cli": _guide("AZURE_CLI"),
    "sign-in-guide-powershell": _guide("POWERSHELL"),
    "sign-in-guide-json": _guide("JSON"),
    "sign-in-accounts": _accounts_few,
    "sign-in-accounts-many": _accounts_many,
    "sign-in-accounts-none": _accounts_none,
    "sign-in-accounts-memory": _accounts_memory,
    "sign-in-menu": _accounts_menu,
    "sign-in-again": _again,
}
