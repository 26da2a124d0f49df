"""A token to lend to the process of a scan, and the tenant that it opens."""

from permdesk.domain.cloud import custom_cloud
from permdesk.domain.tenant import Account
from permdesk.services.target import TokenTarget
from tests.graph_service.process import GraphService


class Token:
    """A token source that counts what it is asked, and can be told what to answer."""

    account = Account("reader@larkfield.example")
    tenant_id: str | None = "6513270e-269e-4d37-a2a7-4de452e6b438"

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked = 0
        self.demanded: list[str | None] = []
        self.problem: Exception | None = None

    def token(self) -> str:
        self.asked += 1
        if self.problem is not None:
            raise self.problem
        return self.tokens[0]

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        assert refused == self.tokens[0]
        self.demanded.append(claims)
        if len(self.tokens) < 2:
            return None
        del self.tokens[0]
        return self.tokens[0]


def target(service: GraphService, token: Token | None = None) -> TokenTarget:
    return TokenTarget(custom_cloud(service.origin), token or Token(service.token), service.ca_file)
