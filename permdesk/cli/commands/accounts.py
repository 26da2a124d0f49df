"""permdesk-cli sign-in, sign-out, accounts: who may read which tenant."""

import threading
import uuid
import webbrowser
from pathlib import Path

import click
from msgspec.structs import replace

from permdesk.cli.documents import account_document, accounts_document
from permdesk.cli.exits import Exit
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import columns, complain, name, note, say
from permdesk.domain.client_setup import (
    Audience,
    ClientSetup,
    azure_cli_script,
    broker_addition,
    portal_steps,
    powershell_script,
    registration,
)
from permdesk.domain.cloud import CLOUDS, GLOBAL_ID
from permdesk.domain.dates import day
from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.sign_in import (
    BORROWED_CLIENT,
    SCOPES,
    Client,
    ClientSource,
    Reading,
    SignIn,
    SignInRequest,
    StorageKind,
    TokenStorage,
)
from permdesk.domain.wording import counted
from permdesk.errors import SignInError, StorageError, UsageError
from permdesk.services.trust_file import check_trust_file

_HOW = ("portal", "azure-cli", "powershell", "json")


@click.command(
    "sign-in",
    cls=Command,
    examples=(
        "permdesk-cli sign-in --how-to portal",
        "permdesk-cli sign-in --how-to azure-cli",
    ),
    tables=(
        (
            "After registering",
            (
                ("--tenant larkfield.example --client-id ID", "the first time; the client is remembered"),
                ("--tenant larkfield.example", "from then on"),
            ),
        ),
    ),
)
@click.option("--tenant", metavar="ID_OR_DOMAIN", help="The tenant to read; without it the one the account lives in.")
@click.option("--client-id", metavar="GUID", help="The app registration to sign in through; remembered afterwards.")
@click.option("--account", "hint", metavar="USER", help="The account to offer first.")
@click.option("--strict", is_flag=True, help="Ask for Application.Read.All instead of Directory.Read.All.")
@click.option("--device-code", is_flag=True, help="Show a code to enter on another device, and open no browser here.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.option(
    "--broker",
    is_flag=True,
    help="Sign in with the Web Account Manager of Windows, for tenants that demand a compliant device; with --how-to, "
    "register what it needs.",
)
@click.option("--borrow", is_flag=True, help="Try without registering: through Microsoft Graph Command Line Tools.")
@click.option("--how-to", type=click.Choice(_HOW), help="Print how to register the client, and sign nobody in.")
@click.option("--every-tenant", is_flag=True, help="With --how-to: a registration that works in every tenant.")
@session_options(tenant=False, endpoint=True)
def sign_in(
    session: Session,
    tenant: str | None,
    client_id: str | None,
    hint: str | None,
    how_to: str | None,
    *,
    strict: bool,
    device_code: bool,
    no_browser: bool,
    broker: bool,
    borrow: bool,
    every_tenant: bool,
) -> int:
    """Sign in to a tenant, and stay signed in.

    Opens Microsoft's page in the browser and waits for it, five minutes at most. What is asked for is listed first.
    Tokens are kept encrypted, with their key in the keyring of this computer; where there is none, nothing is kept.
    """
    cloud = session.cloud or CLOUDS[GLOBAL_ID]
    reading = Reading.STRICT if strict else Reading.BASIC
    if how_to is not None:
        audience = Audience.EVERY_TENANT if every_tenant else Audience.ONE_TENANT
        _explain(ClientSetup(cloud, reading, audience, device_code, broker), how_to)
        return Exit.DONE
    if broker and (device_code or no_browser):
        other = "--device-code" if device_code else "--no-browser"
        raise UsageError(f"--broker and {other} name two ways to sign in", remedy="Leave one out.")
    ca_file = _trusted(session.ca_file)
    client = _client(session, client_id, tenant, borrow=borrow)
    at = tenant or (client.tenant if client_id is None else None)
    request = SignInRequest(cloud, client.client_id, at, reading, hint, ca_file, broker)
    _announce(request, client)
    cancel = threading.Event()
    accounts = session.services.accounts
    try:
        if device_code:
            signed = accounts.device(request, waiting=_show_code, cancel=cancel)
        else:
            if broker:
                note("Windows asks in a window of its own.")
            signed = accounts.browser(
                request, waiting=lambda waiting: _show_address(waiting, opened=not no_browser), cancel=cancel
            )
    finally:
        cancel.set()
    _remember(session, request, replace(client, tenant=client.tenant or tenant))
    if session.as_json:
        emit(account_document(signed, accounts.storage))
    else:
        _tell(signed, accounts.storage)
    return Exit.DONE


@click.command("sign-out", cls=Command, examples=("permdesk-cli sign-out --all",))
@click.argument("leaver", metavar="[ACCOUNT]", required=False)
@click.option("--all", "everybody", is_flag=True, help="Every account.")
@session_options(tenant=False)
def sign_out(session: Session, leaver: str | None, *, everybody: bool) -> int:
    """Forget everything of an account: its tokens for every tenant.

    ACCOUNT is a user name, a tenant, or USER/TENANT, as `accounts` lists them. Microsoft is not told: the browser stays
    signed in there.
    """
    if (leaver is None) is not everybody:
        raise UsageError("Say who signs out", remedy="Name one account, or give --all.")
    accounts = session.services.accounts
    leaving = [kept.sign_in for kept in accounts.kept()] if leaver is None else [accounts.named(leaver)]
    gone: dict[str, SignIn] = {}
    for each in leaving:
        gone |= {forgotten.key: forgotten for forgotten in accounts.sign_out(each)}
    if session.as_json:
        emit(
            {
                "schema": "permdesk.sign-out/1",
                "signed_out": [{"username": s.username, "tenant_id": s.tenant_id} for s in gone.values()],
            }
        )
        return Exit.DONE
    for signed in gone.values():
        say(f"{name(signed.username)} is signed out of {name(signed.tenant_id)}.")
    if not gone:
        say("Nobody is signed in.")
    return Exit.DONE


