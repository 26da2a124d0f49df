"""A Microsoft Graph client that can only read: GET, and the ``$batch`` POST of GETs."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from permdesk.domain.cloud import Cloud
from permdesk.domain.ports import Answer, TokenSource, Transport
from permdesk.errors import BugError, FormatError
from permdesk.graph.batches import SubAnswer, answer_of, batch_body, headers_of, sub_answers
from permdesk.graph.challenge import demanded_claims
from permdesk.graph.faults import (
    FaultKind,
    GraphFault,
    MalformedError,
    NoAnswerError,
    TooLargeError,
    fault_of,
    used_up,
)
from permdesk.graph.gate import Gate
from permdesk.graph.links import checked_link
from permdesk.graph.pages import next_link
from permdesk.graph.patience import NOBODY, TRIES, Listener, Patience

T = TypeVar("T")
Decode = Callable[[bytes], T]

#: Requests in one ``$batch`` (learn.microsoft.com/graph/json-batching).
BATCH_SIZE = 20
VERSION = "/v1.0/"

#: Commas in one body. A page has some ten thousand; each may stand for an object many times its size.
_MOST_COMMAS = 4_000_000

#: What is wrong with a whole batch where the service knows none.
_NO_BATCHES = frozenset({FaultKind.GONE, FaultKind.UNSUPPORTED})

_log = logging.getLogger(__name__)


class RawPage(Struct, frozen=True):
    """A page as it came: JSON, whatever its rows are, and where the next one is."""

    body: bytes
    link: str | None


class GraphClient:
    """Sends reads to one Graph endpoint; every method raises ``SignInError`` on 401 and ``Cancelled`` on cancel.

    Any thread may call it.

    Args:
        transport: carries the requests.
        tokens: asked before each request, so that a renewed token is used at once.
        cloud: names the endpoint; the token goes nowhere else.
        sleep: waits so many seconds.
        now: seconds since the epoch.
        gate: how many requests may be under way at once.
    """

    def __init__(
        self,
        transport: Transport,
        tokens: TokenSource,
        cloud: Cloud,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        gate: Gate | None = None,
    ) -> None:
        self._gate = gate or Gate()
        self.cloud = cloud
        self._transport = transport
        self._tokens = tokens
        self._sleep = sleep
        self._now = now
        self._root = cloud.graph + VERSION

    def get(
        self,
        path: str,
        decode: Decode[T],
        *,
        headers: Mapping[str, str] | None = None,
        listener: Listener = NOBODY,
    ) -> T:
        """Return the decoded answer to GET ``path``, tried again while that may help.

        Args:
            path: relative to the version, such as ``organization?$select=id``.
            decode: turns the body into what the caller wants; raises FormatError.
            headers: besides Authorization and Accept.
            listener: hears of each wait, and may end it.

        Raises:
            GraphFault: there is no answer to be had.
            FormatError: the answer is not what Graph documents.
        """
        return self._tried("GET", self._root + path, headers or {}, None, decode, listener)

    def page(self, path: str, *, headers: Mapping[str, str] | None = None, listener: Listener = NOBODY) -> RawPage:
        """Return the first page of a list, its rows undecoded; like ``get`` otherwise."""
        return self._tried("GET", self._root + path, headers or {}, None, _raw_page, listener)

    def follow(self, link: str, *, headers: Mapping[str, str] | None = None, listener: Listener = NOBODY) -> RawPage:
        """Return the page that a nextLink leads to, taken verbatim; like ``get`` otherwise.

        Raises:
            GraphFault: also where the link leads away from this Graph endpoint.
        """
        address = checked_link(link, origin=self.cloud.graph, root=VERSION)
        return self._tried("GET", address, headers or {}, None, _raw_page, listener)

    def batch(
        self,
        paths: Sequence[str],
        *,
        headers: Mapping[str, str] | None = None,
        listener: Listener = NOBODY,
        patient: bool = True,
    ) -> list[bytes | GraphFault]:
        """Return, in order, the body of GET for each path, or the fault that befell it.

        Paths go out in ``$batch`` requests of at most 20; only those that failed and may succeed are sent again. One
        by one they go where the service knows no batches.

        Args:
            paths: relative to the version.
            headers: sent with each request inside the batch.
            listener: hears of each wait, and may end it.
            patient: try again what fails; else a fault is what there is.
        """
        tries = TRIES if patient else 1
        results: list[bytes | GraphFault] = []
        for start in range(0, len(paths), BATCH_SIZE):
            results += self._one_batch(paths[start : start + BATCH_SIZE], headers or {}, listener, tries)
        return results

    def _tried(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        decode: Decode[T],
        listener: Listener,
        tries: int = TRIES,
    ) -> T:
        patience = Patience(listener, self._sleep, tries)
        while True:
            try:
                answer = self._send(method, url, headers, body, listener)
                fault = fault_of(answer, secret=self._tokens.token(), now=self._now())
                if fault is None:
                    found = decode(answer.body)
                    if body is None:
                        # What is in a batch is counted one by one.
                        self._gate.went_well(used_up(answer.headers))
                    return found
            except NoAnswerError as gone:
                kind = FaultKind.UNREADABLE if isinstance(gone, TooLargeError) else FaultKind.FAILED
                fault = GraphFault(kind, gone.title, remedy=gone.remedy, retry=gone.retry)
            except MalformedError as broken:
                fault = GraphFault(FaultKind.UNREADABLE, broken.title, retry=True)
            if fault.throttled:
                self._gate.slow_down(fault.wait, fault.used)
            if not patience.again(fault):
                raise fault

    def _one_batch(
        self, paths: Sequence[str], headers: Mapping[str, str], listener: Listener, tries: int
    ) -> list[bytes | GraphFault]:
        results: dict[int, bytes | GraphFault] = {}
        open_ = list(range(len(paths)))
        patience = [Patience(listener, self._sleep, tries) for _ in paths]
        while open_:
            part = open_[: self._gate.packed(BATCH_SIZE)]
            body = batch_body([(number, paths[number]) for number in part], headers)
            try:
                answers = self._post_batch(body, listener, tries)
            except (GraphFault, FormatError) as fault:
                whole = fault if isinstance(fault, GraphFault) else GraphFault(FaultKind.UNREADABLE, fault.title)
                if tries > 1 and (whole.kind in _NO_BATCHES or whole.kind is FaultKind.UNREADABLE):
                    # One answer that nobody can read spoils all that came with it.
                    each = tries if whole.kind in _NO_BATCHES else 1
                    results |= {number: self._alone(paths[number], headers, listener, each) for number in open_}
                return [results.get(number, whole) for number in range(len(paths))]
            outcomes = {number: self._outcome(answers.get(str(number))) for number in part}
            results |= outcomes
            self._tell_gate(outcomes.values(), answers.values())
            faults = {number: outcome for number, outcome in outcomes.items() if isinstance(outcome, GraphFault)}
            waits = {number: patience[number].next_wait(fault) for number, fault in faults.items()}
            again = {number: wait for number, wait in waits.items() if wait is not None}
            rest = open_[len(part) :]
            if not again and all(number in faults and faults[number].throttled for number in part):
                # Whoever asks next would be told the same.
                results |= dict.fromkeys(rest, faults[part[0]])
                break
            if again:
                longest = max(again, key=lambda number: again[number])
                patience[longest].sit_out(again[longest], asked=faults[longest].wait is not None)
            open_ = [*again, *rest]
        return [results[number] for number in range(len(paths))]

    def _tell_gate(self, outcomes: Collection[bytes | GraphFault], answers: Iterable[SubAnswer]) -> None:
        used = max((used_up(headers_of(answer)) for answer in answers), default=0.0)
        slowed = [one for one in outcomes if isinstance(one, GraphFault) and one.throttled]
        if 2 * len(slowed) >= len(outcomes):
            waits = [one.wait for one in slowed if one.wait is not None]
            self._gate.slow_down(min(waits, default=None), used, packed=True)
        else:
            # Single ones are the service's own business: they come later, and nobody else has to.
            self._gate.went_well(used)

    def _alone(self, path: str, headers: Mapping[str, str], listener: Listener, tries: int) -> bytes | GraphFault:
        try:
            return self._tried("GET", self._root + path, headers, None, bytes, listener, tries)
        except GraphFault as fault:
            return fault

    def _post_batch(self, body: bytes, listener: Listener, tries: int) -> dict[str, SubAnswer]:
        headers = {"content-type": "application/json"}
        return self._tried("POST", self._root + "$batch", headers, body, sub_answers, listener, tries)

    def _outcome(self, sub: SubAnswer | None) -> bytes | GraphFault:
        if sub is None:
            return GraphFault(FaultKind.FAILED, "Microsoft left this read out of a batch's answer", retry=True)
        answer = answer_of(sub)
        fault = fault_of(answer, secret=self._tokens.token(), now=self._now())
        return answer.body if fault is None else fault

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, listener: Listener
    ) -> Answer:
        if method != "GET" and (method, url) != ("POST", self._root + "$batch"):
            raise BugError(f"permdesk reads only: {method} is not for it")
        with self._gate.passage(listener):
            token = self._tokens.token()
            answer = self._sent(method, url, token, headers, body, listener)
            refusal = _refusal(answer, batch=body is not None)
            if refusal is not None:
                fresh = self._tokens.renew(refused=token, claims=demanded_claims(refusal))
                if fresh is not None:
                    listener.insist()
                    answer = self._sent(method, url, fresh, headers, body, listener)
        _check_body(answer.body)
        return answer

    def _sent(
        self,
        method: str,
        url: str,
        token: str,
        headers: Mapping[str, str],
        body: bytes | None,
        listener: Listener,
    ) -> Answer:
        sent = {"authorization": f"Bearer {token}", "accept": "application/json", **headers}
        answer = self._transport.send(method, url, headers=sent, body=body, cancel=listener.cancel)
        _log.debug("%s %s: %d, %d bytes", method, url.partition("?")[0], answer.status, len(answer.body))
        return answer


def _check_body(body: bytes) -> None:
    if len(body) > _MOST_COMMAS and body.count(b",") > _MOST_COMMAS:
        raise TooLargeError("The answer is cut into more pieces than any of Microsoft's")
    if not body.isascii():
        try:
            # A decoder that leaves fields out would not look into them.
            body.decode()
        except UnicodeDecodeError:
            raise NoAnswerError("The answer was spoiled on its way") from None


def _raw_page(body: bytes) -> RawPage:
    return RawPage(body, next_link(body))


def _refusal(answer: Answer, *, batch: bool) -> Answer | None:
    """Return the answer that does not accept the token: this one, or one that a service behind a batch gave."""
    if answer.status == 401:
        return answer
    if not batch or answer.status != 200 or b"401" not in answer.body:
        return None
    try:
        answers = sub_answers(answer.body).values()
    except FormatError:
        return None
    return next((answer_of(sub) for sub in answers if sub.status == 401), None)
