"""Run in a process of its own: what loading a kept scan does to memory, and to another thread."""

import gc
import json
import sys
import threading
import time
from pathlib import Path

import msgspec
import psutil

from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore
from tests.benchmarks.memory import peak_memory

_PAUSE = 0.002


def main() -> None:
    way, file, name = sys.argv[1:]
    store = HistoryStore(Path(file)) if way == "store" else None
    if store is not None:
        # Whatever is imported on the way is imported first.
        assert store.records()
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    over = threading.Event()
    late: list[float] = []

    def tick() -> None:
        while not over.is_set():
            start = time.perf_counter()
            time.sleep(_PAUSE)
            late.append(time.perf_counter() - start - _PAUSE)

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        snapshot = _load(store, file, name)
    finally:
        over.set()
        ticking.join()
    assert snapshot is not None
    gc.collect()
    late.sort()
    found = {
        "before": before,
        "after": process.memory_info().rss,
        "peak": peak_memory(),
        "late": [late[len(late) // 2], late[len(late) * 99 // 100], late[-1]],
    }
    sys.stdout.write(json.dumps(found))


def _load(store: HistoryStore | None, file: str, name: str) -> Snapshot | None:
    if store is not None:
        return store.load(name)
    return msgspec.json.decode(Path(file).read_bytes(), type=Snapshot)


if __name__ == "__main__":
    main()