@click.command(cls=Command, examples=("permdesk-cli accounts", "permdesk-cli accounts --json"))
@session_options(tenant=False)
def accounts(session: Session) -> int:
    """List who is signed in, and when what was read."""
    kept = session.services.accounts.kept()
    storage = session.services.accounts.storage
    if session.as_json:
        emit(accounts_document(kept, storage))
        return Exit.DONE
    if not kept:
        say("Nobody is signed in. permdesk-cli sign-in begins.")
    rows = []
    for one in kept:
        last = one.last
        read = "never read"
        if last is not None:
            state = "complete" if last.complete else "not complete"
            read = f"read {day(last.read_at.date())}, {state}, {counted(last.apps, 'app')}"
        guest = "guest" if one.sign_in.guest else ""
        rows.append((name(one.sign_in.username), name(one.tenant_name), one.sign_in.cloud.id, guest, read))
    for line in columns(rows):
        say(line)
    if storage.kind is StorageKind.MEMORY:
        note(f"{storage.why}: sign-ins last as long as the program runs.")
    return Exit.DONE


def _client(session: Session, client_id: str | None, tenant: str | None, *, borrow: bool) -> Client:
    cloud = (session.cloud or CLOUDS[GLOBAL_ID]).id
    if borrow:
        if client_id is not None:
            raise UsageError("--borrow and --client-id name two clients", remedy="Leave one out.")
        return Client(BORROWED_CLIENT, cloud, tenant, ClientSource.BORROWED)
    if client_id is not None:
        return Client(_guid(client_id), cloud, tenant)
    remembered = [client for client in session.settings.clients if client.cloud == cloud]
    fitting = [client for client in remembered if client.tenant == tenant] or [
        client for client in remembered if client.tenant is None or tenant is None
    ]
    if fitting:
        return fitting[-1]
    packaged = session.services.accounts.packaged()
    if packaged is not None and packaged.cloud == cloud:
        return packaged
    raise SignInError(
        "No app registration to sign in through is known",
        detail="permdesk signs people in through an app registration of their own tenant.",
        remedy="permdesk-cli sign-in --how-to portal tells how to make one; then give its id with --client-id.",
    )


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise UsageError(
            "--client-id is no application ID", remedy="It looks like 00000000-0000-0000-0000-000000000000."
        ) from None


def _announce(request: SignInRequest, client: Client) -> None:
    note(f"permdesk asks Microsoft ({request.cloud.label}) for:")
    for scope in SCOPES[request.reading]:
        note(f"  {scope.value}: {scope.unlocks}")
    if client.source is ClientSource.BORROWED:
        note(
            "Through Microsoft Graph Command Line Tools: consent given here stays on an app that every tool and person"
        )
        note("of the tenant shares, and its token may allow more than reading. Better: --how-to portal.")


def _show_address(waiting: BrowserWaiting, *, opened: bool) -> None:
    if opened and webbrowser.open(waiting.address):
        note("Sign in on the page that opens in your browser. If none does, open this address:")
    else:
        note("Open this address in a browser on this computer:")
    note(f"  {waiting.address}")


def _show_code(waiting: CodeWaiting) -> None:
    note(f"Open {waiting.address} on any device and enter {waiting.code}")
    note(f"within {waiting.seconds / 60:.0f} minutes. Ctrl-C gives up.")


def _trusted(ca_file: Path | None) -> Path | None:
    """Return a file of trust anchors by its whole path, as it is kept with the sign-in: other folders come."""
    if ca_file is None:
        return None
    try:
        check_trust_file(ca_file)
    except UsageError as problem:
        raise UsageError(
            f"--ca-file {name(str(ca_file), 200)} cannot be used", detail=f"{problem.title}.", remedy=problem.remedy
        ) from None
    return ca_file.absolute()


def _remember(session: Session, request: SignInRequest, client: Client) -> None:
    session.settings.remember_sign_in(request, client)
    try:
        session.settings.save()
    except StorageError as problem:
        # Signed in is signed in; next time the client has to be named again.
        complain(problem)


def _tell(signed: SignIn, storage: TokenStorage) -> None:
    guest = ", as a guest" if signed.guest else ""
    say(f"{name(signed.username)} is signed in to {name(signed.tenant_id)}{guest}.")
    for scope in signed.lacking:
        note(f"Microsoft did not grant {scope.value}: {scope.unlocks} will not be read.")
    if storage.kind is StorageKind.MEMORY:
        note(f"{storage.why}: this sign-in is not kept. Hand in a token in PERMDESK_ACCESS_TOKEN instead.")
    else:
        say(f"Read the tenant: permdesk-cli scan --account {name(signed.username)}")


def _explain(setup: ClientSetup, how: str) -> None:
    match how:
        case "json":
            say(registration(setup).rstrip())
            if setup.broker:
                note("For Windows, PATCH /v1.0/applications(appId='ID') with this, its application ID in place of ID:")
                note(broker_addition("ID").rstrip())
        case "azure-cli":
            say(azure_cli_script(setup).rstrip())
        case "powershell":
            say(powershell_script(setup).rstrip())
        case _:
            for number, step in enumerate(portal_steps(setup), 1):
                say(f"{number}. {step.where}")
                say(f"   {step.what}")
