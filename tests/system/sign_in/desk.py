"""permdesk's sign-in built of its real parts, with a data folder of its own."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from permdesk.auth.keys import KeyringKeys, KeyStore
from permdesk.auth.session import MsalSession
from permdesk.auth.vault import Vault
from permdesk.domain.cloud import Cloud, custom_cloud
from permdesk.domain.ports import BrowserWaiting
from permdesk.domain.sign_in import SignIn, SignInRequest
from permdesk.graph.form_client import FormClient
from permdesk.graph.https import HttpsSession
from tests.system.sign_in.parts import ADMIN, CLIENT, GRAPH, LARKFIELD, Child, Deed, Trust


class Service:
    """The provider, what it is trusted by, and the browser that goes there."""

    def __init__(self, trust: Trust, provider: Child, browser: Child, *, graph: str = GRAPH) -> None:
        self.trust = trust
        self.provider = provider
        self.browser = browser
        self.graph = graph

    @property
    def cloud(self) -> Cloud:
        """The custom cloud that these tests sign in to."""
        return custom_cloud(self.graph, f"https://localhost:{self.provider.first['port']}")

    def revoke(self, login: str, *, client: str = CLIENT) -> None:
        """Revoke everything that the newest refresh token of an account stands for, as RFC 7009 has it."""
        form = {
            "client_id": client,
            "token": self.provider.ask("newest", login=login)["token"],
            "token_type_hint": "refresh_token",
        }
        https = HttpsSession(user_agent="permdesk/test", ca_file=self.trust.ca_file)
        try:
            answer = FormClient(https).post(f"{self.cloud.login}/{LARKFIELD[0]}/oauth2/v2.0/revoke", data=form)
        finally:
            https.close()
        assert answer.status_code == 200, answer.text

    def request(self, *, tenant: str | None = LARKFIELD[0], client: str = CLIENT, **more: Any) -> SignInRequest:
        """Return a request to sign in to a tenant there."""
        return SignInRequest(self.cloud, client, tenant, ca_file=self.trust.ca_file, **more)


class Desk:
    """What the program would build.

    Attributes:
        told: the sentences that the vault told the person.
        addresses: what a browser was asked to open.
    """

    def __init__(self, folder: Path, service: Service, *, keys: KeyStore | None = None) -> None:
        self.file = folder / "sign-ins.dat"
        self.service = service
        self.told: list[str] = []
        self.addresses: list[str] = []
        self.deeds: list[Deed] = []
        self._https: list[HttpsSession] = []
        self.vault = Vault(self.file, keys or KeyringKeys(str(folder)), tell=self.told.append)
        self.session = MsalSession(vault=self.vault, http=self.client, version="test")

    def sign_in(
        self,
        login: str = ADMIN,
        *,
        request: SignInRequest | None = None,
        deed: str = "accept",
        seconds: float = 30.0,
        cancel: threading.Event | None = None,
        meanwhile: Callable[[BrowserWaiting], None] = lambda waiting: None,
    ) -> SignIn:
        """Sign a person in: permdesk waits, and the browser does what the person does.

        Args:
            deed: what the person does, a function of browser.mjs.
            meanwhile: called once permdesk waits and the browser was opened.
        """

        def waiting(told: BrowserWaiting) -> None:
            self.addresses.append(told.address)
            self.deeds.append(self.service.browser.start(deed, address=told.address, login=login))
            meanwhile(told)

        try:
            return self.session.browser(
                request or self.service.request(),
                waiting=waiting,
                cancel=cancel or threading.Event(),
                seconds=seconds,
            )
        except Exception as problem:
            failure = self.deeds[-1].failure() if self.deeds else None
            if failure is not None and deed != "close":
                raise failure from problem
            raise

    @property
    def page(self) -> dict[str, Any]:
        """What the browser showed last: title, text, address."""
        return self.deeds[-1].result()

    def close(self) -> None:
        """Close the connections, once the browser is done."""
        for deed in self.deeds:
            with suppress(AssertionError):
                deed.result()
        for session in self._https:
            session.close()

    def client(self, ca_file: Path | None) -> FormClient:
        """Return an HTTP client, closed with the desk."""
        self._https.append(HttpsSession(user_agent="permdesk/test", ca_file=ca_file))
        return FormClient(self._https[-1])


def closed(port: int) -> bool:
    """Tell whether nobody listens there on this computer."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
