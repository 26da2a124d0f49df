"""Fewer requests are let through when Microsoft asks to slow down, and more again when it does not."""

import json

import pytest

from permdesk.domain.ports import Answer
from permdesk.errors import Cancelled
from permdesk.graph.client import GraphClient
from permdesk.graph.faults import GraphFault, used_up
from permdesk.graph.gate import WIDEST, Gate
from permdesk.graph.patience import LATER, NOBODY, Listener
from tests.graph.doubles import GLOBAL, Request, Scripted, Sleeper, Token, error, ok, sub


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate(now=clock)


def passes(gate: Gate) -> bool:
    """Tell whether a request would be let through at once."""
    asked = iter([False])

    class Once:
        def is_set(self) -> bool:
            return next(asked, True)

    try:
        with gate.passage(Listener(Once())):
            return True
    except Cancelled:
        return False


def well(gate: Gate, times: int) -> None:
    for _ in range(times):
        gate.went_well(0.0)


def test_as_many_as_are_allowed_are_let_through_at_once(gate: Gate) -> None:
    opened = [gate.passage(NOBODY) for _ in range(WIDEST)]
    for one in opened:
        one.__enter__()
    assert not passes(gate)
    opened.pop().__exit__(None, None, None)
    assert passes(gate)


def test_while_microsoft_asks_to_wait_nobody_passes(gate: Gate, clock: Clock) -> None:
    gate.slow_down(3.0, 0.0)
    assert not passes(gate)
    clock.now = 2.9
    assert not passes(gate)
    clock.now = 3.0
    assert passes(gate)


def test_a_long_wait_is_not_everybodys(gate: Gate, clock: Clock) -> None:
    gate.slow_down(300.0, 0.0)
    clock.now = 10.0
    assert passes(gate)


def test_what_was_under_way_while_it_narrowed_does_not_narrow_it_further(gate: Gate, clock: Clock) -> None:
    for _ in range(WIDEST):
        gate.slow_down(1.0, 0.0, packed=True)
    assert (gate.limit, gate.packed(20)) == (WIDEST // 2, 10)
    clock.now = 1.0
    gate.slow_down(1.0, 0.0, packed=True)
    assert (gate.limit, gate.packed(20)) == (WIDEST // 4, 5)


def test_it_never_shuts_for_good(gate: Gate) -> None:
    for _ in range(50):
        gate.slow_down(None, 0.0, packed=True)
    assert (gate.limit, gate.packed(20)) == (1, 1)
    assert passes(gate)


def test_an_allowance_that_is_nearly_used_up_makes_it_rest_until_some_is_back(gate: Gate, clock: Clock) -> None:
    gate.went_well(0.95)
    assert gate.limit == WIDEST // 2
    clock.now = 1.4
    assert not passes(gate)
    clock.now = 1.6
    assert passes(gate)


def test_an_allowance_that_is_used_up_lets_one_pass_at_a_time(gate: Gate, clock: Clock) -> None:
    gate.went_well(1.0)
    assert gate.limit == 1
    clock.now = 1.9
    assert not passes(gate)
    clock.now = 2.1
    assert passes(gate)


def test_it_opens_again_fast_and_then_slowly(gate: Gate, clock: Clock) -> None:
    gate.went_well(1.2)
    gate.slow_down(None, 0.0, packed=True)
    clock.now = 60.0
    widths = []
    for _ in range(12):
        well(gate, 4)
        widths.append(gate.limit)
    assert widths == [2, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16]
    assert gate.packed(20) == 20


@pytest.mark.parametrize(
    ("header", "share"),
    [("0.85", 0.85), ("1.8", 1.8), ("7", 1.8), ("-1", 0.0), ("nan", 0.0), ("a lot", 0.0), ("", 0.0)],
)
def test_the_share_that_is_used_up(header: str, share: float) -> None:
    assert used_up({"x-ms-throttle-limit-percentage": header}) == share


# ---- together with the client -------------------------------------------------------------------------------------


def ticking() -> Gate:
    """Return a gate whose clock goes on a second whenever it is looked at."""
    return Gate(now=iter(range(10**6)).__next__)


class Allowance:
    """Answers so many requests of each batch, and asks the others to come later."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.sizes: list[int] = []

    def __call__(self, request: Request) -> Answer:
        self.sizes.append(len(request.inner))
        later = {"Retry-After": "1", "X-MS-Throttle-Limit-Percentage": "1.1"}
        return ok(
            {
                "responses": [
                    sub(one["id"], {"url": one["url"]}) if place < self.room else sub(one["id"], {}, 429, **later)
                    for place, one in enumerate(request.inner)
                ]
            }
        )


def test_batches_shrink_to_what_is_allowed_and_all_of_it_comes_through() -> None:
    clock, allowance = Clock(), Allowance(3)
    gate = Gate(now=clock)

    def sleep(seconds: float) -> None:
        clock.now += seconds * 10

    client = GraphClient(Scripted(by=allowance), Token(), GLOBAL, sleep=sleep, gate=gate)
    paths = [f"users/{number}" for number in range(20)]
    results = client.batch(paths)
    assert [json.loads(result)["url"] for result in results if isinstance(result, bytes)] == [
        f"/{one}" for one in paths
    ]
    # Twenty at once, ten, five, and never again twice as many as there is room for.
    assert allowance.sizes[0] == 20
    assert sum(max(0, size - 3) for size in allowance.sizes) < 40
    assert gate.limit == 1


def test_whoever_is_asked_to_come_later_every_time_gives_up_in_the_end() -> None:
    sleep, allowance = Sleeper(), Allowance(0)
    client = GraphClient(Scripted(by=allowance), Token(), GLOBAL, sleep=sleep, gate=ticking())
    results = client.batch([f"users/{number}" for number in range(20)])
    assert {result.title for result in results if isinstance(result, GraphFault)} == {
        "Microsoft kept asking to slow down (429)"
    }
    assert len(results) == 20
    # No request was sent more often than that, and what was never sent was not waited for.
    assert len(allowance.sizes) <= LATER + 5
    assert sleep.seconds <= LATER + 5


def test_one_request_waits_no_longer_than_five_minutes_in_all() -> None:
    sleep = Sleeper()
    transport = Scripted(*[error(429, "TooManyRequests", retry_after="70")] * 9)
    client = GraphClient(transport, Token(), GLOBAL, sleep=sleep, gate=ticking())
    with pytest.raises(GraphFault, match="slow down"):
        client.get("x", bytes)
    assert sleep.seconds == 280.0
