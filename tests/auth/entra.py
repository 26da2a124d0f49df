"""Answers like Entra's, given without a network, for what a true provider never answers."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from permdesk.auth.keys import KeysUnavailableError
from permdesk.auth.session import MsalSession
from permdesk.auth.vault import Vault
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.ports import BrowserWaiting
from permdesk.domain.sign_in import SignIn, SignInRequest
from permdesk.graph.form_client import FormAnswer
from tests.auth.answers import Answers, ok
from tests.auth.backends import ACCESS_TOKEN, CLIENT, REFRESH_TOKEN, TENANT
from tests.auth.loopback import port_of, post

LOGIN = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
NEVER = threading.Event()
OID = "00000000-0000-4000-8000-000000000001"
Token = Callable[[Mapping[str, str]], FormAnswer]


def segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class Entra:
    """Answers as Entra does, with the token endpoint as told; a nonce is that of the last address opened."""

    def __init__(self) -> None:
        self.http = Answers(by=self._answer)
        self.token: Token = self.tokens
        self.discovery: FormAnswer | None = None
        self.device: FormAnswer = ok(
            {"user_code": "ABCD", "device_code": "d", "verification_uri": "https://x.example", "interval": 1}
        )
        self.nonce = ""
        self.number = 0
        self.session = MsalSession(
            vault=Vault(None, NoKeys(), tell=print), http=lambda _ca_file: self.http, version="test"
        )

    def tokens(self, form: Mapping[str, str], *, tid: str = TENANT, expires_in: int = 3600) -> FormAnswer:
        """Return an answer with tokens."""
        self.number += 1
        claims = {"tid": tid, "oid": OID, "preferred_username": "admin@larkfield.example", "nonce": self.nonce}
        return ok(
            {
                "token_type": "Bearer",
                "scope": f"{GRAPH}/User.Read {GRAPH}/Directory.Read.All",
                "expires_in": expires_in,
                "access_token": f"{ACCESS_TOKEN}{self.number}",
                "refresh_token": f"{REFRESH_TOKEN}{self.number}",
                "id_token": f"e30.{segment(claims)}.c2ln",
                "client_info": segment({"uid": OID, "utid": tid}),
            }
        )

    def sign_in(self, tenant: str | None = TENANT, **more: Any) -> SignIn:
        """Sign in as a person who clicks at once."""

        def waiting(told: BrowserWaiting) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(told.address).query).items()}
            self.nonce = asked["nonce"]
            post(port_of(asked["redirect_uri"]), code="c", state=asked["state"])

        request = SignInRequest(CLOUDS["global"], CLIENT, tenant)
        return self.session.browser(request, waiting=waiting, cancel=more.pop("cancel", NEVER), **more)

    def _answer(self, url: str, form: Mapping[str, str]) -> FormAnswer:
        if url.endswith("/.well-known/openid-configuration"):
            base = url.removesuffix("/v2.0/.well-known/openid-configuration")
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            ends["device_authorization_endpoint"] = "devicecode"
            told = {name: f"{base}/oauth2/v2.0/{end}" for name, end in ends.items()}
            return self.discovery or ok({"issuer": f"{LOGIN}/{TENANT}/v2.0", **told})
        if url.endswith("/devicecode"):
            return self.device
        if "/discovery/instance" in url:
            names = ["login.microsoftonline.com"]
            return ok({"metadata": [{"preferred_network": names[0], "preferred_cache": names[0], "aliases": names}]})
        return self.token(form)


class NoKeys:
    """No keyring: nothing of these tests is written."""

    def why_not(self) -> str:
        return "none"

    def close(self) -> None:
        """Nobody waits."""

    def get(self) -> str | None:
        raise KeysUnavailableError("none")

    def set(self, secret: str) -> None:
        raise KeysUnavailableError("none")

    def forget(self) -> None:
        raise KeysUnavailableError("none")
