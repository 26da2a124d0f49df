"""Reads packed twenty to a request: mapped by id, retried one by one."""

import base64
import json

import pytest

from permdesk.domain.ports import Answer
from permdesk.errors import SignInError
from permdesk.graph.client import GraphClient
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.patience import TRIES
from tests.graph.doubles import GLOBAL, ROOT, TOKEN, Request, Scripted, Sleeper, Token, client, error, ok, sub

CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
CHALLENGE = f'Bearer error="insufficient_claims", claims="{base64.b64encode(CLAIMS.encode()).decode()}"'


def answering(request: Request) -> Answer:
    """Answer each request of a batch with its own url, the last one first."""
    return ok({"responses": [sub(one["id"], {"url": one["url"]}) for one in reversed(request.inner)]})


def test_answers_of_a_batch_are_mapped_by_id_and_come_in_order() -> None:
    transport = Scripted(by=answering)
    paths = [f"users/{number}" for number in range(47)]
    results = client(transport).batch(paths, headers={"consistencylevel": "eventual"})
    assert [json.loads(r)["url"] for r in results if isinstance(r, bytes)] == [f"/{path}" for path in paths]
    assert [len(request.inner) for request in transport.requests] == [20, 20, 7]
    assert {request.url for request in transport.requests} == {ROOT + "$batch"}
    assert {one["method"] for request in transport.requests for one in request.inner} == {"GET"}
    assert all(one["headers"] == {"consistencylevel": "eventual"} for r in transport.requests for one in r.inner)


def test_a_token_that_is_refused_inside_a_batch_is_renewed_once() -> None:
    refused = sub("1", {"error": {"code": "InvalidAuthenticationToken"}}, 401, **{"WWW-Authenticate": CHALLENGE})
    transport = Scripted(
        ok({"responses": [sub("0", {"n": 0}), refused]}), ok({"responses": [sub("0", {"n": 0}), sub("1", {"n": 1})]})
    )
    tokens = Token("theNext")
    results = GraphClient(transport, tokens, GLOBAL).batch(["a", "b"])
    assert [json.loads(result)["n"] for result in results if isinstance(result, bytes)] == [0, 1]
    assert [request.headers["authorization"] for request in transport.requests] == [f"Bearer {TOKEN}", "Bearer theNext"]
    assert tokens.demanded == [CLAIMS]


def test_a_token_that_is_refused_inside_a_batch_again_ends_everything() -> None:
    transport = Scripted(by=lambda _request: ok({"responses": [sub("0", {}, 401)]}))
    with pytest.raises(SignInError):
        GraphClient(transport, Token("theNext", "oneMore"), GLOBAL).batch(["a"])
    assert len(transport.requests) == 2


def test_no_paths_no_request() -> None:
    assert client(Scripted()).batch([]) == []


def test_only_what_failed_is_sent_again_after_the_longest_wait() -> None:
    sleep = Sleeper()
    transport = Scripted(
        ok(
            {
                "responses": [
                    sub("0", {"n": 0}),
                    sub("1", {"error": {"code": "TooManyRequests"}}, 429, **{"Retry-After": "7"}),
                    sub("2", {"error": {"code": "Authorization_RequestDenied"}}, 403),
                    sub("3", {"error": {"code": "x"}}, 503, **{"Retry-After": "2"}),
                ]
            }
        ),
        ok({"responses": [sub("3", {"n": 3}), sub("1", {"n": 1})]}),
    )
    results = client(transport, sleep=sleep).batch(["a", "b", "c", "d"])
    assert [one["url"] for one in transport.requests[1].inner] == ["/b", "/d"]
    assert [r if isinstance(r, GraphFault) else json.loads(r)["n"] for r in results[:2]] == [0, 1]
    assert isinstance(results[2], GraphFault)
    assert results[2].kind is FaultKind.REFUSED
    assert results[3] == b'{"n":3}' or json.loads(results[3]) == {"n": 3}  # type: ignore[arg-type]
    assert sleep.seconds == 7.0


