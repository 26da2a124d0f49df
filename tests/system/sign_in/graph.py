"""A Microsoft Graph of the tests' own: the sample tenant over https, for tokens that the provider says are good.

Nobody certified this one. What it knows of Graph: the lists of the sample tenant, 401 with its header for a token that
is not good, 403 for what the token's scopes do not allow, 404 for a person who is no object of the tenant, and claims
that it may demand of the next token. The provider alone tells which tokens are good, and what is in them.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import trustme
from msgspec import Struct

from permdesk.domain.ports import Answer
from tests.cli.graph_server import SampleServer, error

_VERSION: Final = "/v1.0/"
#: Delegated permissions, any of which is enough, by the first word of the path (learn.microsoft.com/graph/api, the
#: tables "Permissions" of organization-get, application-list, serviceprincipal-list, oauth2permissiongrant-list,
#: rbacapplication-list-roleassignments, user-get), as far as permdesk could ask for them.
_ENOUGH: Final = {
    "organization": {"User.Read", "Directory.Read.All"},
    "applications": {"Application.Read.All", "Directory.Read.All"},
    "servicePrincipals": {"Application.Read.All", "Directory.Read.All"},
    "oauth2PermissionGrants": {"Directory.Read.All"},
    "roleManagement": {"Directory.Read.All"},
    "users": {"Directory.Read.All"},
    "me": {"User.Read", "Directory.Read.All"},
}


class Seen(Struct, frozen=True):
    """A request, alone or inside a batch, and what became of it."""

    path: str
    token: str
    status: int


class Graph(SampleServer):
    """Answers those whom the provider knows.

    Attributes:
        judge: tells what a token is; the provider's own word.
        seen: every request since the last ``reset``.
        denied: lists that the person's directory roles do not allow, by the first word of the path.
        demanded: claims that a token has to have been asked for with; None for none.
        one_by_one: tokens are looked at for each request inside a batch rather than for the batch.
        strangers: logins whose people are no objects of the tenant, as a partner's.
    """

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self._lock = threading.Lock()
        self.judge: Callable[[str], dict[str, Any]] = lambda _token: {"state": "unknown"}
        self.reset()
        super().__init__(certificate)

    def reset(self) -> None:
        """Forget what was seen and what was planned."""
        self.seen: list[Seen] = []
        self.denied: frozenset[str] = frozenset()
        self.demanded: str | None = None
        self.one_by_one = False
        self.strangers: frozenset[str] = frozenset()
        self._planned: dict[str, tuple[Callable[[], object], int]] = {}

    def when(self, path: str, deed: Callable[[], object], *, times: int = 1) -> None:
        """Do something once, before the first request with this in its path, or so often inside it, is answered."""
        self._planned[path] = (deed, times)

    @property
    def tokens(self) -> list[str]:
        """Every token that came, in the order of their coming."""
        return list(dict.fromkeys(seen.token for seen in self.seen))

    @property
    def turned_away(self) -> int:
        """How many requests were answered 401."""
        return sum(seen.status == 401 for seen in self.seen)

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Return the answer to one request, or to a batch."""
        self._carry_out(path + (body or b"").decode())
        token = headers.get("authorization", "").removeprefix("Bearer ")
        batch = path == f"{_VERSION}$batch"
        known = self.judge(token)
        refusal = None if batch and self.one_by_one else self._turned_away(known)
        if refusal is not None:
            answer = refusal
        elif batch:
            answer = self._batch(body or b"", known, token)
        else:
            answer = self._forbidden(path, known) or super().respond(method, path, headers, body)
        with self._lock:
            self.seen.append(Seen(path, token, answer.status))
        return answer

    def _carry_out(self, asked: str) -> None:
        with self._lock:
            due = [path for path, (_deed, times) in self._planned.items() if asked.count(path) >= times]
            deeds = [self._planned.pop(path)[0] for path in due]
        for deed in deeds:
            deed()

    def _turned_away(self, known: Mapping[str, Any]) -> Answer | None:
        if known["state"] != "good":
            told = 'error="invalid_token", error_description="The access token is not good any more"'
        elif self.demanded is not None and self.demanded not in _asked_for(known):
            encoded = base64.b64encode(self.demanded.encode()).decode()
            told = f'error="insufficient_claims", claims="{encoded}"'
        else:
            return None
        header = f'Bearer realm="", authorization_uri="https://login.larkfield.example/common/oauth2/authorize", {told}'
        return error(401, "InvalidAuthenticationToken", **{"www-authenticate": header})

    def _forbidden(self, path: str, known: Mapping[str, Any]) -> Answer | None:
        words = path.removeprefix(_VERSION).partition("?")[0].split("/")
        first = words[0].partition("(")[0]
        if known["login"] in self.strangers and (first == "me" or words == ["users", known["oid"]]):
            return error(404, "Request_ResourceNotFound")
        if first in self.denied or not _ENOUGH.get(first, set()) & set(known["scopes"]):
            return error(403, "Authorization_RequestDenied")
        return None

    def _batch(self, body: bytes, known: Mapping[str, Any], token: str) -> Answer:
        requests = json.loads(body)["requests"]
        refused: dict[str, Answer] = {}
        for request in requests:
            path = _VERSION + request["url"].removeprefix("/")
            refusal = (self._turned_away(known) if self.one_by_one else None) or self._forbidden(path, known)
            if refusal is not None:
                refused[request["id"]] = refusal
            with self._lock:
                self.seen.append(Seen(path, token, refusal.status if refusal else 200))
        left = json.dumps({"requests": [request for request in requests if request["id"] not in refused]})
        answer = super().respond("POST", f"{_VERSION}$batch", {}, left.encode())
        answers = json.loads(answer.body)["responses"]
        for number, refusal in refused.items():
            inner = {"status": refusal.status, "headers": dict(refusal.headers), "body": json.loads(refusal.body)}
            answers.append({"id": number, **inner})
        return Answer(200, answer.headers, json.dumps({"responses": answers}).encode())


def claims(moment: int) -> str:
    """Return a challenge of continuous access evaluation: no token from before a moment."""
    return f'{{"access_token":{{"nbf":{{"essential":true,"value":"{moment}"}}}}}}'


def _asked_for(known: Mapping[str, Any]) -> str:
    """Return the claims that a token was asked for with; MSAL adds what permdesk can do to those that were demanded."""
    asked = json.loads(known["claims"] or "{}")
    asked.get("access_token", {}).pop("xms_cc", None)
    return json.dumps(asked, separators=(",", ":"))
