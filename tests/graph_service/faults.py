"""Faults that the service shows on request: which request is hit by which, decided by seed, path, and number."""

import hashlib
import re
import time
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tests.graph_service.replies import Reply, error, http_date

#: Faults below HTTP: the connection ends or rests in the middle of an exchange. They hit whole requests alone.
WIRE = frozenset(
    {"reset", "reset-middle", "close", "slow", "huge-body", "stall", "stall-middle", "truncate", "chunk-cut"}
)
#: Faults of a body whose status says 200.
BODIES = frozenset(
    {"html", "short-json", "empty-body", "bad-utf8", "not-object", "no-value", "deep-json", "huge-number", "gzip-bomb"}
)
#: Bodies that cannot stand inside the JSON of a $batch answer.
_OUTER_BODIES = frozenset({"html", "short-json", "empty-body", "bad-utf8", "gzip-bomb"})
#: Faults of a list's page.
PAGES = frozenset({"empty-page", "duplicate-rows", "loop", "self-link", "lost-link", "link"})
#: Faults that come true in the tenant before the answer is given.
EVENTS = frozenset({"change-rows", "expired-page-token"})
_MESSAGES = {
    "400": ("Request_BadRequest", "Invalid request."),
    "403": ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "404": ("Request_ResourceNotFound", "Resource does not exist or one of its queried references is not present."),
    "410": ("resyncRequired", "Resync required."),
    "429": ("TooManyRequests", "Too many requests."),
    "500": ("InternalServerError", "An internal server error occurred. The operation failed."),
    "501": ("NotImplemented", "This operation target is not yet supported."),
    "502": ("BadGateway", "Bad gateway."),
    "503": ("serviceNotAvailable", "The service is not available. Try the request again after a delay."),
    "504": ("GatewayTimeout", "The gateway did not receive a timely response."),
    "509": ("activityLimitReached", "The bandwidth limit is exceeded."),
}
STATUSES = frozenset({*_MESSAGES, "401", "401-claims", "redirect"})
KINDS = WIRE | BODIES | PAGES | EVENTS | STATUSES


class Fault(Struct, kw_only=True, forbid_unknown_fields=True):
    """A fault: its kind, and which requests it hits.

    ``rate`` of the requests whose target matches the regular expression ``path`` are hit, after the first ``after``
    of them, at most ``times`` in all and at most ``each`` times the same target. ``where`` is 'get', 'batch' (the
    POST) or 'inner' (a request inside a batch); empty means wherever the kind makes sense.
    """

    kind: str
    rate: float = 1.0
    path: str = ""
    after: int = 0
    times: int | None = None
    each: int | None = None
    where: str = ""
    #: Retry-After of 429, 503 and 509: 'seconds', 'date' or 'none'; how long; how long "slow" and a stall last.
    retry_after: str = "seconds"
    seconds: float = 1.0
    #: Where a link or redirect leads: an origin such as https://localhost:1.
    to: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.where not in ("", "get", "batch", "inner"):
            raise ValueError(f"no such fault: {self.kind} {self.where}")


class _Rule:
    def __init__(self, fault: Fault, seed: str) -> None:
        self.fault, self.seed = fault, seed
        self.pattern = re.compile(fault.path)
        self.seen: dict[str, int] = {}
        self.hits: dict[str, int] = {}
        self.matched = self.hit = 0

    def fires(self, target: str, where: str) -> bool:
        fault = self.fault
        if not _fits(fault, where) or not self.pattern.search(target):
            return False
        if fault.kind in PAGES and "emptied=" in target:
            return False
        self.matched += 1
        if self.matched <= fault.after or (fault.times is not None and self.hit >= fault.times):
            return False
        if fault.each is not None and self.hits.get(target, 0) >= fault.each:
            return False
        number = self.seen[target] = self.seen.get(target, 0) + 1
        # The same target has the same luck whatever the order in which a client asks.
        luck = hashlib.blake2s(f"{self.seed}|{target}|{number}".encode(), digest_size=7).digest()
        if int.from_bytes(luck) / 256**7 >= fault.rate:
            return False
        self.hit += 1
        self.hits[target] = self.hits.get(target, 0) + 1
        return True