def test_an_answer_that_is_left_out_is_asked_for_again_and_then_told() -> None:
    transport = Scripted(by=lambda request: ok({"responses": [sub("0", {})]}))
    results = client(transport).batch(["a", "b"])
    assert isinstance(results[0], bytes)
    assert isinstance(results[1], GraphFault)
    assert "left this read out" in results[1].title
    assert len(transport.requests) == TRIES


def test_strange_answers_of_a_batch() -> None:
    strange = [sub("7", {}), {"id": 0, "status": 200}, sub("0", {"second": True}), sub("1", "aGVsbG8=")]
    results = client(Scripted(ok({"responses": strange}))).batch(["a", "b"])
    assert results == [b"", b'"aGVsbG8="']


def test_a_batch_that_is_refused_as_a_whole_refuses_each_of_its_reads() -> None:
    results = client(Scripted(error(403, "Authorization_RequestDenied"))).batch(["a", "b"])
    assert [r.kind for r in results if isinstance(r, GraphFault)] == [FaultKind.REFUSED, FaultKind.REFUSED]


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (ok({"value": []}), 1),
        (ok({"responses": [{"status": 200}]}), 1),
        (ok([]), 1),
        (ok(b'{"responses":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 1),
        (Answer(200, {}, b"<html>"), TRIES),
        (ok(b'{"responses":[' + b"{}," * 4_000_001 + b"{}]}"), 1),
    ],
)
def test_of_a_batch_that_nobody_can_read_each_is_asked_for_alone(answer: Answer, times: int) -> None:
    def by(request: Request) -> Answer:
        if request.method == "POST":
            return answer
        return Answer(200, {}, b"<html>") if request.url.endswith("/b") else ok({"at": request.url})

    transport = Scripted(by=by)
    first, second, third = client(transport).batch(["a", "b", "c"])
    assert [json.loads(r)["at"] for r in (first, third) if isinstance(r, bytes)] == [ROOT + "a", ROOT + "c"]
    assert isinstance(second, bytes)
    assert [request.method for request in transport.requests] == ["POST"] * times + ["GET"] * 3


@pytest.mark.parametrize("refusal", [error(400, "BadRequest"), error(404), error(405), error(501)])
def test_where_there_are_no_batches_reads_go_one_by_one(refusal: Answer) -> None:
    def answer(request: Request) -> Answer:
        if request.method == "POST":
            return refusal
        return error(403, "Authorization_RequestDenied") if request.url.endswith("/b") else ok({"at": request.url})

    transport = Scripted(by=answer)
    first, second, third = client(transport).batch(["a", "b", "c"], headers={"consistencylevel": "eventual"})
    assert [json.loads(r)["at"] for r in (first, third) if isinstance(r, bytes)] == [ROOT + "a", ROOT + "c"]
    assert isinstance(second, GraphFault)
    assert second.kind is FaultKind.REFUSED
    assert [r.headers.get("consistencylevel") for r in transport.requests] == [None, *["eventual"] * 3]


def test_a_read_that_may_not_be_asked_for_soon_does_not_hold_up_the_others() -> None:
    sleep = Sleeper()
    late, soon = {"Retry-After": "3600"}, {"Retry-After": "2"}
    transport = Scripted(
        ok({"responses": [sub("0", None, 429, **late), sub("1", None, 429, **soon)]}), ok({"responses": [sub("1", {})]})
    )
    results = client(transport, sleep=sleep).batch(["a", "b"])
    assert isinstance(results[0], GraphFault)
    assert results[1] == b"{}"
    assert sleep.seconds == 2.0


def test_a_batch_that_cannot_come_through_ends() -> None:
    transport = Scripted(by=lambda _request: error(503, "serviceNotAvailable"))
    results = client(transport).batch(["a"])
    assert isinstance(results[0], GraphFault)
    assert len(transport.requests) == TRIES


def test_401_inside_a_batch_ends_everything() -> None:
    with pytest.raises(SignInError):
        client(Scripted(ok({"responses": [sub("0", {}, 401)]}))).batch(["a"])
