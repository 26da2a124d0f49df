"""What is large is freed piece by piece, and what somebody else holds stays whole."""

import gc
import threading
import time
import weakref

from msgspec import Struct

from permdesk.services.letting_go import let_go


class Row:
    """Tells when it is gone."""


class Holder(Struct):
    rows: tuple[Row, ...]
    by_name: dict[str, list[Row]]


def made(number: int) -> Holder:
    rows = tuple(Row() for _ in range(number))
    return Holder(rows, {str(place): [row] for place, row in enumerate(rows)})


def test_everything_is_gone_without_a_search_for_garbage() -> None:
    holder = made(5000)
    left = weakref.WeakSet(holder.rows)
    gc.disable()
    try:
        held: list[object] = [holder]
        del holder
        let_go(held)
        assert not left
        assert held == []
    finally:
        gc.enable()


def test_what_somebody_else_holds_is_not_touched() -> None:
    holder = made(3000)
    let_go([holder])
    assert len(holder.rows) == len(holder.by_name) == 3000
    assert all(holder.by_name[str(place)] == [row] for place, row in enumerate(holder.rows))


def test_other_threads_run_in_between() -> None:
    over = threading.Event()
    gaps: list[float] = []

    def watch() -> None:
        last = time.perf_counter()
        while not over.is_set():
            time.sleep(0)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    rows = [[[object() for _ in range(20)] for _ in range(20)] for _ in range(20_000)]
    thread = threading.Thread(target=watch)
    thread.start()
    held: list[object] = [rows]
    del rows
    let_go(held)
    over.set()
    thread.join()
    assert len(gaps) > 100


def test_whoever_is_in_a_hurry_does_not_wait() -> None:
    hurry = threading.Event()
    hurry.set()
    rows = [[object() for _ in range(100)] for _ in range(50_000)]
    held: list[object] = [rows]
    del rows
    begun = time.monotonic()
    let_go(held, hurry=hurry)
    assert time.monotonic() - begun < 5