def _fits(fault: Fault, where: str) -> bool:
    if fault.where and fault.where != where:
        return False
    if where == "inner":
        return fault.kind not in WIRE and fault.kind not in _OUTER_BODIES
    if where == "batch":
        return fault.kind not in PAGES and fault.kind not in EVENTS and fault.kind not in ("403", "404", "410")
    return True


class Faults:
    """The faults in force; decides for each request which of them shows."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        #: Targets that were told to wait, with the monotonic time until which.
        self.waits: dict[str, float] = {}
        #: Requests that came before the time that they were told to wait for.
        self.early = 0

    def arrange(self, faults: list[Fault], seed: int) -> None:
        """Put these faults in force, in place of those before; the first that fires shows."""
        self._rules = [_Rule(fault, f"{seed}|{number}|{fault.kind}") for number, fault in enumerate(faults)]

    @property
    def idle(self) -> bool:
        return not self._rules and not self.waits

    def shown(self) -> dict[str, int]:
        """Return how often each kind was shown."""
        totals: dict[str, int] = {}
        for rule in self._rules:
            totals[rule.fault.kind] = totals.get(rule.fault.kind, 0) + rule.hit
        return totals

    def choose(self, target: str, where: str) -> Fault | None:
        """Return the fault that this request meets, or None."""
        until = self.waits.pop(target, None)
        if until is not None and time.monotonic() < until:
            self.early += 1
        for rule in self._rules:
            if rule.fires(target, where):
                return rule.fault
        return None

    def hold(self, targets: list[str], reply: Reply) -> None:
        """Remember until when these targets were told to wait."""
        for name, value in reply.headers:
            if name.lower() == "retry-after":
                wait = float(value) if value.isdecimal() else _seconds_until(value)
                for target in targets:
                    # A date has whole seconds, and clocks are read at both ends.
                    self.waits[target] = time.monotonic() + wait - 0.05


def _seconds_until(date: str) -> float:
    from email.utils import parsedate_to_datetime

    return max(0.0, (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds() - 1.0)


def status_reply(fault: Fault, target: str, origin: str) -> Reply:
    """Return the answer of a fault that shows as a status."""
    if fault.kind == "401":
        return unauthorized("Lifetime validation failed, the token is expired.")
    if fault.kind == "401-claims":
        return claims_challenge()
    if fault.kind == "redirect":
        return Reply(302, b"", (("Location", f"{fault.to or origin}/v1.0{target}"),), "text/html")
    code, message = _MESSAGES[fault.kind]
    headers: list[tuple[str, str]] = []
    if fault.kind in ("429", "503", "509") and fault.retry_after != "none":
        seconds = max(0, round(fault.seconds))
        moment = datetime.now(UTC) + timedelta(seconds=seconds + 1)
        headers.append(("Retry-After", http_date(moment) if fault.retry_after == "date" else str(seconds)))
    if fault.kind == "410":
        location = f"{origin}/v1.0{target.partition('?')[0]}?$deltatoken="
        headers.append(("Location", location))
    return error(int(fault.kind), code, message, *headers)


_BEARER = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)
#: {"access_token":{"nbf":{"essential":true,"value":"1795341600"}}}
CLAIMS = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzk1MzQxNjAwIn19fQ=="


def unauthorized(message: str) -> Reply:
    """Return Graph's answer to a token that is not good."""
    return error(401, "InvalidAuthenticationToken", message, ("WWW-Authenticate", _BEARER))


def claims_challenge() -> Reply:
    """Return a challenge of continuous access evaluation (identity-platform/claims-challenge)."""
    challenge = f'{_BEARER}, errorDescription="Continuous access evaluation resulted in challenge", '
    challenge += f'error="insufficient_claims", claims="{CLAIMS}"'
    message = "Continuous access evaluation resulted in challenge with result: InteractionRequired"
    return error(401, "InvalidAuthenticationToken", message, ("WWW-Authenticate", challenge))
